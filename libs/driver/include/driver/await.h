/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for a device that may never answer. */
#ifndef DRIVER_AWAIT_H
#define DRIVER_AWAIT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads a register until all bits of `mask` are 0. False if that takes longer than 20 ms, which is
 * a hundred times what resets take, or very many reads. All ones, a device that is gone, is no
 * zero.
 */
bool device_await_zero(uint32_t (*read)(const volatile void *), volatile void *registers,
                       uint32_t mask);

#endif
