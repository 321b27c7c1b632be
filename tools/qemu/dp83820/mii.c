/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The management interface as the PHY sees it through MEAR: frames of start 01, operation, address
 * of the PHY, register, turnaround and 16 bits, after a preamble of any length. Everything happens
 * at rising edges of MDC. Of a read, the PHY releases the line at the edge of the last address bit,
 * drives 0 after the next (second bit of the turnaround), then the word. Where no PHY answers, the
 * line stays pulled up.
 */
#include "card.h"

enum {
    OPERATION_READ = 2,
    OPERATION_WRITE = 1,
    ADDRESS_BITS = 5,
    ADDRESS_MASK = (1 << ADDRESS_BITS) - 1,
};

void mii_reset(struct dp83820 *card)
{
    card->state.mii = (struct mii){.output = true, .state = MII_IDLE};
}

static void header_complete(struct dp83820 *card)
{
    struct mii *mii = &card->state.mii;
    unsigned operation = mii->shift >> 2 * ADDRESS_BITS;
    unsigned address = mii->shift >> ADDRESS_BITS & ADDRESS_MASK;

    if (operation == OPERATION_READ && phy_answers(card, address)) {
        mii->answer = phy_read(card, mii->shift & ADDRESS_MASK);
        mii->left = MII_ANSWER_BITS;
        mii->state = MII_READ;
    } else if (operation == OPERATION_WRITE) {
        mii->state = MII_WRITE;
        mii->bits = 0;
    } else {
        mii->state = MII_IDLE;
    }
}

static void write_complete(struct dp83820 *card)
{
    struct mii *mii = &card->state.mii;
    uint32_t header = mii->shift >> MII_WRITE_BITS;
    unsigned address = header >> ADDRESS_BITS & ADDRESS_MASK;

    mii->state = MII_IDLE;
    if (phy_answers(card, address))
        phy_write(card, header & ADDRESS_MASK, mii->shift & UINT16_MAX);
}

static void rising_edge(struct dp83820 *card, bool bit)
{
    struct mii *mii = &card->state.mii;

    switch ((enum mii_state)mii->state) {
    case MII_IDLE:
        mii->output = true;
        if (!bit)
            mii->state = MII_START;
        break;
    case MII_START:
        mii->state = bit ? MII_HEADER : MII_IDLE;
        mii->bits = 0;
        mii->shift = 0;
        break;
    case MII_HEADER:
        mii->shift = mii->shift << 1 | bit;
        if (++mii->bits == MII_HEADER_BITS)
            header_complete(card);
        break;
    case MII_WRITE:
        mii->shift = mii->shift << 1 | bit;
        if (++mii->bits == MII_WRITE_BITS)
            write_complete(card);
        break;
    case MII_READ:
        mii->left--;
        mii->output = mii->answer >> mii->left & 1;
        /* The last bit stays until the next edge. */
        if (mii->left == 0)
            mii->state = MII_IDLE;
        break;
    }
}

void mii_pins(struct dp83820 *card, uint32_t mear)
{
    struct mii *mii = &card->state.mii;
    bool clock = mear & DP83820_MEAR_MDC, rises = clock && !mii->clock;

    mii->clock = clock;
    if (rises)
        rising_edge(card, !(mear & DP83820_MEAR_MDDIR) || mear & DP83820_MEAR_MDIO);
}
