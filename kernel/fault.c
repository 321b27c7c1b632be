// SPDX-License-Identifier: BSD-2-Clause
//
// Faults. A page fault goes to the pager; refused, unanswerable or without a pager it becomes an
// exception for the handler; without a handler, or refused again, the thread ends.
#include "ipc.h"

#include <abi/fault.h>

#include "sched.h"

#define ERROR_PRESENT 1
#define ERROR_WRITE   2
#define ERROR_FETCH   16

#define PLACE(name) __builtin_offsetof(struct registers, name)

// The register that stands in word `index` of an exception's message, from the seventh on.
static uint64_t *exception_register(struct registers *registers, unsigned index)
{
    static const uint8_t places[] = {
        PLACE(ax),  PLACE(bx),  PLACE(cx),  PLACE(dx),  PLACE(si),
        PLACE(di),  PLACE(bp),  PLACE(r8),  PLACE(r9),  PLACE(r10),
        PLACE(r11), PLACE(r12), PLACE(r13), PLACE(r14), PLACE(r15),
    };
    return (uint64_t *)((char *)registers + places[index - L4_REGISTER_WORDS]);
}

void fault_message(struct thread *sender, struct thread *receiver, uint64_t label)
{
    const struct registers *from = &sender->registers;
    receiver->registers.di = label;
    if (sender->message == MESSAGE_START) {
        receiver->registers.dx = L4_TAG(L4_PROTOCOL_START, 0, 0) | L4_TAG_KERNEL;
        return;
    }
    if (sender->message == MESSAGE_PAGE_FAULT) {
        receiver->registers.dx = L4_TAG(L4_PROTOCOL_PAGE_FAULT, 3, 0) | L4_TAG_KERNEL;
        *call_word(receiver, 0) = sender->fault_address;
        *call_word(receiver, 1) = from->ip;
        *call_word(receiver, 2) = sender->fault_access;
        return;
    }
    const uint64_t words[] = {from->vector, from->error, sender->fault_address,
                              from->ip,     from->flags, from->sp};
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        *call_word(receiver, i) = words[i];
    for (unsigned i = L4_REGISTER_WORDS; i < L4_EXCEPTION_WORDS; i++)
        receiver->utcb->words[i] = *exception_register(&sender->registers, i);
    receiver->registers.dx = L4_TAG(L4_PROTOCOL_EXCEPTION, L4_EXCEPTION_WORDS, 0) | L4_TAG_KERNEL;
}

static void go_on(struct thread *thread)
{
    thread->message = MESSAGE_USER;
    thread->end.wait = WAIT_NONE;
    thread->state = THREAD_READY;
    ready_handoff(thread);
}

static void raise_exception(struct thread *thread)
{
    thread->message = MESSAGE_EXCEPTION;
    thread->end.wait = WAIT_NONE;
    if (!ipc_kernel_call(thread, &thread->handler))
        thread_fault(thread, "nobody handles its exception");
}

// New registers out of an answer's words. False if they cannot be a user's.
static bool set_registers(struct thread *thread, struct thread *server)
{
    struct registers *to = &thread->registers;
    uint64_t ip = *call_word(server, 3);
    if (ip >= L4_USER_END)
        return false;
    to->ip = ip;
    to->flags = (*call_word(server, 4) & FLAGS_OF_USER) | FLAG_ALWAYS | FLAG_INTERRUPT;
    to->sp = *call_word(server, 5);
    for (unsigned i = L4_REGISTER_WORDS; i < L4_EXCEPTION_WORDS; i++)
        *exception_register(to, i) = server->utcb->words[i];
    return true;
}

// Where to start, out of an answer's words, with what is mapped there. False if it cannot be.
static bool set_start(struct thread *thread, struct thread *server)
{
    uint64_t tag = server->registers.dx;
    uint64_t ip = *call_word(server, 0);
    if (l4_tag_words(tag) < 3 || ip >= L4_USER_END)
        return false;
    if (l4_tag_items(tag))
        items_transfer(server, thread, l4_tag_items(tag), true);
    thread_enter(thread, ip, *call_word(server, 1), *call_word(server, 2));
    return true;
}

void fault_answered(struct thread *thread, struct thread *server)
{
    uint64_t tag = server->registers.dx;
    unsigned message = thread->message, items = l4_tag_items(tag);
    bool helped = l4_tag_label(tag) != L4_ANSWER_REFUSED;
    if (helped && message == MESSAGE_PAGE_FAULT && items)
        helped = items_transfer(server, thread, items, true) == L4_STATUS_OK;
    else if (helped && message == MESSAGE_EXCEPTION && l4_tag_words(tag) == L4_EXCEPTION_WORDS)
        helped = set_registers(thread, server);
    else if (helped && message == MESSAGE_START)
        helped = set_start(thread, server);
    if (helped)
        go_on(thread);
    else if (message == MESSAGE_PAGE_FAULT)
        raise_exception(thread);
    else
        thread_fault(thread, message == MESSAGE_EXCEPTION ? "its exception was refused"
                                                          : "its start was refused");
}

void fault_start(struct thread *thread)
{
    thread->message = MESSAGE_START;
    if (!ipc_kernel_call(thread, &thread->pager))
        thread_fault(thread, "it has no pager to ask where to start");
}

// The FPU of a thread that declared it: fetch its state, keep the last owner's.
static bool fpu_fault(struct thread *thread)
{
    struct cpu *cpu = this_cpu();
    if (!thread->fpu_state)
        return false;
    sched_lock_fpu(false);
    if (cpu->fpu_owner == thread)
        return true;
    if (cpu->fpu_owner)
        __asm__ volatile("fxsaveq %0" : "=m"(*cpu->fpu_owner->fpu_state));
    cpu->fpu_owner = thread;
    __asm__ volatile("fxrstorq %0" : : "m"(*thread->fpu_state));
    return true;
}

// Entered from the assembler for exceptions of user programs, all registers saved, CR2 given.
void fault_enter(struct thread *thread, uint64_t address)
{
    uint64_t vector = thread->registers.vector, error = thread->registers.error;
    if (thread->ending) {
        // It faults on the way to its own end: whoever ends its space does the rest.
        thread->state = THREAD_ENDING;
        schedule();
        return;
    }
    if (vector == VECTOR_NO_FPU && fpu_fault(thread))
        return;
    if (vector == VECTOR_PROTECTION && !error && ports_load(thread))
        return;
    thread->fault_address = address;
    if (vector == VECTOR_PAGE) {
        thread->fault_access = error & ERROR_FETCH   ? L4_EXECUTE
                               : error & ERROR_WRITE ? L4_WRITE
                                                     : L4_READ;
        if (error & ERROR_PRESENT)
            thread->fault_access |= L4_FAULT_PRESENT;
        thread->message = MESSAGE_PAGE_FAULT;
        if (!ipc_kernel_call(thread, &thread->pager))
            raise_exception(thread);
        else
            sched_roll_back(thread);
    } else {
        // A single step asked for by others is over once it is reported.
        if (vector == VECTOR_DEBUG)
            thread->registers.flags &= ~FLAG_TRAP;
        raise_exception(thread);
    }
    schedule();
}
