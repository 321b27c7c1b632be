// SPDX-License-Identifier: BSD-2-Clause
//
// Root watches every program's thread and hears of its faults. Nobody may change that, or stop the
// thread, but root: the handle that a program has of its own thread carries no CONTROL, and a copy
// of it none either.
#include "shake_off.h"

#include <idl/root.h>
#include <l4/handle.h>
#include <l4/thread.h>
#include <rt/log.h>

static const unsigned fields[] = {L4_THREAD_PRIORITY, L4_THREAD_PAGER, L4_THREAD_HANDLER,
                                  L4_THREAD_FPU,      L4_THREAD_WATCH, L4_THREAD_SLICE,
                                  L4_THREAD_DELAY,    L4_THREAD_STOP,  L4_THREAD_STEP};
enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static unsigned refused_by(l4_handle_t thread)
{
    unsigned refused = 0;
    for (unsigned i = 0; i < FIELDS; i++)
        refused += l4_thread_control(thread, fields[i], 0, 0) == L4_STATUS_RIGHTS;
    return refused;
}

void shake_off(struct instance *self)
{
    unsigned refused = refused_by(ROOT_SLOT_THREAD);
    l4_handle_copy(0, ROOT_SLOT_THREAD, ROOT_SLOT_FREE, L4_RIGHT_ALL);
    refused += refused_by(ROOT_SLOT_FREE);
    l4_handle_close(0, ROOT_SLOT_FREE);
    log_line(self, "control of its own thread: %u attempts, %u refused", 2u * FIELDS, refused);
}
