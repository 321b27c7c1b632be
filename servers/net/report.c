/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the server has, as a line of the log. At rest, a server that has lost nothing prints the
 * line that it began with. What lies in rings or with the driver counts as what
 * is there: it comes back when it is needed.
 */
#include "net.h"
#include <lwip/priv/memp_priv.h>
#include <lwip/stats.h>
#include <rt/log.h>

static uint32_t pool_used(const struct memp_desc *pool)
{
    uint32_t left = pool->num;
    for (const struct memp *element = *pool->tab; element && left; element = element->next)
        left--;
    return left;
}

void report_log(struct instance *self)
{
    const struct net *net = self->state;
    uint32_t buffers = 0, slots = net->free_slot_count, pools = 0, sessions = 0;
    for (uint32_t i = 0; i < RX_BUFFERS; i++)
        buffers += net->rx[i].with_driver;
    for (uint32_t i = 0; i < TX_SLOTS; i++)
        slots += net->slots[i].with_driver;
    for (unsigned i = 0; i < MEMP_MAX; i++)
        pools += pool_used(memp_pools[i]);
    for (unsigned i = 0; i < UDP_SESSIONS; i++)
        sessions += net->udp[i].link != NULL;
    log_line(self,
             "report: %u receive buffers, %u slots, %u clients with UDP; lwIP holds %u objects in "
             "pools, %u bytes of heap",
             buffers, slots, sessions, pools, (unsigned)lwip_stats.mem.used);
}
