// SPDX-License-Identifier: BSD-2-Clause
//
// Lists: circular, linked both ways, known by a pointer to the first link. The links live in what
// is listed.
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

// What a link or another member is a part of.
#define CONTAINER_OF(pointer, type, member)                                                        \
    ((type *)((char *)(pointer) - __builtin_offsetof(type, member)))

struct link {
    struct link *next; // null: in no list
    struct link *previous;
};

// Puts a link that is in no list behind all others.
static inline void list_append(struct link **first, struct link *link)
{
    if (!*first) {
        link->previous = link;
        *first = link;
    }
    struct link *next = *first;
    link->next = next;
    link->previous = next->previous;
    link->previous->next = link;
    next->previous = link;
}

static inline void list_remove(struct link **first, struct link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
    if (*first == link)
        *first = link->next == link ? 0 : link->next;
    link->next = 0;
}

// The link behind this one; null behind the last.
static inline struct link *list_next(const struct link *first, const struct link *link)
{
    return link->next == first ? 0 : link->next;
}

#endif
