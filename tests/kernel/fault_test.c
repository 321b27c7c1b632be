// SPDX-License-Identifier: BSD-2-Clause
//
// Page faults, exceptions, start requests, debugging, FPU: the test's first thread is pager and
// handler.
#include "test.h"

static volatile bool went_on;
static volatile uint64_t value;

static void read_page(uint64_t address)
{
    value = *(volatile uint64_t *)address;
    went_on = true;
}

static void write_page(uint64_t address)
{
    *(volatile uint64_t *)address = 42;
    went_on = true;
}

static void call_page(uint64_t address)
{
    ((void (*)(void))address)();
    went_on = true;
}

#define PAGE_FAULT_TAG (L4_TAG(L4_PROTOCOL_PAGE_FAULT, 3, 0) | L4_TAG_KERNEL)
#define EXCEPTION_TAG  (L4_TAG(L4_PROTOCOL_EXCEPTION, L4_EXCEPTION_WORDS, 0) | L4_TAG_KERNEL)

// A thread has its pager and handler only as long as the handles they were derived from exist.
static l4_handle_t pager_handle, handler_handle;

static l4_handle_t watched_client(void (*function)(uint64_t), uint64_t argument)
{
    went_on = false;
    if (!pager_handle) {
        pager_handle = slot_new();
        handler_handle = slot_new();
        need(l4_handle_mint(0, L4_SLOT_THREAD, pager_handle, L4_RIGHT_SEND, 111, 0), "pager");
        need(l4_handle_mint(0, L4_SLOT_THREAD, handler_handle, L4_RIGHT_SEND, 222, 0), "handler");
    }
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_PAGER, pager_handle, 0), "pager");
    need(l4_thread_control(thread, L4_THREAD_HANDLER, handler_handle, 0), "handler");
    if (function)
        thread_begin(thread, function, argument);
    return thread;
}

static bool fault_is_told_and_resolved(void)
{
    uint64_t page = (uint64_t)page_new(), address = FREE_ADDRESS + 0x123 * 8;
    static const struct {
        void (*how)(uint64_t);
        uint64_t access;
    } ways[] = {{read_page, L4_READ}, {write_page, L4_WRITE}};
    for (unsigned i = 0; i < 2; i++) {
        struct l4_message message = {0};
        l4_handle_t thread = watched_client(ways[i].how, address);
        CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
        CHECK(message.tag == PAGE_FAULT_TAG && message.label == 111);
        CHECK(message.w[0] == address && message.w[2] == ways[i].access && message.w[1]);
        CHECK(!went_on);
        l4_item_map(0, page, 12, L4_READ | L4_WRITE, FREE_ADDRESS);
        message.tag = L4_TAG(0, 0, 1);
        CHECK(l4_reply(&message) == L4_STATUS_OK);
        pause_us(100);
        CHECK(went_on);
        thread_drop(thread);
        l4_unmap(0, page, 4096, L4_READ, 0);
    }
    CHECK(((uint64_t *)page)[0x123] == 42);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static bool protection_fault_says_so(void)
{
    uint64_t page = (uint64_t)page_new();
    struct l4_message message = {0};
    *(uint8_t *)page = 0xc3;
    need(l4_space_map(0, page, FREE_ADDRESS, 4096, L4_READ), "page");
    l4_handle_t thread = watched_client(write_page, FREE_ADDRESS);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.w[2] == (L4_WRITE | L4_FAULT_PRESENT));
    thread_drop(thread);
    thread = watched_client(call_page, FREE_ADDRESS);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.w[0] == FREE_ADDRESS && message.w[2] == (L4_EXECUTE | L4_FAULT_PRESENT));
    l4_unmap(0, page, 4096, L4_READ, 0);
    l4_item_map(0, page, 12, L4_READ | L4_EXECUTE, FREE_ADDRESS);
    // The own mapping allows no execution, so neither does the child: the fault comes again.
    message.tag = L4_TAG(0, 0, 1);
    l4_reply(&message);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.w[2] == (L4_EXECUTE | L4_FAULT_PRESENT));
    thread_drop(thread);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static bool refused_fault_is_an_exception(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(read_page, FREE_ADDRESS + 8);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    message.tag = L4_TAG(L4_ANSWER_REFUSED, 0, 0);
    l4_reply(&message);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == EXCEPTION_TAG && message.label == 222);
    CHECK(message.w[0] == 14 && message.w[2] == FREE_ADDRESS + 8);
    message.tag = L4_TAG(L4_ANSWER_REFUSED, 0, 0);
    l4_reply(&message);
    struct l4_thread_state state;
    pause_us(100);
    CHECK(l4_thread_state(thread, &state) == L4_STATUS_OK && state.state == L4_THREAD_IS_FAULTED);
    CHECK(!went_on);
    thread_drop(thread);
    return true;
}

