/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Numbers that strangers do not know. On the host they are the same in every run.
 */
#ifndef RT_SEED_H
#define RT_SEED_H

#include <stdint.h>

/* The processor's random number, if it makes any. Without, what a time-stamp counter says that
   nobody else reads at the same moment: better than nothing. */
uint64_t seed_draw(void);

#endif
