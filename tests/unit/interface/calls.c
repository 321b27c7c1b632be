// SPDX-License-Identifier: BSD-2-Clause
//
// Calls between a generated stub and a generated dispatch, then each of them against an end that
// lies.
#include "sample.h"

#include <stdlib.h>

enum { CLIENT_LABEL = 77 };

// What the handlers saw last.
static struct {
    unsigned calls;
    uint64_t sender, number;
    enum everything_speed speed;
    bool flag;
    char name[64];
    uint16_t hints[8];
    uint32_t hints_count;
    struct interface_memory memory;
    l4_handle_t handle;
} seen;

static int answer; // what the handlers return

static int info(void *context, uint64_t sender, uint8_t mac[6], uint32_t *mtu_bytes)
{
    (void)context;
    seen.calls++;
    seen.sender = sender;
    memcpy(mac, "\x52\x54\x00\x12\x34\x56", 6);
    *mtu_bytes = 1500;
    return answer;
}

static int configure(void *context, uint64_t sender, uint32_t rate, enum everything_speed wanted,
                     bool promiscuous)
{
    (void)context;
    (void)sender;
    seen.calls++;
    seen.number = rate;
    seen.speed = wanted;
    seen.flag = promiscuous;
    return answer;
}

static int find(void *context, uint64_t sender, const char *name, const uint16_t *hints,
                uint32_t hints_count, uint32_t *index, char full_name[65])
{
    (void)context;
    (void)sender;
    seen.calls++;
    strcpy(seen.name, name);
    seen.hints_count = hints_count;
    memcpy(seen.hints, hints, hints_count * sizeof(*hints));
    *index = 4;
    strcpy(full_name, "the full name of it");
    return answer;
}

static int count(void *context, uint64_t sender, uint32_t index, struct everything_counters *now)
{
    (void)context;
    (void)sender;
    seen.calls++;
    now->frames[1] = index;
    now->link = EVERYTHING_SPEED_FAST;
    now->promiscuous = 1;
    return answer;
}

static int lend_table(void *context, uint64_t sender, const struct interface_memory *table)
{
    (void)context;
    (void)sender;
    seen.calls++;
    seen.memory = *table;
    return answer;
}

static alignas(4096) char given[2][4096];

static int give(void *context, uint64_t sender, const struct interface_memory *area,
                l4_handle_t client, l4_handle_t *session, struct interface_memory *ring)
{
    (void)context;
    (void)sender;
    seen.calls++;
    seen.memory = *area;
    seen.handle = client;
    *session = 31;
    *ring = (struct interface_memory){.base = given[1], .length_bytes = sizeof(given[1])};
    return answer;
}

static void poke(void *context, uint64_t sender, uint64_t bits)
{
    (void)context;
    (void)sender;
    seen.calls++;
    seen.number = bits;
}

static const struct everything_handlers handlers = {
    .info = info,
    .configure = configure,
    .find = find,
    .count = count,
    .lend_table = lend_table,
    .give = give,
    .poke = poke,
};

static bool serve(void *context, struct l4_message *message)
{
    return everything_dispatch(&handlers, context, message);
}

static const struct endpoint server = {.serve = serve, .label = CLIENT_LABEL};

static int start(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    answer = 0;
    return 0;
}

static void results_of_fixed_size_arrive(void **state)
{
    (void)state;
    uint8_t mac[6];
    uint32_t mtu_bytes;
    assert_int_equal(everything_info(&server, mac, &mtu_bytes), 0);
    assert_memory_equal(mac, "\x52\x54\x00\x12\x34\x56", 6);
    assert_int_equal(mtu_bytes, 1500);
    assert_int_equal(seen.sender, CLIENT_LABEL);
    struct everything_counters now;
    assert_int_equal(everything_count(&server, 9, &now), 0);
    assert_int_equal(now.frames[1], 9);
    assert_int_equal(now.link, EVERYTHING_SPEED_FAST);
}