static bool watcher_is_told(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_WATCH, L4_SLOT_THREAD, 0x40), "watch");
    // A call that fails changes nothing.
    l4_handle_t empty = slot_new();
    CHECK(l4_thread_control(thread, L4_THREAD_WATCH, empty, 0x10) == L4_STATUS_HANDLE);
    CHECK(l4_thread_control(thread, L4_THREAD_WATCH, L4_SLOT_SPACE, 0x10) == L4_STATUS_KIND);
    slot_free(empty);
    thread_begin(thread, read_page, FREE_ADDRESS);
    CHECK(l4_wait_timeout(&message, 10000) == L4_STATUS_OK);
    CHECK(message.tag & L4_TAG_NOTIFICATION && message.w[0] == 0x40);
    thread_drop(thread);
    // No second time, but once for a thread that is simply deleted or exits.
    CHECK(l4_wait_timeout(&message, 10) == L4_STATUS_TIMEOUT);
    thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_WATCH, L4_SLOT_THREAD, 0x80), "watch");
    thread_drop(thread);
    CHECK(l4_wait_timeout(&message, 10) == L4_STATUS_OK && message.w[0] == 0x80);
    uint64_t page = (uint64_t)page_new();
    thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_WATCH, L4_SLOT_THREAD, 0x20), "watch");
    thread_begin(thread, read_page, page);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK && message.w[0] == 0x20 && went_on);
    thread_drop(thread);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static void divide(uint64_t zero)
{
    uint64_t result;
    __asm__ volatile("xor %%edx, %%edx; mov $7, %%eax; mov $0x1234, %%r15; div %1"
                     : "=&a"(result)
                     : "r"(zero)
                     : "rdx", "r15");
    value = result;
    went_on = true;
}

// The length of `div %reg`, 64 bits.
#define DIV_BYTES 3

static bool handler_changes_registers(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(divide, 0);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 0);
    uint64_t *words = l4_utcb()->words;
    CHECK(words[6] == 7 && words[20] == 0x1234);
    message.w[3] += DIV_BYTES;
    words[6] = 555;
    message.tag = L4_TAG(0, L4_EXCEPTION_WORDS, 0);
    l4_reply(&message);
    pause_us(100);
    CHECK(went_on && value == 555);
    thread_drop(thread);
    return true;
}

static bool handler_cannot_break_out(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(divide, 0);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    message.w[3] += DIV_BYTES;
    message.w[4] = ~0ull; // all flags: I/O privilege, virtual 8086, nested task, …
    message.tag = L4_TAG(0, L4_EXCEPTION_WORDS, 0);
    l4_reply(&message);
    // The trap flag is among those that may be set: single steps are reported.
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.w[0] == 1);
    CHECK(!(message.w[4] & 0x3000) && message.w[4] & 0x200);
    message.w[3] = 1ull << 63;
    message.tag = L4_TAG(0, L4_EXCEPTION_WORDS, 0);
    l4_reply(&message);
    struct l4_thread_state state;
    pause_us(100);
    CHECK(l4_thread_state(thread, &state) == L4_STATUS_OK && state.state == L4_THREAD_IS_FAULTED);
    thread_drop(thread);
    return true;
}

