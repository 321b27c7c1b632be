/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a NIC model of ours leaves its counters for the load generator. */
#ifndef TOOLS_QEMU_NIC_COUNTERS_H
#define TOOLS_QEMU_NIC_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

struct NetClientState;

struct nic_counters {
    uint64_t mmio, interrupts;
};

typedef void (*nic_counters_read)(void *nic, struct nic_counters *counters);

/* A NIC that counts, or with a NULL function one that is going away. At most eight. */
void nic_counters_register(const struct NetClientState *client, nic_counters_read read, void *nic);
/* False: the NIC at this client does not count. */
bool nic_counters_of(const struct NetClientState *client, struct nic_counters *counters);

#endif
