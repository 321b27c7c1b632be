/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from everything.idl. */
/* A sample that uses every feature of the interface language once. */
/*
 * Stubs of the client. They return 0, an error of the interface, or a negative status
 * (interface/status.h); results are valid only with 0.
 */
#ifndef IDL_EVERYTHING_CLIENT_H
#define IDL_EVERYTHING_CLIENT_H

#include <tools/idlc/tests/interfaces/good/everything.h>
#include <interface/endpoint.h>

/* What the card is and can. May be repeated. Blocks until the answer is there. */
static inline int everything_info(const struct endpoint *server, uint8_t mac[6], uint32_t *mtu_bytes)
{
    struct l4_message message = {0};
    message.tag = L4_TAG(EVERYTHING_INFO_LABEL, 0, 0);
    int status = endpoint_call(server, &message);
    if (status != 0)
        return status;
    if (message.tag != L4_TAG(0, 2, 0) ||
        message.w[1] > UINT32_MAX)
        return message_failure(message.tag);
    message_get(&message, 0, mac, 6);
    *mtu_bytes = (uint32_t)message.w[1];
    return 0;
}

/* Sets the card up. Errors: busy. Blocks until the answer is there. */
static inline int everything_configure(const struct endpoint *server, uint32_t rate,
                                       enum everything_speed wanted, bool promiscuous)
{
    struct l4_message message = {0};
    message.w[0] = rate;
    message.w[1] = wanted;
    message.w[2] = promiscuous;
    message.tag = L4_TAG(EVERYTHING_CONFIGURE_LABEL, 3, 0);
    int status = endpoint_call(server, &message);
    if (status != 0)
        return status;
    if (message.tag != L4_TAG(0, 0, 0))
        return message_failure(message.tag);
    return 0;
}

/* Looks a name up. Errors: no_name. May be repeated. Blocks until the answer is there. */
static inline int everything_find(const struct endpoint *server, const char *name,
                                  const uint16_t *hints, uint32_t hints_count, uint32_t *index,
                                  char full_name[65])
{
    struct l4_message message = {0};
    uint32_t words = 2;
    uint32_t name_count = message_text_length(name, 41);
    if (name_count > 40)
        return INTERFACE_MALFORMED;
    message.w[0] = name_count;
    message_put(&message, words, name, name_count * sizeof(*name));
    words += message_words_of(name_count * sizeof(*name));
    if (hints_count > 4)
        return INTERFACE_MALFORMED;
    message.w[1] = hints_count;
    message_put(&message, words, hints, hints_count * sizeof(*hints));
    words += message_words_of(hints_count * sizeof(*hints));
    message.tag = L4_TAG(EVERYTHING_FIND_LABEL, words, 0);
    int status = endpoint_call(server, &message);
    if (status != 0)
        return status;
    if (l4_tag_words(message.tag) < 2)
        return message_failure(message.tag);
    if (message.w[1] > 64)
        return message_failure(message.tag);
    unsigned words_due = 2 + message_words_of(message.w[1]);
    if (message.tag != L4_TAG(0, words_due, 0) ||
        message.w[0] > UINT32_MAX)
        return message_failure(message.tag);
    const unsigned taken = 2;
    *index = (uint32_t)message.w[0];
    uint32_t full_name_count = (uint32_t)message.w[1];
    message_get(&message, taken, full_name, full_name_count * sizeof(*full_name));
    full_name[full_name_count] = 0;
    if (memchr(full_name, 0, full_name_count))
        return message_failure(message.tag);
    return 0;
}

/* Reads the counters. Blocks until the answer is there. */
static inline int everything_count(const struct endpoint *server, uint32_t index,
                                   struct everything_counters *now)
{
    struct l4_message message = {0};
    message.w[0] = index;
    message.tag = L4_TAG(EVERYTHING_COUNT_LABEL, 1, 0);
    int status = endpoint_call(server, &message);
    if (status != 0)
        return status;
    if (message.tag != L4_TAG(0, 3, 0))
        return message_failure(message.tag);
    message_get(&message, 0, now, 24);
    if (!everything_counters_is_valid(now))
        return message_failure(message.tag);
    return 0;
}

/*
 * Answers when something has happened after `since`. Blocks until the answer is there, which may
 * take long.
 */
static inline int everything_wait(const struct endpoint *server, uint64_t since, uint64_t *sequence)
{
    struct l4_message message = {0};
    message.w[0] = since;
    message.tag = L4_TAG(EVERYTHING_WAIT_LABEL, 1, 0);
    int status = endpoint_call(server, &message);
    if (status != 0)
        return status;
    if (message.tag != L4_TAG(0, 1, 0))
        return message_failure(message.tag);
    *sequence = message.w[0];
    return 0;
}

/*
 * Shows a table for as long as the call lasts. `table` is the caller's alone again afterwards.
 * Blocks until the answer is there.
 */
static inline int everything_lend_table(const struct endpoint *server,
                                        const struct interface_memory *table)
{
    struct l4_message message = {0};
    if (!message_memory_put(0, table, L4_READ))
        return INTERFACE_MALFORMED;
    message.tag = L4_TAG(EVERYTHING_LEND_TABLE_LABEL, 0, 1);
    int status = endpoint_call(server, &message);
    endpoint_lend_end(server, table);
    if (status != 0)
        return status;
    if (message.tag != L4_TAG(0, 0, 0))
        return message_failure(message.tag);
    return 0;
}

/* Hands memory over and gets some back. Errors: busy. Blocks until the answer is there. */
static inline int everything_give(const struct endpoint *server,
                                  const struct interface_memory *area, l4_handle_t client,
                                  l4_handle_t *session, struct interface_memory *ring)
{
    struct l4_message message = {0};
    if (!message_memory_put(0, area, L4_READ | L4_WRITE))
        return INTERFACE_MALFORMED;
    message_handle_put(1, client, L4_RIGHT_SEND);
    message.tag = L4_TAG(EVERYTHING_GIVE_LABEL, 0, 2);
    int status = endpoint_call(server, &message);
    if (status != 0)
        return status;
    if (message.tag != L4_TAG(0, 0, 2))
        return message_failure(message.tag);
    if (!message_handle_get(0, session, L4_RIGHT_SEND | L4_RIGHT_NOTIFY))
        return message_failure(message.tag);
    if (!message_memory_get(1, ring, 65536, L4_READ | L4_WRITE))
        return message_failure(message.tag);
    return 0;
}

/* Asks for nothing in return. Blocks until the server receives. */
static inline int everything_poke(const struct endpoint *server, uint64_t bits)
{
    struct l4_message message = {0};
    message.w[0] = bits;
    message.tag = L4_TAG(EVERYTHING_POKE_LABEL, 1, 0);
    return endpoint_send(server, &message);
}

/*
 * May be missed. Never blocks: a server that does not wait for it misses it, and the status says
 * so.
 */
static inline int everything_hint(const struct endpoint *server, uint64_t bits)
{
    struct l4_message message = {0};
    message.w[0] = bits;
    message.tag = L4_TAG(EVERYTHING_HINT_LABEL, 1, 0) | L4_TAG_IMMEDIATE;
    return endpoint_send(server, &message);
}

#endif
