/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receive engine: the FIFO and the walk along the descriptors.
 *
 * States of the walk. Idle: no usable descriptor; frames collect in the FIFO while the receiver is
 * enabled. Armed: a descriptor of the card was read, with its link, and waits for data. CR.RXE
 * takes an idle engine to a read of the descriptor at RXDP, a little later so that no register
 * access does DMA; if the descriptor there was processed before (CRDD, `refresh`), only its link is
 * read and followed. After each descriptor the engine reads the next one at once: where that
 * belongs to software or the list ends, RXIDLE comes right after the packet and not with the next
 * one.
 *
 * A packet that is larger than a buffer goes on in the next; where the list ends within a packet,
 * the rest stays in the FIFO and goes on after a restart.
 */
#include "card.h"

#include <string.h>

void receive_reset(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    rx->enabled = false;
    rx->refresh = false;
    rx->armed = false;
    rx->moved_bytes = 0;
    rx->packets = 0;
    rx->fifo_bytes = 0;
    rx->pause_sent = false;
    *card_register(card, DP83820_RXDP) = 0;
    *card_register(card, DP83820_RXDP_HI) = 0;
    event_cancel(card, EVENT_RECEIVE_FETCH);
}

void receive_start(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    rx->enabled = true;
    if (!rx->armed && !event_pending(card, EVENT_RECEIVE_FETCH))
        event_set(card, EVENT_RECEIVE_FETCH, card_now_ns(card) + card->config.fetch_ns);
}

void receive_stop(struct dp83820 *card)
{
    card->state.receiver.enabled = false;
    card->state.receiver.armed = false;
    event_cancel(card, EVENT_RECEIVE_FETCH);
}

void receive_pointer_written(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    rx->refresh = false;
    if (rx->armed) {
        rx->armed = false;
        receive_start(card);
    }
}

/* --- descriptors */

static uint64_t pointer(const struct dp83820 *card)
{
    uint64_t address = card_value(card, DP83820_RXDP);

    if (card_value(card, DP83820_CFG) & DP83820_CFG_M64ADDR)
        address |= (uint64_t)card_value(card, DP83820_RXDP_HI) << 32;
    return address;
}

static void pointer_set(struct dp83820 *card, uint64_t address)
{
    *card_register(card, DP83820_RXDP) = address & DP83820_DESCRIPTOR_POINTER_ADDRESS_MASK;
    if (card_value(card, DP83820_CFG) & DP83820_CFG_M64ADDR)
        *card_register(card, DP83820_RXDP_HI) = address >> 32;
}

static void idle(struct dp83820 *card)
{
    card->state.receiver.armed = false;
    interrupt_raise(card, DP83820_INTERRUPT_RXIDLE);
}

/* Reads the descriptor at RXDP; goes idle if it is not the card's. */
static void arm(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    rx->armed = false;
    if (!descriptor_read(card, pointer(card), &rx->current))
        return;
    if (rx->current.cmdsts & DP83820_RX_STATUS_OWN)
        idle(card);
    else
        rx->armed = true;
}

static void advance(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    if (rx->current.link == 0) {
        rx->refresh = true;
        idle(card);
        return;
    }
    pointer_set(card, rx->current.link);
    arm(card);
}

/* --- FIFO */

static void fifo_write(struct receiver *rx, const uint8_t *data, size_t length_bytes)
{
    uint32_t at = (rx->data_first + rx->fifo_bytes) % DP83820_RX_FIFO_BYTES;
    size_t first = DP83820_RX_FIFO_BYTES - at;

    if (first > length_bytes)
        first = length_bytes;
    memcpy(rx->data + at, data, first);
    memcpy(rx->data, data + first, length_bytes - first);
    rx->fifo_bytes += length_bytes;
}

