// SPDX-License-Identifier: BSD-2-Clause
//
// Making a program: space, memory, thread, handles, start table; and taking it apart again.
#include "program.h"

#include <l4/l4.h>
#include <rt/log.h>
#include <stddef.h>
#include <string.h>

#include "device.h"
#include "grave.h"
#include "layout.h"
#include "load.h"
#include "slots.h"
#include "vm_client.h"

#define TABLE_PAGES ((sizeof(struct start_table) + PAGE_BYTES - 1) / PAGE_BYTES)

struct program_record programs[IMAGE_PROGRAMS_MAX];
unsigned program_count;

static _Alignas(PAGE_BYTES) uint8_t tables[IMAGE_PROGRAMS_MAX][TABLE_PAGES * PAGE_BYTES];
static uint64_t entries[IMAGE_PROGRAMS_MAX]; // first instructions of created programs

uint32_t program_space_slot(unsigned number)
{
    return SLOT_PROGRAMS + number * SLOTS_PER_PROGRAM + SLOT_OF_SPACE;
}

uint32_t program_thread_slot(unsigned number)
{
    return SLOT_PROGRAMS + number * SLOTS_PER_PROGRAM + SLOT_OF_THREAD;
}

struct start_table *program_table(unsigned number)
{
    return (struct start_table *)tables[number];
}

void program_announce(unsigned number)
{
    program_table(number)->changes++;
    l4_notify(program_thread_slot(number), START_EVENT_CHANGED);
}

static void table_fill(unsigned number)
{
    struct start_table *table = program_table(number);
    const struct image_program *image = programs[number].image;
    memset(table, 0, sizeof *table);
    *table = (struct start_table){.magic = START_MAGIC,
                                  .version = START_VERSION,
                                  .program = number,
                                  .heap_base = HEAP_FIRST,
                                  .heap_bytes = load_heap_bytes(image),
                                  .thread_slot = CHILD_THREAD,
                                  .space_slot = CHILD_SPACE,
                                  .root_slot = CHILD_ROOT,
                                  .vm_slot = CHILD_VM,
                                  .log_slot = CHILD_LOG,
                                  .free_slot = CHILD_FREE,
                                  .session_count = IMAGE_EVENTS};
    size_t length = strlen(image->name);
    memcpy(table->name, image->name, length < sizeof table->name ? length : sizeof table->name - 1);
}

static bool good(enum l4_status status, unsigned number, const char *what)
{
    if (status == L4_STATUS_OK)
        return true;
    log_line(NULL, "root: %s: %s: %s", programs[number].image->name, what, l4_status_text(status));
    return false;
}

// Handles that a program has from the start. Over its own thread it has no control: who watches it
// and who hears of its faults is not its to change. The VM server has no pager and asks nobody.
static bool give_handles(unsigned number)
{
    uint32_t space = program_space_slot(number), thread = program_thread_slot(number);
    uint64_t label = program_task(number);
    enum l4_status status =
        l4_handle_copy(space, thread, CHILD_THREAD, L4_RIGHT_ALL & ~L4_RIGHT_CONTROL);
    if (status == L4_STATUS_OK)
        status = l4_handle_copy(space, space, CHILD_SPACE, L4_RIGHT_ALL);
    if (status == L4_STATUS_OK)
        status = l4_handle_copy(space, L4_SLOT_LOG, CHILD_LOG, L4_RIGHT_ALL);
    if (status == L4_STATUS_OK)
        status = l4_handle_mint(space, L4_SLOT_THREAD, CHILD_ROOT,
                                number == PROGRAM_VM ? L4_RIGHT_NOTIFY : L4_RIGHT_SEND, label,
                                BIT_OVERSTAYED);
    if (status == L4_STATUS_OK && number == PROGRAM_FILES)
        status = l4_handle_mint(0, thread, SLOT_FILES, L4_RIGHT_SEND, FILES_LABEL, 0);
    if (status == L4_STATUS_OK && number == PROGRAM_VM)
        return l4_handle_copy(space, L4_SLOT_MEMORY, CHILD_MEMORY, L4_RIGHT_ALL) == L4_STATUS_OK;
    if (status == L4_STATUS_OK)
        status = l4_handle_mint(space, program_thread_slot(PROGRAM_VM), CHILD_VM, L4_RIGHT_SEND,
                                label, 0);
    return good(status, number, "its handles");
}

