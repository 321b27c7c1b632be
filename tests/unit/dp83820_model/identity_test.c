/* SPDX-License-Identifier: BSD-2-Clause */
/* Identity, self-test, commands. */
#include "bench.h"

#include <string.h>

static void the_card_says_who_it_is(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct dp83820_pci_identity identity;

    (void)state;
    dp83820_pci_identity(bench->bus.card, &identity);
    assert_int_equal(identity.vendor, DP83820_PCI_VENDOR);
    assert_int_equal(identity.device, DP83820_PCI_DEVICE);
    assert_int_equal(identity.class_code, DP83820_PCI_CLASS);
    assert_int_equal(identity.io_bytes, DP83820_IO_SIZE_BYTES);
    assert_int_equal(identity.memory_bytes, DP83820_SIZE_BYTES);
    assert_int_equal(identity.interrupt_pin, DP83820_PCICFG_INTERRUPT_PIN_AT_RESET);
    assert_int_equal(identity.min_grant, DP83820_PCICFG_MIN_GNT_AT_RESET);
    assert_int_equal(identity.max_latency, DP83820_PCICFG_MAX_LAT_AT_RESET);
    bench_free(bench);
}

static void other_subsystem(struct dp83820_config *config)
{
    config->subsystem_vendor = 0x1186;
    config->subsystem = 0x4900;
}

static void the_memory_window_shows_the_configuration_header(void **state)
{
    struct bench *bench = bench_new(other_subsystem);

    (void)state;
    assert_int_equal(get(bench, DP83820_CONFIG + DP83820_PCICFG_SUBSYSTEM_VENDOR), 0x49001186);
    assert_int_equal(get(bench, DP83820_CONFIG),
                     (uint32_t)DP83820_PCI_DEVICE << 16 | DP83820_PCI_VENDOR);
    assert_int_equal(get(bench, DP83820_CONFIG + DP83820_PCICFG_REVISION) >> 8, DP83820_PCI_CLASS);
    assert_int_equal(get(bench, DP83820_CONFIG + DP83820_PCICFG_INTERRUPT_LINE),
                     (uint32_t)DP83820_PCICFG_MAX_LAT_AT_RESET << 24 |
                         DP83820_PCICFG_MIN_GNT_AT_RESET << 16 |
                         DP83820_PCICFG_INTERRUPT_PIN_AT_RESET << 8);
    bench_free(bench);
}

static void powered(struct dp83820_config *config)
{
    config->power_management = true;
}

static void a_board_may_have_the_power_management_capability(void **state)
{
    struct bench *plain = bench_new(NULL), *managed = bench_new(powered);
    uint32_t pmc, status = DP83820_CONFIG + DP83820_PCICFG_COMMAND;

    (void)state;
    assert_int_equal(get(plain, status) >> 16, DP83820_PCICFG_STATUS_AT_RESET);
    assert_int_equal(get(plain, DP83820_CONFIG + DP83820_PCICFG_CAPABILITIES), 0);
    assert_int_equal(get(plain, DP83820_CONFIG + DP83820_PCICFG_PMC), 0);
    assert_int_equal(get(managed, status) >> 16,
                     DP83820_PCICFG_STATUS_AT_RESET | DP83820_PCICFG_STATUS_CAPABILITIES);
    assert_int_equal(get(managed, DP83820_CONFIG + DP83820_PCICFG_CAPABILITIES),
                     DP83820_PCICFG_PMC);
    pmc = get(managed, DP83820_CONFIG + DP83820_PCICFG_PMC);
    assert_int_equal(dp83820_pcicfg_pmc_id(pmc), DP83820_PCICFG_PMC_ID_POWER);
    assert_int_equal(dp83820_pcicfg_pmc_next(pmc), 0);
    bench_free(plain);
    bench_free(managed);
}

static void registers_have_their_default_values_after_power_on(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    assert_int_equal(get(bench, DP83820_MEAR), DP83820_MEAR_AT_RESET);
    assert_int_equal(get(bench, DP83820_SRR), DP83820_SRR_AT_RESET);
    assert_int_equal(get(bench, DP83820_TXCFG), DP83820_TXCFG_AT_RESET);
    assert_int_equal(get(bench, DP83820_RXCFG), DP83820_RXCFG_AT_RESET);
    assert_int_equal(get(bench, DP83820_VDR), DP83820_VDR_AT_RESET);
    assert_int_equal(get(bench, DP83820_IMR), 0);
    assert_int_equal(get(bench, DP83820_IER), 0);
    assert_int_equal(get(bench, DP83820_IHR), 0);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    assert_int_equal(get(bench, DP83820_BRAR), DP83820_BRAR_AT_RESET);
    assert_int_equal(get(bench, DP83820_MIBC), DP83820_MIBC_AT_RESET);
    assert_int_equal(get(bench, DP83820_TESR + 4), 0);
    assert_no_bits(get(bench, DP83820_CFG), DP83820_CFG_M64ADDR | DP83820_CFG_PCI64_DET |
                                                DP83820_CFG_DATA64_EN | DP83820_CFG_T64ADDR);
    bench_free(bench);
}

static void in_a_wide_slot(struct dp83820_config *config)
{
    config->bus64 = true;
    config->revision = DP83820_SRR_AT_RESET - 1;
}

static void a_wide_slot_and_the_revision_show(void **state)
{
    struct bench *bench = bench_new(in_a_wide_slot);

    (void)state;
    assert_bits(get(bench, DP83820_CFG), DP83820_CFG_PCI64_DET);
    assert_int_equal(get(bench, DP83820_SRR), DP83820_SRR_AT_RESET - 1);
    bench_free(bench);
}

