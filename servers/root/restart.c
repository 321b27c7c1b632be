// SPDX-License-Identifier: BSD-2-Clause
#include "restart.h"

#define SHORT_LIFE     8 // pauses
#define PAUSE_LEAST_US 1000
#define PAUSE_MOST_US  1000000

static bool wanted(const struct image_program *image, bool ended_well)
{
    switch (image->restart) {
    case IMAGE_RESTART_ALWAYS:
        return true;
    case IMAGE_RESTART_FAILED:
        return !ended_well;
    default:
        return false;
    }
}

static bool allowed(struct restart *restart, const struct image_program *image, uint64_t now_us)
{
    if (!image->restarts_max)
        return true;
    if (now_us >= restart->window_end_us) {
        restart->in_window = 0;
        restart->window_end_us =
            image->restart_window_us ? now_us + image->restart_window_us : UINT64_MAX;
    }
    return ++restart->in_window <= image->restarts_max;
}

// What the image says, and twice as long as the last time after a short life. So one that dies at
// once costs the others little, and what was in the way of its start has time to go away.
static uint64_t next_pause(uint64_t pause_us, const struct image_program *image, uint64_t lived_us)
{
    uint64_t last = pause_us > PAUSE_LEAST_US ? pause_us : PAUSE_LEAST_US;
    bool short_life = lived_us < SHORT_LIFE * last;
    uint64_t next = short_life && last < PAUSE_MOST_US ? 2 * last : pause_us;
    return short_life && next > image->restart_delay_us ? next : image->restart_delay_us;
}

enum restart_verdict restart_decide(struct restart *restart, const struct image_program *image,
                                    bool ended_well, uint64_t lived_us, uint64_t now_us)
{
    if (!wanted(image, ended_well))
        return RESTART_NOT;
    if (!allowed(restart, image, now_us))
        return RESTART_TOO_OFTEN;
    restart->pause_us = next_pause(restart->pause_us, image, lived_us);
    return RESTART_LATER;
}
