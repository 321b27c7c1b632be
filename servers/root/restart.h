// SPDX-License-Identifier: BSD-2-Clause
//
// Whether and when a program is started again: what the image says of restarts, and pauses that
// grow while a program does not live long or cannot be started at all.
#ifndef ROOT_RESTART_H
#define ROOT_RESTART_H

#include <root/image.h>
#include <stdbool.h>
#include <stdint.h>

// Of one program. Zeros are a good beginning.
struct restart {
    uint32_t in_window;
    uint64_t window_end_us;
    uint64_t pause_us; // before the next start
};

enum restart_verdict {
    RESTART_NOT,       // the image does not want it
    RESTART_TOO_OFTEN, // the limit of the image is reached
    RESTART_LATER,     // when `pause_us` are over
};

// A life is over that took `lived_us`, or a start has failed: then nothing. Every start that this
// allows counts against the limit, whatever comes of it.
enum restart_verdict restart_decide(struct restart *restart, const struct image_program *image,
                                    bool ended_well, uint64_t lived_us, uint64_t now_us);

#endif
