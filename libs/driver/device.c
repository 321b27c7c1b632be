/* SPDX-License-Identifier: BSD-2-Clause */
/* The device of a driver on the kernel: the PCI server's card, the VM server's memory. */
#include <driver/device.h>

#include <idl/dataspace_client.h>
#include <idl/pci_client.h>
#include <idl/root.h>
#include <idl/root_client.h>
#include <l4/ipc.h>
#include <rt/endpoint.h>
#include <rt/interrupt.h>
#include <rt/log.h>
#include <session/session.h>

enum {
    DEVICES_MAX = 32,
    DEVICE_IS_PCI = 3, /* kinds of root.idl's `device` */
    IRQ_SLOTS = 8, /* in which interrupts of the program's cards arrive, behind the first free one:
                      rt has that */
};

static const struct endpoint root = {.handle = ROOT_SLOT_ROOT};
static const struct endpoint vm = {.handle = ROOT_SLOT_VM};
static unsigned cards_opened; /* in this program */

/* Which of several equal cards the image gives this program in its `skip`-th line for such a card;
 * -1: there is none. */
static int card_of_image(uint16_t vendor, uint16_t device, unsigned skip)
{
    uint64_t kind = 0, base = 0, count = 0, address = 0;

    for (uint32_t i = 0; i < DEVICES_MAX; i++) {
        if (root_device(&root, i, &kind, &base, &count, &address) != 0)
            break;
        if (kind == DEVICE_IS_PCI && base == ((uint64_t)vendor << 16 | device) && skip-- == 0)
            return (int)count;
    }
    return -1;
}

static const char *reason_of(int status)
{
    switch (status) {
    case PCI_ERROR_NO_SUCH_CARD:
        return "there is no such card";
    case PCI_ERROR_BUSY:
        return "another driver has the card";
    case PCI_ERROR_NO_RESOURCES:
        return "its memory or interrupt could not be handed over";
    default:
        return "the PCI server does not answer";
    }
}

/* Claims the first card of that kind that the image gives this program and no other instance of it
 * has. */
static int claim(struct instance *self, const struct endpoint *pci, uint16_t vendor,
                 uint16_t device, struct pci_card *card, l4_handle_t *irq)
{
    int status = PCI_ERROR_NO_SUCH_CARD;
    int number;

    l4_receive_handles(ROOT_SLOT_FREE + 1 + cards_opened, 1);
    for (unsigned skip = 0; (number = card_of_image(vendor, device, skip)) >= 0; skip++) {
        status = pci_claim(pci, vendor, device, (uint32_t)number, card, irq);
        if (status != PCI_ERROR_BUSY)
            break;
    }
    if (status != 0)
        log_line(self, "card %04x:%04x: %s", vendor, device, reason_of(status));
    return status;
}

bool driver_device_open(struct instance *self, uint16_t vendor, uint16_t device, unsigned bar,
                        struct driver_device *opened)
{
    int link = instance_link(self, "pci", -1);
    struct pci_card card = {0};
    struct endpoint pci;
    l4_handle_t irq = 0;

    if (link < 0 || cards_opened == IRQ_SLOTS) {
        log_line(self, "the image links this driver to no PCI server");
        return false;
    }
    pci = link_endpoint(&self->links[link]);
    if (claim(self, &pci, vendor, device, &card, &irq) != 0)
        return false;
    session_refresh(self, (unsigned)link);
    opened->registers = self->links[link].dataspaces[bar].base;
    opened->register_bytes = self->links[link].dataspaces[bar].length_bytes;
    if (!opened->registers || !instance_interrupt_attach(self, irq, 0) ||
        pci_bus_master_set(&pci, true) != 0) {
        log_line(self, "card %04x:%04x: its memory or interrupt did not arrive", vendor, device);
        pci_release(&pci);
        return false;
    }
    cards_opened++;
    log_line(self, "card %04x:%04x at %02x:%02x.%u, interrupt %u", vendor, device,
             (unsigned)card.address >> 8, card.address >> 3 & 31u, card.address & 7u,
             (unsigned)card.irq_line);
    return true;
}

bool driver_device_isolate(struct instance *self)
{
    int link = instance_link(self, "pci", -1);
    struct endpoint pci;

    if (link < 0)
        return false;
    pci = link_endpoint(&self->links[link]);
    return pci_bus_master_set(&pci, false) == 0;
}

bool driver_memory_allocate(struct instance *self, size_t length_bytes, uint64_t below,
                            struct driver_memory *memory)
{
    uint64_t dataspace = 0, where = 0;
    int status;

    length_bytes = (length_bytes + TRANSLATION_PAGE_BYTES - 1) & ~(TRANSLATION_PAGE_BYTES - 1);
    status = dataspace_create(&vm, DATASPACE_MEMORY_KIND_CONTIGUOUS, length_bytes, below,
                              &dataspace, &memory->physical);
    if (status == 0)
        status = dataspace_attach(&vm, dataspace, 0, length_bytes, 0,
                                  DATASPACE_READ | DATASPACE_WRITE, &where);
    if (status != 0) {
        log_line(self, "no %zu bytes of memory in one piece (%d)", length_bytes, status);
        return false;
    }
    memory->base = (void *)where;
    memory->length_bytes = length_bytes;
    return true;
}

void driver_translation_miss(struct instance *self, struct link *link, unsigned dataspace,
                             uint64_t offset, uint64_t length_bytes)
{
    (void)dataspace;
    (void)offset;
    (void)length_bytes;
    session_refresh(self, (unsigned)(link - self->links));
}
