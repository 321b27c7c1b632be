/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How known drivers of the real card go about it, step by step: their order of accesses, their
 * register values and their way to restart engines. A bus access takes 100 ns here, so that their
 * polls end or time out as they would. Each driver brings the card up, echoes a number of frames
 * and is satisfied or not.
 */
#include "bench.h"

#include <string.h>

enum { FRAMES = 100, LENGTH = 300, ACCESS_NS = 100, POLLS = 1000 };

struct driver {
    struct bench *bench;
    unsigned rx_next, tx_next, rx_count, tx_count;
    unsigned fcs_bytes; /* of a received frame in memory */
    bool tx_by_read;    /* CR is read, changed and written */
};

static struct driver *driver;

/* --- what all of them do */

static uint32_t in(uint32_t offset)
{
    return get(driver->bench, offset);
}

static void out(uint32_t offset, uint32_t value)
{
    set(driver->bench, offset, value);
}

static void delay_us(unsigned us)
{
    run(driver->bench, us * (uint64_t)MICROSECOND);
}

/* Polls until the bits of a register have the value. */
static void poll(uint32_t offset, uint32_t mask, uint32_t value, unsigned us)
{
    unsigned polls = 0;

    while ((in(offset)&mask) != value) {
        assert_true(++polls < POLLS);
        delay_us(us);
    }
}

static void begin(void (*change)(struct dp83820_config *config))
{
    static struct driver instance;

    memset(&instance, 0, sizeof instance);
    driver = &instance;
    driver->bench = bench_new(change);
    driver->bench->bus.access_ns = ACCESS_NS;
    driver->tx_count = driver->rx_count = 16;
}

static void end(void)
{
    bench_free(driver->bench);
}

/* The next received frame, as long as the driver believes in it; its slot is given back with
 * `armed`. */
static size_t take(uint8_t *frame, uint32_t armed)
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

static void kick(void)
{
    out(DP83820_CR, (driver->tx_by_read ? in(DP83820_CR) : 0) | DP83820_CR_TXE);
}

static void put(const uint8_t *frame, size_t length, uint32_t flags)
{
    assert_no_bits(dp83820_tx32_cmdsts(tx_slot(driver->bench, driver->tx_next)),
                   DP83820_TX_STATUS_OWN);
    tx_put(driver->bench, driver->tx_next, frame, length, flags);
    driver->tx_next = (driver->tx_next + 1) % driver->tx_count;
}

/* The peer sends a frame and expects it back. `work` is the driver's interrupt handler or poll. */
static void echo(void (*work)(void))
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

static uint16_t eeprom(unsigned address)
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

/* The station address from the EEPROM into the filter, as those do that reprogram it. */
static void address_from_eeprom(uint32_t control)
{
    for (unsigned at = 0; at < DP83820_EEPROM_MAC_COUNT; at++) {
        out(DP83820_RFCR, control | (DP83820_FILTER_MAC + 2 * at));
        out(DP83820_RFDR, eeprom(DP83820_EEPROM_MAC + DP83820_EEPROM_MAC_COUNT - 1 - at));
    }
}

static void forgetful(struct dp83820_config *config)
{
    config->reset_keeps_config = false;
}

/* --- Linux */

static void linux_self_test(uint32_t start, uint32_t done)
{
    unsigned polls = 0;
    uint32_t value;

    out(DP83820_PTSCR, start);
    do {
        value = in(DP83820_PTSCR);
        assert_true(++polls < POLLS);
    } while (value & start && !(value & done));
    assert_no_bits(value, 0x1b8 | DP83820_PTSCR_EEBIST_FAIL);
}

