// SPDX-License-Identifier: BSD-2-Clause
//
// Messages that arrive: words, labels, every kind of sender with every kind of receiver.
#include "test.h"

#define SLOT_TEST 10 // in a partner's space: this program's first thread

static uint64_t word_of(unsigned index, uint64_t salt)
{
    return (index + 1) * 0x0101010101010101ull ^ salt;
}

static void fill(struct l4_message *message, unsigned words, uint64_t salt)
{
    for (unsigned i = 0; i < words; i++)
        if (i < L4_REGISTER_WORDS)
            message->w[i] = word_of(i, salt);
        else
            l4_utcb()->words[i] = word_of(i, salt);
    message->tag = L4_TAG(salt & 0xff, words, 0);
}

static bool filled(const struct l4_message *message, unsigned words, uint64_t salt)
{
    if (message->tag != L4_TAG(salt & 0xff, words, 0))
        return false;
    for (unsigned i = 0; i < words; i++) {
        uint64_t word = i < L4_REGISTER_WORDS ? message->w[i] : l4_utcb()->words[i];
        if (word != word_of(i, salt))
            return false;
    }
    return true;
}

static volatile uint64_t seen_label;
static volatile unsigned seen_wrong;

enum receiver { RECEIVER_WAIT, RECEIVER_TIMED, RECEIVER_CLOSED, RECEIVER_KINDS };

// Takes a message of the kind, checks it, answers with as many other words.
static void echo_server(uint64_t kind)
{
    struct l4_message message = {0};
    enum l4_status status;
    bool answer = false;
    for (;;) {
        if (answer && kind == RECEIVER_WAIT) {
            status = l4_reply_wait(&message);
        } else if (answer && kind == RECEIVER_TIMED) {
            status = l4_reply_wait_timeout(&message, 1000000);
        } else {
            if (answer)
                l4_reply(&message);
            if (kind == RECEIVER_CLOSED)
                status = l4_receive(SLOT_TEST, &message, L4_NEVER);
            else
                status = l4_wait(&message);
        }
        unsigned words = l4_tag_words(message.tag);
        uint64_t salt = l4_tag_label(message.tag);
        if (status != L4_STATUS_OK || !filled(&message, words, salt))
            seen_wrong = seen_wrong + 1;
        seen_label = message.label;
        answer = true;
        fill(&message, words, salt + 100);
    }
}

static bool call_sizes(l4_handle_t server, bool timed)
{
    struct l4_message message;
    for (unsigned words = 0; words <= L4_WORDS_MAX; words++) {
        fill(&message, words, words + 1);
        enum l4_status status =
            timed ? l4_call_timeout(server, &message, 500000) : l4_call(server, &message);
        CHECK(status == L4_STATUS_OK);
        CHECK(filled(&message, words, words + 101));
        CHECK(seen_wrong == 0);
    }
    return true;
}

static bool call_everybody(bool other_space, unsigned priority)
{
    l4_handle_t space = other_space ? space_new() : L4_SLOT_SPACE;
    l4_handle_t own = slot_new();
    // Closed receivers know the test by a slot that is the same in both tables.
    l4_handle_copy(other_space ? space : 0, L4_SLOT_THREAD, SLOT_TEST, L4_RIGHT_ALL);
    bool right = true;
    for (uint64_t kind = 0; kind < RECEIVER_KINDS; kind++) {
        seen_wrong = 0;
        l4_handle_t server = thread_new(space, priority, echo_server, kind);
        right = right && call_sizes(server, false) && call_sizes(server, true);
        thread_drop(server);
    }
    slot_free(own);
    if (other_space)
        l4_space_delete(space), slot_free(space);
    else
        l4_handle_close(0, SLOT_TEST);
    return right;
}

static bool calls_within_a_space(void)
{
    return call_everybody(false, HIGHER);
}

static bool calls_across_spaces(void)
{
    return call_everybody(true, HIGHER);
}

static bool calls_to_lower_priority(void)
{
    return call_everybody(true, LOWER);
}

