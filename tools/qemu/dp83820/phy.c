/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transceiver and the partner at the other end of the cable. Carrier says that somebody is
 * there; link says that both have agreed on a mode. A copper board has a transceiver of its own
 * behind the management interface, a fibre board has the ten-bit interface of the card (tbi.c);
 * what was agreed shows at the status pins in CFG in both cases, and a change of a pin raises
 * ISR.PHY if CFG says so.
 */
#include "card.h"

#include <string.h>

enum {
    NEGOTIATION_NS = 1000000,
};

#define SLOW_NEGOTIATION_NS 5000000000ull
#define SLOW_ANSWER_NS      1000000000ull
#define STATUS_PINS         (DP83820_CFG_DUPSTS | DP83820_CFG_SPDSTS_MASK | DP83820_CFG_LNKSTS)

static bool slow(const struct dp83820 *card)
{
    return fault_is_on(card, DP83820_FAULT_SLOW_PHY);
}

uint32_t phy_pins(const struct dp83820 *card)
{
    const struct phy *phy = &card->state.phy;
    uint32_t pins = phy->full_duplex ? 0 : DP83820_CFG_DUPSTS;

    if (!phy->link)
        return DP83820_CFG_DUPSTS | DP83820_CFG_SPDSTS(DP83820_CFG_SPDSTS_10);
    switch (phy->mbps) {
    case 1000:
        pins |= DP83820_CFG_SPDSTS(DP83820_CFG_SPDSTS_1000);
        break;
    case 100:
        pins |= DP83820_CFG_SPDSTS(DP83820_CFG_SPDSTS_100);
        break;
    default:
        pins |= DP83820_CFG_SPDSTS(DP83820_CFG_SPDSTS_10);
        break;
    }
    return pins | DP83820_CFG_LNKSTS;
}

/* Brings the pins up to date. */
static void pins_show(struct dp83820 *card)
{
    uint32_t *cfg = card_register(card, DP83820_CFG);
    uint32_t changed = (*cfg & STATUS_PINS) ^ phy_pins(card);

    *cfg ^= changed;
    if ((changed & DP83820_CFG_LNKSTS && *cfg & DP83820_CFG_PINT_LNKSTS) ||
        (changed & DP83820_CFG_SPDSTS_MASK && *cfg & DP83820_CFG_PINT_SPDSTS) ||
        (changed & DP83820_CFG_DUPSTS && *cfg & DP83820_CFG_PINT_DUPSTS))
        interrupt_raise(card, DP83820_INTERRUPT_PHY);
    if (changed & DP83820_CFG_LNKSTS)
        wake_link_changed(card);
}

static void link_down(struct dp83820 *card)
{
    struct phy *phy = &card->state.phy;

    if (phy->link)
        phy->link_lost = true;
    phy->link = false;
    pins_show(card);
}

/* Whether the copper transceiver is willing to send the mode, and the partner to take it. */
static bool both_can(const struct phy *phy, uint16_t mbps, bool full)
{
    uint16_t anar = phy->reg[DP83820_PHY_ANAR], gtcr = phy->reg[DP83820_PHY_GTCR];

    if (mbps > phy->partner_mbps || (full && !phy->partner_full_duplex))
        return false;
    switch (mbps) {
    case 1000:
        return gtcr & (full ? DP83820_PHY_GTCR_FULL : DP83820_PHY_GTCR_HALF);
    case 100:
        return anar & (full ? DP83820_PHY_ANAR_100_FULL : DP83820_PHY_ANAR_100_HALF);
    default:
        return anar & (full ? DP83820_PHY_ANAR_10_FULL : DP83820_PHY_ANAR_10_HALF);
    }
}

