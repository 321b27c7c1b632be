/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt status, mask and hold-off. ISR collects events whatever the mask says; a read returns
 * and clears all of it. The pin is asserted while an unmasked bit is set, IER allows it and no
 * hold-off is in force.
 *
 * Hold-off begins with a read of ISR. With IHCTL = 0 the time runs from that read: a lone event
 * that comes later than the time is not delayed. With IHCTL = 1 the time runs from the first event
 * after the read: each burst is delayed. The unit is 100 us, or 4 us with CFG.TMRTEST. A new IHR
 * takes effect with the next read; only zero releases at once.
 */
#include "card.h"

#define HIBINT_CAUSES                                                                              \
    (DP83820_INTERRUPT_RXSOVR | DP83820_INTERRUPT_RTABT | DP83820_INTERRUPT_RMABT |                \
     DP83820_INTERRUPT_SSERR | DP83820_INTERRUPT_DPERR)

enum {
    STORM_NS = 1000,
};

static uint32_t status(const struct dp83820 *card)
{
    uint32_t isr = card_value(card, DP83820_ISR);

    return isr | (isr & HIBINT_CAUSES ? DP83820_INTERRUPT_HIBINT : 0);
}

static uint32_t unmasked(const struct dp83820 *card)
{
    return status(card) & card_value(card, DP83820_IMR);
}

void interrupt_update(struct dp83820 *card)
{
    struct interrupts *interrupts = &card->state.interrupts;
    bool level = unmasked(card) && card_value(card, DP83820_IER) & DP83820_IER_IE &&
                 !interrupts->blocked && !fault_is_on(card, DP83820_FAULT_REMOVED);

    if (level == interrupts->line)
        return;
    interrupts->line = level;
    if (level)
        card->state.counters.interrupts++;
    card->callbacks->interrupt_set(card->host, level);
}

void interrupt_reset(struct dp83820 *card)
{
    *card_register(card, DP83820_ISR) = DP83820_ISR_AT_RESET;
    *card_register(card, DP83820_IMR) = DP83820_IMR_AT_RESET;
    *card_register(card, DP83820_IER) = DP83820_IER_AT_RESET;
    *card_register(card, DP83820_IHR) = DP83820_IHR_AT_RESET;
    card->state.interrupts.blocked = false;
    event_cancel(card, EVENT_HOLD_OFF);
    event_cancel(card, EVENT_STORM);
    interrupt_update(card);
}

static uint64_t hold_off_ns(const struct dp83820 *card)
{
    bool test = card_value(card, DP83820_CFG) & DP83820_CFG_TMRTEST;
    uint64_t unit = test && card->config.timer_test_is_fast ? DP83820_HOLDOFF_TEST_UNIT_NS
                                                            : DP83820_HOLDOFF_UNIT_NS;

    return dp83820_ihr_ih(card_value(card, DP83820_IHR)) * unit;
}

static bool starts_with_event(const struct dp83820 *card)
{
    return dp83820_ihr_ihctl(card_value(card, DP83820_IHR)) == DP83820_IHR_IHCTL_EVENT;
}

/* After a change that may have brought an unmasked event: starts the time that waits for one. */
void interrupt_changed(struct dp83820 *card)
{
    if (card->state.interrupts.blocked && starts_with_event(card) && unmasked(card) &&
        !event_pending(card, EVENT_HOLD_OFF))
        event_set(card, EVENT_HOLD_OFF, card_now_ns(card) + hold_off_ns(card));
    interrupt_update(card);
}

void interrupt_raise(struct dp83820 *card, uint32_t bits)
{
    if (bits == 0 || fault_strikes(card, DP83820_FAULT_LOST))
        return;
    *card_register(card, DP83820_ISR) |= bits;
    interrupt_changed(card);
}

static void hold_off_begins(struct dp83820 *card)
{
    struct interrupts *interrupts = &card->state.interrupts;

    event_cancel(card, EVENT_HOLD_OFF);
    interrupts->blocked = hold_off_ns(card) != 0;
    if (interrupts->blocked && !starts_with_event(card))
        event_set(card, EVENT_HOLD_OFF, card_now_ns(card) + hold_off_ns(card));
}

uint32_t interrupt_read(struct dp83820 *card)
{
    uint32_t value = status(card);

    card->state.counters.interrupt_reads++;
    *card_register(card, DP83820_ISR) = 0;
    if (value || card->config.zero_read_reloads)
        hold_off_begins(card);
    interrupt_update(card);
    if (fault_strikes(card, DP83820_FAULT_STORM))
        event_set(card, EVENT_STORM, card_now_ns(card) + STORM_NS);
    return value;
}

void interrupt_hold_off_written(struct dp83820 *card)
{
    if (hold_off_ns(card) == 0) {
        event_cancel(card, EVENT_HOLD_OFF);
        card->state.interrupts.blocked = false;
    }
    interrupt_update(card);
}

void interrupt_hold_off_over(struct dp83820 *card)
{
    card->state.interrupts.blocked = false;
    interrupt_update(card);
}

void interrupt_storm(struct dp83820 *card)
{
    uint32_t mask = card_value(card, DP83820_IMR), some = mask & (uint32_t)fault_random(card);

    *card_register(card, DP83820_ISR) |= some ? some : mask;
    interrupt_changed(card);
}
