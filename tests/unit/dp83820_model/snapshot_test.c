/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

/* A run that is saved in the middle of everything and goes on in another card. */
static void a_snapshot_goes_on_where_it_was_taken(void **state)
{
    struct bench *bench = both_ready(), *other = bench_new(NULL);
    void *saved = malloc(dp83820_state_bytes());
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 1400);

    (void)state;
    assert_non_null(saved);
    for (unsigned slot = 0; slot < 3; slot++)
        tx_put(bench, slot, frame, length, 0);
    dp83820_tx32_set_link(tx_slot(bench, 2), 0);
    set(bench, DP83820_IMR, UINT32_MAX);
    set(bench, DP83820_IER, 1);
    set(bench, DP83820_IHR, 1);
    get(bench, DP83820_ISR);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    set(bench, DP83820_MEAR, DP83820_MEAR_EESEL | DP83820_MEAR_EEDI);
    set(bench, DP83820_MEAR, DP83820_MEAR_EESEL | DP83820_MEAR_EEDI | DP83820_MEAR_EECLK);
    set(bench, DP83820_CCSR, DP83820_CCSR_PMEEN);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKPHY);
    dp83820_link_set(bench->bus.card, false);
    dp83820_link_set(bench->bus.card, true);
    assert_true(bench->bus.wake);
    run(bench, 15 * MICROSECOND);
    assert_true(left(bench));
    assert_true(dp83820_receive_frame(bench->bus.card, frame, 60));
    dp83820_state_save(bench->bus.card, saved);
    memcpy(other->bus.memory, bench->bus.memory, HOST_BUS_MEMORY_BYTES);
    other->bus.now_ns = bench->bus.now_ns;
    assert_false(dp83820_state_restore(other->bus.card, saved, dp83820_state_bytes() - 1));
    assert_true(dp83820_state_restore(other->bus.card, saved, dp83820_state_bytes()));
    assert_true(other->bus.wake);
    for (unsigned steps = 0; steps < 200; steps++) {
        run(bench, MICROSECOND);
        run(other, MICROSECOND);
        assert_int_equal(bench->bus.interrupt, other->bus.interrupt);
        assert_int_equal(bench->bus.frame_count, other->bus.frame_count);
    }
    assert_int_equal(other->bus.frame_count, 2);
    assert_true(other->bus.interrupt);
    for (unsigned offset = 0; offset < DP83820_IO_SIZE_BYTES; offset += 4)
        assert_int_equal(get(bench, offset), get(other, offset));
    assert_memory_equal(other->bus.memory, bench->bus.memory, HOST_BUS_MEMORY_BYTES);
    free(saved);
    bench_free(bench);
    bench_free(other);
}

/* Everything at once: packets on the wire in both directions, more in both FIFOs, a serial command
 * half through, hold-off. */
static struct bench *busy(void)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1200);

    set(bench, DP83820_IMR, UINT32_MAX);
    set(bench, DP83820_IER, DP83820_IER_IE);
    set(bench, DP83820_IHR, 1);
    for (unsigned number = 0; number < RX_READY_SLOTS + 3; number++)
        arrive(bench, frame, length);
    for (unsigned slot = 0; slot < 8; slot++)
        tx_put(bench, slot, frame, length, slot % 4 == 3 ? 0 : DP83820_TX_STATUS_MORE);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    run(bench, 3 * MICROSECOND);
    for (unsigned number = 0; number < 3; number++)
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    set(bench, DP83820_MEAR, DP83820_MEAR_EESEL | DP83820_MEAR_EEDI | DP83820_MEAR_EECLK);
    set(bench, DP83820_MEAR, DP83820_MEAR_MDDIR);
    set(bench, DP83820_MEAR, DP83820_MEAR_MDDIR | DP83820_MEAR_MDC);
    run(bench, 2 * MICROSECOND);
    return bench;
}

/* Whatever the card has become, it may do what it wants within its memory. */
static void live_on(struct bench *bench)
{
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1200);

    run(bench, 50 * MICROSECOND);
    for (unsigned pulse = 0; pulse < 40; pulse++) {
        set(bench, DP83820_MEAR, DP83820_MEAR_EESEL);
        set(bench, DP83820_MEAR, DP83820_MEAR_EESEL | DP83820_MEAR_EECLK | DP83820_MEAR_MDC);
    }
    rx_ring(bench, RX_READY_SLOTS);
    set(bench, DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE);
    dp83820_receive_frame(bench->bus.card, frame, length);
    run(bench, 200 * MICROSECOND);
    while (left(bench))
        ;
}

/* Where two states of a busy card differ are the places that matter; most others are data. */
static size_t places_find(const uint8_t *one, const uint8_t *other, size_t *places, size_t most)
{
    size_t count = 0;

    for (size_t at = 0; at < dp83820_state_bytes() && count < most; at++)
        if (one[at] != other[at])
            places[count++] = at;
    return count;
}

static void a_spoiled_snapshot_is_refused_or_harmless(void **state)
{
    enum { PLACES = 8192, TRIES = 4000 };
    static size_t places[PLACES];
    struct bench *bench = busy(), *fresh = bench_new(NULL);
    size_t bytes = dp83820_state_bytes(), count;
    uint8_t *sound = malloc(bytes), *spoiled = malloc(bytes);
    uint32_t random = 5, refused = 0;

    (void)state;
    assert_true(sound && spoiled);
    dp83820_state_save(bench->bus.card, sound);
    dp83820_state_save(fresh->bus.card, spoiled);
    count = places_find(sound, spoiled, places, PLACES);
    assert_true(count > 100);
    for (unsigned number = 0; number < TRIES; number++) {
        memcpy(spoiled, sound, bytes);
        for (unsigned flips = 0; flips <= number % 3; flips++) {
            random = random * 1664525 + 1013904223;
            /* Next to such places there are fields that happen to be 0 in both. */
            spoiled[(places[random / 8 % count] + (random >> 30)) % bytes] = random >> 20;
        }
        if (!dp83820_state_restore(bench->bus.card, spoiled, bytes)) {
            refused++;
            continue;
        }
        live_on(bench);
    }
    assert_true(refused > 0);
    assert_true(dp83820_state_restore(bench->bus.card, sound, bytes));
    free(sound);
    free(spoiled);
    bench_free(bench);
    bench_free(fresh);
}

int snapshot_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_goes_on_where_it_was_taken),
        cmocka_unit_test(a_spoiled_snapshot_is_refused_or_harmless),
    };

    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
