/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Closes its session at a time at which it cannot be opened again, and looks what the attempts
 * to do so cost it.
 */
#include <idl/dataspace_client.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>
#include <session/session.h>

enum { CLOSE_US = 900000, TICK_US = 10000, TICKS = 200, JUDGE_US = 1500000 };

static const struct endpoint vm = {.handle = ROOT_SLOT_VM};

struct hopeful {
    unsigned ticks, opened;
    uint64_t used_bytes;
    bool refused, costs;
};

static bool start(struct instance *self)
{
    self->deadline_us = clock_us() + CLOSE_US;
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    (void)link;
    struct hopeful *hopeful = self->state;
    hopeful->opened++;
}

static void claim(bool good, const char *text)
{
    log_line(NULL, "%s - %s", good ? "ok" : "not ok", text);
}

static void timer(struct instance *self)
{
    struct hopeful *hopeful = self->state;
    uint64_t limit = 0, used = 0, left = 0;
    if (hopeful->ticks == 0)
        session_close(self, 0);
    if (hopeful->ticks++ > TICKS) {
        claim(hopeful->refused && !hopeful->costs, "a session that does not open costs nothing");
        claim(hopeful->opened == 2, "when its server has room again, it opens by itself");
        return;
    }
    /* By itself, too; root tries it besides. */
    if (hopeful->ticks > 1 && hopeful->ticks < TICKS / 2)
        hopeful->refused = !session_open(self, 0);
    dataspace_limits(&vm, &limit, &used, &left);
    hopeful->costs = hopeful->costs || (hopeful->ticks > 2 && used != hopeful->used_bytes);
    hopeful->used_bytes = used;
    self->deadline_us = clock_us() + (hopeful->ticks <= TICKS ? TICK_US : JUDGE_US);
}

const struct component hopeful_component = {
    .name = "hopeful",
    .state_bytes = sizeof(struct hopeful),
    .start = start,
    .opened = opened,
    .timer = timer,
};