static void strings_and_arrays_arrive_whole(void **state)
{
    (void)state;
    const uint16_t hints[] = {1, 2, 0xffff, 4};
    uint32_t index;
    char full_name[65];
    assert_int_equal(everything_find(&server, "eth0", hints, 4, &index, full_name), 0);
    assert_string_equal(seen.name, "eth0");
    assert_int_equal(seen.hints_count, 4);
    assert_memory_equal(seen.hints, hints, sizeof(hints));
    assert_int_equal(index, 4);
    assert_string_equal(full_name, "the full name of it");
    assert_int_equal(everything_find(&server, "", NULL, 0, &index, full_name), 0);
    assert_string_equal(seen.name, "");
}

// A server that calls another one of the same program before it looks at its own message.
static bool serve_by_asking(void *context, struct l4_message *message)
{
    uint32_t index;
    char full_name[65];
    assert_int_equal(everything_find(&server, "inner", NULL, 0, &index, full_name), 0);
    return serve(context, message);
}

static void a_server_may_call_another_meanwhile(void **state)
{
    (void)state;
    const struct endpoint asking = {.serve = serve_by_asking, .label = CLIENT_LABEL + 1};
    assert_int_equal(everything_configure(&asking, 10, EVERYTHING_SPEED_FAST, true), 0);
    assert_int_equal(seen.number, 10);
    assert_string_equal(seen.name, "inner");
    struct everything_counters now;
    assert_int_equal(everything_count(&asking, 9, &now), 0);
    assert_int_equal(now.frames[1], 9);
    assert_int_equal(now.link, EVERYTHING_SPEED_FAST);
}

static void what_exceeds_a_bound_is_not_sent(void **state)
{
    (void)state;
    const uint16_t hints[5] = {0};
    uint32_t index;
    char full_name[65];
    const char *longest = "1234567890123456789012345678901234567890";
    assert_int_equal(everything_find(&server, longest, hints, 4, &index, full_name), 0);
    assert_string_equal(seen.name, longest);
    assert_int_equal(everything_find(&server, "12345678901234567890123456789012345678901", hints, 1,
                                     &index, full_name),
                     INTERFACE_MALFORMED);
    assert_int_equal(everything_find(&server, "x", hints, 5, &index, full_name),
                     INTERFACE_MALFORMED);
    assert_int_equal(seen.calls, 1);
}

static void errors_come_back_as_statuses(void **state)
{
    (void)state;
    answer = EVERYTHING_ERROR_BUSY;
    assert_int_equal(everything_configure(&server, 10, EVERYTHING_SPEED_SLOW, true),
                     EVERYTHING_ERROR_BUSY);
    assert_int_equal(seen.number, 10);
    assert_int_equal(seen.speed, EVERYTHING_SPEED_SLOW);
    assert_true(seen.flag);
    answer = INTERFACE_EXHAUSTED;
    assert_int_equal(everything_configure(&server, 10, EVERYTHING_SPEED_SLOW, true),
                     INTERFACE_EXHAUSTED);
}

static void memory_and_handles_arrive(void **state)
{
    (void)state;
    struct interface_memory area = {.base = given[0], .length_bytes = sizeof(given[0])}, ring;
    l4_handle_t session;
    assert_int_equal(everything_give(&server, &area, 12, &session, &ring), 0);
    assert_ptr_equal(seen.memory.base, given[0]);
    assert_int_equal(seen.memory.length_bytes, 4096);
    assert_int_equal(seen.handle, 12);
    assert_int_equal(session, 31);
    assert_ptr_equal(ring.base, given[1]);
    assert_int_equal(everything_lend_table(&server, &area), 0);
    struct interface_memory crooked = {.base = given[0] + 8, .length_bytes = sizeof(given[0])};
    assert_int_equal(everything_lend_table(&server, &crooked), INTERFACE_MALFORMED);
}

static void a_send_has_no_answer(void **state)
{
    (void)state;
    assert_int_equal(everything_poke(&server, 0x55), 0);
    assert_int_equal(seen.number, 0x55);
}

