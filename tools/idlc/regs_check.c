/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Proves that a register description is whole: every byte of a window and every bit of a register
 * is either named or reserved, once; everything fits where it is put. Errors do not stop the check,
 * but parts that are built on something wrong (a register without its layout) are left out, so that
 * one mistake gives one message.
 */
#include "names.h"
#include "regs_model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ARRAY_LIMIT = 4096, ELEMENT_LIMIT = 65536, WINDOW_LIMIT_UNITS = 16 * 1024 * 1024 };

struct check {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct names layouts; /* name -> struct regs_layout */
};

#define ERROR(check, place, ...) diagnostics_error((check)->diagnostics, place, __VA_ARGS__)

static bool width_is_known(unsigned width_bits)
{
    return width_bits == 8 || width_bits == 16 || width_bits == 32 || width_bits == 64;
}

static bool check_width(struct check *check, struct place place, const char *name, unsigned width)
{
    if (width_is_known(width))
        return true;
    ERROR(check, place, "width of %s is none the processor can load; use 8, 16, 32 or 64", name);
    return false;
}

static void check_values(struct check *check, const struct regs_field *field)
{
    unsigned width = field->high - field->low + 1;
    for (const struct regs_value *value = field->values; value; value = value->next) {
        if (value->number > regs_width_mask(width))
            ERROR(check, value->place,
                  "value %s = %" PRIu64
                  " does not fit into the %u bits of %s; correct the number or "
                  "the field",
                  value->name, value->number, width, field->name);
        /* Fields have few values; the bound keeps a hostile file from taking quadratic time. */
        int compared = 0;
        for (const struct regs_value *other = field->values; other != value && compared < 256;
             other = other->next, compared++) {
            if (other->number == value->number)
                ERROR(check, value->place,
                      "value %s of %s is the number of %s; one number has one name", value->name,
                      field->name, other->name);
        }
    }
}

/* A field's own bits. Returns false if they cannot be placed in a word. */
static bool check_field(struct check *check, const struct regs_field *field, unsigned width,
                        const char *owner)
{
    const char *name = field->name ? field->name : "reserved";
    if (field->high < field->low) {
        ERROR(check, field->place, "bits of %s run upwards; write %u:%u", name, field->low,
              field->high);
        return false;
    }
    if (field->high >= width) {
        ERROR(check, field->place,
              "%s has bit %u, but %s ends at bit %u; correct the bit or the "
              "width",
              name, field->high, owner, width - 1);
        return false;
    }
    if (field->values)
        check_values(check, field);
    return true;
}

/* Spells a range of bits as it is typed. */
static const char *bits_text(struct check *check, unsigned high, unsigned low)
{
    return high == low ? arena_format(check->arena, "%u", low)
                       : arena_format(check->arena, "%u:%u", high, low);
}

/* Fields of a word of known width: each bit once. */
static void check_fields(struct check *check, const struct regs_layout *layout, unsigned width,
                         const char *owner, struct place place)
{
    const struct regs_field *bit_owner[64] = {NULL};
    bool whole = true;
    for (const struct regs_field *field = layout->fields; field; field = field->next) {
        if (!check_field(check, field, width, owner)) {
            whole = false;
            continue;
        }
        const struct regs_field *other = NULL;
        for (unsigned bit = field->low; bit <= field->high; bit++) {
            if (bit_owner[bit])
                other = bit_owner[bit];
            else
                bit_owner[bit] = field;
        }
        if (other)
            ERROR(check, field->place, "%s overlaps %s in %s; give every bit one meaning",
                  field->name ? field->name : "reserved", other->name ? other->name : "reserved",
                  owner);
    }
    for (unsigned low = 0; whole && low < width; low++) {
        unsigned high = low;
        if (bit_owner[low])
            continue;
        while (high + 1 < width && !bit_owner[high + 1])
            high++;
        const char *bits = bits_text(check, high, low);
        ERROR(check, place, "bits %s of %s have no meaning; name them or add `reserved %s`", bits,
              owner, bits);
        low = high;
    }
}

static void check_layouts(struct check *check, struct regs_device *device)
{
    for (struct regs_layout *layout = device->layouts; layout; layout = layout->next) {
        struct regs_layout *first = names_enter(&check->layouts, layout->name, layout);
        if (first)
            ERROR(check, layout->place, "layout %s is already defined in line %d; use another name",
                  layout->name, first->place.line);
        if (check_width(check, layout->place, layout->name, layout->width_bits))
            check_fields(check, layout, layout->width_bits, layout->name, layout->place);
    }
}

