// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel's paths cost. In virtual time the time-stamp counter counts instructions, so a
// measurement is two readings around what is measured, less what the readings cost themselves. Each
// is taken many times; minimum and median are printed.
#include <l4/l4.h>

#include "generated.h"
#include "support.h"

#define SAMPLES 101
#define WARM_UP 3

#define CLIENT_PRIORITY OWN_PRIORITY
#define SERVER_PRIORITY (OWN_PRIORITY + 10)

#define SLOT_PARTNER 10 // in the partner's space: this program's first thread

extern uint64_t first_tsc;

static uint64_t samples[SAMPLES];
static uint64_t overhead;
static volatile uint64_t partner_tsc, before_tsc;

static void sort(void)
{
    for (unsigned i = 1; i < SAMPLES; i++)
        for (unsigned j = i; j && samples[j] < samples[j - 1]; j--) {
            uint64_t swap = samples[j];
            samples[j] = samples[j - 1];
            samples[j - 1] = swap;
        }
}

// `divisor`: how many of the thing one sample holds.
static void report(const char *name, uint64_t divisor)
{
    sort();
    print("bench %s %u %u\n", name, (samples[0] + divisor / 2) / divisor,
          (samples[SAMPLES / 2] + divisor / 2) / divisor);
}

#define MEASURE(name, divisor, prepare, what, clean)                                               \
    do {                                                                                           \
        for (int i = -WARM_UP; i < SAMPLES; i++) {                                                 \
            prepare;                                                                               \
            uint64_t before = l4_tsc();                                                            \
            what;                                                                                  \
            uint64_t taken = l4_tsc() - before - overhead;                                         \
            clean;                                                                                 \
            if (i >= 0)                                                                            \
                samples[i] = taken;                                                                \
        }                                                                                          \
        report(name, divisor);                                                                     \
    } while (0)

// The yardstick itself: a loop of known length must count as it stands.
static void check_clock(void)
{
    uint64_t count = 1000, least = ~0ull;
    for (unsigned i = 0; i < SAMPLES; i++) {
        uint64_t before = l4_tsc();
        uint64_t taken = l4_tsc() - before;
        if (taken < least)
            least = taken;
    }
    overhead = least;
    uint64_t before = l4_tsc();
    __asm__ volatile("1: dec %0; jnz 1b" : "+r"(count));
    uint64_t taken = l4_tsc() - before - overhead;
    print("clock: 2000 instructions take %u ticks, a reading %u\n", taken, overhead);
}

static void exchange_server(uint64_t words)
{
    struct l4_message message = {0};
    l4_receive(SLOT_PARTNER, &message, L4_NEVER);
    for (;;) {
        message.tag = L4_TAG(0, words, 0);
        l4_exchange(SLOT_PARTNER, &message);
    }
}

static void reply_server(uint64_t words)
{
    struct l4_message message = {0};
    l4_wait(&message);
    for (;;) {
        message.tag = L4_TAG(0, words, 0);
        l4_reply_wait(&message);
    }
}

static l4_handle_t partner_new(l4_handle_t space, unsigned priority, void (*function)(uint64_t),
                               uint64_t argument)
{
    l4_handle_t thread = thread_unstarted(space, priority);
    thread_begin(thread, function, argument);
    return thread;
}

static void measure_exchange(const char *name, l4_handle_t space, uint64_t words)
{
    l4_handle_t server = partner_new(space, SERVER_PRIORITY, exchange_server, words);
    struct l4_message message = {.tag = L4_TAG(0, words, 0)};
    MEASURE(name, 2, message.tag = L4_TAG(0, words, 0), l4_exchange(server, &message), );
    thread_drop(server);
}

static void measure_call(const char *name, l4_handle_t space, uint64_t words)
{
    l4_handle_t server = partner_new(space, SERVER_PRIORITY, reply_server, words);
    struct l4_message message = {0};
    MEASURE(name, 1, message.tag = L4_TAG(0, words, 0), l4_call(server, &message), );
    thread_drop(server);
}

// One round trip to a server that adds; returns the least.
static uint64_t measure_add(const char *name, l4_handle_t space, void (*serve)(uint64_t),
                            uint64_t (*add)(l4_handle_t, uint64_t, uint64_t))
{
    l4_handle_t server = partner_new(space, SERVER_PRIORITY, serve, 0);
    volatile uint64_t sum = 0;
    generated_begin(server);
    MEASURE(name, 1, , sum = add(server, 40, 2),
            need(sum == 42 ? L4_STATUS_OK : L4_STATUS_MESSAGE, name));
    thread_drop(server);
    return samples[0];
}

static void measure_generated(l4_handle_t space)
{
    uint64_t by_hand = measure_add("call_2w_1w_by_hand", space, hand_server, hand_add);
    uint64_t generated =
        measure_add("call_2w_1w_generated", space, generated_server, generated_add);
    print("bench idl_call_overhead %u %u\n", generated - by_hand, generated - by_hand);
}