static bool label_is_the_handles(void)
{
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, echo_server, RECEIVER_WAIT);
    l4_handle_t minted = slot_new();
    struct l4_message message = {.tag = 0};
    l4_call(server, &message);
    CHECK(seen_label == server);
    CHECK(message.label == 0);
    CHECK(l4_handle_mint(0, server, minted, L4_RIGHT_SEND, 0xfeedfacecafe, 0) == L4_STATUS_OK);
    message.tag = 0;
    CHECK(l4_call(minted, &message) == L4_STATUS_OK);
    CHECK(seen_label == 0xfeedfacecafe);
    slot_free(minted);
    thread_drop(server);
    return true;
}

// One-way partners: take `count` messages and remember the first word of each.
static volatile uint64_t taken[16], taken_count;

static void taker(uint64_t from)
{
    struct l4_message message = {0};
    for (;;) {
        enum l4_status status =
            from ? l4_receive((l4_handle_t)from, &message, L4_NEVER) : l4_wait(&message);
        if (status != L4_STATUS_OK)
            return;
        if (taken_count < 16)
            taken[taken_count++] = message.w[0];
    }
}

static bool send_goes_on_after_delivery(void)
{
    taken_count = 0;
    l4_handle_t receiver = thread_new(L4_SLOT_SPACE, LOWER, taker, 0);
    for (uint64_t i = 0; i < 3; i++) {
        struct l4_message message = {.tag = L4_TAG(0, 1, 0), .w = {i}};
        CHECK(l4_send(receiver, &message) == L4_STATUS_OK);
    }
    pause_us(100);
    CHECK(taken_count == 3 && taken[0] == 0 && taken[1] == 1 && taken[2] == 2);
    thread_drop(receiver);
    return true;
}

static bool immediate_send_does_not_wait(void)
{
    taken_count = 0;
    l4_handle_t receiver = thread_new(L4_SLOT_SPACE, LOWER, taker, 0);
    struct l4_message message = {.tag = L4_TAG(0, 1, 0) | L4_TAG_IMMEDIATE, .w = {7}};
    CHECK(l4_send(receiver, &message) == L4_STATUS_NOT_READY);
    pause_us(100);
    message.tag = L4_TAG(0, 1, 0) | L4_TAG_IMMEDIATE;
    CHECK(l4_send(receiver, &message) == L4_STATUS_OK);
    pause_us(100);
    CHECK(taken_count == 1);
    thread_drop(receiver);
    return true;
}

static bool send_can_be_timed(void)
{
    taken_count = 0;
    l4_handle_t receiver = thread_unstarted(L4_SLOT_SPACE, HIGHER);
    struct l4_message message = {.tag = L4_TAG(0, 1, 0), .w = {7}};
    uint64_t wait = L4_WAIT_SPEC(L4_FROM_NOBODY, 200), before = l4_clock_us();
    CHECK(l4_send_receive(receiver, wait, &message) == L4_STATUS_TIMEOUT);
    CHECK(l4_clock_us() - before >= 200);
    thread_begin(receiver, taker, 0);
    message.tag = L4_TAG(0, 1, 0);
    CHECK(l4_send_receive(receiver, wait, &message) == L4_STATUS_OK);
    CHECK(taken_count == 1);
    thread_drop(receiver);
    return true;
}

static void sender(uint64_t packed)
{
    struct l4_message message = {.tag = L4_TAG(0, 1, 0), .w = {packed >> 32}};
    l4_send((l4_handle_t)packed, &message);
}

static uint64_t pack(l4_handle_t to, uint64_t word)
{
    return word << 32 | to;
}

static bool closed_receive_is_honoured(void)
{
    taken_count = 0;
    l4_handle_t chosen = thread_unstarted(L4_SLOT_SPACE, HIGHER);
    l4_handle_t receiver = thread_new(L4_SLOT_SPACE, HIGHER, taker, chosen);
    l4_handle_t other = thread_new(L4_SLOT_SPACE, HIGHER, sender, pack(receiver, 1));
    l4_handle_t another = thread_new(L4_SLOT_SPACE, HIGHER, sender, pack(receiver, 2));
    struct l4_message message = {.tag = L4_TAG(0, 1, 0) | L4_TAG_IMMEDIATE};
    CHECK(l4_send(receiver, &message) == L4_STATUS_NOT_READY);
    CHECK(l4_notify(receiver, 1) == L4_STATUS_OK);
    CHECK(taken_count == 0);
    thread_begin(chosen, sender, pack(receiver, 3));
    CHECK(taken_count == 1 && taken[0] == 3);
    thread_drop(receiver);
    thread_drop(other);
    thread_drop(another);
    thread_drop(chosen);
    return true;
}

