/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The serial EEPROM, a 93C46 read bit by bit through MEAR, and what the card takes from it at
 * power-on and on request.
 *
 * A command starts with the first 1 that is clocked in while the chip is selected (leading zeros
 * are ignored), goes on with the operation and the address, and is answered from the rising edge of
 * the last address bit on: a 0, then the word, a bit per rising edge. Clocking on reads the next
 * words. Commands other than reads are ignored: the board protects its contents.
 */
#include "card.h"
#include "ethernet.h"

#include <string.h>

enum {
    COMMAND_BITS = DP83820_EEPROM_COMMAND_BITS + DP83820_EEPROM_ADDRESS_BITS,
    SUMMED_WORDS = DP83820_EEPROM_CHECKSUM + 1,
};

void eeprom_reset(struct dp83820 *card)
{
    struct eeprom *eeprom = &card->state.eeprom;

    eeprom->clock = false;
    eeprom->output = true;
    eeprom->bits = 0;
    eeprom->reading = false;
}

uint16_t eeprom_word(struct dp83820 *card, unsigned address)
{
    uint16_t word = card->state.eeprom.word[address % DP83820_EEPROM_WORDS];

    if (fault_strikes(card, DP83820_FAULT_EEPROM))
        word ^= 1u << fault_random(card) % EEPROM_WORD_BITS;
    return word;
}

static void read_bit(struct dp83820 *card)
{
    struct eeprom *eeprom = &card->state.eeprom;

    if (eeprom->left == 0) {
        eeprom->shift = eeprom_word(card, eeprom->address);
        eeprom->address = (eeprom->address + 1) % DP83820_EEPROM_WORDS;
        eeprom->left = EEPROM_WORD_BITS;
    }
    eeprom->left--;
    eeprom->output = eeprom->shift >> eeprom->left & 1;
}

static void command_bit(struct dp83820 *card, bool bit)
{
    struct eeprom *eeprom = &card->state.eeprom;

    if (eeprom->bits == COMMAND_BITS || (eeprom->bits == 0 && !bit))
        return;
    eeprom->shift = (eeprom->bits ? eeprom->shift << 1 : 0) | bit;
    if (++eeprom->bits < COMMAND_BITS ||
        eeprom->shift >> DP83820_EEPROM_ADDRESS_BITS != DP83820_EEPROM_READ)
        return;
    eeprom->address = eeprom->shift % DP83820_EEPROM_WORDS;
    eeprom->reading = true;
    eeprom->left = 0;
    eeprom->output = false;
}

void eeprom_pins(struct dp83820 *card, uint32_t mear)
{
    struct eeprom *eeprom = &card->state.eeprom;
    bool clock = mear & DP83820_MEAR_EECLK, rises = clock && !eeprom->clock;

    eeprom->clock = clock;
    if (!(mear & DP83820_MEAR_EESEL)) {
        eeprom_reset(card);
        eeprom->clock = clock;
    } else if (rises && eeprom->reading) {
        read_bit(card);
    } else if (rises) {
        command_bit(card, mear & DP83820_MEAR_EEDI);
    }
}

bool eeprom_sum_is_right(struct dp83820 *card)
{
    uint8_t sum = 0, low = 0;

    for (unsigned address = 0; address < SUMMED_WORDS; address++) {
        uint16_t word = eeprom_word(card, address);

        low = word & 0xff;
        sum += low + (word >> 8);
    }
    return sum == 0 && low == DP83820_EEPROM_SUM_LOW;
}

/* Bits of CFG that come from the EEPROM, in both places. */
static const struct {
    uint16_t word;
    uint32_t cfg;
} loaded[] = {
    {DP83820_EEPROM_CFG_EXT_125, DP83820_CFG_EXT_125},
    {DP83820_EEPROM_CFG_M64ADDR, DP83820_CFG_M64ADDR},
    {DP83820_EEPROM_CFG_DATA64_EN, DP83820_CFG_DATA64_EN},
    {DP83820_EEPROM_CFG_T64ADDR, DP83820_CFG_T64ADDR},
    {DP83820_EEPROM_CFG_MWI_DIS, DP83820_CFG_MWI_DIS},
    {DP83820_EEPROM_CFG_MRM_DIS, DP83820_CFG_MRM_DIS},
    {DP83820_EEPROM_CFG_MODE_1000, DP83820_CFG_MODE_1000},
    {DP83820_EEPROM_CFG_TBI_EN, DP83820_CFG_TBI_EN},
};

void eeprom_load(struct dp83820 *card)
{
    uint16_t bits = eeprom_word(card, DP83820_EEPROM_CFG);
    uint16_t *filter = card->state.filter.word;
    uint32_t *cfg = card_register(card, DP83820_CFG), old_cfg = *cfg;

    for (unsigned at = 0; at < sizeof loaded / sizeof loaded[0]; at++)
        *cfg = (*cfg & ~loaded[at].cfg) | (bits & loaded[at].word ? loaded[at].cfg : 0);
    *card_register(card, DP83820_GPIOR) =
        eeprom_word(card, DP83820_EEPROM_GPIOR) & (DP83820_GPIOR_OUT_MASK | DP83820_GPIOR_OE_MASK);
    for (unsigned at = 0; at < DP83820_EEPROM_SECUREON_COUNT; at++)
        filter[DP83820_FILTER_SECUREON / 2 + at] = eeprom_word(card, DP83820_EEPROM_SECUREON + at);
    /* The last word of the address is the first of filter memory. */
    for (unsigned at = 0; at < DP83820_EEPROM_MAC_COUNT; at++)
        filter[DP83820_FILTER_MAC / 2 + DP83820_EEPROM_MAC_COUNT - 1 - at] =
            eeprom_word(card, DP83820_EEPROM_MAC + at);
    phy_config_changed(card, old_cfg);
}

/* What the maker of the board would have written. */
void eeprom_make(struct dp83820 *card)
{
    const struct dp83820_config *config = &card->config;
    uint16_t *word = card->state.eeprom.word;
    uint8_t sum = DP83820_EEPROM_SUM_LOW;

    if (config->use_eeprom) {
        memcpy(word, config->eeprom, sizeof config->eeprom);
        return;
    }
    memset(word, 0, sizeof card->state.eeprom.word);
    word[DP83820_EEPROM_SUBSYSTEM] = config->subsystem;
    word[DP83820_EEPROM_SUBSYSTEM_VENDOR] = config->subsystem_vendor;
    word[DP83820_EEPROM_GRANT_LATENCY] =
        DP83820_EEPROM_GRANT_LATENCY_MIN_GNT(DP83820_PCICFG_MIN_GNT_AT_RESET) |
        DP83820_EEPROM_GRANT_LATENCY_MAX_LAT(DP83820_PCICFG_MAX_LAT_AT_RESET);
    if (config->phy == DP83820_PHY_FIBRE)
        word[DP83820_EEPROM_CFG] = DP83820_EEPROM_CFG_TBI_EN | DP83820_EEPROM_CFG_MODE_1000;
    for (unsigned at = 0; at < DP83820_EEPROM_MAC_COUNT; at++) {
        const uint8_t *octets = &config->mac[2 * (DP83820_EEPROM_MAC_COUNT - 1 - at)];

        word[DP83820_EEPROM_MAC + at] = octets[0] | octets[1] << 8;
    }
    for (unsigned address = 0; address < DP83820_EEPROM_CHECKSUM; address++)
        sum += (word[address] & 0xff) + (word[address] >> 8);
    word[DP83820_EEPROM_CHECKSUM] = DP83820_EEPROM_SUM_LOW | (uint8_t)-sum << 8;
}
