// SPDX-License-Identifier: BSD-2-Clause
//
// Messages as text.
#include "sample.h"

#include <idl/netdev.h>
#include <interface/trace.h>
#include <stdlib.h>

extern const struct trace_interface everything_trace, netdev_trace;

static char text[256];

static void a_request_names_its_values(void **state)
{
    (void)state;
    const uint64_t words[64] = {10, 100, 1};
    trace_request(&everything_trace, L4_TAG(EVERYTHING_CONFIGURE_LABEL, 3, 0), words, text,
                  sizeof(text));
    assert_string_equal(text, "everything.configure rate=10 wanted=fast promiscuous=true");
}

static void strings_and_arrays_are_shown(void **state)
{
    (void)state;
    const uint64_t words[64] = {4, 2, 'e' | 't' << 8 | 'h' << 16 | '0' << 24, 0x00020001};
    trace_request(&everything_trace, L4_TAG(EVERYTHING_FIND_LABEL, 4, 0), words, text,
                  sizeof(text));
    assert_string_equal(text, "everything.find name=eth0 hints=01:00:02:00");
}

static void a_reply_shows_results_or_the_error(void **state)
{
    (void)state;
    const uint64_t words[64] = {0x563412005452, 1500, 3, 1000};
    uint64_t request = L4_TAG(NETDEV_INFO_LABEL, 0, 0);
    const struct trace_operation *info = trace_operation_of(&netdev_trace, request);
    assert_non_null(info);
    trace_reply(&netdev_trace, info, L4_TAG(0, 4, 0), words, text, sizeof(text));
    assert_string_equal(
        text, "netdev.info -> mac=52:54:00:12:34:56 mtu_bytes=1500 offloads=3 speed_mbps=1000");
    trace_reply(&netdev_trace, info, L4_TAG(NETDEV_ERROR_NO_SUCH_CARD, 0, 0), words, text,
                sizeof(text));
    assert_string_equal(text, "netdev.info -> error no_such_card");
    trace_reply(&netdev_trace, info, L4_TAG((uint16_t)INTERFACE_MALFORMED, 0, 0), words, text,
                sizeof(text));
    assert_string_equal(text, "netdev.info -> status -2");
}

static void what_is_missing_or_unknown_is_said(void **state)
{
    (void)state;
    const uint64_t words[64] = {10};
    trace_request(&everything_trace, L4_TAG(EVERYTHING_CONFIGURE_LABEL, 1, 0), words, text,
                  sizeof(text));
    assert_string_equal(text, "everything.configure rate=10 wanted=? promiscuous=?");
    trace_request(&everything_trace, L4_TAG(0x1234, 0, 0), words, text, sizeof(text));
    assert_string_equal(text, "everything.(no operation with label 0x1234)");
}

static void any_message_is_text_that_fits(void **state)
{
    (void)state;
    srandom(3);
    for (int i = 0; i < 20000; i++) {
        uint64_t words[64];
        for (int w = 0; w < 64; w++)
            words[w] = random() % 2 ? (uint64_t)(random() % 64) : (uint64_t)random() << 33;
        uint64_t label = MESSAGE_LABEL(EVERYTHING_INTERFACE, random() % 9);
        char small[64];
        size_t size = 1 + (size_t)random() % sizeof(small);
        uint64_t tag = label << 16 | (uint64_t)(random() & 0xffff);
        size_t length = trace_request(&everything_trace, tag, words, small, size);
        assert_true(length < size && strlen(small) == length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_names_its_values),
        cmocka_unit_test(strings_and_arrays_are_shown),
        cmocka_unit_test(a_reply_shows_results_or_the_error),
        cmocka_unit_test(what_is_missing_or_unknown_is_said),
        cmocka_unit_test(any_message_is_text_that_fits),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
