// SPDX-License-Identifier: BSD-2-Clause
//
// Typed items: all kinds in one message, and every reason why one does not arrive. A sender in
// another space sends to the test, which waits already or comes later.
#include "test.h"

// In the sender's table and space.
#define SLOT_TEST   10
#define SLOT_COPIED 11
#define SLOT_MOVED  12
#define SLOT_REPLY  13
#define PAGES       0x30000000ull // four of them, as the sender sees them

#define WINDOW      (FREE_ADDRESS + 0x100000)
#define WINDOW_LOG2 16
#define HANDLES     3200 // slots nobody else uses
#define PORT        0x9000
#define NONE        L4_ITEM_WORD(L4_ITEM_NONE, 0, 0)

static struct l4_item items[L4_ITEMS_MAX];
static unsigned item_count;
static volatile enum l4_status send_status;

static uint64_t word_of(unsigned index)
{
    return 0x1234567800000000ull + index * 3;
}

static void sender(uint64_t unused)
{
    struct l4_message message = {.tag = L4_TAG(7, L4_WORDS_MAX, item_count)};
    (void)unused;
    for (unsigned i = 0; i < L4_WORDS_MAX; i++)
        if (i < L4_REGISTER_WORDS)
            message.w[i] = word_of(i);
        else
            l4_utcb()->words[i] = word_of(i);
    for (unsigned i = 0; i < L4_ITEMS_MAX; i++)
        l4_utcb()->items[i] = items[i];
    send_status = l4_send(SLOT_TEST, &message);
}

// Sends the items from `space` and takes the message; true if all words came.
static bool pass(l4_handle_t space, bool waits_first)
{
    struct l4_message message = {0};
    send_status = L4_STATUS_TIMEOUT;
    l4_handle_t thread = thread_new(space, waits_first ? LOWER : HIGHER, sender, 0);
    CHECK(l4_wait_timeout(&message, 10000) == L4_STATUS_OK);
    CHECK(message.tag == L4_TAG(7, L4_WORDS_MAX, item_count));
    for (unsigned i = 0; i < L4_WORDS_MAX; i++)
        CHECK((i < L4_REGISTER_WORDS ? message.w[i] : l4_utcb()->words[i]) == word_of(i));
    pause_us(100);
    thread_drop(thread);
    return true;
}

#define CROWD 255 // threads beside the one that sends

// In a third space: takes pages anywhere.
static void take_far(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_receive_window(0, 46);
    for (;;)
        l4_wait(&message);
}

static void open_windows(void)
{
    l4_receive_window(WINDOW, WINDOW_LOG2);
    l4_receive_handles(HANDLES, 8);
    l4_utcb()->accept_ports = 1;
}

static void close_windows(void)
{
    l4_receive_window(0, 0);
    l4_receive_handles(0, 0);
    l4_utcb()->accept_ports = 0;
}

static l4_handle_t sender_space(uint64_t pages)
{
    l4_handle_t space = space_new();
    need(l4_handle_copy(space, L4_SLOT_THREAD, SLOT_TEST, L4_RIGHT_SEND), "test");
    need(l4_handle_copy(space, L4_SLOT_LOG, SLOT_COPIED, L4_RIGHT_CONTROL), "copied");
    need(l4_handle_copy(space, L4_SLOT_MEMORY, SLOT_MOVED, L4_RIGHT_CONTROL), "moved");
    need(l4_space_map(space, pages, PAGES, 4 * 4096, L4_READ | L4_WRITE), "pages");
    return space;
}

static uint64_t pages_new(void)
{
    uint64_t pages = (uint64_t)page_new();
    for (unsigned i = 1; i < 4; i++)
        page_new();
    for (unsigned i = 0; i < 4; i++)
        *(volatile uint64_t *)(pages + i * 4096ull) = 100 + i;
    return pages;
}

static uint64_t at(uint64_t address)
{
    return *(volatile uint64_t *)address;
}