/* Joins a register with its layout and checks what it holds. */
static void check_contents(struct check *check, struct regs_register *reg)
{
    if (reg->layout_name) {
        struct regs_layout *layout = names_find(&check->layouts, reg->layout_name);
        if (!layout)
            ERROR(check, reg->layout_place, "layout %s is not defined; add `layout %s %u ...`",
                  reg->layout_name, reg->layout_name, reg->width_bits);
        else if (layout->width_bits != reg->width_bits)
            ERROR(check, reg->layout_place,
                  "layout %s has %u bits, %s has %u; make them equal or use another layout",
                  layout->name, layout->width_bits, reg->name, reg->width_bits);
        else
            reg->layout = layout;
    } else if (reg->layout) {
        reg->layout->width_bits = reg->width_bits;
        reg->layout->description = reg->description;
        check_fields(check, reg->layout, reg->width_bits, reg->name, reg->place);
    }
    if (reg->reset > regs_width_mask(reg->width_bits))
        ERROR(check, reg->place,
              "reset value of %s does not fit into its %u bits; correct one of "
              "them",
              reg->name, reg->width_bits);
}

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

/* What holds the registers that are being laid out: a window or a descriptor. */
struct space {
    const char *name;
    struct place place;
    uint64_t size;
    unsigned unit_bytes;
    const char *unit; /* "byte" or "word" */
};

static uint64_t units_of(const struct space *space, const struct regs_register *reg)
{
    return reg->width_bits / 8 / space->unit_bytes;
}

/* Whether a register can be put into its space at all. */
static bool check_placement(struct check *check, const struct space *space,
                            struct regs_register *reg)
{
    const char *name = reg->name ? reg->name : "reserved";
    if (!reg->name) {
        if (reg->last < reg->offset || reg->last >= space->size) {
            ERROR(check, reg->place,
                  "reserved range runs backwards or beyond the %" PRIu64 " %ss of %s; correct it",
                  space->size, space->unit, space->name);
            return false;
        }
        return true;
    }
    if (!check_width(check, reg->place, name, reg->width_bits))
        return false;
    uint64_t units = units_of(space, reg);
    if (reg->offset % units != 0) {
        ERROR(check, reg->place,
              "offset of %s is not a multiple of its %" PRIu64
              " bytes; it could not be accessed at once",
              name, units);
        return false;
    }
    if (reg->count == 0 || reg->count > ARRAY_LIMIT) {
        ERROR(check, reg->place, "%s has %" PRIu64 " elements; an array has 1 to %d", name,
              reg->count, ARRAY_LIMIT);
        return false;
    }
    if (reg->stride == 0)
        reg->stride = units;
    if (reg->stride < units || reg->stride % units != 0 || reg->stride > space->size) {
        ERROR(check, reg->place,
              "stride of %s is no multiple of its %" PRIu64 " %ss within %s; correct it", name,
              units, space->unit, space->name);
        return false;
    }
    if (reg->offset >= space->size ||
        reg->offset + (reg->count - 1) * reg->stride + units > space->size) {
        ERROR(check, reg->place,
              "%s ends beyond the %" PRIu64 " %ss of %s; correct the offset or "
              "the size",
              name, space->size, space->unit, space->name);
        return false;
    }
    return true;
}

static const char *range_text(struct check *check, uint64_t first, uint64_t last)
{
    return first == last ? arena_format(check->arena, "0x%" PRIx64, first)
                         : arena_format(check->arena, "0x%" PRIx64 "..0x%" PRIx64, first, last);
}

static void report_gap(struct check *check, const struct space *space, struct place place,
                       uint64_t first, uint64_t last)
{
    const char *range = range_text(check, first, last);
    ERROR(check, place, "%ss %s of %s, before this, are described by nothing; add `reserved %s`",
          space->unit, range, space->name, range);
}

