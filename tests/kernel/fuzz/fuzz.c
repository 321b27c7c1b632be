// SPDX-License-Identifier: BSD-2-Clause
//
// Controller of the system call fuzzer: makes the attackers' spaces, looks at what must not change,
// replaces spaces that have ended themselves, ends others on purpose, and in the end counts the
// kernel's memory.
#include "fuzz.h"

#define ROUND_US      300
#define CALLS_A_ROUND 10000 // more than anybody can make
#define CANARY_PAGES  4
#define CANARY        0x5ca1ab1e0ddba115ull
#define ROUNDS_IDLE   12 // without progress before a space is replaced
#define BYSTANDER_ASK 0x1234

#define PIT       0x40
#define PIT_TICKS 240 // 200 µs
#define UART      0x3f8
#define LEFT      (16 * 4096ull)

static struct space_state {
    l4_handle_t space;
    l4_handle_t threads[ATTACKER_THREADS];
    struct attacker *states[ATTACKER_STATES]; // in our own space
    struct counts seen[ATTACKER_THREADS];
    uint64_t play;
    unsigned idle_rounds;
} spaces[ATTACKER_SPACES];

static l4_handle_t bystander, bystander_space, bystander_weak;
static uint64_t canaries;
static uint64_t total_calls, total_refused, total_faults, replaced;

// The bystander: says whether its memory is what it was. It is called by us and by attackers.
static void stand_by(uint64_t address)
{
    struct l4_message message = {0};
    l4_wait(&message);
    for (;;) {
        const volatile uint64_t *words = (const volatile uint64_t *)address;
        uint64_t wrong = 0;
        for (unsigned i = 0; i < CANARY_PAGES * 512; i += 7)
            wrong += words[i] != CANARY + i;
        message.tag = L4_TAG(BYSTANDER_ASK, 1, 0);
        message.w[0] = wrong;
        l4_reply_wait(&message);
    }
}

static void make_bystander(void)
{
    bystander_space = space_new();
    for (unsigned i = 0; i < CANARY_PAGES; i++) {
        uint64_t *page = page_new();
        canaries = i ? canaries : (uint64_t)page;
        for (unsigned j = 0; j < 512; j++)
            page[j] = CANARY + i * 512 + j;
    }
    need(l4_space_map(bystander_space, canaries, PLAY_ADDRESS, CANARY_PAGES * 4096ull, L4_READ),
         "canaries");
    bystander = thread_new(bystander_space, ATTACKER_PRIORITY + 10, stand_by, PLAY_ADDRESS);
    bystander_weak = slot_new();
    need(l4_handle_mint(0, bystander, bystander_weak, L4_RIGHT_SEND | L4_RIGHT_NOTIFY, 666, 0xff),
         "bystander");
}

static bool bystander_is_well(void)
{
    struct l4_message message = {.tag = L4_TAG(BYSTANDER_ASK, 0, 0)};
    if (l4_call_timeout(bystander, &message, 100000) != L4_STATUS_OK)
        return false;
    return message.tag == L4_TAG(BYSTANDER_ASK, 1, 0) && message.w[0] == 0;
}

// Threads of all attackers, for all attackers.
static void share_threads(struct space_state *state)
{
    for (unsigned i = 0; i < ATTACKER_SPACES; i++)
        for (unsigned j = 0; j < ATTACKER_THREADS; j++) {
            l4_handle_t target = SLOT_THREADS + i * ATTACKER_THREADS + j;
            if (spaces[i].space)
                l4_handle_mint(state->space, spaces[i].threads[j], target,
                               L4_RIGHT_SEND | L4_RIGHT_NOTIFY | L4_RIGHT_RECEIVE |
                                   (state == &spaces[i] ? L4_RIGHT_CONTROL | L4_RIGHT_MINT : 0),
                               target, ~0ull);
        }
}

