/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { BUCKETS_AT_FIRST = 64 };

struct name_entry {
    struct name_entry *next;
    const char *name;
    uint64_t hash;
    void *value;
};

/* FNV-1a. */
static uint64_t hash_of(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
    return hash;
}

static struct name_entry *entry_of(const struct names *names, const char *name, uint64_t hash)
{
    if (!names->bucket_count)
        return NULL;
    struct name_entry *entry = names->buckets[hash & (names->bucket_count - 1)];
    while (entry && (entry->hash != hash || strcmp(entry->name, name) != 0))
        entry = entry->next;
    return entry;
}

static void names_grow(struct names *names)
{
    size_t count = names->bucket_count ? names->bucket_count * 2 : BUCKETS_AT_FIRST;
    struct name_entry **buckets = arena_alloc(names->arena, count * sizeof(struct name_entry *));
    struct name_entry *next;
    for (size_t i = 0; i < names->bucket_count; i++) {
        for (struct name_entry *entry = names->buckets[i]; entry; entry = next) {
            next = entry->next;
            entry->next = buckets[entry->hash & (count - 1)];
            buckets[entry->hash & (count - 1)] = entry;
        }
    }
    names->buckets = buckets;
    names->bucket_count = count;
}

void *names_enter(struct names *names, const char *name, void *value)
{
    uint64_t hash = hash_of(name);
    struct name_entry *entry = entry_of(names, name, hash);
    if (entry)
        return entry->value;
    if (names->count >= names->bucket_count)
        names_grow(names);
    entry = arena_alloc(names->arena, sizeof(*entry));
    struct name_entry **bucket = &names->buckets[hash & (names->bucket_count - 1)];
    *entry = (struct name_entry){.next = *bucket, .name = name, .hash = hash, .value = value};
    *bucket = entry;
    names->count++;
    return NULL;
}

void *names_find(const struct names *names, const char *name)
{
    struct name_entry *entry = entry_of(names, name, hash_of(name));
    return entry ? entry->value : NULL;
}

static const char *name_mapped(struct arena *arena, const char *name, int (*map)(int))
{
    char *copy = arena_text(arena, name, strlen(name));
    for (char *c = copy; *c; c++)
        *c = (char)map((unsigned char)*c);
    return copy;
}

const char *name_upper(struct arena *arena, const char *name)
{
    return name_mapped(arena, name, toupper);
}

const char *name_lower(struct arena *arena, const char *name)
{
    return name_mapped(arena, name, tolower);
}

bool name_is_reserved(const char *name)
{
    static const char *const reserved[] = {
        "auto",    "break",  "case",     "char",   "const",    "continue", "default",
        "do",      "double", "else",     "enum",   "extern",   "float",    "for",
        "goto",    "if",     "inline",   "int",    "long",     "register", "restrict",
        "return",  "short",  "signed",   "sizeof", "static",   "struct",   "switch",
        "typedef", "union",  "unsigned", "void",   "volatile", "while",    "bool",
        "true",    "false",  "NULL",     "asm",    "typeof",   "errno",    "main",
    };
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (strcmp(name, reserved[i]) == 0)
            return true;
    }
    return name[0] == '_';
}
