/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A server that dies on purpose. Root counts its deaths; after enough of them it stays alive.
 */
#include <idl/pingpong_session.h>
#include <idl/root_client.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>
#include <stdlib.h>
#include <string.h>

enum { US_PER_MS = 1000, PAGE_BYTES = 4096, EXIT_CODE = 3 };

struct fragile {
    struct pingpong_server end;
    bool open;
    bool dies;
    bool idle; /* it answers everything but does nothing any more */
};

static bool start(struct instance *self)
{
    const struct endpoint root = {.handle = ROOT_SLOT_ROOT};
    uint32_t deaths = 0;
    if (root_restarts(&root, &deaths) != 0)
        return false;
    struct fragile *fragile = self->state;
    fragile->dies = deaths < instance_number(self, "deaths", 0, 1000, 1000);
    /* All lives have a deadline, so that they have the same thread for it. */
    self->deadline_us =
        clock_us() + instance_number(self, "after_ms", 1, 1000000, 1000) * US_PER_MS;
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    struct fragile *fragile = self->state;
    pingpong_server_start(&fragile->end, self->links[link].area);
    fragile->open = true;
}

static void closed(struct instance *self, unsigned link)
{
    (void)link;
    struct fragile *fragile = self->state;
    fragile->open = false;
}

static void balls_return(struct fragile *fragile, const struct link *link)
{
    struct pingpong_ball ball;
    bool returned = false;
    while (pingpong_back_room(&fragile->end, 1) && pingpong_forth_available(&fragile->end, 1)) {
        pingpong_forth_get(&fragile->end, &ball);
        pingpong_back_put(&fragile->end, &ball);
        returned = true;
    }
    if (!returned)
        return;
    pingpong_forth_release(&fragile->end);
    pingpong_back_publish(&fragile->end);
    pingpong_back_notify(&fragile->end, &link->wake);
}

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    struct fragile *fragile = self->state;
    if (!fragile->open || fragile->idle)
        return;
    do {
        balls_return(fragile, &self->links[0]);
        /* A client that does not catch its balls has to wait for the next, not we. */
        ring_stall(&fragile->end.forth, pingpong_back_room(&fragile->end, 1) == 0);
    } while (pingpong_back_room(&fragile->end, 1) && !pingpong_forth_arm(&fragile->end));
}

/* Touches memory until there is no more. The heap ends behind the limit, so the last touch is
 * fatal. */
static void memory_exhaust(void)
{
    for (;;) {
        volatile char *page = malloc(PAGE_BYTES);
        if (!page)
            abort();
        *page = 1;
    }
}

/* Three functions deep, for the backtrace. What follows each call keeps it from being a jump. */
static __attribute__((noipa)) unsigned nothing_touch(unsigned value)
{
    __asm__ volatile("movl %0, 16" : : "r"(value) : "memory"); /* nothing is mapped there */
    return value;
}

static __attribute__((noipa)) unsigned fault_wanted(unsigned value)
{
    char room[40];
    memset(room, (int)value, sizeof room);
    __asm__ volatile("" : : "r"(room) : "memory");
    return nothing_touch(value) + (unsigned)room[0];
}

static __attribute__((noipa)) unsigned fault_prepare(unsigned value)
{
    return fault_wanted(value) * 3;
}

static void timer(struct instance *self)
{
    struct fragile *fragile = self->state;
    const char *way = instance_parameter(self, "way", "fault");
    if (!fragile->dies)
        return;
    if (strcmp(way, "idle") == 0) {
        fragile->idle = true;
        return;
    }
    if (strcmp(way, "exit") == 0)
        exit(EXIT_CODE);
    if (strcmp(way, "greed") == 0)
        memory_exhaust();
    while (strcmp(way, "hang") == 0)
        __asm__ volatile("pause");
    /* Last words that are not true. */
    const struct endpoint root = {.handle = ROOT_SLOT_ROOT};
    root_ended(&root, 0);
    log_line(self, "it goes on after a fault: %u", fault_prepare(1));
}

const struct component fragile_component = {
    .name = "fragile",
    .state_bytes = sizeof(struct fragile),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .timer = timer,
};
