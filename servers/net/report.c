/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the server has, as a line of the log every `report_ms`. A system at rest that has lost
 * nothing prints the line that it began with. What lies in rings or with the driver counts as what
 * is there: it comes back when it is needed.
 */
#include "net.h"
#include <lwip/priv/memp_priv.h>
#include <lwip/stats.h>
#include <rt/clock.h>
#include <rt/log.h>

static uint32_t pool_used(const struct memp_desc *pool)
{
    uint32_t left = pool->num;
    for (const struct memp *element = *pool->tab; element && left; element = element->next)
        left--;
    return left;
}

static void report(const struct net *net)
{
    uint32_t buffers = 0, slots = net->free_slot_count, pools = 0, sessions = 0;
    for (uint32_t i = 0; i < RX_BUFFERS; i++)
        buffers += net->rx[i].with_driver;
    for (uint32_t i = 0; i < TX_SLOTS; i++)
        slots += net->slots[i].with_driver;
    for (unsigned i = 0; i < MEMP_MAX; i++)
        pools += pool_used(memp_pools[i]);
    for (unsigned i = 0; i < UDP_SESSIONS; i++)
        sessions += net->udp[i].link != NULL;
    log_line(net->self,
             "report: %u receive buffers, %u slots, %u clients with UDP; lwIP holds %u objects in "
             "pools, %u bytes of heap",
             buffers, slots, sessions, pools, (unsigned)lwip_stats.mem.used);
}

uint64_t report_due(struct net *net)
{
    if (!net->report_us)
        return 0;
    uint64_t now = clock_us();
    if (!net->report_next_us)
        net->report_next_us = now + net->report_us;
    if (now >= net->report_next_us) {
        net->report_next_us = now + net->report_us;
        report(net);
    }
    return net->report_next_us;
}
