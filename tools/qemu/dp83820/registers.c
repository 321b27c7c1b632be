/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The register file: what is stored where, after masks and access kinds of the description, and
 * which writes and reads do more than that. Accesses narrower than a register see its bytes: a
 * narrow write keeps the bits beside it, as far as they are stored, and starts or clears nothing
 * there; a narrow read has the effects of a whole one.
 */
#include "card.h"

#include <string.h>

enum {
    SELF_TEST_NS = 2000,
    WORD_BYTES = sizeof(uint32_t),
};

#define PTSCR_STARTS                                                                               \
    (DP83820_PTSCR_EEBIST_EN | DP83820_PTSCR_EELOAD_EN | DP83820_PTSCR_RBIST_EN |                  \
     DP83820_PTSCR_RBIST_RST)

void registers_reset(struct dp83820 *card)
{
    const struct register_file *file = &dp83820_registers;

    for (size_t at = 0; at < file->register_count; at++) {
        const struct register_info *info = &file->registers[at];

        for (uint32_t element = 0; element < info->count; element++) {
            uint32_t offset = info->offset + element * info->stride;

            if (offset < REGISTERS * WORD_BYTES)
                *card_register(card, offset) = info->reset;
        }
    }
    *card_register(card, DP83820_CFG) |=
        phy_pins(card) | (card->config.bus64 ? DP83820_CFG_PCI64_DET : 0);
}

void registers_soft_reset(struct dp83820 *card)
{
    transmit_reset(card);
    receive_reset(card);
    interrupt_reset(card);
    pause_reset(card);
    event_cancel(card, EVENT_SELF_TEST);
    *card_register(card, DP83820_PTSCR) = DP83820_PTSCR_AT_RESET;
    if (card->config.reset_keeps_config)
        return;
    registers_reset(card);
    filter_reset(card);
    mib_reset(card);
    eeprom_reset(card);
    mii_reset(card);
    wake_update(card);
    phy_negotiate(card);
}

/* --- writes that do something */

static void command(struct dp83820 *card, uint32_t value)
{
    uint32_t *resetting = &card->state.resetting;
    uint32_t resets = value & (DP83820_CR_RST | DP83820_CR_TXR | DP83820_CR_RXR);

    if (*resetting & DP83820_CR_RST)
        return;
    if (value & DP83820_CR_RST) {
        registers_soft_reset(card);
        resets = DP83820_CR_RST;
        *resetting = 0;
    } else {
        if (value & DP83820_CR_TXR)
            transmit_reset(card);
        if (value & DP83820_CR_RXR)
            receive_reset(card);
    }
    *resetting |= resets;
    if (resets)
        event_set(card, EVENT_RESET, card_now_ns(card) + card->config.reset_ns);
    if (value & DP83820_CR_RST)
        return;
    if (value & DP83820_CR_SWI)
        interrupt_raise(card, DP83820_INTERRUPT_SWI);
    if (value & DP83820_CR_TXD)
        transmit_stop(card);
    else if (value & DP83820_CR_TXE && !(*resetting & DP83820_CR_TXR))
        transmit_kick(card);
    if (value & DP83820_CR_RXD)
        receive_stop(card);
    else if (value & DP83820_CR_RXE && !(*resetting & DP83820_CR_RXR))
        receive_start(card);
}

static void self_test(struct dp83820 *card)
{
    uint32_t *ptscr = card_register(card, DP83820_PTSCR);

    /* Results of earlier tests go with any write. */
    *ptscr &= PTSCR_STARTS | DP83820_PTSCR_DISCTEST;
    if (*ptscr & PTSCR_STARTS)
        event_set(card, EVENT_SELF_TEST, card_now_ns(card) + SELF_TEST_NS);
    else
        event_cancel(card, EVENT_SELF_TEST);
}

/* After the stored value of a register has changed from `old`. */
static void written(struct dp83820 *card, uint32_t offset, uint32_t old)
{
    uint32_t *stored = card_register(card, offset);

    switch (offset) {
    case DP83820_CFG:
        phy_config_changed(card, old);
        break;
    case DP83820_MEAR:
        eeprom_pins(card, *stored);
        mii_pins(card, *stored);
        break;
    case DP83820_PTSCR:
        self_test(card);
        break;
    case DP83820_IMR:
        wire_mask_changed(card);
        interrupt_changed(card);
        break;
    case DP83820_IER:
        interrupt_changed(card);
        break;
    case DP83820_IHR:
        interrupt_hold_off_written(card);
        break;
    case DP83820_TXDP:
        transmit_pointer_written(card);
        break;
    case DP83820_RXDP:
        receive_pointer_written(card);
        break;
    case DP83820_WCSR:
        wake_control_written(card);
        break;
    case DP83820_CCSR:
        wake_update(card);
        break;
    case DP83820_PCR:
        pause_control_written(card);
        break;
    case DP83820_MIBC:
        mib_control(card, *stored);
        break;
    case DP83820_TBICR:
        tbi_control_written(card, old);
        break;
    default:
        break;
    }
}

