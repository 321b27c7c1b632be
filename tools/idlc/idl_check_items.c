/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules for operations and queues, and the place of each parameter in a message.
 */
#include "idl_check.h"

#include <string.h>

static void check_event_field(struct idl_checking *checking, struct idl_field *field)
{
    if (idl_is_item(field) || field->shape == IDL_BOUNDED)
        idl_report(checking, field->place,
                   "%s cannot be in an event, which is a latched value of fixed size; hand it over "
                   "with a call",
                   field->name);
}

static void check_kernel_field(struct idl_checking *checking, struct idl_field *field)
{
    if (field->shape == IDL_BOUNDED)
        idl_report(
            checking, field->place,
            "%s varies in length, and the kernel sends only fixed words; write a fixed array",
            field->name);
}

/* A field with `word n` is put there; without, behind the one before it. */
static void place_fixed(struct idl_checking *checking, struct idl_fields *fields)
{
    uint64_t taken = 0;
    for (struct idl_field *field = fields->first; field; field = field->next) {
        if (field->has_word && !checking->interface->kernel) {
            idl_report(
                checking, field->word.place,
                "only kernel protocols choose places; remove word, or write kernel interface");
            field->has_word = false;
        }
        if (idl_is_item(field))
            continue;
        unsigned bytes = field->shape == IDL_BOUNDED ? IDL_WORD_BYTES : idl_field_bytes(field);
        unsigned words = idl_words_of(bytes);
        if (field->has_word)
            idl_check_number(checking, &field->word, 0, IDL_MESSAGE_WORDS - 1, "the place");
        field->first_word = field->has_word ? (unsigned)field->word.number : fields->fixed_words;
        if (field->first_word + words > IDL_MESSAGE_WORDS) {
            idl_report(checking, field->place,
                       "the message is longer than %d words; pass %s in memory (map or lend)",
                       IDL_MESSAGE_WORDS, field->name);
            return;
        }
        uint64_t mask = (words == 64 ? ~(uint64_t)0 : ((uint64_t)1 << words) - 1)
                        << field->first_word;
        if (taken & mask)
            idl_report(checking, field->place, "word %u holds another parameter; choose a free one",
                       field->first_word);
        taken |= mask;
        if (field->first_word + words > fields->fixed_words)
            fields->fixed_words = field->first_word + words;
    }
    if (fields->fixed_words < IDL_MESSAGE_WORDS &&
        taken != ((uint64_t)1 << fields->fixed_words) - 1)
        idl_report(checking, fields->first->place,
                   "the words of this message have a hole; give every word below %u a parameter",
                   fields->fixed_words);
}

/* The bounded parts follow the fixed ones; items are counted apart. */
static void place_fields(struct idl_checking *checking, struct idl_fields *fields)
{
    place_fixed(checking, fields);
    fields->most_words = fields->fixed_words;
    for (struct idl_field *field = fields->first; field; field = field->next) {
        if (idl_is_item(field)) {
            field->first_item = fields->items++;
            if (fields->items > IDL_MESSAGE_ITEMS)
                idl_report(checking, field->place,
                           "a message carries at most %d items; hand %s over in another call",
                           IDL_MESSAGE_ITEMS, field->name);
        } else if (field->shape == IDL_BOUNDED) {
            fields->bounded++;
            fields->most_words += idl_words_of(idl_field_bytes(field));
            if (fields->most_words > IDL_MESSAGE_WORDS) {
                idl_report(
                    checking, field->place,
                    "the message is longer than %d words when %s is full; lower the bound, or "
                    "pass it in memory (map or lend)",
                    IDL_MESSAGE_WORDS, field->name);
                fields->most_words = 0;
            }
        }
    }
}

