/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hostile frames and a faulty card against driver, network server and echo server at once. The
 * sanitizers watch all of them; after each input the card is sound again, and a datagram has to
 * come back, with another driver if this one has given its card up.
 *
 * Faults with which the card writes to other addresses than it was given are left out: without an
 * IOMMU nobody survives them.
 */
#include <stdlib.h>
#include <string.h>

#include "path.h"
#include "tests/unit/net/frames.h"
#include "tests/unit/net/wire.h"

struct input {
    const uint8_t *bytes;
    size_t left;
};

static uint32_t lie_offset, lie_value, lie_left;

static uint32_t take(struct input *input, unsigned count)
{
    uint32_t value = 0;

    for (; count > 0 && input->left > 0; count--, input->left--)
        value = value << 8 | *input->bytes++;
    return value;
}

static uint32_t lie(uint32_t offset, uint32_t value)
{
    if (lie_left == 0 || offset != lie_offset)
        return value;
    lie_left--;
    return lie_value;
}

/* A frame that makes sense, with some bytes of the input in it. */
static void spoiled_frame_in(struct input *input)
{
    static uint8_t frame[HOST_BUS_FRAME_BYTES], payload[1472];
    uint16_t length = (uint16_t)(take(input, 2) % sizeof(payload));

    switch (take(input, 1) % 4) {
    case 0:
        length = frame_arp_request(frame);
        break;
    case 1:
        length = frame_ping(frame, (uint16_t)take(input, 1), length % 1400);
        break;
    case 2:
        length = frame_fragment(frame, (uint16_t)take(input, 1), (uint16_t)(take(input, 1) * 8),
                                take(input, 1) & 1, payload, length);
        break;
    default:
        length = frame_udp(frame, 4000, PATH_PORT, payload, length);
    }
    for (unsigned i = take(input, 1) % 4; i > 0; i--)
        frame[take(input, 1) % length] = (uint8_t)take(input, 1);
    path_wire_in(frame, length);
}

static void any_frame_in(struct input *input)
{
    uint8_t frame[14 + 255] = {0};
    size_t length = 14 + take(input, 1);

    memcpy(frame, wire_mac, sizeof(wire_mac));
    for (size_t i = 12; i < length; i++)
        frame[i] = (uint8_t)take(input, 1);
    path_wire_in(frame, length);
}

/* A descriptor's status: the card may write what it likes there. */
static void spoil_status(struct input *input)
{
    uint32_t slot = take(input, 1), status = take(input, 4);

    dp83820_rx32_set_cmdsts(&path_card()->rx[slot % NETRING_RX], status | DP83820_RX_STATUS_OWN);
    dp83820_rx32_set_extsts(&path_card()->rx[slot % NETRING_RX], take(input, 4));
}

static void act(struct input *input)
{
    static const uint8_t faults[] = {
        DP83820_FAULT_STUCK_OWN, DP83820_FAULT_WRONG_LENGTH, DP83820_FAULT_STORM,
        DP83820_FAULT_LOST,      DP83820_FAULT_REMOVED,      DP83820_FAULT_RESET_HANGS,
        DP83820_FAULT_ABORT,     DP83820_FAULT_UNDERRUN,     DP83820_FAULT_BAD_FRAME,
    };

    switch (take(input, 1) % 8) {
    case 0:
        any_frame_in(input);
        break;
    case 1:
        dp83820_fault_set(path_bus()->card, faults[take(input, 1) % sizeof(faults)],
                          take(input, 1) % 4);
        break;
    case 2:
        lie_offset = take(input, 1) & ~3u;
        lie_value = take(input, 4);
        lie_left = 1 + take(input, 1) % 8;
        break;
    case 3:
        spoil_status(input);
        break;
    case 4:
        path_run(take(input, 2));
        break;
    default:
        spoiled_frame_in(input);
    }
    path_run(50);
}

static void make_sound(void)
{
    for (unsigned fault = 0; fault < DP83820_FAULTS; fault++)
        dp83820_fault_set(path_bus()->card, fault, 0);
    lie_left = 0;
    path_run(2000000);
    if ((!path_card() || path_card()->ring.port.gone) && !path_driver_restart("0"))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool started;
    struct input input = {bytes, size < 512 ? size : 512};

    if (!started && !path_start())
        abort();
    started = true;
    path_lie = lie;
    while (input.left > 0)
        act(&input);
    make_sound();
    if (!path_echoes(100, (uint8_t)size) && (!path_driver_restart("0") || !path_echoes(100, 1)))
        abort();
    return 0;
}
