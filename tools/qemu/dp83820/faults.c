/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults for tests of drivers. Whether one strikes is drawn from a generator that the
 * configuration seeds, so that a run with faults repeats. */
#include "card.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAME_BYTES = 32, /* more than the longest name */
    DECIMAL = 10,
};

static const char *const names[DP83820_FAULTS] = {
    [DP83820_FAULT_STUCK_OWN] = "stuck-own",
    [DP83820_FAULT_WRONG_LENGTH] = "wrong-length",
    [DP83820_FAULT_BOGUS_LINK] = "bogus-link",
    [DP83820_FAULT_STORM] = "storm",
    [DP83820_FAULT_LOST] = "lost",
    [DP83820_FAULT_REMOVED] = "removed",
    [DP83820_FAULT_EEPROM] = "eeprom",
    [DP83820_FAULT_SLOW_PHY] = "slow-phy",
    [DP83820_FAULT_WRONG_DMA] = "wrong-dma",
    [DP83820_FAULT_RESET_HANGS] = "reset-hangs",
    [DP83820_FAULT_ABORT] = "abort",
    [DP83820_FAULT_UNDERRUN] = "underrun",
    [DP83820_FAULT_BAD_FRAME] = "bad-frame",
};

void faults_reset(struct dp83820 *card)
{
    memset(&card->state.faults, 0, sizeof card->state.faults);
    card->state.faults.random = card->config.seed;
}

/* SplitMix64. */
uint64_t fault_random(struct dp83820 *card)
{
    uint64_t value = card->state.faults.random += 0x9e3779b97f4a7c15u;

    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
    value = (value ^ value >> 27) * 0x94d049bb133111ebu;
    return value ^ value >> 31;
}

bool fault_strikes(struct dp83820 *card, enum dp83820_fault fault)
{
    uint32_t one_in = card->state.faults.one_in[fault];

    if (one_in == 0 || fault_random(card) % one_in != 0)
        return false;
    card->state.counters.faults++;
    return true;
}

bool fault_is_on(const struct dp83820 *card, enum dp83820_fault fault)
{
    return card->state.faults.one_in[fault] != 0;
}

void dp83820_fault_set(struct dp83820 *card, enum dp83820_fault fault, uint32_t one_in)
{
    bool was_on;

    if ((unsigned)fault >= DP83820_FAULTS)
        return;
    was_on = fault_is_on(card, fault);
    card->state.faults.one_in[fault] = one_in;
    if (was_on == (one_in != 0))
        return;
    if (fault == DP83820_FAULT_SLOW_PHY) {
        phy_reset(card);
        phy_restart(card);
    } else if (fault == DP83820_FAULT_REMOVED) {
        interrupt_update(card);
    } else if (fault == DP83820_FAULT_RESET_HANGS && one_in == 0) {
        /* What hung completes now. */
        event_set(card, EVENT_RESET, card_now_ns(card));
        event_set(card, EVENT_SELF_TEST, card_now_ns(card));
    }
}

const char *dp83820_fault_name(enum dp83820_fault fault)
{
    return (unsigned)fault < DP83820_FAULTS ? names[fault] : NULL;
}

enum dp83820_fault dp83820_fault_by_name(const char *name)
{
    unsigned fault = 0;

    while (fault < DP83820_FAULTS && strcmp(names[fault], name) != 0)
        fault++;
    return fault;
}

/* Reads "name" or "name/50" at the beginning of the text; NULL if it is no such thing, otherwise
 * what follows it. */
static const char *fault_parse(const char *text, uint32_t one_in[DP83820_FAULTS])
{
    char name[NAME_BYTES] = "";
    size_t length = strcspn(text, "/:");
    unsigned long number = 1;
    enum dp83820_fault fault;

    if (length < sizeof name)
        memcpy(name, text, length);
    fault = dp83820_fault_by_name(name);
    text += length;
    if (*text == '/') {
        char *end;

        number = text[1] >= '0' && text[1] <= '9' ? strtoul(text + 1, &end, DECIMAL) : 0;
        if (number == 0)
            return NULL;
        text = end;
    }
    if (fault == DP83820_FAULTS || number > UINT32_MAX)
        return NULL;
    one_in[fault] = number;
    return text;
}

bool dp83820_faults_parse(const char *text, uint32_t one_in[DP83820_FAULTS])
{
    memset(one_in, 0, DP83820_FAULTS * sizeof one_in[0]);
    if (*text == '\0')
        return true;
    while ((text = fault_parse(text, one_in)) && *text == ':')
        text++;
    return text && *text == '\0';
}
