// SPDX-License-Identifier: BSD-2-Clause
//
// A component that plays its end of each of its sessions and keeps no rule of any.
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <interface/trace.h>
#include <l4/call.h>
#include <rt/component.h>

extern const struct component hostile_component;

// To be set before a step: the interface of each link, and the seed.
void hostile_begin(struct instance *self, const struct trace_interface *const interfaces[],
                   uint64_t seed);

// Does one thing that comes to its mind, on one of its links: scribbles into the area, puts or
// takes entries, moves an index, calls, wakes. The peer is woken but does not run until the program
// dispatches.
void hostile_step(struct instance *self);

// Random numbers of the same kind, for tests.
uint64_t hostile_random(uint64_t *state);

// A message of the interface with anything in it, in the right form more often than not. Words from
// 6 on and items are in the UTCB.
void hostile_request(uint64_t *random, const struct trace_interface *interface,
                     struct l4_message *message);

#endif
