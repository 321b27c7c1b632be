/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A server whose pins expire, and who keeps to that: it pins through libs/dataspace, as a driver
 * does, and looks whether the pages stay where they are for so long as was promised, and are moved
 * when it has let the time pass.
 */
#include <driver/device.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>

enum { FIRST = 8, PAGES = 4, TICK_US = 200, REST_US = 5000, ROUNDS = 20 };

struct timed {
    struct translation translation;
    uint64_t addresses[PAGES];
    uint64_t until_us; /* 0: nothing is pinned */
    uint64_t rest_us;  /* until then nothing is pinned anew */
    unsigned rounds, moved;
    bool broken;
};

static uint64_t offset_of(unsigned page)
{
    return (FIRST + page) * TRANSLATION_PAGE_BYTES;
}

static bool start(struct instance *self)
{
    self->deadline_us = clock_us() + TICK_US;
    return true;
}

static void pin(struct timed *timed, uint64_t now)
{
    for (unsigned i = 0; i < PAGES; i++) {
        uint64_t address =
            translation_pin(&timed->translation, offset_of(i), TRANSLATION_PAGE_BYTES, now);
        if (address == TRANSLATION_MISS)
            return;
        timed->moved += timed->addresses[i] != 0 && timed->addresses[i] != address;
        timed->addresses[i] = address;
    }
    timed->until_us = now + timed->translation.expiry_us;
    timed->rest_us = timed->until_us + REST_US;
}

static void look(struct timed *timed, uint64_t now)
{
    for (unsigned i = 0; i < PAGES; i++) {
        uint64_t address =
            translation_find(&timed->translation, offset_of(i), TRANSLATION_PAGE_BYTES);
        if (clock_us() < timed->until_us && address != timed->addresses[i])
            timed->broken = true;
    }
    timed->rounds += now >= timed->until_us;
    if (now >= timed->until_us)
        timed->until_us = 0;
}

static void report(const struct timed *timed)
{
    log_line(NULL, "%s - pins of a server that go by time hold for so long",
             timed->broken || timed->translation.expiry_us == 0 ? "not ok" : "ok");
    log_line(NULL, "%s - and no longer", timed->moved >= PAGES ? "ok" : "not ok");
}

static void timer(struct instance *self)
{
    struct timed *timed = self->state;
    uint64_t now = clock_us();
    self->deadline_us = now + TICK_US;
    if (timed->translation.entries != self->links[0].dataspaces[0].translation)
        driver_translation_update(&timed->translation, &self->links[0].dataspaces[0]);
    if (!timed->translation.entries || timed->rounds > ROUNDS)
        return;
    if (timed->until_us)
        look(timed, now);
    else if (now >= timed->rest_us)
        pin(timed, now);
    if (timed->rounds < ROUNDS)
        return;
    report(timed);
    timed->rounds = ROUNDS + 1;
}

static void event(struct instance *self, uint64_t events)
{
    (void)self;
    (void)events;
}

const struct component timed_component = {
    .name = "timed",
    .state_bytes = sizeof(struct timed),
    .start = start,
    .event = event,
    .timer = timer,
};
