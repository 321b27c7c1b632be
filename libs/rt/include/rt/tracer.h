/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls as lines of the log: what came by which link, and what was answered. Library `tracer`. */
#ifndef RT_TRACER_H
#define RT_TRACER_H

#include <rt/loop.h>

/* For `call` of a struct program_tracer. */
uint64_t tracer_call(const struct program_tracer *tracer, struct instance *instance, unsigned link,
                     uint64_t tag, uint64_t words[CALL_WORDS]);

#endif
