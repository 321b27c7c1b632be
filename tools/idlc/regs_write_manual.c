/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual page of a device, section 4, in the man macros of roff. */
#include "regs_write.h"

#include <inttypes.h>

/* A sentence on a line of its own. The zero-width character keeps roff from reading a leading dot
 * as a request. */
static void write_sentence(struct writer *writer, const char *text)
{
    write_line(writer, "\\&%s", text);
}

static void write_fields(struct writer *writer, const struct regs_register *reg,
                         const struct regs_layout *layout)
{
    for (const struct regs_field *field = layout->fields; field; field = field->next) {
        char bits[40], access[20] = "";
        if (field->high == field->low)
            snprintf(bits, sizeof(bits), "%u", field->low);
        else
            snprintf(bits, sizeof(bits), "%u:%u", field->high, field->low);
        if (field->access != ACCESS_INHERITED && (!reg || field->access != reg->access))
            snprintf(access, sizeof(access), " (%s)", regs_access_text(field->access));
        write_line(writer, ".TP");
        write_line(writer, ".B \"%s  %s%s\"", bits, field->name ? field->name : "reserved", access);
        write_sentence(writer, field->description ? field->description : "No meaning.");
        for (const struct regs_value *value = field->values; value; value = value->next) {
            write_line(writer, ".br");
            write_line(writer, "%" PRIu64 " %s: %s", value->number, value->name,
                       value->description);
        }
    }
}

static void write_place(struct writer *writer, const struct regs_register *reg, bool has_access)
{
    write_text(writer, "Offset 0x%02" PRIx64 ", %u bits", reg->offset, reg->width_bits);
    if (has_access)
        write_text(writer, ", %s", regs_access_text(reg->access));
    if (has_access && reg->has_reset)
        write_text(writer, ", reset 0x%0*" PRIx64, (int)reg->width_bits / 4, reg->reset);
    if (reg->is_array)
        write_text(writer, ", %" PRIu64 " elements, stride %" PRIu64, reg->count, reg->stride);
    if (reg->layout_name)
        write_text(writer, ", layout %s", reg->layout_name);
    write_line(writer, ".");
}

static void write_registers(struct writer *writer, const struct regs_register *regs,
                            bool has_access)
{
    for (const struct regs_register *reg = regs; reg; reg = reg->next) {
        if (!reg->name) {
            if (reg->description) {
                write_line(writer, ".SS reserved 0x%02" PRIx64 "..0x%02" PRIx64, reg->offset,
                           reg->last);
                write_sentence(writer, reg->description);
            }
            continue;
        }
        write_line(writer, ".SS %s", reg->name);
        write_sentence(writer, reg->description);
        write_line(writer, ".br");
        write_place(writer, reg, has_access);
        if (reg->layout && !reg->layout_name)
            write_fields(writer, reg, reg->layout);
    }
}

static void write_layouts(struct writer *writer, const struct regs_device *device)
{
    if (device->layouts)
        write_line(writer, ".SH LAYOUTS");
    for (const struct regs_layout *layout = device->layouts; layout; layout = layout->next) {
        write_line(writer, ".SS %s", layout->name);
        write_sentence(writer, layout->description);
        write_fields(writer, NULL, layout);
    }
}

static void write_windows(struct writer *writer, const struct regs_device *device)
{
    for (const struct regs_window *window = device->windows; window; window = window->next) {
        const char *kind = window->kind == WINDOW_MMIO    ? "REGISTERS"
                           : window->kind == WINDOW_PORTS ? "PORTS"
                                                          : "MEMORY";
        write_line(writer, ".SH %s%s%s", kind, window->name ? " " : "",
                   window->name ? window->name : "");
        write_line(writer, "\\&%s, %" PRIu64 " %s.", window->description, window->size,
                   window->width_bits ? "words" : "bytes");
        write_registers(writer, window->registers, true);
    }
}

static void write_descriptors(struct writer *writer, const struct regs_device *device)
{
    static const char *const orders[] = {
        [ORDER_LITTLE] = "little-endian",
        [ORDER_BIG] = "big-endian",
        [ORDER_BOTH] = "little- or big-endian",
    };
    for (const struct regs_descriptor *d = device->descriptors; d; d = d->next) {
        write_line(writer, ".SH DESCRIPTOR %s", d->name);
        write_line(writer, "\\&%s, %" PRIu64 " bytes, aligned to %" PRIu64 ", %s.", d->description,
                   d->size_bytes, d->align_bytes, orders[d->order]);
        if (d->owner)
            write_line(writer, "The device owns it while %s.%s is %" PRIu64 ".",
                       d->owner->word_name, d->owner->field_name, d->owner->hardware);
        write_registers(writer, d->words, false);
    }
}

/* What the words behind a width mean, to whoever opens the page without knowing the language. */
static void write_access_kinds(struct writer *writer)
{
    static const struct {
        enum regs_access access;
        const char *meaning;
    } kinds[] = {
        {ACCESS_RW, "what is written can be read"},
        {ACCESS_RO, "writes do nothing"},
        {ACCESS_WO, "reads say nothing"},
        {ACCESS_RC, "a read clears, writes do nothing"},
        {ACCESS_W1C, "a one that is written clears the bit"},
        {ACCESS_SC, "a one that is written starts something and reads one until it is done"},
    };
    write_line(writer, ".SH ACCESS");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        write_line(writer, ".TP");
        write_line(writer, ".B %s", regs_access_text(kinds[i].access));
        write_sentence(writer, kinds[i].meaning);
    }
}

void regs_write_manual(struct writer *writer, const void *model)
{
    const struct regs_device *device = model;
    write_line(writer, ".\\\" SPDX-License-Identifier: BSD-2-Clause");
    write_line(writer, ".\\\" Made by idlc from %s.regs; change that file, not this one.",
               device->stem);
    write_line(writer, ".TH %s 4 \"\" Pecan \"Devices\"", device->upper);
    write_line(writer, ".SH NAME");
    write_line(writer, "%s \\- %s", device->name, device->description);
    if (device->constants)
        write_line(writer, ".SH CONSTANTS");
    for (const struct regs_value *constant = device->constants; constant;
         constant = constant->next) {
        write_line(writer, ".TP");
        write_line(writer, ".B \"%s = %s\"", constant->name, constant->typed);
        write_sentence(writer, constant->description);
    }
    write_access_kinds(writer);
    write_layouts(writer, device);
    write_windows(writer, device);
    write_descriptors(writer, device);
}
