/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transmit engine: descriptors into the FIFO, packets from the FIFO onto the wire.
 *
 * CR.TXE makes an idle engine read the descriptor at TXDP a little later (no register access does
 * DMA). While descriptors are the card's, their buffers go into the FIFO as far as there is room; a
 * descriptor with MORE is given back as soon as its buffer was read, the last one of a packet when
 * the packet has left. So several packets can be in the FIFO while one is on the wire, and the wire
 * never waits for the bus.
 *
 * The engine goes idle, with TXIDLE, only when the FIFO is empty: the descriptor at TXDP is then
 * looked at once more, and a driver finds all its packets completed. Where the list ends with a
 * link of 0, TXDP stays (CTDD, `refresh`) and only the next TXE reads the link again. A TXE that
 * comes at any time is never lost: it leads to one more look after it.
 *
 * A packet that fills the FIFO before it may start on the wire (transmit_wire.c) is given up;
 * silicon hangs.
 */
#include "card.h"
#include "ethernet.h"

#include <string.h>

enum {
    FILL_STEP_BYTES = 1024, /* a full FIFO is topped up in steps not smaller than this */
};

void transmit_reset(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;

    tx->enabled = tx->active = tx->refresh = tx->kicked = tx->have = tx->skipping = false;
    tx->descriptors = 0;
    tx->packets = 0;
    tx->data_bytes = 0;
    tx->sending = tx->pause_sending = tx->pause_wanted = false;
    tx->paused_until_ns = 0;
    *card_register(card, DP83820_TXDP) = 0;
    *card_register(card, DP83820_TXDP_HI) = 0;
    event_cancel(card, EVENT_TRANSMIT_FETCH);
    event_cancel(card, EVENT_TRANSMIT_WIRE);
}

static void look_later(struct dp83820 *card, uint64_t delay_ns)
{
    if (!event_pending(card, EVENT_TRANSMIT_FETCH))
        event_set(card, EVENT_TRANSMIT_FETCH, card_now_ns(card) + delay_ns);
}

void transmit_kick(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;

    tx->enabled = true;
    tx->active = true;
    tx->kicked = true;
    look_later(card, card->config.fetch_ns);
}

void transmit_stop(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;

    tx->enabled = false;
    if (tx->active)
        look_later(card, card->config.fetch_ns);
}

/* The packet that is being put together; NULL: none. */
static struct tx_packet *unfinished(struct transmitter *tx)
{
    if (tx->packets == 0 || tx->queue[tx->packets - 1].complete)
        return NULL;
    return &tx->queue[tx->packets - 1];
}

void transmit_pointer_written(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;
    struct tx_packet *packet = unfinished(tx);

    tx->refresh = false;
    tx->have = false;
    tx->skipping = false;
    if (packet) {
        tx->data_bytes -= packet->length_bytes;
        tx->packets--;
        if (tx->packets == 0)
            tx->sending = false;
    }
}

/* --- descriptors */

static uint64_t pointer(const struct dp83820 *card)
{
    uint64_t address = card_value(card, DP83820_TXDP);

    if (card_value(card, DP83820_CFG) & DP83820_CFG_M64ADDR)
        address |= (uint64_t)card_value(card, DP83820_TXDP_HI) << 32;
    return address;
}

static void pointer_set(struct dp83820 *card, uint64_t address)
{
    *card_register(card, DP83820_TXDP) = address & DP83820_DESCRIPTOR_POINTER_ADDRESS_MASK;
    if (card_value(card, DP83820_CFG) & DP83820_CFG_M64ADDR)
        *card_register(card, DP83820_TXDP_HI) = address >> 32;
}

/* The bus failed: nothing more until the next TXE. */
static void engine_stops(struct dp83820 *card)
{
    transmit_pointer_written(card);
    card->state.transmitter.active = false;
    card->state.transmitter.enabled = false;
}

/* No descriptor to go on with: idle, if everything in the FIFO has left. */
static void list_ends(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;

    if (tx->packets && tx->queue[0].complete)
        return;
    tx->active = false;
    interrupt_raise(card, DP83820_INTERRUPT_TXIDLE);
}

static bool is_in_flight(const struct transmitter *tx, uint64_t address)
{
    for (unsigned at = 0; at < tx->packets; at++)
        if (tx->queue[at].complete && tx->queue[at].last.address == address)
            return true;
    return false;
}

/* Takes TXDP to the descriptor behind a processed one. False: there is none. */
static bool link_followed(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;

    if (!tx->kicked) {
        list_ends(card);
        return false;
    }
    tx->kicked = false;
    tx->current.address = pointer(card);
    if (!descriptor_refresh(card, &tx->current)) {
        engine_stops(card);
        return false;
    }
    if (tx->current.link == 0) {
        list_ends(card);
        return false;
    }
    tx->refresh = false;
    pointer_set(card, tx->current.link);
    return true;
}

/* Requests add up over the descriptors of a packet; a later tag replaces an earlier one. */
static void requests_add(struct tx_packet *packet, uint32_t extsts)
{
    if (extsts & DP83820_EXTENDED_STATUS_VPKT)
        packet->extsts &= ~DP83820_EXTENDED_STATUS_VTCI_MASK;
    else
        extsts &= ~DP83820_EXTENDED_STATUS_VTCI_MASK;
    packet->extsts |= extsts;
}

