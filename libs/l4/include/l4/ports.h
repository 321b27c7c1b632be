// SPDX-License-Identifier: BSD-2-Clause
//
// I/O ports: the right to use them, and using them.
#ifndef L4_PORTS_H
#define L4_PORTS_H

#include <l4/call.h>

// Takes ports for the own space (handle of kind PORTS with CONTROL). Others get them by message
// item or by l4_ports_give. OCCUPIED: the space has one of them already.
L4_INLINE enum l4_status l4_ports_map(l4_handle_t authority, uint16_t first, uint32_t count)
{
    return l4_short_call(L4_OP_PORTS_MAP, authority, first, count);
}

// Gives own ports to `space` (handle with CONTROL), which need not agree.
L4_INLINE enum l4_status l4_ports_give(l4_handle_t space, uint16_t first, uint32_t count)
{
    struct l4_message message = {.w = {0, count}};
    return l4_system_call(L4_OP_SPACE_MAP, space, L4_ITEM_WORD(L4_ITEM_PORTS, 0, 0), first,
                          &message);
}

// Takes ports back from all who got them from here, and with `self` from the own space.
L4_INLINE enum l4_status l4_ports_unmap(uint16_t first, uint32_t count, uint64_t self)
{
    enum l4_status status;
    do {
        status = l4_short_call(L4_OP_PORTS_UNMAP, first, count, self);
    } while (status == L4_STATUS_AGAIN);
    return status;
}

L4_INLINE uint8_t l4_port_read8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

L4_INLINE uint16_t l4_port_read16(uint16_t port)
{
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

L4_INLINE uint32_t l4_port_read32(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

L4_INLINE void l4_port_write8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

L4_INLINE void l4_port_write16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

L4_INLINE void l4_port_write32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

#endif
