/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

const uint8_t station[STATION_BYTES] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55};
const uint8_t stranger[STATION_BYTES] = {0x02, 0x99, 0x88, 0x77, 0x66, 0x54};
const uint8_t everybody[STATION_BYTES] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

struct bench *bench_new(void (*change)(struct dp83820_config *config))
{
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    dp83820_config_default(&bench->config);
    memcpy(bench->config.mac, station, sizeof station);
    if (change)
        change(&bench->config);
    assert_true(host_bus_open(&bench->bus, &bench->config));
    return bench;
}

int bench_free(struct bench *bench)
{
    /* Whatever a test did: no DMA inside a register access. */
    assert_int_equal(bench->bus.rule_breaks, 0);
    host_bus_close(&bench->bus);
    free(bench);
    return 0;
}

uint32_t get(struct bench *bench, uint32_t offset)
{
    return host_bus_read(&bench->bus, offset);
}

void set(struct bench *bench, uint32_t offset, uint32_t value)
{
    host_bus_write(&bench->bus, offset, value);
}

void run(struct bench *bench, uint64_t ns)
{
    host_bus_run(&bench->bus, ns);
}

const struct dp83820_counters *count(const struct bench *bench)
{
    return dp83820_counters(bench->bus.card);
}

uint32_t tx_address(unsigned slot)
{
    return TX_RING + slot * sizeof(struct dp83820_tx32);
}

uint32_t rx_address(unsigned slot)
{
    return RX_RING + slot * sizeof(struct dp83820_rx32);
}

struct dp83820_tx32 *tx_slot(struct bench *bench, unsigned slot)
{
    return host_bus_memory(&bench->bus, tx_address(slot), sizeof(struct dp83820_tx32));
}

struct dp83820_rx32 *rx_slot(struct bench *bench, unsigned slot)
{
    return host_bus_memory(&bench->bus, rx_address(slot), sizeof(struct dp83820_rx32));
}

uint8_t *rx_data(struct bench *bench, unsigned slot)
{
    return host_bus_memory(&bench->bus, RX_BUFFERS + slot * BUFFER_BYTES, BUFFER_BYTES);
}

void tx_ring(struct bench *bench, unsigned slots)
{
    bench->tx_slots = slots;
    for (unsigned slot = 0; slot < slots; slot++) {
        struct dp83820_tx32 *descriptor = tx_slot(bench, slot);

        dp83820_tx32_set_link(descriptor, tx_address((slot + 1) % slots));
        dp83820_tx32_set_bufptr(descriptor, TX_BUFFERS + slot * BUFFER_BYTES);
        dp83820_tx32_set_cmdsts(descriptor, 0);
        dp83820_tx32_set_extsts(descriptor, 0);
    }
    set(bench, DP83820_TXDP, TX_RING);
}

void rx_ring(struct bench *bench, unsigned slots)
{
    bench->rx_slots = slots;
    for (unsigned slot = 0; slot < slots; slot++) {
        struct dp83820_rx32 *descriptor = rx_slot(bench, slot);

        dp83820_rx32_set_link(descriptor, rx_address((slot + 1) % slots));
        dp83820_rx32_set_bufptr(descriptor, RX_BUFFERS + slot * BUFFER_BYTES);
        dp83820_rx32_set_cmdsts(descriptor, DP83820_RX_STATUS_INTR | BUFFER_BYTES);
        dp83820_rx32_set_extsts(descriptor, 0);
    }
    set(bench, DP83820_RXDP, RX_RING);
}

void tx_put(struct bench *bench, unsigned slot, const void *data, size_t length, uint32_t flags)
{
    struct dp83820_tx32 *descriptor = tx_slot(bench, slot);

    memcpy(host_bus_memory(&bench->bus, dp83820_tx32_bufptr(descriptor), length), data, length);
    dp83820_tx32_set_cmdsts(descriptor, DP83820_TX_STATUS_OWN | flags | length);
}

void media(struct bench *bench)
{
    uint32_t cfg = get(bench, DP83820_CFG) | DP83820_CFG_EXTSTS_EN;

    cfg &= ~DP83820_CFG_MODE_1000;
    if (dp83820_cfg_spdsts(cfg) == DP83820_CFG_SPDSTS_1000)
        cfg |= DP83820_CFG_MODE_1000;
    set(bench, DP83820_CFG, cfg);
    set(bench, DP83820_TXCFG,
        DP83820_TXCFG_CSI | DP83820_TXCFG_HBI | DP83820_TXCFG_ATP | DP83820_TXCFG_DRTH(0x20) |
            DP83820_TXCFG_FLTH(2));
}

void start(struct bench *bench)
{
    media(bench);
    set(bench, DP83820_RXCFG,
        DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_RX_FD | DP83820_RXCFG_ALP | DP83820_RXCFG_AIRL);
    set(bench, DP83820_RFCR,
        DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM | DP83820_RFCR_AAM);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
}

size_t frame_make(uint8_t *frame, const uint8_t *to, unsigned type, size_t payload_bytes)
{
    memcpy(frame, to, STATION_BYTES);
    memcpy(frame + STATION_BYTES, stranger, STATION_BYTES);
    frame[12] = type >> 8;
    frame[13] = type & 0xff;
    for (size_t at = 0; at < payload_bytes; at++)
        frame[HEADER_BYTES + at] = at * 7 + 1;
    return HEADER_BYTES + payload_bytes;
}

