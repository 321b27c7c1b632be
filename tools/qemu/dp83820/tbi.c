/* SPDX-License-Identifier: BSD-2-Clause */
/* The ten-bit interface of fibre boards: coding and negotiation are inside the card. There is
 * one speed; the partner of the model can do full duplex, and half duplex besides unless it is
 * told otherwise. */
#include "card.h"

static uint32_t abilities_of_partner(const struct phy *phy)
{
    return DP83820_LINK_ABILITY_HALF | (phy->partner_full_duplex ? DP83820_LINK_ABILITY_FULL : 0);
}

static bool negotiates(const struct dp83820 *card)
{
    return card_value(card, DP83820_TBICR) & DP83820_TBICR_AN_ENABLE;
}

bool tbi_agrees(struct dp83820 *card)
{
    struct phy *phy = &card->state.phy;
    uint32_t own = card_value(card, DP83820_TANAR), common = own & abilities_of_partner(phy);

    if (!(card_value(card, DP83820_CFG) & DP83820_CFG_TBI_EN) || phy->partner_mbps != 1000)
        return false;
    phy->mbps = 1000;
    phy->full_duplex = phy->partner_full_duplex;
    if (negotiates(card))
        phy->full_duplex = common & DP83820_LINK_ABILITY_FULL;
    return !negotiates(card) || common;
}

uint32_t tbi_status(const struct dp83820 *card)
{
    if (card->config.phy != DP83820_PHY_FIBRE || !card->state.phy.link)
        return 0;
    return DP83820_TBISR_LINK | (negotiates(card) ? DP83820_TBISR_AN_COMPLETE : 0);
}

uint32_t tbi_partner(const struct dp83820 *card)
{
    return tbi_status(card) & DP83820_TBISR_AN_COMPLETE ? abilities_of_partner(&card->state.phy)
                                                        : 0;
}

void tbi_control_written(struct dp83820 *card, uint32_t old_control)
{
    uint32_t *control = card_register(card, DP83820_TBICR);
    bool restart = *control & DP83820_TBICR_RESTART_AN;

    *control &= ~DP83820_TBICR_RESTART_AN;
    if (card->config.phy == DP83820_PHY_FIBRE &&
        (restart || (*control ^ old_control) & DP83820_TBICR_AN_ENABLE))
        phy_restart(card);
}
