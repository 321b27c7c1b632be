// SPDX-License-Identifier: BSD-2-Clause
//
// The console server's loop. It takes what programs send and writes it to the kernel's log, which
// is the way to the serial port. Root is asked once for the name of each program.
#include <idl/log_server.h>
#include <idl/root_client.h>
#include <l4/l4.h>
#include <rt/clock.h>

#include "console.h"

static const struct endpoint root = {.handle = ROOT_SLOT_ROOT};

static void write_out(const char *text, size_t length)
{
    l4_log_write(ROOT_SLOT_LOG, text, length);
}

static void name_learn(struct console_program *program, uint32_t number)
{
    if (program->name[0])
        return;
    char name[sizeof(program->name)];
    if (root_program_name(&root, number, name) != 0)
        strcpy(name, "unknown");
    memcpy(program->name, name, sizeof(name));
}

static void write_served(void *context, uint64_t sender, uint64_t time_us, const char *text)
{
    struct console *console = context;
    if (sender > CONSOLE_ROOT)
        return;
    uint32_t number = sender ? (uint32_t)sender - 1 : CONSOLE_ROOT;
    name_learn(&console->programs[number], number);
    console_write(console, number, clock_us(), time_us, text);
}

static const struct log_handlers handlers = {.write = write_served};

int main(void)
{
    static struct console console = {.out = write_out, .programs[CONSOLE_ROOT].name = "root"};
    struct l4_message message = {0};
    for (;;) {
        bool arrived =
            l4_reply_wait(&message) == L4_STATUS_OK && !(message.tag & L4_TAG_NOTIFICATION);
        if (!arrived || !log_dispatch(&handlers, &console, &message))
            message.tag = 0;
    }
}
