/* SPDX-License-Identifier: BSD-2-Clause */
#include <idl/pci_client.h>
#include <idl/root.h>
#include <idl/root_client.h>
#include <l4/ipc.h>
#include <rt/component.h>
#include <rt/endpoint.h>
#include <rt/log.h>
#include <session/session.h>
#include <stdlib.h>

enum { VENDOR = 0x100b, DEVICE = 0x0022, MEMORY_BAR = 1, MEMORY_BYTES = 4096 };

static void say(bool good, const char *text)
{
    log_line(NULL, "%s - %s", good ? "ok" : "not ok", text);
}

static int claim(struct instance *self, unsigned link, struct pci_card *card)
{
    static l4_handle_t slot = ROOT_SLOT_FREE;
    struct endpoint pci = link_endpoint(&self->links[link]);
    l4_handle_t irq;
    l4_receive_handles(++slot, 1);
    return pci_claim(&pci, VENDOR, DEVICE, 0, card, &irq);
}

static bool windows_are_there(struct instance *self, unsigned link, const struct pci_card *card)
{
    session_refresh(self, link);
    const struct link_dataspace *memory = &self->links[link].dataspaces[MEMORY_BAR];
    return card->vendor == VENDOR && card->device == DEVICE && card->bar_mask == 1u << MEMORY_BAR &&
           memory->base && memory->length_bytes == MEMORY_BYTES;
}

static void first_life(struct instance *self, unsigned first, unsigned second)
{
    struct endpoint pci = link_endpoint(&self->links[first]);
    struct endpoint other = link_endpoint(&self->links[second]);
    struct pci_card card;
    say(pci_bus_master_set(&pci, true) == PCI_ERROR_NOT_CLAIMED &&
            pci_release(&pci) == PCI_ERROR_NOT_CLAIMED,
        "a card has to be claimed before anything else");
    say(claim(self, first, &card) == 0, "a card that the image gives to a program is given to it");
    say(windows_are_there(self, first, &card), "it comes with its memory window, of its size");
    say(claim(self, second, &card) == PCI_ERROR_BUSY, "a card that somebody has is busy");
    say(claim(self, first, &card) == PCI_ERROR_BUSY, "for its owner, too");
    say(pci_bus_master_set(&other, true) == PCI_ERROR_NOT_CLAIMED &&
            pci_release(&other) == PCI_ERROR_NOT_CLAIMED,
        "who has not claimed it can neither use nor release it");
    say(pci_bus_master_set(&pci, true) == 0, "its owner lets it use the bus");
    say(pci_release(&pci) == 0 && claim(self, second, &card) == 0,
        "who gives it back leaves it to others");
    say(pci_bus_master_set(&other, true) == 0, "its new owner lets it use the bus");
    log_line(self, "ends with the card");
    exit(0);
}

static bool start(struct instance *self)
{
    int first = instance_link(self, "first", -1), second = instance_link(self, "second", -1);
    const struct endpoint root = {.handle = ROOT_SLOT_ROOT};
    struct pci_card card;
    uint32_t lives = 0;
    if (first < 0 || second < 0)
        return false;
    root_restarts(&root, &lives);
    if (lives == 0)
        first_life(self, (unsigned)first, (unsigned)second);
    say(claim(self, (unsigned)first, &card) == 0 && windows_are_there(self, (unsigned)first, &card),
        "a card whose owner has ended is free again");
    log_line(self, "done");
    return true;
}

const struct component card_owner_component = {.name = "card_owner", .start = start};
