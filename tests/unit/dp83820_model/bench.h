/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the card share: a card on the host bench, descriptors in its memory, frames. */
#ifndef TESTS_UNIT_DP83820_MODEL_BENCH_H
#define TESTS_UNIT_DP83820_MODEL_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <drivers/net/dp83820/dp83820_regs.h>
#include <tools/qemu/dp83820/host_bus.h>

enum {
    MICROSECOND = 1000,
    MILLISECOND = 1000000,
    STATION_BYTES = 6,
    HEADER_BYTES = 14,
    TX_RING = 0x1000, /* places in the bench's memory */
    RX_RING = 0x2000,
    TX_BUFFERS = 0x100000,
    RX_BUFFERS = 0x200000,
    BUFFER_BYTES = 0x800,
    RX_READY_SLOTS = 4,
    LINUX_PAUSE = 0xfffe,
};
/* An address that nobody answers. */
#define NOWHERE UINT32_C(0xf0000000)

struct bench {
    struct host_bus bus;
    struct dp83820_config config;
    unsigned tx_slots, rx_slots;
    uint8_t frame[HOST_BUS_FRAME_BYTES]; /* what frame_take() found */
    size_t frame_bytes;
    uint64_t frame_at_ns;
};

extern const uint8_t station[STATION_BYTES], stranger[STATION_BYTES], everybody[STATION_BYTES];

/* The card after power-on, with what a test changes in the configuration first. */
struct bench *bench_new(void (*change)(struct dp83820_config *config));
int bench_free(struct bench *bench);

uint32_t get(struct bench *bench, uint32_t offset);
void set(struct bench *bench, uint32_t offset, uint32_t value);
void run(struct bench *bench, uint64_t ns);
const struct dp83820_counters *count(const struct bench *bench);

/* Closed rings of 16-byte descriptors: transmit slots of software, receive slots of the card
 * with buffers of BUFFER_BYTES. */
void tx_ring(struct bench *bench, unsigned slots);
void rx_ring(struct bench *bench, unsigned slots);
uint32_t tx_address(unsigned slot);
uint32_t rx_address(unsigned slot);
struct dp83820_tx32 *tx_slot(struct bench *bench, unsigned slot);
struct dp83820_rx32 *rx_slot(struct bench *bench, unsigned slot);
/* A packet of one descriptor in a slot; no kick. */
void tx_put(struct bench *bench, unsigned slot, const void *data, size_t length, uint32_t flags);
uint8_t *rx_data(struct bench *bench, unsigned slot);

/* Receiver and filter on for everything the tests send: CRC stripped, EXTSTS_EN, gigabit. */
void start(struct bench *bench);
/* Gigabit and extended status only. */
void media(struct bench *bench);

/* A card whose receiver, transmitter or both have rings, of RX_READY_SLOTS, `slots` or a few. */
struct bench *rx_ready(void (*change)(struct dp83820_config *config));
struct bench *tx_ready(void (*change)(struct dp83820_config *config), unsigned slots);
struct bench *both_ready(void);
/* What the card wrote into a slot; gives it back to the card. */
uint32_t rx_status(struct bench *bench, unsigned slot);
uint32_t rx_size(struct bench *bench, unsigned slot);
uint32_t rx_extended(struct bench *bench, unsigned slot);
void rx_arm(struct bench *bench, unsigned slot);
/* Lets a frame arrive in a fresh ring and says whether it came through to slot 0. */
bool rx_received(struct bench *bench, const uint8_t *frame, size_t length, unsigned damage);
/* Starts the transmitter and lets time pass. */
void tx_kick(struct bench *bench, uint64_t ns);
/* Sends a frame with requests from a fresh ring and returns what left. */
const uint8_t *tx_sent(struct bench *bench, const uint8_t *frame, size_t length, uint32_t requests);

/* Registers as known drivers write them. */
#define LINUX_TXCFG                                                                                \
    (DP83820_TXCFG_CSI | DP83820_TXCFG_HBI | DP83820_TXCFG_ATP |                                   \
     DP83820_TXCFG_MXDMA(DP83820_TXCFG_MXDMA_512_BYTES) |                                          \
     DP83820_TXCFG_FLTH(1600 / DP83820_TX_THRESHOLD_UNIT_BYTES))
#define LINUX_RXCFG                                                                                \
    (DP83820_RXCFG_AEP | DP83820_RXCFG_ARP | DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_RX_FD |        \
     DP83820_RXCFG_AIRL | DP83820_RXCFG_MXDMA(DP83820_RXCFG_MXDMA_512_BYTES))
/* What the memory test could say. */
#define RBIST_FAILS                                                                                \
    (DP83820_PTSCR_RBIST_RXFFAIL | DP83820_PTSCR_RBIST_HFFAIL | DP83820_PTSCR_RBIST_TX0FAIL |      \
     DP83820_PTSCR_RBIST_RX0FAIL | DP83820_PTSCR_RBIST_RX1FAIL)