static bool senders_are_served_in_order(void)
{
    taken_count = 0;
    l4_handle_t receiver = thread_unstarted(L4_SLOT_SPACE, HIGHER);
    l4_handle_t senders[4];
    for (uint64_t i = 0; i < 4; i++)
        senders[i] = thread_new(L4_SLOT_SPACE, HIGHER, sender, pack(receiver, i));
    thread_begin(receiver, taker, 0);
    CHECK(taken_count == 4);
    for (uint64_t i = 0; i < 4; i++)
        CHECK(taken[i] == i);
    thread_drop(receiver);
    for (unsigned i = 0; i < 4; i++)
        thread_drop(senders[i]);
    return true;
}

// A chain of as many threads as a space may have: each sends to the one before it and then takes
// what the one behind it has been sending.
#define LINKS 256
static char link_stacks[LINKS][512] __attribute__((aligned(16)));
static l4_handle_t links[LINKS];
static volatile uint64_t links_right;
static volatile bool links_closed;

// Slots in the chain's space: the thread that is sent to, the own one, the one to receive from.
static void chain_link(uint64_t index)
{
    struct l4_message message = {.tag = L4_TAG(0, L4_WORDS_MAX, 0), .w = {index}};
    uint32_t from = links_closed ? (uint32_t)index + 3 : L4_FROM_ANY;
    enum l4_status status =
        l4_send_receive((l4_handle_t)index + 1, L4_WAIT_SPEC(from, 1000000), &message);
    if (status == L4_STATUS_OK && message.w[0] == index + 1)
        links_right++;
    l4_exit();
}

static bool chain_gives_way(bool closed)
{
    l4_handle_t space = space_new_with(1024 * 1024, LINKS + 8);
    links_right = 0;
    links_closed = closed;
    l4_handle_copy(space, L4_SLOT_THREAD, 1, L4_RIGHT_ALL);
    for (unsigned i = 0; i < LINKS; i++) {
        links[i] = thread_unstarted(space, LOWER);
        l4_handle_copy(space, links[i], i + 2, L4_RIGHT_ALL);
    }
    for (unsigned i = 0; i < LINKS; i++)
        need(l4_thread_start(links[i], (uint64_t)chain_link, (uint64_t)(link_stacks[i + 1] - 8), i),
             "start");
    pause_us(10000);
    struct l4_message message = {0};
    uint64_t before = l4_tsc();
    CHECK(l4_wait(&message) == L4_STATUS_OK && message.w[0] == 0);
    uint64_t taken_ticks = l4_tsc() - before;
    pause_us(10000);
    CHECK(links_right == LINKS - 1);
    CHECK(taken_ticks < 2000); // what a message takes or two, not all of them
    for (unsigned i = 0; i < LINKS; i++)
        slot_free(links[i]);
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    slot_free(space);
    return true;
}

static bool chain_of_senders_gives_way(void)
{
    return chain_gives_way(false) && chain_gives_way(true);
}

static void send_then_wait(uint64_t to)
{
    struct l4_message message = {.tag = 0};
    taken[0] = l4_send_receive((l4_handle_t)to, L4_WAIT_SPEC(L4_FROM_ANY, 2000), &message);
}

static bool sender_that_ends_is_not_waited_for(void)
{
    taken[0] = L4_STATUS_OK;
    l4_handle_t first = thread_new(L4_SLOT_SPACE, LOWER, send_then_wait, L4_SLOT_THREAD);
    l4_handle_t second = thread_new(L4_SLOT_SPACE, LOWER, sender, pack(first, 1));
    pause_us(100);
    struct l4_message message = {0};
    CHECK(l4_wait(&message) == L4_STATUS_OK);
    thread_drop(second); // `first` was to take its message when it next runs
    pause_us(5000);
    CHECK(taken[0] == L4_STATUS_TIMEOUT);
    thread_drop(first);
    return true;
}

