// SPDX-License-Identifier: BSD-2-Clause
//
// What rings and wake-ups cost. In virtual time the time-stamp counter counts instructions. Put and
// get are measured as batches, everything included: the loop, the checks, publishing with its fence
// and the look whether to notify, giving back. A round trip of wake-ups is two programs that each
// sleep on a ring and put one entry into the other's.
#include <dataspace/translation.h>
#include <l4/l4.h>
#include <ring/section.h>
#include <ring/sleep.h>

#include "support.h"

#define SAMPLES  101
#define CAPACITY 64
#define PAGES    16

#define SLOT_PARTNER 10 // in the partner's space: this program's first thread

struct entry {
    uint32_t offset;
    uint16_t length;
    uint16_t flags;
    uint64_t cookie;
};

struct layout {
    struct ring_shared shared;
    struct entry entries[CAPACITY];
};

static struct layout there_area, back_area;
static struct entry batch[32];
static uint64_t samples[SAMPLES];
static uint64_t overhead;
static l4_handle_t partner;

// The runtime's, for a program without one.
void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    l4_notify(thread, bits);
}

static void sample_overhead(void)
{
    overhead = ~0ull;
    for (unsigned i = 0; i < SAMPLES; i++) {
        uint64_t before = l4_tsc();
        uint64_t taken = l4_tsc() - before;

        if (taken < overhead)
            overhead = taken;
    }
}

// Least of the samples, for each of `divisor` things, with one decimal.
static void report(const char *name, uint64_t divisor)
{
    uint64_t least = ~0ull;

    for (unsigned i = 0; i < SAMPLES; i++)
        if (samples[i] < least)
            least = samples[i];
    uint64_t tenths = (least * 10 + divisor / 2) / divisor;
    print("bench %s %u.%u\n", name, tenths / 10, tenths % 10);
}

__attribute__((noinline)) static void put_batch(struct ring_producer *producer,
                                                const struct ring_wake *wake,
                                                const struct entry *entries, uint32_t count)
{
    ring_put_many(producer, entries, count, sizeof *entries);
    ring_publish(producer);
    ring_notify(producer, wake);
}

__attribute__((noinline)) static void get_batch(struct ring_consumer *consumer,
                                                struct entry *entries, uint32_t count)
{
    ring_get_many(consumer, entries, count, sizeof *entries);
    ring_release(consumer);
}

static void measure_batch(const char *put_name, const char *get_name, uint32_t count)
{
    static uint64_t gets[SAMPLES];
    struct ring_producer producer;
    struct ring_consumer consumer;
    struct ring_wake wake = {.thread = partner, .bits = 1};

    ring_producer_start(&producer, &there_area.shared, there_area.entries, CAPACITY, 0);
    ring_consumer_start(&consumer, &there_area.shared, there_area.entries, CAPACITY, 0);
    for (unsigned i = 0; i < SAMPLES; i++) {
        uint64_t before = l4_tsc();

        put_batch(&producer, &wake, batch, count);
        samples[i] = l4_tsc() - before - overhead;
        before = l4_tsc();
        get_batch(&consumer, batch, count);
        gets[i] = l4_tsc() - before - overhead;
    }
    report(put_name, count);
    memcpy(samples, gets, sizeof samples);
    report(get_name, count);
}

// Sleeps until there is an entry; with the protocol that this program was linked with.
static void get_or_sleep(struct ring_consumer *consumer, struct entry *entry)
{
    struct l4_message message = {0};
    enum l4_status status;

    for (;;) {
        if (ring_try_get(consumer, entry, sizeof *entry))
            break;
        bool again = ring_section_begin();

        if (!ring_arm(consumer)) {
            if (again)
                ring_section_end();
            continue;
        }
        ring_section_wait(L4_WAIT_SPEC(L4_FROM_ANY, L4_NEVER), 0, NULL, &message, &status);
    }
    ring_release(consumer);
}

static struct ring_producer echo_producer;
static struct ring_consumer echo_consumer;

static void echo(uint64_t unused)
{
    struct ring_wake wake = {.thread = SLOT_PARTNER, .bits = 1};
    struct entry entry;

    (void)unused;
    for (;;) {
        get_or_sleep(&echo_consumer, &entry);
        ring_put(&echo_producer, &entry, sizeof entry);
        ring_publish(&echo_producer);
        ring_notify(&echo_producer, &wake);
    }
}

