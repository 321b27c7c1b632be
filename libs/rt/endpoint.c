/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Calls inside one program, from a generated stub to the entry point of the instance that serves.
 */
#include <rt/endpoint.h>
#include <rt/loop.h>
#include <string.h>

bool link_serve(void *context, struct l4_message *message)
{
    struct link *link = context;
    struct instance *peer = link->local_peer;
    if (link->waiting)
        return message_refuse(message, INTERFACE_CLOSED);
    if (!peer->component->call)
        return message_refuse(message, INTERFACE_UNKNOWN);
    instance_ran(peer);
    message->tag = peer->component->call(peer, link->local_peer_link, message->tag, message->w);
    return true;
}
