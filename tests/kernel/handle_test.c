// SPDX-License-Identifier: BSD-2-Clause
//
// Handles: copies, labels, revocation, messages that carry them.
#include "test.h"

static bool exists(l4_handle_t slot)
{
    struct l4_handle_info info;
    return l4_handle_info(slot, &info) == L4_STATUS_OK;
}

static bool copies_have_fewer_rights(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    l4_handle_t copy = slot_new(), again = slot_new();
    struct l4_handle_info info;
    CHECK(l4_handle_mint(0, thread, copy, L4_RIGHT_SEND | L4_RIGHT_MINT, 5, 3) == L4_STATUS_OK);
    CHECK(l4_handle_info(copy, &info) == L4_STATUS_OK);
    CHECK(info.kind == L4_KIND_THREAD && info.rights == (L4_RIGHT_SEND | L4_RIGHT_MINT));
    CHECK(info.label == 5 && info.mask == 3);
    CHECK(l4_handle_mint(0, copy, again, L4_RIGHT_ALL, 6, ~0ull) == L4_STATUS_OK);
    CHECK(l4_handle_info(again, &info) == L4_STATUS_OK);
    CHECK(info.rights == (L4_RIGHT_SEND | L4_RIGHT_MINT) && info.label == 6 && info.mask == 3);
    thread_drop(thread);
    CHECK(!exists(copy) && !exists(again));
    slot_free(copy);
    slot_free(again);
    return true;
}

static bool labels_need_the_right(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    l4_handle_t copy = slot_new(), forged = slot_new();
    struct l4_handle_info info;
    CHECK(l4_handle_mint(0, thread, copy, L4_RIGHT_SEND, 5, 0) == L4_STATUS_OK);
    CHECK(l4_handle_mint(0, copy, forged, L4_RIGHT_SEND, 6, 0) == L4_STATUS_OK);
    CHECK(l4_handle_info(forged, &info) == L4_STATUS_OK && info.label == 5);
    thread_drop(thread);
    slot_free(copy);
    slot_free(forged);
    return true;
}

static bool revocation_takes_descendants(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    l4_handle_t chain[40];
    l4_handle_t from = thread;
    for (unsigned i = 0; i < 40; i++) {
        chain[i] = slot_new();
        CHECK(l4_handle_copy(0, from, chain[i], L4_RIGHT_ALL) == L4_STATUS_OK);
        from = i % 3 ? chain[i] : from;
    }
    CHECK(l4_handle_revoke(chain[10]) == L4_STATUS_OK);
    CHECK(exists(chain[10]) && exists(thread));
    CHECK(l4_handle_revoke(thread) == L4_STATUS_OK);
    for (unsigned i = 0; i < 40; i++) {
        CHECK(!exists(chain[i]));
        slot_free(chain[i]);
    }
    CHECK(exists(thread));
    thread_drop(thread);
    return true;
}

static bool depth_is_bounded(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    static l4_handle_t chain[300];
    l4_handle_t from = thread;
    unsigned made = 0;
    enum l4_status status = L4_STATUS_OK;
    while (made < 300 && status == L4_STATUS_OK) {
        chain[made] = slot_new();
        status = l4_handle_copy(0, from, chain[made], L4_RIGHT_ALL);
        from = chain[made++];
    }
    CHECK(status == L4_STATUS_ARGUMENT && made == 256);
    CHECK(l4_handle_close(0, chain[0]) == L4_STATUS_OK);
    for (unsigned i = 0; i < made; i++) {
        CHECK(!exists(chain[i]));
        slot_free(chain[i]);
    }
    thread_drop(thread);
    return true;
}