static void measure_roundtrip(l4_handle_t space, const char *name)
{
    struct ring_producer producer;
    struct ring_consumer consumer;
    struct entry entry = {.cookie = 1};

    ring_producer_start(&producer, &there_area.shared, there_area.entries, CAPACITY, 0);
    ring_consumer_start(&echo_consumer, &there_area.shared, there_area.entries, CAPACITY, 0);
    ring_producer_start(&echo_producer, &back_area.shared, back_area.entries, CAPACITY, 0);
    ring_consumer_start(&consumer, &back_area.shared, back_area.entries, CAPACITY, 0);
    l4_handle_t server = thread_new(space, OWN_PRIORITY + 10, echo, 0);
    struct ring_wake wake = {.thread = server, .bits = 1};

    for (unsigned i = 0; i < SAMPLES; i++) {
        uint64_t before = l4_tsc();

        ring_put(&producer, &entry, sizeof entry);
        ring_publish(&producer);
        ring_notify(&producer, &wake);
        get_or_sleep(&consumer, &entry);
        samples[i] = l4_tsc() - before - overhead;
    }
    report(name, 1);
    thread_drop(server);
}

// From here on the compiler knows nothing of a value, nor of what is behind a pointer.
#define HIDE(value) __asm__ volatile("" : "+r"(value) : : "memory")

// Takes the ranges of a batch of ring entries one by one, as a driver does it: the translation is
// part of the loop, not a call. Or all of that without the translation.
static inline __attribute__((always_inline)) uint64_t ranges_take(const struct translation *table,
                                                                  bool look)
{
    uint64_t before = l4_tsc();

    for (unsigned i = 0; i < sizeof batch / sizeof *batch; i++) {
        const struct entry *entry = &batch[i];

        HIDE(entry);
        HIDE(table);
        uint64_t offset = entry->offset, address = offset;
        uint32_t length = entry->length;

        if (look)
            address = translation_find(table, offset, length);
        else
            HIDE(length);
        if (look && address == TRANSLATION_MISS)
            need(L4_STATUS_ADDRESS, "translation");
        HIDE(address);
    }
    return l4_tsc() - before;
}

static void measure_hit(const struct translation *table)
{
    for (unsigned i = 0; i < sizeof batch / sizeof *batch; i++)
        batch[i] = (struct entry){.offset = i % PAGES * 4096 + i * 16, .length = 1000};
    for (unsigned i = 0; i < SAMPLES; i++) {
        uint64_t with = ranges_take(table, true);

        samples[i] = with - ranges_take(table, false);
    }
    report("translation_hit", sizeof batch / sizeof *batch);
}

static void measure_pin(struct translation *translation)
{
    for (unsigned i = 0; i < SAMPLES; i++) {
        uint64_t offset = 5 * 4096 + 100;
        uint32_t length = 1000;
        uint64_t before = l4_tsc();

        HIDE(translation);
        HIDE(offset);
        HIDE(length);
        uint64_t address = translation_pin(translation, offset, length, 0);
        HIDE(address);
        translation_unpin(translation, offset);
        samples[i] = l4_tsc() - before - overhead;
    }
    report("translation_pin_unpin", 1);
}

static void measure_translation(void)
{
    static uint64_t entries[PAGES];
    static uint32_t marks[PAGES];
    struct translation translation = {
        .entries = entries, .marks = marks, .page_count = PAGES, .pins_max = PAGES};

    for (unsigned i = 0; i < PAGES; i++)
        entries[i] = (uint64_t)(i + 100) << TRANSLATION_PAGE_BITS;
    measure_hit(&translation);
    measure_pin(&translation);
}

int main(void)
{
    l4_handle_t space = space_new();

    need(l4_handle_copy(space, L4_SLOT_THREAD, SLOT_PARTNER, L4_RIGHT_ALL), "partner");
    need(l4_thread_control(L4_SLOT_THREAD, L4_THREAD_DELAY, 100, 0), "delay");
    sample_overhead();
    if (ring_section_begin()) {
        ring_section_end();
        measure_roundtrip(space, "wake_roundtrip_preempt");
        return 0;
    }
    measure_batch("ring_put_1", "ring_get_1", 1);
    measure_batch("ring_put_8", "ring_get_8", 8);
    measure_batch("ring_put_32", "ring_get_32", 32);
    measure_roundtrip(space, "wake_roundtrip");
    measure_translation();
    return 0;
}
