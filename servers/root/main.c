// SPDX-License-Identifier: BSD-2-Clause
//
// Root's loop: requests of programs (idl/root.idl), exceptions and ends of programs, deadlines.
#include <idl/fault_server.h>
#include <idl/root_server.h>
#include <l4/l4.h>
#include <rt/log.h>
#include <stddef.h>
#include <string.h>

#include "device.h"
#include "grave.h"
#include "program.h"
#include "session.h"
#include "slots.h"
#include "supervise.h"
#include "vm_client.h"

// The handlers of root.idl. The sender is the program's number plus one.
static unsigned number_of(uint64_t sender)
{
    return (unsigned)sender - 1;
}

static int dataspace_add(void *context, uint64_t sender, uint32_t session, uint32_t index,
                         uint64_t dataspace, enum root_access peer, bool frames)
{
    (void)context;
    return (int)session_dataspace_add(number_of(sender), session, index, dataspace, peer, frames);
}

static int device(void *context, uint64_t sender, uint32_t index, uint64_t *kind, uint64_t *base,
                  uint64_t *count, uint64_t *address)
{
    (void)context;
    const struct image_program *image = programs[number_of(sender)].image;
    if (index >= image->device_count)
        return ROOT_ERROR_NO_SUCH_DEVICE;
    *kind = image->devices[index].kind;
    *base = image->devices[index].base;
    *count = image->devices[index].count;
    *address = device_memory(number_of(sender), index);
    return 0;
}

static int dataspace_forward(void *context, uint64_t sender, uint32_t from, uint32_t from_index,
                             uint32_t to, uint32_t to_index)
{
    (void)context;
    return (int)session_dataspace_forward(number_of(sender), from, from_index, to, to_index);
}

static int dataspace_remove(void *context, uint64_t sender, uint32_t session, uint32_t index)
{
    (void)context;
    return (int)session_dataspace_remove(number_of(sender), session, index);
}

static int frames(void *context, uint64_t sender, uint32_t session, uint32_t index,
                  uint64_t dataspace, uint64_t *table, uint64_t *marks)
{
    (void)context;
    return (int)session_frames(number_of(sender), session, index, dataspace, table, marks);
}

static int close_served(void *context, uint64_t sender, uint32_t session)
{
    (void)context;
    return (int)session_end(number_of(sender), session);
}

static int open_served(void *context, uint64_t sender, uint32_t session)
{
    (void)context;
    return (int)session_begin(number_of(sender), session);
}

static int restarts(void *context, uint64_t sender, uint32_t *count)
{
    (void)context;
    *count = programs[number_of(sender)].restarts;
    return 0;
}

static int program_name(void *context, uint64_t sender, uint32_t number, char name[32])
{
    (void)context;
    (void)sender;
    if (number >= program_count)
        return ROOT_ERROR_NO_SUCH_PROGRAM;
    memcpy(name, program_table(number)->name, sizeof(program_table(number)->name));
    return 0;
}

static void alive(void *context, uint64_t sender)
{
    (void)context;
    supervise_alive(number_of(sender));
}

static void stuck(void *context, uint64_t sender)
{
    (void)context;
    supervise_stuck(number_of(sender));
}

static void ended(void *context, uint64_t sender, uint32_t code)
{
    (void)context;
    programs[number_of(sender)].ended = true;
    programs[number_of(sender)].exit_code = code;
}

static int card_allowed(void *context, uint64_t sender, uint32_t session, uint16_t vendor,
                        uint16_t device_id, uint32_t instance, bool *yes)
{
    (void)context;
    unsigned number = number_of(sender);
    int asking = session == ROOT_OWN ? (int)number : session_peer(number, session);
    if (!program_is_pci_server(number))
        return ROOT_ERROR_NOT_ALLOWED;
    if (asking < 0)
        return ROOT_ERROR_NO_SUCH_SESSION;
    *yes = program_may_have_card((unsigned)asking, vendor, device_id, instance);
    return 0;
}

