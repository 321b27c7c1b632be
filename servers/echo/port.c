/* SPDX-License-Identifier: BSD-2-Clause */
#include "port.h"
#include <interface/message.h>
#include <rt/log.h>

bool port_start(struct port *port, struct instance *self, const struct port_kind *kind,
                size_t memory_bytes)
{
    int link = instance_link(self, kind->link, -1);
    if (link < 0) {
        log_line(self, "the image has no link \"%s\" to a network server", kind->link);
        return false;
    }
    port->kind = kind;
    port->link = (unsigned)link;
    return memory_create(self, &port->memory, memory_bytes);
}

bool port_share(struct port *port, struct instance *self)
{
    return link_memory_share(self, port->link, 0, &port->memory, LINK_ACCESS_WRITE, false);
}

void port_take(struct port *port, struct instance *self)
{
    struct endpoint net = link_endpoint(&self->links[port->link]);
    uint16_t number = (uint16_t)instance_number(self, "port", 1, 65535, port->kind->number);
    int status = port->kind->take(&net, number);
    port->settled = status != INTERFACE_CLOSED;
    if (status == 0)
        log_line(self, "%s on port %u", port->kind->service, number);
    else if (status == port->kind->error_taken)
        log_line(self, "port %u is taken", number);
    else if (port->settled)
        log_line(self, "no port %u: %s", number, interface_status_text(status));
    else if (!port->told)
        log_line(self, "port %u is not served yet: the network server is not ready", number);
    port->told = !port->settled;
}

void port_closed(struct port *port, struct instance *self)
{
    for (uint32_t i = port->rings.count; i > 0; i--)
        ring_set_remove(&port->rings, port->rings.sources[i - 1].ring);
    port->settled = false;
    log_line(self, "the network server has gone");
}
