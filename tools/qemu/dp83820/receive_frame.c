/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of a frame that has arrived: filter, pause and wake events, tag and checksum units,
 * checks of length and damage against what RXCFG accepts, check sequence. What passes goes into the
 * FIFO.
 */
#include "card.h"
#include "ethernet.h"

#define DAMAGED (DP83820_RX_STATUS_CRCE | DP83820_RX_STATUS_FAE | DP83820_RX_STATUS_ISE)
#define ERRORS  (DAMAGED | DP83820_RX_STATUS_RUNT | DP83820_RX_STATUS_LONG)

/* What is wrong with a frame as it came over the wire. */
static uint32_t damage_status(struct dp83820 *card, uint8_t damage)
{
    uint32_t status = 0;

    if (fault_strikes(card, DP83820_FAULT_BAD_FRAME))
        damage |= DP83820_DAMAGE_FCS;
    if (damage & (DP83820_DAMAGE_FCS | DP83820_DAMAGE_ALIGNMENT))
        status |= DP83820_RX_STATUS_CRCE;
    if (damage & DP83820_DAMAGE_ALIGNMENT)
        status |= DP83820_RX_STATUS_FAE;
    if (damage & DP83820_DAMAGE_SYMBOL)
        status |= DP83820_RX_STATUS_ISE;
    return status;
}

/* A length field that does not say how much follows. Short payloads are padded. */
static bool length_is_wrong(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes)
{
    size_t header = ETHERNET_HEADER_BYTES, payload, said;

    if (vlan_is_tagged(card, frame, length_bytes))
        header += ETHERNET_TAG_BYTES;
    if (length_bytes < header)
        return false;
    payload = length_bytes - header;
    said = network16(frame + header - 2);
    if (said > ETHERNET_LENGTH_MAX)
        return false;
    return said > payload || (said < payload && length_bytes > ETHERNET_MIN_BYTES);
}

static void errors_count(struct dp83820 *card, uint32_t status)
{
    if (status & (ERRORS | DP83820_RX_STATUS_IRL))
        mib_count(card, DP83820_RXERRORED);
    if (status & DP83820_RX_STATUS_FAE)
        mib_count(card, DP83820_RXFA);
    else if (status & DP83820_RX_STATUS_CRCE)
        mib_count(card, DP83820_RXFCS);
    if (status & DP83820_RX_STATUS_ISE)
        mib_count(card, DP83820_RXSYMBOL);
    if (status & DP83820_RX_STATUS_IRL)
        mib_count(card, DP83820_RXIRL);
}

/* Whether RXCFG lets a frame with this status through. */
static bool policy_accepts(uint32_t rxcfg, uint32_t status)
{
    if (status & DP83820_RX_STATUS_RUNT && !(rxcfg & DP83820_RXCFG_ARP))
        return false;
    if (status & (DAMAGED | DP83820_RX_STATUS_LONG) && !(rxcfg & DP83820_RXCFG_AEP))
        return false;
    return !(status & DP83820_RX_STATUS_IRL) || rxcfg & DP83820_RXCFG_AIRL;
}

/* Whether VRCR throws a frame away for its tag or a wrong checksum. */
static bool units_discard(uint32_t vrcr, bool tagged, uint32_t sums)
{
    return (vrcr & DP83820_VRCR_DVTF && tagged) || (vrcr & DP83820_VRCR_DUTF && !tagged) ||
           (vrcr & DP83820_VRCR_RIPE && sums & DP83820_EXTENDED_STATUS_IPERR) ||
           (vrcr & DP83820_VRCR_RTCPE && sums & DP83820_EXTENDED_STATUS_TCPERR) ||
           (vrcr & DP83820_VRCR_RUDPE && sums & DP83820_EXTENDED_STATUS_UDPERR);
}

