// SPDX-License-Identifier: BSD-2-Clause
//
// C ends of the interrupt entries in entry.S.
#ifndef KERNEL_INTERRUPT_H
#define KERNEL_INTERRUPT_H

// An interrupt that can be masked; on return the current thread may be another.
void interrupt_enter(unsigned vector);

void nmi_enter(void);

#endif
