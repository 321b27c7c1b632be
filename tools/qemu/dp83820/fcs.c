/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two uses of CRC-32. The check sequence of a frame is the reflected form, inverted at the end.
 * The hash of the receive filter takes the register of the plain form, which is the reflected one
 * read backwards and not inverted.
 */
#include "card.h"
#include "ethernet.h"

#define CRC_POLYNOMIAL_REFLECTED 0xedb88320u

/* table[n][b]: what byte b does to the register when n more bytes follow it. */
static uint32_t table[8][256];

static void table_fill(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;

        for (unsigned bit = 0; bit < 8; bit++)
            value = value >> 1 ^ (value & 1 ? CRC_POLYNOMIAL_REFLECTED : 0);
        table[0][byte] = value;
    }
    for (unsigned follow = 1; follow < 8; follow++)
        for (unsigned byte = 0; byte < 256; byte++) {
            uint32_t before = table[follow - 1][byte];

            table[follow][byte] = before >> 8 ^ table[0][before & 0xff];
        }
}

/* Eight bytes at a time: a model that checks every frame spends most of its time here. */
static uint32_t crc_of(const uint8_t *data, size_t length_bytes)
{
    uint32_t crc = UINT32_MAX;

    if (!table[0][1])
        table_fill();
    for (; length_bytes >= 8; length_bytes -= 8, data += 8)
        crc = table[7][(crc ^ data[0]) & 0xff] ^ table[6][(crc >> 8 ^ data[1]) & 0xff] ^
              table[5][(crc >> 16 ^ data[2]) & 0xff] ^ table[4][crc >> 24 ^ data[3]] ^
              table[3][data[4]] ^ table[2][data[5]] ^ table[1][data[6]] ^ table[0][data[7]];
    for (; length_bytes != 0; length_bytes--, data++)
        crc = crc >> 8 ^ table[0][(crc ^ *data) & 0xff];
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
