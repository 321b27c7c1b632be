/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C code of libs/ring against a peer that writes anything at any time, for the bounded model
 * checker. The proofs are inductive: start in any private state that satisfies the invariant, do
 * any one operation, and the invariant holds again, whatever the peer wrote. So they hold after any
 * number of operations, although no run here is longer than one.
 */
#include <assert.h>

#include <ring/ring.h>

#include <ring/sleep.h>

#define ENTRY_BYTES 16

bool any_bool(void);

struct entry {
    uint64_t words[ENTRY_BYTES / 8];
};

static struct ring_shared shared;
static uint64_t entries[CAPACITY][ENTRY_BYTES / 8];
static unsigned wake_ups;

void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    (void)thread;
    (void)bits;
    wake_ups++;
}

static const struct ring_wake wake = {.thread = 1, .bits = 1};

/*
 * The consumer is known to have given back `limit` - capacity entries; between that and `next` lie
 * at most a ringful, of which a part is published. So no entry is overwritten that the consumer did
 * not declare free.
 */
static bool producer_invariant(const struct ring_producer *p)
{
    uint32_t known_consumed = p->limit - CAPACITY;

    return p->shared == &shared && p->entries == &entries[0][0] && p->mask == CAPACITY - 1 &&
           p->next - known_consumed <= CAPACITY &&
           p->published - known_consumed <= p->next - known_consumed &&
           (!p->broken || p->limit == p->next);
}

/* Between what was given back and what is known to be there lies at most a ringful, and `next` is
 * in it. */
static bool consumer_invariant(const struct ring_consumer *c)
{
    return c->shared == &shared && c->entries == &entries[0][0] && c->mask == CAPACITY - 1 &&
           c->limit - c->released <= CAPACITY && c->next - c->released <= c->limit - c->released &&
           (!c->broken || c->limit == c->next);
}

static struct ring_producer any_producer(void)
{
    struct ring_producer p = {.shared = &shared,
                              .entries = &entries[0][0],
                              .mask = CAPACITY - 1,
                              .next = any_uint32(),
                              .limit = any_uint32(),
                              .published = any_uint32(),
                              .notified = any_uint64(),
                              .broken = any_bool()};

    __CPROVER_assume(producer_invariant(&p));
    return p;
}

static struct ring_consumer any_consumer(void)
{
    struct ring_consumer c = {.shared = &shared,
                              .entries = &entries[0][0],
                              .mask = CAPACITY - 1,
                              .next = any_uint32(),
                              .limit = any_uint32(),
                              .released = any_uint32(),
                              .sleeps = any_uint64(),
                              .broken = any_bool()};

    __CPROVER_assume(consumer_invariant(&c));
    return c;
}

void check_start(void)
{
    struct ring_producer p;
    struct ring_consumer c;
    uint32_t first = any_uint32();

    ring_producer_start(&p, &shared, entries, CAPACITY, first);
    ring_consumer_start(&c, &shared, entries, CAPACITY, first);
    assert(producer_invariant(&p) && !p.broken && p.limit - p.next == CAPACITY);
    assert(consumer_invariant(&c) && !c.broken && c.limit == c.next);
}

void check_room_and_put(void)
{
    struct ring_producer p = any_producer();
    struct entry entry = {{any_uint64(), any_uint64()}};
    bool was_broken = p.broken;
    uint32_t room = ring_room(&p, any_uint32());

    assert(producer_invariant(&p));
    assert(room <= CAPACITY);
    assert(!(was_broken && room != 0));
    if (ring_try_put(&p, &entry, sizeof entry))
        assert(!p.broken);
    assert(producer_invariant(&p));
}

void check_publish_and_notify(void)
{
    struct ring_producer p = any_producer();

    ring_publish(&p);
    assert(producer_invariant(&p));
    ring_notify(&p, &wake);
    assert(producer_invariant(&p));
    assert(wake_ups <= 1);
}

void check_available_and_get(void)
{
    struct ring_consumer c = any_consumer();
    struct entry entry;
    bool was_broken = c.broken;
    uint32_t available = ring_available(&c, any_uint32());

    assert(consumer_invariant(&c));
    assert(available <= CAPACITY);
    assert(!(was_broken && available != 0));
    if (ring_try_get(&c, &entry, sizeof entry))
        assert(!c.broken);
    assert(consumer_invariant(&c));
    ring_unget(&c, any_uint32());
    assert(consumer_invariant(&c));
    ring_release(&c);
    if (ring_arm(&c))
        assert(c.limit == c.next && shared.sleep == c.sleeps);
    else
        assert(!c.broken && shared.sleep == 0);
    assert(consumer_invariant(&c));
    was_broken = c.broken;
    available = ring_arm_look(&c);
    assert(available <= CAPACITY && available == c.limit - c.next && shared.sleep == c.sleeps);
    assert(!(was_broken && available != 0));
    assert(consumer_invariant(&c));
}

/* However fast the peer fills, a batch that gives nothing back in between ends after a ringful. */
void check_drain_ends(void)
{
    struct ring_consumer c = any_consumer();
    struct entry entry;
    unsigned got = 0;

    while (ring_try_get(&c, &entry, sizeof entry))
        got++;
    assert(got <= CAPACITY);
    assert(consumer_invariant(&c));
}

/* And so does a batch that fills. */
void check_fill_ends(void)
{
    struct ring_producer p = any_producer();
    struct entry entry = {{0, 0}};
    unsigned put = 0;

    while (ring_try_put(&p, &entry, sizeof entry))
        put++;
    assert(put <= CAPACITY);
    assert(producer_invariant(&p));
}

/* Arrays: never more than was asked for, and a ringful at most. */
void check_put_many(void)
{
    struct ring_producer p = any_producer();
    struct entry array[3] = {{{0, 0}}};
    uint32_t count = any_uint32();

    __CPROVER_assume(count <= 3);
    assert(ring_put_many(&p, array, count, sizeof array[0]) <= count);
    assert(producer_invariant(&p));
}

void check_get_many(void)
{
    struct ring_consumer c = any_consumer();
    struct entry array[3] = {{{0, 0}}};
    uint32_t count = any_uint32();

    __CPROVER_assume(count <= 3);
    assert(ring_get_many(&c, array, count, sizeof array[0]) <= count);
    assert(consumer_invariant(&c));
}

void check_sleep(void)
{
    struct ring_consumer a = any_consumer(), b = any_consumer();
    struct ring_set set = {0};
    bool blocks;

    ring_set_add(&set, &a, any_uint32());
    ring_set_add(&set, &b, any_uint32());
    blocks = ring_set_prepare(&set);
    assert(blocks || shared.sleep == 0);
    ring_set_end(&set);
    ring_set_remove(&set, &a);
    assert(consumer_invariant(&a) && consumer_invariant(&b));
}
