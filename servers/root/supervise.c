// SPDX-License-Identifier: BSD-2-Clause
//
// A program ends in one of three ways: its thread exits or is ended by the kernel (a notification),
// it raises an exception (a message, since root is everybody's exception handler; a page fault that
// the VM server refused is one of them, which is how a memory limit shows), or it hangs. All three
// go the same way: sessions closed, everything taken back, and what the image says about
// restarting.
//
// A watched program is pinged once in the time that the image gives it. It hangs if it has not
// answered by the next ping, unless it had no processor; or if it answers that one of its
// components leaves work in a ring and does not move (ring/watch.h). Root does not judge by the
// rings itself: what stands in a session's area can be written by either end, and a hostile client
// is not to have its server ended.
#include "supervise.h"

#include <l4/l4.h>
#include <rt/log.h>
#include <stdarg.h>
#include <stddef.h>

#include "console.h"
#include "drill.h"
#include "memory.h"
#include "program.h"
#include "report.h"
#include "restart.h"
#include "session.h"
#include "usage.h"
#include "vm_client.h"

#define CARD_QUIET_US                                                                              \
    100000              // a card reaches memory no more: the PCI server has so long to see to it
#define STARVED_SHARE 4 // who got less than this part of the processor may only have been slow
#define DRILL_REST_US 1000000      // before it is said what is left of a drill
#define PING_BIT      (1ull << 63) // root.idl: ping_bit

#define US_PER_MS 1000

// For those at the other ends. Lines that begin so belong to the one before.
static void closed_for_good_log(unsigned number)
{
    const struct image_link *link = root_image.links;
    for (size_t i = 0; i < root_image.link_count; i++, link++)
        if (link->client.program == number || link->server.program == number)
            log_line(NULL, "  closed for good: %s -> %s", link->client.name, link->server.name);
}

// The program is not there, after a life of `lived_us`: none if it could not be started. Says what
// comes next, and why: `how`.
static void program_gone(unsigned number, uint64_t lived_us, uint64_t now)
{
    struct program_record *program = &programs[number];
    const char *name = program->image->name;
    bool ended_well = program->ended && program->exit_code == 0;
    uint64_t pause_us;
    program->state = PROGRAM_DEAD;
    switch (restart_decide(&program->restart, program->image, ended_well, lived_us, now)) {
    case RESTART_NOT:
        log_line(NULL, "root: %s %s", name, program->how);
        if (!ended_well)
            closed_for_good_log(number);
        break;
    case RESTART_TOO_OFTEN:
        log_line(NULL, "root: %s %s, too often: it stays dead after %u restarts; the rest goes on",
                 name, program->how, program->image->restarts_max);
        closed_for_good_log(number);
        break;
    case RESTART_LATER:
        pause_us = program->restart.pause_us;
        if (pause_us >= US_PER_MS)
            log_line(NULL, "root: %s %s, restarting in %lu ms", name, program->how,
                     pause_us / US_PER_MS);
        else
            log_line(NULL, "root: %s %s, restarting", name, program->how);
        program->state = PROGRAM_PAUSES;
        program->due_us = now + pause_us;
    }
}

// The program runs no more, and no card writes to its memory.
static void program_finish(unsigned number)
{
    struct program_record *program = &programs[number];
    uint64_t now = l4_clock_us();
    console_leave(number);
    session_close_all(number);
    program_destroy(number);
    program_gone(number, now - program->started_us, now);
}

static void program_over(unsigned number, const char *how)
{
    struct program_record *program = &programs[number];
    if (program->image->restart == IMAGE_RESTART_SYSTEM) {
        log_line(NULL, "root: %s %s: the system ends here", program->image->name, how);
        for (;;)
            l4_wait_notification(&(struct l4_message){0}, L4_NEVER);
    }
    program->how = how;
    l4_space_delete(program_space_slot(number));
    program->state = PROGRAM_DRAINS;
    program->due_us = l4_clock_us() + CARD_QUIET_US;
    if (!session_close_card(number))
        program_finish(number);
}

// Not by itself, whatever it may have said of that.
static void program_fails(unsigned number, const char *how)
{
    programs[number].ended = false;
    program_over(number, how);
}

void supervise_quiet(unsigned number)
{
    if (programs[number].state == PROGRAM_DRAINS)
        program_finish(number);
}

// False, with the reason in the log and everything undone.
static bool program_start(unsigned number)
{
    struct program_record *program = &programs[number];
    if (!program_create(number))
        return false;
    // Both programs that are loaded by hand have got their memory now; the rest is the VM server's.
    if (number == PROGRAM_FILES)
        memory_hand_over();
    session_open_all(number);
    console_join(number);
    if (!program_run_thread(number)) {
        console_leave(number);
        session_close_all(number);
        program_destroy(number);
        return false;
    }
    program->started_us = l4_clock_us();
    if (program->image->flags & IMAGE_WATCHED)
        program->due_us = program->started_us + program->image->hang_us;
    return true;
}

static void start_failed(unsigned number)
{
    programs[number].how = "could not be started";
    program_gone(number, 0, l4_clock_us());
}

