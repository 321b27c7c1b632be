/* SPDX-License-Identifier: BSD-2-Clause */
/* Tags: which frames have one, insertion and removal. VDR and the descriptors hold tag values in
 * network order: their low byte is first on the wire. */
#include "card.h"
#include "ethernet.h"

#include <string.h>

static void put_wire_order(uint8_t *bytes, uint16_t value)
{
    bytes[0] = value & 0xff;
    bytes[1] = value >> 8;
}

static uint16_t tag_type(const struct dp83820 *card)
{
    return dp83820_vdr_vtype(card_value(card, DP83820_VDR));
}

bool vlan_is_tagged(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes)
{
    uint8_t type[2];

    put_wire_order(type, tag_type(card));
    return length_bytes >= ETHERNET_HEADER_BYTES + ETHERNET_TAG_BYTES &&
           memcmp(frame + ETHERNET_TYPE, type, sizeof type) == 0;
}

uint16_t vlan_control(const uint8_t *frame)
{
    const uint8_t *control = frame + ETHERNET_TYPE + 2;

    return control[0] | control[1] << 8;
}

size_t vlan_insert(const struct dp83820 *card, uint8_t *frame, size_t length_bytes, uint16_t tci)
{
    uint8_t *tag = frame + ETHERNET_TYPE;

    if (length_bytes < ETHERNET_HEADER_BYTES)
        return length_bytes;
    memmove(tag + ETHERNET_TAG_BYTES, tag, length_bytes - ETHERNET_TYPE);
    put_wire_order(tag, tag_type(card));
    put_wire_order(tag + 2, tci);
    return length_bytes + ETHERNET_TAG_BYTES;
}

size_t vlan_remove(uint8_t *frame, size_t length_bytes)
{
    uint8_t *tag = frame + ETHERNET_TYPE;

    memmove(tag, tag + ETHERNET_TAG_BYTES, length_bytes - ETHERNET_TYPE - ETHERNET_TAG_BYTES);
    return length_bytes - ETHERNET_TAG_BYTES;
}
