// SPDX-License-Identifier: BSD-2-Clause
//
// Program files: the part of ELF that says what is to be mapped where. The file is not trusted.
#ifndef ROOT_ELF_H
#define ROOT_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_SEGMENTS 8

struct elf_segment {
    uint64_t address; // whole pages …
    uint64_t memory_bytes;
    uint64_t file_offset; // … from here in the file, a whole number of pages too
    uint64_t file_bytes;  // zeros follow
    uint32_t rights;      // L4_READ …
};

struct elf_program {
    uint64_t entry;
    unsigned segment_count;
    struct elf_segment segments[ELF_SEGMENTS];
};

// Reads the file's headers. Null, or why it cannot be loaded between `first` and `end`.
const char *elf_read(struct elf_program *program, const void *file, size_t file_bytes,
                     uint64_t first, uint64_t end);

#endif
