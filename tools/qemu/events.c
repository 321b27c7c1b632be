/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/qemu/events.h"

#include "hw/core/cpu.h"
#include "qemu/main-loop.h"

#include <sched.h>

/* Then the main thread may want the lock for something else. */
enum { DEADLINES_IN_A_ROW = 1000 };

struct event_timer {
    QEMUTimer *timer;
    event_work work;
    void *context;
    int64_t at_ns;
    bool working;   /* the deadline is set when the work is done */
    bool handed_on; /* to the virtual CPU's thread */
    bool freed;     /* meanwhile */
};

static bool follows; /* deadlines are being followed already, further up the stack */

static void timer_arm(struct event_timer *timer)
{
    if (timer->at_ns == EVENT_NEVER) {
        timer_del(timer->timer);
    } else if ((uint64_t)timer->at_ns != timer_expire_time_ns(timer->timer)) {
        timer_mod_ns(timer->timer, timer->at_ns);
    }
}

static void timer_work(struct event_timer *timer)
{
    /* A timer that is due now holds the clock. */
    timer_mod_ns(timer->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    timer->at_ns = EVENT_NEVER;
    timer->working = true;
    timer->work(timer->context);
    timer->working = false;
    timer_arm(timer);
}

/* Goes on to the next deadline, whoever's, as long as the guest idles. */
static void deadlines_follow(void)
{
    if (follows) {
        return;
    }
    follows = true;
    for (int i = 0; i < DEADLINES_IN_A_ROW && all_cpu_threads_idle(); i++) {
        icount_start_warp_timer();
        if (!qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL)) {
            break;
        }
    }
    follows = false;
}

static void on_cpu(CPUState *cpu, run_on_cpu_data data)
{
    struct event_timer *timer = data.host_ptr;

    timer->handed_on = false;
    if (timer->freed) {
        g_free(timer);
        return;
    }
    timer_work(timer);
    deadlines_follow();
}

static void on_deadline(void *opaque)
{
    struct event_timer *timer = opaque;

    if (!icount_enabled()) {
        timer_work(timer);
    } else if (qemu_in_vcpu_thread()) {
        timer_work(timer);
        deadlines_follow();
    } else if (!timer->handed_on) {
        /* A CPU that has been asked to do something does not idle: this, too, holds the clock. */
        timer->handed_on = true;
        async_run_on_cpu(first_cpu, on_cpu, RUN_ON_CPU_HOST_PTR(timer));
    }
}

static void nothing(CPUState *cpu, run_on_cpu_data data) {}

/*
 * Whenever QEMU's main thread has been woken it skips to the earliest deadline if the guest idles.
 * It takes a guest for idle from its halt instruction on, but the time of the instructions before
 * that is added a little later, by the thread of the virtual CPU, without the lock: skipped early,
 * the clock ends behind the deadline, by as much as was not yet added. So a CPU that has halted and
 * not added its time is asked to do nothing, which holds the clock until it has. One that runs is
 * left alone, though it may halt in the next moment: asked as well it would stop anywhere, and an
 * interrupt that comes right behind a cmpxchg16b saves wrong flags in QEMU 7.2; Linux died of them.
 */
static void on_main_loop(Notifier *notifier, void *data)
{
    const MainLoopPoll *poll = data;
    CPUState *cpu = first_cpu;

    if (poll->state != MAIN_LOOP_POLL_FILL && cpu != NULL && qatomic_read(&cpu->halted) &&
        qatomic_read(&cpu->icount_budget) != 0) {
        async_run_on_cpu(cpu, nothing, RUN_ON_CPU_NULL);
    }
}

static void clock_keep(void)
{
    static Notifier notifier = {.notify = on_main_loop};
    static bool kept;

    if (icount_enabled() && !kept) {
        kept = true;
        main_loop_poll_add_notifier(&notifier);
    }
}

/* QEMU wakes its main thread at each deadline, mostly for nothing: it shall not interrupt the
 * virtual CPU's. Where that is not permitted it only takes longer. */
static void main_thread_calm(void)
{
    const struct sched_param none = {0};

    if (icount_enabled()) {
        sched_setscheduler(0, SCHED_BATCH, &none);
    }
}

struct event_timer *event_timer_create(event_work work, void *context)
{
    struct event_timer *timer = g_new0(struct event_timer, 1);

    main_thread_calm();
    clock_keep();
    *timer = (struct event_timer){.work = work, .context = context, .at_ns = EVENT_NEVER};
    timer->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, on_deadline, timer);
    return timer;
}

void event_timer_free(struct event_timer *timer)
{
    timer_free(timer->timer);
    timer->freed = true;
    if (!timer->handed_on) {
        g_free(timer);
    }
}

void event_timer_set(struct event_timer *timer, int64_t at_ns)
{
    timer->at_ns = at_ns;
    if (!timer->working) {
        timer_arm(timer);
    }
}
