// SPDX-License-Identifier: BSD-2-Clause
//
// Messages: the tag, and the typed items that carry mappings and handles.
//
// Tag: bits 0 … 6 number of words (0 … 64), 7 … 10 number of items (0 … 8), 12 … 15 flags, 16 … 63
// the user's operation number. Words 0 … 5 travel in registers, words 6 … 63 in the UTCBs, at the
// index of their number. Items stand in the sender's UTCB; the receiver finds in its own UTCB what
// became of them.
#ifndef ABI_MESSAGE_H
#define ABI_MESSAGE_H

#include <stdint.h>

#define L4_WORDS_MAX      64
#define L4_REGISTER_WORDS 6
#define L4_ITEMS_MAX      8

#define L4_TAG_WORDS_MASK  0x7full
#define L4_TAG_ITEMS_SHIFT 7
#define L4_TAG_ITEMS_MASK  0xfull
#define L4_TAG_LABEL_SHIFT 16

// Flags. IMMEDIATE is the sender's wish, the others are set by the kernel and cleared in what users
// send.
#define L4_TAG_IMMEDIATE    0x1000ull // do not wait for a receiver that is not ready: NOT_READY
#define L4_TAG_KERNEL       0x2000ull // made by the kernel; its label names the protocol
#define L4_TAG_IRQ          0x4000ull // from an interrupt thread, label of the attachment
#define L4_TAG_NOTIFICATION 0x8000ull // no message: w0 = notification bits, now cleared

#define L4_TAG(label, words, items)                                                                \
    ((uint64_t)(label) << L4_TAG_LABEL_SHIFT | (uint64_t)(items) << L4_TAG_ITEMS_SHIFT |           \
     (uint64_t)(words))

static inline unsigned l4_tag_words(uint64_t tag)
{
    return tag & L4_TAG_WORDS_MASK;
}

static inline unsigned l4_tag_items(uint64_t tag)
{
    return tag >> L4_TAG_ITEMS_SHIFT & L4_TAG_ITEMS_MASK;
}

static inline uint64_t l4_tag_label(uint64_t tag)
{
    return tag >> L4_TAG_LABEL_SHIFT;
}

// Rights to memory. Write and execute never go together.
#define L4_READ    1u
#define L4_WRITE   2u
#define L4_EXECUTE 4u

// Item kinds, bits 16 … 23 of the kind word. Bits 0 … 2 are rights, 8 … 15 log2 of the bytes.
#define L4_ITEM_NONE   0u // received: nothing arrived, `base` holds the status
#define L4_ITEM_MAP    1u // the receiver gets a mapping, the sender may take it back
#define L4_ITEM_GRANT  2u // the receiver takes the sender's place
#define L4_ITEM_HANDLE 3u // a copy of a handle, derived from the sender's
#define L4_ITEM_MOVE   4u // the handle itself
#define L4_ITEM_PORTS  5u // I/O ports base … base + offset - 1; the receiver gets the same ports

#define L4_ITEM_WORD(kind, log2_bytes, rights)                                                     \
    ((uint64_t)(kind) << 16 | (uint64_t)(log2_bytes) << 8 | (uint64_t)(rights))
#define L4_ITEM_KIND(word)       ((unsigned)((word) >> 16 & 0xff))
#define L4_ITEM_LOG2_BYTES(word) ((unsigned)((word) >> 8 & 0xff))
#define L4_ITEM_RIGHTS(word)     ((unsigned)((word)&0xff))

// Page-table entries that one message or one call may write; a 2 MiB page counts as one, a table
// that has to be made as four, a range of ports as eight. What is too much for one message is
// refused with MESSAGE.
#define L4_MAP_LEAVES_MAX 16

// For each handle of a thread that moves, all threads of the sender's space are looked at: whoever
// waits for that thread by it is told that it is gone. So many are looked at for one message; what
// is left then is refused with MESSAGE, with AGAIN if too many waited by that handle.
#define L4_MOVE_THREADS_MAX 256

// An item as sent:  map, grant: base = address in the sender, offset = where in the receiver's
// window.
//                   handle: base = slot in the sender, rights in the kind word. ports: first,
//                   count.
// As received:      base = address or slot in the receiver, offset = bytes mapped; the rights are
//                   those that arrived: of memory those that all of its pages have.
struct l4_item {
    uint64_t word;
    uint64_t base;
    uint64_t offset;
};

#endif