static void privileged(uint64_t which)
{
    switch (which) {
    case 0:
        __asm__ volatile("hlt");
        break;
    case 1:
        __asm__ volatile("cli");
        break;
    case 2:
        __asm__ volatile("mov %%cr3, %%rax" : : : "rax");
        break;
    case 3:
        __asm__ volatile("rdmsr" : : "c"(0xc0000080) : "rax", "rdx");
        break;
    case 4:
        __asm__ volatile("inb $0x60, %%al" : : : "rax");
        break;
    case 5:
        __asm__ volatile("mov (%0), %%rax" : : "r"(1ull << 62) : "rax");
        break;
    case 6:
        __asm__ volatile("int $0x30");
        break;
    case 7:
        __asm__ volatile("lgdt (%0)" : : "r"(&value));
        break;
    case 8:
        __asm__ volatile("swapgs");
        break;
    }
    went_on = true;
}

static bool privileged_instructions_are_exceptions(void)
{
    for (uint64_t which = 0; which < 9; which++) {
        struct l4_message message = {0};
        l4_handle_t thread = watched_client(privileged, which);
        CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
        CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 13);
        thread_drop(thread);
        CHECK(!went_on);
    }
    return true;
}

static void undefined(uint64_t breakpoint)
{
    if (breakpoint)
        __asm__ volatile("int3");
    else
        __asm__ volatile("ud2");
    went_on = true;
}

static bool breakpoints_are_handled_by_another(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(undefined, 1);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 3);
    message.tag = L4_TAG(0, 0, 0);
    l4_reply(&message);
    pause_us(100);
    CHECK(went_on);
    thread_drop(thread);
    thread = watched_client(undefined, 0);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK && message.w[0] == 6);
    thread_drop(thread);
    return true;
}

static bool steps_are_handled_by_another(void)
{
    uint64_t page = (uint64_t)page_new(), last = 0;
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(0, 0);
    need(l4_thread_control(thread, L4_THREAD_STEP, 1, 0), "step");
    thread_begin(thread, read_page, page);
    unsigned steps = 0;
    while (l4_wait_timeout(&message, 1000) == L4_STATUS_OK && !went_on && steps < 100) {
        CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 1);
        CHECK(message.w[3] != last);
        last = message.w[3];
        steps++;
        l4_thread_control(thread, L4_THREAD_STEP, 1, 0);
        message.tag = L4_TAG(0, 0, 0);
        l4_reply(&message);
    }
    CHECK(steps >= 5 && went_on);
    thread_drop(thread);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static bool data_breakpoints_are_the_threads_own(void)
{
    uint64_t page = (uint64_t)page_new();
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(0, 0);
    need(l4_thread_control(thread, L4_THREAD_BREAKPOINT0 + 1, page + 64, 0), "address");
    // Breakpoint 1, local, on writes of 8 bytes.
    need(l4_thread_control(thread, L4_THREAD_BREAKPOINTS, 4 | 9ull << 20, 0), "control");
    *(volatile uint64_t *)(page + 64) = 1;
    thread_begin(thread, write_page, page + 64);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 1 && message.w[2] & 2);
    CHECK(*(volatile uint64_t *)(page + 64) == 42);
    *(volatile uint64_t *)(page + 64) = 1;
    message.tag = 0;
    l4_reply(&message);
    pause_us(100);
    CHECK(went_on);
    thread_drop(thread);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static void step_into_kernel(uint64_t unused)
{
    (void)unused;
    // A trap flag set over a system call must not trap in the kernel.
    for (unsigned i = 0; i < 3; i++) {
        __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop" : : : "cc", "memory");
        l4_null();
    }
    went_on = true;
}

static bool trap_flag_survives_the_kernel(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(step_into_kernel, 0);
    unsigned steps = 0;
    while (l4_wait_timeout(&message, 1000) == L4_STATUS_OK && steps < 1000) {
        CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 1);
        steps++;
        message.tag = 0;
        l4_reply(&message);
    }
    CHECK(went_on && steps >= 3);
    thread_drop(thread);
    return true;
}