/* Walks over all elements in order of address and reports gaps and overlaps. */
static void check_order(struct check *check, const struct space *space, struct element *elements,
                        size_t count)
{
    const struct element none = {0};
    const struct element *reader = &none, *writer = &none;
    uint64_t covered = 0, read_end = 0, write_end = 0;
    const struct regs_register *reported = NULL;
    qsort(elements, count, sizeof(*elements), compare_elements);
    for (const struct element *element = elements; element < elements + count; element++) {
        const struct regs_register *reg = element->reg;
        if (element->first > covered)
            report_gap(check, space, reg->place, covered, element->first - 1);
        const struct element *other = element->readable && element->first < read_end    ? reader
                                      : element->writable && element->first < write_end ? writer
                                                                                        : NULL;
        if (other && !reg->banked && reg != reported) {
            reported = reg;
            ERROR(check, reg->place,
                  "%s overlaps %s at 0x%" PRIx64 "; move one, or say `banked` if a switch selects "
                  "between them",
                  reg->name ? reg->name : "reserved",
                  other->reg->name ? other->reg->name : "reserved", element->first);
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
        const char *range = range_text(check, covered, space->size - 1);
        ERROR(check, space->place,
              "%ss %s at the end of %s are described by nothing; add "
              "`reserved %s`",
              space->unit, range, space->name, range);
    }
}

static void check_space(struct check *check, const struct space *space, struct regs_register *regs)
{
    size_t count = 0, used = 0;
    bool whole = true;
    for (struct regs_register *reg = regs; reg; reg = reg->next) {
        bool placed = check_placement(check, space, reg);
        if (reg->name && width_is_known(reg->width_bits))
            check_contents(check, reg);
        whole &= placed;
        count += placed ? reg->count : 0;
    }
    if (!whole)
        return;
    if (count > ELEMENT_LIMIT) {
        ERROR(check, space->place, "%s has more than %d registers; describe a part of it",
              space->name, ELEMENT_LIMIT);
        return;
    }
    struct element *elements = arena_alloc(check->arena, (count + 1) * sizeof(*elements));
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
    check_order(check, space, elements, used);
}

static void check_window(struct check *check, struct regs_device *device,
                         struct regs_window *window)
{
    struct space space = {window->name ? window->name : device->name, window->place, window->size,
                          window->unit_bytes, window->unit_bytes ? "byte" : "word"};
    if (window->size == 0 || window->size > WINDOW_LIMIT_UNITS) {
        ERROR(check, window->place, "size of %s is none a window can have; give 1 to %d",
              space.name, WINDOW_LIMIT_UNITS);
        return;
    }
    if (window->unit_bytes == 0) {
        unsigned width = window->width_bits > 64 ? 0 : (unsigned)window->width_bits;
        if (!check_width(check, window->place, space.name, width))
            return;
        window->unit_bytes = space.unit_bytes = width / 8;
        for (struct regs_register *reg = window->registers; reg; reg = reg->next)
            reg->width_bits = width;
    }
    for (struct regs_register *reg = window->registers; reg; reg = reg->next) {
        if (reg->name && window->kind == WINDOW_PORTS && reg->width_bits > 32)
            ERROR(check, reg->place, "%s is wider than any port access; use 8, 16 or 32 bits",
                  reg->name);
    }
    check_space(check, &space, window->registers);
}

static void check_owner(struct check *check, struct regs_descriptor *descriptor)
{
    struct regs_owner *owner = descriptor->owner;
    for (const struct regs_register *word = descriptor->words; word; word = word->next) {
        if (word->name && strcmp(word->name, owner->word_name) == 0)
            owner->word = word;
    }
    const struct regs_field *fields =
        owner->word && owner->word->layout ? owner->word->layout->fields : NULL;
    for (const struct regs_field *field = fields; field; field = field->next) {
        if (field->name && strcmp(field->name, owner->field_name) == 0)
            owner->field = field;
    }
    if (!owner->field)
        ERROR(check, owner->place,
              "%s has no field %s.%s; name the word and the bit that say who "
              "owns it",
              descriptor->name, owner->word_name, owner->field_name);
    else if (owner->field->high != owner->field->low)
        ERROR(check, owner->place, "owner %s.%s has several bits; an owner is one bit",
              owner->word_name, owner->field_name);
    if (owner->hardware > 1)
        ERROR(check, owner->place,
              "owner bit cannot be %" PRIu64 "; say `hardware 0` or "
              "`hardware 1`",
              owner->hardware);
}

static void check_descriptor(struct check *check, struct regs_descriptor *descriptor)
{
    const uint64_t size_limit = 4096;
    struct space space = {descriptor->name, descriptor->place, descriptor->size_bytes, 1, "byte"};
    uint64_t align = descriptor->align_bytes;
    if (descriptor->size_bytes == 0 || descriptor->size_bytes > size_limit) {
        ERROR(check, descriptor->place, "size of %s is not 1 to %" PRIu64 " bytes; correct it",
              descriptor->name, size_limit);
        return;
    }
    if (align == 0 || align > size_limit || (align & (align - 1)) != 0) {
        ERROR(check, descriptor->place,
              "alignment of %s is no power of two up to %" PRIu64 "; correct it", descriptor->name,
              size_limit);
        return;
    }
    if (descriptor->size_bytes % align != 0)
        ERROR(check, descriptor->place,
              "size of %s is no multiple of its alignment; add a "
              "reserved range or align less",
              descriptor->name);
    for (const struct regs_register *word = descriptor->words; word; word = word->next) {
        if (word->name && word->width_bits / 8 > align)
            ERROR(check, word->place,
                  "%s is wider than the alignment of %s; it could not be "
                  "accessed at once",
                  word->name, descriptor->name);
    }
    check_space(check, &space, descriptor->words);
    if (descriptor->owner)
        check_owner(check, descriptor);
}

void regs_check(struct regs_device *device, struct arena *arena, struct diagnostics *diagnostics)
{
    struct check check = {.arena = arena, .diagnostics = diagnostics, .layouts = {.arena = arena}};
    check_layouts(&check, device);
    for (struct regs_window *window = device->windows; window; window = window->next)
        check_window(&check, device, window);
    for (struct regs_descriptor *d = device->descriptors; d; d = d->next)
        check_descriptor(&check, d);
    regs_check_names(device, arena, diagnostics);
}
