/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gives every part of a register description its names in C and reports names that would come
 * twice: two registers of one name, but also a register A_B beside a field B of register A.
 */
#include "names.h"
#include "regs_model.h"

#include <stdarg.h>
#include <stdio.h>

struct naming {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct names taken; /* name in C -> struct place of what has it */
    const char *upper;  /* of the device */
    const char *lower;
};

/* Takes a name for what stands at a place. Reports and returns false if it is taken. */
static bool take(struct naming *naming, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool take(struct naming *naming, const struct place *place, const char *format, ...)
{
    char name[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof(name), format, arguments);
    va_end(arguments);
    char *kept = arena_format(naming->arena, "%s", name);
    const struct place *other = names_enter(&naming->taken, kept, (void *)place);
    if (!other)
        return true;
    diagnostics_error(naming->diagnostics, *place,
                      "%s would be the name in C of two things, here and in line %d; rename one of "
                      "them",
                      name, other->line);
    return false;
}

static void name_fields(struct naming *naming, struct regs_layout *layout)
{
    for (struct regs_field *field = layout->fields; field; field = field->next) {
        if (!field->name)
            continue;
        field->lower = name_lower(naming->arena, field->name);
        const struct place *place = &field->place;
        bool fresh = take(naming, place, "%s_%s", layout->upper, field->name) &&
                     take(naming, place, "%s_%s_SHIFT", layout->upper, field->name) &&
                     take(naming, place, "%s_%s", layout->lower, field->lower) &&
                     take(naming, place, "%s_with_%s", layout->lower, field->lower) &&
                     (field->high == field->low ||
                      take(naming, place, "%s_%s_MASK", layout->upper, field->name));
        for (struct regs_value *value = field->values; fresh && value; value = value->next)
            take(naming, &value->place, "%s_%s_%s", layout->upper, field->name, value->name);
    }
}

static void name_register(struct naming *naming, const struct regs_window *window,
                          struct regs_register *reg)
{
    struct arena *arena = naming->arena;
    const struct place *place = &reg->place;
    const char *lower = name_lower(arena, reg->name);
    reg->upper = arena_format(arena, "%s_%s", window->upper, reg->name);
    reg->lower = window->name ? arena_format(arena, "%s_%s", window->name, lower) : lower;
    bool fresh = take(naming, place, "%s", reg->upper) &&
                 take(naming, place, "%s_AT_RESET", reg->upper) &&
                 take(naming, place, "%s_read_%s", naming->lower, reg->lower) &&
                 take(naming, place, "%s_write_%s", naming->lower, reg->lower);
    if (reg->is_array && fresh)
        fresh = take(naming, place, "%s_COUNT", reg->upper) &&
                take(naming, place, "%s_STRIDE", reg->upper);
    if (fresh && reg->layout && !reg->layout_name) {
        reg->layout->upper = reg->upper;
        reg->layout->lower = arena_format(arena, "%s_%s", naming->lower, reg->lower);
        name_fields(naming, reg->layout);
    }
}

static void name_window(struct naming *naming, struct regs_window *window)
{
    struct arena *arena = naming->arena;
    window->upper = naming->upper;
    window->lower = naming->lower;
    if (window->name) {
        window->upper =
            arena_format(arena, "%s_%s", naming->upper, name_upper(arena, window->name));
        window->lower = arena_format(arena, "%s_%s", naming->lower, window->name);
    }
    if (!take(naming, &window->place, "%s_registers", window->lower) ||
        !take(naming, &window->place, "%s_SIZE_BYTES", window->upper) ||
        !take(naming, &window->place, "%s_SIZE_WORDS", window->upper))
        return;
    for (struct regs_register *reg = window->registers; reg; reg = reg->next) {
        if (reg->name)
            name_register(naming, window, reg);
    }
}

static bool name_word(struct naming *naming, const struct regs_descriptor *descriptor,
                      struct regs_register *word)
{
    const struct place *place = &word->place;
    const char *lower = name_lower(naming->arena, word->name);
    word->upper = arena_format(naming->arena, "%s_%s", descriptor->upper, word->name);
    word->lower = lower;
    bool fresh = take(naming, place, "%s", word->upper) &&
                 take(naming, place, "%s_%s", descriptor->lower, lower) &&
                 take(naming, place, "%s_set_%s", descriptor->lower, lower);
    if (fresh && descriptor->order == ORDER_BOTH)
        fresh = take(naming, place, "%s_%s_be", descriptor->lower, lower) &&
                take(naming, place, "%s_set_%s_be", descriptor->lower, lower);
    if (fresh && word->layout && !word->layout_name) {
        word->layout->upper = word->upper;
        word->layout->lower = arena_format(naming->arena, "%s_%s", descriptor->lower, lower);
        name_fields(naming, word->layout);
    }
    return fresh;
}

static void name_descriptor(struct naming *naming, struct regs_descriptor *descriptor)
{
    struct arena *arena = naming->arena;
    descriptor->upper =
        arena_format(arena, "%s_%s", naming->upper, name_upper(arena, descriptor->name));
    descriptor->lower = arena_format(arena, "%s_%s", naming->lower, descriptor->name);
    if (!take(naming, &descriptor->place, "%s", descriptor->lower))
        return;
    if (descriptor->owner &&
        (!take(naming, &descriptor->owner->place, "%s_hardware_owns", descriptor->lower) ||
         !take(naming, &descriptor->owner->place, "%s_hand_over", descriptor->lower)))
        return;
    for (struct regs_register *word = descriptor->words; word; word = word->next) {
        if (word->name)
            name_word(naming, descriptor, word);
    }
}

void regs_check_names(struct regs_device *device, struct arena *arena,
                      struct diagnostics *diagnostics)
{
    struct naming naming = {
        .arena = arena,
        .diagnostics = diagnostics,
        .taken = {.arena = arena},
        .upper = name_upper(arena, device->name),
        .lower = device->name,
    };
    device->upper = naming.upper;
    if (name_is_reserved(device->name))
        diagnostics_error(diagnostics, device->place,
                          "%s is a word of C; name the device otherwise", device->name);
    for (struct regs_value *constant = device->constants; constant; constant = constant->next)
        take(&naming, &constant->place, "%s_%s", naming.upper, constant->name);
    for (struct regs_layout *layout = device->layouts; layout; layout = layout->next) {
        layout->upper = arena_format(arena, "%s_%s", naming.upper, name_upper(arena, layout->name));
        layout->lower = arena_format(arena, "%s_%s", naming.lower, layout->name);
        name_fields(&naming, layout);
    }
    for (struct regs_window *window = device->windows; window; window = window->next)
        name_window(&naming, window);
    for (struct regs_descriptor *d = device->descriptors; d; d = d->next)
        name_descriptor(&naming, d);
}
