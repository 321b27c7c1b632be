// SPDX-License-Identifier: BSD-2-Clause
//
// ELF64, little endian, x86-64, executables at fixed addresses. All sums are checked before they
// are made.
#include "elf.h"

#include <string.h>

#define PAGE_MASK     4095ull
#define TYPE_EXEC     2
#define MACHINE_AMD64 62
#define SEGMENT_LOAD  1
#define FLAG_EXECUTE  1u
#define FLAG_WRITE    2u
#define FLAG_READ     4u
#define RIGHT_READ    1u
#define RIGHT_WRITE   2u
#define RIGHT_EXECUTE 4u

struct elf_header {
    uint8_t identity[16];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint64_t entry;
    uint64_t segments_offset;
    uint64_t sections_offset;
    uint32_t flags;
    uint16_t header_bytes;
    uint16_t segment_bytes;
    uint16_t segment_count;
    uint16_t section_bytes;
    uint16_t section_count;
    uint16_t names_index;
};

struct elf_segment_header {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t address;
    uint64_t physical;
    uint64_t file_bytes;
    uint64_t memory_bytes;
    uint64_t alignment;
};

static const char *segment_read(struct elf_program *program, const struct elf_segment_header *from,
                                size_t file_bytes, uint64_t first, uint64_t end)
{
    if (from->offset > file_bytes || from->file_bytes > file_bytes - from->offset ||
        from->file_bytes > from->memory_bytes)
        return "a segment is not in the file";
    if (from->address < first || from->address >= end || from->memory_bytes > end - from->address)
        return "a segment is outside the addresses for programs";
    uint64_t inside = from->address & PAGE_MASK;
    if ((from->offset & PAGE_MASK) != inside)
        return "a segment is not aligned to its place in the file";
    if ((from->flags & FLAG_WRITE) && (from->flags & FLAG_EXECUTE))
        return "a segment is writable and executable";
    if (program->segment_count == ELF_SEGMENTS)
        return "there are too many segments";
    struct elf_segment *segment = &program->segments[program->segment_count];
    *segment = (struct elf_segment){
        .address = from->address - inside,
        .memory_bytes = (from->memory_bytes + inside + PAGE_MASK) & ~PAGE_MASK,
        .file_offset = from->offset - inside,
        .file_bytes = from->file_bytes + inside,
        .rights = (from->flags & FLAG_READ ? RIGHT_READ : 0) |
                  (from->flags & FLAG_WRITE ? RIGHT_WRITE : 0) |
                  (from->flags & FLAG_EXECUTE ? RIGHT_EXECUTE : 0),
    };
    for (unsigned i = 0; i < program->segment_count; i++) {
        const struct elf_segment *other = &program->segments[i];
        if (segment->address < other->address + other->memory_bytes &&
            other->address < segment->address + segment->memory_bytes)
            return "segments share a page";
    }
    program->segment_count++;
    return NULL;
}

static const char *header_check(const struct elf_header *header, size_t file_bytes)
{
    static const uint8_t identity[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    if (memcmp(header->identity, identity, sizeof identity) != 0)
        return "it is not an ELF file for 64 bits";
    if (header->type != TYPE_EXEC || header->machine != MACHINE_AMD64)
        return "it is not an executable for x86-64";
    if (header->segment_bytes != sizeof(struct elf_segment_header) ||
        header->segments_offset > file_bytes ||
        (file_bytes - header->segments_offset) / sizeof(struct elf_segment_header) <
            header->segment_count)
        return "the table of segments is not in the file";
    return NULL;
}

static bool entry_executable(const struct elf_program *program)
{
    for (unsigned i = 0; i < program->segment_count; i++) {
        const struct elf_segment *segment = &program->segments[i];
        if ((segment->rights & RIGHT_EXECUTE) && program->entry >= segment->address &&
            program->entry - segment->address < segment->memory_bytes)
            return true;
    }
    return false;
}

const char *elf_read(struct elf_program *program, const void *file, size_t file_bytes,
                     uint64_t first, uint64_t end)
{
    struct elf_header header;
    memset(program, 0, sizeof *program);
    if (file_bytes < sizeof header)
        return "it is too short";
    memcpy(&header, file, sizeof header);
    const char *reason = header_check(&header, file_bytes);
    for (unsigned i = 0; !reason && i < header.segment_count; i++) {
        struct elf_segment_header segment;
        memcpy(&segment, (const uint8_t *)file + header.segments_offset + i * sizeof segment,
               sizeof segment);
        if (segment.type == SEGMENT_LOAD && segment.memory_bytes > 0)
            reason = segment_read(program, &segment, file_bytes, first, end);
    }
    if (reason)
        return reason;
    program->entry = header.entry;
    return entry_executable(program) ? NULL : "its entry is not in executable memory";
}
