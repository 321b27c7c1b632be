/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt status, mask and hold-off. */
#include "bench.h"

static void event(struct bench *bench)
{
    set(bench, DP83820_CR, DP83820_CR_SWI);
}

/* A card that interrupts for software events. */
static struct bench *unmasked(void (*change)(struct dp83820_config *config))
{
    struct bench *bench = bench_new(change);

    set(bench, DP83820_IMR, DP83820_INTERRUPT_SWI);
    set(bench, DP83820_IER, DP83820_IER_IE);
    return bench;
}

/* Nanoseconds until the interrupt comes. */
static uint64_t delay(struct bench *bench)
{
    uint64_t from = bench->bus.now_ns;

    assert_true(host_bus_run_until_interrupt(&bench->bus, true, 1000 * MILLISECOND));
    return bench->bus.now_ns - from;
}

static void a_read_returns_and_clears_masked_events_too(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    event(bench);
    assert_false(bench->bus.interrupt);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_SWI);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    set(bench, DP83820_ISR, UINT32_MAX);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    bench_free(bench);
}

static void a_software_interrupt_sets_its_bit_and_no_other(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_CR, DP83820_CR_SWI);
    assert_true(bench->bus.interrupt);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_SWI);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_SWI);
    assert_false(bench->bus.interrupt);
    bench_free(bench);
}

static void unmasking_a_latched_event_asserts_the_pin(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    set(bench, DP83820_IER, DP83820_IER_IE);
    event(bench);
    assert_false(bench->bus.interrupt);
    set(bench, DP83820_IMR, DP83820_INTERRUPT_SWI);
    assert_true(bench->bus.interrupt);
    set(bench, DP83820_IER, 0);
    assert_false(bench->bus.interrupt);
    set(bench, DP83820_IER, DP83820_IER_IE);
    assert_true(bench->bus.interrupt);
    set(bench, DP83820_IMR, 0);
    assert_false(bench->bus.interrupt);
    bench_free(bench);
}

static void without_hold_off_an_interrupt_comes_at_once(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    for (unsigned times = 0; times < 3; times++) {
        event(bench);
        assert_true(bench->bus.interrupt);
        get(bench, DP83820_ISR);
        assert_false(bench->bus.interrupt);
    }
    assert_int_equal(count(bench)->interrupts, 3);
    bench_free(bench);
}

static void a_second_event_is_held_off_from_the_read_of_the_first(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IHR, 1);
    event(bench);
    assert_true(bench->bus.interrupt);
    get(bench, DP83820_ISR);
    run(bench, 30 * MICROSECOND);
    event(bench);
    assert_false(bench->bus.interrupt);
    assert_int_equal(delay(bench), 70 * MICROSECOND);
    bench_free(bench);
}

static void the_timer_test_makes_the_unit_four_microseconds(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_CFG, DP83820_CFG_TMRTEST);
    set(bench, DP83820_IHR, 25);
    get(bench, DP83820_ISR);
    event(bench);
    assert_int_equal(delay(bench), 100 * MICROSECOND);
    set(bench, DP83820_IHR, 255);
    get(bench, DP83820_ISR);
    event(bench);
    assert_int_equal(delay(bench), 1020 * MICROSECOND);
    bench_free(bench);
}

static void slow_timer_test(struct dp83820_config *config)
{
    config->timer_test_is_fast = false;
}

static void the_timer_test_may_leave_the_unit_alone(void **state)
{
    struct bench *bench = unmasked(slow_timer_test);

    (void)state;
    set(bench, DP83820_CFG, DP83820_CFG_TMRTEST);
    set(bench, DP83820_IHR, 2);
    get(bench, DP83820_ISR);
    event(bench);
    assert_int_equal(delay(bench), 200 * MICROSECOND);
    bench_free(bench);
}

static void a_lone_event_is_not_delayed_by_hold_off_from_the_read(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IHR, 1);
    get(bench, DP83820_ISR);
    run(bench, 101 * MICROSECOND);
    event(bench);
    assert_true(bench->bus.interrupt);
    bench_free(bench);
}

