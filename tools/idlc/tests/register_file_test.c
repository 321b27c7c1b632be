/* SPDX-License-Identifier: BSD-2-Clause */
/* The register file of the example chip, and what libs/regs makes of access kinds. */
#include <tools/idlc/tests/good/widget_model.h>
#include <tools/idlc/tests/good/widget_regs.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct register_info *info_of(unsigned index)
{
    return &widget_registers.registers[index];
}

static void offsets_lead_to_registers_and_elements(void **state)
{
    (void)state;
    uint32_t index = 99;
    assert_ptr_equal(register_find(&widget_registers, 0x04, REGISTER_READ, &index),
                     info_of(WIDGET_MODEL_CFG));
    assert_int_equal(index, 0);
    assert_ptr_equal(register_find(&widget_registers, 0x3c, REGISTER_WRITE, &index),
                     info_of(WIDGET_MODEL_QSIZE));
    assert_int_equal(index, 1);
    assert_ptr_equal(register_find(&widget_registers, 0x1e, REGISTER_READ, &index),
                     info_of(WIDGET_MODEL_MIB));
    assert_int_equal(index, 3);
}

static void one_offset_can_be_two_registers(void **state)
{
    (void)state;
    uint32_t index;
    assert_ptr_equal(register_find(&widget_registers, 0x20, REGISTER_READ, &index),
                     info_of(WIDGET_MODEL_STATUS));
    assert_ptr_equal(register_find(&widget_registers, 0x20, REGISTER_WRITE, &index),
                     info_of(WIDGET_MODEL_DATA));
}

static void reserved_and_foreign_offsets_are_no_registers(void **state)
{
    (void)state;
    uint32_t index;
    assert_null(register_find(&widget_registers, 0x21, REGISTER_READ, &index));
    assert_null(register_find(&widget_registers, 0x60, REGISTER_READ, &index));
    assert_null(register_find(&widget_registers, UINT32_MAX, REGISTER_READ, &index));
}

static void offsets_of_a_memory_count_words(void **state)
{
    (void)state;
    uint32_t index;
    const struct register_info *mac =
        register_find(&widget_eeprom_registers, 4, REGISTER_READ, &index);
    assert_ptr_equal(mac, &widget_eeprom_registers.registers[WIDGET_MODEL_EEPROM_MAC]);
    assert_int_equal(index, 2);
}

static void writes_keep_to_what_may_be_written(void **state)
{
    (void)state;
    const struct register_info *cfg = info_of(WIDGET_MODEL_CFG);
    assert_int_equal(register_after_write(cfg, WIDGET_CFG_LINK, 0xffffffff & ~WIDGET_CFG_DONE),
                     WIDGET_CFG_LINK | WIDGET_CFG_MODE_MASK | WIDGET_CFG_LOOP |
                         WIDGET_CFG_BURST_MASK);
    const struct register_info *isr = info_of(WIDGET_MODEL_ISR);
    assert_int_equal(register_after_write(isr, WIDGET_EVENT_TXOK, 0xffffffff), WIDGET_EVENT_TXOK);
}

static void a_one_clears_where_it_should(void **state)
{
    (void)state;
    const struct register_info *cfg = info_of(WIDGET_MODEL_CFG);
    assert_int_equal(register_after_write(cfg, WIDGET_CFG_DONE, 0), WIDGET_CFG_DONE);
    assert_int_equal(register_after_write(cfg, WIDGET_CFG_DONE, WIDGET_CFG_DONE), 0);
}

static void a_one_starts_and_a_zero_does_not_stop(void **state)
{
    (void)state;
    const struct register_info *cr = info_of(WIDGET_MODEL_CR);
    assert_int_equal(register_after_write(cr, 0, WIDGET_CR_START), WIDGET_CR_START);
    assert_int_equal(register_after_write(cr, WIDGET_CR_START, 0), WIDGET_CR_START);
}

