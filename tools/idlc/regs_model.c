/* SPDX-License-Identifier: BSD-2-Clause */
#include "regs_model.h"

uint64_t regs_width_mask(unsigned width_bits)
{
    return width_bits >= 64 ? UINT64_MAX : (UINT64_C(1) << width_bits) - 1;
}

uint64_t regs_field_mask(const struct regs_field *field)
{
    if (field->high > 63 || field->high < field->low)
        return 0;
    return regs_width_mask(field->high - field->low + 1) << field->low;
}

enum regs_access regs_field_access(const struct regs_register *reg, const struct regs_field *field)
{
    return field->access == ACCESS_INHERITED ? reg->access : field->access;
}

uint64_t regs_bits_with(const struct regs_register *reg, enum regs_access access)
{
    if (!reg->layout)
        return reg->access == access ? regs_width_mask(reg->width_bits) : 0;
    uint64_t bits = 0;
    for (const struct regs_field *field = reg->layout->fields; field; field = field->next) {
        if (field->name && regs_field_access(reg, field) == access)
            bits |= regs_field_mask(field);
    }
    return bits;
}

uint64_t regs_readable(const struct regs_register *reg)
{
    uint64_t bits = regs_width_mask(reg->width_bits) & ~regs_bits_with(reg, ACCESS_WO);
    return reg->access == ACCESS_WO && bits == regs_width_mask(reg->width_bits) ? 0 : bits;
}

uint64_t regs_writable(const struct regs_register *reg)
{
    return regs_bits_with(reg, ACCESS_RW) | regs_bits_with(reg, ACCESS_WO) |
           regs_bits_with(reg, ACCESS_W1C) | regs_bits_with(reg, ACCESS_SC);
}

const char *regs_access_text(enum regs_access access)
{
    static const char *const texts[] = {
        [ACCESS_INHERITED] = "", [ACCESS_RW] = "rw",   [ACCESS_RO] = "ro", [ACCESS_WO] = "wo",
        [ACCESS_RC] = "rc",      [ACCESS_W1C] = "w1c", [ACCESS_SC] = "sc",
    };
    return texts[access];
}