static void linux_work(void)
{
    uint8_t frame[2000];
    uint32_t isr;
    size_t length;

    if (!driver->bench->bus.interrupt)
        return;
    isr = in(DP83820_ISR);
    if (isr & (DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXOK)) {
        out(DP83820_IMR, in(DP83820_IMR) & ~DP83820_INTERRUPT_RXDESC);
        while ((length = take(frame, DP83820_RX_STATUS_INTR | 1514))) {
            put(frame, length, 0);
            kick();
        }
        out(DP83820_IHR, 2);
        out(DP83820_IMR, in(DP83820_IMR) | DP83820_INTERRUPT_RXDESC);
    }
    if (isr & DP83820_INTERRUPT_TXIDLE) {
        uint32_t slot = (in(DP83820_TXDP)-TX_RING) / sizeof(struct dp83820_tx32);

        assert_true(slot < driver->tx_count);
        if (slot != driver->tx_next)
            kick();
    }
}

static void linux_brings_the_card_up_and_echoes(void **state)
{
    uint32_t cfg;

    (void)state;
    begin(NULL);
    out(DP83820_IMR, 0);
    out(DP83820_IER, 0);
    in(DP83820_IER);
    assert_int_equal(in(DP83820_CONFIG + 0x2c), 0x0001100b);
    out(DP83820_CR, DP83820_CR_RST);
    poll(DP83820_CR, DP83820_CR_RST, 0, 0);
    out(DP83820_PTSCR, DP83820_PTSCR_RBIST_RST);
    linux_self_test(DP83820_PTSCR_RBIST_EN, DP83820_PTSCR_RBIST_DONE);
    linux_self_test(DP83820_PTSCR_EEBIST_EN, 0);
    linux_self_test(DP83820_PTSCR_EELOAD_EN, 0);
    cfg = in(DP83820_CFG) &
          (DP83820_CFG_TBI_EN | DP83820_CFG_MRM_DIS | DP83820_CFG_MWI_DIS | DP83820_CFG_EXT_125);
    cfg |= DP83820_CFG_PINT_DUPSTS | DP83820_CFG_PINT_LNKSTS | DP83820_CFG_PINT_SPDSTS |
           DP83820_CFG_EXTSTS_EN | DP83820_CFG_EXD | DP83820_CFG_PESEL | DP83820_CFG_REQALG |
           DP83820_CFG_POW | DP83820_CFG_TMRTEST;
    out(DP83820_CFG, cfg);
    out(DP83820_TXCFG, 0xd0703200);
    out(DP83820_IHR, 0);
    out(DP83820_IHR, 0x100);
    out(DP83820_IHR, 0);
    out(DP83820_RXCFG, 0xf4700000);
    out(DP83820_PQCR, 0);
    out(DP83820_VRCR, 0x11);
    out(DP83820_VTCR, 8);
    out(DP83820_PCR, 0xe1e0fffe);
    out(DP83820_WCSR, 0);
    for (unsigned at = 0; at < STATION_BYTES; at += 2) {
        out(DP83820_RFCR, at);
        assert_int_equal(in(DP83820_RFDR), station[at] | station[at + 1] << 8);
    }
    /* open */
    rx_ring(driver->bench, driver->rx_count);
    out(DP83820_CCSR, 1);
    out(DP83820_RFCR, 0);
    out(DP83820_RFCR, 0x7fc00000);
    out(DP83820_RFCR, 0xffc00000);
    assert_int_equal(dp83820_cfg_spdsts(in(DP83820_CFG)), DP83820_CFG_SPDSTS_1000);
    out(DP83820_CFG, cfg | DP83820_CFG_MODE_1000 | DP83820_CFG_SB);
    out(DP83820_IMR, DP83820_INTERRUPT_PHY | DP83820_INTERRUPT_RXRCMP | DP83820_INTERRUPT_RXORN |
                         DP83820_INTERRUPT_RXSOVR | DP83820_INTERRUPT_RXDESC |
                         DP83820_INTERRUPT_RXIDLE | DP83820_INTERRUPT_TXDESC |
                         DP83820_INTERRUPT_TXIDLE);
    out(DP83820_IER, 1);
    out(DP83820_RXDP, RX_RING);
    out(DP83820_CR, DP83820_CR_RXE);
    tx_ring(driver->bench, driver->tx_count);
    echo(linux_work);
    end();
}

/* --- FreeBSD and OpenBSD */

