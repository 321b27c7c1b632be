/* SPDX-License-Identifier: BSD-2-Clause */
/* Accessors and constants for drivers: one load or store each, all of it inline. */
#include "regs_write.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { COLUMNS = 100, NAME_COLUMNS = 36 };

const char *regs_type(unsigned width_bits)
{
    return width_bits == 8    ? "uint8_t"
           : width_bits == 16 ? "uint16_t"
           : width_bits == 32 ? "uint32_t"
                              : "uint64_t";
}

const char *regs_constant_macro(unsigned width_bits)
{
    return width_bits == 64 ? "UINT64_C" : "UINT32_C";
}

void regs_write_define(struct writer *writer, const char *description, const char *text,
                       const char *name_format, ...)
{
    char name[400];
    va_list arguments;
    va_start(arguments, name_format);
    vsnprintf(name, sizeof(name), name_format, arguments);
    va_end(arguments);
    size_t columns = strlen("#define ") +
                     (strlen(name) > NAME_COLUMNS ? strlen(name) : NAME_COLUMNS) + 1 + strlen(text);
    if (!description) {
        write_line(writer, "#define %-*s %s", NAME_COLUMNS, name, text);
    } else if (columns + strlen(description) + strlen(" /*  */") <= COLUMNS) {
        write_line(writer, "#define %-*s %s /* %s */", NAME_COLUMNS, name, text, description);
    } else {
        write_comment(writer, description);
        write_line(writer, "#define %-*s %s", NAME_COLUMNS, name, text);
    }
}

static void write_field_constants(struct writer *writer, const struct regs_layout *layout,
                                  const struct regs_field *field)
{
    char text[100];
    const char *macro = regs_constant_macro(layout->width_bits);
    int digits = (int)layout->width_bits / 4;
    snprintf(text, sizeof(text), "%s(0x%0*" PRIx64 ")", macro, digits, regs_field_mask(field));
    if (field->high == field->low) {
        regs_write_define(writer, field->description, text, "%s_%s", layout->upper, field->name);
    } else {
        regs_write_define(writer, field->description, text, "%s_%s_MASK", layout->upper,
                          field->name);
        write_line(writer, "#define %s_%s(x) ((%s)(x) << %u & %s)", layout->upper, field->name,
                   regs_type(layout->width_bits < 32 ? 32 : layout->width_bits), field->low, text);
    }
    snprintf(text, sizeof(text), "%u", field->low);
    regs_write_define(writer, NULL, text, "%s_%s_SHIFT", layout->upper, field->name);
    for (const struct regs_value *value = field->values; value; value = value->next) {
        snprintf(text, sizeof(text), "%" PRIu64, value->number);
        regs_write_define(writer, value->description, text, "%s_%s_%s", layout->upper, field->name,
                          value->name);
    }
}

static void write_field_functions(struct writer *writer, const struct regs_layout *layout,
                                  const struct regs_field *field)
{
    const char *type = regs_type(layout->width_bits);
    bool is_bit = field->high == field->low;
    char mask[200];
    snprintf(mask, sizeof(mask), "%s_%s%s", layout->upper, field->name, is_bit ? "" : "_MASK");
    write_blank(writer);
    write_line(writer, "static inline %s %s_%s(%s value)", is_bit ? "bool" : type, layout->lower,
               field->lower, type);
    write_open(writer, "{");
    if (is_bit)
        write_line(writer, "return (value & %s) != 0;", mask);
    else
        write_line(writer, "return (%s)((value & %s) >> %u);", type, mask, field->low);
    write_close(writer, "}");
    write_blank(writer);
    write_line(writer, "static inline %s %s_with_%s(%s value, %s x)", type, layout->lower,
               field->lower, type, is_bit ? "bool" : type);
    write_open(writer, "{");
    if (is_bit)
        write_line(writer, "return (%s)(x ? value | %s : value & ~%s);", type, mask, mask);
    else
        write_line(writer, "return (%s)((value & ~%s) | %s_%s(x));", type, mask, layout->upper,
                   field->name);
    write_close(writer, "}");
}

