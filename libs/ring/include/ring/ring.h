/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rings: single producer, single consumer, without locks, between two sides that need not trust
 * each other.
 *
 * A ring is an array of 2^k entries of fixed size in memory that both sides map, and two indices
 * that run freely modulo 2^32: `produced`, written by the producer, and `consumed`, written by the
 * consumer. Their difference is the number of entries waiting, so all 2^k entries are used, and
 * empty (0) and full (2^k) differ at every wrap of the index.
 *
 * Each side works on its private copies: where it is itself, and how far it knows the other to be.
 * Only when its copy of the other's index allows no further step is the shared word read, once, and
 * checked: an index may move forward only, and not past what it may reach. One that did is a peer's
 * error; the side is marked broken and from then on has neither room nor entries. Nothing else
 * happens to it, since indices are masked at every use. It is for the owner of the session to close
 * it.
 *
 *     producer:  while (ring_room(p, 1) && work)
 *                    ring_put(p, &entry, sizeof entry);      nothing is visible yet
 *                ring_publish(p);                            now all is
 *                ring_notify(p, wake);                       at most one notification
 *
 *     consumer:  while (ring_available(c, 1))
 *                    ring_get(c, &entry, sizeof entry);      the slots stay the consumer's
 *                ring_release(c);                            until here, as late as it likes
 *
 * Sleep and wake. A consumer that is about to block writes the number of this sleep (never 0) into
 * its `sleep` word, then looks at the ring once more (sleep.h); awake again, it writes 0. A
 * producer that has published looks at `sleep` and notifies only a sleeping consumer, once for each
 * sleep however many batches it publishes meanwhile: it keeps the number of the last sleep that it
 * ended. Publishing and notifying are two calls, so a producer may delay: publish to several rings
 * of one peer, or several times, and notify once. A consumer that never writes `sleep` suppresses
 * all notifications; one that sleeps with `wake_count` n has itself woken only when n entries wait,
 * because it has a timeout or another event is due anyway. The number of such a sleep is odd: that
 * of the usual one is even, and says all that the producer has to know.
 *
 * Both sides have a full fence between their write and their read (shared.h says why); it is needed
 * as soon as they run on two CPUs. tests/model checks the handshake with spin, and this file with
 * CBMC against a peer that writes anything at any time.
 */
#ifndef RING_RING_H
#define RING_RING_H

#include <stdbool.h>

#include <ring/shared.h>
#include <ring/wake.h>

/* The producer's private state. */
struct ring_producer {
    struct ring_shared *shared;
    uint64_t *entries;
    uint32_t mask;      /* capacity - 1 */
    uint32_t next;      /* index of the next entry to write */
    uint32_t limit;     /* last known `consumed` + capacity: next == limit means no known room */
    uint32_t published; /* what `produced` holds */
    bool broken;        /* the consumer's index was out of range */
    uint64_t notified;  /* the last sleep that was notified */
};

/* The consumer's private state. */
struct ring_consumer {
    struct ring_shared *shared;
    const uint64_t *entries;
    uint32_t mask;     /* capacity - 1 */
    uint32_t next;     /* index of the next entry to read */
    uint32_t limit;    /* last known `produced`: next == limit means no known entry */
    uint32_t released; /* what `consumed` holds */
    uint32_t enough;   /* what `wake_count` holds */
    bool broken;       /* the producer's index was out of range */
    bool stalled;      /* what waits is left there on purpose: ring_stall */
    uint64_t sleeps;   /* number of the last sleep, odd if `enough` is not 1 */
};

/* True if `capacity` entries of `entry_bytes` make a ring. For static asserts and for checks of a
 * peer's proposal. */
#define RING_SHAPE_OK(capacity, entry_bytes)                                                       \
    ((capacity) >= 1 && (capacity) <= 0x40000000 && ((capacity) & ((capacity)-1)) == 0 &&          \
     (entry_bytes) >= 8 && (entry_bytes) % 8 == 0)

/*
 * Starts the producer's side of a ring that starts empty at index `first`. The caller vouches that
 * `shared` and `entries` are mapped for the life of the producer, 8-byte aligned, and that
 * RING_SHAPE_OK holds. Both sides start at the same `first` (0, but tests start shortly before the
 * wrap).
 */
static inline void ring_producer_start(struct ring_producer *p, struct ring_shared *shared,
                                       void *entries, uint32_t capacity, uint32_t first)
{
    *p = (struct ring_producer){.shared = shared,
                                .entries = entries,
                                .mask = capacity - 1,
                                .next = first,
                                .limit = first + capacity,
                                .published = first};
    ring_store(&shared->produced, first);
}

