/* SPDX-License-Identifier: BSD-2-Clause */
#include <regs/register_file.h>

static bool reaches(const struct register_info *info, enum register_direction direction)
{
    if (direction == REGISTER_READ)
        return info->readable != 0;
    return (info->writable | info->write_one_clears | info->write_one_starts) != 0;
}

const struct register_info *register_find(const struct register_file *file, uint32_t offset,
                                          enum register_direction direction, uint32_t *index)
{
    for (size_t i = 0; i < file->register_count; i++) {
        const struct register_info *info = &file->registers[i];
        if (offset < info->offset || !reaches(info, direction))
            continue;
        uint32_t element = (offset - info->offset) / info->stride;
        uint32_t rest = (offset - info->offset) % info->stride;
        if (element < info->count && rest * file->unit_bytes < info->width_bits / 8) {
            *index = element;
            return info;
        }
    }
    return NULL;
}

uint64_t register_after_write(const struct register_info *info, uint64_t stored, uint64_t written)
{
    stored = (stored & ~info->writable) | (written & info->writable);
    stored &= ~(written & info->write_one_clears);
    return stored | (written & info->write_one_starts);
}

uint64_t register_read_value(const struct register_info *info, uint64_t stored)
{
    return stored & info->readable;
}

uint64_t register_after_read(const struct register_info *info, uint64_t stored)
{
    return stored & ~info->read_clears;
}

/* Text that grows up to a bound; length goes on counting beyond it. */
struct text {
    char *start;
    size_t size_bytes;
    size_t length;
};

static void put(struct text *text, const char *word)
{
    for (; *word; word++) {
        if (text->length + 1 < text->size_bytes)
            text->start[text->length] = *word;
        text->length++;
    }
}

static void put_hex(struct text *text, uint64_t number, unsigned digits)
{
    put(text, "0x");
    while (digits < 16 && number >> (4 * digits))
        digits++;
    while (digits-- > 0) {
        const char digit[2] = {"0123456789abcdef"[number >> (4 * digits) & 0xf], '\0'};
        put(text, digit);
    }
}

static void put_decimal(struct text *text, uint64_t number)
{
    char digits[21];
    char *first = &digits[sizeof(digits) - 1];
    *first = '\0';
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    put(text, first);
}

static void put_field(struct text *text, const struct register_field *field, uint64_t number)
{
    put(text, " ");
    put(text, field->name);
    for (size_t i = 0; i < field->value_count; i++) {
        if (field->values[i].number == number) {
            put(text, "=");
            put(text, field->values[i].name);
            return;
        }
    }
    if (field->mask >> field->shift == 1)
        return;
    put(text, "=");
    if (number > 9)
        put_hex(text, number, 1);
    else
        put_decimal(text, number);
}

size_t register_describe(const struct register_info *info, uint64_t value, char *text,
                         size_t size_bytes)
{
    struct text line = {text, size_bytes, 0};
    put(&line, info->name);
    put(&line, " ");
    put_hex(&line, value, info->width_bits / 4);
    for (size_t i = 0; i < info->field_count; i++) {
        uint64_t number = (value & info->fields[i].mask) >> info->fields[i].shift;
        if (number)
            put_field(&line, &info->fields[i], number);
    }
    if (size_bytes)
        text[line.length < size_bytes ? line.length : size_bytes - 1] = '\0';
    return line.length;
}
