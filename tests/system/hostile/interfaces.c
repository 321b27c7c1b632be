// SPDX-License-Identifier: BSD-2-Clause
#include "interfaces.h"

#include <rt/log.h>
#include <string.h>

extern const struct trace_interface counter_trace, file_trace, greeting_trace, netdev_trace,
    pci_trace, pingpong_trace, tcp_trace, ticker_trace, udp_trace;

static const struct trace_interface *const known[] = {
    &counter_trace,  &file_trace, &greeting_trace, &netdev_trace, &pci_trace,
    &pingpong_trace, &tcp_trace,  &ticker_trace,   &udp_trace,
};

bool hostile_interfaces(const struct instance *self,
                        const struct trace_interface *interfaces[HOSTILE_LINKS])
{
    for (unsigned link = 0; link < self->link_count && link < HOSTILE_LINKS; link++) {
        interfaces[link] = NULL;
        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
            if (strcmp(known[i]->name, self->links[link].name) == 0)
                interfaces[link] = known[i];
        if (!interfaces[link]) {
            log_line(self, "nothing is known of %s", self->links[link].name);
            return false;
        }
    }
    return self->link_count <= HOSTILE_LINKS;
}
