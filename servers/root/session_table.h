// SPDX-License-Identifier: BSD-2-Clause
//
// What root knows of each link, for the two files that work on it: session.c opens and closes,
// session_memory.c adds dataspaces and takes them back.
#ifndef ROOT_SESSION_TABLE_H
#define ROOT_SESSION_TABLE_H

#include <root/image.h>
#include <rt/start.h>
#include <stdbool.h>
#include <stdint.h>

// Who adds and removes faster than the other end can see has to wait.
#define GRAVES_MAX 48

extern struct session {
    bool open;
    uint64_t retry_us; // when to try again to open it; 0: that has not failed
    uint64_t pause_us; // before that, twice as long each time
    uint64_t silent_until_us;
    uint32_t generation; // of the last session on this link
    uint64_t area;       // dataspace, 0: none
    uint64_t dataspaces[START_DATASPACES_MAX];
    uint8_t owners[START_DATASPACES_MAX]; // 1 + program that added it, 0: free
    bool forwarded[START_DATASPACES_MAX]; // it belongs to a third program
} sessions[IMAGE_LINKS_MAX];

// The link of that number in a program, -1 if it has none.
int session_link(unsigned number, uint64_t event);

// What an end knows of its session. An entry is invalid (generation 0) while it is being changed.
struct start_session *session_entry(const struct image_link_end *end);
void session_entry_begin(volatile struct start_session *entry);
void session_entry_end(volatile struct start_session *entry, uint32_t generation);

// Takes from each end what it got of the other's dataspaces, when a session closes.
void session_memory_withdraw(const struct session *session, const struct image_link *link);

#endif
