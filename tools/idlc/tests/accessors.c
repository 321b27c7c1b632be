/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pairs of functions: generated_X uses what idlc made, written_X is what one would write by hand.
 * The test compares their machine code (check-accessors).
 */
#include <tools/idlc/tests/good/widget_regs.h>

struct by_hand_rx {
    uint32_t link, buffer, status, events;
};

#define PAIR(result, name, parameters, generated, written)                                         \
    result generated_##name parameters;                                                            \
    result written_##name parameters;                                                              \
    result generated_##name parameters                                                             \
    {                                                                                              \
        generated;                                                                                 \
    }                                                                                              \
    result written_##name parameters                                                               \
    {                                                                                              \
        written;                                                                                   \
    }

#define AT(type, base, offset) (*(volatile type *)((volatile char *)(base) + (offset)))

PAIR(uint32_t, read, (volatile void *base), return widget_read_cfg(base),
     return AT(uint32_t, base, 4))
PAIR(void, write, (volatile void *base, uint32_t value), widget_write_imr(base, value),
     AT(uint32_t, base, 0xc) = value)
PAIR(uint64_t, read_wide, (volatile void *base), return widget_read_ring(base),
     return AT(uint64_t, base, 0x10))
PAIR(uint16_t, read_array, (volatile void *base, unsigned i), return widget_read_mib(base, i),
     return AT(uint16_t, base, 0x18 + (size_t)i * 2))
PAIR(void, write_array, (volatile void *base, unsigned i, uint32_t value),
     widget_write_qsize(base, i, value), AT(uint32_t, base, 0x34 + (size_t)i * 8) = value)
PAIR(void, write_byte, (volatile void *base, uint8_t value), widget_write_data(base, value),
     AT(uint8_t, base, 0x20) = value)
PAIR(void, start, (volatile void *base), widget_write_cr(base, WIDGET_CR_START),
     AT(uint32_t, base, 0) = 1)
PAIR(uint32_t, field, (uint32_t value), return widget_cfg_burst(value), return value >> 4 & 0xf)
PAIR(uint32_t, with_field, (uint32_t value, uint32_t x), return widget_cfg_with_burst(value, x),
     return (value & ~0xf0u) | (x << 4 & 0xf0))
PAIR(bool, bit, (uint32_t value), return widget_cfg_link(value), return value >> 31)
PAIR(void, update, (volatile void *base),
     widget_write_cfg(base, widget_cfg_with_mode(widget_read_cfg(base), WIDGET_CFG_MODE_100)),
     AT(uint32_t, base, 4) = (AT(uint32_t, base, 4) & ~3u) | 2)
PAIR(uint16_t, port_read, (uint16_t base), return widget_read_phy_state(base), uint16_t value;
     __asm__ volatile("inw %w1, %0"
                      : "=a"(value)
                      : "Nd"((uint16_t)(base + 2)));
     return value)
PAIR(void, port_write, (uint16_t base, uint16_t value), widget_write_phy_control(base, value),
     __asm__ volatile("outw %w0, %w1" ::"a"(value), "Nd"(base)))
PAIR(bool, memory_field, (uint16_t value), return widget_eeprom_options_fast(value),
     return value & 1)
PAIR(uint32_t, descriptor_read, (volatile struct by_hand_rx * rx),
     return widget_rx32_status((volatile struct widget_rx32 *)rx), return rx->status)
PAIR(bool, descriptor_owner, (volatile struct by_hand_rx * rx),
     return widget_rx32_hardware_owns((volatile struct widget_rx32 *)rx),
     return !(rx->status & 0x80000000))
PAIR(void, descriptor_arm, (volatile struct by_hand_rx * rx, uint32_t buffer, uint32_t size),
     volatile struct widget_rx32 *d = (volatile struct widget_rx32 *)rx;
     widget_rx32_set_buffer(d, buffer);
     widget_rx32_hand_over(d, widget_rx32_status_with_size(0, size)), rx->buffer = buffer;
     __asm__ volatile(""
                      :
                      :
                      : "memory");
     rx->status = size & 0xffff)

struct by_hand_wide {
    uint64_t link, buffer;
    uint16_t length, flags;
    uint32_t unused;
};

PAIR(uint64_t, descriptor_read_wide, (volatile struct by_hand_wide * rx),
     return widget_rx64_buffer((volatile struct widget_rx64 *)rx), return rx->buffer)
PAIR(uint64_t, descriptor_read_other_order, (volatile struct by_hand_wide * rx),
     return widget_rx64_link_be((volatile struct widget_rx64 *)rx),
     return __builtin_bswap64(rx->link))
PAIR(void, descriptor_write_other_order, (volatile struct by_hand_wide * rx, uint16_t length),
     widget_rx64_set_length_be((volatile struct widget_rx64 *)rx, length),
     rx->length = __builtin_bswap16(length))