static void start_space(struct space_state *state)
{
    extern char image_text[], image_rodata[], image_data[];
    uint64_t text = (uint64_t)image_text, rodata = (uint64_t)image_rodata;
    uint64_t data = (uint64_t)image_data;
    need(l4_space_create(state->space, ATTACKER_QUOTA, ATTACKER_HANDLES, 0, ATTACKER_PRIORITY),
         "attacker's space");
    l4_handle_t space = state->space;
    need(l4_space_map(space, text, text, rodata - text, L4_READ | L4_EXECUTE), "text");
    need(l4_space_map(space, rodata, rodata, data - rodata, L4_READ), "constants");
    need(l4_space_map(space, state->play, PLAY_ADDRESS, PLAY_PAGES * 4096ull, L4_READ | L4_WRITE),
         "pages");
    need(l4_space_map(space, LARGE_ADDRESS, LARGE_ADDRESS, LARGE_BYTES, L4_READ | L4_WRITE),
         "large");
    need(l4_handle_copy(space, space, SLOT_OWN_SPACE, L4_RIGHT_CONTROL), "own space");
    need(l4_handle_copy(space, bystander_weak, SLOT_BYSTANDER, L4_RIGHT_SEND | L4_RIGHT_NOTIFY),
         "bystander");
    need(l4_handle_copy(space, L4_SLOT_IRQS, SLOT_IRQS, L4_RIGHT_CONTROL), "interrupts");
    need(l4_ports_give(space, PORT_FIRST, PORT_COUNT / 2), "ports");
    need(l4_ports_give(space, PORT_FIRST + PORT_COUNT / 2, PORT_COUNT / 2), "ports");
    for (unsigned i = 0; i < ATTACKER_STATES; i++)
        need(l4_space_map(space, (uint64_t)state->states[i], STATE_ADDRESS + i * 4096ull, 4096,
                          L4_READ | L4_WRITE),
             "state");
    for (unsigned i = 0; i < ATTACKER_THREADS; i++) {
        need(l4_thread_create(space, state->threads[i], ATTACKER_PRIORITY - 20 * i, 0, 0),
             "attacker");
    }
    for (unsigned i = 0; i < ATTACKER_SPACES; i++)
        if (spaces[i].space)
            share_threads(&spaces[i]);
    for (unsigned i = 0; i < ATTACKER_THREADS; i++) {
        uint64_t address = STATE_ADDRESS + i * 4096ull;
        need(l4_thread_control(state->threads[i], L4_THREAD_SLICE, 100, 0), "slice");
        if (i)
            need(l4_thread_control(state->threads[i], L4_THREAD_PAGER, state->threads[0], 0),
                 "pager");
        need(l4_thread_start(state->threads[i], (uint64_t)attack,
                             address + sizeof(struct attacker) - 8, address),
             "attack");
    }
    state->idle_rounds = 0;
}

// Attackers hand their spaces around, so another may have ended this one.
static void end_space(struct space_state *state)
{
    enum l4_status status = l4_space_delete(state->space);
    if (status != L4_STATUS_HANDLE)
        need(status, "end of an attacker's space");
}

static void replace_space(struct space_state *state)
{
    end_space(state);
    for (unsigned i = 0; i < ATTACKER_THREADS; i++)
        l4_handle_close(0, state->threads[i]);
    replaced++;
    start_space(state);
}

static void make_space(struct space_state *state, uint64_t seed)
{
    for (unsigned i = 0; i < ATTACKER_STATES; i++) {
        state->states[i] = page_new();
        state->states[i]->random = (seed + i) * 0x9e3779b97f4a7c15ull | 1;
    }
    for (unsigned i = 0; i < ATTACKER_THREADS; i++)
        state->threads[i] = slot_new();
    for (unsigned i = 0; i < PLAY_PAGES; i++) {
        uint64_t page = (uint64_t)page_new();
        state->play = i ? state->play : page;
    }
    state->space = slot_new();
    start_space(state);
}

