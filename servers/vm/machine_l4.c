// SPDX-License-Identifier: BSD-2-Clause
//
// The machine below the VM server, by system calls.
//
// The server sees physical memory through a window: frame n is at WINDOW + n pages. It is mapped in
// groups of pages when a frame is first used, and stays. Pages that managers supply land behind the
// greatest frame number, so that they have frame numbers of their own.
#include <l4/l4.h>
#include <stdbool.h>

#include "machine.h"
#include "machine_l4.h"
#include "slots.h"

#define WINDOW        0x100000000000ull
#define DEVICES       0x200000000000ull
#define FRAMES_MAX    ((uint64_t)1 << 24) // 64 GiB
#define CHUNKS        (FRAMES_MAX / MACHINE_CHUNK)
#define SUPPLIED      FRAMES_MAX // first number of a supplied page
#define BITS_PER_WORD 64

static uint64_t chunk_open[CHUNKS / BITS_PER_WORD];
static uint16_t supplied_free[MACHINE_SUPPLIED_MAX]; // given up, to be used again
static uint32_t supplied_free_count;
static uint32_t supplied_next; // never used from here on
static uint32_t landing_page;
static bool slot_used[SLOT_RECEIVED_COUNT];
static uint32_t landing_slot;

void *machine_frame(uint64_t frame)
{
    return (void *)(WINDOW + (frame << PAGE_BITS));
}

static bool chunk_map(uint64_t chunk)
{
    uint64_t bit = 1ull << chunk % BITS_PER_WORD;
    if (chunk >= CHUNKS)
        return false;
    if (chunk_open[chunk / BITS_PER_WORD] & bit)
        return true;
    uint64_t bytes = MACHINE_CHUNK * PAGE_BYTES, physical = chunk * bytes;
    if (l4_memory_map(SLOT_MEMORY, physical, WINDOW + physical, bytes,
                      L4_READ | L4_WRITE | L4_CACHE_NORMAL) != L4_STATUS_OK)
        return false;
    chunk_open[chunk / BITS_PER_WORD] |= bit;
    return true;
}

bool machine_open(uint64_t first, uint64_t count)
{
    for (uint64_t chunk = first / MACHINE_CHUNK; chunk <= (first + count - 1) / MACHINE_CHUNK;
         chunk++)
        if (!chunk_map(chunk))
            return false;
    return true;
}

uint64_t machine_device(uint64_t physical, uint64_t bytes)
{
    uint64_t whole = (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    enum l4_status status = l4_memory_map(SLOT_MEMORY, physical, DEVICES + physical, whole,
                                          L4_READ | L4_WRITE | L4_CACHE_DEVICE);
    // A device that was handed out before is still there.
    bool there = status == L4_STATUS_OK || status == L4_STATUS_OCCUPIED;
    return there ? DEVICES + physical : 0;
}

void machine_revoke(const void *page)
{
    l4_unmap(0, (uint64_t)page, PAGE_BYTES, L4_READ, 0);
}

void machine_detach(uint32_t space_handle, uint64_t address, uint64_t bytes)
{
    l4_unmap(space_handle, address, bytes, L4_READ, L4_UNMAP_SELF);
}

void machine_drop(const void *page)
{
    l4_unmap(0, (uint64_t)page, PAGE_BYTES, L4_READ, L4_UNMAP_SELF);
    uint64_t number = (((uint64_t)page - WINDOW) >> PAGE_BITS) - SUPPLIED;
    if (number < MACHINE_SUPPLIED_MAX && supplied_free_count < MACHINE_SUPPLIED_MAX)
        supplied_free[supplied_free_count++] = (uint16_t)number;
}

void machine_close(uint32_t handle)
{
    if (handle < SLOT_RECEIVED || handle >= SLOT_RECEIVED + SLOT_RECEIVED_COUNT)
        return;
    l4_handle_close(0, handle); // may have vanished with its object
    slot_used[handle - SLOT_RECEIVED] = false;
}

void machine_report(void)
{
    l4_notify(SLOT_ROOT, ~0ull); // the handle allows the one bit that means this
}

uint64_t machine_clock_us(void)
{
    return l4_clock_us();
}

void machine_prepare(void)
{
    landing_slot = 0;
    for (uint32_t i = 0; i < SLOT_RECEIVED_COUNT && !landing_slot; i++)
        if (!slot_used[i])
            landing_slot = SLOT_RECEIVED + i;
    l4_receive_handles(landing_slot, landing_slot ? 1 : 0);
    bool room = supplied_free_count || supplied_next < MACHINE_SUPPLIED_MAX;
    landing_page = supplied_free_count ? supplied_free[supplied_free_count - 1] : supplied_next;
    l4_receive_window((uint64_t)machine_frame(SUPPLIED + landing_page), room ? PAGE_BITS : 0);
}

uint64_t machine_landing_frame(void)
{
    return SUPPLIED + landing_page;
}

uint32_t machine_landing_slot(void)
{
    return landing_slot;
}

void machine_keep_frame(void)
{
    if (supplied_free_count)
        supplied_free_count--;
    else
        supplied_next++;
}

void machine_keep_slot(void)
{
    slot_used[landing_slot - SLOT_RECEIVED] = true;
}

void machine_discard(unsigned handle_came, unsigned page_came)
{
    if (handle_came)
        l4_handle_close(0, landing_slot);
    if (page_came)
        l4_unmap(0, (uint64_t)machine_frame(SUPPLIED + landing_page), PAGE_BYTES, L4_READ,
                 L4_UNMAP_SELF);
}
