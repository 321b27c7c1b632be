// SPDX-License-Identifier: BSD-2-Clause
//
// What a program may do to the state of its processor: flags, segments, stack and instruction
// pointer, debug registers. The kernel goes on, and the program keeps what is its own.
#include "test.h"

#define EXCEPTION_TAG (L4_TAG(L4_PROTOCOL_EXCEPTION, L4_EXCEPTION_WORDS, 0) | L4_TAG_KERNEL)

#define FLAG_RESUME     0x10000ull
#define FLAG_PRIVILEGE  0x3000ull
#define FLAG_INTERRUPTS 0x200ull

#define LOCAL_SELECTOR       0x1f
#define USER_DATA_DESCRIPTOR 0x0000f30000000000ull

static volatile bool done;
static volatile uint64_t seen;
static l4_handle_t handler;

// A thread whose exceptions are ours.
static l4_handle_t subject(void)
{
    if (!handler) {
        handler = slot_new();
        need(l4_handle_mint(0, L4_SLOT_THREAD, handler, L4_RIGHT_SEND, 1, 0), "handler");
    }
    done = false;
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_HANDLER, handler, 0), "handler");
    return thread;
}

// What the compiler keeps below the stack pointer is not pushed over.
#define LEAVE_RED_ZONE "lea -128(%%rsp), %%rsp\n"
#define ENTER_RED_ZONE "lea 128(%%rsp), %%rsp"

static uint64_t flags_now(void)
{
    uint64_t flags;
    __asm__ volatile(LEAVE_RED_ZONE "pushfq; pop %0\n" ENTER_RED_ZONE : "=r"(flags));
    return flags;
}