static void wait_and_note(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;) {
        l4_wait(&message);
        partner_tsc = l4_tsc();
    }
}

static void measure_notify(l4_handle_t space)
{
    l4_handle_t idle = thread_unstarted(space, SERVER_PRIORITY);
    MEASURE("notify_no_switch", 1, , l4_notify(idle, 1), );
    thread_drop(idle);

    l4_handle_t low = partner_new(space, CLIENT_PRIORITY - 1, wait_and_note, 0);
    MEASURE("notify_lower_no_switch", 1, l4_thread_control(low, L4_THREAD_PRIORITY, 250, 0);
            l4_yield(0); l4_thread_control(low, L4_THREAD_PRIORITY, CLIENT_PRIORITY - 1, 0),
                         l4_notify(low, 1), );
    thread_drop(low);

    l4_handle_t waiter = partner_new(space, SERVER_PRIORITY, wait_and_note, 0);
    for (int i = -WARM_UP; i < SAMPLES; i++) {
        uint64_t before = l4_tsc();
        l4_notify(waiter, 1);
        if (i >= 0)
            samples[i] = partner_tsc - before - overhead;
    }
    report("notify_wake", 1);
    thread_drop(waiter);
}

#define LONG_US 10000000

static void wait_again(uint64_t timeout_us)
{
    struct l4_message message = {0};
    for (;;) {
        before_tsc = l4_tsc();
        l4_wait_timeout(&message, (uint32_t)timeout_us);
    }
}

// From a wait that blocks to the thread that was displaced by the waiting one.
static void measure_block(const char *name, l4_handle_t space, uint32_t timeout_us)
{
    l4_handle_t waiter = partner_new(space, SERVER_PRIORITY, wait_again, timeout_us);
    for (int i = -WARM_UP; i < SAMPLES; i++) {
        l4_notify(waiter, 1);
        uint64_t after = l4_tsc();
        if (i >= 0)
            samples[i] = after - before_tsc - overhead;
    }
    report(name, 1);
    thread_drop(waiter);
}

static void notify_back(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    for (;;) {
        partner_tsc = l4_tsc();
        l4_notify_wait(SLOT_PARTNER, &message);
    }
}

// Wakes the other and waits, in one call: from there to the other's first instruction.
static void measure_notify_wait(l4_handle_t space)
{
    struct l4_message message = {0};
    l4_handle_t partner = partner_new(space, CLIENT_PRIORITY - 1, notify_back, 0);
    l4_wait_timeout(&message, 1000);
    for (int i = -WARM_UP; i < SAMPLES; i++) {
        uint64_t before = l4_tsc();
        l4_notify_wait(partner, &message);
        if (i >= 0)
            samples[i] = partner_tsc - before - overhead;
    }
    report("notify_wait_switch", 1);
    thread_drop(partner);
}

static void measure_wait(l4_handle_t space)
{
    struct l4_message message = {0};
    measure_notify_wait(space);
    measure_block("wait_block_switch", space, L4_NEVER);
    measure_block("wait_timeout_block_switch", space, LONG_US);
    MEASURE("wait_latched", 1, l4_notify(L4_SLOT_THREAD, 1), l4_wait(&message), );
    MEASURE("wait_timeout_latched", 1, l4_notify(L4_SLOT_THREAD, 1),
            l4_wait_timeout(&message, LONG_US), );
}

// The serial port's transmitter interrupt comes as soon as it is enabled, so the instruction before
// the kernel's first is known.
#define UART        0x3f8
#define UART_ENABLE (UART + 1)
#define UART_CAUSE  (UART + 2)
#define UART_LINE   4

static void serial_driver(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    for (;;) {
        partner_tsc = l4_tsc();
        l4_port_read8(UART_CAUSE);
        l4_port_write8(UART_ENABLE, 0);
        before_tsc = l4_tsc();
        l4_reply_wait(&message);
    }
}

static void measure_irq(void)
{
    static uint64_t answers[SAMPLES];
    l4_handle_t irq = slot_new();
    need(l4_ports_map(L4_SLOT_PORTS, UART, 8), "serial ports");
    need(l4_irq_create(L4_SLOT_IRQS, irq, UART_LINE, L4_IRQ_LEVEL, 0), "serial line");
    l4_handle_t driver = partner_new(L4_SLOT_SPACE, SERVER_PRIORITY, serial_driver, 0);
    need(l4_irq_attach(irq, driver, 0), "attach");
    for (int i = -WARM_UP; i < SAMPLES; i++) {
        uint64_t before = l4_tsc();
        l4_port_write8(UART_ENABLE, 2);
        uint64_t after = l4_tsc();
        if (i < 0)
            continue;
        // Less the reading and the instruction that raises the interrupt.
        samples[i] = partner_tsc - before - overhead - 1;
        answers[i] = after - before_tsc - overhead;
    }
    report("irq_to_handler", 1);
    memcpy(samples, answers, sizeof samples);
    report("irq_reply_wait", 1);
    thread_drop(driver);
    slot_free(irq);
}

