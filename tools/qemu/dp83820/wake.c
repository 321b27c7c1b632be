/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wake events: frames and link changes that WCSR names. An event leaves its reason in WCSR, sets
 * CCSR.PMESTS and ISR.PME and, with CCSR.PMEEN, drives PME#. Until software clears PMESTS the
 * receiver writes nothing to memory.
 */
#include "card.h"
#include "ethernet.h"

#include <string.h>

enum {
    MAGIC_SYNC_BYTES = 6,
    MAGIC_REPEATS = 16,
    PASSWORD_BYTES = 2 * DP83820_FILTER_SECUREON_COUNT,
    MAGIC_BYTES = MAGIC_SYNC_BYTES + MAGIC_REPEATS * ETHERNET_ADDRESS_BYTES,
};

enum magic { MAGIC_NONE, MAGIC_WRONG_PASSWORD, MAGIC_RIGHT };

bool wake_pending(const struct dp83820 *card)
{
    return card_value(card, DP83820_CCSR) & DP83820_CCSR_PMESTS;
}

void wake_update(struct dp83820 *card)
{
    bool level = wake_pending(card) && card_value(card, DP83820_CCSR) & DP83820_CCSR_PMEEN;

    if (level == card->state.interrupts.wake)
        return;
    card->state.interrupts.wake = level;
    if (card->callbacks->wake_set)
        card->callbacks->wake_set(card->host, level);
}

void wake_reset(struct dp83820 *card)
{
    *card_register(card, DP83820_WCSR) = DP83820_WCSR_AT_RESET;
    *card_register(card, DP83820_CCSR) = DP83820_CCSR_AT_RESET;
    wake_update(card);
}

static uint32_t enables(const struct dp83820 *card)
{
    return card_value(card, DP83820_WCSR);
}

void wake_control_written(struct dp83820 *card)
{
    uint32_t *wcsr = card_register(card, DP83820_WCSR);

    *wcsr &= DP83820_WCSR_WKPHY | DP83820_WCSR_WKUCP | DP83820_WCSR_WKMCP | DP83820_WCSR_WKBCP |
             DP83820_WCSR_WKARP | DP83820_WCSR_WKPAT_MASK | DP83820_WCSR_WKMAG | DP83820_WCSR_MPSOE;
}

static void happens(struct dp83820 *card, uint32_t reasons)
{
    *card_register(card, DP83820_WCSR) |= reasons;
    *card_register(card, DP83820_CCSR) |= DP83820_CCSR_PMESTS;
    wake_update(card);
    interrupt_raise(card, DP83820_INTERRUPT_PME);
}

void wake_link_changed(struct dp83820 *card)
{
    if (enables(card) & DP83820_WCSR_WKPHY)
        happens(card, DP83820_WCSR_PHYINT);
}

static bool password_is_right(const struct dp83820 *card, const uint8_t *bytes)
{
    const uint16_t *words = &card->state.filter.word[DP83820_FILTER_SECUREON / 2];

    for (unsigned at = 0; at < PASSWORD_BYTES; at++)
        if (bytes[at] != (words[at / 2] >> at % 2 * 8 & 0xff))
            return false;
    return true;
}

/* Six octets of ones and the station address 16 times, anywhere behind the header; then the
 * password, if one is asked for. */
static enum magic magic_of(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes)
{
    uint8_t pattern[MAGIC_BYTES];
    uint8_t *station = pattern + MAGIC_SYNC_BYTES;

    memset(pattern, 0xff, MAGIC_SYNC_BYTES);
    filter_station_address(card, station);
    for (unsigned repeat = 1; repeat < MAGIC_REPEATS; repeat++)
        memcpy(station + repeat * ETHERNET_ADDRESS_BYTES, station, ETHERNET_ADDRESS_BYTES);
    for (size_t at = ETHERNET_HEADER_BYTES; at + MAGIC_BYTES <= length_bytes; at++) {
        if (memcmp(frame + at, pattern, MAGIC_BYTES) != 0)
            continue;
        if (!(enables(card) & DP83820_WCSR_MPSOE))
            return MAGIC_RIGHT;
        at += MAGIC_BYTES;
        return at + PASSWORD_BYTES <= length_bytes && password_is_right(card, frame + at)
                   ? MAGIC_RIGHT
                   : MAGIC_WRONG_PASSWORD;
    }
    return MAGIC_NONE;
}

static uint32_t reason_of_address(uint32_t wcsr, const struct verdict *verdict)
{
    if (verdict->dest == DP83820_RX_STATUS_DEST_BROADCAST)
        return wcsr & DP83820_WCSR_WKBCP ? DP83820_WCSR_BCASTR : 0;
    if (verdict->dest == DP83820_RX_STATUS_DEST_MULTICAST)
        return wcsr & DP83820_WCSR_WKMCP && verdict->accepted ? DP83820_WCSR_MCASTR : 0;
    return wcsr & DP83820_WCSR_WKUCP && verdict->perfect ? DP83820_WCSR_UCASTR : 0;
}

void wake_examine(struct dp83820 *card, const uint8_t *frame, size_t length_bytes,
                  const struct verdict *verdict)
{
    uint32_t wcsr = enables(card), reasons;

    if (wcsr == 0)
        return;
    reasons = reason_of_address(wcsr, verdict);
    if (wcsr & DP83820_WCSR_WKARP && verdict->arp)
        reasons |= DP83820_WCSR_ARPR;
    reasons |= DP83820_WCSR_PATM(dp83820_wcsr_wkpat(wcsr) & verdict->patterns);
    if (wcsr & DP83820_WCSR_WKMAG) {
        switch (magic_of(card, frame, length_bytes)) {
        case MAGIC_RIGHT:
            reasons |= DP83820_WCSR_MPR;
            break;
        case MAGIC_WRONG_PASSWORD:
            *card_register(card, DP83820_WCSR) |= DP83820_WCSR_SOHACK;
            break;
        case MAGIC_NONE:
            break;
        }
    }
    if (reasons)
        happens(card, reasons);
}