static void place_event(struct idl_checking *checking, struct idl_operation *event)
{
    unsigned offset = 0;
    for (struct idl_field *field = event->in.first; field; field = field->next) {
        if (idl_is_item(field))
            continue;
        unsigned alignment = idl_field_alignment(field);
        field->offset_bytes = (offset + alignment - 1) / alignment * alignment;
        offset = field->offset_bytes + idl_field_bytes(field);
        if (offset > IDL_EVENT_BYTES) {
            idl_report(checking, field->place,
                       "an event holds at most %d bytes; hand %s over with a call", IDL_EVENT_BYTES,
                       field->name);
            offset = 0;
        }
    }
    event->size_bytes = offset;
}

static void check_label(struct idl_checking *checking, struct idl_operation *operation)
{
    if (!checking->interface->kernel) {
        if (operation->has_label)
            idl_report(checking, operation->label.place,
                       "only kernel protocols choose labels; remove it, or write kernel interface");
        return;
    }
    if (operation->kind != IDL_CALL) {
        idl_report(checking, operation->place, "the kernel only calls; write call");
        return;
    }
    if (!operation->has_label) {
        idl_report(checking, operation->place,
                   "the label that the kernel sends is missing; add it behind the number: label n");
        return;
    }
    if (idl_check_number(checking, &operation->label, 0, UINT32_MAX, "the label"))
        idl_check_unique(checking, &checking->labels, &operation->label, "label");
}

static void check_declared_errors(struct idl_checking *checking, struct idl_operation *operation)
{
    struct names names = {.arena = checking->arena};
    for (struct idl_name *name = operation->errors.first; name; name = name->next) {
        if (!idl_error_of(checking->interface, name->name))
            idl_report(checking, name->place,
                       "there is no error %s; declare it: error %s NUMBER \"...\";", name->name,
                       name->name);
        if (names_enter(&names, name->name, &name->place))
            idl_report(checking, name->place, "%s is in the list already; remove it", name->name);
    }
}

static void check_lend(struct idl_checking *checking, const struct idl_operation *operation)
{
    bool into_call = operation->kind == IDL_CALL && !checking->interface->kernel;
    for (struct idl_field *field = operation->in.first; field; field = field->next) {
        if (field->kind == IDL_LEND && (!into_call || operation->later))
            idl_report(
                checking, field->place,
                "memory is lent until a call returns, and this is not the parameter of such a "
                "call; write map");
    }
    for (struct idl_field *field = operation->out.first; field; field = field->next) {
        if (field->kind == IDL_LEND)
            idl_report(checking, field->place,
                       "a reply has no end at which memory comes back; write map");
    }
}

/* Names that the generated functions use themselves. */
static void check_parameter_name(struct idl_checking *checking, struct names *names,
                                 struct idl_field *field)
{
    static const char *const taken[] = {"server", "message", "status", "context",   "handlers",
                                        "sender", "words",   "taken",  "words_due", "reply"};
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        if (strcmp(field->name, taken[i]) == 0)
            idl_report(checking, field->place,
                       "%s is a name in the generated functions; choose another name", field->name);
    }
    if (field->shape == IDL_BOUNDED)
        idl_check_name(checking, names, arena_format(checking->arena, "%s_count", field->name),
                       &field->place);
}

/* Both directions share their names: they become parameters of one function. */
static void check_operation(struct idl_checking *checking, struct idl_operation *operation)
{
    struct names names = {.arena = checking->arena};
    struct idl_fields *lists[] = {&operation->in, &operation->out};
    for (int i = 0; i < 2; i++) {
        for (struct idl_field *field = lists[i]->first; field; field = field->next) {
            idl_check_field(checking, &names, field);
            check_parameter_name(checking, &names, field);
            if (operation->kind == IDL_EVENT)
                check_event_field(checking, field);
            if (checking->interface->kernel)
                check_kernel_field(checking, field);
        }
    }
    check_label(checking, operation);
    check_lend(checking, operation);
    check_declared_errors(checking, operation);
    if (operation->kind == IDL_EVENT) {
        place_event(checking, operation);
        return;
    }
    place_fields(checking, &operation->in);
    place_fields(checking, &operation->out);
}