static bool copper_agrees(struct phy *phy)
{
    static const uint16_t speeds[] = {1000, 100, 10};
    uint16_t bmcr = phy->reg[DP83820_PHY_BMCR];

    if (bmcr & (DP83820_PHY_BMCR_POWER_DOWN | DP83820_PHY_BMCR_ISOLATE))
        return false;
    if (!(bmcr & DP83820_PHY_BMCR_AN_ENABLE)) {
        phy->mbps = bmcr & DP83820_PHY_BMCR_SPEED_1000  ? 1000
                    : bmcr & DP83820_PHY_BMCR_SPEED_100 ? 100
                                                        : 10;
        phy->full_duplex = bmcr & DP83820_PHY_BMCR_FULL;
        return phy->mbps == phy->partner_mbps;
    }
    for (unsigned at = 0; at < sizeof speeds / sizeof speeds[0]; at++) {
        phy->mbps = speeds[at];
        phy->full_duplex = both_can(phy, speeds[at], true);
        if (phy->full_duplex || both_can(phy, speeds[at], false))
            return true;
    }
    return false;
}

void phy_negotiate(struct dp83820 *card)
{
    struct phy *phy = &card->state.phy;
    uint32_t cfg = card_value(card, DP83820_CFG);
    bool agreed = false;

    phy->link = false;
    if (phy->carrier && !(cfg & (DP83820_CFG_PHY_RST | DP83820_CFG_PHY_DIS))) {
        if (card->config.phy == DP83820_PHY_COPPER)
            agreed = copper_agrees(phy);
        else if (card->config.phy == DP83820_PHY_FIBRE)
            agreed = tbi_agrees(card);
    }
    phy->link = agreed;
    pins_show(card);
}

void phy_restart(struct dp83820 *card)
{
    link_down(card);
    event_set(card, EVENT_LINK,
              card_now_ns(card) + (slow(card) ? SLOW_NEGOTIATION_NS : NEGOTIATION_NS));
}

void phy_reset(struct dp83820 *card)
{
    const struct register_file *file = &dp83820_phy_registers;
    struct phy *phy = &card->state.phy;

    memset(phy->reg, 0, sizeof phy->reg);
    for (size_t at = 0; at < file->register_count; at++)
        phy->reg[file->registers[at].offset] = file->registers[at].reset;
    phy->deaf_until_ns = slow(card) ? card_now_ns(card) + SLOW_ANSWER_NS : 0;
}

bool phy_answers(const struct dp83820 *card, unsigned address)
{
    return card->config.phy == DP83820_PHY_COPPER && address == DP83820_PHY_ADDRESS &&
           !(card_value(card, DP83820_CFG) & DP83820_CFG_PHY_RST) &&
           card_now_ns(card) >= card->state.phy.deaf_until_ns;
}

/* What the partner says it can do, once it was heard. */
static uint16_t partner_abilities(const struct phy *phy)
{
    uint16_t can = DP83820_PHY_ANLPAR_SELECTOR(1) | DP83820_PHY_ANLPAR_10_HALF |
                   DP83820_PHY_ANLPAR_ACK | DP83820_PHY_ANLPAR_PAUSE |
                   DP83820_PHY_ANLPAR_PAUSE_ASYM;

    if (phy->partner_full_duplex)
        can |= DP83820_PHY_ANLPAR_10_FULL;
    if (phy->partner_mbps >= 100)
        can |= DP83820_PHY_ANLPAR_100_HALF |
               (phy->partner_full_duplex ? DP83820_PHY_ANLPAR_100_FULL : 0);
    if (phy->partner_mbps >= 1000)
        can |= DP83820_PHY_ANLPAR_NP;
    return can;
}

static uint16_t gigabit_status(const struct phy *phy)
{
    if (phy->partner_mbps < 1000)
        return 0;
    return DP83820_PHY_GTSR_LP_HALF | DP83820_PHY_GTSR_REMOTE_OK | DP83820_PHY_GTSR_LOCAL_OK |
           (phy->partner_full_duplex ? DP83820_PHY_GTSR_LP_FULL : 0);
}

static uint16_t basic_status(struct phy *phy, bool negotiated)
{
    uint16_t value = phy->reg[DP83820_PHY_BMSR];

    if (phy->link && !phy->link_lost)
        value |= DP83820_PHY_BMSR_LINK;
    if (negotiated)
        value |= DP83820_PHY_BMSR_AN_COMPLETE;
    phy->link_lost = false;
    return value;
}

