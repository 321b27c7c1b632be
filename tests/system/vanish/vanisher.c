// SPDX-License-Identifier: BSD-2-Clause
//
// A client that keeps to the rings, so that the network server goes on copying into its buffers and
// having the card send from them, and does to the memory behind them all that its owner can: takes
// the pages away, has none left to pay for new ones with, moves them, takes the dataspace out of
// the session, deletes it. It also tries what would be worse: memory of a manager, itself, that
// never provides a page, in the place of its buffers; and threads that wait for such pages, in the
// VM server, until no more may.
#include <idl/dataspace_client.h>
#include <idl/root_client.h>
#include <idl/udp_client.h>
#include <idl/udp_session.h>
#include <l4/thread.h>
#include <ring/sleep.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/endpoint.h>
#include <rt/log.h>
#include <session/memory.h>
#include <string.h>

enum {
    BUFFERS = 128,
    BUFFER_BYTES = 2048,
    LENGTH = BUFFERS * BUFFER_BYTES,
    PAGE_BYTES = 4096,
    PERIOD_US = 400,
    REPORT_EVERY = 500,
    WAITERS = 12, // threads; more than may wait at a time
    STACK_BYTES = 1024,
    SLOT_WAITERS = ROOT_SLOT_FREE + 40,
    GREED_MAX = 64,
    STEP_BYTES = DATASPACE_PAGES_AT_ONCE * PAGE_BYTES,
};

struct vanisher {
    struct udp_client end;
    struct memory memory;
    struct ring_set rings;
    bool open, shared;
    unsigned turn;
    uint64_t datagrams, refusals, taken;
    uint64_t greed[GREED_MAX];
    unsigned greed_count;
    uint64_t managed;
};

static const struct endpoint vm = {.handle = ROOT_SLOT_VM};
static const struct endpoint root = {.handle = ROOT_SLOT_ROOT};
static _Alignas(16) unsigned char stacks[WAITERS][STACK_BYTES];
static volatile uint64_t *never; // memory that nobody provides

static bool start(struct instance *self)
{
    struct vanisher *vanisher = self->state;
    self->deadline_us = clock_us() + PERIOD_US;
    return memory_create(self, &vanisher->memory, LENGTH);
}

static void buffers_give(struct vanisher *vanisher)
{
    for (uint32_t i = 0; i < BUFFERS; i++) {
        struct udp_datagram entry = {.offset = i * BUFFER_BYTES, .length = BUFFER_BYTES};
        udp_receive_free_try_put(&vanisher->end, &entry);
    }
}

static void opened(struct instance *self, unsigned number)
{
    struct vanisher *vanisher = self->state;
    struct link *link = &self->links[number];
    struct endpoint net = link_endpoint(link);
    uint16_t port = (uint16_t)instance_number(self, "port", 1, 65535, 1238);
    udp_client_start(&vanisher->end, link->area);
    ring_set_add(&vanisher->rings, &vanisher->end.receive, 1);
    vanisher->shared =
        root_dataspace_add(&root, self->first_event + number, 0, vanisher->memory.dataspace,
                           ROOT_ACCESS_WRITE, false) == 0;
    buffers_give(vanisher);
    udp_receive_free_publish(&vanisher->end);
    vanisher->open = udp_bind(&net, port) == 0;
    log_line(self, "UDP on port %u", port);
}

static void closed(struct instance *self, unsigned link)
{
    struct vanisher *vanisher = self->state;
    (void)link;
    ring_set_remove(&vanisher->rings, &vanisher->end.receive);
    vanisher->open = false;
}

// An honest echo, but for what happens to the bytes.
static void event(struct instance *self, uint64_t events)
{
    struct vanisher *vanisher = self->state;
    const struct ring_wake *wake = &self->links[0].wake;
    struct udp_datagram entry;
    (void)events;
    if (!vanisher->open)
        return;
    ring_set_end(&vanisher->rings);
    while (udp_send_done_try_get(&vanisher->end, &entry)) {
        entry.length = BUFFER_BYTES;
        udp_receive_free_try_put(&vanisher->end, &entry);
    }
    while (udp_receive_try_get(&vanisher->end, &entry)) {
        vanisher->datagrams += entry.peer_port != 0;
        if (entry.peer_port != 0 && udp_send_try_put(&vanisher->end, &entry))
            continue;
        entry.length = BUFFER_BYTES;
        udp_receive_free_try_put(&vanisher->end, &entry);
    }
    udp_receive_release(&vanisher->end);
    udp_send_done_release(&vanisher->end);
    udp_send_publish(&vanisher->end);
    udp_receive_free_publish(&vanisher->end);
    udp_send_notify(&vanisher->end, wake);
    udp_receive_free_notify(&vanisher->end, wake);
}

static bool before_sleep(struct instance *self)
{
    struct vanisher *vanisher = self->state;
    return vanisher->open && !ring_set_prepare(&vanisher->rings);
}

