// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's log. What stands in it in which order is judged by the script `log`, which looks for
// the lines marked with `log:`.
#include "test.h"

static void write_part(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    l4_log_write(L4_SLOT_LOG, text, length);
}

static void dies(uint64_t unused)
{
    (void)unused;
    __asm__ volatile("ud2");
}

static bool write_after_deaths(unsigned deaths)
{
    l4_handle_t threads[THREADS];
    CHECK(deaths <= THREADS);
    for (unsigned i = 0; i < deaths; i++)
        threads[i] = thread_new(L4_SLOT_SPACE, HIGHER, dies, 0);
    struct l4_thread_state state;
    for (unsigned i = 0; i < deaths; i++) {
        CHECK(l4_thread_state(threads[i], &state) == L4_STATUS_OK);
        CHECK(state.state == L4_THREAD_IS_FAULTED);
        thread_drop(threads[i]);
    }
    return true;
}

static bool deaths_stand_before_what_follows(void)
{
    write_part("# log: before one\n");
    CHECK(write_after_deaths(1));
    write_part("# log: behind one\n# log: half");
    CHECK(write_after_deaths(1));
    write_part("# log: other half\n");
    return true;
}

static bool many_deaths_are_counted(void)
{
    write_part("# log: before many\n");
    CHECK(write_after_deaths(THREADS));
    write_part("# log: behind many\n");
    return true;
}

static bool death_is_written_when_nobody_writes(void)
{
    write_part("# log: before the timer\n");
    l4_log_flush(L4_SLOT_LOG);
    CHECK(write_after_deaths(1));
    // 16 characters in 1.4 ms.
    pause_us(40000);
    return true;
}

// The dearest text. How long that takes is what kernel-masked looks at.
static bool line_feeds_are_written(void)
{
    struct l4_message message = {0};
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        message.w[i] = 0x0a0a0a0a0a0a0a0aull;
    enum l4_status status = l4_system_call(L4_OP_LOG_WRITE, L4_SLOT_LOG, 48, 0, &message);
    CHECK(status == L4_STATUS_OK || status == L4_STATUS_AGAIN);
    l4_log_flush(L4_SLOT_LOG);
    CHECK(l4_system_call(L4_OP_LOG_WRITE, L4_SLOT_LOG, 0, 0, &message) == L4_STATUS_OK);
    return true;
}

const struct test log_tests[] = {
    {"the line of a death stands before what is written next", deaths_stand_before_what_follows},
    {"of many deaths at once those are counted that have no line", many_deaths_are_counted},
    {"the line of a death is written when nobody writes", death_is_written_when_nobody_writes},
    {"a text of line feeds is written", line_feeds_are_written},
    {0},
};