// Sets flags, makes a call, and reads them again; what is compiled goes on with plain ones.
static uint64_t flags_after_call(uint64_t flags, uint64_t operation)
{
    __asm__ volatile(LEAVE_RED_ZONE
                     "push %1; popfq; syscall; pushfq; pop %%rax; push $2; popfq\n" ENTER_RED_ZONE
                     : "+a"(operation), "+D"(flags)
                     :
                     : "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                       "r15", "cc", "memory");
    return operation;
}

// The same with interrupts in place of the call.
static uint64_t flags_after(uint64_t flags, uint64_t time_us)
{
    uint64_t until = l4_tsc() + time_us * 1000;
    __asm__ volatile(LEAVE_RED_ZONE
                     "push %0; popfq\n"
                     "1: rdtsc; shl $32, %%rdx; or %%rdx, %%rax; cmp %1, %%rax; jb 1b\n"
                     "pushfq; pop %0; push $2; popfq\n" ENTER_RED_ZONE
                     : "+r"(flags)
                     : "r"(until)
                     : "rax", "rdx", "cc", "memory");
    return flags;
}

static void keep_flags(uint64_t flags)
{
    seen = flags_after_call(flags, L4_OP_NULL) & flags_after_call(flags, L4_OP_CLOCK) &
           flags_after(flags, 300);
    done = true;
}

// Direction, nested task, alignment check, identification, virtual interrupts, I/O privilege.
static bool flags_are_kept(void)
{
    static const uint64_t tried[] = {0x400, 0x4000, 0x40000, 0x200000, 0x44400, 0x3000, 0x180000};
    for (unsigned i = 0; i < sizeof tried / sizeof *tried; i++) {
        l4_handle_t thread = subject();
        thread_begin(thread, keep_flags, tried[i] | 2);
        for (unsigned j = 0; j < 20; j++)
            pause_us(30);
        CHECK(done);
        // Nested task, alignment and direction can be had by any program, privilege by none.
        CHECK((seen & 0x44400) == (tried[i] & 0x44400));
        CHECK(!(seen & FLAG_PRIVILEGE) && seen & FLAG_INTERRUPTS);
        CHECK(!(flags_now() & 0x44400));
        thread_drop(thread);
    }
    return true;
}

// Loads a segment register with a selector, then enters the kernel in each of the ways.
static void load_segment(uint64_t which_and_selector)
{
    uint16_t selector = (uint16_t)which_and_selector;
    uint64_t until = l4_tsc() + 100000;
    switch (which_and_selector >> 16) {
    case 0:
        __asm__ volatile("mov %0, %%ds" : : "r"(selector));
        break;
    case 1:
        __asm__ volatile("mov %0, %%es" : : "r"(selector));
        break;
    case 2:
        __asm__ volatile("mov %0, %%gs" : : "r"(selector));
        break;
    case 3:
        __asm__ volatile("mov %0, %%ss" : : "r"(selector));
        break;
    case 4:
        __asm__ volatile("mov %0, %%fs" : : "r"(selector));
        break;
    }
    l4_null();
    l4_yield(0);
    while (l4_tsc() < until)
        ;
    l4_yield(0);
    __asm__ volatile("ud2");
}

static bool segments_are_harmless(void)
{
    // Null, null with privilege 3, user data, user code, the kernel's, the task, beyond the table;
    // a descriptor of the local table, which there is not: it is not at address 0 either.
    static const uint16_t selectors[] = {0, 3, 0x1b, 0x23, 0x08, 0x10, 0x28, 0x43, LOCAL_SELECTOR};
    uint64_t page = (uint64_t)page_new();
    *(uint64_t *)(page + LOCAL_SELECTOR / 8 * 8) = USER_DATA_DESCRIPTOR;
    need(l4_space_map(0, page, 0, 4096, L4_READ | L4_WRITE), "page");
    for (uint64_t which = 0; which < 5; which++)
        for (unsigned i = 0; i < sizeof selectors / sizeof *selectors; i++) {
            struct l4_message message = {0};
            l4_handle_t thread = subject();
            thread_begin(thread, load_segment, which << 16 | selectors[i]);
            CHECK(l4_wait_timeout(&message, 5000) == L4_STATUS_OK);
            CHECK(message.tag == EXCEPTION_TAG);
            bool allowed = selectors[i] == 0x1b || (which != 3 && selectors[i] <= 3) ||
                           (which != 3 && selectors[i] == 0x23);
            CHECK(message.w[0] == (allowed ? 6 : 13));
            thread_drop(thread);
        }
    // Our own are what they were: the UTCB is where it was.
    CHECK(l4_utcb()->self == l4_utcb());
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static const uint64_t strange[] = {
    1ull << 63,          1ull << 47,          (1ull << 47) - 1,    0xffff7fffffffffffu,
    0xffff800000000000u, 0xffffffffbfe00000u, 0xffffffff80100000u, ~0ull,
    L4_USER_END};

static void jump(uint64_t to)
{
    __asm__ volatile("jmp *%0" : : "r"(to));
}

// The handler lets it try again, so the kernel returns to wherever it was.
static bool instruction_pointers_are_harmless(void)
{
    for (unsigned i = 0; i < sizeof strange / sizeof *strange; i++) {
        struct l4_message message = {0};
        l4_handle_t thread = subject();
        thread_begin(thread, jump, strange[i]);
        for (unsigned j = 0; j < 3; j++) {
            CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
            CHECK(message.tag == EXCEPTION_TAG && (message.w[0] == 13 || message.w[0] == 14));
            message.tag = 0;
            l4_reply(&message);
        }
        thread_drop(thread);
    }
    return true;
}

static void use_stack(uint64_t pointer)
{
    uint64_t until = l4_tsc() + 100000;
    __asm__ volatile("mov %0, %%rsp\n"
                     "mov %2, %%eax; syscall; mov %3, %%eax; syscall\n"
                     "1: rdtsc; shl $32, %%rdx; or %%rdx, %%rax; cmp %1, %%rax; jb 1b\n"
                     "push %%rax; ud2"
                     :
                     : "r"(pointer), "b"(until), "i"(L4_OP_NULL), "i"(L4_OP_CLOCK)
                     : "rax", "rcx", "rdx", "r11", "memory");
}

// Calls, interrupts and exceptions of a program whose stack pointer points nowhere.
static bool stack_pointers_are_harmless(void)
{
    for (unsigned i = 0; i < sizeof strange / sizeof *strange; i++) {
        struct l4_message message = {0};
        l4_handle_t thread = subject();
        thread_begin(thread, use_stack, strange[i]);
        CHECK(l4_wait_timeout(&message, 5000) == L4_STATUS_OK);
        CHECK(message.tag == EXCEPTION_TAG && message.w[5] == strange[i]);
        CHECK(message.w[0] == 12 || message.w[0] == 13 || message.w[0] == 14);
        thread_drop(thread);
    }
    return true;
}

static volatile uint64_t selector = 0x1b;

// A data breakpoint on the operand of `mov ss` is due behind the next instruction, which is the
// kernel's first, of a system call or of an exception.
static void shadowed_entry(uint64_t which)
{
    if (which == 0)
        __asm__ volatile("mov %1, %%eax; mov %0, %%ss; syscall"
                         :
                         : "m"(selector), "i"(L4_OP_NULL)
                         : "rax", "rcx", "rdx", "r11", "r14", "r15", "memory");
    else if (which == 1)
        __asm__ volatile("mov %1, %%eax; mov %0, %%ss; syscall"
                         :
                         : "m"(selector), "i"(L4_OP_CLOCK)
                         : "rax", "rcx", "rdx", "rdi", "rsi", "r8", "r9", "r10", "r11", "r12",
                           "r13", "r14", "r15", "memory");
    else if (which == 2)
        __asm__ volatile("mov %0, %%ss; int3" : : "m"(selector) : "memory");
    else
        __asm__ volatile("mov %0, %%ss; ud2" : : "m"(selector) : "memory");
    done = true;
    for (;;)
        pause_us(1000000);
}

static bool breakpoints_shadow_no_entry(void)
{
    for (uint64_t which = 0; which < 4; which++) {
        struct l4_message message = {0};
        l4_handle_t thread = subject();
        need(l4_thread_control(thread, L4_THREAD_BREAKPOINT0, (uint64_t)&selector, 0), "address");
        // Local, reads and writes of 2 bytes, with the trap flag for good measure.
        need(l4_thread_control(thread, L4_THREAD_BREAKPOINTS, 1 | 7ull << 16, 0), "control");
        need(l4_thread_control(thread, L4_THREAD_STEP, which % 2, 0), "step");
        thread_begin(thread, shadowed_entry, which);
        for (unsigned i = 0; !done && i < 10; i++) {
            if (l4_wait_timeout(&message, 1000) != L4_STATUS_OK)
                break;
            CHECK(message.tag == EXCEPTION_TAG);
            CHECK(message.w[0] == 1 || message.w[0] == 3 || message.w[0] == 6);
            message.w[3] += message.w[0] == 6 ? 2 : 0; // behind `ud2`
            message.tag = L4_TAG(0, L4_EXCEPTION_WORDS, 0);
            l4_reply(&message);
        }
        CHECK(done);
        thread_drop(thread);
    }
    return true;
}

static void nothing(uint64_t unused)
{
    (void)unused;
    done = true;
}

// The thread stands before the instruction when it is reported; the resume flag takes it past it.
static bool execution_breaks_and_resumes(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = subject();
    need(l4_thread_control(thread, L4_THREAD_BREAKPOINT0 + 3, (uint64_t)nothing, 0), "address");
    need(l4_thread_control(thread, L4_THREAD_BREAKPOINTS, 1 << 6, 0), "control");
    thread_begin(thread, nothing, 0);
    for (unsigned i = 0; i < 2; i++) {
        CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
        CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 1 && message.w[2] & 8);
        CHECK(message.w[3] == (uint64_t)nothing && !done);
        message.w[4] = i ? message.w[4] | FLAG_RESUME : message.w[4] & ~FLAG_RESUME;
        message.tag = L4_TAG(0, L4_EXCEPTION_WORDS, 0);
        l4_reply(&message);
    }
    pause_us(100);
    CHECK(done);
    thread_drop(thread);
    return true;
}

static void touch_selector(uint64_t unused)
{
    (void)unused;
    for (unsigned i = 0; i < 5; i++) {
        l4_yield(0);
        pause_us(10);
    }
    done = true;
}

// General detection would trap the kernel's own use of the debug registers.
static bool debug_registers_are_the_kernels(void)
{
    l4_handle_t thread = subject();
    need(l4_thread_control(thread, L4_THREAD_BREAKPOINTS, 0xffffull << 48 | 0xff01, 0), "control");
    thread_begin(thread, touch_selector, 0);
    pause_us(1000);
    CHECK(done);
    thread_drop(thread);
    return true;
}

const struct test state_tests[] = {
    {"a program's flags are kept, and none of them is the kernel's", flags_are_kept},
    {"whatever segments a program loads, the kernel goes on", segments_are_harmless},
    {"a program may jump anywhere, again and again", instruction_pointers_are_harmless},
    {"a program may point its stack anywhere", stack_pointers_are_harmless},
    {"a breakpoint due behind the kernel's first instruction is harmless",
     breakpoints_shadow_no_entry},
    {"a breakpoint on an instruction comes before it, and the resume flag gets past",
     execution_breaks_and_resumes},
    {"the kernel's use of the debug registers is not trapped", debug_registers_are_the_kernels},
    {0, 0},
};
