// SPDX-License-Identifier: BSD-2-Clause
//
// A session inside one program, closed and opened by its ends: who is told what, and when.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rt/endpoint.h>
#include <rt/loop.h>
#include <session/memory.h>
#include <session/session.h>
#include <stdlib.h>
#include <string.h>

struct end {
    unsigned opened, closed, events;
    uint32_t generation;
    bool inside; // an entry point is running
    bool reopens;
};

static void enter(struct instance *self)
{
    struct end *end = self->state;
    assert_false(end->inside);
    end->inside = true;
}

static void leave(struct instance *self)
{
    ((struct end *)self->state)->inside = false;
}

static void opened(struct instance *self, unsigned link)
{
    struct end *end = self->state;
    enter(self);
    assert_false(self->links[link].waiting);
    assert_int_equal(*(uint64_t *)self->links[link].area, 0); // empty
    end->generation = self->links[link].generation;
    end->opened++;
    leave(self);
}

static void closed(struct instance *self, unsigned link)
{
    struct end *end = self->state;
    enter(self);
    end->closed++;
    if (end->reopens)
        assert_true(session_open(self, link));
    leave(self);
}

// What the test has an end do from within an entry point.
static void (*in_event)(struct instance *self);

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    enter(self);
    ((struct end *)self->state)->events++;
    if (in_event)
        in_event(self);
    leave(self);
}

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    (void)self;
    (void)link;
    (void)tag;
    (void)words;
    return 5;
}

static const struct component component = {.name = "end",
                                           .state_bytes = sizeof(struct end),
                                           .opened = opened,
                                           .closed = closed,
                                           .event = event,
                                           .call = call};

static struct link links[2];
static struct instance instances[2];
static const struct program_join join = {
    .client = 1, .client_link = 0, .server = 0, .server_link = 0, .area_bytes = 4096};
static struct program program;

static struct end *server(void)
{
    return instances[0].state;
}

static struct end *client(void)
{
    return instances[1].state;
}

static int set_up(void **state)
{
    (void)state;
    in_event = NULL;
    memset(links, 0, sizeof links);
    links[0].name = links[1].name = "link";
    for (unsigned i = 0; i < 2; i++)
        instances[i] = (struct instance){
            .component = &component, .name = "end", .links = &links[i], .link_count = 1};
    program = (struct program){.name = "test",
                               .instances = instances,
                               .instance_count = 2,
                               .joins = &join,
                               .join_count = 1};
    return !program_start(&program);
}

static int tear_down(void **state)
{
    (void)state;
    free(links[0].local.area);
    free(instances[0].state);
    free(instances[1].state);
    return 0;
}

static void the_end_that_closes_is_closed_and_the_other_is_told(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct end *other = i ? server() : client();
        struct end *own = i ? client() : server();
        unsigned before = other->closed, own_before = own->closed;
        assert_true(session_close(&instances[i], 0));
        assert_true(links[i].waiting);
        assert_null(links[i].area);
        assert_int_equal(other->closed, before);
        program_dispatch(&program);
        assert_int_equal(other->closed, before + 1);
        assert_int_equal(own->closed, own_before);
        assert_null(links[!i].area);
        assert_true(session_close(&instances[i], 0)); // there is nothing to close
        program_dispatch(&program);
        assert_int_equal(other->closed, before + 1);
        assert_true(session_open(&instances[1], 0));
        program_dispatch(&program);
    }
}

static void a_client_opens_again_under_another_generation(void **state)
{
    (void)state;
    uint32_t last = client()->generation;
    for (unsigned i = 0; i < 10; i++) {
        *(uint64_t *)links[0].area = 77;
        assert_true(session_close(&instances[i % 2], 0));
        program_dispatch(&program);
        assert_true(session_open(&instances[1], 0));
        program_dispatch(&program);
        assert_int_equal(client()->opened, i + 2);
        assert_int_equal(server()->opened, i + 2);
        assert_int_not_equal(client()->generation, last);
        assert_int_equal(client()->generation, server()->generation);
        last = client()->generation;
        ring_wake(&links[1].wake); // and the wake-ups are there again
        unsigned events = server()->events;
        program_dispatch(&program);
        assert_int_equal(server()->events, events + 1);
    }
}

static void a_server_cannot_open(void **state)
{
    (void)state;
    assert_true(session_close(&instances[0], 0));
    assert_false(session_open(&instances[0], 0));
    program_dispatch(&program);
    assert_true(links[0].waiting && links[1].waiting);
}

static void close_other(struct instance *self)
{
    in_event = NULL;
    assert_true(session_close(self, 0));
    assert_true(self->links[0].waiting);
}

static void closed_within_an_entry_point_the_other_end_is_told_by_the_loop(void **state)
{
    (void)state;
    client()->reopens = true;
    in_event = close_other;
    program.pending = 1; // the server's event
    program_dispatch(&program);
    assert_int_equal(client()->closed, 1);
    assert_int_equal(client()->opened, 2);
    assert_int_equal(server()->opened, 2);
    assert_false(links[0].waiting || links[1].waiting);
}

static void both_ends_may_close_at_once(void **state)
{
    (void)state;
    assert_true(session_close(&instances[0], 0));
    assert_true(session_close(&instances[1], 0));
    assert_true(session_open(&instances[1], 0));
    program_dispatch(&program);
    assert_int_equal(client()->closed, 0);
    assert_int_equal(server()->closed, 0);
    assert_int_equal(client()->opened, 2);
    assert_int_equal(server()->opened, 2);
    assert_false(links[0].waiting || links[1].waiting);
}

static void a_closed_link_serves_no_calls(void **state)
{
    (void)state;
    uint64_t words[CALL_WORDS] = {0};
    struct l4_message message = {0};
    assert_int_equal(link_call(&links[1], 0, words), 5);
    assert_true(session_close(&instances[0], 0));
    program_dispatch(&program);
    assert_int_equal(link_call(&links[1], 0, words), ~UINT64_C(0));
    link_serve(&links[1], &message);
    assert_int_equal((int16_t)(message.tag >> 16), INTERFACE_CLOSED);
}

static void dataspaces_end_with_their_session(void **state)
{
    (void)state;
    struct memory memory;
    assert_true(memory_create(&instances[1], &memory, 4096));
    for (unsigned i = 0; i < 3; i++) {
        assert_true(link_memory_share(&instances[1], 0, 0, &memory, LINK_ACCESS_READ, false));
        assert_ptr_equal(links[0].dataspaces[0].base, memory.base);
        assert_true(session_close(&instances[i % 2], 0));
        program_dispatch(&program);
        assert_null(links[0].dataspaces[0].base);
        assert_null(links[1].dataspaces[0].base);
        assert_true(session_open(&instances[1], 0));
        program_dispatch(&program);
    }
    free(memory.base);
}

#define LOCAL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOCAL_TEST(the_end_that_closes_is_closed_and_the_other_is_told),
        LOCAL_TEST(a_client_opens_again_under_another_generation),
        LOCAL_TEST(a_server_cannot_open),
        LOCAL_TEST(closed_within_an_entry_point_the_other_end_is_told_by_the_loop),
        LOCAL_TEST(both_ends_may_close_at_once),
        LOCAL_TEST(a_closed_link_serves_no_calls),
        LOCAL_TEST(dataspaces_end_with_their_session),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
