// SPDX-License-Identifier: BSD-2-Clause
#include "hostile.h"

#include <idl/root.h>
#include <interface/message.h>
#include <ring/shared.h>
#include <stdalign.h>
#include <string.h>

struct hostile {
    const struct trace_interface *const *interfaces; // by number of the link
    uint64_t random;
};

// What items of messages point to: memory that is really there, as the kernel would see to.
static alignas(4096) char item_memory[4 * 4096];

uint64_t hostile_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t below(uint64_t *random, uint64_t bound)
{
    return hostile_random(random) % bound;
}

// Numbers that checks are written for, and any others.
static uint64_t odd_number(uint64_t *random)
{
    static const uint64_t odd[] = {
        0,       1,          2,          63,         64,         255,        256,
        2047,    2048,       4095,       4096,       0x7fff,     0x8000,     0xffff,
        0x10000, 0x7fffffff, 1ull << 31, 0xffffffff, 1ull << 32, 1ull << 63, UINT64_MAX};
    switch (below(random, 4)) {
    case 0:
        return hostile_random(random);
    case 1:
        return below(random, 512) * 2048 + (below(random, 2) ? below(random, 2048) : 0);
    case 2:
        return below(random, below(random, 2) ? 600 : 1600);
    default:
        return odd[below(random, sizeof(odd) / sizeof(odd[0]))];
    }
}

// Two halves of different minds, as fields of an entry are.
static uint64_t odd_word(uint64_t *random)
{
    uint64_t word = odd_number(random);
    if (below(random, 2))
        word = (word & 0xffffffff) | odd_number(random) << 32;
    if (below(random, 4) == 0)
        word = (word & ~0xffff00000000) | (odd_number(random) & 0xffff) << 32;
    // Small fields at the upper end: flags, the number of a dataspace.
    if (below(random, 3))
        word = (word & 0xffffffffffff) | below(random, 4) << 48 | below(random, 4) << 56;
    return word;
}

static unsigned words_of(const struct trace_field *field)
{
    unsigned words = 0;
    for (; field->name; field++) {
        bool item = field->kind == TRACE_MEMORY || field->kind == TRACE_HANDLE;
        bool bytes = field->kind == TRACE_BYTES;
        unsigned end = item ? 0 : field->word + (bytes ? (field->bytes + 7) / 8 : 1);
        words = end > words ? end : words;
    }
    return words;
}

static unsigned items_of(const struct trace_field *field)
{
    unsigned items = 0;
    for (; field->name; field++)
        items += field->kind == TRACE_MEMORY || field->kind == TRACE_HANDLE;
    return items;
}

static void fill(uint64_t *random, struct l4_message *message, uint64_t label, unsigned words,
                 unsigned items)
{
    if (below(random, 8) == 0)
        words = (unsigned)below(random, 65);
    if (below(random, 16) == 0)
        items = (unsigned)below(random, 9);
    message->tag = L4_TAG(label, words, items);
    if (below(random, 32) == 0)
        message->tag |= hostile_random(random) & 0xf000;
    for (unsigned i = 0; i < L4_WORDS_MAX; i++)
        message_word_set(message, i, below(random, 3) ? below(random, 70) : odd_word(random));
    for (unsigned i = 0; i < L4_ITEMS_MAX; i++) {
        bool memory = below(random, 2);
        l4_utcb()->items[i] = (struct l4_item){
            L4_ITEM_WORD(memory ? L4_ITEM_MAP : L4_ITEM_HANDLE, 12, 1 + below(random, 31)),
            memory             ? (uintptr_t)item_memory
            : below(random, 2) ? ROOT_SLOT_SPACE // a handle with all rights
                               : below(random, 100),
            memory ? 4096 : 0,
        };
    }
}

void hostile_request(uint64_t *random, const struct trace_interface *interface,
                     struct l4_message *message)
{
    unsigned count = 0;
    while (interface->operations[count].name)
        count++;
    uint64_t label = count ? 0 : odd_number(random) & 0xffffffff;
    unsigned words = 0, items = 0;
    if (count) {
        const struct trace_operation *operation = &interface->operations[below(random, count)];
        label = operation->label;
        words = words_of(operation->in);
        items = items_of(operation->in);
    }
    if (below(random, 16) == 0)
        label = odd_number(random) & 0xffffffff;
    fill(random, message, label, words, items);
}

// The words that both sides see, and the entries, if the area is large enough for them.
static struct ring_shared *shared_of(const struct link *link, const struct trace_queue *queue)
{
    return (struct ring_shared *)((char *)link->area + queue->offset_bytes);
}

static const struct trace_queue *any_queue(struct hostile *self,
                                           const struct trace_interface *interface)
{
    unsigned count = 0;
    while (interface->queues[count].name)
        count++;
    return count ? &interface->queues[below(&self->random, count)] : NULL;
}