static void reads_clear_where_they_should(void **state)
{
    (void)state;
    const struct register_info *isr = info_of(WIDGET_MODEL_ISR);
    assert_int_equal(register_read_value(isr, WIDGET_EVENT_RXOK), WIDGET_EVENT_RXOK);
    assert_int_equal(register_after_read(isr, WIDGET_EVENT_RXOK), 0);
    const struct register_info *imr = info_of(WIDGET_MODEL_IMR);
    assert_int_equal(register_after_read(imr, WIDGET_EVENT_RXOK), WIDGET_EVENT_RXOK);
}

static void what_is_written_only_reads_as_zero(void **state)
{
    (void)state;
    assert_int_equal(register_read_value(info_of(WIDGET_MODEL_DATA), 0x55), 0);
}

static void values_read_by_field_names(void **state)
{
    (void)state;
    char text[100];
    register_describe(info_of(WIDGET_MODEL_CFG),
                      WIDGET_CFG_MODE(WIDGET_CFG_MODE_10) | WIDGET_CFG_LOOP | WIDGET_CFG_BURST(12),
                      text, sizeof(text));
    assert_string_equal(text, "CFG 0x000000c5 MODE=10 LOOP BURST=0xc");
    register_describe(info_of(WIDGET_MODEL_RING), 0x123456789a, text, sizeof(text));
    assert_string_equal(text, "RING 0x000000123456789a");
    register_describe(info_of(WIDGET_MODEL_IMR), 0xffffffff, text, sizeof(text));
    assert_string_equal(text, "IMR 0xffffffff RXOK TXOK ERROR");
}

static void a_short_buffer_is_not_overrun(void **state)
{
    (void)state;
    char text[8] = "xxxxxxx";
    size_t length = register_describe(info_of(WIDGET_MODEL_IMR), 1, text, 4);
    assert_int_equal(length, strlen("IMR 0x00000001 RXOK"));
    assert_memory_equal(text, "IMR\0xxx", 7);
    assert_int_equal(register_describe(info_of(WIDGET_MODEL_IMR), 1, NULL, 0), length);
}

static void descriptors_are_given_away_and_come_back(void **state)
{
    (void)state;
    struct widget_rx32 rx = {.status = WIDGET_RX32_STATUS_OWN};
    assert_false(widget_rx32_hardware_owns(&rx));
    widget_rx32_hand_over(&rx, WIDGET_RX32_STATUS_OWN | 1500);
    assert_true(widget_rx32_hardware_owns(&rx));
    assert_int_equal(widget_rx32_status_size(widget_rx32_status(&rx)), 1500);
}

static void big_endian_words_are_turned_round(void **state)
{
    (void)state;
    struct widget_rx64 rx = {0};
    widget_rx64_set_buffer_be(&rx, 0x0102030405060708);
    widget_rx64_set_length_be(&rx, 0x1122);
    const uint8_t wanted[] = {1, 2, 3, 4, 5, 6, 7, 8, 0x11, 0x22};
    assert_memory_equal((uint8_t *)&rx + 8, wanted, sizeof(wanted));
    assert_int_equal(widget_rx64_buffer_be(&rx), 0x0102030405060708);
    assert_int_equal(widget_rx64_length(&rx), 0x2211);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_lead_to_registers_and_elements),
        cmocka_unit_test(one_offset_can_be_two_registers),
        cmocka_unit_test(reserved_and_foreign_offsets_are_no_registers),
        cmocka_unit_test(offsets_of_a_memory_count_words),
        cmocka_unit_test(writes_keep_to_what_may_be_written),
        cmocka_unit_test(a_one_clears_where_it_should),
        cmocka_unit_test(a_one_starts_and_a_zero_does_not_stop),
        cmocka_unit_test(reads_clear_where_they_should),
        cmocka_unit_test(what_is_written_only_reads_as_zero),
        cmocka_unit_test(values_read_by_field_names),
        cmocka_unit_test(a_short_buffer_is_not_overrun),
        cmocka_unit_test(descriptors_are_given_away_and_come_back),
        cmocka_unit_test(big_endian_words_are_turned_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
