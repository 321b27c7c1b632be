// SPDX-License-Identifier: BSD-2-Clause
//
// A client and a server program, each with its start table, and this test in the place of root. The
// client lends buffers and counts which come back; the server returns each of them once. Then one
// of them dies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rt/clock.h>
#include <rt/log.h>
#include <rt/loop.h>
#include <rt/machine.h>
#include <rt/start.h>
#include <session/session.h>
#include <stdlib.h>
#include <tools/idlc/tests/interfaces/good/everything_session.h>

enum { CLIENT_THREAD = 1, SERVER_THREAD = 2, BUFFERS = 8 };

const volatile struct start_table *start_table;

// One end: a program of one instance with one link.
struct side {
    struct start_table table;
    struct link link;
    struct instance instance;
    struct program program;
};

static struct side client_side, server_side;
static struct everything_area *areas[2]; // of the session now and the one before

// What the two components keep.
struct client_state {
    struct everything_client end;
    unsigned opened, closed, returned;
    uint64_t generation; // stands in the cookies
    bool open;
};

struct server_state {
    struct everything_server end;
    unsigned opened, closed, served;
    uint64_t seen_generation;
    bool open;
};

uint64_t clock_us(void)
{
    return 1;
}

void machine_write(const char *text, size_t length)
{
    (void)text;
    (void)length;
}

bool machine_turn_again(void)
{
    return false;
}

uint64_t machine_call(machine_handle control, uint64_t tag, uint64_t *words)
{
    (void)control;
    (void)tag;
    (void)words;
    return ~UINT64_C(0);
}

// Notifications arrive in the other program's pending word; a dead program has none.
void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    struct side *side = thread == CLIENT_THREAD ? &client_side : &server_side;
    side->program.pending |= bits;
}

static void client_opened(struct instance *self, unsigned link)
{
    struct client_state *state = self->state;
    state->opened++;
    state->open = true;
    state->generation = self->links[link].generation;
    everything_client_start(&state->end, self->links[link].area);
    for (uint32_t i = 0; i < BUFFERS; i++) {
        struct everything_buffer buffer = {.offset = i, .cookie = state->generation << 32 | i};
        assert_true(everything_rx_free_try_put(&state->end, &buffer));
    }
    everything_rx_free_publish(&state->end);
    ring_wake(&self->links[link].wake);
}

static void client_closed(struct instance *self, unsigned link)
{
    struct client_state *state = self->state;
    (void)link;
    state->closed++;
    state->open = false;
}

static void client_event(struct instance *self, uint64_t events)
{
    struct client_state *state = self->state;
    struct everything_buffer buffer;
    (void)events;
    while (state->open && everything_rx_try_get(&state->end, &buffer)) {
        assert_int_equal(buffer.cookie >> 32, state->generation);
        state->returned++;
    }
    if (state->open)
        everything_rx_release(&state->end);
}

static void server_opened(struct instance *self, unsigned link)
{
    struct server_state *state = self->state;
    state->opened++;
    state->open = true;
    state->seen_generation = self->links[link].generation;
    everything_server_start(&state->end, self->links[link].area);
}

static void server_closed(struct instance *self, unsigned link)
{
    struct server_state *state = self->state;
    (void)link;
    state->closed++;
    state->open = false;
}

static void server_event(struct instance *self, uint64_t events)
{
    struct server_state *state = self->state;
    struct everything_buffer buffer;
    (void)events;
    while (state->open && everything_rx_free_try_get(&state->end, &buffer)) {
        assert_int_equal(buffer.cookie >> 32, state->seen_generation);
        state->served++;
        assert_true(everything_rx_try_put(&state->end, &buffer));
    }
    if (!state->open)
        return;
    everything_rx_free_release(&state->end);
    everything_rx_publish(&state->end);
    ring_wake(&self->links[0].wake);
}

static const struct component client_component = {
    .name = "client",
    .state_bytes = sizeof(struct client_state),
    .opened = client_opened,
    .closed = client_closed,
    .event = client_event,
};

