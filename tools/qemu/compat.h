/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that differs between the QEMU versions that the devices compile for. 7.2 (Debian 12) is the
 * reference; 10.0 (Debian 13) differs in the names of headers, in how properties end and in how
 * saving is refused.
 */
#ifndef TOOLS_QEMU_COMPAT_H
#define TOOLS_QEMU_COMPAT_H

#include "qemu/osdep.h"

#include "qemu/timer.h"

#if QEMU_VERSION_MAJOR == 7 && QEMU_VERSION_MINOR == 2

#include "hw/pci/pci.h"
#include "qapi/qapi-commands-control.h"
#include "sysemu/cpu-timers.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"

#define COMPAT_PROPERTY                                Property
#define COMPAT_PROPERTIES_END                          DEFINE_PROP_END_OF_LIST(),
#define compat_reset_set(device_class, reset_function) ((device_class)->reset = (reset_function))
#define compat_saving_refuse(reason, errp)             migrate_add_blocker(*(reason), errp)

#elif QEMU_VERSION_MAJOR == 10 && QEMU_VERSION_MINOR == 0

#include "hw/pci/pci_device.h"
#include "qapi/qapi-commands-control.h"
#include "system/cpu-timers.h"
#include "system/cpus.h"
#include "system/runstate.h"
#include "system/system.h"

#define COMPAT_PROPERTY const Property
#define COMPAT_PROPERTIES_END
#define compat_reset_set(device_class, reset_function)                                             \
    device_class_set_legacy_reset(device_class, reset_function)
#define compat_saving_refuse(reason, errp) migrate_add_blocker(reason, errp)

#else
#error "The devices are written for QEMU 7.2 and 10.0; tools/qemu/compat.h says what differs."
#endif

#endif