// The kernel keeps a copy of a partner's handle: where no copy can be, nothing changes.
static bool deepest_is_no_partner(void)
{
    struct l4_message message = {0};
    static l4_handle_t chain[255];
    l4_handle_t from = L4_SLOT_THREAD;
    for (unsigned i = 0; i < 255; i++) {
        chain[i] = slot_new();
        need(l4_handle_copy(0, from, chain[i], L4_RIGHT_ALL), "copy");
        from = chain[i];
    }
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_WATCH, L4_SLOT_THREAD, 0x40), "watch");
    CHECK(l4_thread_control(thread, L4_THREAD_WATCH, from, 0x10) == L4_STATUS_ARGUMENT);
    thread_drop(thread);
    CHECK(l4_wait_timeout(&message, 10) == L4_STATUS_OK && message.w[0] == 0x40);
    CHECK(l4_handle_close(0, chain[0]) == L4_STATUS_OK);
    for (unsigned i = 0; i < 255; i++)
        slot_free(chain[i]);
    return true;
}

static bool moves_keep_relations(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    l4_handle_t copy = slot_new(), moved = slot_new(), child = slot_new();
    l4_handle_copy(0, thread, copy, L4_RIGHT_ALL);
    l4_handle_copy(0, copy, child, L4_RIGHT_SEND);
    CHECK(l4_handle_move(0, copy, moved) == L4_STATUS_OK);
    CHECK(!exists(copy) && exists(moved) && exists(child));
    CHECK(l4_handle_revoke(moved) == L4_STATUS_OK);
    CHECK(!exists(child) && exists(moved));
    thread_drop(thread);
    slot_free(copy);
    slot_free(moved);
    slot_free(child);
    return true;
}

static l4_handle_t given[2];

static void giver(uint64_t move)
{
    struct l4_message message = {0};
    l4_wait(&message);
    for (;;) {
        for (unsigned i = 0; i < 2; i++)
            if (move)
                l4_item_move(i, given[i]);
            else
                l4_item_handle(i, given[i], L4_RIGHT_SEND);
        message.tag = L4_TAG(0, 0, 2);
        l4_reply_wait(&message);
    }
}

static bool messages_carry_handles(void)
{
    struct l4_handle_info info;
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    l4_handle_t window = 3000; // slots nobody else uses
    for (uint64_t move = 0; move < 2; move++) {
        given[0] = slot_new();
        given[1] = slot_new();
        l4_handle_mint(0, thread, given[0], L4_RIGHT_ALL, 11, 0);
        l4_handle_mint(0, thread, given[1], L4_RIGHT_ALL, 22, 0);
        l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, giver, move);
        struct l4_message message = {0};
        l4_receive_handles(window, 2);
        CHECK(l4_call(server, &message) == L4_STATUS_OK);
        CHECK(l4_tag_items(message.tag) == 2);
        CHECK(l4_utcb()->items[0].base == window && l4_utcb()->items[1].base == window + 1);
        CHECK(l4_handle_info(window, &info) == L4_STATUS_OK && info.label == 11);
        CHECK(l4_handle_info(window + 1, &info) == L4_STATUS_OK && info.label == 22);
        CHECK(info.rights == (move ? L4_RIGHT_ALL : L4_RIGHT_SEND));
        CHECK(L4_ITEM_RIGHTS(l4_utcb()->items[1].word) == info.rights);
        CHECK(exists(given[0]) == !move);
        l4_handle_close(0, window);
        l4_handle_close(0, window + 1);
        thread_drop(server);
        slot_free(given[0]);
        slot_free(given[1]);
    }
    thread_drop(thread);
    l4_receive_handles(0, 0);
    return true;
}

static bool a_handle_arrives_with_the_rights_that_its_item_tells(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER), window = 3000;
    given[0] = slot_new();
    given[1] = slot_new();
    l4_handle_mint(0, thread, given[0], L4_RIGHT_NOTIFY, 0, ~0ull);
    l4_handle_mint(0, thread, given[1], L4_RIGHT_SEND, 0, 0);
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, giver, 0);
    struct l4_message message = {0};
    l4_receive_handles(window, 2);
    CHECK(l4_call(server, &message) == L4_STATUS_OK);
    CHECK(L4_ITEM_RIGHTS(l4_utcb()->items[0].word) == 0);
    CHECK(L4_ITEM_RIGHTS(l4_utcb()->items[1].word) == L4_RIGHT_SEND);
    l4_receive_handles(0, 0);
    l4_handle_close(0, window);
    l4_handle_close(0, window + 1);
    thread_drop(server);
    thread_drop(thread);
    slot_free(given[0]);
    slot_free(given[1]);
    return true;
}

