/* SPDX-License-Identifier: BSD-2-Clause */
#include <driver/ethernet.h>

#include <string.h>

#define POLYNOMIAL UINT32_C(0x04c11db7)

bool ethernet_address_is_usable(const uint8_t address[6])
{
    static const uint8_t none[6];

    return !(address[0] & 1) && memcmp(address, none, sizeof(none)) != 0;
}

uint32_t ethernet_group_hash(const uint8_t address[6], unsigned bits)
{
    uint32_t sum = UINT32_MAX;

    for (unsigned i = 0; i < 48; i++) {
        uint32_t bit = (address[i / 8] >> i % 8 & 1) ^ sum >> 31;

        sum = sum << 1 ^ (bit ? POLYNOMIAL : 0);
    }
    return sum >> (32 - bits);
}
