/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transmit FIFO's other end: what becomes of a packet that is complete (checksums, tag,
 * padding), when it starts on the wire, and its status when it has left.
 *
 * A packet starts when it is in the FIFO as a whole, or when the drain threshold is reached and no
 * checksum has to be put into its beginning. One packet is on the wire at a time; pause frames go
 * between packets, and before one that is held.
 */
#include "card.h"
#include "ethernet.h"

#include <string.h>

#define FINAL_BITS                                                                                 \
    (DP83820_TX_STATUS_OWN | DP83820_TX_STATUS_OK | DP83820_TX_STATUS_TXA |                        \
     DP83820_TX_STATUS_TFU | DP83820_TX_STATUS_CRS | DP83820_TX_STATUS_TD | DP83820_TX_STATUS_ED | \
     DP83820_TX_STATUS_OWC | DP83820_TX_STATUS_EC | DP83820_TX_STATUS_CCNT_MASK)
#define CHECKSUMS                                                                                  \
    (DP83820_EXTENDED_STATUS_IPPKT | DP83820_EXTENDED_STATUS_TCPPKT |                              \
     DP83820_EXTENDED_STATUS_UDPPKT)

bool loops_back(const struct dp83820 *card)
{
    return card_value(card, DP83820_TXCFG) & DP83820_TXCFG_MLB ||
           card_value(card, DP83820_TBICR) & DP83820_TBICR_LOOPBACK;
}

/* Gives a packet up: its data go, the rest of its descriptors pass by. */
void transmit_packet_fails(struct transmitter *tx, struct tx_packet *packet, uint32_t bits)
{
    tx->data_bytes -= packet->length_bytes;
    packet->length_bytes = 0;
    packet->failed |= bits;
}

static uint64_t duration_ns(const struct dp83820 *card, const struct tx_packet *packet)
{
    /* Not 0: a list of packets that fail, without an end, must not stop time. */
    if (packet->failed)
        return BACK_OFF_NS;
    return wire_ns(card,
                   ETHERNET_PREAMBLE_BYTES + packet->length_bytes + (uint64_t)DP83820_FCS_BYTES);
}

/* Bytes of the packet on the wire that have left the FIFO. */
uint32_t transmit_bytes_sent(const struct dp83820 *card, uint64_t now)
{
    const struct transmitter *tx = &card->state.transmitter;
    uint64_t byte_ns = wire_ns(card, 1), bytes;

    if (!tx->sending || now < tx->start_ns)
        return 0;
    bytes = (now - tx->start_ns) / byte_ns;
    if (bytes < ETHERNET_PREAMBLE_BYTES)
        return 0;
    bytes -= ETHERNET_PREAMBLE_BYTES;
    return bytes < tx->queue[0].length_bytes ? bytes : tx->queue[0].length_bytes;
}

uint32_t transmit_checksums(const struct dp83820 *card, const struct tx_packet *packet)
{
    uint32_t vtcr = card_value(card, DP83820_VTCR);

    if (vtcr & DP83820_VTCR_GCHK)
        return CHECKSUMS;
    return vtcr & DP83820_VTCR_PPCHK ? packet->extsts & CHECKSUMS : 0;
}

static bool may_start(const struct dp83820 *card, const struct tx_packet *packet)
{
    uint32_t threshold =
        dp83820_txcfg_drth(card_value(card, DP83820_TXCFG)) * DP83820_TX_THRESHOLD_UNIT_BYTES;

    if (packet->complete)
        return true;
    return threshold != 0 && packet->length_bytes >= threshold &&
           transmit_checksums(card, packet) == 0;
}

static uint64_t later(uint64_t one, uint64_t other)
{
    return one > other ? one : other;
}

void transmit_wire(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;
    uint64_t now = card_now_ns(card), start = later(now, tx->wire_free_ns);

    if (tx->pause_sending)
        return;
    /* What has not begun can still be overtaken by a pause frame, or held. */
    if (tx->sending && tx->start_ns > now) {
        tx->sending = false;
        event_cancel(card, EVENT_TRANSMIT_WIRE);
    }
    if (!tx->sending && tx->pause_wanted) {
        tx->pause_wanted = false;
        tx->pause_sending = true;
        tx->start_ns = start;
        event_set(card, EVENT_TRANSMIT_WIRE,
                  start + wire_ns(card, ETHERNET_PREAMBLE_BYTES + DP83820_FRAME_MIN_BYTES));
        return;
    }
    if (tx->packets == 0)
        return;
    if (!tx->sending && may_start(card, &tx->queue[0])) {
        tx->sending = true;
        tx->start_ns = tx->queue[0].failed ? now : later(start, tx->paused_until_ns);
    }
    if (tx->sending && tx->queue[0].complete)
        event_set(card, EVENT_TRANSMIT_WIRE,
                  later(now, tx->start_ns + duration_ns(card, &tx->queue[0])));
}

