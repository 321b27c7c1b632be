// SPDX-License-Identifier: BSD-2-Clause
#include "machine_host.h"

#include <stdlib.h>

#include "machine.h"

uint64_t host_clock_us;
unsigned host_reports, host_revoked, host_detached, host_dropped, host_closed;

static _Alignas(4096) uint8_t frames[HOST_FRAMES][PAGE_BYTES];
static _Alignas(4096) uint8_t supplied[HOST_SUPPLIES][PAGE_BYTES];

bool machine_open(uint64_t first, uint64_t count)
{
    return first + count <= HOST_FRAMES;
}

void *machine_frame(uint64_t frame)
{
    if (frame >= HOST_SUPPLIED)
        return supplied[(frame - HOST_SUPPLIED) % HOST_SUPPLIES];
    if (frame >= HOST_FRAMES)
        abort();
    return frames[frame];
}

uint64_t machine_device(uint64_t physical, uint64_t bytes)
{
    return bytes ? 0x200000000000 + physical : 0;
}

void machine_revoke(const void *page)
{
    (void)page;
    host_revoked++;
}

void machine_detach(uint32_t space_handle, uint64_t address, uint64_t bytes)
{
    (void)space_handle;
    if (!address || !bytes)
        abort();
    host_detached++;
}

void machine_drop(const void *page)
{
    (void)page;
    host_dropped++;
}

void machine_close(uint32_t handle)
{
    (void)handle;
    host_closed++;
}

void machine_report(void)
{
    host_reports++;
}

uint64_t machine_clock_us(void)
{
    return host_clock_us;
}
