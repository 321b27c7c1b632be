/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Has used up its own limit when its server is started again for the second time, so that there is
 * no memory for their session; later there is. (With the first time it has touched all that it
 * needs for that.)
 */
#include <idl/dataspace_client.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>

enum {
    PAGE_BYTES = 4096,
    PAGES = 256,
    FULL_US = 1200000, /* before the second end of the server, … */
    TICK_US = 300,
    TICKS = 1500, /* and until long after it */
    JUDGE_US = 1200000,
};

static const struct endpoint vm = {.handle = ROOT_SLOT_VM};

struct miser {
    uint64_t dataspace;
    unsigned opened, closed;
    unsigned ticks;
    bool over;
};

static bool start(struct instance *self)
{
    struct miser *miser = self->state;
    uint64_t physical;
    self->deadline_us = clock_us() + FULL_US;
    return dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, (uint64_t)PAGES * PAGE_BYTES, 0,
                            &miser->dataspace, &physical) == 0;
}

static void opened(struct instance *self, unsigned link)
{
    (void)link;
    struct miser *miser = self->state;
    miser->opened++;
}

static void closed(struct instance *self, unsigned link)
{
    (void)link;
    struct miser *miser = self->state;
    miser->closed++;
}

static void claim(bool good, const char *text)
{
    log_line(NULL, "%s - %s", good ? "ok" : "not ok", text);
}

static void timer(struct instance *self)
{
    struct miser *miser = self->state;
    if (miser->ticks < TICKS) {
        /* Also what was the area of the session before. */
        for (uint64_t page = 0; page < PAGES; page++)
            dataspace_touch(&vm, miser->dataspace, page * PAGE_BYTES, PAGE_BYTES);
        miser->ticks++;
        self->deadline_us = clock_us() + TICK_US;
    } else if (!miser->over) {
        claim(miser->closed == 2 && miser->opened == 2,
              "a session does not open while there is no memory for it");
        dataspace_delete(&vm, miser->dataspace);
        miser->over = true;
        self->deadline_us = clock_us() + JUDGE_US;
    } else {
        claim(miser->opened == 3, "it opens by itself when there is");
        log_line(self, "done");
    }
}

const struct component miser_component = {
    .name = "miser",
    .state_bytes = sizeof(struct miser),
    .start = start,
    .opened = opened,
    .closed = closed,
    .timer = timer,
};
