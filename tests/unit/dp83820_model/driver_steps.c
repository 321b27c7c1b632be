/* SPDX-License-Identifier: BSD-2-Clause */
#include "driver_steps.h"

#include <string.h>

enum { FRAMES = 100, LENGTH = 300, ACCESS_NS = 100 };

struct driver *driver;

void driver_poll(uint32_t offset, uint32_t mask, uint32_t value, unsigned us)
{
    unsigned polls = 0;

    while ((in(offset)&mask) != value) {
        assert_true(++polls < DRIVER_POLLS);
        delay_us(us);
    }
}

void driver_begin(void (*change)(struct dp83820_config *config))
{
    static struct driver instance;

    memset(&instance, 0, sizeof instance);
    driver = &instance;
    driver->bench = bench_new(change);
    driver->bench->bus.access_ns = ACCESS_NS;
    driver->tx_count = driver->rx_count = 16;
}

void driver_end(void)
{
    bench_free(driver->bench);
}

size_t driver_take(uint8_t *frame, uint32_t armed)
{
    struct dp83820_rx32 *slot = rx_slot(driver->bench, driver->rx_next);
    uint32_t cmdsts = dp83820_rx32_cmdsts(slot);
    size_t length = dp83820_rx_status_size(cmdsts) - driver->fcs_bytes;

    if (!(cmdsts & DP83820_RX_STATUS_OWN))
        return 0;
    assert_bits(cmdsts, DP83820_RX_STATUS_OK);
    memcpy(frame, rx_data(driver->bench, driver->rx_next), length);
    dp83820_rx32_set_cmdsts(slot, armed);
    driver->rx_next = (driver->rx_next + 1) % driver->rx_count;
    return length;
}

void driver_kick(void)
{
    out(DP83820_CR, (driver->tx_by_read ? in(DP83820_CR) : 0) | DP83820_CR_TXE);
}

void driver_put(const uint8_t *frame, size_t length, uint32_t flags)
{
    assert_no_bits(dp83820_tx32_cmdsts(tx_slot(driver->bench, driver->tx_next)),
                   DP83820_TX_STATUS_OWN);
    tx_put(driver->bench, driver->tx_next, frame, length, flags);
    driver->tx_next = (driver->tx_next + 1) % driver->tx_count;
}

void driver_echo(void (*work)(void))
{
    uint8_t frame[2000];

    for (unsigned number = 0; number < FRAMES; number++) {
        frame_make(frame, station, 0x1234, LENGTH - HEADER_BYTES);
        memcpy(frame + HEADER_BYTES, &number, sizeof number);
        assert_true(dp83820_receive_frame(driver->bench->bus.card, frame, LENGTH));
        for (unsigned turns = 0; !left(driver->bench); turns++) {
            assert_true(turns < 100);
            work();
            delay_us(10);
        }
        assert_int_equal(driver->bench->frame_bytes, LENGTH);
        assert_memory_equal(driver->bench->frame, frame, LENGTH);
    }
}

static void eeprom_bits(uint32_t bits, unsigned number)
{
    while (number--) {
        uint32_t pins = DP83820_MEAR_EESEL | (bits >> number & 1 ? DP83820_MEAR_EEDI : 0);

        out(DP83820_MEAR, pins);
        out(DP83820_MEAR, pins | DP83820_MEAR_EECLK);
        out(DP83820_MEAR, pins);
    }
}

uint16_t driver_eeprom(unsigned address)
{
    uint16_t word = 0;

    eeprom_bits(0, 25);
    eeprom_bits(DP83820_EEPROM_READ << DP83820_EEPROM_ADDRESS_BITS | address, 11);
    for (unsigned bit = 0; bit < 16; bit++) {
        out(DP83820_MEAR, DP83820_MEAR_EESEL | DP83820_MEAR_EECLK);
        word = word << 1 | (in(DP83820_MEAR)&DP83820_MEAR_EEDO ? 1 : 0);
        out(DP83820_MEAR, DP83820_MEAR_EESEL);
    }
    out(DP83820_MEAR, 0);
    return word;
}

void driver_address_load(uint32_t control)
{
    for (unsigned at = 0; at < DP83820_EEPROM_MAC_COUNT; at++) {
        out(DP83820_RFCR, control | (DP83820_FILTER_MAC + 2 * at));
        out(DP83820_RFDR, driver_eeprom(DP83820_EEPROM_MAC + DP83820_EEPROM_MAC_COUNT - 1 - at));
    }
}

void forgetful(struct dp83820_config *config)
{
    config->reset_keeps_config = false;
}
