/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses of a window or descriptor: each belongs to one register or is reserved. */
#include "regs_check.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ARRAY_LIMIT = 4096, ELEMENT_LIMIT = 65536 };

/* One register, or one element of an array, or a reserved range: units first..last. */
struct element {
    uint64_t first, last;
    const struct regs_register *reg;
    bool readable, writable;
};

static int compare_elements(const void *left, const void *right)
{
    const struct element *a = left, *b = right;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->reg->place.line != b->reg->place.line)
        return a->reg->place.line < b->reg->place.line ? -1 : 1;
    return a->reg->place.column - b->reg->place.column;
}

static uint64_t units_of(const struct regs_space *space, const struct regs_register *reg)
{
    return reg->width_bits / 8 / space->unit_bytes;
}

/* Whether a register can be put into its space at all. */
static bool check_placement(struct regs_checker *checker, const struct regs_space *space,
                            struct regs_register *reg)
{
    const char *name = reg->name ? reg->name : "reserved";
    if (!reg->name) {
        if (reg->last < reg->offset || reg->last >= space->size) {
            REGS_ERROR(checker, reg->place,
                       "reserved range runs backwards or beyond the %" PRIu64
                       " %ss of %s; correct it",
                       space->size, space->unit, space->name);
            return false;
        }
        return true;
    }
    if (!regs_width_is_known(reg->width_bits))
        return false;
    uint64_t units = units_of(space, reg);
    if (reg->offset % units != 0) {
        REGS_ERROR(checker, reg->place,
                   "offset of %s is not a multiple of its %" PRIu64 " bytes; move it to one", name,
                   units);
        return false;
    }
    if (reg->count == 0 || reg->count > ARRAY_LIMIT) {
        REGS_ERROR(checker, reg->place, "%s has %" PRIu64 " elements; an array has 1 to %d", name,
                   reg->count, ARRAY_LIMIT);
        return false;
    }
    if (reg->stride == 0)
        reg->stride = units;
    if (reg->stride < units || reg->stride % units != 0 || reg->stride > space->size) {
        REGS_ERROR(checker, reg->place,
                   "stride of %s is no multiple of its %" PRIu64 " %ss within %s; correct it", name,
                   units, space->unit, space->name);
        return false;
    }
    if (reg->offset >= space->size ||
        reg->offset + (reg->count - 1) * reg->stride + units > space->size) {
        REGS_ERROR(checker, reg->place,
                   "%s ends beyond the %" PRIu64 " %ss of %s; correct the offset or "
                   "the size",
                   name, space->size, space->unit, space->name);
        return false;
    }
    return true;
}

static const char *range_text(struct regs_checker *checker, uint64_t first, uint64_t last)
{
    return first == last ? arena_format(checker->arena, "0x%" PRIx64, first)
                         : arena_format(checker->arena, "0x%" PRIx64 "..0x%" PRIx64, first, last);
}

static void report_gap(struct regs_checker *checker, const struct regs_space *space,
                       struct place place, uint64_t first, uint64_t last)
{
    const char *range = range_text(checker, first, last);
    REGS_ERROR(checker, place,
               "%ss %s of %s, before this, are described by nothing; add `reserved %s`",
               space->unit, range, space->name, range);
}

/* Walks over all elements in order of address and reports gaps and overlaps. */
static void check_order(struct regs_checker *checker, const struct regs_space *space,
                        struct element *elements, size_t count)
{
    const struct element none = {0};
    const struct element *reader = &none, *writer = &none;
    uint64_t covered = 0, read_end = 0, write_end = 0;
    const struct regs_register *reported = NULL;
    qsort(elements, count, sizeof(*elements), compare_elements);
    for (const struct element *element = elements; element < elements + count; element++) {
        const struct regs_register *reg = element->reg;
        if (element->first > covered)
            report_gap(checker, space, reg->place, covered, element->first - 1);
        const struct element *other = element->readable && element->first < read_end    ? reader
                                      : element->writable && element->first < write_end ? writer
                                                                                        : NULL;
        if (other && !reg->banked && reg != reported) {
            reported = reg;
            REGS_ERROR(checker, reg->place, "%s overlaps %s at 0x%" PRIx64 "; %s",
                       reg->name ? reg->name : "reserved",
                       other->reg->name ? other->reg->name : "reserved", element->first,
                       space->overlap_remedy);
        }
        if (element->readable && element->last + 1 > read_end) {
            read_end = element->last + 1;
            reader = element;
        }
        if (element->writable && element->last + 1 > write_end) {
            write_end = element->last + 1;
            writer = element;
        }
        if (element->last + 1 > covered)
            covered = element->last + 1;
    }
    if (covered < space->size) {
        const char *range = range_text(checker, covered, space->size - 1);
        REGS_ERROR(checker, space->place,
                   "%ss %s at the end of %s are described by nothing; add "
                   "`reserved %s`",
                   space->unit, range, space->name, range);
    }
}

void regs_check_space(struct regs_checker *checker, const struct regs_space *space,
                      struct regs_register *regs)
{
    size_t count = 0, used = 0;
    bool whole = true;
    for (struct regs_register *reg = regs; reg; reg = reg->next) {
        bool placed = check_placement(checker, space, reg);
        whole &= placed;
        count += placed ? reg->count : 0;
    }
    if (!whole)
        return;
    if (count > ELEMENT_LIMIT) {
        REGS_ERROR(checker, space->place, "%s has more than %d registers; describe a part of it",
                   space->name, ELEMENT_LIMIT);
        return;
    }
    struct element *elements = arena_alloc(checker->arena, (count + 1) * sizeof(*elements));
    for (struct regs_register *reg = regs; reg; reg = reg->next) {
        for (uint64_t i = 0; i < reg->count; i++) {
            uint64_t first = reg->offset + i * reg->stride;
            elements[used++] = (struct element){
                .first = first,
                .last = reg->name ? first + units_of(space, reg) - 1 : reg->last,
                .reg = reg,
                .readable = !reg->name || regs_readable(reg),
                .writable = !reg->name || regs_writable(reg),
            };
        }
    }
    check_order(checker, space, elements, used);
}
