/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Example chip that uses every feature of the language
 *
 * Made by idlc from tools/idlc/tests/good/widget.regs; change that file, not this one.
 */
#ifndef WIDGET_REGS_H
#define WIDGET_REGS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIDGET_VENDOR                        0x1234 /* PCI vendor */
#define WIDGET_DEVICE                        0x5678 /* PCI device */
#define WIDGET_PERIOD                        2500 /* time between two events, in us */

/* Causes of interrupts, one bit each */
#define WIDGET_EVENT_RXOK                    UINT32_C(0x00000001) /* a packet was received */
#define WIDGET_EVENT_RXOK_SHIFT              0
#define WIDGET_EVENT_TXOK                    UINT32_C(0x00000002) /* a packet was sent */
#define WIDGET_EVENT_TXOK_SHIFT              1
#define WIDGET_EVENT_ERROR                   UINT32_C(0x80000000) /* a bus error occurred */
#define WIDGET_EVENT_ERROR_SHIFT             31

static inline bool widget_event_rxok(uint32_t value)
{
    return (value & WIDGET_EVENT_RXOK) != 0;
}

static inline uint32_t widget_event_with_rxok(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_EVENT_RXOK : value & ~WIDGET_EVENT_RXOK);
}

static inline bool widget_event_txok(uint32_t value)
{
    return (value & WIDGET_EVENT_TXOK) != 0;
}

static inline uint32_t widget_event_with_txok(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_EVENT_TXOK : value & ~WIDGET_EVENT_TXOK);
}

static inline bool widget_event_error(uint32_t value)
{
    return (value & WIDGET_EVENT_ERROR) != 0;
}

static inline uint32_t widget_event_with_error(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_EVENT_ERROR : value & ~WIDGET_EVENT_ERROR);
}

#define WIDGET_SIZE_BYTES                    0x60 /* Control and status */

#define WIDGET_CR                            0x00 /* command */
#define WIDGET_CR_AT_RESET                   UINT32_C(0x00000000)
/* start the engine; reads 1 while it runs */
#define WIDGET_CR_START                      UINT32_C(0x00000001)
#define WIDGET_CR_START_SHIFT                0
/* reset the chip; reads 1 until done */
#define WIDGET_CR_RESET                      UINT32_C(0x00000002)
#define WIDGET_CR_RESET_SHIFT                1

#define WIDGET_CFG                           0x04 /* configuration */
#define WIDGET_CFG_AT_RESET                  UINT32_C(0x00000020)
#define WIDGET_CFG_MODE_MASK                 UINT32_C(0x00000003) /* mode of operation */
#define WIDGET_CFG_MODE(x) ((uint32_t)(x) << 0 & UINT32_C(0x00000003))
#define WIDGET_CFG_MODE_SHIFT                0
#define WIDGET_CFG_MODE_OFF                  0 /* no packets */
#define WIDGET_CFG_MODE_10                   1 /* 10 Mb/s */
#define WIDGET_CFG_MODE_100                  2 /* 100 Mb/s */
#define WIDGET_CFG_LOOP                      UINT32_C(0x00000004) /* loop packets back */
#define WIDGET_CFG_LOOP_SHIFT                2
/* longest burst, in units of 8 bytes */
#define WIDGET_CFG_BURST_MASK                UINT32_C(0x000000f0)
#define WIDGET_CFG_BURST(x) ((uint32_t)(x) << 4 & UINT32_C(0x000000f0))
#define WIDGET_CFG_BURST_SHIFT               4
/* self-test has ended; write one to clear */
#define WIDGET_CFG_DONE                      UINT32_C(0x00000100)
#define WIDGET_CFG_DONE_SHIFT                8
#define WIDGET_CFG_LINK                      UINT32_C(0x80000000) /* the link is up */
#define WIDGET_CFG_LINK_SHIFT                31

#define WIDGET_ISR                           0x08 /* interrupt status */
#define WIDGET_ISR_AT_RESET                  UINT32_C(0x00000000)

#define WIDGET_IMR                           0x0c /* interrupt mask */
#define WIDGET_IMR_AT_RESET                  UINT32_C(0x00000000)

/* address of the descriptor ring; not defined after reset */
#define WIDGET_RING                          0x10

#define WIDGET_MIB                           0x18 /* event counters */
#define WIDGET_MIB_AT_RESET                  UINT32_C(0x0000)
#define WIDGET_MIB_COUNT                     4
#define WIDGET_MIB_STRIDE                    2 /* bytes from one to the next */