static const struct component server_component = {
    .name = "server",
    .state_bytes = sizeof(struct server_state),
    .opened = server_opened,
    .closed = server_closed,
    .event = server_event,
};

static struct client_state *client(void)
{
    return client_side.instance.state;
}

static struct server_state *server(void)
{
    return server_side.instance.state;
}

static void side_start(struct side *side, const struct component *component, bool serves)
{
    free(side->instance.state);
    memset(&side->link, 0, sizeof(side->link));
    side->link = (struct link){.name = "link", .server = serves, .waiting = true};
    side->instance = (struct instance){
        .component = component, .name = component->name, .links = &side->link, .link_count = 1};
    side->program = (struct program){
        .name = component->name, .instances = &side->instance, .instance_count = 1};
    side->table.session_count = 1;
    assert_true(program_start(&side->program));
}

// Lets a program look at its table and do what there is to do.
static void side_run(struct side *side)
{
    start_table = &side->table;
    sessions_update(&side->program);
    program_dispatch(&side->program);
}

static void both_run(void)
{
    for (int i = 0; i < 4; i++) {
        side_run(&server_side);
        side_run(&client_side);
    }
}

// Root's part: a new area, both tables under a new generation.
static void root_opens(uint32_t generation)
{
    areas[1] = areas[0];
    areas[0] = aligned_alloc(4096, EVERYTHING_SESSION_BYTES);
    assert_non_null(areas[0]);
    memset(areas[0], 0, EVERYTHING_SESSION_BYTES);
    struct start_session session = {
        .generation = generation,
        .wake_bits = 1,
        .area = (uintptr_t)areas[0],
        .area_bytes = EVERYTHING_SESSION_BYTES,
    };
    session.wake_slot = SERVER_THREAD;
    client_side.table.sessions[0] = session;
    session.wake_slot = CLIENT_THREAD;
    server_side.table.sessions[0] = session;
}

static void root_closes(void)
{
    client_side.table.sessions[0].generation = 0;
    server_side.table.sessions[0].generation = 0;
}