/* Reads the next descriptor into `current`. False: there is none for now. */
static bool descriptor_take(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;
    bool within = unfinished(tx) || tx->skipping;

    if (!tx->enabled && !within) {
        tx->active = tx->packets != 0;
        return false;
    }
    if (!within && tx->packets == TX_QUEUE)
        return false;
    if (tx->refresh && !link_followed(card))
        return false;
    /* Still the card's, but only because its packet is on its way. */
    if (is_in_flight(tx, pointer(card)))
        return false;
    tx->kicked = false;
    if (!descriptor_read(card, pointer(card), &tx->current)) {
        engine_stops(card);
        return false;
    }
    if (!(tx->current.cmdsts & DP83820_TX_STATUS_OWN)) {
        list_ends(card);
        return false;
    }
    tx->have = true;
    tx->moved_bytes = 0;
    if (!within) {
        tx->queue[tx->packets++] = (struct tx_packet){0};
        tx->descriptors = 0;
    }
    if (!tx->skipping)
        requests_add(unfinished(tx), tx->current.extsts);
    return true;
}

/* The FIFO has no room for the next `step` bytes. False: it will have, the engine waits. */
static bool room_is_hopeless(struct dp83820 *card, uint32_t room, uint32_t step)
{
    struct transmitter *tx = &card->state.transmitter;
    uint64_t now = card_now_ns(card);
    uint32_t missing = step - room;

    if (!tx->sending && !tx->pause_sending)
        return unfinished(tx) == &tx->queue[0];
    if (tx->sending && tx->queue[0].length_bytes - transmit_bytes_sent(card, now) >= missing)
        look_later(card, wire_ns(card, missing) + (tx->start_ns > now ? tx->start_ns - now : 0) +
                             wire_ns(card, ETHERNET_PREAMBLE_BYTES));
    /* Otherwise the end of the packet on the wire leads to the next look. */
    return false;
}

static uint32_t fill_step(const struct dp83820 *card, uint32_t wanted)
{
    uint32_t step =
        dp83820_txcfg_flth(card_value(card, DP83820_TXCFG)) * DP83820_TX_THRESHOLD_UNIT_BYTES;

    if (step < FILL_STEP_BYTES)
        step = FILL_STEP_BYTES;
    return step < wanted ? step : wanted;
}

/* Moves what there is room for. False: the engine has to wait, or stopped. */
static bool fragment_move(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;
    struct tx_packet *packet = unfinished(tx);
    uint32_t wanted = dp83820_tx_status_size(tx->current.cmdsts) - tx->moved_bytes;
    uint32_t used = tx->data_bytes - transmit_bytes_sent(card, card_now_ns(card));
    uint32_t room = used < DP83820_TX_FIFO_BYTES ? DP83820_TX_FIFO_BYTES - used : 0;
    uint64_t address = tx->current.buffer + tx->moved_bytes;

    if (wanted && !tx->skipping && !packet->failed && packet->length_bytes + wanted > FRAME_MOST)
        transmit_packet_fails(tx, packet, DP83820_TX_STATUS_TXA);
    if (wanted == 0 || tx->skipping || packet->failed) {
        tx->moved_bytes += wanted;
        return true;
    }
    if (room < fill_step(card, wanted)) {
        if (!room_is_hopeless(card, room, fill_step(card, wanted)))
            return false;
        transmit_packet_fails(tx, packet, DP83820_TX_STATUS_TXA);
        return true;
    }
    if (wanted > room)
        wanted = room;
    if (fault_strikes(card, DP83820_FAULT_WRONG_DMA))
        address ^= fault_random(card) & (UINT32_MAX & ~(uint64_t)0xfff);
    if (!bus_read(card, address, tx->data + tx->data_bytes, wanted)) {
        engine_stops(card);
        return false;
    }
    packet->length_bytes += wanted;
    tx->data_bytes += wanted;
    tx->moved_bytes += wanted;
    transmit_wire(card);
    return true;
}

/* The buffer of `current` was read: gives the descriptor back, or completes the packet. */
static void descriptor_done(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;
    struct descriptor current = tx->current;
    bool more = current.cmdsts & DP83820_TX_STATUS_MORE;

    tx->have = false;
    if (!tx->skipping && more && ++tx->descriptors == DESCRIPTORS_MAX) {
        transmit_packet_fails(tx, unfinished(tx), DP83820_TX_STATUS_TXA);
        transmit_packet_complete(card, unfinished(tx));
        tx->skipping = true;
    } else if (!tx->skipping && !more) {
        transmit_packet_complete(card, unfinished(tx));
    } else {
        if (!fault_strikes(card, DP83820_FAULT_STUCK_OWN) &&
            !descriptor_write(card, &current, current.cmdsts & ~DP83820_TX_STATUS_OWN, NULL)) {
            engine_stops(card);
            return;
        }
        tx->skipping = tx->skipping && more;
        if (current.cmdsts & DP83820_TX_STATUS_INTR)
            interrupt_raise(card, DP83820_INTERRUPT_TXDESC);
    }
    if (current.link)
        pointer_set(card, current.link);
    else
        tx->refresh = true;
}

void transmit_fetch(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;

    for (unsigned step = 0; step < STEPS; step++) {
        if (!tx->active || (!tx->have && !descriptor_take(card)))
            return;
        if (!fragment_move(card))
            return;
        if (tx->moved_bytes == dp83820_tx_status_size(tx->current.cmdsts))
            descriptor_done(card);
    }
    look_later(card, BACK_OFF_NS);
}