#define LINUX_VRCR (DP83820_VRCR_VTDEN | DP83820_VRCR_IPEN)
#define LINUX_PCR                                                                                  \
    (DP83820_PCR_PSEN | DP83820_PCR_PS_MCAST | DP83820_PCR_PS_DA |                                 \
     DP83820_PCR_STHI(DP83820_PCR_STHI_2) | DP83820_PCR_STLO(DP83820_PCR_STLO_8) |                 \
     DP83820_PCR_FFHI(DP83820_PCR_FFHI_4K) | DP83820_PCR_PAUSE_CNT(LINUX_PAUSE))
#define FREEBSD_TXCFG                                                                              \
    (DP83820_TXCFG_ATP | DP83820_TXCFG_MXDMA(DP83820_TXCFG_MXDMA_512_BYTES) |                      \
     DP83820_TXCFG_FLTH(64 / DP83820_TX_THRESHOLD_UNIT_BYTES) |                                    \
     DP83820_TXCFG_DRTH(6400 / DP83820_TX_THRESHOLD_UNIT_BYTES))
#define FREEBSD_RXCFG                                                                              \
    (DP83820_RXCFG_AEP | DP83820_RXCFG_ARP | DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_ALP |          \
     DP83820_RXCFG_AIRL | DP83820_RXCFG_MXDMA(DP83820_RXCFG_MXDMA_256_BYTES) |                     \
     DP83820_RXCFG_DRTH(64 / DP83820_RX_THRESHOLD_UNIT_BYTES))
#define UBOOT_TXCFG                                                                                \
    (DP83820_TXCFG_CSI | DP83820_TXCFG_HBI | DP83820_TXCFG_ATP | DP83820_TXCFG_ECRETRY |           \
     DP83820_TXCFG_MXDMA(DP83820_TXCFG_MXDMA_1024_BYTES) |                                         \
     DP83820_TXCFG_FLTH(512 / DP83820_TX_THRESHOLD_UNIT_BYTES) |                                   \
     DP83820_TXCFG_DRTH(64 / DP83820_TX_THRESHOLD_UNIT_BYTES))
/* Its fill threshold ends up in a bit that has no meaning. */
#define PLAN9_TXCFG                                                                                \
    (DP83820_TXCFG_ATP | DP83820_TXCFG_DRTH(4096 / DP83820_TX_THRESHOLD_UNIT_BYTES) | 1 << 16)

/* A hold-off time in units; time starts with the event. */
#define HOLD_OFF_EVENT(units) (DP83820_IHR_IHCTL | DP83820_IHR_IH(units))

/* The status pins of CFG; 0 Mb/s: no link. */
#define PINS (DP83820_CFG_LNKSTS | DP83820_CFG_SPDSTS_MASK | DP83820_CFG_DUPSTS)
uint32_t pins_of_mode(unsigned mbps, bool full_duplex);
#define assert_pins(bench, mbps, full_duplex)                                                      \
    assert_int_equal(get(bench, DP83820_CFG) & PINS, pins_of_mode(mbps, full_duplex))

/* A frame with a payload that counts up. Returns its length. */
size_t frame_make(uint8_t *frame, const uint8_t *to, unsigned type, size_t payload_bytes);
/* The same with contents that no other number has, and the number as type. */
size_t numbered_make(uint8_t *frame, const uint8_t *to, unsigned number, size_t payload_bytes);
/* An IPv4 frame; checksums are left 0. Returns its length. */
size_t ip_make(uint8_t *frame, unsigned protocol, size_t segment_bytes, unsigned option_words);
/* Inserts 0x8100 and a tag in wire order. */
size_t tag_put(uint8_t *frame, size_t length, unsigned tci);
/* One's complement sum with everything in it, as a receiver would check; 0xffff is right. */
unsigned ip_sum(const uint8_t *ip);
unsigned segment_sum(const uint8_t *ip);

/* Compares the station address that the filter memory has. */
void assert_filter_address(struct bench *bench, const uint8_t *address);

/* Hands a frame to the wire and lets it arrive. */
void arrive(struct bench *bench, const uint8_t *frame, size_t length);
void arrive_damaged(struct bench *bench, const uint8_t *frame, size_t length, unsigned damage);
/* The next frame that left, in bench->frame. */
bool left(struct bench *bench);
#define assert_left(bench, data, length)                                                           \
    do {                                                                                           \
        assert_true(left(bench));                                                                  \
        assert_int_equal((bench)->frame_bytes, length);                                            \
        assert_memory_equal((bench)->frame, data, length);                                         \
    } while (0)

#define assert_bits(value, bits)    assert_int_equal((value) & (bits), bits)
#define assert_no_bits(value, bits) assert_int_equal((value) & (bits), 0)

#endif