// Where its faults, exceptions and end are reported.
static bool set_handlers(unsigned number)
{
    uint32_t thread = program_thread_slot(number);
    uint32_t pager = thread - SLOT_OF_THREAD + SLOT_OF_PAGER;
    uint32_t handler = thread - SLOT_OF_THREAD + SLOT_OF_HANDLER;
    enum l4_status status =
        l4_handle_mint(0, L4_SLOT_THREAD, handler, L4_RIGHT_SEND, HANDLER_LABEL + number, 0);
    if (status == L4_STATUS_OK)
        status = l4_thread_control(thread, L4_THREAD_HANDLER, handler, 0);
    if (status == L4_STATUS_OK)
        status = l4_thread_control(thread, L4_THREAD_WATCH, SLOT_WATCH, 1ull << number);
    if (status == L4_STATUS_OK && (programs[number].image->flags & IMAGE_FPU))
        status = l4_thread_control(thread, L4_THREAD_FPU, 1, 0);
    if (status == L4_STATUS_OK && number != PROGRAM_VM && number != PROGRAM_FILES) {
        status = l4_handle_mint(0, program_thread_slot(PROGRAM_VM), pager, L4_RIGHT_SEND,
                                program_task(number), 0);
        if (status == L4_STATUS_OK)
            status = l4_thread_control(thread, L4_THREAD_PAGER, pager, 0);
    }
    return good(status, number, "its handlers");
}

bool program_is_pci_server(unsigned number)
{
    const struct image_program *image = programs[number].image;
    for (uint32_t i = 0; i < image->device_count; i++)
        if (image->devices[i].kind == IMAGE_DEVICE_PCI_BUS)
            return true;
    return false;
}

bool program_may_have_card(unsigned number, uint16_t vendor, uint16_t device, uint32_t instance)
{
    const struct image_program *image = programs[number].image;
    for (uint32_t i = 0; i < image->device_count; i++)
        if (image->devices[i].kind == IMAGE_DEVICE_PCI &&
            image->devices[i].base == ((uint64_t)vendor << 16 | device) &&
            image->devices[i].count == instance)
            return true;
    return false;
}

static bool create_task(unsigned number)
{
    const struct image_program *image = programs[number].image;
    if (number == PROGRAM_VM)
        return true;
    uint32_t may = (program_is_pci_server(number) ? DATASPACE_MAY_MAKE_DEVICES : 0) |
                   (image->device_count ? DATASPACE_MAY_MAKE_RUNS : 0);
    uint32_t error =
        vm_task_create(program_task(number), image->memory_bytes, may, program_space_slot(number));
    if (error)
        log_line(NULL, "root: %s: the VM server refuses it (%u)", image->name, error);
    return !error;
}

static bool create_parts(unsigned number)
{
    const struct image_program *image = programs[number].image;
    uint32_t space = program_space_slot(number);
    uint32_t handles = image->handle_count ? image->handle_count : CHILD_HANDLES;
    if (!good(l4_space_create(space, image->kernel_bytes, handles, program_task(number),
                              image->priority),
              number, "its space"))
        return false;
    if (!good(
            l4_thread_create(space, program_thread_slot(number), image->priority, ROOT_LABEL, NULL),
            number, "its thread"))
        return false;
    bool by_hand = number == PROGRAM_VM || number == PROGRAM_FILES;
    if (!create_task(number) || !give_handles(number) || !set_handlers(number))
        return false;
    const char *reason = by_hand ? load_by_hand(number, &entries[number])
                                 : load_through_files(number, &entries[number]);
    if (reason) {
        log_line(NULL, "root: %s: cannot load %s: %s", image->name, image->file, reason);
        return false;
    }
    table_fill(number);
    return good(l4_space_map(space, (uint64_t)tables[number], START_ADDRESS,
                             TABLE_PAGES * PAGE_BYTES, L4_READ),
                number, "its start table") &&
           device_give_all(number);
}

bool program_create(unsigned number)
{
    struct program_record *program = &programs[number];
    program->ended = false;
    program->exit_code = 0;
    program->ping_unanswered = false;
    memset(program->device_addresses, 0, sizeof program->device_addresses);
    if (create_parts(number))
        return true;
    program_destroy(number);
    return false;
}

bool program_run_thread(unsigned number)
{
    // Where a call would have left its return address, as the ABI of C has it.
    if (!good(
            l4_thread_start(program_thread_slot(number), entries[number], STACK_END, START_ADDRESS),
            number, "starting it"))
        return false;
    programs[number].state = PROGRAM_RUNS;
    return true;
}

void program_destroy(unsigned number)
{
    uint32_t first = SLOT_PROGRAMS + number * SLOTS_PER_PROGRAM;
    device_take_all(number);
    grave_forget(number);
    l4_space_delete(program_space_slot(number));
    if (number != PROGRAM_VM)
        vm_task_delete(program_task(number));
    // What named the space and its thread is gone already; closing a free slot does nothing.
    for (uint32_t slot = first; slot < first + SLOTS_PER_PROGRAM; slot++)
        l4_handle_close(0, slot);
}
