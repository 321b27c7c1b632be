/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/qemu/nic_counters.h"

#include <stddef.h>

static struct {
    const struct NetClientState *client;
    nic_counters_read read;
    void *nic;
} registered[8];

void nic_counters_register(const struct NetClientState *client, nic_counters_read read, void *nic)
{
    for (size_t i = 0; i < sizeof(registered) / sizeof(registered[0]); i++) {
        if (registered[i].client == client || registered[i].client == NULL) {
            registered[i].client = read == NULL ? NULL : client;
            registered[i].read = read;
            registered[i].nic = nic;
            return;
        }
    }
}

bool nic_counters_of(const struct NetClientState *client, struct nic_counters *counters)
{
    for (size_t i = 0; i < sizeof(registered) / sizeof(registered[0]); i++) {
        if (client != NULL && registered[i].client == client) {
            registered[i].read(registered[i].nic, counters);
            return true;
        }
    }
    return false;
}
