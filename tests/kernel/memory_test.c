// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping, granting, unmapping. Whether a page is there is asked of a thread that touches it and
// whose page faults end it.
#include "test.h"

static volatile bool touched;
static volatile uint64_t touch_value;

static void toucher(uint64_t address)
{
    touch_value = *(volatile uint64_t *)address;
    touched = true;
}

static void writer(uint64_t address)
{
    *(volatile uint64_t *)address = 1;
    touched = true;
}

static void runner(uint64_t address)
{
    ((void (*)(void))address)();
    touched = true;
}

static bool can(l4_handle_t space, void (*how)(uint64_t), uint64_t address)
{
    touched = false;
    l4_handle_t thread = thread_new(space, HIGHER, how, address);
    thread_drop(thread);
    return touched;
}

static bool readable(uint64_t address)
{
    return can(L4_SLOT_SPACE, toucher, address);
}

static bool writable(uint64_t address)
{
    return can(L4_SLOT_SPACE, writer, address);
}

static void drop_pages(uint64_t address, uint64_t bytes)
{
    l4_unmap(0, address, bytes, L4_READ, L4_UNMAP_SELF);
}

static bool rights_hold(void)
{
    uint64_t page = (uint64_t)page_new();
    *(uint8_t *)page = 0xc3; // a return instruction
    CHECK(l4_space_map(0, page, FREE_ADDRESS, 4096, L4_READ) == L4_STATUS_OK);
    CHECK(readable(FREE_ADDRESS) && !writable(FREE_ADDRESS));
    CHECK(!can(L4_SLOT_SPACE, runner, FREE_ADDRESS));
    // Rights can be added from the same source, and not beyond it.
    CHECK(l4_space_map(0, page, FREE_ADDRESS, 4096, L4_READ | L4_WRITE) == L4_STATUS_OK);
    CHECK(writable(FREE_ADDRESS));
    CHECK(l4_space_map(0, FREE_ADDRESS, FREE_ADDRESS + 4096, 4096, L4_READ) == L4_STATUS_OK);
    CHECK(l4_space_map(0, FREE_ADDRESS + 4096, FREE_ADDRESS + 8192, 4096, L4_READ | L4_WRITE) ==
          L4_STATUS_OK);
    CHECK(readable(FREE_ADDRESS + 8192) && !writable(FREE_ADDRESS + 8192));
    CHECK(!can(L4_SLOT_SPACE, runner, page));
    drop_pages(page, 4096);
    CHECK(!readable(FREE_ADDRESS) && !readable(FREE_ADDRESS + 4096) &&
          !readable(FREE_ADDRESS + 8192));
    return true;
}

static bool text_and_constants_are_safe(void)
{
    CHECK(!writable((uint64_t)toucher));
    CHECK(!can(L4_SLOT_SPACE, runner, (uint64_t)&touch_value));
    CHECK(!readable(0) && !readable(L4_USER_END - 8) && !readable(1ull << 63));
    CHECK(!readable(0xffffffff80100000) && !readable(0xffff800000000000));
    CHECK(readable(L4_INFO_ADDRESS) && !writable(L4_INFO_ADDRESS));
    return true;
}

static bool unmap_takes_descendants_only(void)
{
    uint64_t page = (uint64_t)page_new();
    for (uint64_t i = 0; i < 100; i++)
        CHECK(l4_space_map(0, i % 7 ? FREE_ADDRESS + (i - 1) * 4096 : page, FREE_ADDRESS + i * 4096,
                           4096, L4_READ) == L4_STATUS_OK);
    CHECK(readable(FREE_ADDRESS + 99 * 4096));
    CHECK(l4_unmap(0, page, 4096, L4_READ, 0) == L4_STATUS_OK);
    for (uint64_t i = 0; i < 100; i += 9)
        CHECK(!readable(FREE_ADDRESS + i * 4096));
    CHECK(writable(page));
    drop_pages(page, 4096);
    CHECK(!readable(page));
    return true;
}