static bool mixture_arrives(bool waits_first)
{
    struct l4_handle_info info;
    uint64_t pages = pages_new();
    l4_handle_t space = sender_space(pages);
    need(l4_ports_map(L4_SLOT_PORTS, PORT, 4), "ports");
    need(l4_ports_give(space, PORT, 4), "ports");
    const struct l4_item sent[] = {
        {L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ), PAGES, 0x3000},
        {L4_ITEM_WORD(L4_ITEM_HANDLE, 0, L4_RIGHT_CONTROL), SLOT_COPIED, 0},
        {L4_ITEM_WORD(L4_ITEM_GRANT, 12, L4_READ | L4_WRITE), PAGES + 0x1000, 0x5000},
        {L4_ITEM_WORD(77, 0, 0), 1, 2},
        {L4_ITEM_WORD(L4_ITEM_MOVE, 0, 0), SLOT_MOVED, 0},
        {L4_ITEM_WORD(L4_ITEM_MAP, 13, L4_READ | L4_WRITE), PAGES + 0x2000, 0x8000},
        {L4_ITEM_WORD(L4_ITEM_PORTS, 0, 0), PORT, 4},
        {L4_ITEM_WORD(L4_ITEM_HANDLE, 0, L4_RIGHT_CONTROL), SLOT_MOVED, 0},
    };
    memcpy(items, sent, sizeof items);
    item_count = L4_ITEMS_MAX;
    open_windows();
    CHECK(pass(space, waits_first));
    CHECK(send_status == L4_STATUS_MESSAGE); // the first that failed
    const struct l4_item *got = l4_utcb()->items;
    CHECK(got[0].base == WINDOW + 0x3000 && at(WINDOW + 0x3000) == 100);
    CHECK(got[1].base == HANDLES && l4_handle_info(HANDLES, &info) == L4_STATUS_OK);
    CHECK(info.kind == L4_KIND_LOG);
    CHECK(got[2].base == WINDOW + 0x5000 && at(WINDOW + 0x5000) == 101);
    CHECK(got[3].word == NONE && got[3].base == L4_STATUS_MESSAGE);
    CHECK(got[4].base == HANDLES + 1 && l4_handle_info(HANDLES + 1, &info) == L4_STATUS_OK);
    CHECK(info.kind == L4_KIND_MEMORY);
    CHECK(got[5].base == WINDOW + 0x8000 && got[5].offset == 0x2000);
    CHECK(at(WINDOW + 0x8000) == 102 && at(WINDOW + 0x9000) == 103);
    // The test has these ports already: it gave them.
    CHECK(got[6].word == NONE && got[6].base == L4_STATUS_OCCUPIED);
    // What was moved away before is gone.
    CHECK(got[7].word == NONE && got[7].base == L4_STATUS_HANDLE);
    close_windows();
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    // What was mapped or copied ends with the giver's, what was granted or moved does not.
    CHECK(l4_handle_info(HANDLES, &info) == L4_STATUS_HANDLE);
    CHECK(l4_handle_info(HANDLES + 1, &info) == L4_STATUS_OK);
    CHECK(at(WINDOW + 0x5000) == 101);
    l4_handle_close(0, HANDLES + 1);
    CHECK(l4_ports_unmap(PORT, 4, 1) == L4_STATUS_OK);
    l4_unmap(0, pages, 4 * 4096, L4_READ, L4_UNMAP_SELF);
    slot_free(space);
    return true;
}

static bool mixtures_arrive(void)
{
    return mixture_arrives(true) && mixture_arrives(false);
}

static bool small_pages_arrive_one_by_one(void)
{
    uint64_t pages = pages_new();
    l4_handle_t space = sender_space(pages);
    open_windows();
    item_count = 1;
    for (uint64_t i = 0; i < 4; i++) {
        items[0] =
            (struct l4_item){L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ), PAGES + i * 4096, i * 4096};
        CHECK(pass(space, i % 2) && send_status == L4_STATUS_OK);
        CHECK(l4_utcb()->items[0].word == items[0].word && l4_utcb()->items[0].offset == 4096);
        CHECK(l4_utcb()->items[0].base == WINDOW + i * 4096 && at(WINDOW + i * 4096) == 100 + i);
    }
    // The same again is the same mapping; another page there is not.
    CHECK(pass(space, true) && send_status == L4_STATUS_OK);
    items[0].base = PAGES;
    CHECK(pass(space, true) && send_status == L4_STATUS_OCCUPIED);
    CHECK(at(WINDOW + 3 * 4096) == 103);
    close_windows();
    l4_space_delete(space);
    l4_unmap(0, pages, 4 * 4096, L4_READ, L4_UNMAP_SELF);
    slot_free(space);
    return true;
}

// In the sender's space: owes an answer, which it keeps.
static void saver(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    send_status = l4_reply_save(SLOT_REPLY);
    l4_wait(&message);
}

static void caller(uint64_t to)
{
    struct l4_message message = {0};
    l4_call((l4_handle_t)to, &message);
}