static void what_is_not_served_is_said_to_be_unknown(void **state)
{
    (void)state;
    uint64_t sequence;
    assert_int_equal(everything_wait(&server, 0, &sequence), INTERFACE_UNKNOWN);
    struct l4_message message = {.tag = L4_TAG(MESSAGE_LABEL(EVERYTHING_INTERFACE, 999), 0, 0)};
    assert_true(everything_dispatch(&handlers, NULL, &message));
    assert_int_equal((int16_t)l4_tag_label(message.tag), INTERFACE_UNKNOWN);
}

static void without_a_server_the_kernels_status_comes_back(void **state)
{
    (void)state;
    const struct endpoint nobody = {.handle = 5};
    uint8_t mac[6];
    uint32_t mtu_bytes;
    int status = everything_info(&nobody, mac, &mtu_bytes);
    assert_int_equal(status, INTERFACE_KERNEL(L4_STATUS_HANDLE));
    assert_string_equal(interface_status_text(status), l4_status_text(L4_STATUS_HANDLE));
}

// Requests that a stub would never send.
static int refused(uint64_t tag, const uint64_t words[6])
{
    struct l4_message message = {.tag = tag};
    if (words)
        memcpy(message.w, words, sizeof(message.w));
    unsigned calls = seen.calls;
    bool answered = everything_dispatch(&handlers, NULL, &message);
    assert_int_equal(seen.calls, calls);
    return answered ? (int16_t)l4_tag_label(message.tag) : 0;
}

static void a_wrong_number_of_words_is_refused(void **state)
{
    (void)state;
    const uint64_t words[6] = {10, 10, 1};
    for (unsigned count = 0; count <= 64; count++) {
        if (count != 3)
            assert_int_equal(refused(L4_TAG(EVERYTHING_CONFIGURE_LABEL, count, 0), words),
                             INTERFACE_MALFORMED);
    }
    assert_int_equal(refused(L4_TAG(EVERYTHING_CONFIGURE_LABEL, 3, 1), words), INTERFACE_MALFORMED);
}

static void values_out_of_range_are_refused(void **state)
{
    (void)state;
    const uint64_t bad[][6] = {{0, 10, 1},  {1001, 10, 1}, {10, 11, 1},
                               {10, 10, 2}, {10, 256, 1},  {1ull << 32 | 10, 10, 1}};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(refused(L4_TAG(EVERYTHING_CONFIGURE_LABEL, 3, 0), bad[i]),
                         INTERFACE_MALFORMED);
    const uint64_t index[6] = {1ull << 32};
    assert_int_equal(refused(L4_TAG(EVERYTHING_COUNT_LABEL, 1, 0), index), INTERFACE_MALFORMED);
}

static void a_message_that_claims_to_be_the_kernels_is_refused(void **state)
{
    (void)state;
    const uint64_t words[6] = {10, 10, 1};
    assert_int_equal(refused(L4_TAG(EVERYTHING_CONFIGURE_LABEL, 3, 0) | L4_TAG_KERNEL, words),
                     INTERFACE_MALFORMED);
}

static void counts_that_do_not_fit_the_message_are_refused(void **state)
{
    (void)state;
    const uint64_t counts[][6] = {{41, 0}, {0, 5}, {~0ull, 0}, {0, 1ull << 63}, {40, 4}, {1, 1}};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        assert_int_equal(refused(L4_TAG(EVERYTHING_FIND_LABEL, 2, 0), counts[i]),
                         INTERFACE_MALFORMED);
    const uint64_t none[6] = {0, 0};
    assert_int_equal(refused(L4_TAG(EVERYTHING_FIND_LABEL, 1, 0), none), INTERFACE_MALFORMED);
    assert_int_equal(refused(L4_TAG(EVERYTHING_FIND_LABEL, 3, 0), none), INTERFACE_MALFORMED);
}

static void a_string_with_an_end_in_the_middle_is_refused(void **state)
{
    (void)state;
    const uint64_t words[6] = {4, 0, 'a' | 'b' << 16};
    assert_int_equal(refused(L4_TAG(EVERYTHING_FIND_LABEL, 3, 0), words), INTERFACE_MALFORMED);
}

