/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Interrupts of the devices that a program was given.
 */
#ifndef RT_INTERRUPT_H
#define RT_INTERRUPT_H

#include <rt/component.h>

/* Has interrupts of the line behind the handle `irq` delivered to the instance's `irq` entry
   point, under the number `line` of its own choice (0 to 255). False, with a log line, if the
   kernel refuses. */
bool instance_interrupt_attach(struct instance *self, uint32_t irq, unsigned line);

#endif
