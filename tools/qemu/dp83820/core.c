/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boundary of the card: creation, time and bus. Each thing that the card waits for has one
 * deadline; the host keeps a single timer for the earliest. Events run in the order of their
 * deadlines and see the host's present as now, which may be later than the deadline; what must keep
 * the pace of the wire computes from its own times, not from now.
 */
#include "card.h"
#include "ethernet.h"

#include <stdlib.h>
#include <string.h>

enum {
    EVENTS_PER_EXPIRY = 64, /* then the host gets its turn */
    RESET_NS = 2000,
    FETCH_NS = 1000,
    LONG_TAGGED_BYTES = DP83820_FRAME_MAX_BYTES + ETHERNET_TAG_BYTES,
};

void dp83820_config_default(struct dp83820_config *config)
{
    static const uint8_t mac[DP83820_MAC_BYTES] = {0x52, 0x54, 0x00, 0x83, 0x82, 0x00};

    memset(config, 0, sizeof *config);
    memcpy(config->mac, mac, sizeof mac);
    config->subsystem_vendor = DP83820_PCI_VENDOR;
    config->subsystem = 1;
    config->phy = DP83820_PHY_COPPER;
    config->link_up = true;
    config->link_mbps = 1000;
    config->link_full_duplex = true;
    config->revision = DP83820_SRR_AT_RESET;
    config->reset_keeps_config = true;
    config->zero_read_reloads = true;
    config->timer_test_is_fast = true;
    config->long_limit_tagged = LONG_TAGGED_BYTES;
    config->reset_ns = RESET_NS;
    config->fetch_ns = FETCH_NS;
}

struct dp83820 *dp83820_create(const struct dp83820_config *config,
                               const struct dp83820_host *callbacks, void *host)
{
    struct dp83820 *card = calloc(1, sizeof *card);

    if (!card)
        return NULL;
    card->callbacks = callbacks;
    card->host = host;
    card->config = *config;
    if (card->config.fetch_ns == 0)
        card->config.fetch_ns = 1;
    card->state.timer_ns = NEVER;
    eeprom_make(card);
    card->state.phy.carrier = config->link_up;
    card->state.phy.partner_mbps = config->link_mbps;
    card->state.phy.partner_full_duplex = config->link_full_duplex;
    faults_reset(card);
    dp83820_power_on_reset(card);
    return card;
}

void dp83820_destroy(struct dp83820 *card)
{
    if (card)
        card->callbacks->timer_cancel(card->host);
    free(card);
}

void timer_update(struct dp83820 *card)
{
    struct state *state = &card->state;
    uint64_t earliest = NEVER;

    if (card->in_timer)
        return;
    for (unsigned event = 0; event < EVENTS; event++)
        if (state->deadline_ns[event] < earliest)
            earliest = state->deadline_ns[event];
    if (earliest == state->timer_ns)
        return;
    state->timer_ns = earliest;
    if (earliest == NEVER)
        card->callbacks->timer_cancel(card->host);
    else
        card->callbacks->timer_set(card->host, earliest);
}

void dp83820_power_on_reset(struct dp83820 *card)
{
    for (unsigned event = 0; event < EVENTS; event++)
        card->state.deadline_ns[event] = NEVER;
    card->state.resetting = 0;
    registers_reset(card);
    eeprom_reset(card);
    mii_reset(card);
    filter_reset(card);
    mib_reset(card);
    pause_reset(card);
    transmit_reset(card);
    wire_reset(card);
    receive_reset(card);
    interrupt_reset(card);
    eeprom_load(card);
    phy_reset(card);
    phy_negotiate(card);
    interrupt_reset(card);
    wake_reset(card);
    /* Whoever waits for the wire hears of its room from the next expiry. */
    if (card->state.receiver.wire_full)
        event_set(card, EVENT_RECEIVE_WIRE, card_now_ns(card));
    timer_update(card);
}

uint64_t card_now_ns(const struct dp83820 *card)
{
    return card->callbacks->now_ns(card->host);
}

uint32_t *card_register(struct dp83820 *card, uint32_t offset)
{
    return &card->state.reg[offset / sizeof(uint32_t) % REGISTERS];
}

uint32_t card_value(const struct dp83820 *card, uint32_t offset)
{
    return card->state.reg[offset / sizeof(uint32_t) % REGISTERS];
}

uint64_t wire_ns(const struct dp83820 *card, uint64_t bytes)
{
    uint64_t mbps = card->state.phy.mbps ? card->state.phy.mbps : 1000;

    return bytes * 8 * 1000 / mbps;
}

void event_set(struct dp83820 *card, enum event event, uint64_t at_ns)
{
    card->state.deadline_ns[event] = at_ns;
    timer_update(card);
}

void event_cancel(struct dp83820 *card, enum event event)
{
    event_set(card, event, NEVER);
}

bool event_pending(const struct dp83820 *card, enum event event)
{
    return card->state.deadline_ns[event] != NEVER;
}

