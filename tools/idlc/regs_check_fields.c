/* SPDX-License-Identifier: BSD-2-Clause */
/* The bits of a word: each belongs to one field or is reserved; values fit their field. */
#include "regs_check.h"

#include <inttypes.h>

static void check_values(struct regs_checker *checker, const struct regs_field *field)
{
    unsigned width = field->high - field->low + 1;
    for (const struct regs_value *value = field->values; value; value = value->next) {
        if (value->number > regs_width_mask(width))
            REGS_ERROR(checker, value->place,
                       "value %s = %" PRIu64
                       " does not fit into the %u bits of %s; correct the number or "
                       "the field",
                       value->name, value->number, width, field->name);
        /* Fields have few values; the bound keeps a hostile file from taking quadratic time. */
        int compared = 0;
        for (const struct regs_value *other = field->values; other != value && compared < 256;
             other = other->next, compared++) {
            if (other->number == value->number)
                REGS_ERROR(checker, value->place,
                           "value %s of %s is the number of %s; one number has one name",
                           value->name, field->name, other->name);
        }
    }
}

/* A field's own bits. Returns false if they cannot be placed in a word. */
static bool check_field(struct regs_checker *checker, const struct regs_field *field,
                        unsigned width, const char *owner)
{
    const char *name = field->name ? field->name : "reserved";
    if (field->high < field->low) {
        REGS_ERROR(checker, field->place, "bits of %s run upwards; write %u:%u", name, field->low,
                   field->high);
        return false;
    }
    if (field->high >= width) {
        REGS_ERROR(checker, field->place,
                   "%s has bit %u, but %s ends at bit %u; correct the bit or the "
                   "width",
                   name, field->high, owner, width - 1);
        return false;
    }
    if (field->values)
        check_values(checker, field);
    return true;
}

/* Spells a range of bits as it is typed. */
static const char *bits_text(struct regs_checker *checker, unsigned high, unsigned low)
{
    return high == low ? arena_format(checker->arena, "%u", low)
                       : arena_format(checker->arena, "%u:%u", high, low);
}

/* Fields of a word of known width: each bit once. */
void regs_check_fields(struct regs_checker *checker, const struct regs_layout *layout,
                       unsigned width, const char *owner, struct place place)
{
    const struct regs_field *bit_owner[64] = {NULL};
    bool whole = true;
    for (const struct regs_field *field = layout->fields; field; field = field->next) {
        if (!check_field(checker, field, width, owner)) {
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
            REGS_ERROR(checker, field->place, "%s overlaps %s in %s; give every bit one meaning",
                       field->name ? field->name : "reserved",
                       other->name ? other->name : "reserved", owner);
    }
    for (unsigned low = 0; whole && low < width; low++) {
        unsigned high = low;
        if (bit_owner[low])
            continue;
        while (high + 1 < width && !bit_owner[high + 1])
            high++;
        const char *bits = bits_text(checker, high, low);
        REGS_ERROR(checker, place, "bits %s of %s have no meaning; name them or add `reserved %s`",
                   bits, owner, bits);
        low = high;
    }
}
