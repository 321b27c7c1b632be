/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors in main memory: a structure that the device sees, accessors through volatile
 * pointers, and the two places where order matters: looking at the owner bit, and giving it away.
 */
#include "regs_write.h"

#include <inttypes.h>
#include <stdlib.h>

static int compare_words(const void *left, const void *right)
{
    const struct regs_register *a = *(const struct regs_register *const *)left;
    const struct regs_register *b = *(const struct regs_register *const *)right;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void write_structure(struct writer *writer, const struct regs_descriptor *descriptor)
{
    size_t count = 0;
    for (const struct regs_register *word = descriptor->words; word; word = word->next)
        count++;
    const struct regs_register **words = calloc(count + 1, sizeof(*words));
    if (!words)
        exit(2);
    count = 0;
    for (const struct regs_register *word = descriptor->words; word; word = word->next)
        words[count++] = word;
    qsort(words, count, sizeof(*words), compare_words);

    write_blank(writer);
    write_comment(writer, descriptor->description);
    write_open(writer, "struct __attribute__((packed, aligned(%" PRIu64 "))) %s {",
               descriptor->align_bytes, descriptor->lower);
    for (size_t i = 0; i < count; i++) {
        const struct regs_register *word = words[i];
        if (word->name)
            write_line(writer, "%s %s; /* %s */", regs_type(word->width_bits), word->lower,
                       word->description);
        else
            write_line(writer, "uint8_t reserved_0x%02" PRIx64 "[%" PRIu64 "];", word->offset,
                       word->last - word->offset + 1);
    }
    write_close(writer, "};");
    write_line(writer, "static_assert(sizeof(struct %s) == %" PRIu64 ", \"size the device sees\");",
               descriptor->lower, descriptor->size_bytes);
    for (size_t i = 0; i < count; i++) {
        if (words[i]->name)
            write_line(writer,
                       "static_assert(offsetof(struct %s, %s) == 0x%02" PRIx64
                       ", \"place the device sees\");",
                       descriptor->lower, words[i]->lower, words[i]->offset);
    }
    free(words);
}

/* The expression that turns a word round, or nothing. */
static const char *swap_text(unsigned width_bits, bool is_big)
{
    if (!is_big || width_bits == 8)
        return "";
    return width_bits == 16   ? "__builtin_bswap16"
           : width_bits == 32 ? "__builtin_bswap32"
                              : "__builtin_bswap64";
}

static void write_word(struct writer *writer, const struct regs_descriptor *descriptor,
                       const struct regs_register *word, bool is_big, const char *suffix)
{
    const char *type = regs_type(word->width_bits);
    const char *swap = swap_text(word->width_bits, is_big);
    write_blank(writer);
    write_line(writer, "static inline %s %s_%s%s(const volatile struct %s *descriptor)", type,
               descriptor->lower, word->lower, suffix, descriptor->lower);
    write_open(writer, "{");
    write_line(writer, *swap ? "return %s(descriptor->%s);" : "return %sdescriptor->%s;", swap,
               word->lower);
    write_close(writer, "}");
    write_blank(writer);
    write_line(writer, "static inline void %s_set_%s%s(volatile struct %s *descriptor, %s value)",
               descriptor->lower, word->lower, suffix, descriptor->lower, type);
    write_open(writer, "{");
    write_line(writer, *swap ? "descriptor->%s = %s(value);" : "descriptor->%s = %svalue;",
               word->lower, swap);
    write_close(writer, "}");
}

static void write_owner(struct writer *writer, const struct regs_descriptor *descriptor,
                        const char *suffix)
{
    const struct regs_owner *owner = descriptor->owner;
    const struct regs_layout *layout = owner->word->layout;
    char bit[200];
    snprintf(bit, sizeof(bit), "%s_%s", layout->upper, owner->field->name);
    write_blank(writer);
    write_comment(writer, "Whether the device owns the descriptor. What the device wrote before it "
                          "gave the descriptor back is seen by all reads that follow.");
    write_line(writer,
               "static inline bool %s_hardware_owns%s(const volatile struct %s *descriptor)",
               descriptor->lower, suffix, descriptor->lower);
    write_open(writer, "{");
    write_line(writer, "bool owns = (%s_%s%s(descriptor) & %s) %s 0;", descriptor->lower,
               owner->word->lower, suffix, bit, owner->hardware ? "!=" : "==");
    write_line(writer, "__atomic_thread_fence(__ATOMIC_ACQUIRE);");
    write_line(writer, "return owns;");
    write_close(writer, "}");
    write_blank(writer);
    write_comment(writer,
                  "Gives the descriptor to the device: writes the word with the owner bit set "
                  "for the device, after everything that was written before.");
    write_line(writer,
               "static inline void %s_hand_over%s(volatile struct %s *descriptor, %s value)",
               descriptor->lower, suffix, descriptor->lower, regs_type(owner->word->width_bits));
    write_open(writer, "{");
    write_line(writer, "__atomic_thread_fence(__ATOMIC_RELEASE);");
    write_line(writer, "%s_set_%s%s(descriptor, (%s)(value %s%s));", descriptor->lower,
               owner->word->lower, suffix, regs_type(owner->word->width_bits),
               owner->hardware ? "| " : "& ~", bit);
    write_close(writer, "}");
}

static void write_accessors(struct writer *writer, const struct regs_descriptor *descriptor,
                            bool is_big, const char *suffix)
{
    for (const struct regs_register *word = descriptor->words; word; word = word->next) {
        if (word->name)
            write_word(writer, descriptor, word, is_big, suffix);
    }
    if (descriptor->owner)
        write_owner(writer, descriptor, suffix);
}

void regs_write_descriptor(struct writer *writer, const struct regs_descriptor *descriptor)
{
    for (const struct regs_register *word = descriptor->words; word; word = word->next) {
        if (word->layout && !word->layout_name)
            regs_write_layout(writer, word->layout);
    }
    write_structure(writer, descriptor);
    write_accessors(writer, descriptor, descriptor->order == ORDER_BIG, "");
    if (descriptor->order == ORDER_BOTH)
        write_accessors(writer, descriptor, true, "_be");
}
