/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel below the portable part of the runtime.
 */
#include "target.h"
#include <idl/log_client.h>
#include <l4/ipc.h>
#include <l4/system.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <rt/machine.h>
#include <string.h>

/*
 * A piece for the console server. The caller may be in the middle of a message, so the UTCB is put
 * back as it was. False if there is no such server, or it does not wait for us now.
 */
static bool console_write(const char *text, size_t length)
{
    struct endpoint console = {.handle = start_table->console_slot};
    char piece[LOG_TEXT_BYTES_MAX + 1];
    uint64_t words[L4_WORDS_MAX];
    if (console.handle == 0)
        return false;
    memcpy(piece, text, length);
    piece[length] = 0;
    memcpy(words, l4_utcb()->words, sizeof(words));
    int status = log_write(&console, clock_us(), piece);
    memcpy(l4_utcb()->words, words, sizeof(words));
    return status == 0;
}

/*
 * Without the console server, or when it is busy: lines go to the kernel's log themselves, each
 * with what the console server would put in front of it.
 */
static void kernel_write(const char *text, size_t length)
{
    static bool in_line;
    char line[LOG_HEAD_BYTES + LOG_TEXT_BYTES_MAX];
    while (length > 0) {
        const char *end = memchr(text, '\n', length);
        size_t part = end ? (size_t)(end - text) + 1 : length, head = 0;
        if (!in_line)
            head = log_head(line, clock_us(), (const char *)start_table->name, text, part);
        memcpy(line + head, text, part);
        l4_log_write(start_table->log_slot, line, head + part);
        in_line = !end;
        text += part;
        length -= part;
    }
}

void machine_write(const char *text, size_t length)
{
    while (length > 0) {
        size_t part = length < LOG_TEXT_BYTES_MAX ? length : LOG_TEXT_BYTES_MAX;
        if (memchr(text, 0, part) || !console_write(text, part))
            kernel_write(text, part);
        text += part;
        length -= part;
    }
}

bool machine_turn_again(void)
{
    return l4_notify(start_table->thread_slot, EVENT_TIMER) == L4_STATUS_OK;
}

uint64_t machine_call(machine_handle control, uint64_t tag, uint64_t *words)
{
    struct l4_message message = {.tag = tag};
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        message.w[i] = words[i];
    if (control == 0 || l4_call(control, &message) != L4_STATUS_OK)
        return ~UINT64_C(0);
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        words[i] = message.w[i];
    return message.tag;
}