static volatile uint64_t exchanged;

static void exchanger(uint64_t partner)
{
    struct l4_message message = {0};
    l4_receive((l4_handle_t)partner, &message, L4_NEVER);
    for (;;) {
        exchanged += message.w[0];
        message.tag = L4_TAG(0, 1, 0);
        message.w[0]++;
        l4_exchange((l4_handle_t)partner, &message);
    }
}

static bool exchange_owes_nothing(void)
{
    exchanged = 0;
    l4_handle_t partner = thread_new(L4_SLOT_SPACE, HIGHER, exchanger, L4_SLOT_THREAD);
    struct l4_message message = {.tag = L4_TAG(0, 1, 0), .w = {1}};
    for (unsigned i = 0; i < 10; i++) {
        message.tag = L4_TAG(0, 1, 0);
        CHECK(l4_exchange(partner, &message) == L4_STATUS_OK);
    }
    CHECK(message.w[0] == 11 && exchanged == 55);
    CHECK(message.label == L4_SLOT_THREAD || message.label == 0);
    CHECK(l4_reply(&message) == L4_STATUS_NO_CALLER);
    thread_drop(partner);
    return true;
}

static void stubborn_server(uint64_t client)
{
    struct l4_message message = {0}, other = {0};
    l4_wait(&message);
    // A message that is not the answer must not reach a caller.
    other.tag = L4_TAG(99, 1, 0) | L4_TAG_IMMEDIATE;
    taken[0] = l4_send((l4_handle_t)client, &other);
    message.tag = L4_TAG(1, 0, 0);
    l4_reply_wait(&message);
}

static bool caller_takes_the_answer_only(void)
{
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, stubborn_server, L4_SLOT_THREAD);
    struct l4_message message = {0};
    CHECK(l4_call(server, &message) == L4_STATUS_OK);
    CHECK(taken[0] == L4_STATUS_NOT_READY && message.tag == L4_TAG(1, 0, 0));
    thread_drop(server);
    return true;
}

static bool flags_cannot_be_forged(void)
{
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, taker, 0);
    l4_handle_t echo = thread_new(L4_SLOT_SPACE, HIGHER, exchanger, L4_SLOT_THREAD);
    struct l4_message message = {.tag = L4_TAG(0, 1, 0) | L4_TAG_KERNEL | L4_TAG_IRQ |
                                        L4_TAG_NOTIFICATION};
    CHECK(l4_exchange(echo, &message) == L4_STATUS_OK);
    CHECK(message.tag == L4_TAG(0, 1, 0));
    thread_drop(server);
    thread_drop(echo);
    return true;
}

static bool null_call_does_nothing(void)
{
    CHECK(l4_null() == L4_STATUS_OK);
    return true;
}

const struct test ipc_tests[] = {
    {"the null call returns OK", null_call_does_nothing},
    {"calls carry 0 to 64 words within a space, to open, timed and closed receivers",
     calls_within_a_space},
    {"calls carry 0 to 64 words across spaces, to open, timed and closed receivers",
     calls_across_spaces},
    {"calls carry 0 to 64 words to a server of lower priority", calls_to_lower_priority},
    {"a receiver sees the label of the handle that was used", label_is_the_handles},
    {"a sender goes on once its message is taken", send_goes_on_after_delivery},
    {"an immediate send to a thread that does not wait is refused", immediate_send_does_not_wait},
    {"a send can have a timeout", send_can_be_timed},
    {"a closed receive takes neither other threads' messages nor notifications",
     closed_receive_is_honoured},
    {"queued senders are served in their order", senders_are_served_in_order},
    {"a chain of 256 senders that then receive from each other holds up nobody",
     chain_of_senders_gives_way},
    {"a queued sender that ends before its message is taken leaves the receiver its timeout",
     sender_that_ends_is_not_waited_for},
    {"an exchange leaves nobody owing an answer", exchange_owes_nothing},
    {"a caller takes the answer and no other message", caller_takes_the_answer_only},
    {"flags that only the kernel sets are cleared in users' messages", flags_cannot_be_forged},
    {0, 0},
};
