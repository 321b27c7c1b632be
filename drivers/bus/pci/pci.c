/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The PCI server: one session per driver, one card per session.
 *
 * Which card a driver may have is said by the image, and root is asked for it. A claimed card
 * answers at its windows and may interrupt; only the driver's own request lets it master the bus.
 * When the session ends, for whatever reason, mastering is switched off before anything else:
 * memory that the driver had must not be handed out while its card can still write there. Root
 * knows the same danger and keeps the memory of a dead driver until it is told that the card is
 * quiet.
 */
#include "cards.h"
#include <idl/dataspace_client.h>
#include <idl/pci_server.h>
#include <idl/root_client.h>
#include <l4/handle.h>
#include <l4/irq.h>
#include <rt/component.h>
#include <rt/log.h>
#include <rt/start.h>
#include <session/memory.h>
#include <string.h>

enum {
    SLOT_IRQS = 7,    /* authority over interrupt lines, from root */
    SLOT_LINES = 200, /* interrupt objects, by line */
    LINES = 48,
    LINKS_MAX = 32,
    NOBODY = -1,
    PAGE_BYTES = 4096,
};

extern const volatile struct start_table *start_table;

struct claim {
    int card; /* NOBODY: none */
    struct memory windows[CARD_BARS];
};

struct pci {
    struct instance *self;
    struct cards cards;
    struct claim claims[LINKS_MAX]; /* by number of the link */
    bool line_made[LINES];
};

static struct endpoint endpoint_of(uint32_t slot)
{
    return (struct endpoint){.handle = slot};
}

static bool start(struct instance *self)
{
    struct pci *pci = self->state;
    pci->self = self;
    for (unsigned i = 0; i < LINKS_MAX; i++)
        pci->claims[i].card = NOBODY;
    cards_find(&pci->cards);
    for (unsigned i = 0; i < pci->cards.count; i++) {
        const struct card *card = &pci->cards.list[i];
        log_line(self, "%02x:%02x.%u %04x:%04x irq %u", card->address >> 8, card->address >> 3 & 31,
                 card->address & 7, card->vendor, card->device, card->irq_line);
    }
    return true;
}

static bool card_taken(const struct pci *pci, int card)
{
    for (unsigned i = 0; i < LINKS_MAX; i++)
        if (pci->claims[i].card == card)
            return true;
    return false;
}

static bool allowed(const struct pci *pci, unsigned link, uint16_t vendor, uint16_t device,
                    uint32_t instance)
{
    bool local = pci->self->links[link].local_peer != NULL;
    const struct endpoint root = endpoint_of(start_table->root_slot);
    bool yes = false;
    int status = root_card_allowed(&root, local ? ROOT_OWN : pci->self->first_event + link, vendor,
                                   device, instance, &yes);
    return status == 0 && yes;
}

/* Makes a window a dataspace of the session. One that does not fill whole pages could show other
 * cards' registers. */
