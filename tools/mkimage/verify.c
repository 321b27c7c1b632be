/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the notes (interface/note.h) of the programs of an image. The programs are files from
 * somebody's build: everything in them is checked before it is believed.
 */
#include "verify.h"

#include "libs/interface/include/interface/note.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

enum { PROGRAM_LIMIT_BYTES = 64 * 1024 * 1024 };

struct file {
    const char *name;
    const unsigned char *bytes;
    size_t length_bytes;
};

struct section {
    uint64_t offset, length_bytes;
};

/* Copies a piece of a file. False if the file has no such piece. */
static bool file_copy(const struct file *file, uint64_t offset, void *to, size_t length_bytes)
{
    if (offset > file->length_bytes || length_bytes > file->length_bytes - offset)
        return false;
    memcpy(to, file->bytes + offset, length_bytes);
    return true;
}

static bool file_has_text(const struct file *file, uint64_t offset, const char *text)
{
    char found[64];
    size_t length_bytes = strlen(text) + 1;
    return length_bytes <= sizeof(found) && file_copy(file, offset, found, length_bytes) &&
           memcmp(found, text, length_bytes) == 0;
}

/* Finds the section of the notes. False if the file is no ELF file, or has none. */
static bool find_notes(const struct file *file, struct section *section)
{
    Elf64_Ehdr header;
    Elf64_Shdr names, entry;
    if (!file_copy(file, 0, &header, sizeof(header)) ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_shentsize != sizeof(entry) || header.e_shstrndx >= header.e_shnum ||
        header.e_shoff > file->length_bytes)
        return false;
    if (!file_copy(file, header.e_shoff + (uint64_t)header.e_shstrndx * sizeof(names), &names,
                   sizeof(names)))
        return false;
    for (unsigned i = 0; i < header.e_shnum; i++) {
        if (!file_copy(file, header.e_shoff + (uint64_t)i * sizeof(entry), &entry, sizeof(entry)))
            return false;
        if (names.sh_offset <= file->length_bytes &&
            file_has_text(file, names.sh_offset + entry.sh_name, INTERFACE_NOTE_SECTION)) {
            *section = (struct section){entry.sh_offset, entry.sh_size};
            return true;
        }
    }
    return false;
}

struct known_note {
    struct interface_note note;
    const char *file_name;
};

static bool compare_note(struct names *known, struct arena *arena, const struct file *file,
                         const struct interface_note *note, FILE *out)
{
    struct known_note *copy = arena_alloc(arena, sizeof(*copy));
    *copy = (struct known_note){.note = *note, .file_name = file->name};
    const struct known_note *first = names_enter(known, copy->note.interface, copy);
    if (!first || first->note.hash == note->hash)
        return true;
    fprintf(out,
            "%s:1:1: component %s was built with another interface %s (hash %016" PRIx64
            ") than %s in %s (%016" PRIx64 "); build both again\n",
            file->name, note->component, note->interface, note->hash, first->note.component,
            first->file_name, first->note.hash);
    return false;
}

static bool verify_program(struct names *known, struct arena *arena, const struct file *file,
                           FILE *out)
{
    struct section section;
    if (!find_notes(file, &section)) {
        fprintf(out, "%s:1:1: holds no notes about interfaces; is it a program of components?\n",
                file->name);
        return false;
    }
    bool good = true;
    for (uint64_t at = 0; at < section.length_bytes; at += sizeof(struct interface_note)) {
        struct interface_note note;
        if (!file_copy(file, section.offset + at, &note, sizeof(note)) ||
            note.component[INTERFACE_NOTE_NAME_BYTES - 1] != '\0' ||
            note.interface[INTERFACE_NOTE_NAME_BYTES - 1] != '\0') {
            fprintf(out, "%s:1:1: its notes about interfaces are damaged; build it again\n",
                    file->name);
            return false;
        }
        if (note.interface[0] != '\0')
            good &= compare_note(known, arena, file, &note, out);
    }
    return good;
}

bool verify_program_bytes(struct names *known, struct arena *arena, const char *name,
                          const unsigned char *bytes, size_t length_bytes, FILE *out)
{
    const struct file file = {name, bytes, length_bytes};
    return verify_program(known, arena, &file, out);
}

bool verify_programs(char *const *paths, int count, FILE *out)
{
    struct arena arena = {0};
    struct names known = {.arena = &arena};
    bool good = true;
    for (int i = 0; i < count; i++) {
        FILE *stream = fopen(paths[i], "rb");
        long length = stream && fseek(stream, 0, SEEK_END) == 0 ? ftell(stream) : -1;
        if (length < 0 || length > PROGRAM_LIMIT_BYTES) {
            fprintf(out, "%s:1:1: cannot be read; check the name\n", paths[i]);
            good = false;
        } else {
            unsigned char *bytes = arena_alloc(&arena, (size_t)length + 1);
            rewind(stream);
            size_t read = fread(bytes, 1, (size_t)length, stream);
            good &= verify_program_bytes(&known, &arena, paths[i], bytes, read, out);
        }
        if (stream)
            fclose(stream);
    }
    arena_free(&arena);
    return good;
}
