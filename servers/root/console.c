// SPDX-License-Identifier: BSD-2-Clause
#include "console.h"

#include <l4/l4.h>

#include "journal.h"
#include "program.h"
#include "slots.h"

enum { NOBODY = -1 };

static int console = NOBODY; // its number, while it runs

// The start table tells the program: with slot 0 it writes to the kernel's log.
static void give(unsigned number)
{
    if (number == PROGRAM_VM || (int)number == console)
        return;
    uint32_t space = program_space_slot(number);
    l4_handle_close(space, CHILD_CONSOLE);
    enum l4_status status = l4_handle_mint(space, program_thread_slot((unsigned)console),
                                           CHILD_CONSOLE, L4_RIGHT_SEND, program_task(number), 0);
    program_table(number)->console_slot = status == L4_STATUS_OK ? CHILD_CONSOLE : 0;
}

void console_join(unsigned number)
{
    if (programs[number].image->flags & IMAGE_CONSOLE) {
        console = (int)number;
        journal_start();
        for (unsigned i = 0; i < program_count; i++)
            if (programs[i].state == PROGRAM_RUNS)
                give(i);
    } else if (console != NOBODY) {
        give(number);
    }
}

void console_leave(unsigned number)
{
    if ((int)number != console)
        return;
    console = NOBODY;
    for (unsigned i = 0; i < program_count; i++)
        program_table(i)->console_slot = 0;
}

uint32_t console_thread(void)
{
    return console == NOBODY ? 0 : program_thread_slot((unsigned)console);
}