// A page of 2 MiB at the end of memory.
static void make_large_page(void)
{
    const struct l4_info *info = l4_info();
    uint64_t physical = 0;
    for (unsigned i = 0; i < info->region_count; i++) {
        uint64_t end = info->regions[i].end & ~(LARGE_BYTES - 1);
        if (info->regions[i].kind == L4_REGION_FREE && end >= info->regions[i].start + LARGE_BYTES)
            physical = end - LARGE_BYTES;
    }
    need(l4_memory_map(L4_SLOT_MEMORY, physical, LARGE_ADDRESS, LARGE_BYTES, L4_READ | L4_WRITE),
         "large page");
}

// What a counter grew by since it was seen last; an attacker may have spoilt it.
static uint64_t growth(uint64_t now, uint64_t *seen)
{
    uint64_t more = now - *seen;
    *seen = now;
    return more <= CALLS_A_ROUND ? more : 0;
}

// Adds what the attackers of a space did to the totals. Returns the calls.
static uint64_t count_calls(struct space_state *state)
{
    uint64_t calls = 0;
    for (unsigned i = 0; i < ATTACKER_THREADS; i++) {
        const volatile struct counts *did = &state->states[i]->did;
        calls += growth(did->calls, &state->seen[i].calls);
        total_refused += growth(did->refused, &state->seen[i].refused);
        total_faults += growth(did->faults, &state->seen[i].faults);
    }
    total_calls += calls;
    return calls;
}

static bool quota_holds(struct space_state *state)
{
    struct l4_space_info info;
    enum l4_status status = l4_space_info(state->space, &info);
    if (status == L4_STATUS_HANDLE || status == L4_STATUS_STATE) {
        replace_space(state);
        return true;
    }
    return status == L4_STATUS_OK && info.used_bytes <= info.quota_bytes &&
           info.quota_bytes <= ATTACKER_QUOTA && info.greatest_priority == ATTACKER_PRIORITY;
}

// Whoever waits is taken out of that, whoever died of a fault begins again, whoever was stopped
// goes on.
static void go_on(const struct space_state *state, unsigned index)
{
    struct l4_thread_state thread;
    if (l4_thread_state(state->threads[index], &thread) != L4_STATUS_OK)
        return;
    bool dead = thread.state == L4_THREAD_IS_FAULTED;
    uint64_t top = STATE_ADDRESS + index * 4096ull + sizeof(struct attacker) - 8;
    if (dead)
        l4_thread_control(state->threads[index], L4_THREAD_PRIORITY, ATTACKER_PRIORITY - 20 * index,
                          0);
    l4_thread_control(state->threads[index], L4_THREAD_STOP, 0, 0);
    l4_thread_cancel(state->threads[index], dead ? (uint64_t)attack_again : 0, top);
}

// One look at everything. False: something is wrong.
static bool round(uint64_t number)
{
    struct l4_message message = {0};
    l4_wait_notification(&message, ROUND_US);
    if (!bystander_is_well()) {
        print("# the bystander's memory or life was touched\n");
        return false;
    }
    for (unsigned i = 0; i < ATTACKER_SPACES; i++) {
        struct space_state *state = &spaces[i];
        if (!quota_holds(state)) {
            print("# a quota was exceeded or widened\n");
            return false;
        }
        state->idle_rounds = count_calls(state) ? 0 : state->idle_rounds + 1;
        for (unsigned j = 0; j < ATTACKER_THREADS; j++)
            go_on(state, j);
        if (state->idle_rounds > ROUNDS_IDLE || number % 256 == i * 64)
            replace_space(state);
    }
    return true;
}

// Interrupts for whoever attaches itself to their lines: the interval timer's edges, and the serial
// port's level as long as nothing is to be sent.
static void raise_interrupts(void)
{
    need(l4_ports_map(L4_SLOT_PORTS, PIT, 4), "interval timer");
    need(l4_ports_map(L4_SLOT_PORTS, UART, 2), "serial port");
    l4_port_write8(PIT + 3, 0x34); // channel 0, both bytes, periodic
    l4_port_write8(PIT, PIT_TICKS & 0xff);
    l4_port_write8(PIT, PIT_TICKS >> 8);
    l4_port_write8(UART + 1, 2);
}