static bool window_share(struct pci *pci, unsigned link, unsigned bar,
                         const struct card_window *window)
{
    struct memory *memory = &pci->claims[link].windows[bar];
    const struct endpoint vm = endpoint_of(start_table->vm_slot);
    uint64_t dataspace = 0, physical = 0, where = 0;
    uint64_t length = (window->length_bytes + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
    if (window->address % PAGE_BYTES != 0 ||
        dataspace_create(&vm, DATASPACE_MEMORY_KIND_DEVICE, length, window->address, &dataspace,
                         &physical) != 0)
        return false;
    *memory = (struct memory){NULL, length, dataspace};
    if (pci->self->links[link].local_peer) {
        if (dataspace_attach(&vm, dataspace, 0, length, 0, DATASPACE_READ | DATASPACE_WRITE,
                             &where) != 0)
            return false;
        memory->base = (void *)where;
    }
    return link_memory_share(pci->self, link, bar, memory, LINK_ACCESS_WRITE, false);
}

static bool line_make(struct pci *pci, uint8_t line)
{
    if (line >= LINES)
        return false;
    if (!pci->line_made[line])
        /* Section 2.2.6: interrupt pins are level sensitive and asserted low. */
        pci->line_made[line] = l4_irq_create(SLOT_IRQS, SLOT_LINES + line, line,
                                             L4_IRQ_LEVEL | L4_IRQ_LOW, line) == L4_STATUS_OK;
    return pci->line_made[line];
}

/* Takes everything back. Mastering first. `open`: the session still is. */
static void give_back(struct pci *pci, unsigned link, bool open)
{
    struct claim *claim = &pci->claims[link];
    const struct endpoint vm = endpoint_of(start_table->vm_slot);
    if (claim->card == NOBODY)
        return;
    const struct card *card = &pci->cards.list[claim->card];
    if (!card_bus_master(card, false))
        log_line(pci->self, "card %04x:%04x does not let go of the bus", card->vendor,
                 card->device);
    card_enable(card, false);
    for (unsigned bar = 0; bar < CARD_BARS; bar++) {
        if (claim->windows[bar].length_bytes == 0)
            continue;
        if (open)
            link_memory_remove(pci->self, link, bar);
        dataspace_delete(&vm, claim->windows[bar].dataspace);
    }
    if (card->irq_line < LINES && pci->line_made[card->irq_line])
        log_line(pci->self, "card %04x:%04x is free again", card->vendor, card->device);
    *claim = (struct claim){.card = NOBODY};
}

static int claim(void *context, uint64_t sender, uint16_t vendor, uint16_t device,
                 uint32_t instance, struct pci_card *found, l4_handle_t *irq)
{
    struct pci *pci = context;
    unsigned link = (unsigned)sender;
    if (sender >= LINKS_MAX || !allowed(pci, link, vendor, device, instance))
        return PCI_ERROR_NO_SUCH_CARD;
    int number = card_of_kind(&pci->cards, vendor, device, instance);
    if (number == NOBODY)
        return PCI_ERROR_NO_SUCH_CARD;
    if (card_taken(pci, number) || pci->claims[link].card != NOBODY)
        return PCI_ERROR_BUSY;
    const struct card *card = &pci->cards.list[number];
    pci->claims[link].card = number;
    uint8_t bar_mask = 0;
    for (unsigned bar = 0; bar < CARD_BARS; bar++)
        if (card->windows[bar].length_bytes && window_share(pci, link, bar, &card->windows[bar]))
            bar_mask |= (uint8_t)(1u << bar);
    if (bar_mask == 0 || !line_make(pci, card->irq_line)) {
        give_back(pci, link, true);
        return PCI_ERROR_NO_RESOURCES;
    }
    card_enable(card, true);
    *found = (struct pci_card){
        .vendor = card->vendor,
        .device = card->device,
        .address = card->address,
        .revision = card->revision,
        .bar_mask = bar_mask,
        .subsystem_vendor = card->subsystem_vendor,
        .subsystem_device = card->subsystem_device,
        .irq_line = card->irq_line,
    };
    *irq = SLOT_LINES + card->irq_line;
    return 0;
}

static int bus_master_set(void *context, uint64_t sender, bool on)
{
    struct pci *pci = context;
    if (sender >= LINKS_MAX || pci->claims[sender].card == NOBODY)
        return PCI_ERROR_NOT_CLAIMED;
    bool obeyed = card_bus_master(&pci->cards.list[pci->claims[sender].card], on);
    return obeyed ? 0 : PCI_ERROR_NO_SUCH_CARD;
}

static int release(void *context, uint64_t sender)
{
    struct pci *pci = context;
    if (sender >= LINKS_MAX || pci->claims[sender].card == NOBODY)
        return PCI_ERROR_NOT_CLAIMED;
    give_back(pci, (unsigned)sender, true);
    return 0;
}

static const struct pci_handlers handlers = {
    .claim = claim,
    .bus_master_set = bus_master_set,
    .release = release,
};

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    struct l4_message message = {.label = link, .tag = tag};
    memcpy(message.w, words, sizeof message.w);
    pci_dispatch(&handlers, self->state, &message);
    memcpy(words, message.w, sizeof message.w);
    return message.tag;
}

static void closed(struct instance *self, unsigned link)
{
    const struct endpoint root = endpoint_of(start_table->root_slot);
    if (link >= LINKS_MAX)
        return;
    give_back(self->state, link, false);
    root_quiet(&root, self->first_event + link);
}

const struct component pci_component = {
    .name = "pci",
    .state_bytes = sizeof(struct pci),
    .start = start,
    .call = call,
    .closed = closed,
};
