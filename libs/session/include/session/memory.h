/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory that belongs to sessions: dataspaces of this program, as one end of a link uses them.
 */
#ifndef RT_MEMORY_H
#define RT_MEMORY_H

#include <rt/component.h>

enum {
    MEMORY_PAGE_BYTES = 4096,
    MEMORY_POPULATE_BYTES = 1 << 20,
};

struct memory {
    void *base;          /* where this program sees it; whole pages */
    size_t length_bytes; /* 0: none */
    uint64_t dataspace;  /* the VM server's number of it */
};

/* What the other end of a link may do with the bytes. */
enum link_access { LINK_ACCESS_NONE, LINK_ACCESS_READ, LINK_ACCESS_WRITE };

/* Touches every page, so that none is missing when the first packet comes. The bytes do not
   change. */
static inline void memory_populate(uint8_t *base, size_t length_bytes)
{
    for (size_t at = 0; at < length_bytes; at += MEMORY_PAGE_BYTES)
        __atomic_fetch_or(&base[at], 0, __ATOMIC_RELAXED);
}

/* The same with the first megabyte of what the other end shows. What is behind comes when it is
   used: who shows much memory, again and again, is not to keep a server from others. */
static inline void link_memory_populate(const struct link_dataspace *dataspace)
{
    bool longer = dataspace->length_bytes > MEMORY_POPULATE_BYTES;
    if (dataspace->base)
        memory_populate(dataspace->base, longer ? MEMORY_POPULATE_BYTES : dataspace->length_bytes);
}

/* Zeroed memory for the life of the program. False, with a log line, if there is none. Blocks for
   the VM server. */
bool memory_create(struct instance *self, struct memory *memory, size_t length_bytes);

/* Makes memory part of the session behind an open link, under an index that neither end uses yet.
   `frames`: the other end is a driver and gets translations. The other end's event bit is set.
   Again necessary after the link was closed and opened. False, with a log line, if root refuses.
   Blocks for root. */
bool link_memory_share(struct instance *self, unsigned link, unsigned index,
                       const struct memory *memory, enum link_access access, bool frames);

/* The same for a dataspace that this end itself got by a session, `from`: the other end of `to`
   gets translations of it and no access. So a network server has a card send what belongs to its
   client. It ends with either session. */
bool link_memory_forward(struct instance *self, unsigned from, unsigned from_index, unsigned to,
                         unsigned to_index);

/* Takes an index of a session back. The other end must not use it any more. */
void link_memory_remove(struct instance *self, unsigned link, unsigned index);

#endif