#define WIDGET_DATA                          0x20 /* transmit data */

/* line status (same address as DATA: one is read, the other written) */
#define WIDGET_STATUS                        0x20
#define WIDGET_STATUS_AT_RESET               UINT32_C(0x00)

#define WIDGET_QBASE                         0x30 /* address of queue n */
#define WIDGET_QBASE_AT_RESET                UINT32_C(0x00000000)
#define WIDGET_QBASE_COUNT                   2
#define WIDGET_QBASE_STRIDE                  8 /* bytes from one to the next */

#define WIDGET_QSIZE                         0x34 /* size of queue n in bytes */
#define WIDGET_QSIZE_AT_RESET                UINT32_C(0x00000000)
#define WIDGET_QSIZE_COUNT                   2
#define WIDGET_QSIZE_STRIDE                  8 /* bytes from one to the next */

#define WIDGET_DIVISOR                       0x40 /* baud divisor */
#define WIDGET_DIVISOR_AT_RESET              UINT32_C(0x01)

/* baud divisor of the second unit, behind a bank switch */
#define WIDGET_DIVISOR2                      0x40
#define WIDGET_DIVISOR2_AT_RESET             UINT32_C(0x01)

static inline uint32_t widget_read_cr(const volatile void *base)
{
    return *(const volatile uint32_t *)((const volatile char *)base + WIDGET_CR);
}

static inline void widget_write_cr(volatile void *base, uint32_t value)
{
    *(volatile uint32_t *)((volatile char *)base + WIDGET_CR) = value;
}

static inline bool widget_cr_start(uint32_t value)
{
    return (value & WIDGET_CR_START) != 0;
}

static inline uint32_t widget_cr_with_start(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_CR_START : value & ~WIDGET_CR_START);
}

static inline bool widget_cr_reset(uint32_t value)
{
    return (value & WIDGET_CR_RESET) != 0;
}

static inline uint32_t widget_cr_with_reset(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_CR_RESET : value & ~WIDGET_CR_RESET);
}

static inline uint32_t widget_read_cfg(const volatile void *base)
{
    return *(const volatile uint32_t *)((const volatile char *)base + WIDGET_CFG);
}

static inline void widget_write_cfg(volatile void *base, uint32_t value)
{
    *(volatile uint32_t *)((volatile char *)base + WIDGET_CFG) = value;
}

static inline uint32_t widget_cfg_mode(uint32_t value)
{
    return (uint32_t)((value & WIDGET_CFG_MODE_MASK) >> 0);
}

static inline uint32_t widget_cfg_with_mode(uint32_t value, uint32_t x)
{
    return (uint32_t)((value & ~WIDGET_CFG_MODE_MASK) | WIDGET_CFG_MODE(x));
}

static inline bool widget_cfg_loop(uint32_t value)
{
    return (value & WIDGET_CFG_LOOP) != 0;
}

static inline uint32_t widget_cfg_with_loop(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_CFG_LOOP : value & ~WIDGET_CFG_LOOP);
}

static inline uint32_t widget_cfg_burst(uint32_t value)
{
    return (uint32_t)((value & WIDGET_CFG_BURST_MASK) >> 4);
}

static inline uint32_t widget_cfg_with_burst(uint32_t value, uint32_t x)
{
    return (uint32_t)((value & ~WIDGET_CFG_BURST_MASK) | WIDGET_CFG_BURST(x));
}

static inline bool widget_cfg_done(uint32_t value)
{
    return (value & WIDGET_CFG_DONE) != 0;
}

static inline uint32_t widget_cfg_with_done(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_CFG_DONE : value & ~WIDGET_CFG_DONE);
}

static inline bool widget_cfg_link(uint32_t value)
{
    return (value & WIDGET_CFG_LINK) != 0;
}

static inline uint32_t widget_cfg_with_link(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_CFG_LINK : value & ~WIDGET_CFG_LINK);
}

static inline uint32_t widget_read_isr(const volatile void *base)
{
    return *(const volatile uint32_t *)((const volatile char *)base + WIDGET_ISR);
}

static inline uint32_t widget_read_imr(const volatile void *base)
{
    return *(const volatile uint32_t *)((const volatile char *)base + WIDGET_IMR);
}

static inline void widget_write_imr(volatile void *base, uint32_t value)
{
    *(volatile uint32_t *)((volatile char *)base + WIDGET_IMR) = value;
}

static inline uint64_t widget_read_ring(const volatile void *base)
{
    return *(const volatile uint64_t *)((const volatile char *)base + WIDGET_RING);
}

