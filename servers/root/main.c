// SPDX-License-Identifier: BSD-2-Clause
//
// Root's loop: requests of programs (idl/root.idl), exceptions and ends of programs, deadlines.
#include <l4/l4.h>
#include <rt/log.h>
#include <stddef.h>

#include "device.h"
#include "program.h"
#include "session.h"
#include "slots.h"
#include "supervise.h"
#include "vm_client.h"

enum {
    INTERFACE = 2, // idl/root.idl
    INTERFACE_SHIFT = 16,
    NUMBER_MASK = 0xffff,
    CALL_DATASPACE_ADD = 1,
    CALL_DEVICE = 2,
    CALL_RESTARTS = 3,
    SEND_ALIVE = 8,
    SEND_ENDED = 9,
    ERROR_NO_SUCH_DEVICE = 2,
    ERROR_MALFORMED = 0xfffe,
};

void machine_write(const char *text, size_t length);

// What the runtime's log is written with here, where there is no start table.
void machine_write(const char *text, size_t length)
{
    l4_log_write(L4_SLOT_LOG, text, length);
}

static uint64_t call_device(unsigned number, struct l4_message *message)
{
    const struct image_program *image = programs[number].image;
    uint64_t index = message->w[0];
    if (index >= image->device_count)
        return L4_TAG(ERROR_NO_SUCH_DEVICE, 0, 0);
    const struct image_device *device = &image->devices[index];
    message->w[0] = device->kind;
    message->w[1] = device->base;
    message->w[2] = device->count;
    message->w[3] = device_memory(number, (unsigned)index);
    return L4_TAG(0, 4, 0);
}

static uint64_t request(unsigned number, struct l4_message *message)
{
    uint64_t label = l4_tag_label(message->tag);
    unsigned words = l4_tag_words(message->tag);
    if (label >> INTERFACE_SHIFT != INTERFACE || l4_tag_items(message->tag))
        return L4_TAG(ERROR_MALFORMED, 0, 0);
    switch ((label & NUMBER_MASK) << 8 | words) {
    case CALL_DATASPACE_ADD << 8 | 5:
        return L4_TAG(session_dataspace_add(number, message->w[0], message->w[1], message->w[2],
                                            message->w[3], message->w[4]),
                      0, 0);
    case CALL_DEVICE << 8 | 1:
        return call_device(number, message);
    case CALL_RESTARTS << 8 | 0:
        message->w[0] = programs[number].restarts;
        return L4_TAG(0, 1, 0);
    case SEND_ALIVE << 8 | 0:
        supervise_alive(number);
        return 0;
    case SEND_ENDED << 8 | 1:
        programs[number].ended = true;
        programs[number].exit_code = (uint32_t)message->w[0];
        return 0;
    default:
        return L4_TAG(ERROR_MALFORMED, 0, 0);
    }
}

static void overstayers_end(void)
{
    uint32_t task;
    uint64_t dataspace;
    while (vm_overstayed(&task, &dataspace) == 0 && task != 0) {
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
        supervise_exception((unsigned)(label - HANDLER_LABEL), message);
        message->tag = L4_TAG(L4_ANSWER_REFUSED, 0, 0);
    } else if (label >= 1 && label <= program_count) {
        message->tag = request((unsigned)label - 1, message);
    } else {
        message->tag = L4_TAG(ERROR_MALFORMED, 0, 0);
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
    vm_client_init(program_thread_slot(PROGRAM_VM), program_thread_slot(PROGRAM_FILES));
    l4_handle_mint(0, L4_SLOT_THREAD, SLOT_WATCH, L4_RIGHT_NOTIFY, 0, ~0ull);
    if (!supervise_start())
        log_line(NULL, "root: the system cannot start");
    loop();
    __builtin_unreachable();
}
