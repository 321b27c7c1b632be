/* SPDX-License-Identifier: BSD-2-Clause */
/* The EEPROM, bit by bit. */
#include "bench.h"

#include <string.h>

enum {
    COMMAND_BITS = DP83820_EEPROM_COMMAND_BITS + DP83820_EEPROM_ADDRESS_BITS,
    LEADING_ZEROS = 2,
};

static void pins(struct bench *bench, uint32_t mear)
{
    set(bench, DP83820_MEAR, mear);
}

static bool eedo(struct bench *bench)
{
    return get(bench, DP83820_MEAR) & DP83820_MEAR_EEDO;
}

/* One clock with a data bit; returns what comes out while the clock is high. */
static bool clock_bit(struct bench *bench, bool bit)
{
    uint32_t idle = DP83820_MEAR_EESEL | (bit ? DP83820_MEAR_EEDI : 0);
    bool out;

    pins(bench, idle);
    pins(bench, idle | DP83820_MEAR_EECLK);
    /* A level that stays is no edge. */
    pins(bench, idle | DP83820_MEAR_EECLK);
    out = eedo(bench);
    pins(bench, idle);
    return out;
}

static uint16_t word_out(struct bench *bench)
{
    uint16_t word = 0;

    for (unsigned bit = 0; bit < 16; bit++)
        word = word << 1 | clock_bit(bench, false);
    return word;
}

static void command(struct bench *bench, uint32_t bits, unsigned number)
{
    while (number--)
        clock_bit(bench, bits >> number & 1);
}

static uint16_t eeprom_read(struct bench *bench, unsigned address)
{
    uint16_t word;

    command(bench, DP83820_EEPROM_READ << DP83820_EEPROM_ADDRESS_BITS | address, 9);
    word = word_out(bench);
    pins(bench, 0);
    return word;
}

/* The board of the bench; the high byte at the end makes the sum of all bytes 0. */
static const uint16_t sample[DP83820_EEPROM_CHECKSUM + 1] = {
    [DP83820_EEPROM_SUBSYSTEM] = 1,
    [DP83820_EEPROM_SUBSYSTEM_VENDOR] = DP83820_PCI_VENDOR,
    [DP83820_EEPROM_GRANT_LATENCY] =
        DP83820_EEPROM_GRANT_LATENCY_MIN_GNT(DP83820_PCICFG_MIN_GNT_AT_RESET) |
        DP83820_EEPROM_GRANT_LATENCY_MAX_LAT(DP83820_PCICFG_MAX_LAT_AT_RESET),
    [DP83820_EEPROM_MAC] = 0x5544,
    [DP83820_EEPROM_MAC + 1] = 0x3322,
    [DP83820_EEPROM_MAC + 2] = 0x1100,
    [DP83820_EEPROM_CHECKSUM] = 0x51 << 8 | DP83820_EEPROM_SUM_LOW,
};

static void the_worked_example_reads_back_and_sums_up(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t sum = 0;

    (void)state;
    for (unsigned address = 0; address <= DP83820_EEPROM_CHECKSUM; address++) {
        uint16_t word = eeprom_read(bench, address);

        assert_int_equal(word, sample[address]);
        sum += (word & 0xff) + (word >> 8);
    }
    assert_int_equal(sum, 0);
    assert_int_equal(eeprom_read(bench, DP83820_EEPROM_SIZE_WORDS - 1), 0);
    bench_free(bench);
}

static void leading_clocks_and_zeros_before_a_command_are_ignored(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    for (unsigned address = 0; address <= DP83820_EEPROM_CHECKSUM; address++) {
        command(bench, 0, 25);
        command(bench, DP83820_EEPROM_READ << DP83820_EEPROM_ADDRESS_BITS | address,
                LEADING_ZEROS + COMMAND_BITS);
        assert_int_equal(word_out(bench), sample[address]);
        pins(bench, 0);
    }
    bench_free(bench);
}

static void the_number_of_address_bits_can_be_found_out(void **state)
{
    struct bench *bench = bench_new(NULL);
    unsigned bits = 0;

    (void)state;
    assert_true(eedo(bench));
    command(bench, DP83820_EEPROM_READ, DP83820_EEPROM_COMMAND_BITS);
    while (bits < 8 && eedo(bench)) {
        clock_bit(bench, false);
        bits++;
    }
    assert_int_equal(bits, DP83820_EEPROM_ADDRESS_BITS);
    assert_int_equal(word_out(bench), sample[0]);
    /* Clocking on reads on. */
    assert_int_equal(word_out(bench), sample[1]);
    pins(bench, 0);
    assert_true(eedo(bench));
    bench_free(bench);
}

static void other_commands_change_nothing(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    command(bench, DP83820_EEPROM_WRITE_ENABLE, COMMAND_BITS);
    pins(bench, 0);
    command(bench, DP83820_EEPROM_WRITE << DP83820_EEPROM_ADDRESS_BITS | DP83820_EEPROM_MAC,
            COMMAND_BITS);
    command(bench, 0xffff, 16);
    pins(bench, 0);
    assert_int_equal(eeprom_read(bench, DP83820_EEPROM_MAC), sample[DP83820_EEPROM_MAC]);
    bench_free(bench);
}

static void all_bits_of_cfg_come_from_the_eeprom(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct bench *other;
    static const uint32_t loaded =
        DP83820_CFG_EXT_125 | DP83820_CFG_M64ADDR | DP83820_CFG_DATA64_EN | DP83820_CFG_T64ADDR |
        DP83820_CFG_MWI_DIS | DP83820_CFG_MRM_DIS | DP83820_CFG_MODE_1000 | DP83820_CFG_TBI_EN;

    (void)state;
    assert_no_bits(get(bench, DP83820_CFG), loaded);
    bench->config.use_eeprom = true;
    memset(bench->config.eeprom, 0xff, sizeof bench->config.eeprom);
    other = bench_new(NULL);
    host_bus_close(&other->bus);
    assert_true(host_bus_open(&other->bus, &bench->config));
    assert_bits(get(other, DP83820_CFG), loaded);
    assert_int_equal(get(other, DP83820_GPIOR),
                     DP83820_GPIOR_OUT_MASK | DP83820_GPIOR_OE_MASK | DP83820_GPIOR_IN_MASK);
    bench_free(other);
    bench_free(bench);
}

int eeprom_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_example_reads_back_and_sums_up),
        cmocka_unit_test(leading_clocks_and_zeros_before_a_command_are_ignored),
        cmocka_unit_test(the_number_of_address_bits_can_be_found_out),
        cmocka_unit_test(other_commands_change_nothing),
        cmocka_unit_test(all_bits_of_cfg_come_from_the_eeprom),
    };

    return cmocka_run_group_tests_name("eeprom", tests, NULL, NULL);
}