/* Starts the consumer's side; as above. It starts awake. */
static inline void ring_consumer_start(struct ring_consumer *c, struct ring_shared *shared,
                                       const void *entries, uint32_t capacity, uint32_t first)
{
    *c = (struct ring_consumer){.shared = shared,
                                .entries = entries,
                                .mask = capacity - 1,
                                .next = first,
                                .limit = first,
                                .released = first,
                                .enough = 1};
    ring_store_sleep(&shared->sleep, 0);
    ring_store(&shared->wake_count, 1);
    ring_store(&shared->consumed, first);
}

/* Reads the consumer's index. It may move forward only, and not past what is published. */
static inline void ring_producer_refresh(struct ring_producer *p)
{
    uint32_t known = p->limit - (p->mask + 1);
    uint32_t most = p->published - known;
    uint32_t consumed = ring_load(&p->shared->consumed);

    if (__builtin_expect(consumed - known > most || p->broken, 0)) {
        p->broken = true;
        p->limit = p->next;
        return;
    }
    p->limit = consumed + (p->mask + 1);
}

/* Reads the producer's index. It may move forward only, and a whole ring at most may be ahead of
 * what was given back. */
static inline void ring_consumer_refresh(struct ring_consumer *c)
{
    uint32_t known = c->limit;
    uint32_t most = c->released + (c->mask + 1) - known;
    uint32_t produced = ring_load(&c->shared->produced);

    if (__builtin_expect(produced - known > most || c->broken, 0)) {
        c->broken = true;
        c->limit = c->next;
        return;
    }
    c->limit = produced;
}

/*
 * The number of entries that can be put now. Reads the shared index only if fewer than `wanted` are
 * known to fit. 0 if the ring is full or broken.
 */
static inline uint32_t ring_room(struct ring_producer *p, uint32_t wanted)
{
    if (p->limit - p->next < wanted)
        ring_producer_refresh(p);
    return p->limit - p->next;
}

/*
 * Writes an entry into the next slot; not visible before ring_publish. The caller has asked
 * ring_room. `entry_bytes` is the constant size of this ring's entries.
 */
static inline void ring_put(struct ring_producer *p, const void *entry, size_t entry_bytes)
{
    size_t offset = (size_t)(p->next & p->mask) * entry_bytes;

    ring_write_entry(ring_entry_at(p->entries, offset), entry, entry_bytes);
    p->next++;
}

/* Puts an entry if there is room. */
static inline bool ring_try_put(struct ring_producer *p, const void *entry, size_t entry_bytes)
{
    if (ring_room(p, 1) == 0)
        return false;
    ring_put(p, entry, entry_bytes);
    return true;
}

/* How many of `count` entries from index `next` on stand one behind the other in the array. */
static inline uint32_t ring_run(uint32_t next, uint32_t mask, uint32_t count)
{
    uint32_t run = mask + 1 - (next & mask);

    return run < count ? run : count;
}

/* Puts entries from an array, as many as fit, and returns how many: the cheapest way for a batch
 * that is there already. */
static inline uint32_t ring_put_many(struct ring_producer *p, const void *entries, uint32_t count,
                                     size_t entry_bytes)
{
    uint32_t room = ring_room(p, count);
    const char *from = entries;

    if (count > room)
        count = room;
    for (uint32_t left = count; left > 0;) {
        uint32_t run = ring_run(p->next, p->mask, left);
        const char *end = from + run * entry_bytes;
        volatile uint64_t *to =
            ring_entry_at(p->entries, (size_t)(p->next & p->mask) * entry_bytes);

        for (; from != end; from += entry_bytes, to += entry_bytes / sizeof *to)
            ring_write_entry(to, from, entry_bytes);
        p->next += run;
        left -= run;
    }
    return count;
}

/* Makes all entries put so far visible to the consumer. */
static inline void ring_publish(struct ring_producer *p)
{
    p->published = p->next;
    ring_store(&p->shared->produced, p->next);
}

/*
 * True if the consumer sleeps, wants to be woken for what is published, and was not yet notified in
 * this sleep: the caller now owes it a notification. A ring_fence must lie between ring_publish and
 * this; one fence serves several rings.
 */
static inline bool ring_wake_due(struct ring_producer *p)
{
    const struct ring_shared *shared = p->shared;
    uint32_t published = p->published;
    uint64_t sleep = ring_load_sleep(&shared->sleep);

    if (sleep == 0 || sleep == p->notified)
        return false;
    if (sleep & 1 && published - ring_load(&shared->consumed) < ring_load(&shared->wake_count))
        return false;
    p->notified = sleep;
    return true;
}

/* Notifies the consumer if it sleeps: a system call at most, and none if it lives in this program.
 * Never blocks. */