static bool depth_is_bounded(void)
{
    uint64_t page = (uint64_t)page_new(), depth = 0;
    enum l4_status status = L4_STATUS_OK;
    for (; depth < 300 && status == L4_STATUS_OK; depth++)
        status = l4_space_map(0, depth ? FREE_ADDRESS + (depth - 1) * 4096 : page,
                              FREE_ADDRESS + depth * 4096, 4096, L4_READ);
    CHECK(status == L4_STATUS_ARGUMENT && depth == 256);
    CHECK(l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF) == L4_STATUS_OK);
    for (uint64_t i = 0; i < depth; i += 17)
        CHECK(!readable(FREE_ADDRESS + i * 4096));
    return true;
}

static bool reducing_keeps_the_own_page(void)
{
    uint64_t page = (uint64_t)page_new();
    CHECK(l4_space_map(0, page, FREE_ADDRESS, 4096, L4_READ | L4_WRITE) == L4_STATUS_OK);
    CHECK(l4_unmap(0, page, 4096, L4_WRITE, L4_UNMAP_SELF) == L4_STATUS_OK);
    CHECK(readable(page) && !writable(page) && !readable(FREE_ADDRESS));
    drop_pages(page, 4096);
    return true;
}

static bool grant_moves(void)
{
    uint64_t page = (uint64_t)page_new();
    l4_handle_t space = space_new();
    struct l4_message message = {.w = {FREE_ADDRESS, 4096}};
    CHECK(l4_space_map(0, page, FREE_ADDRESS + 4096, 4096, L4_READ | L4_WRITE) == L4_STATUS_OK);
    *(volatile uint64_t *)page = 4711;
    CHECK(l4_system_call(L4_OP_SPACE_MAP, space, L4_ITEM_WORD(L4_ITEM_GRANT, 0, L4_READ | L4_WRITE),
                         FREE_ADDRESS + 4096, &message) == L4_STATUS_OK);
    CHECK(!readable(FREE_ADDRESS + 4096));
    CHECK(can(space, toucher, FREE_ADDRESS) && touch_value == 4711);
    drop_pages(page, 4096);
    CHECK(!can(space, toucher, FREE_ADDRESS));
    l4_space_delete(space);
    slot_free(space);
    return true;
}

static uint64_t offered_page;
static unsigned offered_log2;
static uint64_t offered_offset;

static void offerer(uint64_t grant)
{
    struct l4_message message = {0};
    l4_wait(&message);
    for (;;) {
        if (grant)
            l4_item_grant(0, offered_page, offered_log2, L4_READ | L4_WRITE, offered_offset);
        else
            l4_item_map(0, offered_page, offered_log2, L4_READ | L4_WRITE, offered_offset);
        message.tag = L4_TAG(0, 0, 1);
        l4_reply_wait(&message);
    }
}

static bool items_land_in_the_window(void)
{
    offered_page = (uint64_t)page_new();
    offered_log2 = 12;
    *(volatile uint64_t *)offered_page = 99;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, offerer, 0);
    struct l4_message message = {0};
    l4_receive_window(FREE_ADDRESS, 16);
    for (offered_offset = 0; offered_offset < 0x20000; offered_offset += 0x7000) {
        uint64_t landed = FREE_ADDRESS + (offered_offset & 0xffff);
        message.tag = 0;
        CHECK(l4_call(server, &message) == L4_STATUS_OK);
        CHECK(l4_utcb()->items[0].base == landed && l4_utcb()->items[0].offset == 4096);
        CHECK(*(volatile uint64_t *)landed == 99);
        l4_unmap(0, landed, 4096, L4_READ, L4_UNMAP_SELF);
    }
    l4_receive_window(FREE_ADDRESS, 0);
    message.tag = 0;
    CHECK(l4_call(server, &message) == L4_STATUS_OK);
    CHECK(l4_utcb()->items[0].word == 0 && l4_utcb()->items[0].base == L4_STATUS_WINDOW);
    // More than the window: nothing.
    l4_receive_window(FREE_ADDRESS, 12);
    offered_log2 = 13;
    message.tag = 0;
    CHECK(l4_call(server, &message) == L4_STATUS_OK);
    CHECK(l4_utcb()->items[0].base == L4_STATUS_WINDOW);
    // A window in the kernel's half or over the UTCBs catches nothing.
    const uint64_t windows[] = {0xffff800000000000, L4_UTCB_FIRST, L4_INFO_ADDRESS, ~0xfffull};
    offered_log2 = 12;
    for (unsigned i = 0; i < 4; i++) {
        l4_receive_window(windows[i], 12);
        message.tag = 0;
        CHECK(l4_call(server, &message) == L4_STATUS_OK);
        CHECK(l4_utcb()->items[0].base == L4_STATUS_ADDRESS);
    }
    l4_receive_window(0, 0);
    thread_drop(server);
    drop_pages(offered_page, 4096);
    return true;
}