static void bsd_work(void)
{
    uint8_t frame[2000];
    uint32_t isr;
    size_t length;

    if (!driver->bench->bus.interrupt)
        return;
    isr = in(DP83820_ISR);
    out(DP83820_IER, 0);
    for (; isr; isr = in(DP83820_ISR)) {
        if (isr & (DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXIDLE))
            while ((length = take(frame, 2040))) {
                put(frame, length, DP83820_TX_STATUS_INTR);
                kick();
            }
        if (isr & DP83820_INTERRUPT_RXIDLE)
            out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RXE);
    }
    out(DP83820_IER, 1);
}

static void bsd_pointers(void)
{
    out(DP83820_TXDP_HI, 0);
    out(DP83820_RXDP_HI, 0);
    rx_ring(driver->bench, driver->rx_count);
    for (unsigned slot = 0; slot < driver->rx_count; slot++)
        dp83820_rx32_set_cmdsts(rx_slot(driver->bench, slot), 2040);
    tx_ring(driver->bench, driver->tx_count);
    driver->rx_next = driver->tx_next = 0;
}

static void freebsd_brings_the_card_up_and_survives_a_link_change(void **state)
{
    (void)state;
    begin(forgetful);
    driver->tx_by_read = true;
    out(DP83820_IER, 0);
    out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RST);
    poll(DP83820_CR, DP83820_CR_RST, 0, 1);
    delay_us(1000);
    out(DP83820_CCSR, DP83820_CCSR_PMESTS);
    out(DP83820_CCSR, 0);
    out(DP83820_WCSR, 0);
    out(DP83820_CFG, in(DP83820_CFG) & ~(DP83820_CFG_M64ADDR | DP83820_CFG_DATA64_EN));
    out(DP83820_RFCR, 0);
    address_from_eeprom(0);
    bsd_pointers();
    out(DP83820_RFCR, DP83820_RFCR_AARP | DP83820_RFCR_APM | DP83820_RFCR_AAB);
    out(DP83820_RFCR, in(DP83820_RFCR) | DP83820_RFCR_RFEN);
    out(DP83820_PQCR, 0);
    out(DP83820_RXCFG, 0xec600010 | DP83820_RXCFG_RX_FD);
    out(DP83820_VRCR, DP83820_VRCR_IPEN | DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    out(DP83820_TXCFG, 0x107002c8 | DP83820_TXCFG_CSI | DP83820_TXCFG_HBI);
    out(DP83820_VTCR, DP83820_VTCR_PPCHK | DP83820_VTCR_VPPTI);
    out(DP83820_CFG, in(DP83820_CFG) | DP83820_CFG_PINT_SPDSTS | DP83820_CFG_PINT_LNKSTS |
                         DP83820_CFG_PINT_DUPSTS | DP83820_CFG_EXTSTS_EN);
    out(DP83820_IHR, 1);
    out(DP83820_MIBC, DP83820_MIBC_ACLR);
    out(DP83820_IMR, DP83820_INTERRUPT_RXORN | DP83820_INTERRUPT_RXSOVR | DP83820_INTERRUPT_TXURN |
                         DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXIDLE |
                         DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXERR |
                         DP83820_INTERRUPT_RXIDLE | DP83820_INTERRUPT_RTABT |
                         DP83820_INTERRUPT_RMABT | DP83820_INTERRUPT_PHY);
    out(DP83820_IER, 1);
    for (unsigned links = 0; links < 2; links++) {
        /* What it does when the media layer reports a link. */
        out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RXD | DP83820_CR_TXD);
        poll(DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE, 0, 1);
        out(DP83820_CFG, in(DP83820_CFG) | DP83820_CFG_MODE_1000);
        in(DP83820_ISR);
        out(DP83820_CR, in(DP83820_CR) | DP83820_CR_TXR | DP83820_CR_RXR);
        delay_us(100);
        assert_bits(in(DP83820_ISR), DP83820_INTERRUPT_TXRCMP | DP83820_INTERRUPT_RXRCMP);
        bsd_pointers();
        out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RXE);
        assert_bits(in(DP83820_CR), DP83820_CR_RXE);
        echo(bsd_work);
        dp83820_link_set(driver->bench->bus.card, false);
        delay_us(1000);
        dp83820_link_set(driver->bench->bus.card, true);
        assert_bits(in(DP83820_ISR), DP83820_INTERRUPT_PHY);
    }
    end();
}

