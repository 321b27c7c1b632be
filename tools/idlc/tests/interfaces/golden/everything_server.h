/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from everything.idl. */
/* A sample that uses every feature of the interface language once. */
/* The dispatch of the server. */
#ifndef IDL_EVERYTHING_SERVER_H
#define IDL_EVERYTHING_SERVER_H

#include <tools/idlc/tests/interfaces/good/everything.h>

/*
 * What a server does. `sender` is the label of the handle that the client used. A handler returns 0,
 * an error of the interface or a negative status; results count only with 0. Arguments are checked
 * before, and are valid until the handler returns; handles and memory that came with map are the
 * server's from then on, whatever it returns. What is not served is null.
 */
struct everything_handlers {
    /* What the card is and can. */
    int (*info)(void *context, uint64_t sender, uint8_t mac[6], uint32_t *mtu_bytes);
    /* Sets the card up. */
    int (*configure)(void *context, uint64_t sender, uint32_t rate, enum everything_speed wanted,
                     bool promiscuous);
    /* Looks a name up. */
    int (*find)(void *context, uint64_t sender, const char *name, const uint16_t *hints,
                uint32_t hints_count, uint32_t *index, char full_name[65]);
    /* Reads the counters. */
    int (*count)(void *context, uint64_t sender, uint32_t index, struct everything_counters *now);
    /*
     * Answers when something has happened after `since`. May keep the reply (l4_reply_save), return
     * INTERFACE_LATER and answer with everything_wait_reply.
     */
    int (*wait)(void *context, uint64_t sender, uint64_t since, uint64_t *sequence);
    /* Shows a table for as long as the call lasts. */
    int (*lend_table)(void *context, uint64_t sender, const struct interface_memory *table);
    /* Hands memory over and gets some back. */
    int (*give)(void *context, uint64_t sender, const struct interface_memory *area,
                l4_handle_t client, l4_handle_t *session, struct interface_memory *ring);
    /* Asks for nothing in return. */
    void (*poke)(void *context, uint64_t sender, uint64_t bits);
    /* May be missed. */
    void (*hint)(void *context, uint64_t sender, uint64_t bits);
};

static inline bool everything_serve_info(const struct everything_handlers *handlers, void *context,
                                         struct l4_message *message)
{
    if (!handlers->info)
        return message_refuse(message, INTERFACE_UNKNOWN);
    if (!message_has_shape(message, 0, 0))
        return message_refuse(message, INTERFACE_MALFORMED);
    uint8_t mac[6] = {0};
    uint32_t mtu_bytes = 0;
    int status = handlers->info(context, message->label, mac, &mtu_bytes);
    if (status != 0)
        return message_answer(message, status);
    message_put(message, 0, mac, 6);
    message->w[1] = mtu_bytes;
    message->tag = L4_TAG(0, 2, 0);
    return true;
}

static inline bool everything_serve_configure(const struct everything_handlers *handlers,
                                              void *context, struct l4_message *message)
{
    if (!handlers->configure)
        return message_refuse(message, INTERFACE_UNKNOWN);
    if (!message_has_shape(message, 3, 0) ||
        message->w[0] < 1 || message->w[0] > 1000 ||
        !everything_speed_is_valid(message->w[1]) ||
        message->w[2] > 1)
        return message_refuse(message, INTERFACE_MALFORMED);
    int status = handlers->configure(context, message->label, (uint32_t)message->w[0],
                                     (enum everything_speed)message->w[1], message->w[2] != 0);
    if (status != 0)
        return message_answer(message, status);
    message->tag = L4_TAG(0, 0, 0);
    return true;
}

static inline bool everything_serve_find(const struct everything_handlers *handlers, void *context,
                                         struct l4_message *message)
{
    if (!handlers->find)
        return message_refuse(message, INTERFACE_UNKNOWN);
    if (l4_tag_words(message->tag) < 2)
        return message_refuse(message, INTERFACE_MALFORMED);
    if (message->w[0] > 40 || message->w[1] > 4)
        return message_refuse(message, INTERFACE_MALFORMED);
    unsigned words_due = 2 + message_words_of(message->w[0]) + message_words_of(message->w[1] * 2);
    if (!message_has_shape(message, words_due, 0))
        return message_refuse(message, INTERFACE_MALFORMED);
    char name[41];
    uint16_t hints[4];
    unsigned taken = 2;
    uint32_t name_count = (uint32_t)message->w[0];
    message_get(message, taken, name, name_count * sizeof(*name));
    taken += message_words_of(name_count * sizeof(*name));
    name[name_count] = 0;
    if (memchr(name, 0, name_count))
        return message_refuse(message, INTERFACE_MALFORMED);
    uint32_t hints_count = (uint32_t)message->w[1];
    message_get(message, taken, hints, hints_count * sizeof(*hints));
    uint32_t index = 0;
    char full_name[65] = {0};
    int status = handlers->find(context, message->label, name, hints, hints_count, &index, full_name);
    if (status != 0)
        return message_answer(message, status);
    uint32_t words = 2;
    message->w[0] = index;
    uint32_t full_name_count = message_text_length(full_name, 65);
    if (full_name_count > 64)
        return message_answer(message, INTERFACE_REFUSED);
    message->w[1] = full_name_count;
    message_put(message, words, full_name, full_name_count * sizeof(*full_name));
    words += message_words_of(full_name_count * sizeof(*full_name));
    message->tag = L4_TAG(0, words, 0);
    return true;
}