#define PASSED_ON (FREE_ADDRESS + 0x10000) // where a server gets the page that it returns

static void page_returner(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_receive_window(PASSED_ON, 12);
    l4_wait(&message);
    for (;;) {
        for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
            message.w[i] = ~message.w[i];
        l4_item_map(0, PASSED_ON, 12, L4_READ, 0);
        message.tag = L4_TAG(0, L4_REGISTER_WORDS, 1);
        l4_reply_wait(&message);
    }
}

// Without tables, with them, and with the page there already: by the slow way and the fast one.
static bool words_travel_beside_a_page(void)
{
    uint64_t page = (uint64_t)page_new();
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, page_returner, 0);
    *(volatile uint64_t *)page = 4711;
    l4_receive_window(FREE_ADDRESS, 12);
    for (uint64_t round = 0; round < 4; round++) {
        struct l4_message message = {.tag = L4_TAG(7, L4_REGISTER_WORDS, 1)};
        for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
            message.w[i] = round << 32 | i;
        l4_item_map(0, page, 12, L4_READ | L4_WRITE, 0);
        CHECK(l4_call(server, &message) == L4_STATUS_OK);
        CHECK(message.tag == L4_TAG(0, L4_REGISTER_WORDS, 1));
        for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
            CHECK(message.w[i] == ~(round << 32 | i));
        CHECK(l4_utcb()->items[0].base == FREE_ADDRESS && l4_utcb()->items[0].offset == 4096);
        CHECK(*(volatile uint64_t *)FREE_ADDRESS == 4711 && !writable(FREE_ADDRESS));
        if (round < 2)
            drop_pages(PASSED_ON, 4096);
    }
    l4_receive_window(0, 0);
    thread_drop(server);
    drop_pages(page, 4096);
    return true;
}

// What the item says, not what the sender claimed, is what a receiver can check.
static bool received_items_tell_the_rights_that_arrived(void)
{
    uint64_t page = (uint64_t)page_new(), weak = FREE_ADDRESS + 0x100000;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, offerer, 0);
    struct l4_message message = {0};
    offered_offset = 0;
    l4_receive_window(FREE_ADDRESS, 13);
    // Both ways through the kernel: one small page, and more.
    const unsigned rights[] = {L4_READ, L4_READ | L4_WRITE};
    for (unsigned i = 0; i < 2; i++)
        for (offered_log2 = 12; offered_log2 <= 13; offered_log2++) {
            CHECK(l4_space_map(0, page, weak, 4096, rights[i]) == L4_STATUS_OK);
            CHECK(l4_space_map(0, page, weak + 4096, 4096, L4_READ) == L4_STATUS_OK);
            offered_page = weak;
            message.tag = 0;
            CHECK(l4_call(server, &message) == L4_STATUS_OK);
            CHECK(L4_ITEM_KIND(l4_utcb()->items[0].word) == L4_ITEM_MAP);
            CHECK(L4_ITEM_RIGHTS(l4_utcb()->items[0].word) ==
                  (offered_log2 == 12 ? rights[i] : L4_READ));
            CHECK(writable(FREE_ADDRESS) == (rights[i] != L4_READ));
            drop_pages(weak, 8192);
        }
    // A page that is not there arrives with no right at all.
    CHECK(l4_space_map(0, page, weak, 4096, L4_READ) == L4_STATUS_OK);
    for (offered_log2 = 12; offered_log2 <= 13; offered_log2++) {
        offered_page = offered_log2 == 12 ? weak + 4096 : weak;
        message.tag = 0;
        CHECK(l4_call(server, &message) == L4_STATUS_OK);
        CHECK(L4_ITEM_RIGHTS(l4_utcb()->items[0].word) == 0);
    }
    l4_receive_window(0, 0);
    thread_drop(server);
    drop_pages(page, 4096);
    return true;
}