/* --- NetBSD */

static void netbsd_work(void)
{
    uint8_t frame[2000];
    uint32_t isr;
    size_t length;

    out(DP83820_IER, 0);
    while ((isr = in(DP83820_ISR)&in(DP83820_IMR))) {
        if (isr & (DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXIDLE))
            while ((length = take(frame, DP83820_RX_STATUS_INTR | 2040))) {
                put(frame, length, DP83820_TX_STATUS_INTR);
                out(DP83820_CR, DP83820_CR_TXE);
            }
        if (isr & DP83820_INTERRUPT_RXIDLE) {
            out(DP83820_RXDP, rx_address(driver->rx_next));
            out(DP83820_CR, DP83820_CR_RXE);
        }
    }
    out(DP83820_IER, 1);
}

static void netbsd_starts_both_engines_at_once_and_keeps_the_check_sequence(void **state)
{
    (void)state;
    begin(forgetful);
    driver->fcs_bytes = 4;
    out(DP83820_CR, DP83820_CR_RST);
    poll(DP83820_CR, DP83820_CR_RST, 0, 2);
    out(DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN);
    poll(DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN, 0, 2);
    out(DP83820_CFG, in(DP83820_CFG) | DP83820_CFG_EXTSTS_EN | DP83820_CFG_MODE_1000);
    address_from_eeprom(0);
    tx_ring(driver->bench, driver->tx_count);
    rx_ring(driver->bench, driver->rx_count);
    out(DP83820_TXCFG, DP83820_TXCFG_ATP | dp83820_txcfg_with_mxdma(0, 7) | DP83820_TXCFG_FLTH(2) |
                           DP83820_TXCFG_DRTH(200));
    out(DP83820_RXCFG, dp83820_rxcfg_with_mxdma(0, 7) | DP83820_RXCFG_DRTH(16) | DP83820_RXCFG_ALP |
                           DP83820_RXCFG_RX_FD);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_APM | DP83820_RFCR_AAB);
    out(DP83820_IMR, DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXIDLE |
                         DP83820_INTERRUPT_TXIDLE | DP83820_INTERRUPT_TXDESC);
    out(DP83820_IHR, 1);
    out(DP83820_IER, 1);
    out(DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE);
    delay_us(10);
    assert_bits(in(DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    echo(netbsd_work);
    end();
}

/* --- Plan 9 */

static void plan9_work(void)
{
    uint8_t frame[2000];
    uint32_t isr;
    size_t length;

    while ((isr = in(DP83820_ISR)&in(DP83820_IMR))) {
        while ((length = take(frame, DP83820_RX_STATUS_INTR | BUFFER_BYTES))) {
            put(frame, length, DP83820_TX_STATUS_INTR);
            out(DP83820_CR, in(DP83820_CR) | DP83820_CR_TXE);
        }
        if (isr & DP83820_INTERRUPT_RXIDLE)
            out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RXE);
        if (isr & DP83820_INTERRUPT_TXOK) {
            unsigned last = (driver->tx_next + driver->tx_count - 1) % driver->tx_count;

            assert_bits(dp83820_tx32_cmdsts(tx_slot(driver->bench, last)), DP83820_TX_STATUS_OK);
        }
    }
}

