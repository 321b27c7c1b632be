// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile client of the DP83820 driver, which runs against the model of its card. What must not
// happen: the card writes a byte outside the client's dataspace, reads one from there onto the
// wire, or the next client is not served.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hostile.h"
#include "tests/unit/dp83820_driver/bench.h"
#include <rt/host.h>
#include <string.h>

extern const struct trace_interface netdev_trace;
static const struct trace_interface *const interfaces[] = {&netdev_trace};

enum { STEPS = 6000, SEEDS = 3, PAGE = 4096, CANARY = 0xc7, FRAME = 200, RUN_US = 20 };

static struct bench bench;
static struct link hostile_link;
static uint64_t hostile_state[64];
static struct instance hostile = {.component = &hostile_component,
                                  .name = "hostile",
                                  .links = &hostile_link,
                                  .link_count = 1,
                                  .state = hostile_state};

// The client's pages have a page that is not the client's behind each of them.
static uint8_t *behind(unsigned page)
{
    return bench_byte(&bench, page * PAGE) + PAGE;
}

static void canaries_set(void)
{
    for (unsigned page = 0; page < BENCH_PAGES; page++)
        memset(behind(page), CANARY, PAGE);
}

static void canaries_check(void)
{
    for (unsigned page = 0; page < BENCH_PAGES; page++)
        for (unsigned i = 0; i < PAGE; i++)
            assert_int_equal(behind(page)[i], CANARY);
}

// Nothing of the canaries' pages is on the wire.
static void frames_check(void)
{
    static uint8_t out[HOST_BUS_FRAME_BYTES], canary[64];
    memset(canary, CANARY, sizeof(canary));
    size_t length;
    while ((length = host_bus_frame_take(&bench.bus, out, NULL)) != 0)
        assert_null(memmem(out, length, canary, sizeof(canary)));
}

static void link_up(void)
{
    hostile_link = (struct link){
        .name = "netdev",
        .area = bench.area,
        .area_bytes = NETDEV_SESSION_BYTES,
        .wake = {.local_pending = &bench.program.pending, .bits = 1},
        .local_peer = &bench.instance,
    };
}

static void session_renew(void)
{
    bench_session_close(&bench);
    bench_session_open(&bench);
    link_up();
}

static void a_hostile_client_reaches_no_memory_but_its_own(void **state)
{
    (void)state;
    struct dp83820_config config;
    uint8_t frame[FRAME];
    dp83820_config_default(&config);
    assert_true(bench_open(&bench, &config, "0", NULL));
    link_up();
    canaries_set();
    bench_run(&bench, 2000);
    bench_frame(&bench, frame, sizeof(frame), 3);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        hostile_begin(&hostile, interfaces, seed);
        for (unsigned step = 0; step < STEPS; step++) {
            hostile_step(&hostile);
            if (step % 8 == 0)
                bench_wire_in(&bench, frame, sizeof(frame));
            if (step % 4 == 0)
                bench_run(&bench, RUN_US);
            if (step % 64 == 0)
                frames_check();
            if (step % 500 == 0)
                session_renew();
        }
        canaries_check();
    }
    assert_int_equal(bench.bus.rule_breaks, 0);
}

static void an_honest_client_after_it_is_served(void **state)
{
    (void)state;
    uint8_t frame[FRAME];
    struct netdev_buffer entry;
    static uint8_t out[HOST_BUS_FRAME_BYTES];
    session_renew();
    bench_run(&bench, 2000000);
    frames_check();
    assert_int_equal(bench_pins(&bench), 0);
    bench_give_buffers(&bench, 0, 32);
    bench_run(&bench, 2000);
    bench_frame(&bench, frame, sizeof(frame), 5);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 1000);
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_true(entry.length >= sizeof(frame));
    const uint16_t length = FRAME;
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 77));
    bench_publish(&bench);
    bench.program.pending |= 1;
    bench_run(&bench, 1000);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), FRAME);
}

// What is sent from the start of the transmit buffers.
static void frame_sent(uint8_t *out)
{
    const uint16_t length = FRAME;
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 1));
    bench_publish(&bench);
    bench.program.pending |= 1;
    bench_run(&bench, 1000);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), FRAME);
}

// A client dies, the next one's memory gets its number in the session, and its table even the same
// address.
static void another_dataspace_under_an_old_number_is_looked_up_anew(void **state)
{
    (void)state;
    enum { PAGE_OF_TX = BENCH_TX_BASE / PAGE };
    static uint8_t out[HOST_BUS_FRAME_BYTES], frame[FRAME];
    session_renew();
    memset(frame, 'a', sizeof(frame));
    bench_copy_in(&bench, BENCH_TX_BASE, frame, sizeof(frame));
    memset(frame, 'b', sizeof(frame));
    bench_copy_in(&bench, BENCH_TX_BASE + PAGE, frame, sizeof(frame));
    frame_sent(out);
    assert_int_equal(out[FRAME / 2], 'a');
    uint64_t entry = bench.entries[PAGE_OF_TX];
    bench.entries[PAGE_OF_TX] = bench.entries[PAGE_OF_TX + 1];
    bench.entries[PAGE_OF_TX + 1] = entry;
    memset(bench.marks, 0, sizeof(bench.marks));
    bench.link.changes++;
    bench.program.pending |= 1;
    bench_run(&bench, 1000);
    frame_sent(out);
    assert_int_equal(out[FRAME / 2], 'b');
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostile_client_reaches_no_memory_but_its_own),
        cmocka_unit_test(an_honest_client_after_it_is_served),
        cmocka_unit_test(another_dataspace_under_an_old_number_is_looked_up_anew),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
