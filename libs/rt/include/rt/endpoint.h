/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The control endpoint of a link, as the stubs that idlc writes want it.
 */
#ifndef RT_ENDPOINT_H
#define RT_ENDPOINT_H

#include <interface/endpoint.h>
#include <rt/component.h>

/* Serves a call inside this program. */
bool link_serve(void *link, struct l4_message *message);

/* The endpoint lives as long as the link is open. */
static inline struct endpoint link_endpoint(struct link *link)
{
    return (struct endpoint){
        .handle = link->control, .serve = link->local_peer ? link_serve : NULL, .context = link};
}

#endif