// Items: memory that is too long, has too few rights, is a handle, or did not arrive;
// a handle that has too few.
static void items_of_the_wrong_kind_are_refused(void **state)
{
    (void)state;
    const struct l4_item wrong[] = {
        {L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ), 0x1000, 4096},
        {L4_ITEM_WORD(L4_ITEM_MAP, 17, L4_READ | L4_WRITE), 0x20000, 0x20000},
        {L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ | L4_WRITE), 0x1000, 0},
        {L4_ITEM_WORD(L4_ITEM_HANDLE, 0, L4_RIGHT_ALL), 9, 0},
        {L4_ITEM_WORD(L4_ITEM_NONE, 0, 0), L4_STATUS_WINDOW, 0},
    };
    const struct l4_item handle = {L4_ITEM_WORD(L4_ITEM_HANDLE, 0, L4_RIGHT_ALL), 9, 0};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        l4_utcb()->items[0] = wrong[i];
        l4_utcb()->items[1] = handle;
        assert_int_equal(refused(L4_TAG(EVERYTHING_GIVE_LABEL, 0, 2), NULL), INTERFACE_MALFORMED);
    }
    const struct l4_item right = {L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ | L4_WRITE), 0x1000, 4096};
    const struct l4_item weak = {L4_ITEM_WORD(L4_ITEM_HANDLE, 0, L4_RIGHT_NOTIFY), 9, 0};
    l4_utcb()->items[0] = right;
    l4_utcb()->items[1] = right;
    assert_int_equal(refused(L4_TAG(EVERYTHING_GIVE_LABEL, 0, 2), NULL), INTERFACE_MALFORMED);
    l4_utcb()->items[1] = weak;
    assert_int_equal(refused(L4_TAG(EVERYTHING_GIVE_LABEL, 0, 2), NULL), INTERFACE_MALFORMED);
}

// What the kernel was asked while a message was refused.
static unsigned closed, unmapped;

static enum l4_status count_releases(uint64_t operation, uint64_t first, uint64_t second,
                                     uint64_t third, struct l4_message *message)
{
    (void)first;
    (void)third;
    (void)message;
    closed += operation == L4_OP_HANDLE_CLOSE && second == 9;
    unmapped += operation == L4_OP_UNMAP && second == 0x1000;
    return L4_STATUS_OK;
}

static void what_came_with_a_refused_message_is_let_go(void **state)
{
    (void)state;
    closed = unmapped = 0;
    host_kernel = count_releases;
    l4_utcb()->items[0] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ), 0x1000, 4096};
    l4_utcb()->items[1] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_HANDLE, 0, 1), 9, 0};
    assert_int_equal(refused(L4_TAG(EVERYTHING_GIVE_LABEL, 0, 2), NULL), INTERFACE_MALFORMED);
    host_kernel = NULL;
    assert_int_equal(closed, 1);
    assert_int_equal(unmapped, 1);
}

static void inside_one_program_nothing_of_the_caller_is_let_go(void **state)
{
    (void)state;
    closed = unmapped = 0;
    host_kernel = count_releases;
    struct interface_memory area = {.base = (void *)0x1000, .length_bytes = 4096}, ring;
    l4_handle_t session;
    const struct everything_handlers nothing = {0};
    (void)nothing;
    const struct endpoint refusing = {.serve = serve};
    answer = EVERYTHING_ERROR_BUSY;
    assert_int_equal(everything_give(&refusing, &area, 9, &session, &ring), EVERYTHING_ERROR_BUSY);
    uint64_t sequence;
    assert_int_equal(everything_wait(&refusing, 0, &sequence), INTERFACE_UNKNOWN);
    host_kernel = NULL;
    assert_int_equal(closed + unmapped, 0);
}

// A server that answers what it likes.
static struct l4_message lie;

static bool serve_lie(void *context, struct l4_message *message)
{
    (void)context;
    *message = lie;
    return true;
}

static const struct endpoint liar = {.serve = serve_lie};