static void trap_with_registers(uint64_t unused)
{
    struct l4_message message = {0};
    register uint64_t r11 __asm__("r11") = 0x4444;
    uint64_t a = 0x1111, c = 0x2222, d = 0x3333, di = 0x5555;
    (void)unused;
    __asm__ volatile("int3" : "+a"(a), "+c"(c), "+d"(d), "+D"(di), "+r"(r11));
    message.w[0] = a;
    message.w[1] = c;
    message.w[2] = d;
    message.w[3] = di;
    message.w[4] = r11;
    message.tag = L4_TAG(1, 5, 0);
    l4_call(L4_SLOT_THREAD, &message);
}

// The handler is busy when the exception comes, answers without words, and waits at once: the
// thread goes on where it was, not like one that had called.
static bool exception_that_waited_is_answered(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(trap_with_registers, 0);
    pause_us(100);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 3);
    message.tag = 0;
    l4_reply_wait(&message);
    CHECK(message.tag == L4_TAG(1, 5, 0));
    CHECK(message.w[0] == 0x1111 && message.w[1] == 0x2222 && message.w[2] == 0x3333);
    CHECK(message.w[3] == 0x5555 && message.w[4] == 0x4444);
    thread_drop(thread);
    return true;
}

static bool pager_says_where_to_start(void)
{
    uint64_t page = (uint64_t)page_new();
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(0, 0);
    CHECK(l4_thread_start_by_pager(thread) == L4_STATUS_OK);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == (L4_TAG(L4_PROTOCOL_START, 0, 0) | L4_TAG_KERNEL));
    CHECK(message.label == 111);
    static char stack[1024] __attribute__((aligned(16)));
    message.w[0] = (uint64_t)read_page;
    message.w[1] = (uint64_t)(stack + sizeof stack - 8);
    message.w[2] = page;
    message.tag = L4_TAG(0, 3, 0);
    l4_reply(&message);
    // It runs off the end of its stack when done.
    l4_wait_timeout(&message, 1000);
    CHECK(went_on);
    thread_drop(thread);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

// A pager that waits already, and answers when it is notified.
static void start_when_notified(uint64_t page)
{
    static char stack[1024] __attribute__((aligned(16)));
    struct l4_message request = {0}, notice = {0};
    l4_wait(&request);
    l4_wait_notification(&notice, L4_NEVER);
    request.w[0] = (uint64_t)read_page;
    request.w[1] = (uint64_t)(stack + sizeof stack - 8);
    request.w[2] = page;
    request.tag = L4_TAG(0, 3, 0);
    l4_reply(&request);
    l4_wait(&request);
}

// Started a second time it would be ready while it waits, and then ready twice.
static bool start_is_asked_for_once(void)
{
    uint64_t page = (uint64_t)page_new();
    struct l4_thread_state state;
    went_on = false;
    l4_handle_t pager = thread_new(L4_SLOT_SPACE, HIGHER, start_when_notified, page);
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_PAGER, pager, 0), "pager");
    CHECK(l4_thread_start_by_pager(thread) == L4_STATUS_OK);
    CHECK(l4_thread_state(thread, &state) == L4_STATUS_OK && state.state == L4_THREAD_IS_CALLING);
    CHECK(l4_thread_start(thread, (uint64_t)read_page, 0, page) == L4_STATUS_STATE);
    CHECK(l4_thread_start_by_pager(thread) == L4_STATUS_STATE);
    CHECK(!went_on);
    CHECK(l4_notify(pager, 1) == L4_STATUS_OK);
    pause_us(1000);
    CHECK(went_on);
    thread_drop(thread);
    thread_drop(pager);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static bool start_can_be_refused(void)
{
    struct l4_message message = {0};
    struct l4_thread_state state;
    l4_handle_t thread = watched_client(0, 0);
    CHECK(l4_thread_start_by_pager(thread) == L4_STATUS_OK);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    message.tag = L4_TAG(L4_ANSWER_REFUSED, 0, 0);
    l4_reply(&message);
    CHECK(l4_thread_state(thread, &state) == L4_STATUS_OK && state.state == L4_THREAD_IS_FAULTED);
    thread_drop(thread);
    return true;
}