static void write_layout_constants(struct writer *writer, const struct regs_layout *layout)
{
    for (const struct regs_field *field = layout->fields; field; field = field->next) {
        if (field->name)
            write_field_constants(writer, layout, field);
    }
}

static void write_layout_functions(struct writer *writer, const struct regs_layout *layout)
{
    for (const struct regs_field *field = layout->fields; field; field = field->next) {
        if (field->name)
            write_field_functions(writer, layout, field);
    }
}

void regs_write_layout(struct writer *writer, const struct regs_layout *layout)
{
    write_blank(writer);
    write_comment(writer, layout->description);
    write_layout_constants(writer, layout);
    write_layout_functions(writer, layout);
}

static void write_register_constants(struct writer *writer, const struct regs_window *window,
                                     const struct regs_register *reg)
{
    char text[100];
    write_blank(writer);
    snprintf(text, sizeof(text), "0x%02" PRIx64, reg->offset);
    regs_write_define(writer, reg->description, text, "%s", reg->upper);
    if (reg->has_reset) {
        snprintf(text, sizeof(text), "%s(0x%0*" PRIx64 ")", regs_constant_macro(reg->width_bits),
                 (int)reg->width_bits / 4, reg->reset);
        regs_write_define(writer, NULL, text, "%s_AT_RESET", reg->upper);
    }
    if (reg->is_array) {
        snprintf(text, sizeof(text), "%" PRIu64, reg->count);
        regs_write_define(writer, NULL, text, "%s_COUNT", reg->upper);
        snprintf(text, sizeof(text), "%" PRIu64, reg->stride);
        regs_write_define(writer,
                          window->width_bits ? "words from one to the next"
                                             : "bytes from one to the next",
                          text, "%s_STRIDE", reg->upper);
    }
    if (reg->layout && !reg->layout_name)
        write_layout_constants(writer, reg->layout);
}

/* Spells where a register is, behind `base + `. */
static void place_text(char *text, size_t size_bytes, const struct regs_register *reg)
{
    if (reg->is_array)
        snprintf(text, size_bytes, "%s + (size_t)index * %s_STRIDE", reg->upper, reg->upper);
    else
        snprintf(text, size_bytes, "%s", reg->upper);
}

static void write_mmio_accessors(struct writer *writer, const struct regs_device *device,
                                 const struct regs_register *reg)
{
    const char *type = regs_type(reg->width_bits);
    const char *index = reg->is_array ? ", unsigned index" : "";
    char place[200];
    place_text(place, sizeof(place), reg);
    if (regs_readable(reg)) {
        write_blank(writer);
        write_line(writer, "static inline %s %s_read_%s(const volatile void *base%s)", type,
                   device->name, reg->lower, index);
        write_open(writer, "{");
        write_line(writer, "return *(const volatile %s *)((const volatile char *)base + %s);", type,
                   place);
        write_close(writer, "}");
    }
    if (regs_writable(reg)) {
        write_blank(writer);
        write_line(writer, "static inline void %s_write_%s(volatile void *base%s, %s value)",
                   device->name, reg->lower, index, type);
        write_open(writer, "{");
        write_line(writer, "*(volatile %s *)((volatile char *)base + %s) = value;", type, place);
        write_close(writer, "}");
    }
}

