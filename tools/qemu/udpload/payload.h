/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the generator's packets hold: a sequence number, a mark made from it and the seed, and a
 * stretch of a fixed pattern that the mark selects. So every byte of an echo can be judged, and an
 * echo is known as ours wherever it turns up.
 */
#ifndef TOOLS_QEMU_UDPLOAD_PAYLOAD_H
#define TOOLS_QEMU_UDPLOAD_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAYLOAD_MIN_BYTES = 8,
    PAYLOAD_MAX_BYTES = 9216,
};

/* The length is between the two above. */
void payload_make(uint8_t *payload, size_t length_bytes, uint64_t seed, uint32_t sequence);
/* Whether the bytes are the beginning of a payload that was made with this seed. */
bool payload_is_ours(const uint8_t *payload, size_t length_bytes, uint64_t seed);
/* Of a payload that has the smallest length. */
uint32_t payload_sequence(const uint8_t *payload);

#endif
