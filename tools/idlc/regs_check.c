/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Proves that a register description is whole: every byte of a window and every bit of a register
 * is either named or reserved, once; everything fits where it is put. Errors do not stop the check,
 * but parts that are built on something wrong (a register without its layout) are left out, so that
 * one mistake gives one message.
 */
#include "regs_check.h"

#include <inttypes.h>
#include <string.h>

enum { WINDOW_LIMIT_UNITS = 16 * 1024 * 1024 };

bool regs_width_is_known(unsigned width_bits)
{
    return width_bits == 8 || width_bits == 16 || width_bits == 32 || width_bits == 64;
}

bool regs_check_width(struct regs_checker *checker, struct place place, const char *name,
                      unsigned width)
{
    if (regs_width_is_known(width))
        return true;
    REGS_ERROR(checker, place, "width of %s is none the processor can load; use 8, 16, 32 or 64",
               name);
    return false;
}

static void check_layouts(struct regs_checker *checker, struct regs_device *device)
{
    for (struct regs_layout *layout = device->layouts; layout; layout = layout->next) {
        struct regs_layout *first = names_enter(&checker->layouts, layout->name, layout);
        if (first)
            REGS_ERROR(checker, layout->place,
                       "layout %s is already defined in line %d; use another name", layout->name,
                       first->place.line);
        if (regs_check_width(checker, layout->place, layout->name, layout->width_bits))
            regs_check_fields(checker, layout, layout->width_bits, layout->name, layout->place);
    }
}

/* Joins a register with its layout and checks what it holds. */
static void check_contents(struct regs_checker *checker, struct regs_register *reg)
{
    if (reg->layout_name) {
        struct regs_layout *layout = names_find(&checker->layouts, reg->layout_name);
        if (!layout)
            REGS_ERROR(checker, reg->layout_place,
                       "layout %s is not defined; add `layout %s %u ...`", reg->layout_name,
                       reg->layout_name, reg->width_bits);
        else if (layout->width_bits != reg->width_bits)
            REGS_ERROR(checker, reg->layout_place,
                       "layout %s has %u bits, %s has %u; make them equal or use another layout",
                       layout->name, layout->width_bits, reg->name, reg->width_bits);
        else
            reg->layout = layout;
    } else if (reg->layout) {
        reg->layout->width_bits = reg->width_bits;
        reg->layout->description = reg->description;
        regs_check_fields(checker, reg->layout, reg->width_bits, reg->name, reg->place);
    }
    if (reg->reset > regs_width_mask(reg->width_bits))
        REGS_ERROR(checker, reg->place,
                   "reset value of %s does not fit into its %u bits; correct one of "
                   "them",
                   reg->name, reg->width_bits);
}

static void check_registers(struct regs_checker *checker, const struct regs_space *space,
                            struct regs_register *regs)
{
    for (struct regs_register *reg = regs; reg; reg = reg->next) {
        if (reg->name && regs_check_width(checker, reg->place, reg->name, reg->width_bits))
            check_contents(checker, reg);
    }
    regs_check_space(checker, space, regs);
}

static void check_window(struct regs_checker *checker, struct regs_device *device,
                         struct regs_window *window)
{
    struct regs_space space = {
        .name = window->name ? window->name : device->name,
        .place = window->place,
        .size = window->size,
        .unit_bytes = window->unit_bytes,
        .unit = window->unit_bytes ? "byte" : "word",
        .overlap_remedy = "move one, or say `banked` if a switch selects between them",
    };
    if (window->size == 0 || window->size > WINDOW_LIMIT_UNITS) {
        REGS_ERROR(checker, window->place, "size of %s is none a window can have; give 1 to %d",
                   space.name, WINDOW_LIMIT_UNITS);
        return;
    }
    if (window->unit_bytes == 0) {
        unsigned width = window->width_bits > 64 ? 0 : (unsigned)window->width_bits;
        if (!regs_check_width(checker, window->place, space.name, width))
            return;
        window->unit_bytes = space.unit_bytes = width / 8;
        for (struct regs_register *reg = window->registers; reg; reg = reg->next)
            reg->width_bits = width;
    }
    for (struct regs_register *reg = window->registers; reg; reg = reg->next) {
        if (reg->name && window->kind == WINDOW_PORTS && reg->width_bits > 32)
            REGS_ERROR(checker, reg->place,
                       "%s is wider than any port access; use 8, 16 or 32 bits", reg->name);
    }
    check_registers(checker, &space, window->registers);
}

static void check_owner(struct regs_checker *checker, struct regs_descriptor *descriptor)
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
        REGS_ERROR(checker, owner->place,
                   "%s has no field %s.%s; name the word and the bit that say who "
                   "owns it",
                   descriptor->name, owner->word_name, owner->field_name);
    else if (owner->field->high != owner->field->low)
        REGS_ERROR(checker, owner->place, "owner %s.%s has several bits; an owner is one bit",
                   owner->word_name, owner->field_name);
    if (owner->hardware > 1)
        REGS_ERROR(checker, owner->place,
                   "owner bit cannot be %" PRIu64 "; say `hardware 0` or "
                   "`hardware 1`",
                   owner->hardware);
}

static void check_descriptor(struct regs_checker *checker, struct regs_descriptor *descriptor)
{
    const uint64_t size_limit = 4096;
    struct regs_space space = {
        .name = descriptor->name,
        .place = descriptor->place,
        .size = descriptor->size_bytes,
        .unit_bytes = 1,
        .unit = "byte",
        .overlap_remedy = "move one",
    };
    uint64_t align = descriptor->align_bytes;
    if (descriptor->size_bytes == 0 || descriptor->size_bytes > size_limit) {
        REGS_ERROR(checker, descriptor->place,
                   "size of %s is not 1 to %" PRIu64 " bytes; correct it", descriptor->name,
                   size_limit);
        return;
    }
    if (align == 0 || align > size_limit || (align & (align - 1)) != 0) {
        REGS_ERROR(checker, descriptor->place,
                   "alignment of %s is no power of two up to %" PRIu64 "; correct it",
                   descriptor->name, size_limit);
        return;
    }
    if (descriptor->size_bytes % align != 0)
        REGS_ERROR(checker, descriptor->place,
                   "size of %s is no multiple of its alignment; add a "
                   "reserved range or align less",
                   descriptor->name);
    for (const struct regs_register *word = descriptor->words; word; word = word->next) {
        if (word->name && word->width_bits / 8 > align)
            REGS_ERROR(checker, word->place, "%s is wider than the alignment of %s; align more",
                       word->name, descriptor->name);
    }
    check_registers(checker, &space, descriptor->words);
    if (descriptor->owner)
        check_owner(checker, descriptor);
}

void regs_check(struct regs_device *device, struct arena *arena, struct diagnostics *diagnostics)
{
    struct regs_checker checker = {
        .arena = arena, .diagnostics = diagnostics, .layouts = {.arena = arena}};
    check_layouts(&checker, device);
    for (struct regs_window *window = device->windows; window; window = window->next)
        check_window(&checker, device, window);
    for (struct regs_descriptor *d = device->descriptors; d; d = d->next)
        check_descriptor(&checker, d);
    regs_check_names(device, arena, diagnostics);
}
