// SPDX-License-Identifier: BSD-2-Clause
//
// The same service twice: as idlc writes it, and by hand on the system calls.
#ifndef BENCH_IPC_GENERATED_H
#define BENCH_IPC_GENERATED_H

#include <l4/l4.h>

// Servers, for threads. They run for ever.
void hand_server(uint64_t unused);
void generated_server(uint64_t unused);

// Clients. 0 if the server did not answer. The generated one keeps its endpoint from
// generated_begin.
void generated_begin(l4_handle_t server);
uint64_t hand_add(l4_handle_t server, uint64_t first, uint64_t second);
uint64_t generated_add(l4_handle_t server, uint64_t first, uint64_t second);

#endif
