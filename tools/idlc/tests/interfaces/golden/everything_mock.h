/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from everything.idl. */
/* A sample that uses every feature of the interface language once. */
/*
 * A server for unit tests: include the headers of CMocka before this one. Each handler checks its
 * arguments (expect_value and the like), then takes its results in order and its status from
 * will_return.
 */
#ifndef IDL_EVERYTHING_MOCK_H
#define IDL_EVERYTHING_MOCK_H

#include <tools/idlc/tests/interfaces/good/everything_server.h>
#include <interface/endpoint.h>

static inline int everything_mock_info(void *context, uint64_t sender, uint8_t mac[6],
                                       uint32_t *mtu_bytes)
{
    (void)context;
    (void)sender;
    memcpy(mac, mock_ptr_type(const void *), 6);
    *mtu_bytes = mock_type(uint32_t);
    return mock_type(int);
}

static inline int everything_mock_configure(void *context, uint64_t sender, uint32_t rate,
                                            enum everything_speed wanted, bool promiscuous)
{
    (void)context;
    (void)sender;
    check_expected(rate);
    check_expected(wanted);
    check_expected(promiscuous);
    return mock_type(int);
}

static inline int everything_mock_find(void *context, uint64_t sender, const char *name,
                                       const uint16_t *hints, uint32_t hints_count, uint32_t *index,
                                       char full_name[65])
{
    (void)context;
    (void)sender;
    check_expected_ptr(name);
    check_expected_ptr(hints);
    check_expected(hints_count);
    *index = mock_type(uint32_t);
    strcpy(full_name, mock_ptr_type(const char *));
    return mock_type(int);
}

static inline int everything_mock_count(void *context, uint64_t sender, uint32_t index,
                                        struct everything_counters *now)
{
    (void)context;
    (void)sender;
    check_expected(index);
    *now = *mock_ptr_type(const struct everything_counters *);
    return mock_type(int);
}

static inline int everything_mock_wait(void *context, uint64_t sender, uint64_t since,
                                       uint64_t *sequence)
{
    (void)context;
    (void)sender;
    check_expected(since);
    *sequence = mock_type(uint64_t);
    return mock_type(int);
}

static inline int everything_mock_lend_table(void *context, uint64_t sender,
                                             const struct interface_memory *table)
{
    (void)context;
    (void)sender;
    check_expected_ptr(table);
    return mock_type(int);
}

static inline int everything_mock_give(void *context, uint64_t sender,
                                       const struct interface_memory *area, l4_handle_t client,
                                       l4_handle_t *session, struct interface_memory *ring)
{
    (void)context;
    (void)sender;
    check_expected_ptr(area);
    check_expected(client);
    *session = mock_type(l4_handle_t);
    *ring = *mock_ptr_type(const struct interface_memory *);
    return mock_type(int);
}

static inline void everything_mock_poke(void *context, uint64_t sender, uint64_t bits)
{
    (void)context;
    (void)sender;
    check_expected(bits);
}

static inline void everything_mock_hint(void *context, uint64_t sender, uint64_t bits)
{
    (void)context;
    (void)sender;
    check_expected(bits);
}

static const struct everything_handlers everything_mock_handlers = {
    .info = everything_mock_info,
    .configure = everything_mock_configure,
    .find = everything_mock_find,
    .count = everything_mock_count,
    .wait = everything_mock_wait,
    .lend_table = everything_mock_lend_table,
    .give = everything_mock_give,
    .poke = everything_mock_poke,
    .hint = everything_mock_hint,
};

static inline bool everything_mock_serve(void *context, struct l4_message *message)
{
    return everything_dispatch(&everything_mock_handlers, context, message);
}

/* Where the code under test sends its calls. */
static const struct endpoint everything_mock = {.serve = everything_mock_serve};

#endif