bool supervise_start(void)
{
    for (unsigned i = 0; i < program_count; i++) {
        bool system = programs[i].image->restart == IMAGE_RESTART_SYSTEM;
        if (program_start(i))
            log_line(NULL, "root: started %s (priority %u)", programs[i].image->name,
                     programs[i].image->priority);
        else if (system)
            return false;
        else
            start_failed(i);
    }
    return true;
}

__attribute__((format(printf, 2, 3))) static void how_print(struct program_record *program,
                                                            const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_text(program->how_text, sizeof(program->how_text), format, arguments);
    va_end(arguments);
}

// A thread that is gone says nothing; its program may have said how it ends.
static const char *ended_how(struct program_record *program)
{
    if (!program->ended)
        return "ended";
    if (program->exit_code == 0)
        return "ended well";
    how_print(program, "ended with code %u", program->exit_code);
    return program->how_text;
}

void supervise_ended(uint64_t bits)
{
    for (unsigned i = 0; i < program_count; i++) {
        struct l4_thread_state thread;
        if (!(bits >> i & 1) || programs[i].state != PROGRAM_RUNS)
            continue;
        // The bit may be that of a life before, which root itself has ended.
        if (l4_thread_state(program_thread_slot(i), &thread) == L4_STATUS_OK)
            continue;
        program_over(i, ended_how(&programs[i]));
    }
}

void supervise_exception(unsigned number, const struct l4_exception *frame)
{
    if (number >= program_count || programs[number].state != PROGRAM_RUNS)
        return;
    report_exception(number, frame);
    program_fails(number, "died");
}

void supervise_alive(unsigned number)
{
    programs[number].ping_unanswered = false;
}

void supervise_stuck(unsigned number)
{
    if (programs[number].state == PROGRAM_RUNS)
        program_fails(number, "hangs");
}

void supervise_overstays(unsigned number)
{
    if (programs[number].state == PROGRAM_RUNS)
        program_fails(number, "keeps pins of what has ended");
}

// A program that would run but gets no processor, because a greater priority has it, does not hang.
static bool starved(const struct program_record *program, const struct l4_thread_state *state)
{
    uint64_t period_ticks = program->image->hang_us * l4_info()->tsc_khz / 1000;
    return state->state == L4_THREAD_IS_READY &&
           state->ticks - program->ping_ticks < period_ticks / STARVED_SHARE;
}

static void ping(unsigned number, uint64_t now)
{
    struct program_record *program = &programs[number];
    struct l4_thread_state state = {0};
    l4_thread_state(program_thread_slot(number), &state);
    if (program->ping_unanswered && !starved(program, &state)) {
        report_hang(number);
        program_fails(number, "hangs");
        return;
    }
    program->ping_unanswered = true;
    program->ping_ticks = state.ticks;
    program->due_us = now + program->image->hang_us;
    l4_notify(program_thread_slot(number), PING_BIT);
}

static struct drill drill = {.program = -1}; // of tests

static void program_due(unsigned number, uint64_t now)
{
    struct program_record *program = &programs[number];
    if (program->state == PROGRAM_RUNS) {
        ping(number, now);
        return;
    }
    if (program->state == PROGRAM_DRAINS) {
        log_line(NULL, "root: nobody says that the card of %s is quiet", program->image->name);
        program_finish(number);
        return;
    }
    // While the program is not there, what is not free is somebody else's.
    if (drill.program == (int)number)
        log_line(NULL, "root: drill: %lu bytes free", vm_free_bytes());
    if (!program_start(number)) {
        start_failed(number);
        return;
    }
    program->restarts++;
    log_line(NULL, "root: started %s again (%u)", program->image->name, program->restarts);
}

static bool has_deadline(const struct program_record *program)
{
    return program->state == PROGRAM_PAUSES || program->state == PROGRAM_DRAINS ||
           (program->state == PROGRAM_RUNS && (program->image->flags & IMAGE_WATCHED));
}

// The drill ends one program again and again. Returns when it is due next.
static uint64_t drill_due(uint64_t now)
{
    static uint64_t due;
    if (!due) {
        drill = drill_read(l4_info()->command);
        due = drill.program < 0 ? UINT64_MAX : now + drill.period_us;
    }
    if (due > now)
        return due;
    if (!drill.ends) {
        usage_log();
        log_line(NULL, "root: drill: over");
        due = UINT64_MAX;
        return due;
    }
    due = now + drill.period_us;
    if (programs[drill.program].state != PROGRAM_RUNS)
        return due;
    program_fails((unsigned)drill.program, "is ended by a drill");
    drill_next(&drill);
    if (!drill.ends)
        due = now + DRILL_REST_US;
    return due;
}

uint32_t supervise_due(void)
{
    uint64_t now = l4_clock_us(), next = drill_due(now), usage = usage_due(now);
    uint64_t session = session_due(now);
    if (usage < next)
        next = usage;
    if (session < next)
        next = session;
    for (unsigned i = 0; i < program_count; i++) {
        if (has_deadline(&programs[i]) && programs[i].due_us <= now)
            program_due(i, now);
        if (has_deadline(&programs[i]) && programs[i].due_us < next)
            next = programs[i].due_us;
    }
    now = l4_clock_us();
    if (next == UINT64_MAX)
        return L4_NEVER;
    if (next <= now)
        return 0;
    return next - now < L4_NEVER ? (uint32_t)(next - now) : L4_NEVER - 1;
}
