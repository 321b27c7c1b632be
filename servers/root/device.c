// SPDX-License-Identifier: BSD-2-Clause
//
// An interrupt line has one kernel object, which root makes at first use and keeps; every program
// that the image gives the line gets a handle to it. Ports and device memory go by mapping.
#include "device.h"

#include <l4/l4.h>
#include <rt/log.h>
#include <stddef.h>

#include "program.h"
#include "slots.h"
#include "vm_client.h"

enum { PCI_PORT_FIRST = 0xcf8, PCI_PORT_COUNT = 8 };

static bool irq_made[SLOT_IRQ_COUNT];

static enum l4_status irq_give(unsigned number, const struct image_device *device, unsigned place)
{
    uint64_t line = device->base;
    if (line >= SLOT_IRQ_COUNT || place >= CHILD_IRQ_COUNT)
        return L4_STATUS_ARGUMENT;
    uint32_t slot = SLOT_IRQ_FIRST + (uint32_t)line;
    if (!irq_made[line]) {
        enum l4_status status =
            l4_irq_create(L4_SLOT_IRQS, slot, (unsigned)line, (unsigned)device->count, line);
        if (status != L4_STATUS_OK)
            return status;
        irq_made[line] = true;
    }
    return l4_handle_copy(program_space_slot(number), slot, CHILD_IRQ + place, L4_RIGHT_CONTROL);
}

static enum l4_status ports_give(unsigned number, const struct image_device *device)
{
    uint32_t space = program_space_slot(number);
    uint16_t first = (uint16_t)device->base;
    enum l4_status status = l4_ports_give(space, first, (uint32_t)device->count);
    if (status != L4_STATUS_ADDRESS)
        return status;
    // Root does not have them yet.
    status = l4_ports_map(L4_SLOT_PORTS, first, (uint32_t)device->count);
    if (status != L4_STATUS_OK)
        return status;
    return l4_ports_give(space, first, (uint32_t)device->count);
}

// Authority over interrupt lines and the ports of configuration space.
static enum l4_status pci_bus_give(unsigned number, const struct image_device *device)
{
    const struct image_device ports = {IMAGE_DEVICE_PORTS, PCI_PORT_FIRST, PCI_PORT_COUNT,
                                       device->name};
    enum l4_status status =
        l4_handle_copy(program_space_slot(number), L4_SLOT_IRQS, CHILD_IRQS, L4_RIGHT_CONTROL);
    return status == L4_STATUS_OK ? ports_give(number, &ports) : status;
}

bool device_give_all(unsigned number)
{
    const struct image_program *image = programs[number].image;
    unsigned irqs = 0;
    for (uint32_t i = 0; i < image->device_count; i++) {
        const struct image_device *device = &image->devices[i];
        enum l4_status status = L4_STATUS_OK;
        if (device->kind == IMAGE_DEVICE_IRQ)
            status = irq_give(number, device, irqs++);
        else if (device->kind == IMAGE_DEVICE_PORTS)
            status = ports_give(number, device);
        else if (device->kind == IMAGE_DEVICE_PCI_BUS)
            status = pci_bus_give(number, device);
        if (status == L4_STATUS_OK)
            continue;
        log_line(NULL, "root: %s: device %s: %s", image->name, device->name,
                 l4_status_text(status));
        return false;
    }
    return true;
}

void device_take_all(unsigned number)
{
    // Handles and ports end with the space that has them, device memory with the task.
    for (unsigned i = 0; i < sizeof programs[number].device_addresses / sizeof(uint64_t); i++)
        programs[number].device_addresses[i] = 0;
}

uint64_t device_memory(unsigned number, unsigned index)
{
    struct program_record *program = &programs[number];
    if (index >= program->image->device_count ||
        index >= sizeof program->device_addresses / sizeof program->device_addresses[0] ||
        program->image->devices[index].kind != IMAGE_DEVICE_MEMORY)
        return 0;
    uint64_t *address = &program->device_addresses[index];
    const struct image_device *device = &program->image->devices[index];
    uint64_t dataspace, where = 0;
    if (*address == 0 &&
        vm_create_for(program_task(number), DATASPACE_MEMORY_KIND_DEVICE, device->count,
                      device->base, &dataspace) == 0 &&
        vm_attach_for(program_task(number), dataspace, 0, device->count, &where,
                      L4_READ | L4_WRITE) == 0)
        *address = where;
    return *address;
}