static void quiet(void *context, uint64_t sender, uint32_t session)
{
    (void)context;
    unsigned number = number_of(sender);
    int peer = session_peer(number, session);
    if (peer >= 0 && program_is_pci_server(number))
        supervise_quiet((unsigned)peer);
}

static void seen(void *context, uint64_t sender, uint32_t changes)
{
    (void)context;
    grave_seen(number_of(sender), changes);
}

static const struct root_handlers handlers = {
    .dataspace_add = dataspace_add,
    .dataspace_forward = dataspace_forward,
    .dataspace_remove = dataspace_remove,
    .frames = frames,
    .device = device,
    .session_close = close_served,
    .session_open = open_served,
    .restarts = restarts,
    .card_allowed = card_allowed,
    .quiet = quiet,
    .seen = seen,
    .program_name = program_name,
    .alive = alive,
    .stuck = stuck,
    .ended = ended,
};

// Of what the kernel sends, root is told of exceptions only. It helps nobody: the thread ends.
static int exception(void *context, uint64_t sender, uint64_t vector, uint64_t code,
                     uint64_t address, uint64_t ip, uint64_t flags, uint64_t sp, uint64_t ax,
                     uint64_t bx, uint64_t cx, uint64_t dx, uint64_t si, uint64_t di, uint64_t bp,
                     uint64_t r8, uint64_t r9, uint64_t r10, uint64_t r11, uint64_t r12,
                     uint64_t r13, uint64_t r14, uint64_t r15)
{
    (void)context;
    const struct l4_exception frame = {vector, code, address, ip, flags, sp,  ax,  bx,  cx,  dx, si,
                                       di,     bp,   r8,      r9, r10,   r11, r12, r13, r14, r15};
    supervise_exception((unsigned)(sender - HANDLER_LABEL), &frame);
    return INTERFACE_REFUSED;
}

static const struct fault_handlers kernel_handlers = {.exception = exception};

static void overstayers_end(void)
{
    uint32_t task;
    uint64_t dataspace;
    while (vm_overstayed(&task, &dataspace) == 0 && task != 0) {
        if (!dataspace) {
            supervise_overstays(task - 1);
            continue;
        }
        session_revoke(task - 1, dataspace);
        vm_unshare_frames(task, dataspace);
    }
}

static void dispatch(struct l4_message *message)
{
    uint64_t label = message->label;
    if (message->tag & L4_TAG_NOTIFICATION) {
        supervise_ended(message->w[0]);
        if (message->w[0] & BIT_OVERSTAYED)
            overstayers_end();
        message->tag = 0;
    } else if (message->tag & L4_TAG_KERNEL) {
        if (!fault_dispatch(&kernel_handlers, NULL, message))
            message->tag = 0;
    } else if (label >= 1 && label <= program_count) {
        if (!root_dispatch(&handlers, NULL, message))
            message->tag = 0;
    } else {
        message_refuse(message, INTERFACE_REFUSED);
    }
}

static void loop(void)
{
    struct l4_message message = {0};
    for (;;) {
        uint32_t timeout = supervise_due();
        if (l4_reply_wait_timeout(&message, timeout) == L4_STATUS_OK)
            dispatch(&message);
        else
            message.tag = 0;
    }
}

_Noreturn void root_main(void);

_Noreturn void root_main(void)
{
    program_count = root_image.program_count < IMAGE_PROGRAMS_MAX
                        ? (unsigned)root_image.program_count
                        : IMAGE_PROGRAMS_MAX;
    log_line(NULL, "root: image %s, %u programs", root_image.name, program_count);
    for (unsigned i = 0; i < program_count; i++)
        programs[i].image = &root_image.programs[i];
    vm_client_init(program_thread_slot(PROGRAM_VM), SLOT_FILES);
    // Above all programs, so that none can keep root from ending it.
    l4_thread_control(L4_SLOT_THREAD, L4_THREAD_PRIORITY, ROOT_PRIORITY, 0);
    l4_handle_mint(0, L4_SLOT_THREAD, SLOT_WATCH, L4_RIGHT_NOTIFY, 0, ~0ull);
    if (!supervise_start())
        log_line(NULL, "root: the system cannot start");
    loop();
    __builtin_unreachable();
}
