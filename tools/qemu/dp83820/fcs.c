/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two uses of CRC-32. The check sequence of a frame is the reflected form, inverted at the end.
 * The hash of the receive filter takes the register of the plain form, which is the reflected one
 * read backwards and not inverted.
 */
#include "card.h"
#include "ethernet.h"

#define CRC_POLYNOMIAL_REFLECTED 0xedb88320u

static uint32_t crc_of(const uint8_t *data, size_t length_bytes)
{
    static uint32_t table[256];
    uint32_t crc = UINT32_MAX;

    if (!table[1])
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t value = byte;

            for (unsigned bit = 0; bit < 8; bit++)
                value = value >> 1 ^ (value & 1 ? CRC_POLYNOMIAL_REFLECTED : 0);
            table[byte] = value;
        }
    for (size_t at = 0; at < length_bytes; at++)
        crc = crc >> 8 ^ table[(crc ^ data[at]) & 0xff];
    return crc;
}

uint32_t fcs_of(const uint8_t *data, size_t length_bytes)
{
    return ~crc_of(data, length_bytes);
}

uint32_t filter_address_sum(const uint8_t *address)
{
    uint32_t crc = crc_of(address, ETHERNET_ADDRESS_BYTES), reversed = 0;

    for (unsigned bit = 0; bit < 32; bit++)
        reversed |= (crc >> bit & 1) << (31 - bit);
    return reversed;
}
