/* SPDX-License-Identifier: BSD-2-Clause */
/* The register file as data (libs/regs): for device models, fuzzers and traces. */
#include "names.h"
#include "regs_write.h"

#include <inttypes.h>
#include <string.h>

/* The name of the file in a path. */
static const char *file_name(const char *stem)
{
    const char *slash = strrchr(stem, '/');
    return slash ? slash + 1 : stem;
}

static void write_opening(struct writer *writer, const struct regs_device *device, const char *what)
{
    write_line(writer, "/* SPDX-License-Identifier: BSD-2-Clause */");
    write_line(writer, "/*");
    write_line(writer, " * %s: %s.", device->description, what);
    write_line(writer, " *");
    write_line(writer, " * Made by idlc from %s.regs; change that file, not this one.",
               device->stem);
    write_line(writer, " */");
}

/* The part of a register's upper-case name behind that of the device. */
static const char *index_name(const struct regs_device *device, const struct regs_register *reg)
{
    return reg->upper + strlen(device->upper) + 1;
}

void regs_write_model_header(struct writer *writer, const void *model)
{
    const struct regs_device *device = model;
    write_opening(writer, device, "its register file");
    write_line(writer, "#ifndef %s_MODEL_H", device->upper);
    write_line(writer, "#define %s_MODEL_H", device->upper);
    write_blank(writer);
    write_line(writer, "#include <regs/register_file.h>");
    for (const struct regs_window *window = device->windows; window; window = window->next) {
        write_blank(writer);
        write_comment(writer, window->description);
        write_line(writer, "extern const struct register_file %s_registers;", window->lower);
        write_open(writer, "enum {");
        for (const struct regs_register *reg = window->registers; reg; reg = reg->next) {
            if (reg->name)
                write_line(writer, "%s_MODEL_%s,", device->upper, index_name(device, reg));
        }
        write_line(writer, "%s_MODEL_COUNT,", window->upper);
        write_close(writer, "};");
    }
    write_blank(writer);
    write_line(writer, "#endif");
}

static void write_values(struct writer *writer, const struct regs_layout *layout,
                         const struct regs_field *field)
{
    write_blank(writer);
    write_open(writer, "static const struct register_value %s_%s_values[] = {", layout->lower,
               field->lower);
    for (const struct regs_value *value = field->values; value; value = value->next)
        write_line(writer, "{\"%s\", %" PRIu64 "U, \"%s\"},", value->name, value->number,
                   value->description);
    write_close(writer, "};");
}

static bool has_named_fields(const struct regs_layout *layout)
{
    for (const struct regs_field *field = layout ? layout->fields : NULL; field;
         field = field->next) {
        if (field->name)
            return true;
    }
    return false;
}

static void write_fields(struct writer *writer, const struct regs_layout *layout)
{
    if (!has_named_fields(layout))
        return;
    for (const struct regs_field *field = layout->fields; field; field = field->next) {
        if (field->values)
            write_values(writer, layout, field);
    }
    write_blank(writer);
    write_open(writer, "static const struct register_field %s_fields[] = {", layout->lower);
    for (const struct regs_field *field = layout->fields; field; field = field->next) {
        if (!field->name)
            continue;
        write_open(writer, "{");
        write_line(writer, ".name = \"%s\",", field->name);
        write_line(writer, ".description = \"%s\",", field->description);
        write_line(writer, ".mask = 0x%" PRIx64 ",", regs_field_mask(field));
        write_line(writer, ".shift = %u,", field->low);
        if (field->values) {
            const char *lower = layout->lower;
            write_line(writer, ".values = %s_%s_values,", lower, field->lower);
            write_line(writer, ".value_count = sizeof(%s_%s_values) / sizeof(%s_%s_values[0]),",
                       lower, field->lower, lower, field->lower);
        }
        write_close(writer, "},");
    }
    write_close(writer, "};");
}

static void write_register(struct writer *writer, const struct regs_device *device,
                           const struct regs_register *reg)
{
    write_open(writer, "[%s_MODEL_%s] = {", device->upper, index_name(device, reg));
    write_line(writer, ".name = \"%s\",", reg->name);
    write_line(writer, ".description = \"%s\",", reg->description);
    write_line(writer, ".offset = 0x%02" PRIx64 ",", reg->offset);
    write_line(writer, ".width_bits = %u,", reg->width_bits);
    write_line(writer, ".count = %" PRIu64 ",", reg->count);
    write_line(writer, ".stride = %" PRIu64 ",", reg->stride);
    write_line(writer, ".has_reset = %s,", reg->has_reset ? "true" : "false");
    const struct {
        const char *name;
        uint64_t bits;
    } masks[] = {
        {"reset", reg->reset},
        {"readable", regs_readable(reg)},
        {"writable", regs_bits_with(reg, ACCESS_RW) | regs_bits_with(reg, ACCESS_WO)},
        {"read_clears", regs_bits_with(reg, ACCESS_RC)},
        {"write_one_clears", regs_bits_with(reg, ACCESS_W1C)},
        {"write_one_starts", regs_bits_with(reg, ACCESS_SC)},
    };
    for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++)
        write_line(writer, ".%s = 0x%0*" PRIx64 ",", masks[i].name, (int)reg->width_bits / 4,
                   masks[i].bits);
    if (has_named_fields(reg->layout)) {
        write_line(writer, ".fields = %s_fields,", reg->layout->lower);
        write_line(writer, ".field_count = sizeof(%s_fields) / sizeof(%s_fields[0]),",
                   reg->layout->lower, reg->layout->lower);
    }
    write_close(writer, "},");
}

/* Whether a register of any window uses a shared layout: unused tables are warnings. */
static bool is_used(const struct regs_device *device, const struct regs_layout *layout)
{
    for (const struct regs_window *window = device->windows; window; window = window->next) {
        for (const struct regs_register *reg = window->registers; reg; reg = reg->next) {
            if (reg->layout == layout)
                return true;
        }
    }
    return false;
}

static void write_window(struct writer *writer, const struct regs_device *device,
                         const struct regs_window *window)
{
    for (const struct regs_register *reg = window->registers; reg; reg = reg->next) {
        if (reg->layout && !reg->layout_name)
            write_fields(writer, reg->layout);
    }
    write_blank(writer);
    write_open(writer, "static const struct register_info %s_table[%s_MODEL_COUNT + 1] = {",
               window->lower, window->upper);
    for (const struct regs_register *reg = window->registers; reg; reg = reg->next) {
        if (reg->name)
            write_register(writer, device, reg);
    }
    write_close(writer, "};");
    write_blank(writer);
    write_open(writer, "const struct register_file %s_registers = {", window->lower);
    write_line(writer, ".name = \"%s\",", window->lower);
    write_line(writer, ".description = \"%s\",", window->description);
    write_line(writer, ".unit_bytes = %u,", window->unit_bytes);
    write_line(writer, ".size = 0x%" PRIx64 ",", window->size);
    write_line(writer, ".registers = %s_table,", window->lower);
    write_line(writer, ".register_count = %s_MODEL_COUNT,", window->upper);
    write_close(writer, "};");
}

void regs_write_model(struct writer *writer, const void *model)
{
    const struct regs_device *device = model;
    write_opening(writer, device, "its register file");
    write_line(writer, "#include \"%s_model.h\"", file_name(device->stem));
    for (const struct regs_layout *layout = device->layouts; layout; layout = layout->next) {
        if (is_used(device, layout))
            write_fields(writer, layout);
    }
    for (const struct regs_window *window = device->windows; window; window = window->next)
        write_window(writer, device, window);
}
