// SPDX-License-Identifier: BSD-2-Clause
//
// Translation cache: which frames stand behind a dataspace, for those who must know: drivers of
// devices that reach memory by themselves.
//
// The manager of the dataspace shares two things with the driver: a table with one entry per page,
// which the driver can only read, and pin marks, one per page, which it writes. To use a page the
// driver marks it, then looks at its entry. To move a page the manager clears the entry, then looks
// at the marks. Each does its write before its look, with a full fence between them, so at
// least one of the two sees the other: either the driver finds the entry absent, takes its mark
// back and asks the manager (dataspace.idl: touch), or the manager finds the mark and leaves the
// page where it is.
//
// An entry is the address of the page's frame, 0 if it is absent; a generation, which is another
// one when the page was moved, has the 12 bits that are left. So one mask makes the address and
// says whether there is one.
//
// Marks have one of two meanings, fixed when the cache is made. Counted: the number of pins, taken
// back one by one. Expiring: the time in µs, low 32 bits, until which the page is pinned; nothing
// is taken back, and a transfer must be over by then. A driver that pins more pages than it may, or
// longer, loses the session that the cache belongs to, and hurts nobody else.
//
// The table is what the manager says; a driver that believes it can reach only memory that the
// manager chose to show. Offsets and lengths come from peers and are checked here.
#ifndef DATASPACE_TRANSLATION_H
#define DATASPACE_TRANSLATION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define TRANSLATION_PAGE_BITS  12
#define TRANSLATION_PAGE_BYTES ((uint64_t)1 << TRANSLATION_PAGE_BITS)
#define TRANSLATION_GENERATION (TRANSLATION_PAGE_BYTES - 1)
#define TRANSLATION_FRAME      (~TRANSLATION_GENERATION)
#define TRANSLATION_MISS       ((uint64_t)0) // nothing is ever at physical address 0

// A miss is out of the way of a hit.
#define TRANSLATION_RARE(condition) __builtin_expect(condition, 0)

struct translation {
    const uint64_t *entries;  // one per page, change at any time; null: there is no cache
    volatile uint32_t *marks; // one per page
    uint64_t page_count;
    uint32_t expiry_us; // how long a pin lasts; 0: pins are counted
    uint32_t pins_max;  // pages that may be pinned at a time
    uint32_t pinned;    // counted pins that this side holds
};

// The physical address of a range that lies inside one page; TRANSLATION_MISS if it does not, is
// outside the dataspace, or the page is not in memory now. `length` is at least 1.
static inline uint64_t translation_find(const struct translation *translation, uint64_t offset,
                                        uint32_t length)
{
    uint64_t page = offset >> TRANSLATION_PAGE_BITS;
    uint64_t inside = offset & (TRANSLATION_PAGE_BYTES - 1);
    if (TRANSLATION_RARE(page >= translation->page_count) ||
        TRANSLATION_RARE(inside + length > TRANSLATION_PAGE_BYTES))
        return TRANSLATION_MISS;
    uint64_t frame =
        __atomic_load_n(&translation->entries[page], __ATOMIC_RELAXED) & TRANSLATION_FRAME;
    if (TRANSLATION_RARE(frame == 0))
        return TRANSLATION_MISS;
    return frame + inside;
}

// Pins the page of a range and returns what translation_find would; on a miss nothing is pinned.
// `now_us` counts only where pins expire.
static inline uint64_t translation_pin(struct translation *translation, uint64_t offset,
                                       uint32_t length, uint64_t now_us)
{
    uint64_t page = offset >> TRANSLATION_PAGE_BITS;
    if (page >= translation->page_count || translation->pinned >= translation->pins_max)
        return TRANSLATION_MISS;
    uint32_t mark = translation->marks[page];
    if (translation->expiry_us) {
        uint32_t until = (uint32_t)now_us + translation->expiry_us;
        translation->marks[page] = until ? until : 1; // 0 is no mark
    } else {
        translation->marks[page] = mark + 1;
    }
    // The mark must be visible before the entry is read; see above.
    atomic_thread_fence(memory_order_seq_cst);
    uint64_t address = translation_find(translation, offset, length);
    if (address == TRANSLATION_MISS)
        translation->marks[page] = mark;
    else if (!translation->expiry_us)
        translation->pinned++;
    return address;
}

// Takes back one counted pin of the page at `offset`, after the device is done with it.
static inline void translation_unpin(struct translation *translation, uint64_t offset)
{
    uint64_t page = offset >> TRANSLATION_PAGE_BITS;
    if (translation->expiry_us || page >= translation->page_count || !translation->marks[page])
        return;
    atomic_signal_fence(memory_order_seq_cst);
    translation->marks[page]--;
    translation->pinned--;
}

// The same for a range of any length that is to be contiguous in physical memory: the address of
// its first byte, or TRANSLATION_MISS. Pins every page of it, or none.
uint64_t translation_pin_run(struct translation *translation, uint64_t offset, uint64_t length,
                             uint64_t now_us);

// Takes back what translation_pin_run pinned for the same range.
void translation_unpin_run(struct translation *translation, uint64_t offset, uint64_t length);

#endif
