/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices: in range, and given to one component only. Interrupt lines can be shared, everything
   else cannot. */
#include "check.h"

#include <inttypes.h>

enum { PORT_LAST = 0xffff, IRQ_LAST = 255, DEVICES_MAX = 256, PAGE_BYTES = 4096 };

static void check_range(struct checker *checker, const struct device *device)
{
    if (device->kind == DEVICE_PORTS && (device->last < device->first || device->last > PORT_LAST))
        IMAGE_ERROR(checker, device->place, "ports run backwards or beyond 0x%x; correct the range",
                    PORT_LAST);
    if (device->kind == DEVICE_IRQ && device->first > IRQ_LAST)
        IMAGE_ERROR(checker, device->place, "there is no interrupt line above %d; correct it",
                    IRQ_LAST);
    if (device->kind == DEVICE_MEMORY &&
        (device->last < device->first || device->first % PAGE_BYTES != 0 ||
         device->last % PAGE_BYTES != PAGE_BYTES - 1))
        IMAGE_ERROR(checker, device->place,
                    "device memory is no range of whole pages; start it at 0x...000 and end it at "
                    "0x...fff");
}

static bool clash(const struct device *a, const struct device *b)
{
    if (a->kind != b->kind || a->kind == DEVICE_IRQ)
        return false;
    if (a->kind == DEVICE_PCI)
        return a->first == b->first && a->last == b->last;
    return a->first <= b->last && b->first <= a->last;
}

void model_check_devices(struct checker *checker, const struct image *image)
{
    const struct device *all[DEVICES_MAX];
    size_t count = 0;
    for (const struct program *program = image->programs; program; program = program->next) {
        for (const struct instance *i = program->instances; i; i = i->next) {
            for (const struct device *device = i->devices; device; device = device->next) {
                check_range(checker, device);
                for (size_t n = 0; n < count; n++) {
                    if (clash(all[n], device))
                        IMAGE_ERROR(
                            checker, device->place,
                            "this device is given away in line %d already; a device has one "
                            "owner",
                            all[n]->place.line);
                }
                if (count == DEVICES_MAX) {
                    IMAGE_ERROR(checker, device->place,
                                "image has more than %d devices; give fewer", DEVICES_MAX);
                    return;
                }
                all[count++] = device;
            }
        }
    }
}