static int set_up(void **state)
{
    (void)state;
    side_start(&server_side, &server_component, true);
    side_start(&client_side, &client_component, false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(areas[0]);
    free(areas[1]);
    areas[0] = areas[1] = NULL;
    root_closes();
    free(client_side.instance.state);
    free(server_side.instance.state);
    client_side.instance.state = server_side.instance.state = NULL;
    return 0;
}

static void a_client_waits_for_its_server(void **state)
{
    (void)state;
    both_run();
    assert_false(client_side.instance.started);
    assert_true(server_side.instance.started);
    root_opens(1);
    both_run();
    assert_true(client_side.instance.started);
    assert_int_equal(client()->opened, 1);
    assert_int_equal(server()->opened, 1);
    assert_int_equal(client()->returned, BUFFERS);
}

static void the_death_of_a_server_is_seen_by_its_client(void **state)
{
    (void)state;
    root_opens(1);
    both_run();
    root_closes();
    side_run(&client_side);
    assert_int_equal(client()->closed, 1);
    assert_null(client_side.link.area);
    assert_int_equal(client_side.link.control, 0);
    side_run(&client_side);
    assert_int_equal(client()->closed, 1);
}

static void the_death_of_a_client_is_seen_by_its_server(void **state)
{
    (void)state;
    root_opens(1);
    both_run();
    root_closes();
    side_run(&server_side);
    assert_int_equal(server()->closed, 1);
    assert_null(server_side.link.area);
}

static void a_restarted_server_finds_an_empty_session(void **state)
{
    (void)state;
    root_opens(1);
    side_run(
        &client_side); // its buffers are in the ring of generation 1, and nobody has taken them
    root_closes();
    side_run(&client_side);
    side_start(&server_side, &server_component, true);
    root_opens(2);
    both_run();
    assert_int_equal(client()->opened, 2);
    assert_int_equal(client()->generation, 2);
    assert_int_equal(server()->served, BUFFERS);
    assert_int_equal(client()->returned, BUFFERS);
}

static void a_restarted_client_gets_nothing_of_the_old_one(void **state)
{
    (void)state;
    root_opens(1);
    side_run(&client_side);
    side_run(
        &server_side); // all buffers were served, and wait in the ring for a client that dies now
    root_closes();
    side_run(&server_side);
    side_start(&client_side, &client_component, false);
    root_opens(2);
    both_run();
    assert_int_equal(client()->returned, BUFFERS);
    assert_int_equal(server()->served, 2 * BUFFERS);
    assert_int_equal(server()->opened, 2);
    assert_int_equal(server()->closed, 1);
}

static void an_end_that_missed_the_closing_sees_both(void **state)
{
    (void)state;
    root_opens(1);
    both_run();
    root_closes();
    root_opens(2);
    side_run(&client_side);
    assert_int_equal(client()->closed, 1);
    assert_int_equal(client()->opened, 2);
    assert_int_equal(client_side.link.generation, 2);
}

static void what_the_old_area_says_does_not_count(void **state)
{
    (void)state;
    root_opens(1);
    both_run();
    root_closes();
    root_opens(2);
    memset(areas[1], 0xa5, EVERYTHING_SESSION_BYTES); // the old peer goes on writing
    side_start(&server_side, &server_component, true);
    both_run();
    assert_false(everything_client_is_broken(&client()->end));
    assert_int_equal(client()->returned, 2 * BUFFERS);
}

static void dataspaces_do_not_outlive_a_session(void **state)
{
    (void)state;
    root_opens(1);
    client_side.table.sessions[0].dataspaces[3] =
        (struct start_dataspace){.base = 0x1000, .length_bytes = 4096};
    both_run();
    assert_int_equal(client_side.link.dataspaces[3].length_bytes, 4096);
    root_closes();
    side_run(&client_side);
    assert_int_equal(client_side.link.dataspaces[3].length_bytes, 0);
    root_opens(2);
    side_run(&client_side);
    assert_int_equal(client_side.link.dataspaces[3].length_bytes, 0);
}

static void a_dataspace_that_is_added_is_told(void **state)
{
    (void)state;
    root_opens(1);
    both_run();
    server_side.table.sessions[0].dataspaces[0] =
        (struct start_dataspace){.base = 0x2000, .length_bytes = 8192};
    start_table = &server_side.table;
    sessions_update(&server_side.program);
    assert_true(server_side.program.pending & 1);
    assert_int_equal(server_side.link.dataspaces[0].length_bytes, 8192);
    assert_int_equal(server()->opened, 1);
    assert_int_equal(server()->closed, 0);
}

static void many_restarts_lose_no_buffer(void **state)
{
    (void)state;
    srandom(5);
    unsigned before = 0;
    for (uint32_t generation = 1; generation <= 200; generation++) {
        free(areas[1]);
        areas[1] = NULL;
        root_opens(generation);
        if (random() % 2)
            side_run(&client_side);
        if (generation > 1 && random() % 2) {
            side_start(&server_side, &server_component, true);
        }
        both_run();
        assert_int_equal(client()->returned - before, BUFFERS);
        before = client()->returned;
        root_closes();
        if (random() % 2)
            side_run(&client_side);
    }
}

#define SESSION_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(a_client_waits_for_its_server),
        SESSION_TEST(the_death_of_a_server_is_seen_by_its_client),
        SESSION_TEST(the_death_of_a_client_is_seen_by_its_server),
        SESSION_TEST(a_restarted_server_finds_an_empty_session),
        SESSION_TEST(a_restarted_client_gets_nothing_of_the_old_one),
        SESSION_TEST(an_end_that_missed_the_closing_sees_both),
        SESSION_TEST(what_the_old_area_says_does_not_count),
        SESSION_TEST(dataspaces_do_not_outlive_a_session),
        SESSION_TEST(a_dataspace_that_is_added_is_told),
        SESSION_TEST(many_restarts_lose_no_buffer),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
