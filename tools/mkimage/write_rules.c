/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What make has to know about an image, as a call of the functions in tools/build/image.mk: the
 * programs and what they are linked from, and the modules of the ISO in their order, root first.
 */
#include "write.h"

#include <string.h>

/* Whether an earlier component of the program already named the library. */
static bool was_named(const struct program *program, const struct instance *instance,
                      const struct word *library)
{
    for (const struct instance *i = program->instances; i; i = i->next) {
        for (const struct word *word = i->component->libraries; word; word = word->next) {
            if (i == instance && word == library)
                return false;
            if (strcmp(word->text, library->text) == 0)
                return true;
        }
    }
    return false;
}

static void write_libraries(struct writer *writer, const struct program *program)
{
    for (const struct instance *i = program->instances; i; i = i->next) {
        for (const struct word *word = i->component->libraries; word; word = word->next) {
            if (!was_named(program, i, word))
                write_text(writer, " %s", word->text);
        }
    }
}

void write_rules(struct writer *writer, const struct image *image)
{
    write_line(writer, "# SPDX-License-Identifier: BSD-2-Clause");
    write_line(writer, "# Made by mkimage from %s.image; change that file, not this one.",
               image->stem);
    for (const struct program *program = image->programs; program; program = program->next) {
        if (program_is_alone(program))
            continue;
        write_text(writer, "$(eval $(call composed-program,%s,%s,", image->name, program->name);
        write_libraries(writer, program);
        if (program->traced)
            write_text(writer, " tracer");
        if (program->preempts)
            write_text(writer, " ring-preempt");
        write_line(writer, ",%s,%u))", program_has_fpu(program) ? "fpu" : "", program->index + 1);
    }
    write_text(writer, "$(eval $(call composed-image,%s,", image->name);
    for (const struct program *program = image->programs; program; program = program->next) {
        if (program_is_alone(program))
            write_text(writer, " %s", program->instances->component->name);
        else
            write_text(writer, " %s.%s", image->name, program->name);
    }
    write_line(writer, "))");
}