static inline bool everything_serve_count(const struct everything_handlers *handlers, void *context,
                                          struct l4_message *message)
{
    if (!handlers->count)
        return message_refuse(message, INTERFACE_UNKNOWN);
    if (!message_has_shape(message, 1, 0) ||
        message->w[0] > UINT32_MAX)
        return message_refuse(message, INTERFACE_MALFORMED);
    struct everything_counters now = {0};
    int status = handlers->count(context, message->label, (uint32_t)message->w[0], &now);
    if (status != 0)
        return message_answer(message, status);
    message_put(message, 0, &now, 24);
    message->tag = L4_TAG(0, 3, 0);
    return true;
}

static inline bool everything_serve_wait(const struct everything_handlers *handlers, void *context,
                                         struct l4_message *message)
{
    if (!handlers->wait)
        return message_refuse(message, INTERFACE_UNKNOWN);
    if (!message_has_shape(message, 1, 0))
        return message_refuse(message, INTERFACE_MALFORMED);
    uint64_t sequence = 0;
    int status = handlers->wait(context, message->label, message->w[0], &sequence);
    if (status == INTERFACE_LATER)
        return false;
    if (status != 0)
        return message_answer(message, status);
    message->w[0] = sequence;
    message->tag = L4_TAG(0, 1, 0);
    return true;
}

/* Answers a call of wait whose reply was kept; the handle is used up. Never blocks. */
static inline int everything_wait_reply(l4_handle_t reply, int status, uint64_t sequence)
{
    struct l4_message message = {0};
    if (status != 0)
        return message_reply_failure(reply, status);
    message.w[0] = sequence;
    message.tag = L4_TAG(0, 1, 0);
    return message_reply(reply, &message);
}

static inline bool everything_serve_lend_table(const struct everything_handlers *handlers,
                                               void *context, struct l4_message *message)
{
    if (!handlers->lend_table)
        return message_refuse(message, INTERFACE_UNKNOWN);
    if (!message_has_shape(message, 0, 1))
        return message_refuse(message, INTERFACE_MALFORMED);
    struct interface_memory table;
    if (!message_memory_get(0, &table, 4096, L4_READ))
        return message_refuse(message, INTERFACE_MALFORMED);
    int status = handlers->lend_table(context, message->label, &table);
    if (status != 0)
        return message_answer(message, status);
    message->tag = L4_TAG(0, 0, 0);
    return true;
}

static inline bool everything_serve_give(const struct everything_handlers *handlers, void *context,
                                         struct l4_message *message)
{
    if (!handlers->give)
        return message_refuse(message, INTERFACE_UNKNOWN);
    if (!message_has_shape(message, 0, 2))
        return message_refuse(message, INTERFACE_MALFORMED);
    struct interface_memory area;
    l4_handle_t client;
    if (!message_memory_get(0, &area, 65536, L4_READ | L4_WRITE))
        return message_refuse(message, INTERFACE_MALFORMED);
    if (!message_handle_get(1, &client, L4_RIGHT_SEND))
        return message_refuse(message, INTERFACE_MALFORMED);
    l4_handle_t session = 0;
    struct interface_memory ring = {0};
    int status = handlers->give(context, message->label, &area, client, &session, &ring);
    if (status != 0)
        return message_answer(message, status);
    message_handle_put(0, session, L4_RIGHT_SEND | L4_RIGHT_NOTIFY);
    if (!message_memory_put(1, &ring, L4_READ | L4_WRITE))
        return message_answer(message, INTERFACE_REFUSED);
    message->tag = L4_TAG(0, 0, 2);
    return true;
}

static inline bool everything_serve_poke(const struct everything_handlers *handlers, void *context,
                                         struct l4_message *message)
{
    if (!handlers->poke)
        return message_ignore(message);
    if (!message_has_send_shape(message, 1, 0))
        return message_ignore(message);
    handlers->poke(context, message->label, message->w[0]);
    return false;
}

static inline bool everything_serve_hint(const struct everything_handlers *handlers, void *context,
                                         struct l4_message *message)
{
    if (!handlers->hint)
        return message_ignore(message);
    if (!message_has_send_shape(message, 1, 0))
        return message_ignore(message);
    handlers->hint(context, message->label, message->w[0]);
    return false;
}

/*
 * Serves one message and turns it into its answer. Returns whether there is one to send now.
 */
static inline bool everything_dispatch(const struct everything_handlers *handlers, void *context,
                                       struct l4_message *message)
{
    switch (l4_tag_label(message->tag)) {
    case EVERYTHING_INFO_LABEL:
        return everything_serve_info(handlers, context, message);
    case EVERYTHING_CONFIGURE_LABEL:
        return everything_serve_configure(handlers, context, message);
    case EVERYTHING_FIND_LABEL:
        return everything_serve_find(handlers, context, message);
    case EVERYTHING_COUNT_LABEL:
        return everything_serve_count(handlers, context, message);
    case EVERYTHING_WAIT_LABEL:
        return everything_serve_wait(handlers, context, message);
    case EVERYTHING_LEND_TABLE_LABEL:
        return everything_serve_lend_table(handlers, context, message);
    case EVERYTHING_GIVE_LABEL:
        return everything_serve_give(handlers, context, message);
    case EVERYTHING_POKE_LABEL:
        return everything_serve_poke(handlers, context, message);
    case EVERYTHING_HINT_LABEL:
        return everything_serve_hint(handlers, context, message);
    default:
        return message_refuse(message, INTERFACE_UNKNOWN);
    }
}

#endif