static bool failures_are_told_to_both(void)
{
    static const struct {
        struct l4_item item;
        enum l4_status status;
    } cases[] = {
        {{L4_ITEM_WORD(L4_ITEM_MAP, 11, L4_READ), PAGES, 0}, L4_STATUS_ARGUMENT},
        {{L4_ITEM_WORD(L4_ITEM_MAP, 47, L4_READ), PAGES, 0}, L4_STATUS_ARGUMENT},
        {{L4_ITEM_WORD(L4_ITEM_MAP, 255, L4_READ), PAGES, 0}, L4_STATUS_ARGUMENT},
        {{L4_ITEM_WORD(L4_ITEM_MAP, 12, 0), PAGES, 0}, L4_STATUS_RIGHTS},
        {{L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_WRITE), PAGES, 0}, L4_STATUS_RIGHTS},
        {{L4_ITEM_WORD(L4_ITEM_MAP, 12, 7), PAGES, 0}, L4_STATUS_RIGHTS},
        {{L4_ITEM_WORD(L4_ITEM_MAP, 12, 255), PAGES, 0}, L4_STATUS_RIGHTS},
        {{L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ), L4_UTCB_FIRST, 0}, L4_STATUS_ADDRESS},
        {{L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ), ~0ull, 0}, L4_STATUS_ADDRESS},
        {{L4_ITEM_WORD(L4_ITEM_MAP, WINDOW_LOG2 + 1, L4_READ), PAGES, 0}, L4_STATUS_WINDOW},
        {{L4_ITEM_WORD(L4_ITEM_GRANT, 46, L4_READ), PAGES, 0}, L4_STATUS_WINDOW},
        {{L4_ITEM_WORD(L4_ITEM_HANDLE, 0, 1), 63, 0}, L4_STATUS_HANDLE},
        {{L4_ITEM_WORD(L4_ITEM_HANDLE, 0, 1), ~0ull, 0}, L4_STATUS_HANDLE},
        {{L4_ITEM_WORD(L4_ITEM_HANDLE, 0, 1), 0, 0}, L4_STATUS_HANDLE},
        {{L4_ITEM_WORD(L4_ITEM_MOVE, 0, 1), 63, 0}, L4_STATUS_HANDLE},
        {{L4_ITEM_WORD(L4_ITEM_HANDLE, 0, 1), SLOT_REPLY, 0}, L4_STATUS_KIND},
        {{L4_ITEM_WORD(L4_ITEM_PORTS, 0, 0), PORT, 0}, L4_STATUS_ARGUMENT},
        {{L4_ITEM_WORD(L4_ITEM_PORTS, 0, 0), 0xffff, 2}, L4_STATUS_ARGUMENT},
        {{L4_ITEM_WORD(L4_ITEM_PORTS, 0, 0), ~0ull, 2}, L4_STATUS_ARGUMENT},
        {{L4_ITEM_WORD(L4_ITEM_PORTS, 0, 0), PORT, 1}, L4_STATUS_ADDRESS},
        {{L4_ITEM_WORD(L4_ITEM_NONE, 12, L4_READ), PAGES, 0}, L4_STATUS_MESSAGE},
        {{L4_ITEM_WORD(L4_ITEM_PORTS + 1, 12, L4_READ), PAGES, 0}, L4_STATUS_MESSAGE},
    };
    uint64_t pages = pages_new();
    l4_handle_t space = sender_space(pages);
    l4_handle_t server = thread_new(space, HIGHER, saver, 0);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, caller, server);
    CHECK(send_status == L4_STATUS_OK);
    open_windows();
    item_count = 1;
    for (unsigned i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        items[0] = cases[i / 2].item;
        CHECK(pass(space, i % 2));
        CHECK(send_status == cases[i / 2].status);
        CHECK(l4_utcb()->items[0].word == NONE && l4_utcb()->items[0].base == send_status);
    }
    close_windows();
    thread_drop(client);
    thread_drop(server);
    l4_space_delete(space);
    l4_unmap(0, pages, 4 * 4096, L4_READ, L4_UNMAP_SELF);
    slot_free(space);
    return true;
}