/* CR.RST, TXR and RXR, and the completion of TXR and RXR. */
static void reset_complete(struct dp83820 *card)
{
    uint32_t bits = card->state.resetting, raised = 0;
    bool whole = bits & DP83820_CR_RST;

    if (fault_is_on(card, DP83820_FAULT_RESET_HANGS))
        return;
    card->state.resetting = 0;
    if (whole ? card->config.reset_reports_done : bits & DP83820_CR_TXR)
        raised |= DP83820_INTERRUPT_TXRCMP;
    if (whole ? card->config.reset_reports_done : bits & DP83820_CR_RXR)
        raised |= DP83820_INTERRUPT_RXRCMP;
    interrupt_raise(card, raised);
}

static void self_test_complete(struct dp83820 *card)
{
    uint32_t *ptscr = card_register(card, DP83820_PTSCR);
    uint32_t asked = *ptscr;

    if (fault_is_on(card, DP83820_FAULT_RESET_HANGS))
        return;
    *ptscr &= ~(DP83820_PTSCR_EEBIST_EN | DP83820_PTSCR_EELOAD_EN | DP83820_PTSCR_RBIST_EN |
                DP83820_PTSCR_RBIST_RST);
    if (asked & DP83820_PTSCR_RBIST_EN)
        *ptscr |= DP83820_PTSCR_RBIST_DONE;
    if (asked & DP83820_PTSCR_EEBIST_EN && !eeprom_sum_is_right(card))
        *ptscr |= DP83820_PTSCR_EEBIST_FAIL;
    if (asked & DP83820_PTSCR_EELOAD_EN)
        eeprom_load(card);
}

static void event_run(struct dp83820 *card, enum event event)
{
    static void (*const handlers[EVENTS])(struct dp83820 *) = {
        [EVENT_RESET] = reset_complete,
        [EVENT_SELF_TEST] = self_test_complete,
        [EVENT_HOLD_OFF] = interrupt_hold_off_over,
        [EVENT_STORM] = interrupt_storm,
        [EVENT_LINK] = phy_negotiate,
        [EVENT_TRANSMIT_FETCH] = transmit_fetch,
        [EVENT_TRANSMIT_WIRE] = transmit_sent,
        [EVENT_RECEIVE_WIRE] = wire_arrived,
        [EVENT_RECEIVE_EARLY] = wire_early,
        [EVENT_RECEIVE_FETCH] = receive_fetch,
    };

    handlers[event](card);
}

void dp83820_timer_expired(struct dp83820 *card)
{
    struct state *state = &card->state;

    if (card->in_timer)
        return;
    card->in_timer = true;
    state->timer_ns = NEVER;
    for (unsigned runs = 0; runs < EVENTS_PER_EXPIRY; runs++) {
        uint64_t now = card_now_ns(card);
        unsigned next = 0;

        for (unsigned event = 1; event < EVENTS; event++)
            if (state->deadline_ns[event] < state->deadline_ns[next])
                next = event;
        if (state->deadline_ns[next] > now)
            break;
        state->deadline_ns[next] = NEVER;
        event_run(card, next);
    }
    card->in_timer = false;
    timer_update(card);
    if (state->receiver.wire_full && dp83820_receive_ready(card)) {
        state->receiver.wire_full = false;
        if (card->callbacks->wire_ready)
            card->callbacks->wire_ready(card->host);
    }
}

/* A cycle that nobody answers: the caller's engine stops. */
static bool bus_abort(struct dp83820 *card)
{
    interrupt_raise(card, DP83820_INTERRUPT_RMABT);
    return false;
}

bool bus_read(struct dp83820 *card, uint64_t address, void *data, size_t length_bytes)
{
    if (length_bytes == 0)
        return true;
    if (fault_is_on(card, DP83820_FAULT_REMOVED))
        return false;
    if (fault_strikes(card, DP83820_FAULT_ABORT))
        return bus_abort(card);
    card->state.counters.dma_reads++;
    card->state.counters.dma_read_bytes += length_bytes;
    if (!card->callbacks->dma_read(card->host, address, data, length_bytes))
        return bus_abort(card);
    return true;
}

bool bus_write(struct dp83820 *card, uint64_t address, const void *data, size_t length_bytes)
{
    if (length_bytes == 0)
        return true;
    if (fault_is_on(card, DP83820_FAULT_REMOVED))
        return false;
    if (fault_strikes(card, DP83820_FAULT_ABORT))
        return bus_abort(card);
    card->state.counters.dma_writes++;
    card->state.counters.dma_write_bytes += length_bytes;
    if (!card->callbacks->dma_write(card->host, address, data, length_bytes))
        return bus_abort(card);
    return true;
}

bool dp83820_receive_frame(struct dp83820 *card, const uint8_t *frame, size_t length_bytes)
{
    return dp83820_receive_damaged(card, frame, length_bytes, 0);
}

bool dp83820_receive_damaged(struct dp83820 *card, const uint8_t *frame, size_t length_bytes,
                             uint8_t damage)
{
    return wire_offer(card, frame, length_bytes, damage);
}

const struct dp83820_counters *dp83820_counters(const struct dp83820 *card)
{
    return &card->state.counters;
}
