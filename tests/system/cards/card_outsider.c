/* SPDX-License-Identifier: BSD-2-Clause */
#include <idl/pci_client.h>
#include <idl/root.h>
#include <l4/ipc.h>
#include <rt/component.h>
#include <rt/endpoint.h>
#include <rt/log.h>

enum { VENDOR = 0x100b, DEVICE = 0x0022, CONFIGURATION_ADDRESS = 0xcf8 };

static bool start(struct instance *self)
{
    int link = instance_link(self, "pci", -1);
    if (link < 0)
        return false;
    struct endpoint pci = link_endpoint(&self->links[link]);
    struct pci_card card;
    l4_handle_t irq;
    l4_receive_handles(ROOT_SLOT_FREE + 1, 1);
    int status = pci_claim(&pci, VENDOR, DEVICE, 0, &card, &irq);
    log_line(NULL, "%s - a program that the image does not give a card gets none",
             status == PCI_ERROR_NO_SUCH_CARD ? "ok" : "not ok");
    uint32_t value;
    log_line(self, "reaches for configuration space");
    __asm__ volatile("inl %1, %0" : "=a"(value) : "d"((uint16_t)CONFIGURATION_ADDRESS));
    log_line(NULL, "not ok - configuration space is out of reach: it says %x", value);
    return true;
}

const struct component card_outsider_component = {.name = "card_outsider", .start = start};