static inline void widget_write_ring(volatile void *base, uint64_t value)
{
    *(volatile uint64_t *)((volatile char *)base + WIDGET_RING) = value;
}

static inline uint16_t widget_read_mib(const volatile void *base, unsigned index)
{
    return *(const volatile uint16_t *)((const volatile char *)base + WIDGET_MIB + (size_t)index * WIDGET_MIB_STRIDE);
}

static inline void widget_write_data(volatile void *base, uint8_t value)
{
    *(volatile uint8_t *)((volatile char *)base + WIDGET_DATA) = value;
}

static inline uint8_t widget_read_status(const volatile void *base)
{
    return *(const volatile uint8_t *)((const volatile char *)base + WIDGET_STATUS);
}

static inline uint32_t widget_read_qbase(const volatile void *base, unsigned index)
{
    return *(const volatile uint32_t *)((const volatile char *)base + WIDGET_QBASE + (size_t)index * WIDGET_QBASE_STRIDE);
}

static inline void widget_write_qbase(volatile void *base, unsigned index, uint32_t value)
{
    *(volatile uint32_t *)((volatile char *)base + WIDGET_QBASE + (size_t)index * WIDGET_QBASE_STRIDE) = value;
}

static inline uint32_t widget_read_qsize(const volatile void *base, unsigned index)
{
    return *(const volatile uint32_t *)((const volatile char *)base + WIDGET_QSIZE + (size_t)index * WIDGET_QSIZE_STRIDE);
}

static inline void widget_write_qsize(volatile void *base, unsigned index, uint32_t value)
{
    *(volatile uint32_t *)((volatile char *)base + WIDGET_QSIZE + (size_t)index * WIDGET_QSIZE_STRIDE) = value;
}

static inline uint8_t widget_read_divisor(const volatile void *base)
{
    return *(const volatile uint8_t *)((const volatile char *)base + WIDGET_DIVISOR);
}

static inline void widget_write_divisor(volatile void *base, uint8_t value)
{
    *(volatile uint8_t *)((volatile char *)base + WIDGET_DIVISOR) = value;
}

static inline uint8_t widget_read_divisor2(const volatile void *base)
{
    return *(const volatile uint8_t *)((const volatile char *)base + WIDGET_DIVISOR2);
}

static inline void widget_write_divisor2(volatile void *base, uint8_t value)
{
    *(volatile uint8_t *)((volatile char *)base + WIDGET_DIVISOR2) = value;
}

#define WIDGET_PHY_SIZE_BYTES                0x4 /* Registers of the physical layer, in I/O ports */

#define WIDGET_PHY_CONTROL                   0x00 /* control */
#define WIDGET_PHY_CONTROL_AT_RESET          UINT32_C(0x0000)

#define WIDGET_PHY_STATE                     0x02 /* state */
#define WIDGET_PHY_STATE_AT_RESET            UINT32_C(0x0000)

static inline uint16_t widget_read_phy_control(uint16_t base)
{
    uint16_t value;
    __asm__ volatile("inw %w1, %0" : "=a"(value) : "Nd"((uint16_t)(base + WIDGET_PHY_CONTROL)));
    return value;
}

static inline void widget_write_phy_control(uint16_t base, uint16_t value)
{
    __asm__ volatile("outw %0, %w1" : : "a"(value), "Nd"((uint16_t)(base + WIDGET_PHY_CONTROL)));
}

static inline uint16_t widget_read_phy_state(uint16_t base)
{
    uint16_t value;
    __asm__ volatile("inw %w1, %0" : "=a"(value) : "Nd"((uint16_t)(base + WIDGET_PHY_STATE)));
    return value;
}

#define WIDGET_EEPROM_SIZE_WORDS             0x8 /* Serial EEPROM */

#define WIDGET_EEPROM_SUBSYSTEM              0x00 /* subsystem identity */

#define WIDGET_EEPROM_OPTIONS                0x01 /* options */
#define WIDGET_EEPROM_OPTIONS_AT_RESET       UINT32_C(0x0001)
#define WIDGET_EEPROM_OPTIONS_FAST           UINT32_C(0x0001) /* start fast */
#define WIDGET_EEPROM_OPTIONS_FAST_SHIFT     0

#define WIDGET_EEPROM_MAC                    0x02 /* station address, two octets a word */
#define WIDGET_EEPROM_MAC_COUNT              3
#define WIDGET_EEPROM_MAC_STRIDE             1 /* words from one to the next */

