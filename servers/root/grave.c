// SPDX-License-Identifier: BSD-2-Clause
//
// A fixed number of graves for all programs. If they are used up, the oldest of whoever has most of
// them is cleared away. So a program that never says what it has seen faults when it looks at what
// is gone, and nobody else.
#include "grave.h"

#include <stdbool.h>
#include <stddef.h>

#include "program.h"
#include "vm_client.h"

#define GRAVES 256

static struct grave {
    bool used;
    bool dataspace; // what `object` is: else an address
    unsigned number;
    uint32_t changes; // of the start table, when the change is announced
    uint64_t object;
} graves[GRAVES];

static void clear_away(struct grave *grave)
{
    grave->used = false;
    if (grave->dataspace)
        vm_delete(grave->object);
    else
        vm_detach_for(program_task(grave->number), grave->object);
}

// The oldest grave of a program that has one.
static struct grave *oldest_of(unsigned number)
{
    struct grave *oldest = NULL;
    for (unsigned i = 0; i < GRAVES; i++)
        if (graves[i].used && graves[i].number == number &&
            (!oldest || (int32_t)(graves[i].changes - oldest->changes) < 0))
            oldest = &graves[i];
    return oldest;
}

static struct grave *grave_new(void)
{
    unsigned most = 0;
    for (unsigned i = 0; i < GRAVES; i++)
        if (!graves[i].used)
            return &graves[i];
    for (unsigned number = 1; number < program_count; number++)
        if (grave_count(number) > grave_count(most))
            most = number;
    struct grave *oldest = oldest_of(most);
    clear_away(oldest);
    return oldest;
}

static void grave_dig(unsigned number, uint64_t object, bool dataspace)
{
    *grave_new() = (struct grave){.used = true,
                                  .dataspace = dataspace,
                                  .number = number,
                                  .changes = program_table(number)->changes + 1,
                                  .object = object};
}

void grave_attachment(unsigned number, uint64_t address)
{
    if (address)
        grave_dig(number, address, false);
}

void grave_dataspace(unsigned number, uint64_t dataspace)
{
    if (dataspace)
        grave_dig(number, dataspace, true);
}

void grave_seen(unsigned number, uint32_t changes)
{
    for (unsigned i = 0; i < GRAVES; i++)
        if (graves[i].used && graves[i].number == number &&
            (int32_t)(changes - graves[i].changes) >= 0)
            clear_away(&graves[i]);
}

void grave_forget(unsigned number)
{
    for (unsigned i = 0; i < GRAVES; i++)
        if (graves[i].number == number)
            graves[i].used = false;
}

unsigned grave_count(unsigned number)
{
    unsigned count = 0;
    for (unsigned i = 0; i < GRAVES; i++)
        count += graves[i].used && graves[i].number == number;
    return count;
}
