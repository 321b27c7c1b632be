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
};

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

/* A frame with a payload that counts up. Returns its length. */
size_t frame_make(uint8_t *frame, const uint8_t *to, unsigned type, size_t payload_bytes);
/* An IPv4 frame; checksums are left 0. Returns its length. */
size_t ip_make(uint8_t *frame, unsigned protocol, size_t segment_bytes, unsigned option_words);
/* Inserts 0x8100 and a tag in wire order. */
size_t tag_put(uint8_t *frame, size_t length, unsigned tci);
/* One's complement sum with everything in it, as a receiver would check; 0xffff is right. */
unsigned ip_sum(const uint8_t *ip);
unsigned segment_sum(const uint8_t *ip);

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
