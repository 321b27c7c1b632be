/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The owner of a dataspace whose frames four servers see. Has all its pages moved every few
 * milliseconds, and looks what is left.
 */
#include <idl/dataspace_client.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>
#include <session/memory.h>
#include <session/session.h>
#include <stdlib.h>

enum {
    PAGES = 16,
    PAGE_BYTES = 4096,
    TICK_US = 2000,
    TICKS = 100,
    LATER_US = 1200000, /* more than a server may keep pins of a session that is over */
    LINKS = 4,
    PINNED_WELL = 4,
    SESSIONS = 2
};

struct lender {
    struct memory memory;
    bool open[LINKS];
    unsigned sessions[LINKS];
    bool refused; /* a second session */
    unsigned ticks;
    uint64_t moved;
    uint64_t
        pinned_least; /* pages that would not move, the fewest at a time since all servers pin */
    bool damaged;
};

static uint8_t byte_of(size_t at)
{
    return (uint8_t)(at * 7 + at / PAGE_BYTES);
}

static bool start(struct instance *self)
{
    struct lender *lender = self->state;
    if (!memory_create(self, &lender->memory, PAGES * PAGE_BYTES))
        return false;
    uint8_t *bytes = lender->memory.base;
    for (size_t i = 0; i < PAGES * PAGE_BYTES; i++)
        bytes[i] = byte_of(i);
    lender->pinned_least = PAGES;
    self->deadline_us = clock_us() + TICK_US;
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    struct lender *lender = self->state;
    lender->sessions[link]++;
    lender->open[link] = link_memory_share(self, link, 0, &lender->memory, LINK_ACCESS_NONE, true);
}

/* A server that was too greedy gets a second chance, and no third. */
static void closed(struct instance *self, unsigned link)
{
    struct lender *lender = self->state;
    lender->open[link] = false;
    if (lender->sessions[link] < SESSIONS)
        lender->refused = lender->refused || !session_open(self, link);
}

static void claim(bool good, const char *text)
{
    log_line(NULL, "%s - %s", good ? "ok" : "not ok", text);
}

static void report(struct instance *self)
{
    const struct lender *lender = self->state;
    claim(lender->open[0], "a server that keeps to its pins keeps its session");
    claim(lender->open[3], "and so does one that pins by time and keeps to it");
    claim(!lender->open[1], "a server that pins more pages than it may loses its session");
    claim(!lender->open[2], "a server that pins for longer than it may loses its session");
    claim(lender->sessions[0] == 1 && lender->sessions[3] == 1 && lender->sessions[1] == SESSIONS &&
              lender->sessions[2] == SESSIONS && !lender->refused,
          "a session that ended so opens again when its client asks, and ends again");
    claim(lender->pinned_least >= PINNED_WELL, "pinned pages are not moved");
    claim(lender->moved > PAGES, "pages that are not pinned are moved");
    claim(!lender->damaged, "no byte changes when its page moves");
    log_line(self, "done");
}

static void timer(struct instance *self)
{
    struct lender *lender = self->state;
    const struct endpoint vm = {.handle = ROOT_SLOT_VM};
    const uint8_t *bytes = lender->memory.base;
    uint64_t moved = 0, pinned = 0;
    if (lender->ticks == TICKS)
        exit(EXIT_SUCCESS);
    if (dataspace_move(&vm, lender->memory.dataspace, 0, PAGES * PAGE_BYTES, &moved, &pinned) != 0)
        lender->damaged = true;
    lender->moved += moved;
    if (lender->ticks > TICKS / 2 && pinned < lender->pinned_least)
        lender->pinned_least = pinned;
    for (size_t i = 0; i < PAGES * PAGE_BYTES; i++)
        lender->damaged = lender->damaged || bytes[i] != byte_of(i);
    if (++lender->ticks == TICKS)
        report(self);
    self->deadline_us = clock_us() + (lender->ticks < TICKS ? TICK_US : LATER_US);
}

const struct component lender_component = {
    .name = "lender",
    .state_bytes = sizeof(struct lender),
    .start = start,
    .opened = opened,
    .closed = closed,
    .timer = timer,
};