static void writes_change_no_read_only_bits_of_cfg(void **state)
{
    struct bench *bench = bench_new(NULL);
    const uint32_t read_only = PINS | DP83820_CFG_PCI64_DET | DP83820_CFG_T64ADDR;
    uint32_t before = get(bench, DP83820_CFG);

    (void)state;
    set(bench, DP83820_CFG, UINT32_MAX & ~(DP83820_CFG_PHY_RST | DP83820_CFG_PHY_DIS));
    assert_int_equal(get(bench, DP83820_CFG) & read_only, before & read_only);
    set(bench, DP83820_CFG, 0);
    assert_int_equal(get(bench, DP83820_CFG) & read_only, before & read_only);
    bench_free(bench);
}

static void memory_tests_pass(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    set(bench, DP83820_PTSCR, DP83820_PTSCR_RBIST_RST);
    set(bench, DP83820_PTSCR, DP83820_PTSCR_RBIST_EN);
    assert_bits(get(bench, DP83820_PTSCR), DP83820_PTSCR_RBIST_EN);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_PTSCR) & (RBIST_FAILS | DP83820_PTSCR_RBIST_DONE),
                     DP83820_PTSCR_RBIST_DONE);
    set(bench, DP83820_PTSCR, DP83820_PTSCR_EEBIST_EN);
    assert_int_equal(get(bench, DP83820_PTSCR), DP83820_PTSCR_EEBIST_EN);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_PTSCR), 0);
    bench_free(bench);
}

static void spoilt_eeprom(struct dp83820_config *config)
{
    config->use_eeprom = true;
    config->eeprom[DP83820_EEPROM_MAC] = 0x1234;
}

static void a_wrong_eeprom_sum_fails_its_test(void **state)
{
    struct bench *bench = bench_new(spoilt_eeprom);

    (void)state;
    set(bench, DP83820_PTSCR, DP83820_PTSCR_EEBIST_EN);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_PTSCR), DP83820_PTSCR_EEBIST_FAIL);
    bench_free(bench);
}

static void the_eeprom_fills_the_filter_memory_at_power_on_and_on_request(void **state)
{
    static const uint8_t zeros[STATION_BYTES];
    struct bench *bench = bench_new(NULL);

    (void)state;
    assert_filter_address(bench, station);
    for (unsigned at = 0; at < STATION_BYTES; at += 2) {
        set(bench, DP83820_RFCR, at);
        set(bench, DP83820_RFDR, 0);
    }
    assert_filter_address(bench, zeros);
    set(bench, DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN);
    run(bench, MILLISECOND);
    assert_no_bits(get(bench, DP83820_PTSCR), DP83820_PTSCR_EELOAD_EN);
    assert_filter_address(bench, station);
    bench_free(bench);
}

static void commands_act_on_their_engine_only(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    rx_ring(bench, 4);
    tx_ring(bench, 4);
    start(bench);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_RXE);
    set(bench, DP83820_CR, 0);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_RXE);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_TXE | DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_CR), DP83820_CR_RXE);
    set(bench, DP83820_CR, DP83820_CR_RXD);
    assert_int_equal(get(bench, DP83820_CR), 0);
    bench_free(bench);
}

static void disable_wins_over_enable(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    set(bench, DP83820_CR, DP83820_CR_RXE | DP83820_CR_RXD | DP83820_CR_TXE | DP83820_CR_TXD);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_CR), 0);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    bench_free(bench);
}

static void reading_and_writing_back_the_command_triggers_nothing_again(void **state)
{
    static const uint32_t commands[] = {DP83820_CR_TXD, DP83820_CR_RXD, DP83820_CR_TXR,
                                        DP83820_CR_RXR, DP83820_CR_SWI, DP83820_CR_RST};
    struct bench *bench = bench_new(NULL);

    (void)state;
    for (unsigned at = 0; at < sizeof commands / sizeof commands[0]; at++) {
        set(bench, DP83820_CR, commands[at]);
        run(bench, 10 * MICROSECOND);
        assert_no_bits(get(bench, DP83820_CR), commands[at]);
    }
    bench_free(bench);
}

static void general_purpose_inputs_follow_enabled_outputs(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    set(bench, DP83820_GPIOR, DP83820_GPIOR_OUT(0x1f) | DP83820_GPIOR_OE(0x5));
    assert_int_equal(dp83820_gpior_in(get(bench, DP83820_GPIOR)), 0x5);
    bench_free(bench);
}

int identity_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_card_says_who_it_is),
        cmocka_unit_test(the_memory_window_shows_the_configuration_header),
        cmocka_unit_test(a_board_may_have_the_power_management_capability),
        cmocka_unit_test(registers_have_their_default_values_after_power_on),
        cmocka_unit_test(a_wide_slot_and_the_revision_show),
        cmocka_unit_test(writes_change_no_read_only_bits_of_cfg),
        cmocka_unit_test(memory_tests_pass),
        cmocka_unit_test(a_wrong_eeprom_sum_fails_its_test),
        cmocka_unit_test(the_eeprom_fills_the_filter_memory_at_power_on_and_on_request),
        cmocka_unit_test(commands_act_on_their_engine_only),
        cmocka_unit_test(disable_wins_over_enable),
        cmocka_unit_test(reading_and_writing_back_the_command_triggers_nothing_again),
        cmocka_unit_test(general_purpose_inputs_follow_enabled_outputs),
    };

    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