void idl_check_operations(struct idl_checking *checking)
{
    for (struct idl_operation *operation = checking->interface->operations; operation;
         operation = operation->next) {
        idl_check_name(checking, &checking->items, operation->name, &operation->place);
        if (idl_check_number(checking, &operation->number, 1, IDL_ITEM_MOST, "the number"))
            idl_check_unique(checking, &checking->numbers, &operation->number, "number");
        check_operation(checking, operation);
    }
}

static void check_entry(struct idl_checking *checking, struct idl_queue *queue)
{
    queue->entry = names_find(&checking->structs, queue->entry_name->name);
    if (!queue->entry) {
        idl_report(checking, queue->entry_name->place,
                   "there is no structure %s; the entry of a queue is a structure declared further "
                   "up",
                   queue->entry_name->name);
        return;
    }
    if (queue->entry->size_bytes % IDL_WORD_BYTES)
        idl_report(
            checking, queue->entry_name->place,
            "an entry of %u bytes is no multiple of %d, and rings copy whole words; fill %s up",
            queue->entry->size_bytes, IDL_WORD_BYTES, queue->entry->name);
    if (idl_check_number(checking, &queue->depth, 1, IDL_DEPTH_MOST, "the depth") &&
        (queue->depth.number & (queue->depth.number - 1)))
        idl_report(checking, queue->depth.place,
                   "%llu is no power of two, which the indices of a ring need; round it up",
                   (unsigned long long)queue->depth.number);
}

static struct idl_queue *queue_of(const struct idl_interface *interface, const char *name)
{
    struct idl_queue *queue = interface->queues;
    while (queue && strcmp(queue->name, name) != 0)
        queue = queue->next;
    return queue;
}

static void check_buffers(struct idl_checking *checking, struct idl_queue *queue)
{
    if (queue->content == IDL_VALUES) {
        if (queue->owner != IDL_NOBODY || queue->pair_name)
            idl_report(checking, queue->place,
                       "%s names buffers but not which; write full or empty behind the depth",
                       queue->name);
        return;
    }
    if (queue->owner == IDL_NOBODY)
        idl_report(
            checking, queue->place,
            "whose memory the buffers of %s are is missing; write owner client or owner server",
            queue->name);
    if (!queue->pair_name) {
        idl_report(
            checking, queue->place,
            "how the buffers of %s come back is missing; name the queue in the other direction: "
            "pair NAME",
            queue->name);
        return;
    }
    const struct idl_queue *pair = queue_of(checking->interface, queue->pair_name->name);
    queue->pair = pair;
    if (!pair)
        idl_report(checking, queue->pair_name->place,
                   "there is no queue %s; name the one in which the "
                   "buffers come back",
                   queue->pair_name->name);
    else if (pair->producer == queue->producer || pair->content == queue->content ||
             pair->content == IDL_VALUES || pair->owner != queue->owner || !pair->pair_name ||
             strcmp(pair->pair_name->name, queue->name) != 0)
        idl_report(
            checking, queue->pair_name->place,
            "%s is not the other half of %s; one is full and one empty, in opposite directions, "
            "of the same owner, and each names the other",
            pair->name, queue->name);
}

void idl_check_queues(struct idl_checking *checking)
{
    for (struct idl_queue *queue = checking->interface->queues; queue; queue = queue->next) {
        if (checking->interface->kernel)
            idl_report(checking, queue->place, "the kernel shares no rings; write call");
        idl_check_name(checking, &checking->items, queue->name, &queue->place);
        if (idl_check_number(checking, &queue->number, 1, IDL_ITEM_MOST, "the number"))
            idl_check_unique(checking, &checking->numbers, &queue->number, "number");
        check_entry(checking, queue);
        check_buffers(checking, queue);
    }
}