static void plan9_reads_the_eeprom_and_uses_the_other_hold_off(void **state)
{
    uint8_t sum = 0;

    (void)state;
    begin(forgetful);
    out(DP83820_CR, DP83820_CR_RST);
    poll(DP83820_CR, DP83820_CR_RST, 0, 1000);
    for (unsigned address = 0; address <= DP83820_EEPROM_CHECKSUM; address++)
        sum += eeprom(address) + (eeprom(address) >> 8);
    assert_int_equal(sum, 0);
    out(DP83820_CFG,
        in(DP83820_CFG) & ~(DP83820_CFG_T64ADDR | DP83820_CFG_DATA64_EN | DP83820_CFG_M64ADDR));
    out(DP83820_MIBC, DP83820_MIBC_ACLR | DP83820_MIBC_FRZ);
    out(DP83820_CR, DP83820_CR_RXD | DP83820_CR_TXD);
    poll(DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE, 0, 1);
    out(DP83820_CFG, in(DP83820_CFG) | DP83820_CFG_MODE_1000);
    rx_ring(driver->bench, driver->rx_count);
    tx_ring(driver->bench, driver->tx_count);
    address_from_eeprom(0);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_AAM | DP83820_RFCR_APM);
    out(DP83820_RXCFG, DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_DRTH(16) | DP83820_RXCFG_RX_FD);
    out(DP83820_TXCFG, DP83820_TXCFG_CSI | DP83820_TXCFG_HBI | DP83820_TXCFG_ATP |
                           DP83820_TXCFG_DRTH(128) | 1 << 16);
    out(DP83820_MIBC, DP83820_MIBC_ACLR);
    out(DP83820_IMR, DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXIDLE | DP83820_INTERRUPT_TXOK |
                         DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_RXEARLY |
                         DP83820_INTERRUPT_MIB | DP83820_INTERRUPT_PHY);
    out(DP83820_IHR, 0x101);
    out(DP83820_IER, 1);
    out(DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE);
    echo(plan9_work);
    end();
}

/* --- polling loaders */

static void loader_work(void)
{
    uint8_t frame[2000];
    size_t length = take(frame, BUFFER_BYTES);

    if (!length)
        return;
    out(DP83820_CR, DP83820_CR_TXD);
    out(DP83820_TXDP, tx_address(0));
    dp83820_tx32_set_link(tx_slot(driver->bench, 0), 0);
    tx_put(driver->bench, 0, frame, length, 0);
    out(DP83820_CR, DP83820_CR_TXE);
    for (unsigned polls = 0; dp83820_tx32_cmdsts(tx_slot(driver->bench, 0)) & DP83820_TX_STATUS_OWN;
         polls++) {
        assert_true(polls < POLLS);
        in(DP83820_ISR);
    }
    out(DP83820_CR, DP83820_CR_RXE);
}

static void uboot_polls_and_writes_narrow_filter_words(void **state)
{
    uint16_t address[3];

    (void)state;
    begin(forgetful);
    driver->fcs_bytes = 4;
    driver->rx_count = 4;
    /* Before its reset, it relies on what power-on has loaded. */
    for (unsigned at = 0; at < 3; at++) {
        out(DP83820_RFCR, 2 * at);
        address[at] = in(DP83820_RFDR);
    }
    assert_int_equal(address[0], station[0] | station[1] << 8);
    out(DP83820_CR, DP83820_CR_RST);
    poll(DP83820_CR, UINT32_MAX, 0, 1);
    for (unsigned at = 0; at < 3; at++) {
        out(DP83820_RFCR, 2 * at);
        dp83820_mmio_write(driver->bench->bus.card, DP83820_RFDR, address[at], 2);
    }
    out(DP83820_CFG, DP83820_CFG_MODE_1000);
    tx_ring(driver->bench, 1);
    rx_ring(driver->bench, driver->rx_count);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM);
    out(DP83820_RXCFG, DP83820_RXCFG_DRTH(16));
    out(DP83820_TXCFG, 0xd0f01002 & ~(7 << 20));
    out(DP83820_CR, DP83820_CR_RXE);
    echo(loader_work);
    end();
}

