// SPDX-License-Identifier: BSD-2-Clause
#include <interface/trace.h>

#include <abi/message.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text {
    char *start;
    size_t size, length;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    if (text->length + 1 >= text->size)
        return;
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(text->start + text->length, text->size - text->length, format, arguments);
    va_end(arguments);
    size_t room = text->size - text->length - 1;
    text->length += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room;
}

const struct trace_operation *trace_operation_of(const struct trace_interface *interface,
                                                 uint64_t tag)
{
    const struct trace_operation *operation = interface->operations;
    while (operation->name && operation->label != l4_tag_label(tag))
        operation++;
    return operation->name ? operation : NULL;
}

static const char *name_of(const struct trace_name *names, uint64_t value)
{
    while (names->name && names->value != value)
        names++;
    return names->name;
}

static void add_bytes(struct text *text, const uint64_t *words, unsigned first, size_t bytes,
                      unsigned most_words)
{
    for (size_t i = 0; i < bytes && first + i / 8 < most_words; i++)
        add(text, "%s%02x", i ? ":" : "", (unsigned)(words[first + i / 8] >> (i % 8 * 8) & 0xff));
}

static void add_string(struct text *text, const uint64_t *words, unsigned first, size_t bytes,
                       unsigned most_words)
{
    for (size_t i = 0; i < bytes && first + i / 8 < most_words; i++) {
        char c = (char)(words[first + i / 8] >> (i % 8 * 8) & 0xff);
        add(text, "%c", c < ' ' || c == 0x7f ? '.' : c);
    }
}

/* A single word. */
static void add_value(struct text *text, const struct trace_field *field, uint64_t word)
{
    const char *name = field->kind == TRACE_ENUM ? name_of(field->names, word) : NULL;
    if (name)
        add(text, "%s", name);
    else if (field->kind == TRACE_BOOL && word <= 1)
        add(text, "%s", word ? "true" : "false");
    else if (field->kind == TRACE_SIGNED)
        add(text, "%ld", (long)word);
    else
        add(text, word > 0xffff ? "0x%lx" : "%lu", (unsigned long)word);
}

static void add_fields(struct text *text, const struct trace_field *field, unsigned bounded,
                       uint64_t tag, const uint64_t *words)
{
    unsigned count = l4_tag_words(tag) > L4_WORDS_MAX ? L4_WORDS_MAX : l4_tag_words(tag);
    for (; field->name; field++) {
        add(text, " %s=", field->name);
        if (field->kind == TRACE_MEMORY || field->kind == TRACE_HANDLE) {
            add(text, "item %u", field->word);
            continue;
        }
        if (field->word >= count) {
            add(text, "?");
            continue;
        }
        uint64_t word = words[field->word];
        if (field->kind == TRACE_BYTES) {
            add_bytes(text, words, field->word, field->bytes, count);
        } else if (field->kind == TRACE_STRING || field->kind == TRACE_ARRAY) {
            uint64_t bytes = word > sizeof(uint64_t) * L4_WORDS_MAX ? 0 : word * field->bytes;
            (field->kind == TRACE_STRING ? add_string : add_bytes)(text, words, bounded, bytes,
                                                                   count);
            bounded += (unsigned)((bytes + 7) / 8);
        } else {
            add_value(text, field, word);
        }
    }
}

size_t trace_request(const struct trace_interface *interface, uint64_t tag, const uint64_t *words,
                     char *text_start, size_t size)
{
    struct text text = {text_start, size, 0};
    const struct trace_operation *operation = trace_operation_of(interface, tag);
    text_start[0] = 0;
    if (!operation) {
        add(&text, "%s.(no operation with label 0x%lx)", interface->name,
            (unsigned long)l4_tag_label(tag));
        return text.length;
    }
    add(&text, "%s.%s", interface->name, operation->name);
    add_fields(&text, operation->in, operation->fixed_in, tag, words);
    return text.length;
}

size_t trace_reply(const struct trace_interface *interface, const struct trace_operation *operation,
                   uint64_t tag, const uint64_t *words, char *text_start, size_t size)
{
    struct text text = {text_start, size, 0};
    uint64_t label = l4_tag_label(tag);
    text_start[0] = 0;
    add(&text, "%s.%s ->", interface->name, operation->name);
    if (label == 0) {
        add_fields(&text, operation->out, operation->fixed_out, tag, words);
        return text.length;
    }
    const char *name = name_of(interface->errors, label);
    if (name)
        add(&text, " error %s", name);
    else
        add(&text, " status %d", (int16_t)label);
    return text.length;
}
