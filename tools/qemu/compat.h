/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that differs between the QEMU versions that the devices compile for. 7.2 (Debian 12) is the
 * reference; 10.0 (Debian 13) differs in the names of headers and in how properties end.
 */
#ifndef TOOLS_QEMU_COMPAT_H
#define TOOLS_QEMU_COMPAT_H

#include "qemu/osdep.h"

#include "qemu/timer.h"

#if QEMU_VERSION_MAJOR == 7 && QEMU_VERSION_MINOR == 2

#include "hw/pci/pci.h"
#include "qapi/qapi-commands-control.h"
#include "sysemu/cpu-timers.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"

#define COMPAT_PROPERTY                                Property
#define COMPAT_PROPERTIES_END                          DEFINE_PROP_END_OF_LIST(),
#define compat_reset_set(device_class, reset_function) ((device_class)->reset = (reset_function))

#elif QEMU_VERSION_MAJOR == 10 && QEMU_VERSION_MINOR == 0

#include "hw/pci/pci_device.h"
#include "qapi/qapi-commands-control.h"
#include "system/cpu-timers.h"
#include "system/runstate.h"
#include "system/system.h"

#define COMPAT_PROPERTY const Property
#define COMPAT_PROPERTIES_END
#define compat_reset_set(device_class, reset_function)                                             \
    device_class_set_legacy_reset(device_class, reset_function)

#else
#error "The devices are written for QEMU 7.2 and 10.0; tools/qemu/compat.h says what differs."
#endif

/*
 * Holds the virtual clock while a timer's callback works. With `-icount sleep=off` and an idle
 * guest QEMU skips to the earliest deadline as soon as any timer is changed, also while a
 * callback is running that has not yet said what it waits for next: that deadline would be
 * missed. A timer of the callback's own that is due now prevents it; the callback sets or deletes
 * it before it returns.
 */
static inline void compat_clock_hold(QEMUTimer *timer)
{
    timer_mod_ns(timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
}

#endif