/* All of the packet is in the FIFO: checksums, tag, padding, and off it goes. */
void transmit_packet_complete(struct dp83820 *card, struct tx_packet *packet)
{
    struct transmitter *tx = &card->state.transmitter;
    uint8_t *frame = tx->data + tx->data_bytes - packet->length_bytes;
    uint32_t vtcr = card_value(card, DP83820_VTCR), length = packet->length_bytes;

    packet->last = tx->current;
    packet->complete = true;
    if (tx->current.cmdsts & DP83820_TX_STATUS_SUPCRC)
        length = length > DP83820_FCS_BYTES ? length - DP83820_FCS_BYTES : 0;
    if (!packet->failed && length == 0)
        transmit_packet_fails(tx, packet, DP83820_TX_STATUS_TXA);
    if (!packet->failed && fault_strikes(card, DP83820_FAULT_UNDERRUN))
        transmit_packet_fails(tx, packet, DP83820_TX_STATUS_TXA | DP83820_TX_STATUS_TFU);
    if (packet->failed) {
        transmit_wire(card);
        return;
    }
    if (transmit_checksums(card, packet))
        checksum_insert(card, frame, length, transmit_checksums(card, packet));
    if (vtcr & DP83820_VTCR_VPPTI && packet->extsts & DP83820_EXTENDED_STATUS_VPKT)
        length = vlan_insert(card, frame, length, dp83820_extended_status_vtci(packet->extsts));
    else if (vtcr & DP83820_VTCR_VGTI)
        length = vlan_insert(card, frame, length, dp83820_vdr_vtci(card_value(card, DP83820_VDR)));
    if (length < ETHERNET_MIN_BYTES && card_value(card, DP83820_TXCFG) & DP83820_TXCFG_ATP) {
        memset(frame + length, 0, ETHERNET_MIN_BYTES - length);
        length = ETHERNET_MIN_BYTES;
    }
    tx->data_bytes += length - packet->length_bytes;
    packet->length_bytes = length;
    transmit_wire(card);
}

static void frame_leaves(struct dp83820 *card, uint8_t *frame, size_t length_bytes)
{
    if (loops_back(card)) {
        memcpy(card->scratch, frame, length_bytes);
        receive_arrived(card, card->scratch, length_bytes, 0, true);
        return;
    }
    if (!phy_carries(card) || fault_is_on(card, DP83820_FAULT_REMOVED)) {
        card->state.counters.drops_link++;
        return;
    }
    card->state.counters.frames_out++;
    card->state.counters.bytes_out += length_bytes;
    card->callbacks->frame_out(card->host, frame, length_bytes);
}

/* Status of the first packet of the queue, and its frame to the wire. */
static void packet_leaves(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;
    struct tx_packet packet = tx->queue[0];
    uint32_t cmdsts = packet.last.cmdsts & ~FINAL_BITS;
    uint32_t events = packet.failed ? DP83820_INTERRUPT_TXERR : DP83820_INTERRUPT_TXOK;

    cmdsts |= packet.failed ? packet.failed : DP83820_TX_STATUS_OK;
    if (packet.failed & DP83820_TX_STATUS_TFU)
        events |= DP83820_INTERRUPT_TXURN;
    if (packet.last.cmdsts & DP83820_TX_STATUS_INTR)
        events |= DP83820_INTERRUPT_TXDESC;
    if (fault_strikes(card, DP83820_FAULT_STUCK_OWN) ||
        descriptor_write(card, &packet.last, cmdsts, NULL))
        interrupt_raise(card, events);
    if (packet.failed)
        card->state.counters.transmit_errors++;
    else
        frame_leaves(card, tx->data, packet.length_bytes);
    tx->packets--;
    memmove(&tx->queue[0], &tx->queue[1], tx->packets * sizeof tx->queue[0]);
    tx->data_bytes -= packet.length_bytes;
    memmove(tx->data, tx->data + packet.length_bytes, tx->data_bytes);
}

void transmit_sent(struct dp83820 *card)
{
    struct transmitter *tx = &card->state.transmitter;
    uint64_t end = tx->start_ns, gap = wire_ns(card, ETHERNET_GAP_BYTES);
    uint8_t pause[DP83820_FRAME_MIN_BYTES];

    if (tx->pause_sending) {
        end += wire_ns(card, ETHERNET_PREAMBLE_BYTES + DP83820_FRAME_MIN_BYTES);
        tx->wire_free_ns = end + gap;
        tx->pause_sending = false;
        frame_leaves(card, pause, pause_frame(card, pause));
    } else if (tx->sending) {
        if (!tx->queue[0].failed)
            tx->wire_free_ns = end + duration_ns(card, &tx->queue[0]) + gap;
        tx->sending = false;
        packet_leaves(card);
    }
    transmit_wire(card);
    if (tx->active && !event_pending(card, EVENT_TRANSMIT_FETCH))
        transmit_fetch(card);
}
