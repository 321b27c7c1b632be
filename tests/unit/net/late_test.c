/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A network server that is not ready when its client asks for a port, and wakes it when it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <idl/udp_server.h>
#include <idl/udp_session.h>
#include <interface/message.h>
#include <ring/wake.h>
#include <rt/host.h>
#include <rt/loop.h>
#include <string.h>

extern const struct component udp_echo_component;

static bool ready;
static unsigned asked;

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    (void)self;
    (void)link;
    (void)words;
    asked += l4_tag_label(tag) == UDP_BIND_LABEL;
    return L4_TAG(ready ? 0 : (uint16_t)INTERFACE_CLOSED, 0, 0);
}

static const struct component late_component = {.name = "late", .call = call};
static struct link late_links[] = {{.name = "udp"}};
static struct link echo_links[] = {{.name = "udp"}};
static struct instance instances[] = {
    {.component = &late_component, .name = "late", .links = late_links, .link_count = 1},
    {.component = &udp_echo_component, .name = "echo", .links = echo_links, .link_count = 1},
};
static const struct program_join joins[] = {{1, 0, 0, 0, UDP_SESSION_BYTES}};
static struct program program = {
    .name = "test", .instances = instances, .instance_count = 2, .joins = joins, .join_count = 1};

static void a_port_is_asked_for_again_when_the_server_is_ready(void **state)
{
    (void)state;
    static const char waits[] = "echo: port 1235 is not served yet";
    assert_true(program_start(&program));
    ring_wake(&late_links[0].wake);
    program_dispatch(&program);
    assert_int_equal(asked, 2);
    assert_non_null(strstr(host_log, waits));
    assert_null(strstr(strstr(host_log, waits) + 1, waits)); /* once is enough */
    assert_null(strstr(host_log, "echo: UDP echo on port 1235"));
    ready = true;
    ring_wake(&late_links[0].wake);
    program_dispatch(&program);
    assert_non_null(strstr(host_log, "echo: UDP echo on port 1235"));
    ring_wake(&late_links[0].wake);
    program_dispatch(&program);
    assert_int_equal(asked, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_is_asked_for_again_when_the_server_is_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
