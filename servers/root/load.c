// SPDX-License-Identifier: BSD-2-Clause
//
// The two ways to load a program.
#include "load.h"

#include <l4/l4.h>
#include <stddef.h>
#include <string.h>

#include "elf.h"
#include "layout.h"
#include "memory.h"
#include "program.h"
#include "vm_client.h"

#define STACK_DEFAULT 0x10000ull
#define BY_HAND_HEAP  0x10000ull

static uint64_t stack_bytes(const struct image_program *image)
{
    uint64_t bytes = image->stack_bytes ? image->stack_bytes : STACK_DEFAULT;
    bytes = (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    return bytes < STACK_MAX ? bytes : STACK_MAX;
}

uint64_t load_heap_bytes(const struct image_program *image)
{
    uint64_t bytes = image->memory_bytes & ~(PAGE_BYTES - 1);
    if (image == &root_image.programs[PROGRAM_VM] || image == &root_image.programs[PROGRAM_FILES])
        bytes = BY_HAND_HEAP;
    return bytes < HEAP_MAX ? bytes : HEAP_MAX;
}

// Maps fresh zeroed pages; their bytes for root to fill are in `*bytes`.
static const char *map_fresh(uint32_t space, uint64_t address, uint64_t length, void **bytes)
{
    uint64_t physical = memory_take(length);
    if (!physical)
        return "there is no memory left";
    *bytes = memory_at(physical);
    enum l4_status status =
        l4_space_map(space, (uint64_t)*bytes, address, length, L4_READ | L4_WRITE);
    return status == L4_STATUS_OK ? NULL : l4_status_text(status);
}

static const char *segment_by_hand(uint32_t space, const struct elf_segment *segment,
                                   const uint8_t *file)
{
    if (segment->rights & L4_WRITE) {
        void *bytes;
        const char *reason = map_fresh(space, segment->address, segment->memory_bytes, &bytes);
        if (!reason)
            memcpy(bytes, file + segment->file_offset, segment->file_bytes);
        return reason;
    }
    // Read-only segments are the file's own pages.
    enum l4_status status = l4_space_map(space, (uint64_t)file + segment->file_offset,
                                         segment->address, segment->memory_bytes, segment->rights);
    return status == L4_STATUS_OK ? NULL : l4_status_text(status);
}

// The boot-file server sees all modules.
static const char *map_modules(uint32_t space)
{
    const struct l4_info *info = l4_info();
    for (uint32_t i = 0; i < info->module_count && i < L4_INFO_MODULES; i++) {
        size_t bytes;
        uint64_t physical;
        const void *file = memory_module(info->modules[i].name, &bytes, &physical);
        if (!file)
            return "a boot module cannot be mapped";
        uint64_t whole = (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
        enum l4_status status = l4_space_map(space, (uint64_t)file, FILES_WINDOW + physical, whole,
                                             L4_READ | L4_EXECUTE);
        if (status != L4_STATUS_OK)
            return l4_status_text(status);
    }
    return NULL;
}

const char *load_by_hand(unsigned number, uint64_t *entry)
{
    const struct image_program *image = programs[number].image;
    uint32_t space = program_space_slot(number);
    size_t file_bytes;
    uint64_t physical;
    const uint8_t *file = memory_module(image->file, &file_bytes, &physical);
    if (!file)
        return "there is no such boot module";
    struct elf_program program;
    const char *reason = elf_read(&program, file, file_bytes, PROGRAM_FIRST, PROGRAM_END);
    for (unsigned i = 0; !reason && i < program.segment_count; i++)
        reason = segment_by_hand(space, &program.segments[i], file);
    void *bytes;
    uint64_t stack = stack_bytes(image);
    if (!reason)
        reason = map_fresh(space, STACK_END - stack, stack, &bytes);
    if (!reason) {
        programs[number].stack = bytes;
        programs[number].stack_bytes = stack;
    }
    if (!reason && number == PROGRAM_FILES) {
        reason = map_fresh(space, HEAP_FIRST, BY_HAND_HEAP, &bytes);
        if (!reason)
            reason = map_modules(space);
    }
    *entry = program.entry;
    return reason;
}

static const char *vm_reason(uint32_t error)
{
    switch (error) {
    case 0:
        return NULL;
    case DATASPACE_ERROR_NO_MEMORY:
        return "its memory limit is too low, or there is no memory left";
    case DATASPACE_ERROR_NO_ADDRESS:
        return "an address range is taken";
    case DATASPACE_ERROR_TOO_MANY:
        return "the VM server's tables are full";
    case VM_UNREACHABLE:
        return "the VM server does not answer";
    default:
        return "the VM server refuses it";
    }
}

static uint32_t attach_anonymous(uint32_t task, uint64_t address, uint64_t length)
{
    uint64_t dataspace;
    uint32_t error = vm_create_for(task, DATASPACE_MEMORY_KIND_ANONYMOUS, length, 0, &dataspace);
    if (!error)
        error = vm_attach_for(task, dataspace, 0, length, &address, L4_READ | L4_WRITE);
    return error;
}

static uint32_t segment_attach(uint32_t task, const struct elf_segment *segment, uint64_t file)
{
    uint64_t address = segment->address, dataspace = file, offset = segment->file_offset;
    if (segment->rights & L4_WRITE) {
        uint32_t error = vm_create_copy_for(task, file, segment->file_offset, segment->file_bytes,
                                            segment->memory_bytes, &dataspace);
        if (error)
            return error;
        offset = 0;
    }
    return vm_attach_for(task, dataspace, offset, segment->memory_bytes, &address, segment->rights);
}

const char *load_through_files(unsigned number, uint64_t *entry)
{
    const struct image_program *image = programs[number].image;
    size_t file_bytes;
    uint64_t physical, dataspace, length;
    const void *file = memory_module(image->file, &file_bytes, &physical);
    if (!file)
        return "there is no such boot module";
    struct elf_program program;
    const char *reason = elf_read(&program, file, file_bytes, PROGRAM_FIRST, PROGRAM_END);
    if (reason)
        return reason;
    if (files_open(image->file, &dataspace, &length) != 0)
        return "the boot-file server does not have it";
    uint32_t error = 0, task = program_task(number);
    for (unsigned i = 0; !error && i < program.segment_count; i++)
        error = segment_attach(task, &program.segments[i], dataspace);
    uint64_t stack = stack_bytes(image), heap = load_heap_bytes(image);
    if (!error)
        error = attach_anonymous(task, STACK_END - stack, stack);
    if (!error && heap)
        error = attach_anonymous(task, HEAP_FIRST, heap);
    *entry = program.entry;
    return vm_reason(error);
}
