// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers that the assembler files need and only the compiler knows. Compiled to assembler text,
// from which the build makes a header.
#include <abi/operation.h>

#include "cpu.h"
#include "irq.h"
#include "space.h"

#define NUMBER(name, value)        __asm__ volatile("\n=> " #name " %0" : : "i"(value))
#define OFFSET(name, type, member) NUMBER(name, __builtin_offsetof(struct type, member))

void offsets(void);

void offsets(void)
{
    NUMBER(L4_OP_REPLY_WAIT, L4_OP_REPLY_WAIT);
    NUMBER(L4_OP_NOTIFY, L4_OP_NOTIFY);
    NUMBER(L4_OP_NOTIFY_WAIT, L4_OP_NOTIFY_WAIT);
    NUMBER(L4_OP_MASK, L4_OP_MASK);
    NUMBER(L4_TAG_ITEMS_SHIFT, L4_TAG_ITEMS_SHIFT);
    OFFSET(CPU_CURRENT, cpu, current);
    OFFSET(CPU_STACK, cpu, stack);
    OFFSET(CPU_READY_TOP, cpu, ready.top);
    OFFSET(CPU_RESCHEDULE, cpu, reschedule);
    OFFSET(CPU_CR3, cpu, cr3);
    OFFSET(CPU_TASK_SP0, cpu, task.sp0);
    OFFSET(CPU_TASK_IO_BASE, cpu, task.io_base);
    OFFSET(T_WAIT, thread, end.wait);
    OFFSET(T_PARTNER, thread, end.partner);
    OFFSET(T_REGISTERS, thread, registers);
    NUMBER(T_REGISTERS_END,
           __builtin_offsetof(struct thread, registers) + sizeof(struct registers));
    OFFSET(T_R13, thread, registers.r13);
    OFFSET(T_R12, thread, registers.r12);
    OFFSET(T_BP, thread, registers.bp);
    OFFSET(T_BX, thread, registers.bx);
    OFFSET(T_R10, thread, registers.r10);
    OFFSET(T_R9, thread, registers.r9);
    OFFSET(T_R8, thread, registers.r8);
    OFFSET(T_AX, thread, registers.ax);
    OFFSET(T_DX, thread, registers.dx);
    OFFSET(T_SI, thread, registers.si);
    OFFSET(T_DI, thread, registers.di);
    OFFSET(T_VECTOR, thread, registers.vector);
    OFFSET(T_IP, thread, registers.ip);
    OFFSET(T_FLAGS, thread, registers.flags);
    OFFSET(T_SP, thread, registers.sp);
    OFFSET(T_CALLER, thread, caller);
    OFFSET(T_SLOTS, thread, slots);
    OFFSET(T_SLOT_COUNT, thread, slot_count);
    OFFSET(T_FAST_COUNT, thread, fast_count);
    OFFSET(T_CR3, thread, cr3);
    OFFSET(T_IO_BASE, thread, io_base);
    OFFSET(T_UTCB, thread, utcb);
    OFFSET(T_FS_BASE, thread, fs_base);
    OFFSET(T_BITS, thread, bits);
    OFFSET(T_TIMEOUT, thread, timeout);
    OFFSET(T_TIMER_DEADLINE, thread, timer.deadline);
    OFFSET(T_DELAY_END, thread, delay_end);
    OFFSET(T_TICKS, thread, ticks);
    OFFSET(T_ATTENTION, thread, attention);
    OFFSET(T_PRIORITY, thread, priority);
    OFFSET(T_MESSAGE, thread, message);
    NUMBER(MESSAGE_USER, MESSAGE_USER);
    NUMBER(MESSAGE_PAGE_FAULT, MESSAGE_PAGE_FAULT);
    OFFSET(H_OBJECT, handle, object);
    OFFSET(H_LABEL, handle, label);
    OFFSET(H_MASK, handle, mask);
    OFFSET(H_RIGHTS, handle, rights);
    OFFSET(U_WORDS, l4_utcb, words);
    OFFSET(T_RUN, thread, run);
    OFFSET(CPU_FIRST, cpu, ready.first);
    OFFSET(CPU_COUNT, cpu, ready.count);
    OFFSET(CPU_BITS, cpu, ready.bits);
    OFFSET(CPU_IDLE, cpu, idle);
    OFFSET(CPU_SLICE_END, cpu, slice_end);
    OFFSET(LINK_NEXT, link, next);
    OFFSET(LINK_PREVIOUS, link, previous);
    OFFSET(LINE_READY, irq_line, ready);
    OFFSET(LINE_OPEN, irq_line, open);
    OFFSET(LINE_REDIRECTION, irq_line, redirection);
    OFFSET(LINE_SELECT, irq_line, select);
    NUMBER(LINE_BYTES, sizeof(struct irq_line));
    OFFSET(A_WAIT, irq_attachment, end.wait);
    OFFSET(A_LINE, irq_attachment, line);
    OFFSET(A_THREAD, irq_attachment, thread);
    OFFSET(A_LABEL, irq_attachment, label);
    OFFSET(U_RESTART_END, l4_utcb, restart_end);
    OFFSET(U_PREEMPTED, l4_utcb, preempted);
    OFFSET(U_DELAY, l4_utcb, delay);
}
