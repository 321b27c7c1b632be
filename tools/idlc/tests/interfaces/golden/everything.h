/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from everything.idl. */
/* A sample that uses every feature of the interface language once. */
/* What both ends know. */
#ifndef IDL_EVERYTHING_H
#define IDL_EVERYTHING_H

#include <interface/message.h>

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define EVERYTHING_INTERFACE 1000
/* Over all that two programs have to agree on; different hashes cannot be linked. */
#define EVERYTHING_INTERFACE_HASH 0x6462d25dfa8f84e2ull
/* Length of the shared area of a session, whole pages; 0: there are no sessions. */
#define EVERYTHING_SESSION_BYTES 20480

/* Longest frame, header and checksum included. */
#define EVERYTHING_FRAME_BYTES_MAX 9216
#define EVERYTHING_NAMES_MAX 4

/* How fast the link is. */
enum everything_speed {
    /* no link */
    EVERYTHING_SPEED_NONE = 0,
    EVERYTHING_SPEED_SLOW = 10,
    /* hundred megabits */
    EVERYTHING_SPEED_FAST = 100,
};

static inline bool everything_speed_is_valid(uint64_t value)
{
    switch (value) {
    case EVERYTHING_SPEED_NONE:
    case EVERYTHING_SPEED_SLOW:
    case EVERYTHING_SPEED_FAST:
        return true;
    default:
        return false;
    }
}

/* A range in one of the dataspaces of the session. */
struct everything_buffer {
    uint32_t offset;
    /* in bytes */
    uint16_t length;
    uint8_t dataspace;
    uint8_t flags;
    /* comes back unchanged */
    uint64_t cookie;
};
static_assert(sizeof(struct everything_buffer) == 16, "no holes");

/* What the card counted. */
struct everything_counters {
    /* received, sent */
    uint64_t frames[2];
    uint8_t link; /* enum everything_speed */
    uint8_t promiscuous; /* 0 or 1 */
    uint16_t reserved;
    uint32_t errors;
};
static_assert(sizeof(struct everything_counters) == 24, "no holes");

/* Whether all enumerations and truth values in it have one of their values. */
static inline bool everything_counters_is_valid(const struct everything_counters *value)
{
    if (!everything_speed_is_valid(value->link))
        return false;
    if (value->promiscuous > 1)
        return false;
    return true;
}

/* Statuses of this interface, beside the common ones. */
enum everything_error_status {
    /* another client holds the card */
    EVERYTHING_ERROR_BUSY = 1,
    /* there is nothing of that name */
    EVERYTHING_ERROR_NO_NAME = 2,
};

/* Labels of the tags. */
#define EVERYTHING_INFO_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 1)
#define EVERYTHING_CONFIGURE_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 2)
#define EVERYTHING_FIND_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 3)
#define EVERYTHING_COUNT_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 4)
#define EVERYTHING_WAIT_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 5)
#define EVERYTHING_LEND_TABLE_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 6)
#define EVERYTHING_GIVE_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 7)
#define EVERYTHING_POKE_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 8)
#define EVERYTHING_HINT_LABEL MESSAGE_LABEL(EVERYTHING_INTERFACE, 11)

#endif