#define WIDGET_EEPROM_CHECKSUM               0x07 /* makes the sum of all words zero */

static inline bool widget_eeprom_options_fast(uint16_t value)
{
    return (value & WIDGET_EEPROM_OPTIONS_FAST) != 0;
}

static inline uint16_t widget_eeprom_options_with_fast(uint16_t value, bool x)
{
    return (uint16_t)(x ? value | WIDGET_EEPROM_OPTIONS_FAST : value & ~WIDGET_EEPROM_OPTIONS_FAST);
}

/* Filter memory, reached through an address and a data register */
#define WIDGET_FILTER_SIZE_BYTES             0x10

#define WIDGET_FILTER_STATION                0x00 /* station address */
#define WIDGET_FILTER_STATION_COUNT          3
#define WIDGET_FILTER_STATION_STRIDE         2 /* bytes from one to the next */

#define WIDGET_FILTER_LENGTH                 0x06 /* length of the pattern */
#define WIDGET_FILTER_LENGTH_AT_RESET        UINT32_C(0x00)

#define WIDGET_FILTER_PATTERN                0x08 /* pattern */
#define WIDGET_FILTER_PATTERN_COUNT          2
#define WIDGET_FILTER_PATTERN_STRIDE         4 /* bytes from one to the next */

/* command and status */
#define WIDGET_RX32_STATUS_OWN               UINT32_C(0x80000000) /* owner */
#define WIDGET_RX32_STATUS_OWN_SHIFT         31
/* the packet goes on in the next descriptor */
#define WIDGET_RX32_STATUS_MORE              UINT32_C(0x40000000)
#define WIDGET_RX32_STATUS_MORE_SHIFT        30
#define WIDGET_RX32_STATUS_SIZE_MASK         UINT32_C(0x0000ffff) /* bytes in the buffer */
#define WIDGET_RX32_STATUS_SIZE(x) ((uint32_t)(x) << 0 & UINT32_C(0x0000ffff))
#define WIDGET_RX32_STATUS_SIZE_SHIFT        0

static inline bool widget_rx32_status_own(uint32_t value)
{
    return (value & WIDGET_RX32_STATUS_OWN) != 0;
}

static inline uint32_t widget_rx32_status_with_own(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_RX32_STATUS_OWN : value & ~WIDGET_RX32_STATUS_OWN);
}

static inline bool widget_rx32_status_more(uint32_t value)
{
    return (value & WIDGET_RX32_STATUS_MORE) != 0;
}

static inline uint32_t widget_rx32_status_with_more(uint32_t value, bool x)
{
    return (uint32_t)(x ? value | WIDGET_RX32_STATUS_MORE : value & ~WIDGET_RX32_STATUS_MORE);
}

static inline uint32_t widget_rx32_status_size(uint32_t value)
{
    return (uint32_t)((value & WIDGET_RX32_STATUS_SIZE_MASK) >> 0);
}

static inline uint32_t widget_rx32_status_with_size(uint32_t value, uint32_t x)
{
    return (uint32_t)((value & ~WIDGET_RX32_STATUS_SIZE_MASK) | WIDGET_RX32_STATUS_SIZE(x));
}

/* Receive descriptor, 32-bit addresses */
struct __attribute__((packed, aligned(8))) widget_rx32 {
    uint32_t link; /* bus address of the next descriptor, 0: end of list */
    uint32_t buffer; /* bus address of the buffer */
    uint32_t status; /* command and status */
    uint32_t events; /* what happened */
};
static_assert(sizeof(struct widget_rx32) == 16, "size the device sees");
static_assert(offsetof(struct widget_rx32, link) == 0x00, "place the device sees");
static_assert(offsetof(struct widget_rx32, buffer) == 0x04, "place the device sees");
static_assert(offsetof(struct widget_rx32, status) == 0x08, "place the device sees");
static_assert(offsetof(struct widget_rx32, events) == 0x0c, "place the device sees");

static inline uint32_t widget_rx32_link(const volatile struct widget_rx32 *descriptor)
{
    return descriptor->link;
}

static inline void widget_rx32_set_link(volatile struct widget_rx32 *descriptor, uint32_t value)
{
    descriptor->link = value;
}

static inline uint32_t widget_rx32_buffer(const volatile struct widget_rx32 *descriptor)
{
    return descriptor->buffer;
}

static inline void widget_rx32_set_buffer(volatile struct widget_rx32 *descriptor, uint32_t value)
{
    descriptor->buffer = value;
}

