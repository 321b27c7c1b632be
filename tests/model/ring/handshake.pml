/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sleep and wake handshake of libs/ring, for every interleaving. One consumer sleeps on RINGS
 * rings, each of which has its producer. Indices run modulo 8 and start two before the wrap; rings
 * hold two entries, so that full and empty occur. A producer publishes three entries (the second
 * one: one) in batches of any size and stops; the consumer stops when it has them all. A lost wake-up or a deadlock is
 * then an invalid end state, and an index out of step a failed assertion.
 *
 * The including file is one of the two variants of libs/ring/section-*.c and says what the machine
 * and the kernel do: STEP_PRODUCER and STEP_CONSUMER (one step of a process on its CPU),
 * WRITE_PRODUCED, WRITE_SLEEP, WRITE_CONSUMED (a store to a shared word), FENCE_PRODUCER,
 * FENCE_CONSUMER, NOTIFY, SECTION_BEGIN, SECTION_END and WAIT.
 *
 * With ONE_LOOK the consumer is one that uses ring_arm_look: it says first that it sleeps, then looks once
 * and takes what there is.
 *
 * Broken on purpose, and to be found: NO_PRODUCER_FENCE and NO_CONSUMER_FENCE (latched),
 * NO_SECOND_LOOK, ONE_NOTIFICATION_EVER (the producer forgets that every sleep wants its own
 * notification), NO_ROLL_BACK (preempt); of ONE_LOOK: LOOK_FIRST, and that notifications are kept (preempt).
 */
#define ITEMS(r)    (3 - 2 * (r))
#define ITEMS_TOTAL 4
#define RINGS       2
#define CAPACITY    2
#define FIRST       6
#define MODULO(x)   ((x) & 7)

#ifdef NO_SECOND_LOOK
#define LOOK_AGAIN(is_empty)   true
#else
#define LOOK_AGAIN(is_empty)   (is_empty)
#endif

#ifdef ONE_NOTIFICATION_EVER
#define NOT_YET_NOTIFIED(r) (notified == 0)
#else
#define NOT_YET_NOTIFIED(r) (sleep[r] != notified)
#endif

proctype Producer(byte r)
{
    byte next = FIRST, published = FIRST, limit = MODULO(FIRST + CAPACITY), left = ITEMS(r);
    byte notified = 0, seen;

    do
    :: left > 0 ->
        /* Room: wait until there is some, by looking again and again. */
        if
        :: next != limit
        :: else ->
            atomic {
                MODULO(consumed[r] + CAPACITY) != limit ->
                STEP_PRODUCER(r);
                seen = consumed[r];
                assert(MODULO(published - seen) <= CAPACITY);
                limit = MODULO(seen + CAPACITY);
                seen = 0
            }
        fi;
        next = MODULO(next + 1);
        left--;
        if
        :: left > 0 && next != limit    /* the batch goes on */
        :: true ->
            published = next;
            atomic { STEP_PRODUCER(r); WRITE_PRODUCED(r, published) };
            atomic { FENCE_PRODUCER(r); STEP_PRODUCER(r) };
            if
            :: atomic {
                   sleep[r] != 0 && NOT_YET_NOTIFIED(r) -> STEP_PRODUCER(r); notified = sleep[r]
               };
               atomic { STEP_PRODUCER(r); NOTIFY }
            :: atomic { !(sleep[r] != 0 && NOT_YET_NOTIFIED(r)) -> STEP_PRODUCER(r) }
            fi
        fi
    :: left == 0 -> break
    od
}

#ifdef ONE_LOOK
#ifdef LOOK_FIRST
#define LOOKS_FIRST true
#else
#define LOOKS_FIRST false
#endif

proctype Consumer()
{
    byte next[RINGS], seen[RINGS], r, sleeps = 0, got = 0;
    bool look = LOOKS_FIRST;

    r = 0;
    do
    :: r < RINGS -> next[r] = FIRST; r++
    :: else -> break
    od;
    do
    :: got < ITEMS_TOTAL ->
        sleeps++;
        r = 0;
        do
        :: r < 2 * RINGS ->
            if
            :: look -> atomic { STEP_CONSUMER; seen[r % RINGS] = produced[r % RINGS] }
            :: else -> atomic { STEP_CONSUMER; WRITE_SLEEP(r % RINGS, sleeps) }
            fi;
            r++;
            if
            :: r == RINGS -> atomic { FENCE_CONSUMER; STEP_CONSUMER }; look = !look
            :: else
            fi
        :: else -> break
        od;
        look = LOOKS_FIRST;
        r = 0;
        do
        :: r < RINGS ->
            assert(MODULO(seen[r] - next[r]) <= CAPACITY);
            got = got + MODULO(seen[r] - next[r]);
            next[r] = seen[r];
            atomic { STEP_CONSUMER; WRITE_CONSUMED(r, next[r]) };
            r++
        :: else -> break
        od;
        if
        :: got < ITEMS_TOTAL -> WAIT
        :: else
        fi
    :: else -> break
    od
}
#else
proctype Consumer()
{
    byte next[RINGS], r, sleeps = 0, got = 0;
    bool no_work;

    r = 0;
    do
    :: r < RINGS -> next[r] = FIRST; r++
    :: else -> break
    od;
    do
    :: got < ITEMS_TOTAL ->
        /* Serve all rings until they are empty. */
        r = 0;
        do
        :: r < RINGS ->
            if
            :: atomic { produced[r] != next[r] ->
                   STEP_CONSUMER;
                   assert(MODULO(produced[r] - next[r]) <= CAPACITY);
                   got = got + MODULO(produced[r] - next[r]);
                   next[r] = produced[r]
               };
               atomic { STEP_CONSUMER; WRITE_CONSUMED(r, next[r]) }
            :: atomic { produced[r] == next[r] -> STEP_CONSUMER; r++ }
            fi
        :: else -> break
        od;
        if
        :: got < ITEMS_TOTAL ->
            /* Say, */
            atomic { STEP_CONSUMER; SECTION_BEGIN };
            sleeps++;
            r = 0;
            do
            :: r < RINGS -> atomic { STEP_CONSUMER; WRITE_SLEEP(r, sleeps); r++ }
            :: else -> break
            od;
            atomic { FENCE_CONSUMER; STEP_CONSUMER };
            /* look, */
            no_work = true;
            r = 0;
            do
            :: r < RINGS ->
                atomic { STEP_CONSUMER; no_work = no_work && LOOK_AGAIN(produced[r] == next[r]); r++ }
            :: else -> break
            od;
            /* block. */
            if
            :: no_work -> WAIT
            :: else -> atomic { STEP_CONSUMER; SECTION_END }
            fi;
            r = 0;
            do
            :: r < RINGS -> atomic { STEP_CONSUMER; WRITE_SLEEP(r, 0); r++ }
            :: else -> break
            od
        :: else
        fi
    :: else -> break
    od
}
#endif