static void hold_off_from_the_event_delays_the_first_event(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IHR, DP83820_IHR_IH(1) | dp83820_ihr_with_ihctl(0, DP83820_IHR_IHCTL_EVENT));
    get(bench, DP83820_ISR);
    run(bench, 500 * MICROSECOND);
    event(bench);
    assert_false(bench->bus.interrupt);
    assert_int_equal(delay(bench), 100 * MICROSECOND);
    /* Asserted: nothing changes until the next read. */
    event(bench);
    run(bench, MILLISECOND);
    assert_true(bench->bus.interrupt);
    bench_free(bench);
}

static void further_events_do_not_prolong_the_hold_off(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IHR, HOLD_OFF_EVENT(1));
    get(bench, DP83820_ISR);
    event(bench);
    run(bench, 60 * MICROSECOND);
    event(bench);
    assert_int_equal(delay(bench), 40 * MICROSECOND);
    bench_free(bench);
}

static void a_masked_event_starts_no_hold_off_until_it_is_unmasked(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IMR, 0);
    set(bench, DP83820_IHR, HOLD_OFF_EVENT(1));
    get(bench, DP83820_ISR);
    event(bench);
    run(bench, 300 * MICROSECOND);
    set(bench, DP83820_IMR, DP83820_INTERRUPT_SWI);
    assert_false(bench->bus.interrupt);
    assert_int_equal(delay(bench), 100 * MICROSECOND);
    bench_free(bench);
}

/* Whoever polls takes the event and the time that it started. */
static void a_read_ends_the_hold_off_that_an_event_started(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IHR, HOLD_OFF_EVENT(1));
    get(bench, DP83820_ISR);
    event(bench);
    run(bench, 60 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_SWI);
    run(bench, 20 * MICROSECOND);
    event(bench);
    assert_int_equal(delay(bench), 100 * MICROSECOND);
    bench_free(bench);
}

static void writing_no_hold_off_releases_a_pending_interrupt(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IHR, 200);
    get(bench, DP83820_ISR);
    event(bench);
    assert_false(bench->bus.interrupt);
    set(bench, DP83820_IHR, 0);
    assert_true(bench->bus.interrupt);
    bench_free(bench);
}

static void a_new_hold_off_time_does_not_change_a_running_one(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IHR, 1);
    get(bench, DP83820_ISR);
    event(bench);
    set(bench, DP83820_IHR, 50);
    assert_int_equal(delay(bench), 100 * MICROSECOND);
    bench_free(bench);
}

static void flush_sequences_leave_no_timer(void **state)
{
    static const uint32_t middle[] = {HOLD_OFF_EVENT(0), HOLD_OFF_EVENT(1)};
    struct bench *bench = unmasked(NULL);

    (void)state;
    for (unsigned at = 0; at < 2; at++) {
        set(bench, DP83820_IHR, 0);
        set(bench, DP83820_IHR, middle[at]);
        set(bench, DP83820_IHR, 0);
        assert_true(bench->bus.timer_ns == UINT64_MAX);
        event(bench);
        assert_true(bench->bus.interrupt);
        get(bench, DP83820_ISR);
    }
    /* A time of 0 is none, whatever the mode says. */
    set(bench, DP83820_IHR, HOLD_OFF_EVENT(0));
    get(bench, DP83820_ISR);
    event(bench);
    assert_true(bench->bus.interrupt);
    bench_free(bench);
}

static void many_events_in_a_hold_off_make_one_interrupt(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IMR, UINT32_MAX);
    set(bench, DP83820_IHR, 1);
    get(bench, DP83820_ISR);
    event(bench);
    set(bench, DP83820_CR, DP83820_CR_TXR);
    run(bench, 50 * MICROSECOND);
    set(bench, DP83820_CR, DP83820_CR_RXR);
    assert_int_equal(count(bench)->interrupts, 0);
    delay(bench);
    assert_int_equal(count(bench)->interrupts, 1);
    assert_int_equal(get(bench, DP83820_ISR),
                     DP83820_INTERRUPT_SWI | DP83820_INTERRUPT_TXRCMP | DP83820_INTERRUPT_RXRCMP);
    bench_free(bench);
}

static void held_off_events_can_be_read_at_once(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    set(bench, DP83820_IHR, 1);
    get(bench, DP83820_ISR);
    event(bench);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_SWI);
    run(bench, MILLISECOND);
    assert_false(bench->bus.interrupt);
    bench_free(bench);
}