static void write_port_accessors(struct writer *writer, const struct regs_device *device,
                                 const struct regs_register *reg)
{
    const char *type = regs_type(reg->width_bits);
    const char *index = reg->is_array ? ", unsigned index" : "";
    char suffix = reg->width_bits == 8 ? 'b' : reg->width_bits == 16 ? 'w' : 'l';
    char place[200];
    place_text(place, sizeof(place), reg);
    if (regs_readable(reg)) {
        write_blank(writer);
        write_line(writer, "static inline %s %s_read_%s(uint16_t base%s)", type, device->name,
                   reg->lower, index);
        write_open(writer, "{");
        write_line(writer, "%s value;", type);
        write_line(writer,
                   "__asm__ volatile(\"in%c %%w1, %%0\" : \"=a\"(value) : "
                   "\"Nd\"((uint16_t)(base + %s)));",
                   suffix, place);
        write_line(writer, "return value;");
        write_close(writer, "}");
    }
    if (regs_writable(reg)) {
        write_blank(writer);
        write_line(writer, "static inline void %s_write_%s(uint16_t base%s, %s value)",
                   device->name, reg->lower, index, type);
        write_open(writer, "{");
        write_line(writer,
                   "__asm__ volatile(\"out%c %%0, %%w1\" : : \"a\"(value), "
                   "\"Nd\"((uint16_t)(base + %s)));",
                   suffix, place);
        write_close(writer, "}");
    }
}

static void write_window(struct writer *writer, const struct regs_device *device,
                         const struct regs_window *window)
{
    char text[100];
    snprintf(text, sizeof(text), "0x%" PRIx64, window->size);
    write_blank(writer);
    regs_write_define(writer, window->description, text, "%s_SIZE_%s", window->upper,
                      window->width_bits ? "WORDS" : "BYTES");
    for (const struct regs_register *reg = window->registers; reg; reg = reg->next) {
        if (reg->name)
            write_register_constants(writer, window, reg);
    }
    for (const struct regs_register *reg = window->registers; reg; reg = reg->next) {
        if (!reg->name)
            continue;
        if (window->kind == WINDOW_MMIO)
            write_mmio_accessors(writer, device, reg);
        else if (window->kind == WINDOW_PORTS)
            write_port_accessors(writer, device, reg);
        if (reg->layout && !reg->layout_name)
            write_layout_functions(writer, reg->layout);
    }
}

/* As it was typed where that is the same in C: a leading 0 makes another number, a large decimal
 * one has another type. */
static void write_constant(struct writer *writer, const struct regs_device *device,
                           const struct regs_value *constant)
{
    char text[100];
    if (constant->typed[0] != '0' && constant->number <= INT32_MAX)
        snprintf(text, sizeof(text), "%" PRIu64, constant->number);
    else
        snprintf(text, sizeof(text), "0x%" PRIx64 "%s", constant->number,
                 constant->number > UINT32_MAX ? "UL" : "");
    regs_write_define(writer, constant->description, text, "%s_%s", device->upper, constant->name);
}

void regs_write_header(struct writer *writer, const void *model)
{
    const struct regs_device *device = model;
    write_line(writer, "/* SPDX-License-Identifier: BSD-2-Clause */");
    write_line(writer, "/*");
    write_line(writer, " * %s", device->description);
    write_line(writer, " *");
    write_line(writer, " * Made by idlc from %s.regs; change that file, not this one.",
               device->stem);
    write_line(writer, " */");
    write_line(writer, "#ifndef %s_REGS_H", device->upper);
    write_line(writer, "#define %s_REGS_H", device->upper);
    write_blank(writer);
    write_line(writer, "#include <assert.h>");
    write_line(writer, "#include <stdbool.h>");
    write_line(writer, "#include <stddef.h>");
    write_line(writer, "#include <stdint.h>");
    write_blank(writer);
    for (const struct regs_value *constant = device->constants; constant; constant = constant->next)
        write_constant(writer, device, constant);
    for (const struct regs_layout *layout = device->layouts; layout; layout = layout->next)
        regs_write_layout(writer, layout);
    for (const struct regs_window *window = device->windows; window; window = window->next)
        write_window(writer, device, window);
    for (const struct regs_descriptor *d = device->descriptors; d; d = d->next)
        regs_write_descriptor(writer, d);
    write_blank(writer);
    write_line(writer, "#endif");
}
