// SPDX-License-Identifier: BSD-2-Clause
//
// Moving pages of dataspaces with translation caches, in turn.
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "cache.h"
#include "page.h"
#include "stress.h"

#define OPTION         "vm.move_us="
#define PERIOD_MOST    10000000
#define PAGES_PER_STEP 16
#define LOOKS_PER_STEP 256

static uint64_t moved_count, pinned_count, reported;
static unsigned cache_number;
static uint64_t page_number;

uint32_t stress_period(const char *command)
{
    const char *option = strstr(command, OPTION);
    if (!option)
        return 0;
    uint32_t period = 0;
    for (option += strlen(OPTION); *option >= '0' && *option <= '9'; option++)
        if (period < PERIOD_MOST)
            period = period * 10 + (uint32_t)(*option - '0');
    return period;
}

// The next page in turn, or null if this look found none.
static struct dataspace *page_next(uint64_t *page)
{
    struct dataspace *dataspace = cache_dataspace(cache_number);
    *page = page_number++;
    if (dataspace && *page < dataspace->page_count)
        return dataspace;
    page_number = 0;
    cache_number = (cache_number + 1) % CACHES;
    return NULL;
}

bool stress_step(uint64_t *moved, uint64_t *pinned)
{
    unsigned done = 0;
    for (unsigned look = 0; look < LOOKS_PER_STEP && done < PAGES_PER_STEP; look++) {
        uint64_t page;
        struct dataspace *dataspace = page_next(&page);
        enum page_result result = dataspace ? page_move(dataspace, page) : PAGE_ABSENT;
        moved_count += result == PAGE_DONE;
        pinned_count += result == PAGE_PINNED;
        done += result == PAGE_DONE;
    }
    *moved = moved_count;
    *pinned = pinned_count;
    if (moved_count < 2 * reported + 1000)
        return false;
    reported = moved_count;
    return true;
}
