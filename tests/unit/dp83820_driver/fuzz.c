/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver between a client and a card that both do what the input says: any ring entry, any
 * index, any register value, any descriptor, any fault, sessions that end at any time. The
 * sanitizers watch the driver; the bench watches that the card, as long as nobody spoiled its
 * descriptors, writes nowhere but into pages of the client and its own rings.
 */
#include <string.h>

#include <rt/host.h>

#include "bench.h"

struct input {
    const uint8_t *bytes;
    size_t left;
};

static struct bench bench;
static uint32_t lie_offset, lie_value, lie_left;
static bool spoiled;

static uint32_t take(struct input *input, unsigned count)
{
    uint32_t value = 0;

    for (; count > 0 && input->left > 0; count--, input->left--)
        value = value << 8 | *input->bytes++;
    return value;
}

static uint32_t lie(struct bench *self, uint32_t offset, uint32_t value)
{
    (void)self;
    if (lie_left == 0 || offset != lie_offset)
        return value;
    lie_left--;
    return lie_value;
}

/* Near what is right in most fields, so that the input gets past the first check. */
static struct netdev_buffer any_entry(struct input *input)
{
    uint32_t kind = take(input, 1);
    struct netdev_buffer entry = {.offset = take(input, 2) << (kind & 8),
                                  .length = (uint16_t)(kind & 1 ? take(input, 2) : 2048),
                                  .dataspace =
                                      (uint8_t)(kind & 2 ? take(input, 1) : BENCH_DATASPACE),
                                  .flags = (uint8_t)take(input, 1),
                                  .cookie = kind};

    if (!(kind & 4))
        entry.offset &= ~2047u;
    if (!(kind & 16) && entry.length > 1500)
        entry.length = 1000;
    return entry;
}

static void spoil_index(struct input *input)
{
    struct netdev_area *area = bench.area;
    uint32_t *words[] = {&area->rx.consumed,   &area->rx_free.produced,
                         &area->tx.produced,   &area->tx_done.consumed,
                         &area->rx.wake_count, &area->tx_done.wake_count};

    *words[take(input, 1) % 6] += take(input, 2) - 0x80;
}

static void spoil_descriptor(struct input *input)
{
    uint32_t *words = bench_card(&bench)->memory.base;

    spoiled = true;
    words[take(input, 2) % (4 * (NETRING_RX + NETRING_TX))] = take(input, 4);
}

static void frame_in(struct input *input)
{
    uint8_t frame[1600];
    size_t length = 14 + take(input, 2) % 1500;

    bench_frame(&bench, frame, length, take(input, 1));
    if (dp83820_receive_ready(bench.bus.card))
        dp83820_receive_frame(bench.bus.card, frame, length);
}

static void call(struct input *input)
{
    uint64_t words[CALL_WORDS] = {take(input, 4), take(input, 4)};

    dp83820_component.call(
        &bench.instance, 0,
        L4_TAG(NETDEV_INFO_LABEL - 1 + take(input, 1) % 6, take(input, 1) % 8, 0), words);
}

static void act(struct input *input)
{
    struct netdev_buffer entry;

    switch (take(input, 1) % 16) {
    case 0:
    case 1:
        entry = any_entry(input);
        netdev_rx_free_try_put(&bench.client, &entry);
        netdev_rx_free_publish(&bench.client);
        break;
    case 2:
    case 3:
        bench_put(&bench, any_entry(input));
        bench_publish(&bench);
        break;
    case 4:
        bench_give_buffers(&bench, take(input, 1) % 200, 1 + take(input, 1) % 50);
        break;
    case 5:
        while (netdev_rx_try_get(&bench.client, &entry) ||
               netdev_tx_done_try_get(&bench.client, &entry))
            ;
        netdev_rx_release(&bench.client);
        netdev_tx_done_release(&bench.client);
        break;
    case 6:
    case 7:
        frame_in(input);
        break;
    case 8:
        bench_run(&bench, take(input, 2));
        break;
    case 9:
        spoil_index(input);
        break;
    case 10:
        spoil_descriptor(input);
        break;
    case 11:
        lie_offset = take(input, 1) & ~3u;
        lie_value = take(input, 4);
        lie_left = 1 + take(input, 1) % 8;
        break;
    case 12:
        dp83820_fault_set(bench.bus.card, take(input, 1) % DP83820_FAULTS, take(input, 1) % 4);
        /* These make the true card reach for wrong addresses. */
        spoiled = true;
        break;
    case 13:
        if (bench.link.waiting)
            bench_session_open(&bench);
        else
            bench_session_close(&bench);
        break;
    case 14:
        bench_page_toggle(&bench, take(input, 2) % BENCH_PAGES);
        break;
    default:
        call(input);
    }
    dp83820_component.irq(&bench.instance, 0);
    bench_run(&bench, 20);
}

/* Between any two pages of the client lies one that is nobody's. */
static void check_gaps(void)
{
    for (unsigned page = 0; page < BENCH_PAGES; page++) {
        const uint8_t *gap =
            bench_byte(&bench, page * TRANSLATION_PAGE_BYTES) + TRANSLATION_PAGE_BYTES;

        for (unsigned i = 0; i < TRANSLATION_PAGE_BYTES; i += 64)
            if (gap[i] != 0)
                __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct input input = {bytes, size < 512 ? size : 512};
    struct dp83820_config config;

    dp83820_config_default(&config);
    spoiled = false;
    lie_left = 0;
    bench.lie = lie;
    if (bench_open(&bench, &config, take(&input, 1) % 2 ? "100" : "0", NULL)) {
        bench_run(&bench, 1000);
        while (input.left > 0)
            act(&input);
        if (!spoiled)
            check_gaps();
    }
    bench_close(&bench);
    return 0;
}