static void etherboot_asks_for_checksums_of_anything_and_links_past_its_ring(void **state)
{
    uint8_t frame[2000];
    size_t length = frame_make(frame, everybody, 0x0806, 46);
    uint32_t isr;

    (void)state;
    begin(NULL);
    driver->rx_count = 4;
    out(DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN);
    poll(DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN, 0, 1);
    out(DP83820_CFG, DP83820_CFG_EXTSTS_EN | DP83820_CFG_MODE_1000);
    out(DP83820_VTCR, DP83820_VTCR_PPCHK);
    rx_ring(driver->bench, driver->rx_count);
    tx_ring(driver->bench, 1);
    dp83820_rx32_set_link(rx_slot(driver->bench, 3), rx_address(4));
    dp83820_rx32_set_cmdsts(rx_slot(driver->bench, 4), DP83820_RX_STATUS_OWN);
    dp83820_tx32_set_extsts(tx_slot(driver->bench, 0), DP83820_EXTENDED_STATUS_UDPPKT);
    out(DP83820_RXCFG, DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_RX_FD);
    out(DP83820_TXCFG, 0xd0703200);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM);
    out(DP83820_RXDP, RX_RING);
    out(DP83820_CR, DP83820_CR_RXE);
    tx_put(driver->bench, 0, frame, length, 0);
    out(DP83820_TXDP, TX_RING);
    out(DP83820_CR, DP83820_CR_TXE);
    delay_us(10);
    assert_left(driver->bench, frame, length);
    for (unsigned number = 0; number < 4; number++) {
        arrive(driver->bench, frame, length);
        assert_int_equal(take(frame, DP83820_RX_STATUS_OWN), length);
    }
    isr = in(DP83820_ISR);
    assert_bits(isr, DP83820_INTERRUPT_RXIDLE);
    assert_no_bits(isr, DP83820_INTERRUPT_RMABT);
    end();
}

/* --- Solaris */

static void nsg_counts_in_units_of_four_microseconds_and_stops_by_reset(void **state)
{
    unsigned polls = 0;

    (void)state;
    begin(forgetful);
    driver->fcs_bytes = 4;
    out(DP83820_CR, DP83820_CR_RST);
    poll(DP83820_CR, DP83820_CR_RST, 0, 10);
    out(DP83820_IHR, 0);
    out(DP83820_IHR, 0x101);
    out(DP83820_IHR, 0);
    out(DP83820_CFG, DP83820_CFG_TMRTEST | DP83820_CFG_MODE_1000 | DP83820_CFG_EXTSTS_EN);
    address_from_eeprom(0);
    rx_ring(driver->bench, driver->rx_count);
    tx_ring(driver->bench, driver->tx_count);
    out(DP83820_RXCFG, DP83820_RXCFG_AEP | DP83820_RXCFG_ARP);
    out(DP83820_TXCFG, DP83820_TXCFG_ATP);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM);
    out(DP83820_IMR, DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXIDLE);
    out(DP83820_IER, 1);
    out(DP83820_IHR, 40000 / DP83820_HOLDOFF_TEST_UNIT_NS);
    out(DP83820_CR, DP83820_CR_RXE);
    echo(netbsd_work);
    in(DP83820_ISR);
    out(DP83820_CR, DP83820_CR_TXR | DP83820_CR_RXR);
    for (uint32_t isr = 0; isr != (DP83820_INTERRUPT_TXRCMP | DP83820_INTERRUPT_RXRCMP);) {
        assert_true(++polls < POLLS);
        delay_us(10);
        isr |= in(DP83820_ISR);
    }
    end();
}

int drivers_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linux_brings_the_card_up_and_echoes),
        cmocka_unit_test(freebsd_brings_the_card_up_and_survives_a_link_change),
        cmocka_unit_test(netbsd_starts_both_engines_at_once_and_keeps_the_check_sequence),
        cmocka_unit_test(plan9_reads_the_eeprom_and_uses_the_other_hold_off),
        cmocka_unit_test(uboot_polls_and_writes_narrow_filter_words),
        cmocka_unit_test(etherboot_asks_for_checksums_of_anything_and_links_past_its_ring),
        cmocka_unit_test(nsg_counts_in_units_of_four_microseconds_and_stops_by_reset),
    };

    return cmocka_run_group_tests_name("drivers", tests, NULL, NULL);
}