static inline void ring_notify(struct ring_producer *p, const struct ring_wake *wake)
{
    ring_fence();
    if (ring_wake_due(p))
        ring_wake(wake);
}

/*
 * The number of entries that can be got now. Reads the shared index only if fewer than `wanted` are
 * known to be there. 0 if the ring is empty or broken.
 */
static inline uint32_t ring_available(struct ring_consumer *c, uint32_t wanted)
{
    if (c->limit - c->next < wanted)
        ring_consumer_refresh(c);
    return c->limit - c->next;
}

/*
 * Copies the next entry out, each word read once, so that the copy can be checked. The caller has
 * asked ring_available. The slot stays the consumer's until ring_release.
 */
static inline void ring_get(struct ring_consumer *c, void *entry, size_t entry_bytes)
{
    size_t offset = (size_t)(c->next & c->mask) * entry_bytes;

    ring_read_entry(entry, ring_entry_at(c->entries, offset), entry_bytes);
    c->next++;
}

/* Gets an entry if there is one. */
static inline bool ring_try_get(struct ring_consumer *c, void *entry, size_t entry_bytes)
{
    if (ring_available(c, 1) == 0)
        return false;
    ring_get(c, entry, entry_bytes);
    return true;
}

/*
 * Takes the last `count` entries back that were got but not given back: they are got again. For a
 * consumer that finds that a group of entries is not complete yet.
 */
static inline void ring_unget(struct ring_consumer *c, uint32_t count)
{
    if (!c->broken && count <= c->next - c->released)
        c->next -= count;
}

/* Gets entries into an array, as many as there are but at most `count`, and returns how many. */
static inline uint32_t ring_get_many(struct ring_consumer *c, void *entries, uint32_t count,
                                     size_t entry_bytes)
{
    uint32_t available = ring_available(c, count);
    char *to = entries;

    if (count > available)
        count = available;
    for (uint32_t left = count; left > 0;) {
        uint32_t run = ring_run(c->next, c->mask, left);
        const char *end = to + run * entry_bytes;
        const volatile uint64_t *from =
            ring_entry_at(c->entries, (size_t)(c->next & c->mask) * entry_bytes);

        for (; to != end; to += entry_bytes, from += entry_bytes / sizeof *from)
            ring_read_entry(to, from, entry_bytes);
        c->next += run;
        left -= run;
    }
    return count;
}

/* Gives the slots of all entries got so far back to the producer. */
static inline void ring_release(struct ring_consumer *c)
{
    c->released = c->next;
    ring_store(&c->shared->consumed, c->next);
}

/*
 * The consumer says whether it leaves what waits where it is, because something else is missing
 * first. For the watchdog (ring/watch.h), which takes a consumer that leaves work for no such
 * reason for dead.
 */
static inline void ring_stall(struct ring_consumer *c, bool stalled)
{
    c->stalled = stalled;
}

/* The consumer wants to be woken when `entries` wait: 1, unless it can afford to be late. */
static inline void ring_wake_count_set(struct ring_consumer *c, uint32_t entries)
{
    c->enough = entries;
    c->sleeps = (c->sleeps & ~UINT64_C(1)) | (entries != 1);
    ring_store(&c->shared->wake_count, entries);
}

/*
 * Says that the consumer sleeps, from now on and with a new number: the next publication is to wake
 * it. The caller must look once more (ring_available) after a ring_fence, and not block if there is
 * something.
 */
static inline void ring_sleep_begin(struct ring_consumer *c)
{
    ring_store_sleep(&c->shared->sleep, c->sleeps += 2);
}

/* Says that the consumer is awake and needs no notification. */
static inline void ring_sleep_end(struct ring_consumer *c)
{
    ring_store_sleep(&c->shared->sleep, 0);
}

/*
 * Asks for a wake-up by whatever is published from now on, then looks: the number of entries. For a
 * consumer that takes what it finds and then waits where notifications are kept: what comes in
 * between ends the wait at once, so that one look is enough. A producer that runs in between
 * notifies for nothing if the consumer finds its entries by another look, which does no harm.
 */
static inline uint32_t ring_arm_look(struct ring_consumer *c)
{
    ring_sleep_begin(c);
    ring_fence();
    ring_consumer_refresh(c);
    return c->limit - c->next;
}

/*
 * Both steps for one ring: true if the ring is empty and its producer will wake the consumer; false
 * if entries wait, and then the consumer is awake. A consumer that serves the ring after a wake-up
 * need not call ring_sleep_end: the sleep has had its notification, and there is only one.
 */
static inline bool ring_arm(struct ring_consumer *c)
{
    ring_sleep_begin(c);
    ring_fence();
    if (ring_available(c, 1) == 0)
        return true;
    ring_sleep_end(c);
    return false;
}

#endif
