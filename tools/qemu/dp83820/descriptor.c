/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors in main memory, in both layouts (CFG.M64ADDR), with or without extended status
 * (CFG.EXTSTS_EN). */
#include "card.h"

#include <string.h>

/* Receive and transmit descriptors differ in names of bits only. */
_Static_assert(offsetof(struct dp83820_tx32, extsts) == offsetof(struct dp83820_rx32, extsts),
               "one layout for both directions");
_Static_assert(offsetof(struct dp83820_tx64, extsts) == offsetof(struct dp83820_rx64, extsts),
               "one layout for both directions");

static bool extended(const struct dp83820 *card)
{
    return card_value(card, DP83820_CFG) & DP83820_CFG_EXTSTS_EN;
}

static uint64_t aligned(uint64_t address)
{
    return address & ~(uint64_t)(DP83820_DESCRIPTOR_ALIGN_BYTES - 1);
}

/* A link that is not there stays so: the fault makes wrong links, not new ends. */
static uint64_t link_of(struct dp83820 *card, uint64_t link, bool wide)
{
    if (link != 0 && fault_strikes(card, DP83820_FAULT_BOGUS_LINK)) {
        link = aligned(fault_random(card));
        if (!wide)
            link &= UINT32_MAX;
    }
    return link;
}

bool descriptor_read(struct dp83820 *card, uint64_t address, struct descriptor *descriptor)
{
    union {
        struct dp83820_tx32 narrow;
        struct dp83820_tx64 wide;
    } memory;
    size_t unread = extended(card) ? 0 : sizeof memory.narrow.extsts;
    bool wide = card_value(card, DP83820_CFG) & DP83820_CFG_M64ADDR;

    memset(&memory, 0, sizeof memory);
    if (!bus_read(card, address, &memory,
                  (wide ? sizeof memory.wide : sizeof memory.narrow) - unread))
        return false;
    *descriptor = (struct descriptor){.address = address, .wide = wide};
    if (wide) {
        descriptor->link = dp83820_tx64_link(&memory.wide);
        descriptor->buffer = dp83820_tx64_bufptr(&memory.wide);
        descriptor->cmdsts = dp83820_tx64_cmdsts(&memory.wide);
        descriptor->extsts = dp83820_tx64_extsts(&memory.wide);
    } else {
        descriptor->link = dp83820_tx32_link(&memory.narrow);
        descriptor->buffer = dp83820_tx32_bufptr(&memory.narrow);
        descriptor->cmdsts = dp83820_tx32_cmdsts(&memory.narrow);
        descriptor->extsts = dp83820_tx32_extsts(&memory.narrow);
    }
    descriptor->link = link_of(card, descriptor->link, wide);
    return true;
}

bool descriptor_refresh(struct dp83820 *card, struct descriptor *descriptor)
{
    union {
        struct dp83820_tx32 narrow;
        struct dp83820_tx64 wide;
    } memory;
    bool wide = card_value(card, DP83820_CFG) & DP83820_CFG_M64ADDR;

    memset(&memory, 0, sizeof memory);
    if (!bus_read(card, descriptor->address, &memory,
                  wide ? sizeof memory.wide.link : sizeof memory.narrow.link))
        return false;
    descriptor->link = link_of(
        card, wide ? dp83820_tx64_link(&memory.wide) : dp83820_tx32_link(&memory.narrow), wide);
    return true;
}

bool descriptor_write(struct dp83820 *card, const struct descriptor *descriptor, uint32_t cmdsts,
                      const uint32_t *extsts)
{
    union {
        struct dp83820_tx32 narrow;
        struct dp83820_tx64 wide;
    } memory;
    uint64_t status_at = descriptor->address, extended_at = descriptor->address;

    if (descriptor->wide) {
        status_at += offsetof(struct dp83820_tx64, cmdsts);
        extended_at += offsetof(struct dp83820_tx64, extsts);
    } else {
        status_at += offsetof(struct dp83820_tx32, cmdsts);
        extended_at += offsetof(struct dp83820_tx32, extsts);
    }
    /* The word with the owner bit comes last: whoever sees it sees the rest. */
    if (extsts && extended(card)) {
        dp83820_tx32_set_extsts(&memory.narrow, *extsts);
        if (!bus_write(card, extended_at, &memory.narrow.extsts, sizeof memory.narrow.extsts))
            return false;
    }
    dp83820_tx32_set_cmdsts(&memory.narrow, cmdsts);
    return bus_write(card, status_at, &memory.narrow.cmdsts, sizeof memory.narrow.cmdsts);
}
