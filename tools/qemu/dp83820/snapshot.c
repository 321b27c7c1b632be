/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the card as bytes, and back. Bytes that come back may have been anywhere: whatever
 * they say, the card stays within its memory afterwards. So every number that selects, counts or
 * divides is checked here; values that only mislead the guest are not.
 */
#include "card.h"

#include <string.h>

enum { PADDING_MOST = 64 }; /* what a tag and padding add to a packet */

struct snapshot {
    uint64_t mark, bytes;
    struct state state;
};

#define SNAPSHOT_MARK UINT64_C(0x3032383338504432)

/* A bool that holds anything but 0 and 1 is none. */
static bool is_bool(const bool *place)
{
    unsigned char byte;

    memcpy(&byte, place, sizeof byte);
    return byte <= 1;
}

static bool bools_are_sound(const struct state *s)
{
    const struct transmitter *tx = &s->transmitter;
    const struct receiver *rx = &s->receiver;
    const bool *const places[] = {
        &s->eeprom.clock,    &s->eeprom.output,
        &s->eeprom.reading,  &s->mii.clock,
        &s->mii.output,      &s->phy.carrier,
        &s->phy.link,        &s->phy.link_lost,
        &s->phy.full_duplex, &s->phy.partner_full_duplex,
        &s->interrupts.line, &s->interrupts.blocked,
        &s->interrupts.wake, &tx->enabled,
        &tx->active,         &tx->refresh,
        &tx->kicked,         &tx->skipping,
        &tx->have,           &tx->current.wide,
        &tx->sending,        &tx->pause_wanted,
        &tx->pause_sending,  &rx->enabled,
        &rx->refresh,        &rx->armed,
        &rx->current.wide,   &rx->pause_sent,
        &rx->wire_full,      &rx->early_done,
    };

    for (size_t at = 0; at < sizeof places / sizeof places[0]; at++)
        if (!is_bool(places[at]))
            return false;
    for (unsigned at = 0; at < TX_QUEUE; at++)
        if (!is_bool(&tx->queue[at].complete) || !is_bool(&tx->queue[at].last.wide))
            return false;
    return true;
}

static bool serial_is_sound(const struct eeprom *eeprom, const struct mii *mii)
{
    if (eeprom->left > EEPROM_WORD_BITS)
        return false;
    switch (mii->state) {
    case MII_IDLE:
    case MII_START:
        return true;
    case MII_HEADER:
        return mii->bits < MII_HEADER_BITS;
    case MII_WRITE:
        return mii->bits < MII_WRITE_BITS;
    case MII_READ:
        return mii->left >= 1 && mii->left <= MII_ANSWER_BITS;
    default:
        return false;
    }
}

static bool is_speed(uint16_t mbps)
{
    return mbps == 10 || mbps == 100 || mbps == 1000;
}

static bool phy_is_sound(const struct phy *phy)
{
    return (phy->mbps == 0 || is_speed(phy->mbps)) && is_speed(phy->partner_mbps);
}

static bool transmitter_is_sound(const struct state *s)
{
    const struct transmitter *tx = &s->transmitter;
    bool unfinished = false;
    uint64_t bytes = 0;

    if (tx->packets > TX_QUEUE)
        return false;
    for (unsigned at = 0; at < tx->packets; at++) {
        const struct tx_packet *packet = &tx->queue[at];

        /* Only the last one may be incomplete; none that leaves is empty. */
        if (unfinished || packet->length_bytes > FRAME_MOST + PADDING_MOST ||
            (packet->complete && !packet->failed && packet->length_bytes == 0))
            return false;
        bytes += packet->length_bytes;
        unfinished = !packet->complete;
    }
    if (bytes != tx->data_bytes ||
        bytes > DP83820_TX_FIFO_BYTES + FRAME_LIMIT + TX_QUEUE * PADDING_MOST)
        return false;
    if (tx->have && (tx->skipping == unfinished ||
                     tx->moved_bytes > dp83820_tx_status_size(tx->current.cmdsts)))
        return false;
    if (!tx->sending)
        return true;
    return tx->packets && (tx->queue[0].complete || s->deadline_ns[EVENT_TRANSMIT_WIRE] == NEVER);
}

static bool fifo_is_sound(const struct receiver *rx)
{
    uint64_t bytes = 0;

    if (rx->first >= RX_QUEUE || rx->packets > RX_QUEUE || rx->data_first >= DP83820_RX_FIFO_BYTES)
        return false;
    for (unsigned at = 0; at < rx->packets; at++) {
        const struct rx_packet *packet = &rx->queue[(rx->first + at) % RX_QUEUE];

        if (packet->memory_bytes > packet->fifo_bytes)
            return false;
        bytes += packet->fifo_bytes;
    }
    return bytes == rx->fifo_bytes && bytes <= DP83820_RX_FIFO_BYTES &&
           rx->moved_bytes <= (rx->packets ? rx->queue[rx->first].memory_bytes : 0);
}

static bool wire_is_sound(const struct receiver *rx)
{
    uint64_t bytes = 0;

    if (rx->wire_first >= WIRE_QUEUE || rx->wire_frames > WIRE_QUEUE ||
        rx->wire_data_first >= WIRE_BYTES)
        return false;
    for (unsigned at = 0; at < rx->wire_frames; at++) {
        const struct wire_frame *frame = &rx->wire[(rx->wire_first + at) % WIRE_QUEUE];

        if (frame->length_bytes == 0 || frame->length_bytes > FRAME_MOST)
            return false;
        bytes += frame->length_bytes;
    }
    return bytes == rx->wire_data_bytes && bytes <= WIRE_BYTES;
}

size_t dp83820_state_bytes(void)
{
    return sizeof(struct snapshot);
}

void dp83820_state_save(const struct dp83820 *card, void *state)
{
    struct snapshot *snapshot = state;

    snapshot->mark = SNAPSHOT_MARK;
    snapshot->bytes = sizeof *snapshot;
    snapshot->state = card->state;
}

bool dp83820_state_restore(struct dp83820 *card, const void *state, size_t state_bytes)
{
    const struct snapshot *snapshot = state;
    const struct state *saved = &snapshot->state;

    if (state_bytes != sizeof *snapshot || snapshot->mark != SNAPSHOT_MARK ||
        snapshot->bytes != sizeof *snapshot)
        return false;
    if (!bools_are_sound(saved) || !serial_is_sound(&saved->eeprom, &saved->mii) ||
        !phy_is_sound(&saved->phy) || !transmitter_is_sound(saved) ||
        !fifo_is_sound(&saved->receiver) || !wire_is_sound(&saved->receiver))
        return false;
    card->state = *saved;
    card->state.timer_ns = NEVER;
    card->callbacks->timer_cancel(card->host);
    card->callbacks->interrupt_set(card->host, card->state.interrupts.line);
    if (card->callbacks->wake_set)
        card->callbacks->wake_set(card->host, card->state.interrupts.wake);
    timer_update(card);
    return true;
}