static bool dropped_fault_ends_the_thread(void)
{
    struct l4_message message = {0};
    struct l4_thread_state state;
    l4_handle_t thread = watched_client(read_page, FREE_ADDRESS);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(l4_wait_timeout(&message, 10) == L4_STATUS_TIMEOUT);
    CHECK(l4_thread_state(thread, &state) == L4_STATUS_OK && state.state == L4_THREAD_IS_FAULTED);
    thread_drop(thread);
    return true;
}

static bool faults_survive_cancellation(void)
{
    uint64_t page = (uint64_t)page_new();
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(read_page, FREE_ADDRESS);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(l4_thread_cancel(thread, 0, 0) == L4_STATUS_OK);
    // It tries again and asks again.
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == PAGE_FAULT_TAG && message.w[0] == FREE_ADDRESS);
    l4_item_map(0, page, 12, L4_READ, FREE_ADDRESS);
    message.tag = L4_TAG(0, 0, 1);
    l4_reply(&message);
    pause_us(100);
    CHECK(went_on);
    thread_drop(thread);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static volatile unsigned fpu_wrong, fpu_rounds;

static void fpu_user(uint64_t pattern)
{
    for (unsigned i = 0; i < 5; i++) {
        uint64_t back = 0;
        __asm__ volatile("movq %0, %%xmm3" : : "r"(pattern + i));
        pause_us(20);
        __asm__ volatile("movq %%xmm3, %0" : "=r"(back));
        if (back != pattern + i)
            fpu_wrong = fpu_wrong + 1;
        fpu_rounds = fpu_rounds + 1;
    }
}

static bool fpu_is_for_those_who_declare_it(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(fpu_user, 1);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 7);
    thread_drop(thread);
    fpu_wrong = fpu_rounds = 0;
    l4_handle_t threads[3];
    for (uint64_t i = 0; i < 3; i++) {
        threads[i] = thread_unstarted(L4_SLOT_SPACE, LOWER);
        need(l4_thread_control(threads[i], L4_THREAD_FPU, 1, 0), "fpu");
        thread_begin(threads[i], fpu_user, 0x1111111111111111ull * (i + 1));
    }
    pause_us(5000);
    CHECK(fpu_rounds == 15 && fpu_wrong == 0);
    for (unsigned i = 0; i < 3; i++)
        thread_drop(threads[i]);
    return true;
}

static volatile uint64_t fpu_left;

// Leaves something in all registers, gives the FPU up, and declares it again.
static void fpu_leaver(uint64_t own)
{
    uint64_t back;
    uint32_t control = 0, changed = 0x1f80 | 0x6000;
    __asm__ volatile("movq %0, %%xmm5; fld1; fld1; ldmxcsr %1" : : "r"(~0ull), "m"(changed));
    l4_thread_control((l4_handle_t)own, L4_THREAD_FPU, 0, 0);
    pause_us(20);
    l4_thread_control((l4_handle_t)own, L4_THREAD_FPU, 1, 0);
    __asm__ volatile("movq %%xmm5, %0; stmxcsr %1" : "=r"(back), "=m"(control));
    fpu_left = back | (control != 0x1f80);
    fpu_rounds = fpu_rounds + 1;
    l4_thread_control((l4_handle_t)own, L4_THREAD_FPU, 0, 0);
    __asm__ volatile("movq %%xmm5, %0" : "=r"(back));
    fpu_rounds = fpu_rounds + 1;
}

static bool fpu_state_goes_when_it_is_given_up(void)
{
    struct l4_message message = {0};
    fpu_rounds = 0;
    fpu_left = 1;
    l4_handle_t other = thread_unstarted(L4_SLOT_SPACE, LOWER - 1);
    need(l4_thread_control(other, L4_THREAD_FPU, 1, 0), "fpu");
    thread_begin(other, fpu_user, 77);
    l4_handle_t thread = watched_client(0, 0);
    need(l4_thread_control(thread, L4_THREAD_FPU, 1, 0), "fpu");
    thread_begin(thread, fpu_leaver, thread);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 7);
    CHECK(fpu_left == 0);
    // Somebody else may take the FPU of one that waits.
    CHECK(l4_thread_control(other, L4_THREAD_FPU, 0, 0) == L4_STATUS_OK);
    thread_drop(thread);
    thread_drop(other);
    return true;
}