static uint16_t resolved_mode(const struct phy *phy)
{
    unsigned speed = phy->mbps == 1000  ? DP83820_PHY_PHYSUP_SPDSTS_1000
                     : phy->mbps == 100 ? DP83820_PHY_PHYSUP_SPDSTS_100
                                        : DP83820_PHY_PHYSUP_SPDSTS_10;

    return DP83820_PHY_PHYSUP_LNKSTS | dp83820_phy_physup_with_spdsts(0, speed) |
           (phy->full_duplex ? DP83820_PHY_PHYSUP_DUPSTS : 0) |
           (phy->mbps == 10 ? DP83820_PHY_PHYSUP_10BT : 0);
}

uint16_t phy_read(struct dp83820 *card, unsigned number)
{
    struct phy *phy = &card->state.phy;
    bool negotiated = phy->link && phy->reg[DP83820_PHY_BMCR] & DP83820_PHY_BMCR_AN_ENABLE;

    switch (number) {
    case DP83820_PHY_BMSR:
        return basic_status(phy, negotiated);
    case DP83820_PHY_ANLPAR:
        return negotiated ? partner_abilities(phy) : 0;
    case DP83820_PHY_GTSR:
        return negotiated ? gigabit_status(phy) : 0;
    case DP83820_PHY_PHYSUP:
        return phy->link ? resolved_mode(phy) : 0;
    default:
        return phy->reg[number % DP83820_PHY_SIZE_WORDS];
    }
}

void phy_write(struct dp83820 *card, unsigned number, uint16_t value)
{
    struct phy *phy = &card->state.phy;
    uint16_t *bmcr = &phy->reg[DP83820_PHY_BMCR];

    switch (number) {
    case DP83820_PHY_ANAR:
    case DP83820_PHY_GTCR:
        phy->reg[number] = value;
        break;
    case DP83820_PHY_BMCR:
        if (value & DP83820_PHY_BMCR_RST)
            phy_reset(card);
        else if (value == *bmcr)
            break;
        else
            *bmcr = value & ~DP83820_PHY_BMCR_RESTART_AN;
        phy_restart(card);
        break;
    default:
        break;
    }
}

void phy_config_changed(struct dp83820 *card, uint32_t old_cfg)
{
    uint32_t cfg = card_value(card, DP83820_CFG), changed = cfg ^ old_cfg;

    if (changed & cfg & DP83820_CFG_PHY_RST)
        phy_reset(card);
    if (cfg & (DP83820_CFG_PHY_RST | DP83820_CFG_PHY_DIS))
        link_down(card);
    else if (changed & (DP83820_CFG_PHY_RST | DP83820_CFG_PHY_DIS))
        phy_restart(card);
    else if (changed & DP83820_CFG_TBI_EN && card->config.phy == DP83820_PHY_FIBRE)
        phy_restart(card);
}

bool phy_carries(const struct dp83820 *card)
{
    const struct phy *phy = &card->state.phy;
    uint32_t cfg = card_value(card, DP83820_CFG);
    bool gigabit = cfg & DP83820_CFG_MODE_1000, fibre = cfg & DP83820_CFG_TBI_EN;

    return phy->link && gigabit == (phy->mbps == 1000) &&
           fibre == (card->config.phy == DP83820_PHY_FIBRE);
}

void dp83820_link_set(struct dp83820 *card, bool up)
{
    struct phy *phy = &card->state.phy;

    if (phy->carrier == up)
        return;
    phy->carrier = up;
    event_cancel(card, EVENT_LINK);
    if (!up)
        link_down(card);
    else if (slow(card))
        phy_restart(card);
    else
        phy_negotiate(card);
}

void dp83820_link_mode_set(struct dp83820 *card, uint16_t mbps, bool full_duplex)
{
    struct phy *phy = &card->state.phy;

    phy->partner_mbps = mbps;
    phy->partner_full_duplex = full_duplex;
    if (phy->link)
        phy->link_lost = true;
    phy_negotiate(card);
}
