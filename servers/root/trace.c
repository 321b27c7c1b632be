// SPDX-License-Identifier: BSD-2-Clause
//
// Symbols and calls in a program's file. Neither the file nor the addresses are trusted.
#include "trace.h"

#include <string.h>

#include "layout.h"

#define SECTION_SYMBOLS 2
#define SECTION_SPECIAL 0xff00 // from here on: no section, but numbers and the like
#define SYMBOL_TYPE     0x0f
#define SYMBOL_PLAIN    0 // assembler functions have no type
#define SYMBOL_FUNCTION 2
#define RIGHT_EXECUTE   4u
#define SECTIONS_FIELD  40 // of the file's header: where its sections are
#define COUNT_FIELD     60 // and how many

#define CALL_RELATIVE       0xe8
#define CALL_RELATIVE_BYTES 5
#define CALL_INDIRECT       0xff
#define CALL_INDIRECT_MIN   2
#define CALL_INDIRECT_MAX   7

struct section {
    uint32_t name, type;
    uint64_t flags, address, offset, bytes;
    uint32_t link, information;
    uint64_t alignment, entry_bytes;
};

struct symbol {
    uint32_t name;
    uint8_t kind, visibility;
    uint16_t section;
    uint64_t address, bytes;
};

// False if there is no such section.
static bool section_read(struct section *section, const uint8_t *file, size_t file_bytes,
                         uint32_t index)
{
    uint64_t offset;
    uint16_t count;
    memcpy(&offset, file + SECTIONS_FIELD, sizeof offset);
    memcpy(&count, file + COUNT_FIELD, sizeof count);
    if (index >= count || offset > file_bytes || (file_bytes - offset) / sizeof *section <= index)
        return false;
    memcpy(section, file + offset + index * sizeof *section, sizeof *section);
    return true;
}

// Some have no contents in the file but are as large as what they stand for.
static bool section_in_file(const struct section *section, size_t file_bytes)
{
    return section->offset <= file_bytes && section->bytes <= file_bytes - section->offset;
}

bool trace_open(struct trace_file *trace, const void *file, size_t file_bytes)
{
    struct section symbols, names;
    *trace = (struct trace_file){.file = file};
    if (elf_read(&trace->program, file, file_bytes, PROGRAM_FIRST, PROGRAM_END) != NULL)
        return false;
    for (uint32_t i = 0; section_read(&symbols, file, file_bytes, i); i++) {
        if (symbols.type != SECTION_SYMBOLS || !section_in_file(&symbols, file_bytes) ||
            !section_read(&names, file, file_bytes, symbols.link) ||
            !section_in_file(&names, file_bytes) || names.bytes == 0 ||
            trace->file[names.offset + names.bytes - 1] != '\0')
            continue;
        trace->symbols = trace->file + symbols.offset;
        trace->symbol_count = symbols.bytes / sizeof(struct symbol);
        trace->names = (const char *)trace->file + names.offset;
        trace->name_bytes = names.bytes;
    }
    return true;
}

// The program's code at an address, if there are so many bytes of it; null otherwise.
static const uint8_t *code_at(const struct trace_file *trace, uint64_t address, uint64_t bytes)
{
    for (unsigned i = 0; i < trace->program.segment_count; i++) {
        const struct elf_segment *segment = &trace->program.segments[i];
        uint64_t inside = address - segment->address;
        if ((segment->rights & RIGHT_EXECUTE) && address >= segment->address &&
            inside <= segment->file_bytes && bytes <= segment->file_bytes - inside)
            return trace->file + segment->file_offset + inside;
    }
    return NULL;
}

const char *trace_function(const struct trace_file *trace, uint64_t address, uint64_t *start)
{
    const char *name = NULL;
    *start = 0;
    if (!code_at(trace, address, 1))
        return NULL;
    for (size_t i = 0; i < trace->symbol_count; i++) {
        struct symbol symbol;
        memcpy(&symbol, trace->symbols + i * sizeof symbol, sizeof symbol);
        unsigned type = symbol.kind & SYMBOL_TYPE;
        bool function = type == SYMBOL_FUNCTION || type == SYMBOL_PLAIN;
        bool placed = symbol.section != 0 && symbol.section < SECTION_SPECIAL;
        if (!function || !placed || symbol.name >= trace->name_bytes || symbol.address > address ||
            symbol.address < *start || !code_at(trace, symbol.address, 1))
            continue;
        name = trace->names + symbol.name;
        *start = symbol.address;
    }
    return name;
}

// How long a call through memory or a register is, by its second byte and the one behind it.
static unsigned indirect_bytes(uint8_t form, uint8_t scale)
{
    unsigned mode = form >> 6, base = form & 7, bytes = CALL_INDIRECT_MIN;
    if (mode == 3)
        return bytes;
    if (base == 4)
        bytes++; // a scale byte
    if (mode == 1)
        return bytes + 1;
    if (mode == 2 || base == 5 || (base == 4 && (scale & 7) == 5))
        return bytes + 4;
    return bytes;
}

// Whether a call ends at an address, and its target: 0 if only the processor knew.
static bool call_before(const struct trace_file *trace, uint64_t address, uint64_t *target)
{
    const uint8_t *code = code_at(trace, address - CALL_RELATIVE_BYTES, CALL_RELATIVE_BYTES);
    if (code && *code == CALL_RELATIVE) {
        int32_t distance;
        memcpy(&distance, code + 1, sizeof distance);
        *target = address + (uint64_t)(int64_t)distance;
        if (code_at(trace, *target, 1))
            return true;
    }
    *target = 0;
    for (unsigned bytes = CALL_INDIRECT_MIN; bytes <= CALL_INDIRECT_MAX; bytes++) {
        code = code_at(trace, address - bytes, bytes);
        if (code && code[0] == CALL_INDIRECT && (code[1] >> 3 & 7) == 2 &&
            indirect_bytes(code[1], bytes > 2 ? code[2] : 0) == bytes)
            return true;
    }
    return false;
}

void trace_begin(const struct trace_file *trace, struct trace_walk *walk, uint64_t ip)
{
    walk->unsure_function = 0;
    trace_function(trace, ip, &walk->sure_function);
}

enum trace_verdict trace_word(const struct trace_file *trace, struct trace_walk *walk,
                              uint64_t word)
{
    uint64_t target, function;
    if (!call_before(trace, word, &target))
        return TRACE_NO_FRAME;
    trace_function(trace, word - 1, &function);
    bool sure = target && (target == walk->sure_function || target == walk->unsure_function);
    if (sure)
        *walk = (struct trace_walk){.sure_function = function};
    else
        walk->unsure_function = function;
    return sure ? TRACE_SURE : TRACE_UNSURE;
}
