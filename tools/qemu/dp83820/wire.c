/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receiving half of the wire. Frames wait in a queue of bounded size at the partner's end and
 * arrive one after the other at the speed of the link, with preamble, check sequence and gap. A
 * frame takes effect when its last bit is in; only RXEARLY comes before, and as few drivers ask for
 * it, its time is looked at when ISR is read and an event is spent on it only while it is unmasked.
 */
#include "card.h"
#include "ethernet.h"

#include <string.h>

void wire_reset(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    rx->wire_frames = 0;
    rx->wire_data_bytes = 0;
    event_cancel(card, EVENT_RECEIVE_WIRE);
    event_cancel(card, EVENT_RECEIVE_EARLY);
}

bool dp83820_receive_ready(const struct dp83820 *card)
{
    const struct receiver *rx = &card->state.receiver;

    return rx->wire_frames < WIRE_QUEUE && rx->wire_data_bytes + FRAME_LIMIT <= WIRE_BYTES;
}

static uint64_t early_ns(const struct dp83820 *card)
{
    uint32_t threshold =
        dp83820_rxcfg_drth(card_value(card, DP83820_RXCFG)) * DP83820_RX_THRESHOLD_UNIT_BYTES;

    if (threshold == 0)
        return NEVER;
    return card->state.receiver.wire_start_ns +
           wire_ns(card, ETHERNET_PREAMBLE_BYTES + (uint64_t)threshold);
}

void wire_early(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    if (rx->wire_frames == 0 || rx->early_done || !rx->enabled ||
        card_now_ns(card) < early_ns(card))
        return;
    rx->early_done = true;
    interrupt_raise(card, DP83820_INTERRUPT_RXEARLY);
}

void wire_mask_changed(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    if (rx->wire_frames && !rx->early_done && early_ns(card) < rx->wire_end_ns &&
        card_value(card, DP83820_IMR) & DP83820_INTERRUPT_RXEARLY)
        event_set(card, EVENT_RECEIVE_EARLY, early_ns(card));
    else
        event_cancel(card, EVENT_RECEIVE_EARLY);
}

/* The first frame of the queue starts, at the earliest at `earliest_ns`. */
static void frame_starts(struct dp83820 *card, uint64_t earliest_ns)
{
    struct receiver *rx = &card->state.receiver;
    uint64_t start = rx->wire_free_ns > earliest_ns ? rx->wire_free_ns : earliest_ns;
    uint64_t bytes = ETHERNET_PREAMBLE_BYTES + rx->wire[rx->wire_first].length_bytes +
                     (uint64_t)DP83820_FCS_BYTES;

    rx->wire_start_ns = start;
    rx->wire_end_ns = start + wire_ns(card, bytes);
    rx->wire_free_ns = rx->wire_end_ns + wire_ns(card, ETHERNET_GAP_BYTES);
    rx->early_done = false;
    event_set(card, EVENT_RECEIVE_WIRE, rx->wire_end_ns);
    wire_mask_changed(card);
}

static void ring_write(struct receiver *rx, uint32_t at, const uint8_t *data, size_t length_bytes)
{
    size_t first = WIRE_BYTES - at % WIRE_BYTES;

    if (first > length_bytes)
        first = length_bytes;
    memcpy(rx->wire_data + at % WIRE_BYTES, data, first);
    memcpy(rx->wire_data, data + first, length_bytes - first);
}

static void ring_read(const struct receiver *rx, uint32_t at, uint8_t *data, size_t length_bytes)
{
    size_t first = WIRE_BYTES - at % WIRE_BYTES;

    if (first > length_bytes)
        first = length_bytes;
    memcpy(data, rx->wire_data + at % WIRE_BYTES, first);
    memcpy(data + first, rx->wire_data, length_bytes - first);
}

bool wire_offer(struct dp83820 *card, const uint8_t *frame, size_t length_bytes, uint8_t damage)
{
    static const uint8_t padding[ETHERNET_MIN_BYTES];
    struct receiver *rx = &card->state.receiver;
    struct wire_frame *entry = &rx->wire[(rx->wire_first + rx->wire_frames) % WIRE_QUEUE];
    uint32_t at = rx->wire_data_first + rx->wire_data_bytes;

    if (!dp83820_receive_ready(card))
        return false;
    card->state.counters.frames_offered++;
    if (!phy_carries(card) || fault_is_on(card, DP83820_FAULT_REMOVED)) {
        card->state.counters.drops_link++;
        return true;
    }
    if (length_bytes == 0 || length_bytes > FRAME_MOST) {
        card->state.counters.drops_error++;
        return true;
    }
    entry->length_bytes = length_bytes;
    entry->damage = damage;
    ring_write(rx, at, frame, length_bytes);
    if (length_bytes < ETHERNET_MIN_BYTES && !(damage & DP83820_DAMAGE_CUT)) {
        entry->length_bytes = ETHERNET_MIN_BYTES;
        ring_write(rx, at + length_bytes, padding, ETHERNET_MIN_BYTES - length_bytes);
    }
    rx->wire_data_bytes += entry->length_bytes;
    if (++rx->wire_frames == 1)
        frame_starts(card, card_now_ns(card));
    rx->wire_full = !dp83820_receive_ready(card);
    return true;
}

void wire_arrived(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;
    struct wire_frame frame = rx->wire[rx->wire_first];

    if (rx->wire_frames == 0)
        return;
    wire_early(card);
    event_cancel(card, EVENT_RECEIVE_EARLY);
    ring_read(rx, rx->wire_data_first, card->scratch, frame.length_bytes);
    rx->wire_first = (rx->wire_first + 1) % WIRE_QUEUE;
    rx->wire_frames--;
    rx->wire_data_first = (rx->wire_data_first + frame.length_bytes) % WIRE_BYTES;
    rx->wire_data_bytes -= frame.length_bytes;
    if (rx->wire_frames)
        frame_starts(card, 0);
    if (phy_carries(card) && !loops_back(card))
        receive_arrived(card, card->scratch, frame.length_bytes, frame.damage, false);
    else
        card->state.counters.drops_link++;
}
