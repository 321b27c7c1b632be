// SPDX-License-Identifier: BSD-2-Clause
//
// Sessions: a link of the image while both its programs run.
#ifndef ROOT_SESSION_H
#define ROOT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

// Opens every link of a created program whose other end is there. Failures are logged, and tried
// again by session_due.
void session_open_all(unsigned number);

// Opens what could not be opened before, if it is time. Returns when it is next; UINT64_MAX: never.
uint64_t session_due(uint64_t now);

// Closes every session of a program that ends; the other ends are told.
void session_close_all(unsigned number);

// Closes a program's session with the PCI server. False if it has none.
bool session_close_card(unsigned number);

// The program at the other end of a link, or -1.
int session_peer(unsigned number, uint64_t session);

// Ends the one session through which a program got a translation cache that it abused.
void session_revoke(unsigned number, uint64_t dataspace);

// root.idl: session_close, session_open. They return an error of that interface.
uint32_t session_end(unsigned number, uint64_t session);
uint32_t session_begin(unsigned number, uint64_t session);

// root.idl: dataspace_add, dataspace_forward, dataspace_remove, frames. They return an error of
// that interface.
uint32_t session_dataspace_add(unsigned number, uint64_t session, uint64_t index,
                               uint64_t dataspace, uint64_t access, bool frames);
uint32_t session_dataspace_forward(unsigned number, uint64_t from, uint64_t from_index, uint64_t to,
                                   uint64_t to_index);
uint32_t session_dataspace_remove(unsigned number, uint64_t session, uint64_t index);
uint32_t session_frames(unsigned number, uint64_t session, uint64_t index, uint64_t dataspace,
                        uint64_t *table, uint64_t *marks);

#endif
