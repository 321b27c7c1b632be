/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A port of the network server and the buffers behind it: what the components of this folder have
 * in common.
 */
#ifndef ECHO_PORT_H
#define ECHO_PORT_H

#include <ring/sleep.h>
#include <rt/endpoint.h>
#include <session/memory.h>

struct port_kind {
    const char *link;    /* its name */
    const char *service; /* as the log calls it */
    uint16_t number;     /* unless the image says another */
    int error_taken;     /* of the interface: another client has the port */
    int (*take)(const struct endpoint *net, uint16_t number);
};

struct port {
    const struct port_kind *kind;
    unsigned link;
    bool settled; /* it is ours, or never will be */
    bool told;    /* that it has to wait */
    struct memory memory;
    struct ring_set rings; /* that are waited for */
};

/* For `start`: finds the link and makes memory for the buffers. False after a log line. */
bool port_start(struct port *port, struct instance *self, const struct port_kind *kind,
                size_t memory_bytes);

/* For `opened`: makes the memory dataspace 0 of the session. */
bool port_share(struct port *port, struct instance *self);

/* For `opened`, after the buffers were given, and for `event` until it is settled: asks for the
   port. A network server that is not ready wakes us when it is. */
void port_take(struct port *port, struct instance *self);

/* For `closed`. */
void port_closed(struct port *port, struct instance *self);

#endif
