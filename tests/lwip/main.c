/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Runs lwIP's unit tests and reports each as a TAP line. What the tests expect of their
 * surroundings is here: a clock that they set, the making of a suite from a list, and the check
 * that nothing is left allocated.
 */
#include <check.h>
#include <lwip/init.h>
#include <lwip/stats.h>
#include <lwip/sys.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/test_def.h"
#include "core/test_mem.h"
#include "core/test_netif.h"
#include "core/test_pbuf.h"
#include "core/test_timers.h"
#include "dhcp/test_dhcp.h"
#include "etharp/test_etharp.h"
#include "ip4/test_ip4.h"
#include "tcp/test_tcp.h"
#include "tcp/test_tcp_oos.h"
#include "udp/test_udp.h"

/* Binds ports of both protocols and expects them not to meet. We build the one without the
   other. */
#define NEEDS_IPV6 "test_udp_bind"

u32_t lwip_sys_now;

u32_t sys_now(void)
{
    return lwip_sys_now;
}

/* With a thread for lwIP it would work off its messages now. We call lwIP directly. */
int tcpip_thread_poll_one(void);
int tcpip_thread_poll_one(void)
{
    return 0;
}

uint32_t lwip_port_random(void)
{
    return (uint32_t)rand();
}

_Noreturn void lwip_port_failed(const char *message)
{
    fprintf(stderr, "lwIP: %s\n", message);
    abort();
}

Suite *create_suite(const char *name, testfunc *tests, size_t count, SFun setup, SFun teardown)
{
    Suite *suite = suite_create(name);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tests[i]->name, NEEDS_IPV6) == 0)
            continue;
        TCase *one = tcase_create(name);
        if (setup || teardown)
            tcase_add_checked_fixture(one, setup, teardown);
        tcase_add_named_test(one, tests[i]);
        suite_add_tcase(suite, one);
    }
    return suite;
}

void lwip_check_ensure_no_alloc(unsigned int skip)
{
    if (!(skip & SKIP_HEAP))
        ck_assert_uint_eq(lwip_stats.mem.used, 0);
    for (unsigned pool = 0; pool < MEMP_MAX; pool++)
        if (!(skip & SKIP_POOL(pool)))
            ck_assert_uint_eq(lwip_stats.memp[pool]->used, 0);
}

int main(void)
{
    static suite_getter_fn *const suites[] = {
        ip4_suite,   udp_suite,  tcp_suite,    tcp_oos_suite, def_suite, mem_suite,
        netif_suite, pbuf_suite, timers_suite, etharp_suite,  dhcp_suite};
    SRunner *runner = srunner_create(NULL);
    lwip_init();
    for (unsigned i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
        srunner_add_suite(runner, suites[i]());
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    bool failed = srunner_ntests_failed(runner) != 0;
    srunner_free(runner);
    return failed;
}