// Uses up the memory limit, but for a few pages that its own stack and data may want.
static void greed(struct vanisher *vanisher)
{
    uint64_t physical = 0, dataspace = 0, limit = 0, used = 0, left = 0, spare = 4 * PAGE_BYTES;
    while (vanisher->greed_count < GREED_MAX && dataspace_limits(&vm, &limit, &used, &left) == 0 &&
           limit - used > spare) {
        uint64_t length = limit - used - spare;
        length = length > STEP_BYTES ? STEP_BYTES : length;
        if (dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, length, 0, &dataspace,
                             &physical) != 0)
            break;
        dataspace_touch(&vm, dataspace, 0, length - PAGE_BYTES); // its table is a page, too
        vanisher->greed[vanisher->greed_count++] = dataspace;
    }
}

static void greed_end(struct vanisher *vanisher)
{
    while (vanisher->greed_count)
        dataspace_delete(&vm, vanisher->greed[--vanisher->greed_count]);
}

static void renew(struct instance *self)
{
    struct vanisher *vanisher = self->state;
    uint64_t physical, dataspace = 0;
    if (dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, LENGTH, 0, &dataspace, &physical) ==
        0)
        vanisher->memory = (struct memory){.length_bytes = LENGTH, .dataspace = dataspace};
    vanisher->shared =
        root_dataspace_add(&root, self->first_event, 0, dataspace, ROOT_ACCESS_WRITE, false) == 0;
}

// Becomes a manager that provides nothing.
static void manager_become(struct vanisher *vanisher)
{
    uint64_t where = 0;
    if (dataspace_manage(&vm, ROOT_SLOT_THREAD) == 0 &&
        dataspace_announce(&vm, 1, LENGTH, DATASPACE_READ | DATASPACE_WRITE, &vanisher->managed) ==
            0 &&
        dataspace_attach(&vm, vanisher->managed, 0, LENGTH, 0, DATASPACE_READ | DATASPACE_WRITE,
                         &where) == 0)
        never = (volatile uint64_t *)where;
}

static _Noreturn void wait_for_ever(uint64_t number)
{
    for (;;)
        never[number * (PAGE_BYTES / sizeof(*never))]++;
}

static void waiters_start(void)
{
    struct l4_thread_state state;
    if (!never || l4_thread_state(0, &state) != L4_STATUS_OK)
        return;
    for (uint32_t i = 0; i < WAITERS; i++) {
        uint32_t slot = SLOT_WAITERS + i;
        if (l4_thread_create(ROOT_SLOT_SPACE, slot, (unsigned)state.priority, 0, NULL) ==
                L4_STATUS_OK &&
            l4_thread_control(slot, L4_THREAD_PAGER, ROOT_SLOT_VM, 0) == L4_STATUS_OK)
            l4_thread_start(slot, (uint64_t)wait_for_ever, (uint64_t)stacks[i] + STACK_BYTES - 8,
                            i);
    }
}

// All of the memory, as much as goes at a time. How many pages were taken.
static uint64_t pages_reclaim(uint64_t dataspace)
{
    uint64_t all = 0, done = 0, pinned = 0;
    for (uint64_t at = 0; at < LENGTH; at += STEP_BYTES)
        if (dataspace_reclaim(&vm, dataspace, at, STEP_BYTES, &done, &pinned) == 0)
            all += done;
    return all;
}

static void act(struct instance *self)
{
    struct vanisher *vanisher = self->state;
    uint64_t dataspace = vanisher->memory.dataspace, done = 0, pinned = 0;
    switch (vanisher->turn++ % 8) {
    case 0:
        vanisher->taken += pages_reclaim(dataspace);
        break;
    case 1:
        vanisher->taken += pages_reclaim(dataspace);
        greed(vanisher);
        break;
    case 2:
        greed_end(vanisher);
        break;
    case 3:
        for (uint64_t at = 0; at < LENGTH; at += STEP_BYTES)
            dataspace_move(&vm, dataspace, at, STEP_BYTES, &done, &pinned);
        break;
    case 4:
        root_dataspace_remove(&root, self->first_event, 0);
        break;
    case 5:
        vanisher->refusals += root_dataspace_add(&root, self->first_event, 0, vanisher->managed,
                                                 ROOT_ACCESS_WRITE, false) != 0;
        root_dataspace_add(&root, self->first_event, 0, dataspace, ROOT_ACCESS_WRITE, false);
        break;
    case 6:
        dataspace_delete(&vm, dataspace);
        break;
    case 7:
        root_dataspace_remove(&root, self->first_event, 0);
        renew(self);
        break;
    }
}

static void timer(struct instance *self)
{
    struct vanisher *vanisher = self->state;
    self->deadline_us = clock_us() + PERIOD_US;
    if (!vanisher->open)
        return;
    if (vanisher->turn == 8)
        manager_become(vanisher);
    if (vanisher->turn == 16)
        waiters_start();
    act(self);
    if (vanisher->turn % REPORT_EVERY == 0)
        log_line(self, "%lu datagrams, %lu pages taken, %lu of %u times refused",
                 (unsigned long)vanisher->datagrams, (unsigned long)vanisher->taken,
                 (unsigned long)vanisher->refusals, vanisher->turn / 8);
}

const struct component vanisher_component = {
    .name = "vanisher",
    .state_bytes = sizeof(struct vanisher),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .sleep = before_sleep,
    .timer = timer,
};
