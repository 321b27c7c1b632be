// SPDX-License-Identifier: BSD-2-Clause
//
// Root's own lines of the log. Root never waits for a program; but a line may not overtake what the
// console server has taken and not written yet, nor may one of another program overtake a line of
// root's. So a second thread hands the lines over. It waits for the console server as long as that
// takes, above all programs and below root, and therefore is the first to be received from when the
// server is done with a line. Root leaves it lines in a queue, with their times.
//
// While there is no console server the thread writes to the kernel's log. Before there ever was one
// there is no thread either, and root writes itself.
#include "journal.h"

#include <idl/log_client.h>
#include <l4/l4.h>
#include <rt/log.h>
#include <rt/machine.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "console.h"
#include "slots.h"

enum { LINES = 256, LINE_BYTES = 256, STACK_BYTES = 8192, WAKE = 1 };

static struct line {
    uint64_t time_us;
    char text[LINE_BYTES + 1];
} lines[LINES];
static _Atomic unsigned put, taken; // modulo 2^32; `put` is root's, `taken` the thread's
static bool started;
static alignas(16) unsigned char stack[STACK_BYTES];

static void kernel_write(const struct line *line)
{
    char text[LOG_HEAD_BYTES + LINE_BYTES];
    size_t bytes = strlen(line->text);
    size_t head = log_head(text, line->time_us, "root", line->text, bytes);
    memcpy(text + head, line->text, bytes);
    l4_log_write(L4_SLOT_LOG, text, head + bytes);
}

// In the place of sending at once or not at all, as programs do.
static bool send_patiently(void *context, struct l4_message *message)
{
    bool *sent = context;
    message->tag &= ~L4_TAG_IMMEDIATE;
    *sent = l4_send(console_thread(), message) == L4_STATUS_OK;
    return false;
}

static _Noreturn void journal_run(void)
{
    struct l4_message message = {0};
    for (;;) {
        for (unsigned next = taken; next != put; taken = ++next) {
            const struct line *line = &lines[next % LINES];
            bool sent = false;
            const struct endpoint console = {.serve = send_patiently, .context = &sent};
            if (console_thread() != 0)
                log_write(&console, line->time_us, line->text);
            if (!sent)
                kernel_write(line);
        }
        l4_wait_notification(&message, L4_NEVER);
    }
}

void journal_start(void)
{
    enum l4_status status = L4_STATUS_OK;
    if (started)
        return;
    status = l4_thread_create(L4_SLOT_SPACE, SLOT_JOURNAL, ROOT_PRIORITY - 1, ROOT_LABEL, NULL);
    if (status == L4_STATUS_OK)
        status = l4_thread_start(SLOT_JOURNAL, (uint64_t)journal_run,
                                 (uint64_t)stack + STACK_BYTES - 8, 0);
    started = status == L4_STATUS_OK;
    if (!started)
        log_line(NULL, "root: no thread for the log: %s", l4_status_text(status));
}

// What the runtime's log is written with here, where there is no start table: whole lines.
void machine_write(const char *text, size_t length)
{
    struct line now = {.time_us = l4_clock_us()};
    length = length < LINE_BYTES ? length : LINE_BYTES;
    memcpy(now.text, text, length);
    // A line that has no room is written at once: better early than never.
    if (!started || put - taken == LINES) {
        kernel_write(&now);
        return;
    }
    lines[put % LINES] = now;
    put++;
    l4_notify(SLOT_JOURNAL, WAKE);
}