static inline uint32_t widget_rx32_status(const volatile struct widget_rx32 *descriptor)
{
    return descriptor->status;
}

static inline void widget_rx32_set_status(volatile struct widget_rx32 *descriptor, uint32_t value)
{
    descriptor->status = value;
}

static inline uint32_t widget_rx32_events(const volatile struct widget_rx32 *descriptor)
{
    return descriptor->events;
}

static inline void widget_rx32_set_events(volatile struct widget_rx32 *descriptor, uint32_t value)
{
    descriptor->events = value;
}

/*
 * Whether the device owns the descriptor. What the device wrote before it gave the descriptor back
 * is seen by all reads that follow.
 */
static inline bool widget_rx32_hardware_owns(const volatile struct widget_rx32 *descriptor)
{
    bool owns = (widget_rx32_status(descriptor) & WIDGET_RX32_STATUS_OWN) == 0;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return owns;
}

/*
 * Gives the descriptor to the device: writes the word with the owner bit set for the device, after
 * everything that was written before.
 */
static inline void widget_rx32_hand_over(volatile struct widget_rx32 *descriptor, uint32_t value)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
    widget_rx32_set_status(descriptor, (uint32_t)(value & ~WIDGET_RX32_STATUS_OWN));
}

/* Receive descriptor, 64-bit addresses, either byte order */
struct __attribute__((packed, aligned(8))) widget_rx64 {
    uint64_t link; /* bus address of the next descriptor */
    uint64_t buffer; /* bus address of the buffer */
    uint16_t length; /* bytes in the buffer */
    uint16_t flags; /* flags */
    uint8_t reserved_0x14[4];
};
static_assert(sizeof(struct widget_rx64) == 24, "size the device sees");
static_assert(offsetof(struct widget_rx64, link) == 0x00, "place the device sees");
static_assert(offsetof(struct widget_rx64, buffer) == 0x08, "place the device sees");
static_assert(offsetof(struct widget_rx64, length) == 0x10, "place the device sees");
static_assert(offsetof(struct widget_rx64, flags) == 0x12, "place the device sees");

static inline uint64_t widget_rx64_link(const volatile struct widget_rx64 *descriptor)
{
    return descriptor->link;
}

static inline void widget_rx64_set_link(volatile struct widget_rx64 *descriptor, uint64_t value)
{
    descriptor->link = value;
}

static inline uint64_t widget_rx64_buffer(const volatile struct widget_rx64 *descriptor)
{
    return descriptor->buffer;
}

static inline void widget_rx64_set_buffer(volatile struct widget_rx64 *descriptor, uint64_t value)
{
    descriptor->buffer = value;
}

static inline uint16_t widget_rx64_length(const volatile struct widget_rx64 *descriptor)
{
    return descriptor->length;
}

static inline void widget_rx64_set_length(volatile struct widget_rx64 *descriptor, uint16_t value)
{
    descriptor->length = value;
}

static inline uint16_t widget_rx64_flags(const volatile struct widget_rx64 *descriptor)
{
    return descriptor->flags;
}

static inline void widget_rx64_set_flags(volatile struct widget_rx64 *descriptor, uint16_t value)
{
    descriptor->flags = value;
}

static inline uint64_t widget_rx64_link_be(const volatile struct widget_rx64 *descriptor)
{
    return __builtin_bswap64(descriptor->link);
}

static inline void widget_rx64_set_link_be(volatile struct widget_rx64 *descriptor, uint64_t value)
{
    descriptor->link = __builtin_bswap64(value);
}

static inline uint64_t widget_rx64_buffer_be(const volatile struct widget_rx64 *descriptor)
{
    return __builtin_bswap64(descriptor->buffer);
}

static inline void widget_rx64_set_buffer_be(volatile struct widget_rx64 *descriptor, uint64_t value)
{
    descriptor->buffer = __builtin_bswap64(value);
}

static inline uint16_t widget_rx64_length_be(const volatile struct widget_rx64 *descriptor)
{
    return __builtin_bswap16(descriptor->length);
}

static inline void widget_rx64_set_length_be(volatile struct widget_rx64 *descriptor, uint16_t value)
{
    descriptor->length = __builtin_bswap16(value);
}

static inline uint16_t widget_rx64_flags_be(const volatile struct widget_rx64 *descriptor)
{
    return __builtin_bswap16(descriptor->flags);
}

static inline void widget_rx64_set_flags_be(volatile struct widget_rx64 *descriptor, uint16_t value)
{
    descriptor->flags = __builtin_bswap16(value);
}

#endif
