/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from everything.idl. */
/* A sample that uses every feature of the interface language once. */
/* The shared area of a session and both its ends. */
#ifndef IDL_EVERYTHING_SESSION_H
#define IDL_EVERYTHING_SESSION_H

#include <tools/idlc/tests/interfaces/good/everything.h>
#include <interface/area.h>
#include <ring/watch.h>

#define EVERYTHING_RX_FREE_DEPTH 512
#define EVERYTHING_RX_DEPTH 512
#define EVERYTHING_LOG_DEPTH 8

/* The shared area. Either side may find anything in it that the other wrote. */
struct everything_area {
    struct area_event link_changed;
    struct area_event media_removed;
    struct ring_shared rx_free;
    alignas(64) struct everything_buffer rx_free_entries[EVERYTHING_RX_FREE_DEPTH];
    struct ring_shared rx;
    alignas(64) struct everything_buffer rx_entries[EVERYTHING_RX_DEPTH];
    struct ring_shared log;
    alignas(64) struct everything_counters log_entries[EVERYTHING_LOG_DEPTH];
};

static_assert(offsetof(struct everything_area, link_changed) == 0, "layout");
static_assert(offsetof(struct everything_area, media_removed) == 64, "layout");
static_assert(offsetof(struct everything_area, rx_free) == 128, "layout");
static_assert(offsetof(struct everything_area, rx_free_entries) == 256, "layout");
static_assert(offsetof(struct everything_area, rx) == 8448, "layout");
static_assert(offsetof(struct everything_area, rx_entries) == 8576, "layout");
static_assert(offsetof(struct everything_area, log) == 16768, "layout");
static_assert(offsetof(struct everything_area, log_entries) == 16896, "layout");
static_assert(sizeof(struct everything_area) <= EVERYTHING_SESSION_BYTES, "fits");

/* What the client keeps of a session, out of the other side's reach. */
struct everything_client {
    struct everything_area *area;
    uint32_t link_changed_seen;
    uint32_t media_removed_seen;
    struct ring_producer rx_free;
    struct ring_consumer rx;
    struct ring_consumer log;
};

/* What the server keeps of a session, out of the other side's reach. */
struct everything_server {
    struct everything_area *area;
    uint32_t link_changed_posted;
    uint32_t media_removed_posted;
    struct ring_consumer rx_free;
    struct ring_producer rx;
    struct ring_producer log;
};

/*
 * Starts the client's end in an area of EVERYTHING_SESSION_BYTES that was zeroed when the session
 * was opened. The area has to stay mapped as long as the end is used.
 */
static inline void everything_client_start(struct everything_client *end, void *area)
{
    struct everything_area *shared = area;
    *end = (struct everything_client){.area = shared};
    ring_producer_start(&end->rx_free, &shared->rx_free, shared->rx_free_entries,
                        EVERYTHING_RX_FREE_DEPTH, 0);
    ring_consumer_start(&end->rx, &shared->rx, shared->rx_entries, EVERYTHING_RX_DEPTH, 0);
    ring_consumer_start(&end->log, &shared->log, shared->log_entries, EVERYTHING_LOG_DEPTH, 0);
    ring_watch(&end->rx);
    ring_watch(&end->log);
}

/* Whether the other side has broken the rules of a queue: the session is to be closed. */
static inline bool everything_client_is_broken(const struct everything_client *end)
{
    return end->rx_free.broken || end->rx.broken || end->log.broken;
}

/*
 * Starts the server's end in an area of EVERYTHING_SESSION_BYTES that was zeroed when the session
 * was opened. The area has to stay mapped as long as the end is used.
 */
static inline void everything_server_start(struct everything_server *end, void *area)
{
    struct everything_area *shared = area;
    *end = (struct everything_server){.area = shared};
    ring_consumer_start(&end->rx_free, &shared->rx_free, shared->rx_free_entries,
                        EVERYTHING_RX_FREE_DEPTH, 0);
    ring_producer_start(&end->rx, &shared->rx, shared->rx_entries, EVERYTHING_RX_DEPTH, 0);
    ring_producer_start(&end->log, &shared->log, shared->log_entries, EVERYTHING_LOG_DEPTH, 0);
}

/* Whether the other side has broken the rules of a queue: the session is to be closed. */
static inline bool everything_server_is_broken(const struct everything_server *end)
{
    return end->rx_free.broken || end->rx.broken || end->log.broken;
}

/* rx_free: client to server. Empty buffers for the card to fill. */
static inline uint32_t everything_rx_free_room(struct everything_client *end, uint32_t wanted)
{
    return ring_room(&end->rx_free, wanted);
}

static inline void everything_rx_free_put(struct everything_client *end,
                                          const struct everything_buffer *entry)
{
    ring_put(&end->rx_free, entry, sizeof(*entry));
}

static inline bool everything_rx_free_try_put(struct everything_client *end,
                                              const struct everything_buffer *entry)
{
    return ring_try_put(&end->rx_free, entry, sizeof(*entry));
}

static inline void everything_rx_free_publish(struct everything_client *end)
{
    ring_publish(&end->rx_free);
}

static inline uint32_t everything_rx_free_available(struct everything_server *end, uint32_t wanted)
{
    return ring_available(&end->rx_free, wanted);
}

