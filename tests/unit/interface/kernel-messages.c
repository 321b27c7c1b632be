// SPDX-License-Identifier: BSD-2-Clause
//
// The messages that the kernel makes: their layout in idl/fault.idl against the kernel's own
// headers, word by word, and that only the kernel can send them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <abi/fault.h>
#include <idl/fault.h>
#include <idl/fault_client.h>
#include <idl/fault_server.h>

// Each word of the message is its own index and a mark; the handler has to find the mark of the
// member it belongs to.
static uint64_t mark(size_t offset)
{
    return 0x1000 + offset / sizeof(uint64_t);
}

static unsigned served;

static int page_fault(void *context, uint64_t sender, uint64_t address, uint64_t ip,
                      uint64_t access)
{
    (void)context;
    (void)sender;
    served++;
    assert_int_equal(address, mark(offsetof(struct l4_page_fault, address)));
    assert_int_equal(ip, mark(offsetof(struct l4_page_fault, ip)));
    assert_int_equal(access, mark(offsetof(struct l4_page_fault, access)));
    return 0;
}

static int exception(void *context, uint64_t sender, uint64_t vector, uint64_t code,
                     uint64_t address, uint64_t ip, uint64_t flags, uint64_t sp, uint64_t ax,
                     uint64_t bx, uint64_t cx, uint64_t dx, uint64_t si, uint64_t di, uint64_t bp,
                     uint64_t r8, uint64_t r9, uint64_t r10, uint64_t r11, uint64_t r12,
                     uint64_t r13, uint64_t r14, uint64_t r15)
{
    (void)context;
    (void)sender;
    served++;
    const struct l4_exception got = {vector, code, address, ip, flags, sp,  ax,  bx,  cx,  dx, si,
                                     di,     bp,   r8,      r9, r10,   r11, r12, r13, r14, r15};
    for (size_t i = 0; i < L4_EXCEPTION_WORDS; i++)
        assert_int_equal(((const uint64_t *)&got)[i], mark(i * sizeof(uint64_t)));
    return INTERFACE_REFUSED;
}

static int start_thread(void *context, uint64_t sender, uint64_t *ip, uint64_t *sp,
                        uint64_t *argument)
{
    (void)context;
    (void)sender;
    served++;
    *ip = mark(offsetof(struct l4_start, ip));
    *sp = mark(offsetof(struct l4_start, sp));
    *argument = mark(offsetof(struct l4_start, argument));
    return 0;
}

static const struct fault_handlers handlers = {
    .page_fault = page_fault, .exception = exception, .start = start_thread};

// Sends what the kernel sends: so many words, marked.
static struct l4_message served_message(uint64_t protocol, unsigned words, uint64_t flags)
{
    struct l4_message message = {.tag = L4_TAG(protocol, words, 0) | flags};
    for (unsigned i = 0; i < words; i++)
        message_word_set(&message, i, mark(i * sizeof(uint64_t)));
    assert_true(fault_dispatch(&handlers, NULL, &message));
    return message;
}

static void a_page_fault_has_the_kernels_layout(void **state)
{
    (void)state;
    unsigned words = sizeof(struct l4_page_fault) / sizeof(uint64_t);
    struct l4_message answer = served_message(L4_PROTOCOL_PAGE_FAULT, words, L4_TAG_KERNEL);
    assert_int_equal(answer.tag, L4_TAG(0, 0, 0));
}

static void an_exception_has_the_kernels_layout(void **state)
{
    (void)state;
    struct l4_message answer =
        served_message(L4_PROTOCOL_EXCEPTION, L4_EXCEPTION_WORDS, L4_TAG_KERNEL);
    assert_int_equal(answer.tag, L4_TAG(L4_ANSWER_REFUSED, 0, 0));
}

static void a_start_has_the_kernels_layout(void **state)
{
    (void)state;
    struct l4_message answer = served_message(L4_PROTOCOL_START, 0, L4_TAG_KERNEL);
    unsigned words = sizeof(struct l4_start) / sizeof(uint64_t);
    assert_int_equal(answer.tag, L4_TAG(0, words, 0));
    for (unsigned i = 0; i < words; i++)
        assert_int_equal(answer.w[i], mark(i * sizeof(uint64_t)));
}

static void rights_in_a_fault_are_the_kernels(void **state)
{
    (void)state;
    assert_int_equal(FAULT_READ, L4_READ);
    assert_int_equal(FAULT_WRITE, L4_WRITE);
    assert_int_equal(FAULT_EXECUTE, L4_EXECUTE);
    assert_int_equal(FAULT_PRESENT, L4_FAULT_PRESENT);
}

static void nobody_but_the_kernel_can_send_a_fault(void **state)
{
    (void)state;
    served = 0;
    struct l4_message answer = served_message(L4_PROTOCOL_PAGE_FAULT, 3, 0);
    assert_int_equal((int16_t)l4_tag_label(answer.tag), INTERFACE_MALFORMED);
    answer = served_message(L4_PROTOCOL_EXCEPTION, L4_EXCEPTION_WORDS, L4_TAG_IRQ);
    assert_int_equal((int16_t)l4_tag_label(answer.tag), INTERFACE_MALFORMED);
    assert_int_equal(served, 0);
}

static void the_limits_of_the_language_are_the_kernels(void **state)
{
    (void)state;
    assert_int_equal(L4_WORDS_MAX, 64);
    assert_int_equal(L4_ITEMS_MAX, 8);
    assert_int_equal(L4_REGISTER_WORDS, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_fault_has_the_kernels_layout),
        cmocka_unit_test(an_exception_has_the_kernels_layout),
        cmocka_unit_test(a_start_has_the_kernels_layout),
        cmocka_unit_test(rights_in_a_fault_are_the_kernels),
        cmocka_unit_test(nobody_but_the_kernel_can_send_a_fault),
        cmocka_unit_test(the_limits_of_the_language_are_the_kernels),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
