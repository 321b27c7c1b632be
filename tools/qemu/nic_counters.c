/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/qemu/nic_counters.h"

#include <stddef.h>

static struct {
    const struct NetClientState *client;
    nic_counters_read read;
    void *nic;
} registered[8];

enum { SLOTS = sizeof(registered) / sizeof(registered[0]) };

/* The slot of a client, or with NULL a free one; SLOTS: there is none. */
static size_t slot_of(const struct NetClientState *client)
{
    size_t slot = 0;

    while (slot < SLOTS && registered[slot].client != client) {
        slot++;
    }
    return slot;
}

void nic_counters_register(const struct NetClientState *client, nic_counters_read read, void *nic)
{
    size_t slot = slot_of(client);

    if (slot == SLOTS && read != NULL) {
        slot = slot_of(NULL);
    }
    if (slot < SLOTS) {
        registered[slot].client = read == NULL ? NULL : client;
        registered[slot].read = read;
        registered[slot].nic = nic;
    }
}

bool nic_counters_of(const struct NetClientState *client, struct nic_counters *counters)
{
    size_t slot = client != NULL ? slot_of(client) : SLOTS;

    if (slot < SLOTS) {
        registered[slot].read(registered[slot].nic, counters);
    }
    return slot < SLOTS;
}