size_t numbered_make(uint8_t *frame, const uint8_t *to, unsigned number, size_t payload_bytes)
{
    size_t length = frame_make(frame, to, number, payload_bytes);

    for (size_t at = HEADER_BYTES; at < length; at++)
        frame[at] += number * 31;
    return length;
}

size_t ip_make(uint8_t *frame, unsigned protocol, size_t segment_bytes, unsigned option_words)
{
    size_t header = 20 + 4 * option_words, total = header + segment_bytes;
    uint8_t *ip = frame + HEADER_BYTES, *segment = ip + header;

    frame_make(frame, station, 0x0800, total);
    memset(ip, 0, header);
    ip[0] = 0x40 | header / 4;
    ip[2] = total >> 8;
    ip[3] = total & 0xff;
    ip[8] = 64;
    ip[9] = protocol;
    memcpy(ip + 12, "\x0a\x00\x02\x0f\x0a\x00\x02\x02", 8);
    memset(ip + 20, 1, 4 * option_words);
    if (protocol == 17 && segment_bytes >= 8) {
        segment[4] = segment_bytes >> 8;
        segment[5] = segment_bytes & 0xff;
    }
    return HEADER_BYTES + total;
}

size_t tag_put(uint8_t *frame, size_t length, unsigned tci)
{
    memmove(frame + 16, frame + 12, length - 12);
    frame[12] = 0x81;
    frame[13] = 0x00;
    frame[14] = tci >> 8;
    frame[15] = tci & 0xff;
    return length + 4;
}

static unsigned add(const uint8_t *bytes, size_t length, unsigned sum)
{
    for (size_t at = 0; at < length; at++)
        sum += at % 2 ? bytes[at] : bytes[at] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

unsigned ip_sum(const uint8_t *ip)
{
    return add(ip, (ip[0] & 15) * 4, 0);
}

unsigned segment_sum(const uint8_t *ip)
{
    size_t header = (ip[0] & 15) * 4, length = (ip[2] << 8 | ip[3]) - header;

    return add(ip + header, length, add(ip + 12, 8, ip[9] + length));
}

void arrive_damaged(struct bench *bench, const uint8_t *frame, size_t length, unsigned damage)
{
    assert_true(dp83820_receive_damaged(bench->bus.card, frame, length, damage));
    run(bench, 20 * MICROSECOND + length * 8);
}

void arrive(struct bench *bench, const uint8_t *frame, size_t length)
{
    arrive_damaged(bench, frame, length, 0);
}

bool left(struct bench *bench)
{
    bench->frame_bytes = host_bus_frame_take(&bench->bus, bench->frame, &bench->frame_at_ns);
    return bench->frame_bytes != 0;
}

struct bench *rx_ready(void (*change)(struct dp83820_config *config))
{
    struct bench *bench = bench_new(change);

    rx_ring(bench, RX_READY_SLOTS);
    start(bench);
    return bench;
}

uint32_t rx_status(struct bench *bench, unsigned slot)
{
    return dp83820_rx32_cmdsts(rx_slot(bench, slot));
}

uint32_t rx_size(struct bench *bench, unsigned slot)
{
    return dp83820_rx_status_size(rx_status(bench, slot));
}

uint32_t rx_extended(struct bench *bench, unsigned slot)
{
    return dp83820_rx32_extsts(rx_slot(bench, slot));
}

void rx_arm(struct bench *bench, unsigned slot)
{
    dp83820_rx32_set_cmdsts(rx_slot(bench, slot), DP83820_RX_STATUS_INTR | BUFFER_BYTES);
}

bool rx_received(struct bench *bench, const uint8_t *frame, size_t length, unsigned damage)
{
    rx_ring(bench, RX_READY_SLOTS);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    arrive_damaged(bench, frame, length, damage);
    return rx_status(bench, 0) & DP83820_RX_STATUS_OWN;
}

struct bench *tx_ready(void (*change)(struct dp83820_config *config), unsigned slots)
{
    struct bench *bench = bench_new(change);

    media(bench);
    tx_ring(bench, slots);
    return bench;
}

void tx_kick(struct bench *bench, uint64_t ns)
{
    set(bench, DP83820_CR, DP83820_CR_TXE);
    run(bench, ns);
}

const uint8_t *tx_sent(struct bench *bench, const uint8_t *frame, size_t length, uint32_t requests)
{
    tx_ring(bench, 4);
    dp83820_tx32_set_extsts(tx_slot(bench, 0), requests);
    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, 30 * MICROSECOND);
    assert_true(left(bench));
    return bench->frame;
}

struct bench *both_ready(void)
{
    struct bench *bench = bench_new(NULL);

    rx_ring(bench, 4);
    tx_ring(bench, 16);
    start(bench);
    return bench;
}

uint32_t pins_of_mode(unsigned mbps, bool full_duplex)
{
    uint32_t speed = mbps == 1000  ? DP83820_CFG_SPDSTS_1000
                     : mbps == 100 ? DP83820_CFG_SPDSTS_100
                                   : DP83820_CFG_SPDSTS_10;

    return (mbps ? DP83820_CFG_LNKSTS : 0) | DP83820_CFG_SPDSTS(speed) |
           (mbps && full_duplex ? 0 : DP83820_CFG_DUPSTS);
}

void assert_filter_address(struct bench *bench, const uint8_t *address)
{
    for (unsigned at = 0; at < STATION_BYTES; at += 2) {
        set(bench, DP83820_RFCR, at);
        assert_int_equal(dp83820_rfdr_data(get(bench, DP83820_RFDR)),
                         address[at] | address[at + 1] << 8);
    }
}