static void the_summary_bit_follows_the_bus_errors(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    event(bench);
    assert_no_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_HIBINT);
    set(bench, DP83820_TXDP, NOWHERE);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_HIBINT | DP83820_INTERRUPT_RMABT);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    bench_free(bench);
}

static void a_read_of_nothing_disturbs_nothing(void **state)
{
    struct bench *bench = unmasked(NULL);

    (void)state;
    rx_ring(bench, 4);
    start(bench);
    for (unsigned times = 0; times < 5; times++)
        assert_int_equal(get(bench, DP83820_ISR), 0);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_RXE);
    event(bench);
    assert_true(bench->bus.interrupt);
    bench_free(bench);
}

static void calm_reads(struct dp83820_config *config)
{
    config->zero_read_reloads = false;
}

static void a_read_of_nothing_restarts_the_hold_off_unless_told_not_to(void **state)
{
    struct bench *bench = unmasked(NULL), *calm = unmasked(calm_reads);

    (void)state;
    set(bench, DP83820_IHR, 1);
    get(bench, DP83820_ISR);
    event(bench);
    assert_false(bench->bus.interrupt);
    bench_free(bench);
    set(calm, DP83820_IHR, 1);
    get(calm, DP83820_ISR);
    event(calm);
    assert_true(calm->bus.interrupt);
    bench_free(calm);
}

static void an_early_interrupt_comes_before_the_frame_is_in(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1400);
    uint64_t from;

    (void)state;
    rx_ring(bench, 4);
    start(bench);
    set(bench, DP83820_RXCFG, get(bench, DP83820_RXCFG) | DP83820_RXCFG_DRTH(16));
    set(bench, DP83820_IMR, DP83820_INTERRUPT_RXEARLY);
    set(bench, DP83820_IER, DP83820_IER_IE);
    from = bench->bus.now_ns;
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    delay(bench);
    assert_int_equal(bench->bus.now_ns - from, (8 + 128) * 8);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXEARLY);
    run(bench, 20 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXDESC);
    /* The same for who asks when the frame is on its way. */
    set(bench, DP83820_IMR, 0);
    from = bench->bus.now_ns;
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    run(bench, MICROSECOND / 2);
    set(bench, DP83820_IMR, DP83820_INTERRUPT_RXEARLY);
    delay(bench);
    assert_int_equal(bench->bus.now_ns - from, (8 + 128) * 8);
    bench_free(bench);
}

int interrupt_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_returns_and_clears_masked_events_too),
        cmocka_unit_test(a_software_interrupt_sets_its_bit_and_no_other),
        cmocka_unit_test(unmasking_a_latched_event_asserts_the_pin),
        cmocka_unit_test(without_hold_off_an_interrupt_comes_at_once),
        cmocka_unit_test(a_second_event_is_held_off_from_the_read_of_the_first),
        cmocka_unit_test(the_timer_test_makes_the_unit_four_microseconds),
        cmocka_unit_test(the_timer_test_may_leave_the_unit_alone),
        cmocka_unit_test(a_lone_event_is_not_delayed_by_hold_off_from_the_read),
        cmocka_unit_test(hold_off_from_the_event_delays_the_first_event),
        cmocka_unit_test(further_events_do_not_prolong_the_hold_off),
        cmocka_unit_test(a_masked_event_starts_no_hold_off_until_it_is_unmasked),
        cmocka_unit_test(a_read_ends_the_hold_off_that_an_event_started),
        cmocka_unit_test(writing_no_hold_off_releases_a_pending_interrupt),
        cmocka_unit_test(a_new_hold_off_time_does_not_change_a_running_one),
        cmocka_unit_test(flush_sequences_leave_no_timer),
        cmocka_unit_test(many_events_in_a_hold_off_make_one_interrupt),
        cmocka_unit_test(held_off_events_can_be_read_at_once),
        cmocka_unit_test(the_summary_bit_follows_the_bus_errors),
        cmocka_unit_test(a_read_of_nothing_disturbs_nothing),
        cmocka_unit_test(a_read_of_nothing_restarts_the_hold_off_unless_told_not_to),
        cmocka_unit_test(an_early_interrupt_comes_before_the_frame_is_in),
    };

    return cmocka_run_group_tests_name("interrupt", tests, NULL, NULL);
}
