/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Time since boot. On the host it stands still until a test sets it.
 */
#ifndef RT_CLOCK_H
#define RT_CLOCK_H

#include <stdint.h>

uint64_t clock_us(void);

#endif
