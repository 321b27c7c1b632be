// SPDX-License-Identifier: BSD-2-Clause
//
// Where interrupts arrive.
#include "interrupt.h"

#include "irq.h"
#include "layout.h"
#include "log.h"
#include "sched.h"
#include "time.h"

void interrupt_enter(unsigned vector)
{
    if (vector >= VECTOR_IRQ_FIRST && vector < VECTOR_IRQ_FIRST + IRQ_LINES)
        irq_interrupt(vector - VECTOR_IRQ_FIRST);
    else if (vector == VECTOR_TIMER)
        time_interrupt();
    // A spurious one is not acknowledged and means nothing.
    if (this_cpu()->reschedule)
        schedule();
}

void nmi_enter(void)
{
    log_print("kernel: non-maskable interrupt\n");
}
