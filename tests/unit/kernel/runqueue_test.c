// SPDX-License-Identifier: BSD-2-Clause
//
// Run queue against plain arrays.
#include "tests/unit/kernel/check.h"

#include <string.h>

#include "kernel/runqueue.h"

#define LINKS 40

static struct runqueue queue = {.top = -1};
static struct link links[LINKS];
static int order[RUNQUEUE_PRIORITIES][LINKS]; // the model: who waits, first to last
static int length[RUNQUEUE_PRIORITIES];
static int queued_at[LINKS];

static void model_insert(int priority, int place, int link)
{
    memmove(&order[priority][place + 1], &order[priority][place],
            sizeof(int) * (size_t)(length[priority] - place));
    order[priority][place] = link;
    length[priority]++;
    queued_at[link] = priority;
}

static void model_remove(int priority, int link)
{
    int place = 0;
    while (order[priority][place] != link)
        place++;
    length[priority]--;
    memmove(&order[priority][place], &order[priority][place + 1],
            sizeof(int) * (size_t)(length[priority] - place));
    queued_at[link] = -1;
}

static void model_rotate(int priority)
{
    if (length[priority] == 0)
        return;
    int first = order[priority][0];
    model_remove(priority, first);
    model_insert(priority, length[priority], first);
}

static void compare(void)
{
    int top = RUNQUEUE_PRIORITIES - 1;
    while (top >= 0 && !length[top])
        top--;
    assert_int_equal(queue.top, top);
    struct link *first = top < 0 ? 0 : &links[order[top][0]];
    assert_ptr_equal(runqueue_first(&queue), first);
    if (top < 0)
        return;
    struct link *link = first;
    for (int i = 0; i < length[top]; i++, link = link->next)
        assert_ptr_equal(link, &links[order[top][i]]);
    assert_ptr_equal(link, first);
}

static void random_use(void **state)
{
    (void)state;
    memset(queued_at, 0xff, sizeof queued_at);
    static const uint8_t favourites[] = {0, 1, 63, 64, 127, 128, 191, 192, 254, 255};
    for (int step = 0; step < 200000; step++) {
        int link = (int)random_below(LINKS);
        uint8_t priority = favourites[random_below(sizeof favourites)];
        if (random_below(8) == 0) {
            runqueue_rotate(&queue, priority);
            model_rotate(priority);
        } else if (queued_at[link] >= 0) {
            priority = (uint8_t)queued_at[link];
            runqueue_remove(&queue, &links[link], priority);
            model_remove(priority, link);
        } else if (random_below(2)) {
            runqueue_append(&queue, &links[link], priority);
            model_insert(priority, length[priority], link);
        } else {
            runqueue_prepend(&queue, &links[link], priority);
            model_insert(priority, 0, link);
        }
        compare();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"random use gives the first thread of the greatest priority", random_use, 0, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