static void scribble(struct hostile *self, const struct link *link)
{
    size_t length = 1 + below(&self->random, 64);
    size_t at = below(&self->random, link->area_bytes - length);
    for (size_t i = 0; i < length; i++)
        ((char *)link->area)[at + i] = (char)hostile_random(&self->random);
}

// Entries as a producer puts them, but with anything in them.
static void put(struct hostile *self, const struct link *link, const struct trace_queue *queue)
{
    struct ring_shared *shared = shared_of(link, queue);
    uint32_t count = (uint32_t)below(&self->random, 8) + 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = (shared->produced + i) & (queue->depth - 1);
        char *entry = (char *)link->area + queue->entries_offset_bytes + slot * queue->entry_bytes;
        for (size_t at = 0; at < queue->entry_bytes; at += sizeof(uint64_t)) {
            uint64_t word = odd_word(&self->random);
            memcpy(entry + at, &word, sizeof(word));
        }
    }
    ring_store(&shared->produced, shared->produced + count);
}

static void take(struct hostile *self, const struct link *link, const struct trace_queue *queue)
{
    struct ring_shared *shared = shared_of(link, queue);
    uint32_t waiting = ring_load(&shared->produced) - shared->consumed;
    if (waiting && waiting <= queue->depth)
        ring_store(&shared->consumed,
                   shared->consumed + 1 + (uint32_t)below(&self->random, waiting));
}

static void move_index(struct hostile *self, const struct link *link,
                       const struct trace_queue *queue)
{
    struct ring_shared *shared = shared_of(link, queue);
    uint32_t *index = below(&self->random, 2) ? &shared->produced : &shared->consumed;
    if (below(&self->random, 2))
        ring_store(index, (uint32_t)odd_number(&self->random));
    else
        ring_store(index, *index + (uint32_t)below(&self->random, 5) - 2);
}

static void fall_asleep(struct hostile *self, const struct link *link,
                        const struct trace_queue *queue)
{
    struct ring_shared *shared = shared_of(link, queue);
    ring_store(&shared->wake_count, (uint32_t)odd_number(&self->random));
    ring_store_sleep(&shared->sleep, odd_number(&self->random));
}

static void call(struct hostile *self, struct link *link, const struct trace_interface *interface)
{
    struct l4_message message = {0};
    hostile_request(&self->random, interface, &message);
    link_call(link, message.tag, message.w);
}

void hostile_begin(struct instance *instance, const struct trace_interface *const interfaces[],
                   uint64_t seed)
{
    struct hostile *self = instance->state;
    *self = (struct hostile){.interfaces = interfaces, .random = seed * 0x9e3779b97f4a7c15 | 1};
}

// One thing on one link. Links without rings can only be called, and only by their clients.
static void link_step(struct hostile *self, struct link *link,
                      const struct trace_interface *interface)
{
    const struct trace_queue *queue = link->area ? any_queue(self, interface) : NULL;
    bool producer = queue && queue->from_client != link->server;
    unsigned mind = (unsigned)below(&self->random, 64);
    if (queue && mind < 28)
        (producer ? put : take)(self, link, queue);
    else if (queue && mind < 30)
        fall_asleep(self, link, queue);
    else if (queue && mind == 30)
        move_index(self, link, queue);
    else if (link->area && mind == 31)
        scribble(self, link);
    else if (!link->server && mind < 48)
        call(self, link, interface);
    if (mind % 4)
        ring_wake(&link->wake);
}

void hostile_step(struct instance *instance)
{
    struct hostile *self = instance->state;
    unsigned number = (unsigned)below(&self->random, instance->link_count);
    if (!instance->links[number].waiting)
        link_step(self, &instance->links[number], self->interfaces[number]);
}

static void event(struct instance *instance, uint64_t events)
{
    (void)instance;
    (void)events;
}

// Any answer: the right form of a success, an error, or nothing of the kind.
static uint64_t answer(struct instance *instance, unsigned link, uint64_t tag,
                       uint64_t words[CALL_WORDS])
{
    struct hostile *self = instance->state;
    struct l4_message message = {0};
    if (!self->interfaces)
        return L4_TAG((uint16_t)INTERFACE_REFUSED, 0, 0);
    const struct trace_operation *operation = trace_operation_of(self->interfaces[link], tag);
    uint64_t label = below(&self->random, 3) ? 0 : odd_number(&self->random) & 0xffff;
    fill(&self->random, &message, label, operation ? words_of(operation->out) : 0,
         operation ? items_of(operation->out) : 0);
    memcpy(words, message.w, sizeof(message.w));
    return message.tag;
}

const struct component hostile_component = {
    .name = "hostile",
    .state_bytes = sizeof(struct hostile),
    .event = event,
    .call = answer,
};
