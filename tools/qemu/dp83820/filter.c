/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receive filter and its memory. A frame is accepted if the filter is on and any enabled rule
 * matches: station address, all of a kind, hash of the destination, pattern, ARP. The memory is
 * reached through RFCR.RFADDR and RFDR, a word at a time.
 */
#include "card.h"
#include "ethernet.h"

#include <string.h>

enum {
    WORD_BITS = 16,
    PATTERN_BYTES_MAX = DP83820_PATTERN_STRIDE_BYTES,
};

void filter_reset(struct dp83820 *card)
{
    memset(&card->state.filter, 0, sizeof card->state.filter);
}

static unsigned selected_word(const struct dp83820 *card)
{
    return dp83820_rfcr_rfaddr(card_value(card, DP83820_RFCR)) / 2 % FILTER_WORDS;
}

void filter_data_write(struct dp83820 *card, uint32_t value)
{
    unsigned at = selected_word(card);

    card->state.filter.word[at] = dp83820_rfdr_data(value);
    card->state.filter.mask[at] = dp83820_rfdr_bmask(value);
}

uint32_t filter_data_read(const struct dp83820 *card)
{
    unsigned at = selected_word(card);

    return dp83820_rfdr_with_bmask(card->state.filter.word[at], card->state.filter.mask[at]);
}

static uint8_t memory_byte(const struct dp83820 *card, unsigned address)
{
    return card->state.filter.word[address / 2] >> address % 2 * 8;
}

void filter_station_address(const struct dp83820 *card, uint8_t address[DP83820_MAC_BYTES])
{
    for (unsigned at = 0; at < DP83820_MAC_BYTES; at++)
        address[at] = memory_byte(card, DP83820_FILTER_MAC + at);
}

static bool hash_bit(const struct dp83820 *card, const uint8_t *address)
{
    uint32_t hash = filter_address_sum(address) >> (32 - DP83820_HASH_BITS);
    uint16_t word = card->state.filter.word[DP83820_FILTER_HASH / 2 + hash / WORD_BITS];

    return word >> hash % WORD_BITS & 1;
}

static bool pattern_matches(const struct dp83820 *card, unsigned pattern, const uint8_t *frame,
                            size_t length_bytes)
{
    unsigned count = memory_byte(card, DP83820_FILTER_PATTERN_LENGTH + pattern);
    unsigned buffer = DP83820_FILTER_PATTERN + pattern * DP83820_PATTERN_STRIDE_BYTES;

    if (count > PATTERN_BYTES_MAX)
        count = PATTERN_BYTES_MAX;
    if (count == 0 || count > length_bytes)
        return false;
    for (unsigned at = 0; at < count; at++) {
        bool enabled = card->state.filter.mask[(buffer + at) / 2] >> at % 2 & 1;

        if (enabled && frame[at] != memory_byte(card, buffer + at))
            return false;
    }
    return true;
}

static bool is_broadcast(const uint8_t *frame)
{
    for (unsigned at = 0; at < ETHERNET_ADDRESS_BYTES; at++)
        if (frame[at] != 0xff)
            return false;
    return true;
}

static bool unicast_accepted(const struct dp83820 *card, uint32_t rfcr, const uint8_t *frame,
                             bool perfect)
{
    uint8_t address[ETHERNET_ADDRESS_BYTES];

    if (rfcr & DP83820_RFCR_AAU || (rfcr & DP83820_RFCR_APM && perfect))
        return true;
    if (!(rfcr & DP83820_RFCR_UHEN))
        return false;
    memcpy(address, frame, sizeof address);
    if (rfcr & DP83820_RFCR_ULM)
        address[0] &= ~ETHERNET_LOCAL_BIT;
    return hash_bit(card, address);
}

void filter_examine(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes,
                    struct verdict *verdict)
{
    uint32_t rfcr = card_value(card, DP83820_RFCR);
    uint8_t station[DP83820_MAC_BYTES];
    bool match;

    memset(verdict, 0, sizeof *verdict);
    if (length_bytes < ETHERNET_ADDRESS_BYTES)
        return;
    filter_station_address(card, station);
    verdict->perfect = memcmp(frame, station, sizeof station) == 0;
    verdict->arp =
        length_bytes >= ETHERNET_HEADER_BYTES && network16(frame + ETHERNET_TYPE) == TYPE_ARP;
    for (unsigned pattern = 0; pattern < DP83820_PATTERNS; pattern++)
        if (pattern_matches(card, pattern, frame, length_bytes))
            verdict->patterns |= 1u << pattern;
    if (is_broadcast(frame)) {
        verdict->dest = DP83820_RX_STATUS_DEST_BROADCAST;
        match = rfcr & DP83820_RFCR_AAB || (rfcr & DP83820_RFCR_MHEN && hash_bit(card, frame));
    } else if (frame[0] & ETHERNET_GROUP_BIT) {
        verdict->dest = DP83820_RX_STATUS_DEST_MULTICAST;
        match = rfcr & DP83820_RFCR_AAM || (rfcr & DP83820_RFCR_MHEN && hash_bit(card, frame));
    } else {
        verdict->dest = DP83820_RX_STATUS_DEST_UNICAST;
        match = unicast_accepted(card, rfcr, frame, verdict->perfect);
    }
    match = match || dp83820_rfcr_apat(rfcr) & verdict->patterns ||
            (rfcr & DP83820_RFCR_AARP && verdict->arp);
    verdict->accepted = rfcr & DP83820_RFCR_RFEN && match;
}