static void write_word(struct dp83820 *card, uint32_t offset, uint32_t value, uint32_t lanes)
{
    uint32_t element, old;
    const struct register_info *info =
        register_find(&dp83820_registers, offset, REGISTER_WRITE, &element);

    if (!info || offset >= REGISTERS * WORD_BYTES)
        return;
    value &= lanes;
    if (offset == DP83820_CR) {
        command(card, value);
        return;
    }
    if (offset == DP83820_RFDR) {
        filter_data_write(card, value);
        return;
    }
    old = card_value(card, offset);
    value |= old & info->writable & ~lanes;
    *card_register(card, offset) = register_after_write(info, old, value);
    written(card, offset, old);
}

/* --- reads that find out something */

static uint32_t command_read(const struct dp83820 *card)
{
    const struct transmitter *tx = &card->state.transmitter;
    uint32_t value = card->state.resetting;

    if (card->config.tx_enable_echo ? tx->enabled : tx->active)
        value |= DP83820_CR_TXE;
    if (card->state.receiver.enabled)
        value |= DP83820_CR_RXE;
    return value;
}

static uint32_t pins_read(const struct dp83820 *card)
{
    uint32_t value = card_value(card, DP83820_MEAR) & ~(uint32_t)DP83820_MEAR_EEDO;

    if (card->state.eeprom.output)
        value |= DP83820_MEAR_EEDO;
    if (value & DP83820_MEAR_MDDIR)
        return value;
    return card->state.mii.output ? value | DP83820_MEAR_MDIO
                                  : value & ~(uint32_t)DP83820_MEAR_MDIO;
}

/* Inputs show the outputs that are enabled; nothing else drives the pins. */
static uint32_t gpio_read(const struct dp83820 *card)
{
    uint32_t value = card_value(card, DP83820_GPIOR);

    return dp83820_gpior_with_in(value, dp83820_gpior_out(value) & dp83820_gpior_oe(value));
}

static uint32_t config_read(const struct dp83820 *card, uint32_t offset)
{
    uint32_t at = offset - DP83820_CONFIG;

    if (card->callbacks->pci_config_read)
        return card->callbacks->pci_config_read(card->host, at);
    return pci_header_read(card, at);
}

static uint32_t read_word(struct dp83820 *card, uint32_t offset)
{
    uint32_t element, value;
    const struct register_info *info;

    switch (offset) {
    case DP83820_CR:
        return command_read(card);
    case DP83820_MEAR:
        return pins_read(card);
    case DP83820_ISR:
        wire_early(card);
        return interrupt_read(card);
    case DP83820_GPIOR:
        return gpio_read(card);
    case DP83820_RFDR:
        return filter_data_read(card);
    case DP83820_SRR:
        return card->config.revision;
    case DP83820_MIBC:
        return card_value(card, offset) | (mib_warns(card) ? DP83820_MIBC_WRN : 0);
    case DP83820_TBISR:
        return tbi_status(card);
    case DP83820_TANLPAR:
        return tbi_partner(card);
    case DP83820_TANER:
        return tbi_partner(card) ? DP83820_TANER_PR : 0;
    default:
        break;
    }
    info = register_find(&dp83820_registers, offset, REGISTER_READ, &element);
    if (!info)
        return 0;
    if (offset >= DP83820_CONFIG)
        return config_read(card, offset);
    value = register_read_value(info, card_value(card, offset));
    *card_register(card, offset) = register_after_read(info, card_value(card, offset));
    if (offset == DP83820_PCR && pause_is_active(card))
        value |= DP83820_PCR_PS_ACT;
    return value;
}

/* --- accesses */

static uint32_t lane_mask(unsigned size_bytes)
{
    return size_bytes >= WORD_BYTES ? UINT32_MAX : (1u << 8 * size_bytes) - 1;
}

uint32_t dp83820_mmio_read(struct dp83820 *card, uint32_t offset, unsigned size_bytes)
{
    uint32_t value = 0;

    card->state.counters.mmio_reads++;
    if (fault_is_on(card, DP83820_FAULT_REMOVED))
        return lane_mask(size_bytes);
    if (offset < DP83820_SIZE_BYTES)
        value = read_word(card, offset - offset % WORD_BYTES);
    return value >> offset % WORD_BYTES * 8 & lane_mask(size_bytes);
}

void dp83820_mmio_write(struct dp83820 *card, uint32_t offset, uint32_t value, unsigned size_bytes)
{
    unsigned shift = offset % WORD_BYTES * 8;

    card->state.counters.mmio_writes++;
    if (offset < DP83820_SIZE_BYTES && !fault_is_on(card, DP83820_FAULT_REMOVED))
        write_word(card, offset - offset % WORD_BYTES, value << shift,
                   lane_mask(size_bytes) << shift);
}