static bool unwanted_handles_stay_out(void)
{
    given[0] = given[1] = L4_SLOT_THREAD;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, giver, 0);
    struct l4_message message = {0};
    l4_receive_handles(0, 0);
    CHECK(l4_call(server, &message) == L4_STATUS_OK);
    for (unsigned i = 0; i < 2; i++) {
        CHECK(L4_ITEM_KIND(l4_utcb()->items[i].word) == L4_ITEM_NONE);
        CHECK(l4_utcb()->items[i].base == L4_STATUS_WINDOW);
    }
    l4_receive_handles(L4_SLOT_SPACE, 1);
    message.tag = 0;
    CHECK(l4_call(server, &message) == L4_STATUS_OK);
    CHECK(l4_utcb()->items[0].base == L4_STATUS_SLOT);
    l4_receive_handles(0, 0);
    thread_drop(server);
    return true;
}

static bool one_answers_for_another(void)
{
    l4_handle_t space = space_new(), copy = slot_new();
    CHECK(l4_handle_copy(space, L4_SLOT_LOG, 5, L4_RIGHT_CONTROL) == L4_STATUS_OK);
    CHECK(l4_handle_copy(space, L4_SLOT_LOG, 5, L4_RIGHT_CONTROL) == L4_STATUS_SLOT);
    CHECK(l4_handle_copy(space, L4_SLOT_LOG, 0, L4_RIGHT_CONTROL) == L4_STATUS_SLOT);
    CHECK(l4_handle_close(space, 5) == L4_STATUS_OK);
    CHECK(l4_handle_close(space, 5) == L4_STATUS_HANDLE);
    CHECK(l4_handle_copy(0, L4_SLOT_LOG, copy, L4_RIGHT_CONTROL) == L4_STATUS_OK);
    CHECK(l4_handle_move(space, copy, 6) == L4_STATUS_OK);
    CHECK(!exists(copy));
    l4_space_delete(space);
    slot_free(space);
    slot_free(copy);
    CHECK(exists(L4_SLOT_LOG));
    return true;
}

static uint64_t handles_used(void)
{
    struct l4_space_info info;
    l4_space_info(0, &info);
    return info.handles_used;
}

static bool handles_are_counted(void)
{
    l4_handle_t copy = slot_new(), moved = slot_new();
    uint64_t before = handles_used();
    CHECK(l4_handle_copy(0, L4_SLOT_LOG, copy, L4_RIGHT_ALL) == L4_STATUS_OK);
    CHECK(handles_used() == before + 1);
    CHECK(l4_handle_move(0, copy, moved) == L4_STATUS_OK && handles_used() == before + 1);
    CHECK(l4_handle_close(0, moved) == L4_STATUS_OK && handles_used() == before);
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    CHECK(handles_used() > before);
    thread_drop(thread);
    CHECK(handles_used() == before);
    slot_free(copy);
    slot_free(moved);
    return true;
}

const struct test handle_tests[] = {
    {"copies of handles have no more rights or bits than their source", copies_have_fewer_rights},
    {"without the right to mint a copy keeps its label", labels_need_the_right},
    {"revoking a handle takes all that was derived from it", revocation_takes_descendants},
    {"chains of copies are bounded, and closing the first takes all", depth_is_bounded},
    {"a handle that cannot be copied is no partner, and the one before stays",
     deepest_is_no_partner},
    {"the handles in a table are counted", handles_are_counted},
    {"a moved handle keeps its relations", moves_keep_relations},
    {"messages carry handles, copied or moved", messages_carry_handles},
    {"a handle arrives with the rights that its item tells",
     a_handle_arrives_with_the_rights_that_its_item_tells},
    {"handles land only where the receiver wants them", unwanted_handles_stay_out},
    {"the holder of a space fills and empties its table", one_answers_for_another},
    {0, 0},
};