static void break_on_own_write(uint64_t page)
{
    // Its own handle is in the slot that stands in the page.
    l4_handle_t own = *(volatile l4_handle_t *)(page + 8);
    l4_thread_control(own, L4_THREAD_BREAKPOINT0, page, 0);
    l4_thread_control(own, L4_THREAD_BREAKPOINTS, 1 | 9ull << 16, 0);
    *(volatile uint64_t *)page = 42;
    went_on = true;
}

static bool breakpoints_hold_at_once_for_who_sets_its_own(void)
{
    uint64_t page = (uint64_t)page_new();
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(0, 0);
    *(volatile l4_handle_t *)(page + 8) = thread;
    thread_begin(thread, break_on_own_write, page);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    CHECK(message.tag == EXCEPTION_TAG && message.w[0] == 1 && message.w[2] & 1 && !went_on);
    thread_drop(thread);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static bool pager_gives_the_first_page_with_the_start(void)
{
    uint64_t page = (uint64_t)page_new();
    struct l4_message message = {0};
    l4_handle_t thread = watched_client(0, 0);
    static char stack[1024] __attribute__((aligned(16)));
    *(volatile uint64_t *)page = 5;
    CHECK(l4_thread_start_by_pager(thread) == L4_STATUS_OK);
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK);
    l4_item_map(0, page, 12, L4_READ, FREE_ADDRESS);
    message.w[0] = (uint64_t)read_page;
    message.w[1] = (uint64_t)(stack + sizeof stack - 8);
    message.w[2] = FREE_ADDRESS;
    message.tag = L4_TAG(0, 3, 1);
    l4_reply(&message);
    l4_wait_timeout(&message, 1000); // it runs off the end of its stack when done
    CHECK(went_on && value == 5);
    thread_drop(thread);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

const struct test fault_tests[] = {
    {"a page fault is told to the pager and goes on with a page", fault_is_told_and_resolved},
    {"a fault on a present page says so, and for which access", protection_fault_says_so},
    {"a refused page fault becomes an exception, a refused exception the end",
     refused_fault_is_an_exception},
    {"who watches a thread is told of its end, once", watcher_is_told},
    {"a handler reads and changes all registers", handler_changes_registers},
    {"a handler cannot give a thread what is not a user's", handler_cannot_break_out},
    {"privileged instructions are exceptions", privileged_instructions_are_exceptions},
    {"breakpoint and undefined instructions are handled by another task",
     breakpoints_are_handled_by_another},
    {"single steps are handled by another task", steps_are_handled_by_another},
    {"data breakpoints are a thread's own", data_breakpoints_are_the_threads_own},
    {"a trap flag does not trap in the kernel", trap_flag_survives_the_kernel},
    {"an exception that had to wait for its handler is answered like any other",
     exception_that_waited_is_answered},
    {"a pager says where a thread starts", pager_says_where_to_start},
    {"a thread that asks its pager where to start is not started again", start_is_asked_for_once},
    {"a pager can refuse to start a thread", start_can_be_refused},
    {"a page fault that is dropped ends the thread", dropped_fault_ends_the_thread},
    {"a cancelled page fault is tried again", faults_survive_cancellation},
    {"the FPU is for threads that declare it, and each has its own",
     fpu_is_for_those_who_declare_it},
    {"what was in the FPU goes when it is given up", fpu_state_goes_when_it_is_given_up},
    {"breakpoints hold at once for a thread that sets its own",
     breakpoints_hold_at_once_for_who_sets_its_own},
    {"a pager gives pages with the start", pager_gives_the_first_page_with_the_start},
    {0, 0},
};
