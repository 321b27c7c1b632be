// SPDX-License-Identifier: BSD-2-Clause
//
// The first program: the first boot module, an ELF image, which gets all authority there is; and
// the information page it shares with everybody.
#include <abi/handle.h>

#include "boot.h"
#include "log.h"
#include "memory.h"
#include "sched.h"
#include "time.h"
#include "version.h"

#define FIRST_HANDLES  4096
#define FIRST_PRIORITY 200
#define MAPPED_END     (4ull << 30)
#define QUOTA_KEPT     (64 * FRAME_BYTES) // not given to anybody

struct elf_header {
    uint8_t identification[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, program_offset, section_offset;
    uint32_t flags;
    uint16_t header_bytes, program_bytes, program_count;
};

struct elf_program {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_bytes, memory_bytes, alignment;
};

#define ELF_MAGIC      0x464c457fu
#define ELF_LOAD       1
#define ELF_EXECUTABLE 1
#define ELF_WRITABLE   2

static struct object authority_memory, authority_irqs, authority_ports, authority_log;

static void copy_string(char *to, const char *from, unsigned bytes)
{
    unsigned i = 0;
    for (; from && from[i] && i + 1 < bytes; i++)
        to[i] = from[i];
    to[i] = 0;
}

static void add_region(struct l4_info *info, uint64_t start, uint64_t end, uint64_t kind)
{
    if (info->region_count < L4_INFO_REGIONS)
        info->regions[info->region_count++] = (struct l4_region){start, end, kind};
}

static void fill_info(void)
{
    struct l4_info *info = boot.info;
    info->magic = L4_INFO_MAGIC;
    info->version = L4_INFO_VERSION;
    info->tsc_khz = tsc_khz;
    info->tsc_at_boot = tsc_at_boot;
    info->irq_lines = IRQ_LINES;
    info->acpi_root = acpi_root();
    info->screen = boot.map.screen;
    copy_string(info->kernel_version, KERNEL_VERSION, sizeof info->kernel_version);
    copy_string(info->kernel_hash, KERNEL_HASH, sizeof info->kernel_hash);
    copy_string(info->command, boot.map.command, sizeof info->command);
    for (size_t i = 0; i < boot.map.region_count; i++)
        add_region(info, boot.map.regions[i].start, boot.map.regions[i].end, L4_REGION_FREE);
    add_region(info, boot.reserved[0].start, boot.reserved[0].end, L4_REGION_KERNEL);
    add_region(info, boot.reserved[1].start, boot.reserved[1].end, L4_REGION_KERNEL);
    for (size_t i = 0; i < boot.map.module_count && i < L4_INFO_MODULES; i++) {
        const struct boot_module *module = &boot.map.modules[i];
        struct l4_module *entry = &info->modules[info->module_count++];
        entry->start = module->start;
        entry->bytes = module->end - module->start;
        copy_string(entry->name, module->command, sizeof entry->name);
        add_region(info, module->start & ~(PAGE_BYTES - 1),
                   (module->end + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1), L4_REGION_MODULE);
    }
}

// Copies a segment into fresh memory and maps it.
static void load_segment(struct space *space, const uint8_t *image, uint64_t image_bytes,
                         const struct elf_program *segment)
{
    uint64_t start = segment->address & ~(PAGE_BYTES - 1);
    uint64_t end = (segment->address + segment->memory_bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    if (segment->offset > image_bytes || segment->file_bytes > image_bytes - segment->offset ||
        segment->file_bytes > segment->memory_bytes || end <= start || end > L4_USER_MAP_END)
        panic("the first program is malformed");
    uint64_t physical = bootmap_take(&boot.map, end - start, PAGE_BYTES, MAPPED_END);
    if (!physical)
        panic("no memory for the first program");
    zero_words((void *)physical, (end - start) / 8);
    uint8_t *to = (uint8_t *)physical + (segment->address - start);
    for (uint64_t i = 0; i < segment->file_bytes; i++)
        to[i] = image[segment->offset + i];
    struct map_request request = {
        .to = space,
        .source = physical,
        .target = start,
        .bytes = end - start,
        .rights = L4_READ | (segment->flags & ELF_WRITABLE ? L4_WRITE : 0) |
                  (segment->flags & ELF_EXECUTABLE ? L4_EXECUTE : 0),
        .leaves = ~0u,
    };
    if (map_pages(&request) != L4_STATUS_OK)
        panic("the first program cannot be mapped");
}

static uint64_t load_image(struct space *space, const struct boot_module *module)
{
    const uint8_t *image = (const uint8_t *)module->start;
    uint64_t bytes = module->end - module->start;
    const struct elf_header *header = (const struct elf_header *)image;
    if (bytes < sizeof *header || *(const uint32_t *)image != ELF_MAGIC ||
        header->program_offset > bytes ||
        header->program_count * sizeof(struct elf_program) > bytes - header->program_offset)
        panic("the first module is no program");
    const struct elf_program *segments =
        (const struct elf_program *)(image + header->program_offset);
    for (unsigned i = 0; i < header->program_count; i++)
        if (segments[i].type == ELF_LOAD && segments[i].memory_bytes)
            load_segment(space, image, bytes, &segments[i]);
    return header->entry;
}

void boot_first_program(void)
{
    enum l4_status status;
    if (!boot.map.module_count)
        panic("no module to start");
    boot.info = frames_alloc(&pool, 0);
    zero_words(boot.info, PAGE_BYTES / 8);
    uint64_t quota_bytes = pool.free_count * FRAME_BYTES - QUOTA_KEPT;
    struct space *space = space_new(0, quota_bytes, FIRST_HANDLES, 255, &status);
    struct thread *thread = space ? thread_new(space, FIRST_PRIORITY, &status) : 0;
    if (!thread)
        panic("no memory for the first space");
    const struct {
        unsigned slot;
        struct object *object;
        uint8_t kind;
    } handles[] = {
        {L4_SLOT_THREAD, &thread->end.object, L4_KIND_THREAD},
        {L4_SLOT_SPACE, &space->object, L4_KIND_SPACE},
        {L4_SLOT_LOG, &authority_log, L4_KIND_LOG},
        {L4_SLOT_MEMORY, &authority_memory, L4_KIND_MEMORY},
        {L4_SLOT_IRQS, &authority_irqs, L4_KIND_IRQS},
        {L4_SLOT_PORTS, &authority_ports, L4_KIND_PORTS},
    };
    for (unsigned i = 0; i < sizeof handles / sizeof *handles; i++)
        handle_create(handle_free_slot(&space->table, handles[i].slot), handles[i].object,
                      handles[i].kind,
                      handles[i].kind == L4_KIND_THREAD ? L4_RIGHT_ALL : L4_RIGHT_OTHER, 0, ~0ull);
    thread_enter(thread, load_image(space, &boot.map.modules[0]), 0, 0);
    fill_info();
    thread->state = THREAD_READY;
    ready_append(thread);
}
