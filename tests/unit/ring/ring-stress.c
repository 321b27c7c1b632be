/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two threads, one ring, really blocking: the notification is a latched bit behind a condition
 * variable, as the kernel's. The consumer sleeps whenever the ring is empty; a lost wake-up is a
 * test that does not end, which the alarm turns into a failure.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ring/sleep.h>

#define CAPACITY 16
#define LIMIT_S  60

struct layout {
    struct ring_shared shared;
    uint64_t entries[CAPACITY][2];
};

static struct layout layout;
static const uint64_t item_count = 400000;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t notified = PTHREAD_COND_INITIALIZER;
static uint64_t latched_bits;
static uint64_t wake_count;

void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    (void)thread;
    pthread_mutex_lock(&lock);
    latched_bits |= bits;
    wake_count++;
    pthread_cond_signal(&notified);
    pthread_mutex_unlock(&lock);
}

static void wait_for_notification(void)
{
    pthread_mutex_lock(&lock);
    while (latched_bits == 0)
        pthread_cond_wait(&notified, &lock);
    latched_bits = 0;
    pthread_mutex_unlock(&lock);
}

static void *produce(void *argument)
{
    struct ring_producer *producer = argument;
    struct ring_wake wake = {.thread = 1, .bits = 1};
    unsigned seed = 1;
    uint64_t item = 0;

    while (item < item_count) {
        unsigned batch = 1 + (unsigned)rand_r(&seed) % 24;
        uint64_t before = item;

        for (; batch > 0 && item < item_count; batch--, item++) {
            uint64_t entry[2] = {item, ~item};
            if (!ring_try_put(producer, entry, sizeof entry))
                break;
        }
        ring_publish(producer);
        ring_notify(producer, &wake);
        if (item == before || rand_r(&seed) % 64 == 0)
            sched_yield();
    }
    return NULL;
}

static bool consume(struct ring_consumer *consumer)
{
    struct ring_set set = {0};
    uint64_t expected = 0;

    ring_set_add(&set, consumer, 1);
    while (expected < item_count) {
        uint64_t entry[2];

        while (ring_try_get(consumer, entry, sizeof entry)) {
            if (entry[0] != expected || entry[1] != ~expected)
                return false;
            expected++;
            if (expected % 5 == 0)
                ring_release(consumer);
        }
        ring_release(consumer);
        if (expected < item_count && ring_set_prepare(&set))
            wait_for_notification();
        ring_set_end(&set);
    }
    return !consumer->broken;
}

int main(void)
{
    struct ring_producer producer;
    struct ring_consumer consumer;
    pthread_t thread;
    uint32_t first = UINT32_MAX - (uint32_t)item_count / 2;
    bool right;

    alarm(LIMIT_S);
    ring_producer_start(&producer, &layout.shared, layout.entries, CAPACITY, first);
    ring_consumer_start(&consumer, &layout.shared, layout.entries, CAPACITY, first);
    if (pthread_create(&thread, NULL, produce, &producer) != 0)
        return EXIT_FAILURE;
    right = consume(&consumer);
    if (right)
        pthread_join(thread, NULL);
    printf("# %llu items, %llu notifications\n", (unsigned long long)item_count,
           (unsigned long long)wake_count);
    printf("%s - two threads move every item once and in order across the wrap of the index\n",
           right && !producer.broken ? "ok" : "not ok");
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