/* Puts an accepted frame into the FIFO, check sequence behind it; the buffer has room for that. */
static void store(struct dp83820 *card, uint8_t *frame, size_t length_bytes, uint32_t status,
                  uint32_t extsts, size_t limit_bytes)
{
    struct rx_packet packet;
    uint32_t fcs = fcs_of(frame, length_bytes);
    uint32_t whole = length_bytes + DP83820_FCS_BYTES;
    uint32_t memory = whole;

    if (status & DP83820_RX_STATUS_CRCE)
        fcs = ~fcs;
    for (unsigned at = 0; at < DP83820_FCS_BYTES; at++)
        frame[length_bytes + at] = fcs >> 8 * at;
    if (status & DP83820_RX_STATUS_LONG && whole > limit_bytes)
        memory = whole = limit_bytes;
    if (card_value(card, DP83820_RXCFG) & DP83820_RXCFG_STRIPCRC)
        memory -= DP83820_FCS_BYTES;
    else
        status |= DP83820_RX_STATUS_INCCRC;
    packet = (struct rx_packet){status, extsts, memory, whole};
    if (!receive_store(card, frame, &packet)) {
        card->state.counters.drops_overrun++;
        mib_count(card, DP83820_RXMISSED);
        interrupt_raise(card, DP83820_INTERRUPT_RXORN);
    }
}

/* Checks and units between the filter and the FIFO. */
static void accepted(struct dp83820 *card, uint8_t *frame, size_t length_bytes, uint32_t status)
{
    uint32_t rxcfg = card_value(card, DP83820_RXCFG), vrcr = card_value(card, DP83820_VRCR);
    bool tagged = vrcr & DP83820_VRCR_VTDEN && vlan_is_tagged(card, frame, length_bytes);
    size_t limit = vlan_is_tagged(card, frame, length_bytes) ? card->config.long_limit_tagged
                                                             : DP83820_FRAME_MAX_BYTES;
    uint32_t extsts = vrcr & DP83820_VRCR_IPEN ? checksum_verify(card, frame, length_bytes) : 0;

    if (units_discard(vrcr, tagged, extsts)) {
        card->state.counters.drops_filter++;
        return;
    }
    if (length_bytes + DP83820_FCS_BYTES < DP83820_FRAME_MIN_BYTES)
        status |= DP83820_RX_STATUS_RUNT;
    if (length_bytes + DP83820_FCS_BYTES > limit) {
        mib_count(card, DP83820_RXLONG);
        if (!(rxcfg & DP83820_RXCFG_ALP))
            status |= DP83820_RX_STATUS_LONG;
    }
    if (length_is_wrong(card, frame, length_bytes))
        status |= DP83820_RX_STATUS_IRL;
    if (tagged)
        extsts |= DP83820_EXTENDED_STATUS_VPKT | vlan_control(frame);
    if (tagged && vrcr & DP83820_VRCR_VTREN) {
        length_bytes = vlan_remove(frame, length_bytes);
        if (card->config.vlan_runt && length_bytes + DP83820_FCS_BYTES < DP83820_FRAME_MIN_BYTES)
            status |= DP83820_RX_STATUS_RUNT;
    }
    errors_count(card, status);
    if (!policy_accepts(rxcfg, status)) {
        card->state.counters.drops_error++;
        return;
    }
    if (!(status & ERRORS))
        status |= DP83820_RX_STATUS_OK;
    store(card, frame, length_bytes, status, extsts, limit);
}

void receive_arrived(struct dp83820 *card, uint8_t *frame, size_t length_bytes, uint8_t damage,
                     bool looped)
{
    struct verdict verdict;
    uint32_t status;

    if (!card->state.receiver.enabled) {
        card->state.counters.drops_disabled++;
        return;
    }
    filter_examine(card, frame, length_bytes, &verdict);
    status = damage_status(card, damage);
    if (!status && !looped && pause_take(card, frame, length_bytes))
        return;
    if (!status)
        wake_examine(card, frame, length_bytes, &verdict);
    if (!verdict.accepted || wake_pending(card)) {
        card->state.counters.drops_filter++;
        return;
    }
    status |= dp83820_rx_status_with_dest(0, verdict.dest) | (looped ? DP83820_RX_STATUS_LBP : 0);
    accepted(card, frame, length_bytes, status);
}
