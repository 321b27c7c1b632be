/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where root.idl is served. Root receives at once.
 */
#ifndef RT_ROOT_H
#define RT_ROOT_H

#include <interface/endpoint.h>
#include <rt/start.h>

static inline struct endpoint root_endpoint(void)
{
    return (struct endpoint){.handle = start_table->root_slot};
}

#endif