static bool kernel_pages_cannot_be_passed_on(void)
{
    offered_page = L4_UTCB_FIRST & ~0xfffull;
    offered_log2 = 12;
    offered_offset = 0;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, offerer, 0);
    struct l4_message message = {0};
    l4_receive_window(FREE_ADDRESS, 12);
    CHECK(l4_call(server, &message) == L4_STATUS_OK);
    CHECK(!readable(FREE_ADDRESS));
    l4_receive_window(0, 0);
    thread_drop(server);
    CHECK(l4_space_map(0, L4_INFO_ADDRESS, FREE_ADDRESS, 4096, L4_READ) == L4_STATUS_ADDRESS);
    return true;
}

static bool large_pages_come_in_one(void)
{
    const struct l4_info *info = l4_info();
    uint64_t physical = 0, large = 2ull << 20, to = FREE_ADDRESS + 16 * large;
    for (unsigned i = 0; i < info->region_count; i++) {
        uint64_t end = info->regions[i].end & ~(large - 1);
        if (info->regions[i].kind == L4_REGION_FREE && end >= large &&
            end - large >= info->regions[i].start)
            physical = end - large;
    }
    CHECK(physical);
    struct l4_space_info before, after;
    l4_space_info(0, &before);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, physical, to, large, L4_READ | L4_WRITE) == L4_STATUS_OK);
    l4_space_info(0, &after);
    CHECK(after.used_bytes - before.used_bytes <= 3 * 8192);
    for (uint64_t offset = 0; offset < large; offset += 4096)
        *(volatile uint64_t *)(to + offset) = offset;
    // Small pages out of a large one, and a large one as a whole.
    CHECK(l4_space_map(0, to + 0x5000, FREE_ADDRESS, 0x2000, L4_READ) == L4_STATUS_OK);
    CHECK(*(volatile uint64_t *)FREE_ADDRESS == 0x5000);
    CHECK(*(volatile uint64_t *)(FREE_ADDRESS + 4096) == 0x6000);
    CHECK(l4_space_map(0, to, to + 4 * large, large, L4_READ) == L4_STATUS_OK);
    CHECK(*(volatile uint64_t *)(to + 4 * large + 0x1ff000) == 0x1ff000);
    CHECK(!writable(to + 4 * large));
    // To an address that is not aligned to 2 MiB it goes in small pages.
    CHECK(l4_space_map(0, to, to + 6 * large + 4096, large, L4_READ) == L4_STATUS_OK);
    CHECK(*(volatile uint64_t *)(to + 6 * large + 4096 + 0x1ff000) == 0x1ff000);
    CHECK(l4_unmap(0, to, large, L4_READ, L4_UNMAP_SELF) == L4_STATUS_OK);
    CHECK(!readable(to) && !readable(FREE_ADDRESS) && !readable(to + 4 * large) &&
          !readable(to + 6 * large + 8192));
    return true;
}

static bool occupied_addresses_are_kept(void)
{
    uint64_t page = (uint64_t)page_new(), other = (uint64_t)page_new();
    CHECK(l4_space_map(0, page, FREE_ADDRESS, 4096, L4_READ) == L4_STATUS_OK);
    CHECK(l4_space_map(0, other, FREE_ADDRESS, 4096, L4_READ) == L4_STATUS_OCCUPIED);
    CHECK(l4_space_map(0, page, FREE_ADDRESS, 4096, L4_READ) == L4_STATUS_OK);
    // The same frame by another way is another mapping.
    CHECK(l4_space_map(0, page, FREE_ADDRESS + 4096, 4096, L4_READ) == L4_STATUS_OK);
    CHECK(l4_space_map(0, FREE_ADDRESS + 4096, FREE_ADDRESS, 4096, L4_READ) == L4_STATUS_OCCUPIED);
    drop_pages(page, 4096);
    drop_pages(other, 4096);
    return true;
}