// Rights of a mapping that is there already grow with what comes from the same source, but writing
// and executing never meet.
static bool writing_and_executing_never_meet(void)
{
    const struct l4_info *info = l4_info();
    uint64_t physical = info->modules[0].start & ~0xfffull;
    uint64_t to = FREE_ADDRESS + 0x3000, copy = FREE_ADDRESS + 0x5000;
    need(l4_memory_map(L4_SLOT_MEMORY, physical, to, 4096, L4_READ), "page");
    CHECK(l4_memory_map(L4_SLOT_MEMORY, physical, to, 4096, L4_READ | L4_EXECUTE) == L4_STATUS_OK);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, physical, to, 4096, L4_READ | L4_WRITE) ==
          L4_STATUS_RIGHTS);
    CHECK(l4_space_map(0, to, copy, 4096, L4_READ | L4_EXECUTE) == L4_STATUS_OK);
    CHECK(l4_space_map(0, to, copy, 4096, L4_READ | L4_WRITE) == L4_STATUS_OK); // reading only
    CHECK(l4_unmap(0, to, 4096, L4_READ, L4_UNMAP_SELF) == L4_STATUS_OK);
    return true;
}

// The dearest messages there are; how long interrupts are off meanwhile is measured from outside.
static bool items_that_need_tables_are_limited(void)
{
    uint64_t pages = pages_new();
    l4_handle_t space = sender_space(pages), receiver_space = space_new_with(1024 * 1024, 64);
    // Each in a corner of its own: three tables.
    for (uint64_t i = 0; i < L4_ITEMS_MAX; i++)
        items[i] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ), PAGES, (i + 1) << 40};
    item_count = L4_ITEMS_MAX;
    l4_handle_t receiver = thread_new(receiver_space, HIGHER, take_far, 0);
    need(l4_handle_close(space, SLOT_TEST), "test");
    need(l4_handle_copy(space, receiver, SLOT_TEST, L4_RIGHT_SEND), "receiver");
    l4_handle_t thread = thread_new(space, HIGHER, sender, 0);
    // Each counts as thirteen entries, of sixteen that a message may write.
    CHECK(send_status == L4_STATUS_MESSAGE);
    thread_drop(thread);
    items[0] = items[1];
    item_count = 1;
    thread = thread_new(space, HIGHER, sender, 0);
    CHECK(send_status == L4_STATUS_OK);
    thread_drop(thread);
    CHECK(l4_space_delete(receiver_space) == L4_STATUS_OK);
    thread_drop(receiver);
    l4_space_delete(space);
    l4_unmap(0, pages, 4 * 4096, L4_READ, L4_UNMAP_SELF);
    slot_free(space);
    slot_free(receiver_space);
    return true;
}

// Whoever loses a handle may have waited for the thread behind it: all threads are looked at, for
// each handle.
static bool handles_move_out_of_a_crowd(void)
{
    struct l4_handle_info info;
    l4_handle_t space = space_new_with(2048 * 1024, 512), thread = slot_new();
    need(l4_handle_copy(space, L4_SLOT_THREAD, SLOT_TEST, L4_RIGHT_ALL), "test");
    for (unsigned i = 0; i < CROWD; i++) {
        need(l4_thread_create(space, thread, 1, 0, 0), "thread");
        need(l4_handle_move(space, thread, 100 + i), "thread");
    }
    for (unsigned i = 0; i < L4_ITEMS_MAX; i++)
        items[i] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_MOVE, 0, 0), 100 + i, 0};
    item_count = L4_ITEMS_MAX;
    open_windows();
    CHECK(pass(space, true) && send_status == L4_STATUS_MESSAGE);
    CHECK(l4_handle_info(HANDLES, &info) == L4_STATUS_OK);
    CHECK(info.kind == L4_KIND_THREAD && info.rights == L4_RIGHT_ALL);
    CHECK(l4_handle_info(HANDLES + 1, &info) == L4_STATUS_HANDLE);
    close_windows();
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(l4_handle_info(HANDLES, &info) == L4_STATUS_HANDLE);
    slot_free(thread);
    slot_free(space);
    return true;
}

const struct test item_tests[] = {
    {"maps, grants, handles and ports come together in one message with all 64 words",
     mixtures_arrive},
    {"small pages come one by one, each once", small_pages_arrive_one_by_one},
    {"an item that does not arrive is told to both sides, with the reason",
     failures_are_told_to_both},
    {"the tables that a message's pages need are limited", items_that_need_tables_are_limited},
    {"one handle at a time moves out of a space with as many threads as there can be",
     handles_move_out_of_a_crowd},
    {"writing and executing never meet in a mapping that grows", writing_and_executing_never_meet},
    {0, 0},
};
