// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile network server, and its two clients with TCP: the echo and the ipbench target. Their
// memory is theirs whatever it answers, and an honest server in its place is served.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hostile.h"
#include <idl/tcp_session.h>
#include <rt/host.h>
#include <rt/loop.h>
#include <string.h>

extern const struct component tcp_echo_component, cpu_target_component;
extern const struct trace_interface tcp_trace;
static const struct trace_interface *const interfaces[] = {&tcp_trace, &tcp_trace};

enum { NET, ECHO, TARGET, CLIENTS = 2, STEPS = 40000, SEEDS = 3 };

static struct link net_links[] = {{.name = "tcp"}, {.name = "tcp"}};
static struct link echo_links[] = {{.name = "tcp"}};
static struct link target_links[] = {{.name = "tcp"}};
static struct instance instances[] = {
    [NET] = {.component = &hostile_component,
             .name = "hostile",
             .links = net_links,
             .link_count = CLIENTS},
    [ECHO] = {.component = &tcp_echo_component,
              .name = "echo",
              .links = echo_links,
              .link_count = 1},
    [TARGET] = {.component = &cpu_target_component,
                .name = "target",
                .links = target_links,
                .link_count = 1},
};
static const struct program_join joins[] = {{ECHO, 0, NET, 0, TCP_SESSION_BYTES},
                                            {TARGET, 0, NET, 1, TCP_SESSION_BYTES}};
static struct program program = {.name = "test",
                                 .instances = instances,
                                 .instance_count = 3,
                                 .joins = joins,
                                 .join_count = CLIENTS};

static void session_renew(unsigned client)
{
    struct instance *instance = &instances[ECHO + client];
    struct link *link = &net_links[client];
    instance->component->closed(instance, 0);
    memset(link->area, 0, link->area_bytes);
    link->dataspaces[0] = instance->links[0].dataspaces[0] = (struct link_dataspace){0};
    instance->component->opened(instance, 0);
}

static void a_hostile_server_harms_no_memory_of_its_clients(void **state)
{
    (void)state;
    assert_true(program_start(&program));
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        hostile_begin(&instances[NET], interfaces, seed);
        for (unsigned step = 0; step < STEPS; step++) {
            hostile_step(&instances[NET]);
            if (step % 4 == 0)
                program_dispatch(&program);
            if (step % 1000 == 0)
                session_renew(step / 1000 % CLIENTS);
        }
    }
}

static bool receive_free_take(struct tcp_server *end, struct tcp_segment *entry)
{
    return tcp_receive_free_available(end, 1) && tcp_receive_free_get(end, entry);
}

static bool send_take(struct tcp_server *end, struct tcp_segment *entry)
{
    return tcp_send_available(end, 1) && tcp_send_get(end, entry);
}

// Takes what the client lends; returns how many different buffers that are.
static unsigned buffers_take(struct tcp_server *end, struct tcp_segment *first)
{
    static bool seen[TCP_RECEIVE_FREE_DEPTH];
    struct tcp_segment entry;
    unsigned count = 0;
    memset(seen, 0, sizeof(seen));
    while (receive_free_take(end, &entry)) {
        uint32_t number = entry.offset / entry.length;
        assert_true(number < TCP_RECEIVE_FREE_DEPTH && !seen[number]);
        seen[number] = true;
        if (count++ == 0)
            *first = entry;
    }
    tcp_receive_free_release(end);
    return count;
}

static void news_send(struct tcp_server *end, unsigned client, const struct tcp_segment *entry)
{
    tcp_receive_put(end, entry);
    tcp_receive_publish(end);
    tcp_receive_notify(end, &net_links[client].wake);
    program_dispatch(&program);
}

static void an_honest_server_in_its_place_is_served(void **state)
{
    (void)state;
    static const char text[] = "HELLO\n";
    static const char *const replies[] = {text, "200 OK (Ready to go)\n"};
    for (unsigned client = 0; client < CLIENTS; client++) {
        struct tcp_server end;
        struct tcp_segment opened = {.what = TCP_KIND_OPENED, .serial = 7}, entry, answer;
        session_renew(client);
        tcp_server_start(&end, net_links[client].area);
        program_dispatch(&program);
        char *memory = net_links[client].dataspaces[0].base;
        assert_true(buffers_take(&end, &entry) >= 16);
        news_send(&end, client, &opened);
        while (send_take(&end, &answer)) // the target's greeting
            assert_int_equal(client, 1);
        entry.length = sizeof(text) - 1;
        entry.what = TCP_KIND_DATA;
        entry.serial = 7;
        memcpy(memory + entry.offset, text, entry.length);
        news_send(&end, client, &entry);
        assert_true(send_take(&end, &answer));
        assert_int_equal(answer.length, strlen(replies[client]));
        assert_memory_equal(memory + answer.offset, replies[client], answer.length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostile_server_harms_no_memory_of_its_clients),
        cmocka_unit_test(an_honest_server_in_its_place_is_served),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
