/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration header as it is after power-on: for hosts without a PCI bus of their own. */
#include "card.h"

#define POWER_MANAGEMENT                                                                           \
    (DP83820_PCICFG_PMC_ID(DP83820_PCICFG_PMC_ID_POWER) |                                          \
     DP83820_PCICFG_PMC_VERSION(DP83820_PM_VERSION) | DP83820_PCICFG_PMC_D1 |                      \
     DP83820_PCICFG_PMC_D2 | DP83820_PCICFG_PMC_PME_FROM_MASK)

void dp83820_pci_identity(const struct dp83820 *card, struct dp83820_pci_identity *identity)
{
    const uint16_t *word = card->state.eeprom.word;
    uint16_t timing = word[DP83820_EEPROM_GRANT_LATENCY];

    *identity = (struct dp83820_pci_identity){
        .vendor = DP83820_PCI_VENDOR,
        .device = DP83820_PCI_DEVICE,
        .subsystem_vendor = word[DP83820_EEPROM_SUBSYSTEM_VENDOR],
        .subsystem = word[DP83820_EEPROM_SUBSYSTEM],
        .class_code = DP83820_PCI_CLASS,
        .revision = DP83820_PCICFG_REVISION_AT_RESET,
        .interrupt_pin = DP83820_PCICFG_INTERRUPT_PIN_AT_RESET,
        .min_grant = dp83820_eeprom_grant_latency_min_gnt(timing),
        .max_latency = dp83820_eeprom_grant_latency_max_lat(timing),
        .io_bytes = DP83820_IO_SIZE_BYTES,
        .memory_bytes = DP83820_SIZE_BYTES,
        .status = DP83820_PCICFG_STATUS_AT_RESET,
    };
    if (card->config.power_management) {
        identity->status |= DP83820_PCICFG_STATUS_CAPABILITIES;
        identity->capabilities = DP83820_PCICFG_PMC;
        identity->power_management = POWER_MANAGEMENT;
    }
}

static uint64_t header_value(const struct dp83820_pci_identity *identity,
                             const struct register_info *info)
{
    switch (info->offset) {
    case DP83820_PCICFG_VENDOR:
        return identity->vendor;
    case DP83820_PCICFG_DEVICE:
        return identity->device;
    case DP83820_PCICFG_SUBSYSTEM_VENDOR:
        return identity->subsystem_vendor;
    case DP83820_PCICFG_SUBSYSTEM:
        return identity->subsystem;
    case DP83820_PCICFG_MIN_GNT:
        return identity->min_grant;
    case DP83820_PCICFG_MAX_LAT:
        return identity->max_latency;
    case DP83820_PCICFG_STATUS:
        return identity->status;
    case DP83820_PCICFG_CAPABILITIES:
        return identity->capabilities;
    case DP83820_PCICFG_PMC:
        return identity->power_management;
    default:
        return info->reset;
    }
}

uint32_t pci_header_read(const struct dp83820 *card, uint32_t offset)
{
    const struct register_file *file = &dp83820_pcicfg_registers;
    struct dp83820_pci_identity identity;
    uint32_t value = 0;

    dp83820_pci_identity(card, &identity);
    for (size_t at = 0; at < file->register_count; at++) {
        const struct register_info *info = &file->registers[at];

        if (info->offset / 4 == offset / 4)
            value |= header_value(&identity, info) << info->offset % 4 * 8;
    }
    return value;
}