#define FAULT_ADDRESS 0x20000000ull

static volatile bool again;

static void toucher(uint64_t samples_address)
{
    struct l4_message message = {0};
    volatile uint64_t *page = (volatile uint64_t *)FAULT_ADDRESS;
    uint64_t *out = (uint64_t *)samples_address;
    for (int i = -WARM_UP; i < SAMPLES; i++) {
        uint64_t before = l4_tsc();
        *page = 1;
        uint64_t taken = l4_tsc() - before - overhead - 1;
        if (i >= 0)
            out[i] = taken;
        message.tag = L4_TAG(1, 0, 0);
        l4_call(SLOT_PARTNER, &message);
    }
    again = false;
    message.tag = L4_TAG(1, 0, 0);
    l4_call(SLOT_PARTNER, &message);
}

static void measure_fault(l4_handle_t space)
{
    void *page = page_new();
    l4_handle_t thread = thread_unstarted(space, CLIENT_PRIORITY);
    need(l4_thread_control(thread, L4_THREAD_PAGER, L4_SLOT_THREAD, 0), "pager");
    again = true;
    thread_begin(thread, toucher, (uint64_t)samples);
    struct l4_message message = {0};
    l4_wait(&message);
    while (again) {
        if (message.tag & L4_TAG_KERNEL) {
            l4_item_map(0, (uint64_t)page, 12, L4_READ | L4_WRITE, message.w[0] & ~4095ull);
            message.tag = L4_TAG(0, 0, 1);
        } else {
            l4_unmap(0, (uint64_t)page, 4096, L4_READ, 0);
            message.tag = L4_TAG(0, 0, 0);
        }
        l4_reply_wait(&message);
    }
    report("pagefault_map_resume", 1);
    thread_drop(thread);
}

static uint64_t mapped_page;

static void map_server(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    for (;;) {
        l4_item_map(0, mapped_page, 12, L4_READ | L4_WRITE, 0);
        message.tag = L4_TAG(0, 0, 1);
        l4_reply_wait(&message);
    }
}

static void measure_map(l4_handle_t space)
{
    mapped_page = (uint64_t)page_new();
    need(l4_space_map(space, mapped_page, mapped_page, 4096, L4_READ | L4_WRITE), "page");
    l4_handle_t server = partner_new(space, SERVER_PRIORITY, map_server, 0);
    struct l4_message message = {0};
    l4_receive_window(FAULT_ADDRESS, 12);
    MEASURE("map_page_roundtrip", 1, message.tag = 0, l4_call(server, &message),
            l4_unmap(0, FAULT_ADDRESS, 4096, L4_READ, L4_UNMAP_SELF));
    MEASURE("unmap_page_one_child", 1,
            need(l4_space_map(space, mapped_page, FAULT_ADDRESS, 4096, L4_READ), "child");
            , l4_unmap(0, mapped_page, 4096, L4_READ, 0), );
    thread_drop(server);
}

static void measure_creation(void)
{
    l4_handle_t space = slot_new(), thread = slot_new();
    MEASURE("space_create", 1, , need(l4_space_create(space, SPACE_QUOTA, 64, 0, 255), "space"),
            l4_space_delete(space));
    MEASURE("space_delete", 1, need(l4_space_create(space, SPACE_QUOTA, 64, 0, 255), "space"),
            l4_space_delete(space), );
    need(l4_space_create(space, SPACE_QUOTA, 64, 0, 255), "space");
    MEASURE("thread_create", 1, ,
            need(l4_thread_create(space, thread, CLIENT_PRIORITY, 0, 0), "thread"),
            l4_thread_delete(thread));
    MEASURE("thread_delete", 1,
            need(l4_thread_create(space, thread, CLIENT_PRIORITY, 0, 0), "thread"),
            l4_thread_delete(thread), );
    l4_space_delete(space);
}

int main(void)
{
    check_clock();
    const struct l4_info *info = l4_info();
    print("bench boot_to_first_user_instruction %u %u\n", first_tsc - info->tsc_at_boot,
          first_tsc - info->tsc_at_boot);
    MEASURE("null_syscall", 1, , l4_null(), );
    l4_handle_t space = space_new();
    need(l4_handle_copy(space, L4_SLOT_THREAD, SLOT_PARTNER, L4_RIGHT_ALL), "partner");
    measure_exchange("ipc_oneway_cross_0w", space, 0);
    measure_exchange("ipc_oneway_cross_6w", space, 6);
    measure_call("ipc_roundtrip_cross_0w", space, 0);
    measure_call("ipc_roundtrip_cross_10w", space, 10);
    measure_call("ipc_roundtrip_cross_64w", space, 64);
    measure_call("ipc_roundtrip_same_0w", L4_SLOT_SPACE, 0);
    measure_generated(space);
    measure_notify(space);
    measure_wait(space);
    measure_irq();
    measure_fault(space);
    measure_map(space);
    measure_creation();
    return 0;
}
