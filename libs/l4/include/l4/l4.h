// SPDX-License-Identifier: BSD-2-Clause
//
// Everything of this library.
#ifndef L4_L4_H
#define L4_L4_H

#include <l4/handle.h>
#include <l4/ipc.h>
#include <l4/irq.h>
#include <l4/memory.h>
#include <l4/ports.h>
#include <l4/preempt.h>
#include <l4/space.h>
#include <l4/system.h>
#include <l4/thread.h>

#endif
