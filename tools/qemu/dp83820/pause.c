/* SPDX-License-Identifier: BSD-2-Clause */
/* Pause frames in both directions: those received hold the transmitter for a time that is
 * bounded by their 16 bits; those sent ask the partner for a pause when the receive FIFO passes
 * a threshold, and end it when it is low again. */
#include "card.h"
#include "ethernet.h"

#include <string.h>

enum {
    OPCODE = ETHERNET_HEADER_BYTES,
    QUANTA = OPCODE + 2,
    CONTROL_BYTES = QUANTA + 2,
};

static const uint8_t group[ETHERNET_ADDRESS_BYTES] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x01};

void pause_reset(struct dp83820 *card)
{
    card->state.transmitter.paused_until_ns = 0;
    card->state.transmitter.pause_wanted = false;
    card->state.receiver.pause_sent = false;
}

static bool is_enabled(const struct dp83820 *card)
{
    return card_value(card, DP83820_PCR) & DP83820_PCR_PSEN && card->state.phy.full_duplex;
}

bool pause_is_active(const struct dp83820 *card)
{
    return card_now_ns(card) < card->state.transmitter.paused_until_ns;
}

static bool is_obeyed(const struct dp83820 *card, const uint8_t *frame)
{
    uint32_t pcr = card_value(card, DP83820_PCR);
    uint8_t station[DP83820_MAC_BYTES];

    filter_station_address(card, station);
    return (pcr & DP83820_PCR_PS_MCAST && memcmp(frame, group, sizeof group) == 0) ||
           (pcr & DP83820_PCR_PS_DA && memcmp(frame, station, sizeof station) == 0);
}

bool pause_take(struct dp83820 *card, const uint8_t *frame, size_t length_bytes)
{
    uint64_t quantum_ns = wire_ns(card, DP83820_PAUSE_QUANTUM_BITS / 8);

    if (!is_enabled(card) || length_bytes < CONTROL_BYTES ||
        network16(frame + ETHERNET_TYPE) != TYPE_MAC_CONTROL || !is_obeyed(card, frame))
        return false;
    if (network16(frame + OPCODE) != MAC_CONTROL_PAUSE) {
        mib_count(card, DP83820_RXBADOP);
        return true;
    }
    mib_count(card, DP83820_RXPAUSE);
    card->state.counters.pause_in++;
    *card_register(card, DP83820_PCR) |= DP83820_PCR_PS_RCVD;
    card->state.transmitter.paused_until_ns =
        card_now_ns(card) + network16(frame + QUANTA) * quantum_ns;
    transmit_wire(card);
    return true;
}

size_t pause_frame(const struct dp83820 *card, uint8_t *frame)
{
    memset(frame, 0, ETHERNET_MIN_BYTES);
    memcpy(frame, group, sizeof group);
    filter_station_address(card, frame + ETHERNET_SOURCE);
    network16_set(frame + ETHERNET_TYPE, TYPE_MAC_CONTROL);
    network16_set(frame + OPCODE, MAC_CONTROL_PAUSE);
    network16_set(frame + QUANTA, card->state.transmitter.pause_quanta);
    return ETHERNET_MIN_BYTES;
}

static void send(struct dp83820 *card, uint16_t quanta)
{
    struct transmitter *tx = &card->state.transmitter;

    tx->pause_quanta = quanta;
    tx->pause_wanted = true;
    mib_count(card, DP83820_TXPAUSE);
    card->state.counters.pause_out++;
    transmit_wire(card);
}

void pause_control_written(struct dp83820 *card)
{
    uint32_t *pcr = card_register(card, DP83820_PCR);
    bool now = *pcr & DP83820_PCR_PS_TX;

    *pcr &= ~DP83820_PCR_PS_TX;
    if (now)
        send(card, dp83820_pcr_pause_cnt(*pcr));
}

/* The codes of the threshold fields: 0 off, then doubling. */
static uint32_t threshold(uint32_t code, uint32_t unit)
{
    return code ? unit << (code - 1) : 0;
}

void pause_fifo_changed(struct dp83820 *card)
{
    struct receiver *rx = &card->state.receiver;
    uint32_t pcr = card_value(card, DP83820_PCR);
    uint32_t high_bytes = threshold(dp83820_pcr_ffhi(pcr), DP83820_PAUSE_UNIT_BYTES);
    uint32_t low_bytes = threshold(dp83820_pcr_fflo(pcr), DP83820_PAUSE_UNIT_BYTES);
    uint32_t high_packets = threshold(dp83820_pcr_sthi(pcr), DP83820_PAUSE_UNIT_PACKETS);
    uint32_t low_packets = threshold(dp83820_pcr_stlo(pcr), DP83820_PAUSE_UNIT_PACKETS);
    bool high = (high_bytes && rx->fifo_bytes >= high_bytes) ||
                (high_packets && rx->packets >= high_packets);
    bool low = !high && (!low_bytes || rx->fifo_bytes <= low_bytes) &&
               (!low_packets || rx->packets <= low_packets);

    if (!is_enabled(card))
        return;
    if (high && !rx->pause_sent) {
        rx->pause_sent = true;
        send(card, dp83820_pcr_pause_cnt(pcr));
    } else if (low && rx->pause_sent) {
        rx->pause_sent = false;
        if (low_bytes || low_packets)
            send(card, 0);
    }
}