static bool many_pages_in_steps(void)
{
    uint64_t bytes = 600 * 4096, large = 2ull << 20;
    const struct l4_info *info = l4_info();
    uint64_t physical = 0;
    for (unsigned i = 0; i < info->region_count; i++)
        if (info->regions[i].kind == L4_REGION_FREE &&
            info->regions[i].end - info->regions[i].start > bytes + large)
            physical = (info->regions[i].start + large - 1) / large * large;
    CHECK(physical);
    uint64_t to = FREE_ADDRESS + 4096;
    struct l4_message message = {.w = {bytes, L4_READ}};
    CHECK(l4_system_call(L4_OP_MEMORY_MAP, L4_SLOT_MEMORY, physical, to, &message) ==
          L4_STATUS_AGAIN);
    CHECK(message.w[0] == L4_MAP_LEAVES_MAX * 4096);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, physical, to, bytes, L4_READ) == L4_STATUS_OK);
    CHECK(readable(to + bytes - 4096) && !readable(to + bytes));
    CHECK(l4_unmap(0, to, bytes, L4_READ, L4_UNMAP_SELF) == L4_STATUS_OK);
    CHECK(!readable(to) && !readable(to + bytes - 4096));
    // An empty range as large as the whole space takes no time to speak of.
    uint64_t before = l4_tsc();
    CHECK(l4_unmap(0, 1ull << 40, 1ull << 46, L4_READ, L4_UNMAP_SELF) == L4_STATUS_OK);
    CHECK(l4_tsc() - before < 100000);
    return true;
}

// Page tables of spaces that ended serve new ones.
static bool new_spaces_have_nothing_of_old_ones(void)
{
    const uint64_t places[] = {FREE_ADDRESS, FREE_ADDRESS + (4ull << 20), 1ull << 33, 1ull << 40};
    uint64_t page = (uint64_t)page_new();
    for (unsigned round = 0; round < 8; round++) {
        l4_handle_t space = space_new();
        for (unsigned i = 0; i < 4; i++) {
            uint64_t at = places[i] + round % 2 * 4096;
            CHECK(!can(space, toucher, at) && !can(space, toucher, at ^ 4096));
            CHECK(l4_space_map(space, page, at, 4096, L4_READ) == L4_STATUS_OK);
            CHECK(can(space, toucher, at));
        }
        CHECK(l4_space_delete(space) == L4_STATUS_OK);
        slot_free(space);
    }
    drop_pages(page, 4096);
    return true;
}

const struct test memory_tests[] = {
    {"rights to pages hold, and can be passed on but not widened", rights_hold},
    {"text cannot be written, data not executed, the kernel not read", text_and_constants_are_safe},
    {"unmapping takes what was derived, on any way, and no more", unmap_takes_descendants_only},
    {"chains of mappings are bounded and revocable", depth_is_bounded},
    {"taking one right keeps the own page and drops derived ones", reducing_keeps_the_own_page},
    {"a granted page moves and stays revocable", grant_moves},
    {"map items land inside the receiver's window only", items_land_in_the_window},
    {"words travel beside a page", words_travel_beside_a_page},
    {"received items tell the rights that arrived", received_items_tell_the_rights_that_arrived},
    {"UTCBs and the information page cannot be passed on", kernel_pages_cannot_be_passed_on},
    {"pages of 2 MiB are mapped whole, in parts and unaligned", large_pages_come_in_one},
    {"a mapping is never replaced by another", occupied_addresses_are_kept},
    {"large ranges are mapped and unmapped in bounded steps", many_pages_in_steps},
    {"a new space has nothing of one that ended", new_spaces_have_nothing_of_old_ones},
    {0, 0},
};
