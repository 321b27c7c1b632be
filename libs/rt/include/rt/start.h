/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start table: how root tells a program where it is, what it has, and how its sessions stand.
 *
 * Root makes one for each program, in pages that the program can only read, and passes its address
 * as the argument of the start message. It lives as long as the program: root writes into it when a
 * session opens, gains a dataspace, or ends because the other end died, then adds one to `changes`
 * and sets START_EVENT_CHANGED in the program's notification bits. So root never waits for a
 * program, and a program never has to believe another one about a session.
 *
 * Sessions are numbered as mkimage numbers the links of a program: those of its first instance,
 * then those of the second, and so on; event bit n belongs to link n. A link between two instances
 * of one program has an entry that stays closed: the program's composition table has it all.
 *
 * A reader copies a session's entry, and trusts the copy if `generation` was the same before and
 * after and is not 0. Root sets generation to 0 first when it takes a session down. Both ends of a
 * session see the same generation; what carries another one is void. Root clears the area before it
 * opens a session, so every generation starts with empty rings.
 *
 * A ring entry may name a dataspace that the reader has not heard of yet: look at the table again
 * before you call it wrong.
 */
#ifndef RT_START_H
#define RT_START_H

#include <stdint.h>

#define START_MAGIC   0x545241545343ull
#define START_VERSION 2

#define START_SESSIONS_MAX   32
#define START_DATASPACES_MAX 8

#define START_EVENT_REPORT  (1ull << 60) /* root wants to hear what the components have */
#define START_EVENT_CHANGED (1ull << 62) /* the table has changed */
#define START_EVENT_PING    (1ull << 63) /* root wants to hear that the program goes on */

struct start_dataspace {
    uint64_t base;          /* where its bytes are mapped here; 0: no access */
    uint64_t length_bytes;  /* 0: no such dataspace */
    uint64_t writable;      /* 1: and not only to be read */
    uint64_t translation;   /* where its translation table is mapped, read-only; 0: none */
    uint64_t pins;          /* where its pin marks are mapped, read-write; 0: none */
    uint32_t pins_max;      /* pages that may be pinned at a time */
    uint32_t pin_expiry_us; /* how long a pin lasts; 0: until it is taken back */
};

struct start_session {
    uint32_t generation; /* 0: closed */
    uint32_t wake_slot;  /* handle that may notify the other end with wake_bits */
    uint64_t wake_bits;
    uint32_t control_slot; /* handle for calls to the server, in the client only; 0: none */
    uint32_t peer;         /* the other end's program, as the VM server knows it */
    uint64_t area;         /* where the session's rings are mapped here */
    uint64_t area_bytes;
    struct start_dataspace dataspaces[START_DATASPACES_MAX];
};

struct start_table {
    uint64_t magic;
    uint32_t version;
    uint32_t program; /* number in the image */
    char name[32];
    uint64_t heap_base; /* mapped on first touch */
    uint64_t heap_bytes;
    uint32_t thread_slot; /* this program's thread, with all rights but CONTROL */
    uint32_t space_slot;
    uint32_t root_slot;    /* calls to root: idl/root.idl */
    uint32_t vm_slot;      /* calls to the VM server: idl/dataspace.idl */
    uint32_t log_slot;     /* the kernel's log */
    uint32_t console_slot; /* idl/log.idl; 0: no console server runs now */
    uint32_t free_slot;    /* from here on the program's own */
    uint32_t session_count;
    uint32_t changes;
    struct start_session sessions[START_SESSIONS_MAX];
};

/* This program's. */
extern const volatile struct start_table *start_table;

_Static_assert(sizeof(struct start_session) == 424, "no holes");

#endif
