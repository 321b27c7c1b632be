/* SPDX-License-Identifier: BSD-2-Clause */
/* Statistics counters: they stop at their maximum, a read clears, FRZ freezes, ACLR clears all.
 * Reaching the warning value raises ISR.MIB once. */
#include "card.h"

static uint32_t maximum(uint32_t offset)
{
    return offset == DP83820_TXSQE ? DP83820_SQE_MAX : DP83820_MIB_COUNTER_COUNT_MASK;
}

static uint32_t warning(uint32_t offset)
{
    return offset == DP83820_TXSQE ? DP83820_SQE_WARNING : DP83820_MIB_WARNING;
}

static uint32_t counter_offset(unsigned index)
{
    return DP83820_RXERRORED + index * sizeof(uint32_t);
}

static void clear_all(struct dp83820 *card)
{
    for (unsigned index = 0; index < MIB_COUNTERS; index++)
        *card_register(card, counter_offset(index)) = 0;
}

void mib_reset(struct dp83820 *card)
{
    clear_all(card);
    *card_register(card, DP83820_MIBC) = DP83820_MIBC_AT_RESET;
}

void mib_count(struct dp83820 *card, uint32_t offset)
{
    uint32_t *counter = card_register(card, offset);

    if (card_value(card, DP83820_MIBC) & DP83820_MIBC_FRZ || *counter == maximum(offset))
        return;
    if (++*counter == warning(offset))
        interrupt_raise(card, DP83820_INTERRUPT_MIB);
}

bool mib_warns(const struct dp83820 *card)
{
    for (unsigned index = 0; index < MIB_COUNTERS; index++)
        if (card_value(card, counter_offset(index)) >= warning(counter_offset(index)))
            return true;
    return false;
}

void mib_control(struct dp83820 *card, uint32_t value)
{
    if (value & DP83820_MIBC_ACLR)
        clear_all(card);
    *card_register(card, DP83820_MIBC) = value & (DP83820_MIBC_FRZ | DP83820_MIBC_MIBS);
}