static void a_reply_of_the_wrong_form_is_an_error(void **state)
{
    (void)state;
    uint8_t mac[6];
    uint32_t mtu_bytes;
    const uint64_t tags[] = {L4_TAG(0, 0, 0),      L4_TAG(0, 3, 0),      L4_TAG(0, 2, 1),
                             L4_TAG(0, 64, 8),     L4_TAG(0x7fff, 0, 0), L4_TAG(0xff00, 0, 0),
                             L4_TAG(0x10000, 2, 0)};
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        lie = (struct l4_message){.tag = tags[i]};
        assert_int_equal(everything_info(&liar, mac, &mtu_bytes), INTERFACE_MALFORMED);
    }
    lie = (struct l4_message){.tag = L4_TAG(0, 2, 0), .w = {0, 1ull << 32}};
    assert_int_equal(everything_info(&liar, mac, &mtu_bytes), INTERFACE_MALFORMED);
    struct everything_counters now;
    lie = (struct l4_message){.tag = L4_TAG(0, 3, 0), .w = {0, 0, 3}};
    assert_int_equal(everything_count(&liar, 0, &now), INTERFACE_MALFORMED);
}

// Any tag, any words, any items: nobody but the handlers may notice.
static void no_message_harms_either_end(void **state)
{
    (void)state;
    const uint64_t labels[] = {EVERYTHING_INFO_LABEL,       EVERYTHING_FIND_LABEL,
                               EVERYTHING_COUNT_LABEL,      EVERYTHING_GIVE_LABEL,
                               EVERYTHING_LEND_TABLE_LABEL, 0};
    srandom(1);
    for (int i = 0; i < 200000; i++) {
        uint64_t label = labels[random() % 6];
        struct l4_message message = {.tag = label << 16 | (uint64_t)(random() & 0xffff)};
        if (random() % 2)
            message.tag &= ~0xff80ull;
        for (int w = 0; w < 6; w++)
            message.w[w] = random() % 3 ? (uint64_t)(random() % 48) : (uint64_t)random() << 33;
        for (int w = 0; w < 64; w++)
            l4_utcb()->words[w] = (uint64_t)random() << 20 ^ (uint64_t)random();
        for (int item = 0; item < 8; item++)
            l4_utcb()->items[item] = (struct l4_item){(uint64_t)random() & 0xf1f07, 0x1000,
                                                      (uint64_t)random() % 3 * 4096};
        lie = message;
        if (everything_dispatch(&handlers, NULL, &message))
            assert_true(l4_tag_words(message.tag) <= 64);
        uint32_t index;
        char full_name[65];
        lie.tag &= 0xffff;
        if (everything_find(&liar, "x", NULL, 0, &index, full_name) == 0)
            assert_true(strlen(full_name) <= 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(results_of_fixed_size_arrive, start),
        cmocka_unit_test_setup(strings_and_arrays_arrive_whole, start),
        cmocka_unit_test_setup(a_server_may_call_another_meanwhile, start),
        cmocka_unit_test_setup(what_exceeds_a_bound_is_not_sent, start),
        cmocka_unit_test_setup(errors_come_back_as_statuses, start),
        cmocka_unit_test_setup(memory_and_handles_arrive, start),
        cmocka_unit_test_setup(a_send_has_no_answer, start),
        cmocka_unit_test_setup(what_is_not_served_is_said_to_be_unknown, start),
        cmocka_unit_test_setup(without_a_server_the_kernels_status_comes_back, start),
        cmocka_unit_test_setup(a_wrong_number_of_words_is_refused, start),
        cmocka_unit_test_setup(values_out_of_range_are_refused, start),
        cmocka_unit_test_setup(a_message_that_claims_to_be_the_kernels_is_refused, start),
        cmocka_unit_test_setup(counts_that_do_not_fit_the_message_are_refused, start),
        cmocka_unit_test_setup(a_string_with_an_end_in_the_middle_is_refused, start),
        cmocka_unit_test_setup(items_of_the_wrong_kind_are_refused, start),
        cmocka_unit_test_setup(what_came_with_a_refused_message_is_let_go, start),
        cmocka_unit_test_setup(inside_one_program_nothing_of_the_caller_is_let_go, start),
        cmocka_unit_test_setup(a_reply_of_the_wrong_form_is_an_error, start),
        cmocka_unit_test_setup(no_message_harms_either_end, start),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
