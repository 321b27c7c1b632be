// SPDX-License-Identifier: BSD-2-Clause
//
// ACPI root pointer → table list → interrupt controllers (MADT). Used at boot only, when the first
// 4 GiB are mapped one to one; what lies above is not looked at.
#include "boot.h"

#define BIOS_START      0xe0000ull
#define BIOS_END        0x100000ull
#define MAPPED_END      (4ull << 30)
#define IOAPIC_USUAL    0xfec00000ull
#define TABLE_BYTES_MAX 65536u
#define TABLES_MAX      128u

struct root_pointer {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t table_list;
} __attribute__((packed));

struct table {
    char signature[4];
    uint32_t bytes;
    uint8_t rest[28];
} __attribute__((packed));

struct madt_entry {
    uint8_t type;
    uint8_t bytes;
} __attribute__((packed));

struct madt_ioapic {
    struct madt_entry entry;
    uint8_t id, reserved;
    uint32_t address;
    uint32_t first_line;
} __attribute__((packed));

struct madt_override {
    struct madt_entry entry;
    uint8_t bus, source;
    uint32_t line;
    uint16_t flags; // of trigger and polarity, which IRQ_CREATE says
} __attribute__((packed));

#define MADT_IOAPIC       1
#define MADT_OVERRIDE     2
#define MADT_FIRST_OFFSET 44

static bool same(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

static bool sum_is_zero(const void *memory, size_t bytes)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < bytes; i++)
        sum = (uint8_t)(sum + ((const uint8_t *)memory)[i]);
    return sum == 0;
}

static const struct root_pointer *find_root(void)
{
    if (boot.map.rsdp && boot.map.rsdp_bytes >= sizeof(struct root_pointer))
        return boot.map.rsdp;
    for (uint64_t at = BIOS_START; at < BIOS_END; at += 16) {
        const struct root_pointer *root = (const struct root_pointer *)at;
        if (same(root->signature, "RSD PTR ", 8) && sum_is_zero(root, sizeof *root))
            return root;
    }
    return 0;
}

uint64_t acpi_root(void)
{
    return (uint64_t)find_root();
}

static const struct table *table_checked(uint64_t address)
{
    const struct table *table = (const struct table *)address;
    if (!address || address + sizeof *table > MAPPED_END)
        return 0;
    if (table->bytes < sizeof *table || table->bytes > TABLE_BYTES_MAX ||
        address + table->bytes > MAPPED_END)
        return 0;
    return table;
}

static const struct table *find_madt(void)
{
    const struct root_pointer *root = find_root();
    const struct table *list = root ? table_checked(root->table_list) : 0;
    if (!list)
        return 0;
    unsigned count = (list->bytes - sizeof *list) / 4;
    const uint32_t *addresses = (const uint32_t *)(list + 1);
    for (unsigned i = 0; i < count && i < TABLES_MAX; i++) {
        const struct table *table = table_checked(addresses[i]);
        if (table && same(table->signature, "APIC", 4))
            return table;
    }
    return 0;
}

void acpi_find_interrupts(struct acpi_interrupts *found)
{
    *found = (struct acpi_interrupts){.ioapic = IOAPIC_USUAL};
    for (unsigned line = 0; line < IRQ_LINES; line++)
        found->inputs[line] = (uint8_t)line;
    const struct table *madt = find_madt();
    if (!madt)
        return;
    const uint8_t *at = (const uint8_t *)madt + MADT_FIRST_OFFSET;
    const uint8_t *end = (const uint8_t *)madt + madt->bytes;
    while (at + sizeof(struct madt_entry) <= end) {
        const struct madt_entry *entry = (const struct madt_entry *)at;
        if (entry->bytes < sizeof *entry || at + entry->bytes > end)
            return;
        const struct madt_ioapic *ioapic = (const struct madt_ioapic *)at;
        const struct madt_override *override = (const struct madt_override *)at;
        if (entry->type == MADT_IOAPIC && entry->bytes >= sizeof *ioapic && !ioapic->first_line)
            found->ioapic = ioapic->address;
        if (entry->type == MADT_OVERRIDE && entry->bytes >= sizeof *override &&
            override->source < IRQ_LINES && override->line < IRQ_LINES)
            found->inputs[override->source] = (uint8_t) override->line;
        at += entry->bytes;
    }
}
