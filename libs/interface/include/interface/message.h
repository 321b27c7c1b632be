// SPDX-License-Identifier: BSD-2-Clause
//
// What generated stubs and dispatchers are made of: shapes of messages, words, memory and handles
// in them, statuses.
//
// The first six words of a message are in registers (struct l4_message), the others in the UTCB, as
// the kernel has it. All functions with constant arguments vanish at compile time.
#ifndef INTERFACE_MESSAGE_H
#define INTERFACE_MESSAGE_H

#include <interface/status.h>
#include <l4/call.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Memory handed over or lent. The sender names a piece whose length is a power of two and whose
// base is aligned to it; `offset` says where in the receiver's window it goes. The receiver finds
// where it arrived.
struct interface_memory {
    void *base;
    uint64_t length_bytes;
    uint64_t offset;
    unsigned rights; // L4_READ …
};

// The part of a tag that says how much is in the message and who made it. Labels are compared
// apart.
#define MESSAGE_SHAPE_MASK 0xffffull
// Kinds of items that came from this very program: the memory or handle is the caller's own, and
// not the receiver's to let go. The kernel passes no items of these kinds on, so nobody else can
// send them.
#define MESSAGE_MEMORY_HERE (0x80u | L4_ITEM_MAP)
#define MESSAGE_HANDLE_HERE (0x80u | L4_ITEM_HANDLE)

#define MESSAGE_LABEL(interface, number) ((uint64_t)(interface) << 16 | (number))

static inline bool message_has_shape(const struct l4_message *message, uint64_t words,
                                     uint64_t items)
{
    return (message->tag & MESSAGE_SHAPE_MASK) == L4_TAG(0, words, items);
}

// The same for messages that need no answer, whose senders may have been unwilling to wait.
static inline bool message_has_send_shape(const struct l4_message *message, uint64_t words,
                                          uint64_t items)
{
    return (message->tag & MESSAGE_SHAPE_MASK & ~L4_TAG_IMMEDIATE) == L4_TAG(0, words, items);
}

// The same for messages that the kernel makes.
static inline bool message_has_kernel_shape(const struct l4_message *message, uint64_t words,
                                            uint64_t items)
{
    return (message->tag & MESSAGE_SHAPE_MASK) == (L4_TAG(0, words, items) | L4_TAG_KERNEL);
}

static inline uint64_t message_word(const struct l4_message *message, unsigned index)
{
    return index < L4_REGISTER_WORDS ? message->w[index] : l4_utcb()->words[index];
}

static inline void message_word_set(struct l4_message *message, unsigned index, uint64_t word)
{
    if (index < L4_REGISTER_WORDS)
        message->w[index] = word;
    else
        l4_utcb()->words[index] = word;
}

static inline unsigned message_words_of(size_t bytes)
{
    return (unsigned)((bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t));
}

// The length of a text, or `most` if it has no end before.
static inline uint32_t message_text_length(const char *text, uint32_t most)
{
    const char *end = memchr(text, 0, most);
    return end ? (uint32_t)(end - text) : most;
}

// Copies bytes out of the words from `first` on. The caller has checked that they are there.
static inline void message_get(const struct l4_message *message, unsigned first, void *to,
                               size_t bytes)
{
    for (size_t done = 0; done < bytes; done += sizeof(uint64_t)) {
        uint64_t word = message_word(message, first++);
        size_t rest = bytes - done;
        memcpy((char *)to + done, &word, rest < sizeof(word) ? rest : sizeof(word));
    }
}

// Copies bytes into the words from `first` on; the last word is filled with zeros.
static inline void message_put(struct l4_message *message, unsigned first, const void *from,
                               size_t bytes)
{
    for (size_t done = 0; done < bytes; done += sizeof(uint64_t)) {
        uint64_t word = 0;
        size_t rest = bytes - done;
        memcpy(&word, (const char *)from + done, rest < sizeof(word) ? rest : sizeof(word));
        message_word_set(message, first++, word);
    }
}

// Makes the message an answer without content. Returns true: there is something to send.
static inline bool message_answer(struct l4_message *message, int status)
{
    message->tag = L4_TAG((uint16_t)status, 0, 0);
    return true;
}

// Puts memory into item `index`. False if its length is no power of two of at least a page, or its
// base is not aligned.
bool message_memory_put(unsigned index, const struct interface_memory *memory, unsigned rights);

// Puts a copy of a handle, with those of its rights, into item `index`.
static inline void message_handle_put(unsigned index, l4_handle_t handle, unsigned rights)
{
    l4_utcb()->items[index] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_HANDLE, 0, rights), handle, 0};
}

// Takes item `index` of a received message. False if it is something else, did not arrive, is
// longer than `most_bytes`, or lacks one of the rights: the kernel writes those that really arrived
// into the item, whatever the sender claimed.
bool message_memory_get(unsigned index, struct interface_memory *memory, uint64_t most_bytes,
                        unsigned rights);
bool message_handle_get(unsigned index, l4_handle_t *handle, unsigned rights);

// Functions that are not inline take the tag alone: a message whose address is given away would not
// stay in registers.

// Gets rid of everything that arrived in the items of a message nobody wants: unmaps memory, closes
// handles.
__attribute__((cold)) void message_items_drop(uint64_t tag);

// Refuses a request whose form is wrong: drops its items and answers. Returns true, as
// message_answer. Nothing of the request is kept, so its words need not survive the call either.
static inline bool message_refuse(struct l4_message *message, int status)
{
    message_items_drop(message->tag);
    *message = (struct l4_message){0};
    return message_answer(message, status);
}

// The same for a message that expects no answer. Returns false.
static inline bool message_ignore(const struct l4_message *message)
{
    message_items_drop(message->tag);
    return false;
}

// What a reply that is no success means. Drops its items. Never 0, which the compiler has to see to
// know that results are set when a stub returns 0.
__attribute__((cold)) int message_failure_status(uint64_t tag);

static inline int message_failure(uint64_t tag)
{
    int status = message_failure_status(tag);
    return status != 0 ? status : INTERFACE_MALFORMED;
}

// Sends the answer to a call whose reply was kept. Returns 0 or a negative status.
int message_reply(l4_handle_t reply, struct l4_message *message);
int message_reply_failure(l4_handle_t reply, int status);

#endif