static inline void everything_rx_free_get(struct everything_server *end,
                                          struct everything_buffer *entry)
{
    ring_get(&end->rx_free, entry, sizeof(*entry));
}

static inline bool everything_rx_free_try_get(struct everything_server *end,
                                              struct everything_buffer *entry)
{
    return ring_try_get(&end->rx_free, entry, sizeof(*entry));
}

static inline void everything_rx_free_release(struct everything_server *end)
{
    ring_release(&end->rx_free);
}

/* rx: server to client. Filled receive buffers, in order of arrival. */
static inline uint32_t everything_rx_room(struct everything_server *end, uint32_t wanted)
{
    return ring_room(&end->rx, wanted);
}

static inline void everything_rx_put(struct everything_server *end,
                                     const struct everything_buffer *entry)
{
    ring_put(&end->rx, entry, sizeof(*entry));
}

static inline bool everything_rx_try_put(struct everything_server *end,
                                         const struct everything_buffer *entry)
{
    return ring_try_put(&end->rx, entry, sizeof(*entry));
}

static inline void everything_rx_publish(struct everything_server *end)
{
    ring_publish(&end->rx);
}

static inline void everything_rx_notify(struct everything_server *end, const struct ring_wake *wake)
{
    ring_notify(&end->rx, wake);
}

static inline uint32_t everything_rx_available(struct everything_client *end, uint32_t wanted)
{
    return ring_available(&end->rx, wanted);
}

static inline void everything_rx_get(struct everything_client *end, struct everything_buffer *entry)
{
    ring_get(&end->rx, entry, sizeof(*entry));
}

static inline bool everything_rx_try_get(struct everything_client *end,
                                         struct everything_buffer *entry)
{
    return ring_try_get(&end->rx, entry, sizeof(*entry));
}

static inline bool everything_rx_arm(struct everything_client *end)
{
    return ring_arm(&end->rx);
}

static inline uint32_t everything_rx_arm_look(struct everything_client *end)
{
    return ring_arm_look(&end->rx);
}

static inline void everything_rx_release(struct everything_client *end)
{
    ring_release(&end->rx);
}

/* log: server to client. Values, no buffers. */
static inline uint32_t everything_log_room(struct everything_server *end, uint32_t wanted)
{
    return ring_room(&end->log, wanted);
}

static inline void everything_log_put(struct everything_server *end,
                                      const struct everything_counters *entry)
{
    ring_put(&end->log, entry, sizeof(*entry));
}

static inline bool everything_log_try_put(struct everything_server *end,
                                          const struct everything_counters *entry)
{
    return ring_try_put(&end->log, entry, sizeof(*entry));
}

static inline void everything_log_publish(struct everything_server *end)
{
    ring_publish(&end->log);
}

static inline void everything_log_notify(struct everything_server *end, const struct ring_wake *wake)
{
    ring_notify(&end->log, wake);
}

static inline uint32_t everything_log_available(struct everything_client *end, uint32_t wanted)
{
    return ring_available(&end->log, wanted);
}

/* False: the entry holds a value that its type does not have; it is used up. */
static inline bool everything_log_get(struct everything_client *end,
                                      struct everything_counters *entry)
{
    ring_get(&end->log, entry, sizeof(*entry));
    return everything_counters_is_valid(entry);
}

static inline bool everything_log_arm(struct everything_client *end)
{
    return ring_arm(&end->log);
}

static inline uint32_t everything_log_arm_look(struct everything_client *end)
{
    return ring_arm_look(&end->log);
}

static inline void everything_log_release(struct everything_client *end)
{
    ring_release(&end->log);
}

/* The link went up, down, or changed its speed. */
struct everything_link_changed {
    uint32_t speed_mbps;
};

/* Makes a value the newest and wakes the client. Never blocks. */
static inline void everything_link_changed_post(struct everything_server *end,
                                                const struct everything_link_changed *value,
                                                const struct ring_wake *wake)
{
    area_event_post(&end->area->link_changed, &end->link_changed_posted, value, sizeof(*value));
    ring_wake(wake);
}

/* True if there is a value that was not taken yet, and it is valid. Never blocks. */
static inline bool everything_link_changed_take(struct everything_client *end,
                                                struct everything_link_changed *value)
{
    if (!area_event_take(&end->area->link_changed, &end->link_changed_seen, value, sizeof(*value)))
        return false;
    return true;
}

/* The medium is gone. */
struct everything_media_removed {
    uint64_t nothing;
};

/* Makes a value the newest and wakes the client. Never blocks. */
static inline void everything_media_removed_post(struct everything_server *end,
                                                 const struct everything_media_removed *value,
                                                 const struct ring_wake *wake)
{
    area_event_post(&end->area->media_removed, &end->media_removed_posted, value, sizeof(*value));
    ring_wake(wake);
}

/* True if there is a value that was not taken yet, and it is valid. Never blocks. */
static inline bool everything_media_removed_take(struct everything_client *end,
                                                 struct everything_media_removed *value)
{
    if (!area_event_take(&end->area->media_removed, &end->media_removed_seen, value, sizeof(*value)))
        return false;
    return true;
}

#endif
