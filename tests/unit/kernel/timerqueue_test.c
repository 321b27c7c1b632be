// SPDX-License-Identifier: BSD-2-Clause
//
// Timer queue: order, cancelling, and that its depth stays logarithmic.
#include "tests/unit/kernel/check.h"

#include "kernel/timerqueue.h"

#define TIMERS 500

static struct timerqueue queue;
static struct timer timers[TIMERS];

static uint32_t rank_of(const struct timer *timer)
{
    return timer ? timer->rank : 0;
}

// Counts the nodes of a heap and checks each against its parent and its children.
static int heap_check(const struct timer *timer, const struct timer *parent)
{
    if (!timer)
        return 0;
    assert_ptr_equal(timer->parent, parent);
    assert_true(!parent || parent->deadline <= timer->deadline);
    assert_true(rank_of(timer->left) >= rank_of(timer->right));
    assert_int_equal(timer->rank, rank_of(timer->right) + 1);
    return 1 + heap_check(timer->left, timer) + heap_check(timer->right, timer);
}

static uint64_t model_first(int *count)
{
    uint64_t first = UINT64_MAX;
    *count = 0;
    for (int i = 0; i < TIMERS; i++)
        if (timer_queued(&timers[i])) {
            *count += 1;
            if (timers[i].deadline < first)
                first = timers[i].deadline;
        }
    return first;
}

static void random_use(void **state)
{
    (void)state;
    for (int step = 0; step < 30000; step++) {
        struct timer *timer = &timers[random_below(TIMERS)];
        uint64_t before = timerqueue_deadline(&queue);
        if (random_below(5) == 0 && timerqueue_first(&queue)) {
            timerqueue_remove(&queue, timerqueue_first(&queue));
        } else if (timer_queued(timer)) {
            timerqueue_remove(&queue, timer);
        } else {
            uint64_t deadline = random_below(1000);
            bool earliest = timerqueue_insert(&queue, timer, deadline);
            assert_int_equal(earliest, timerqueue_first(&queue) == timer);
            assert_true(earliest || before <= deadline);
        }
        int count;
        assert_int_equal(timerqueue_deadline(&queue), model_first(&count));
        if (step % 20 == 0)
            assert_int_equal(heap_check(queue.first, 0), count);
    }
}

static void come_out_in_order(void **state)
{
    (void)state;
    while (timerqueue_first(&queue))
        timerqueue_remove(&queue, timerqueue_first(&queue));
    for (int i = 0; i < TIMERS; i++)
        timerqueue_insert(&queue, &timers[i], i % 2 ? UINT64_MAX - 1 - (unsigned)i : (unsigned)i);
    assert_true(queue.first->rank <= 10); // log2 of the number of timers, rounded up, and one
    uint64_t last = 0;
    for (int i = 0; i < TIMERS; i++) {
        struct timer *timer = timerqueue_first(&queue);
        assert_non_null(timer);
        assert_true(timer->deadline >= last);
        last = timer->deadline;
        timerqueue_remove(&queue, timer);
        assert_false(timer_queued(timer));
    }
    assert_null(timerqueue_first(&queue));
    assert_true(timerqueue_deadline(&queue) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"random inserting and cancelling keeps a leftist heap", random_use, 0, 0, 0},
        {"timers come out in order of deadline", come_out_in_order, 0, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