// Every line is free again for somebody new.
static bool lines_are_free(void)
{
    l4_handle_t slot = slot_new();
    for (unsigned line = 0; line < l4_info()->irq_lines; line++) {
        if (l4_irq_create(L4_SLOT_IRQS, slot, line, 0, 0) != L4_STATUS_OK)
            return false;
        l4_handle_close(0, slot);
    }
    slot_free(slot);
    return true;
}

// The memory that the quotas promise is there: a space can use all that is left, up to its quota.
static bool memory_is_there(void)
{
    struct l4_space_info info;
    uint64_t page = (uint64_t)page_new(), at = LARGE_BYTES;
    l4_handle_t space = slot_new();
    enum l4_status status = L4_STATUS_OK;
    l4_space_info(0, &info);
    need(l4_space_create(space, info.quota_bytes - info.used_bytes - LEFT, 8, 0, 1), "space");
    // Each page with a table of its own.
    for (; status == L4_STATUS_OK; at += LARGE_BYTES)
        status = l4_space_map(space, page, at, 4096, L4_READ);
    l4_space_info(space, &info);
    if (status != L4_STATUS_QUOTA)
        print("# %s, with %u bytes used of %u\n", l4_status_text(status), info.used_bytes,
              info.quota_bytes);
    l4_space_delete(space);
    slot_free(space);
    return status == L4_STATUS_QUOTA && info.used_bytes + LEFT > info.quota_bytes;
}

static uint64_t kernel_bytes(void)
{
    struct l4_space_info info;
    l4_space_info(0, &info);
    return info.used_bytes - info.quota_bytes;
}

int main(void)
{
    uint64_t wanted = option("calls=", 2000000), seed = option("seed=", 1);
    bool right = true;
    make_bystander();
    need(l4_ports_map(L4_SLOT_PORTS, PORT_FIRST, PORT_COUNT), "ports");
    raise_interrupts();
    make_large_page();
    for (unsigned i = 0; i < ATTACKER_SPACES; i++)
        make_space(&spaces[i], seed * 1000 + i * 10);
    for (unsigned i = 0; i < ATTACKER_SPACES; i++)
        end_space(&spaces[i]);
    uint64_t before = kernel_bytes();
    for (unsigned i = 0; i < ATTACKER_SPACES; i++) {
        for (unsigned j = 0; j < ATTACKER_THREADS; j++)
            l4_handle_close(0, spaces[i].threads[j]);
        start_space(&spaces[i]);
    }
    for (uint64_t number = 1; right && total_calls < wanted; number++) {
        right = round(number);
        if (number % 2048 == 0)
            print("# %u calls, %u ms\n", total_calls, l4_clock_us() / 1000);
    }
    for (unsigned i = 0; i < ATTACKER_SPACES; i++)
        end_space(&spaces[i]);
    print("# %u calls, %u refused, %u faults, %u spaces replaced, %u us\n", total_calls,
          total_refused, total_faults, replaced, l4_clock_us());
    print("%sok - the bystander and all quotas survive\n", right ? "" : "not ");
    bool kept = kernel_bytes() == before;
    if (!kept)
        print("# kernel memory: %d bytes more\n", (int64_t)(kernel_bytes() - before));
    print("%sok - the kernel gives back all memory\n", kept ? "" : "not ");
    bool whole = memory_is_there();
    print("%sok - all memory that is left can be used\n", whole ? "" : "not ");
    bool free = lines_are_free();
    print("%sok - every interrupt line is free again\n", free ? "" : "not ");
    bool refused = total_refused > total_calls / 20 && total_refused < total_calls;
    print("%sok - some calls succeed and some are refused\n", refused ? "" : "not ");
    return !(right && kept && whole && free && refused);
}