static void fifo_copy(const struct receiver *rx, uint32_t offset, uint8_t *data,
                      size_t length_bytes)
{
    uint32_t at = (rx->data_first + offset) % DP83820_RX_FIFO_BYTES;
    size_t first = DP83820_RX_FIFO_BYTES - at;

    if (first > length_bytes)
        first = length_bytes;
    memcpy(data, rx->data + at, first);
    memcpy(data + first, rx->data, length_bytes - first);
}

static void packet_remove(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;
    struct rx_packet *packet = &rx->queue[rx->first];

    rx->data_first = (rx->data_first + packet->fifo_bytes) % DP83820_RX_FIFO_BYTES;
    rx->fifo_bytes -= packet->fifo_bytes;
    rx->first = (rx->first + 1) % RX_QUEUE;
    rx->packets--;
    rx->moved_bytes = 0;
    pause_fifo_changed(card);
}

/* Fills the armed descriptor from the first packet. */
static void descriptor_fill(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;
    struct rx_packet packet = rx->queue[rx->first];
    uint32_t room = dp83820_rx_status_size(rx->current.cmdsts);
    uint32_t length = packet.memory_bytes - rx->moved_bytes, events = 0;
    uint32_t cmdsts = DP83820_RX_STATUS_OWN | (rx->current.cmdsts & DP83820_RX_STATUS_INTR);
    uint64_t address = rx->current.buffer;
    bool last = length <= room;

    if (!last)
        length = room;
    if (fault_strikes(card, DP83820_FAULT_WRONG_DMA))
        address ^= fault_random(card) & (UINT32_MAX & ~(uint64_t)0xfff);
    fifo_copy(rx, rx->moved_bytes, card->scratch, length);
    rx->armed = false;
    if (!bus_write(card, address, card->scratch, length))
        return;
    rx->moved_bytes += length;
    if (fault_strikes(card, DP83820_FAULT_WRONG_LENGTH))
        length = fault_random(card) & DP83820_RX_STATUS_SIZE_MASK;
    cmdsts |= DP83820_RX_STATUS_SIZE(length) | (last ? packet.status : DP83820_RX_STATUS_MORE);
    if (!fault_strikes(card, DP83820_FAULT_STUCK_OWN) &&
        !descriptor_write(card, &rx->current, cmdsts, last ? &packet.extsts : &(uint32_t){0}))
        return;
    if (cmdsts & DP83820_RX_STATUS_INTR)
        events |= DP83820_INTERRUPT_RXDESC;
    if (last) {
        events |=
            packet.status & DP83820_RX_STATUS_OK ? DP83820_INTERRUPT_RXOK : DP83820_INTERRUPT_RXERR;
        card->state.counters.frames_in++;
        card->state.counters.bytes_in += packet.memory_bytes;
        packet_remove(card);
    }
    interrupt_raise(card, events);
    advance(card);
}

static void run(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    for (unsigned step = 0; rx->armed && rx->packets; step++) {
        if (step == STEPS) {
            event_set(card, EVENT_RECEIVE_FETCH, card_now_ns(card) + BACK_OFF_NS);
            return;
        }
        descriptor_fill(card);
    }
}

void receive_fetch(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;

    if (!rx->enabled)
        return;
    if (!rx->armed && rx->refresh) {
        rx->current.address = pointer(card);
        if (!descriptor_refresh(card, &rx->current))
            return;
        if (rx->current.link == 0) {
            idle(card);
            return;
        }
        rx->refresh = false;
        pointer_set(card, rx->current.link);
    }
    if (!rx->armed)
        arm(card);
    run(card);
}

bool receive_store(struct dp83820 *card, const uint8_t *frame, const struct rx_packet *packet)
{
    struct receiver *rx = &card->state.receiver;

    if (rx->packets == RX_QUEUE || rx->fifo_bytes + packet->fifo_bytes > DP83820_RX_FIFO_BYTES)
        return false;
    rx->queue[(rx->first + rx->packets) % RX_QUEUE] = *packet;
    fifo_write(rx, frame, packet->fifo_bytes);
    rx->packets++;
    pause_fifo_changed(card);
    run(card);
    return true;
}
