// SPDX-License-Identifier: BSD-2-Clause
//
// The interfaces of all links that a hostile program may have, by the names of its links.
#ifndef TESTS_HOSTILE_INTERFACES_H
#define TESTS_HOSTILE_INTERFACES_H

#include <interface/trace.h>
#include <rt/component.h>

enum { HOSTILE_LINKS = 32 };

// Fills in the interface of each link. False if one is not known, after a log line.
bool hostile_interfaces(const struct instance *self,
                        const struct trace_interface *interfaces[HOSTILE_LINKS]);

#endif
