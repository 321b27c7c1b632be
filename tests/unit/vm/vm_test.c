// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/kernel/check.h"

#include <dataspace/translation.h>
#include <stdbool.h>
#include <string.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "machine_host.h"
#include "pool.h"
#include "serve.h"
#include "vm_bench.h"

static void runs_and_singles_never_overlap(void **state)
{
    (void)state;
    static uint8_t used[HOST_FRAMES];
    static struct {
        uint64_t first, count;
    } held[200];
    memset(used, 0, sizeof used);
    memset(held, 0, sizeof held);
    for (int step = 0; step < 20000; step++) {
        uint32_t i = random_below(200);
        if (held[i].count) {
            memset(used + held[i].first, 0, held[i].count);
            pool_give(held[i].first, held[i].count);
            held[i].count = 0;
            continue;
        }
        uint64_t count = random_below(4) ? 1 : 1 + random_below(40);
        uint64_t below = random_below(2) ? 0 : HOST_FRAMES / 2 * PAGE_BYTES;
        uint64_t first = count == 1 && !below ? pool_take() : pool_take_run(count, below);
        if (first == POOL_NONE)
            continue;
        assert_true(!below || (first + count) * PAGE_BYTES <= below);
        for (uint64_t frame = first; frame < first + count; frame++)
            assert_int_equal(used[frame]++, 0);
        held[i].first = first;
        held[i].count = count;
    }
    for (int i = 0; i < 200; i++)
        pool_give(held[i].first, held[i].count);
}

static void memory_is_zeroed_private_and_limited(void **state)
{
    (void)state;
    uint64_t a = attach(1, create(1, 0, 1 << 20), 1 << 20, 3);
    uint64_t b = attach(2, create(2, 0, 1 << 16), 1 << 16, 3);
    unsigned provided = 0;
    while (provided < 512 && touch(1, a + provided * PAGE_BYTES, 2)) {
        uint8_t *page = touch(1, a + provided * PAGE_BYTES, 1);
        for (unsigned i = 0; i < PAGE_BYTES; i++)
            assert_int_equal(page[i], 0);
        memset(page, 0xaa, PAGE_BYTES);
        provided++;
    }
    assert_int_equal(provided, 255); // a limit of 256 pages, one of them is the table
    assert_int_equal(*touch(2, b, 1), 0);
    assert_int_equal(ask_with(1, LIMITS, 0, NULL, 0, 0), 0);
    assert_int_equal(last.words[1], 1 << 20);
    assert_int_equal(ask(1, CREATE, 1, PAGE_BYTES, 0), DATASPACE_ERROR_NO_MEMORY);
    assert_int_equal(ask(1, DETACH, a), 0);
    assert_null(touch(1, a, 1));
}

static void rights_and_ranges_are_checked(void **state)
{
    (void)state;
    uint64_t mine = create(1, 0, 8 * PAGE_BYTES);
    assert_int_equal(ask(2, ATTACH, mine, 0, PAGE_BYTES, 0, 1), DATASPACE_ERROR_NO_SUCH_DATASPACE);
    assert_int_equal(ask(2, DELETE, mine), DATASPACE_ERROR_NO_SUCH_DATASPACE);
    assert_int_equal(ask(1, ATTACH, mine, 0, 9 * PAGE_BYTES, 0, 1), DATASPACE_ERROR_BAD_RANGE);
    assert_int_equal(ask(1, ATTACH, mine, 1, PAGE_BYTES, 0, 1), DATASPACE_ERROR_BAD_RANGE);
    assert_int_equal(ask(1, ATTACH, mine, UINT64_MAX - 4095, 8192, 0, 1),
                     DATASPACE_ERROR_BAD_RANGE);
    assert_int_equal(ask(1, ATTACH, mine, 0, PAGE_BYTES, 0, 4), DATASPACE_ERROR_BAD_RANGE);
    assert_int_equal(ask(1, ATTACH, mine, 0, PAGE_BYTES, 123, 1), DATASPACE_ERROR_BAD_RANGE);
    assert_int_equal(ask(1, ATTACH, mine, 0, PAGE_BYTES, TASK_END, 1), DATASPACE_ERROR_NO_ADDRESS);
    uint64_t at = attach(1, mine, 8 * PAGE_BYTES, 1);
    assert_int_equal(ask(1, ATTACH, mine, 0, PAGE_BYTES, at + PAGE_BYTES, 1),
                     DATASPACE_ERROR_NO_ADDRESS);
    assert_non_null(touch(1, at, 1));
    assert_null(touch(1, at, 2));
    assert_null(touch(1, at + 8 * PAGE_BYTES, 1));
    assert_null(touch(1, at - 1, 1));
    assert_null(touch(2, at, 1));
    assert_int_equal(ask(1, CREATE, 2, PAGE_BYTES, 0xfee00000), DATASPACE_ERROR_NOT_ALLOWED);
    assert_int_equal(ask(1, TASK_DELETE, 2), DATASPACE_ERROR_NOT_ALLOWED);
    assert_int_equal(ask(1, CREATE, 0, 0, 0), DATASPACE_ERROR_NO_MEMORY);
    assert_int_equal(ask(1, CREATE, 0, UINT64_MAX, 0), DATASPACE_ERROR_NO_MEMORY);
    assert_int_equal(ask(1, CREATE, 0, PAGE_BYTES), INTERFACE_MALFORMED);
    assert_int_equal(ask(1, 1000, 0), INTERFACE_UNKNOWN);
}

static void a_deleted_dataspace_is_gone_for_everybody(void **state)
{
    (void)state;
    uint64_t shared = create(1, 1, 4 * PAGE_BYTES);
    assert_int_equal(ask(0, ATTACH_FOR, 2, shared, 0, 4 * PAGE_BYTES, 0, 3), 0);
    uint64_t at = last.words[0];
    assert_non_null(touch(2, at, 2));
    *touch(2, at, 2) = 'x';
    assert_int_equal(ask(0, ATTACH_FOR, 3, shared, 0, 4 * PAGE_BYTES, 0, 1), 0);
    uint64_t read_only = last.words[0];
    assert_int_equal(ask(1, DELETE, shared), 0);
    // Whoever was shown it does not fault, but sees nothing of what was there, nor of each other.
    assert_int_equal(*touch(2, at, 1), 0);
    *touch(2, at + PAGE_BYTES, 2) = 'y';
    assert_int_equal(*touch(3, read_only, 1), 0);
    assert_null(touch(3, read_only, 2));
    assert_int_equal(ask(2, DETACH, at), 0);
    assert_null(touch(2, at, 1));
    uint64_t next = create(1, 1, 4 * PAGE_BYTES);
    assert_int_not_equal(next, shared); // numbers are not given twice
    assert_int_equal(ask(1, DELETE, shared), DATASPACE_ERROR_NO_SUCH_DATASPACE);
}

// One page stands for all that a task was shown and is gone, as long as it has any of it.
static void the_page_behind_what_is_gone_is_given_back(void **state)
{
    (void)state;
    uint64_t at[2], free_before = 0;
    for (unsigned i = 0; i < 2; i++) {
        uint64_t shared = create(1, 1, PAGE_BYTES);
        assert_int_equal(ask(0, ATTACH_FOR, 2, shared, 0, PAGE_BYTES, 0, 3), 0);
        at[i] = last.words[0];
        assert_int_equal(ask(1, DELETE, shared), 0);
        free_before = i ? free_before : pool_free_count();
        *touch(2, at[i], 2) = 'x';
    }
    assert_int_equal(pool_free_count(), free_before - 1);
    assert_int_equal(ask(2, DETACH, at[0]), 0);
    assert_int_equal(pool_free_count(), free_before - 1);
    assert_int_equal(*touch(2, at[1], 1), 'x');
    assert_int_equal(ask(2, DETACH, at[1]), 0);
    assert_int_equal(pool_free_count(), free_before);
}

// The answer's words: how many there are, and the words.
static void root_sees_what_is_present_and_nothing_else(void **state)
{
    (void)state;
    uint64_t at = attach(1, create(1, 0, 4 * PAGE_BYTES), 4 * PAGE_BYTES, 3);
    uint64_t *page = (uint64_t *)touch(1, at + PAGE_BYTES, 2);
    for (unsigned i = 0; i < PAGE_BYTES / 8; i++)
        page[i] = 1000 + i;
    assert_int_equal(ask(0, PEEK_FOR, 1, at + PAGE_BYTES + 80), 0);
    assert_int_equal(last.words[0], 48);
    assert_int_equal(last.words[1], 1010);
    assert_int_equal(last.words[5], 1014);
    assert_int_equal(l4_utcb()->words[48], 1057);
    assert_int_equal(ask(0, PEEK_FOR, 1, at + 2 * PAGE_BYTES - 16), 0);
    assert_int_equal(last.words[0], 2); // not beyond the page
    assert_int_equal(last.words[2], 1000 + PAGE_BYTES / 8 - 1);
    const uint64_t nothing[] = {at, at + 2 * PAGE_BYTES, at + PAGE_BYTES + 4, at - 8,
                                0,  UINT64_MAX,          UINT64_MAX - 7};
    for (unsigned i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        assert_int_equal(ask(0, PEEK_FOR, 1, nothing[i]), 0);
        assert_int_equal(last.words[0], 0);
    }
    assert_int_equal(ask(0, PEEK_FOR, 2, at + PAGE_BYTES), 0);
    assert_int_equal(last.words[0], 0);
    assert_int_equal(ask(0, PEEK_FOR, 77, at + PAGE_BYTES), 0);
    assert_int_equal(last.words[0], 0);
    assert_int_equal(ask(1, PEEK_FOR, 1, at + PAGE_BYTES), DATASPACE_ERROR_NOT_ALLOWED);
}

static void root_does_not_look_into_devices_and_managers_pages(void **state)
{
    (void)state;
    assert_int_equal(ask(0, CREATE_FOR, 1, 2, PAGE_BYTES, 0xfee00000), 0);
    uint64_t device = last.words[0];
    assert_int_equal(ask(0, ATTACH_FOR, 1, device, 0, PAGE_BYTES, 0x500000, 3), 0);
    assert_int_equal(ask(0, PEEK_FOR, 1, 0x500000), 0);
    assert_int_equal(last.words[0], 0);
    assert_int_equal(ask_with(3, MANAGE, 0, NULL, 210, 0), 0);
    assert_int_equal(ask(3, ANNOUNCE, 77, PAGE_BYTES, 5), 0);
    uint64_t file = last.words[0];
    assert_int_equal(ask_with(3, SUPPLY, 2, (uint64_t[]){file, 0}, 0, HOST_SUPPLIED), 0);
    assert_int_equal(ask(0, ATTACH_FOR, 1, file, 0, PAGE_BYTES, 0x600000, 5), 0);
    assert_non_null(touch(1, 0x600000, 1));
    assert_int_equal(ask(0, PEEK_FOR, 1, 0x600000), 0);
    assert_int_equal(last.words[0], 0);
    assert_int_equal(ask(0, DELETE, device), 0);
}

static void a_manager_supplies_pages_and_copies_stay_private(void **state)
{
    (void)state;
    assert_int_equal(ask(3, ANNOUNCE, 77, 4 * PAGE_BYTES, 5), DATASPACE_ERROR_NOT_ALLOWED);
    assert_int_equal(ask_with(3, MANAGE, 0, NULL, 210, 0), 0);
    assert_int_equal(ask_with(3, MANAGE, 0, NULL, 211, 0), DATASPACE_ERROR_TOO_MANY);
    assert_int_equal(ask(3, ANNOUNCE, 77, 4 * PAGE_BYTES, 5), 0);
    uint64_t file = last.words[0];
    assert_int_equal(ask(0, ATTACH_FOR, 1, file, 0, 4 * PAGE_BYTES, 0x400000, 5), 0);
    assert_int_equal(ask(0, ATTACH_FOR, 2, file, 0, 4 * PAGE_BYTES, 0x400000, 3),
                     DATASPACE_ERROR_BAD_RANGE);
    assert_int_equal(ask(0, CREATE_COPY_FOR, 1, file, PAGE_BYTES, PAGE_BYTES + 100, 3 * PAGE_BYTES),
                     0);
    uint64_t copy = attach(1, last.words[0], 3 * PAGE_BYTES, 3);
    struct fault fault = {.task = 1, .address = copy + PAGE_BYTES, .access = 2};
    assert_int_equal(serve_fault(&fault), FAULT_ASK);
    assert_int_equal(fault.dataspace->cookie, 77);
    assert_int_equal(fault.index, 2);
    assert_int_equal(serve_manager(fault.dataspace), 210);
    assert_int_equal(ask_with(2, SUPPLY, 2, (uint64_t[]){file, 0}, 0, HOST_SUPPLIED),
                     DATASPACE_ERROR_NO_SUCH_DATASPACE);
    // A page that could not be read or executed by those who may would fault for ever.
    for (page_rights = 0; page_rights <= (L4_READ | L4_WRITE); page_rights++)
        assert_int_not_equal(ask_with(3, SUPPLY, 2, (uint64_t[]){file, 0}, 0, HOST_SUPPLIED), 0);
    page_rights = L4_READ | L4_EXECUTE;
    for (uint64_t page = 0; page < 4; page++) {
        memset(machine_frame(HOST_SUPPLIED + page), 'a' + (int)page, PAGE_BYTES);
        assert_int_equal(
            ask_with(3, SUPPLY, 2, (uint64_t[]){file, page * PAGE_BYTES}, 0, HOST_SUPPLIED + page),
            0);
    }
    assert_int_equal(ask_with(3, SUPPLY, 2, (uint64_t[]){file, 0}, 0, HOST_SUPPLIED + 9),
                     DATASPACE_ERROR_PAGE_THERE);
    assert_int_equal(*touch(1, 0x400000, 4), 'a');
    // The file's own pages are the same for all; copies of them are not.
    assert_int_equal(ask(0, ATTACH_FOR, 2, file, 0, 4 * PAGE_BYTES, 0x400000, 5), 0);
    assert_ptr_equal(touch(2, 0x400000, 4), touch(1, 0x400000, 4));
    assert_int_equal(*touch(1, copy, 2), 'b');
    *touch(1, copy, 2) = 'x';
    assert_int_equal(*touch(1, 0x401000, 4), 'b');
    assert_int_equal(*touch(1, copy + PAGE_BYTES + 99, 1), 'c');
    assert_int_equal(*touch(1, copy + PAGE_BYTES + 100, 1), 0);
    assert_int_equal(*touch(1, copy + 2 * PAGE_BYTES, 1), 0);
    unsigned dropped = host_dropped;
    assert_int_equal(ask(0, TASK_DELETE, 3), 0);
    assert_int_equal(host_dropped, dropped + 4);
    assert_null(touch(1, 0x400000, 4)); // nothing to execute
    assert_int_equal(*touch(1, 0x400000, 1), 0);
}

// A task attaches a manager's dataspace itself, once the manager permits it.
static void whom_the_owner_permits_may_attach(void **state)
{
    (void)state;
    assert_int_equal(ask_with(3, MANAGE, 0, NULL, 210, 0), 0);
    assert_int_equal(ask(3, ANNOUNCE, 7, 4 * PAGE_BYTES, 5), 0);
    uint64_t file = last.words[0];
    int refused = DATASPACE_ERROR_NO_SUCH_DATASPACE;
    assert_int_equal(ask(1, ATTACH, file, 0, PAGE_BYTES, 0, 1), refused);
    assert_int_equal(ask(1, PERMIT, file, 1), refused);
    assert_int_equal(ask(3, PERMIT, file, 60), DATASPACE_ERROR_NOT_ALLOWED);
    assert_int_equal(ask(3, PERMIT, file, 1ull << 32), INTERFACE_MALFORMED);
    assert_int_equal(ask(3, PERMIT, file, 1), 0);
    assert_int_equal(ask(1, ATTACH, file, 0, PAGE_BYTES, 0, 3), DATASPACE_ERROR_BAD_RANGE);
    uint64_t at = attach(1, file, 4 * PAGE_BYTES, 5);
    assert_int_equal(ask(2, ATTACH, file, 0, PAGE_BYTES, 0, 1), refused);
    assert_int_equal(ask(1, DELETE, file), refused);
    struct fault fault = {.task = 1, .address = at, .access = 4};
    assert_int_equal(serve_fault(&fault), FAULT_ASK);
    // Its number's next user is another.
    assert_int_equal(ask(0, TASK_DELETE, 1), 0);
    assert_int_equal(ask_with(0, TASK_CREATE, 3, (uint64_t[]){1, 1 << 20, 0}, 201, 0), 0);
    assert_int_equal(ask(1, ATTACH, file, 0, PAGE_BYTES, 0, 1), refused);
}

// What a system at rest is compared by.
static void root_is_told_what_a_task_has(void **state)
{
    (void)state;
    assert_int_equal(ask(1, USAGE, 1), DATASPACE_ERROR_NOT_ALLOWED);
    assert_int_equal(ask(0, USAGE, 9), DATASPACE_ERROR_NO_SUCH_DATASPACE);
    assert_int_equal(ask(0, USAGE, 2), 0);
    uint64_t attached = last.words[2];
    assert_true(last.words[0] == 0 && last.words[1] == 0 && last.words[3] == 0);
    assert_true(last.words[4] > free_at_start * PAGE_BYTES);
    uint64_t number = create(1, 0, 4 * PAGE_BYTES);
    assert_int_equal(ask(1, TOUCH, number, 0, 3 * PAGE_BYTES), 0);
    assert_int_equal(ask(0, SHARE_FRAMES, 2, number, 4, 0), 0);
    struct translation translation = translation_of(number, 2);
    assert_true(translation_pin(&translation, 0, 1, 0) != TRANSLATION_MISS);
    assert_true(translation_pin(&translation, PAGE_BYTES, 1, 0) != TRANSLATION_MISS);
    assert_int_equal(ask(0, USAGE, 1), 0); // three pages, table and marks
    assert_true(last.words[0] == 5 * PAGE_BYTES && last.words[1] == 1 && last.words[3] == 0);
    assert_int_equal(ask(0, USAGE, 2), 0);
    assert_true(last.words[2] == attached + 2 && last.words[3] == 2);
    translation_unpin(&translation, 0);
    translation_unpin(&translation, PAGE_BYTES);
    assert_int_equal(ask(0, USAGE, 2), 0);
    assert_int_equal(last.words[3], 0);
}

// Others wait while the server works for somebody.
static void nobody_keeps_the_server_for_long(void **state)
{
    (void)state;
    uint64_t at_once = DATASPACE_PAGES_AT_ONCE * PAGE_BYTES;
    uint64_t number = create(1, 0, 2 * at_once);
    assert_int_equal(ask(0, TASK_DELETE, 2), 0);
    assert_int_equal(ask_with(0, TASK_CREATE, 3, (uint64_t[]){2, 1 << 20, 0}, 202, 0), 0);
    for (uint32_t operation = TOUCH; operation <= RECLAIM; operation++) {
        assert_int_equal(ask(1, operation, number, 0, at_once), 0);
        assert_int_equal(ask(1, operation, number, 0, at_once + PAGE_BYTES),
                         DATASPACE_ERROR_BAD_RANGE);
    }
    assert_int_equal(ask(1, CREATE, 1, PAGE_BYTES, 0), 0);
    assert_int_equal(ask(2, CREATE, 1, PAGE_BYTES, 0), DATASPACE_ERROR_NOT_ALLOWED);
    assert_int_equal(ask(0, CREATE_FOR, 2, 1, PAGE_BYTES, 0), 0);
}

// A server reads what its client has not provided and cannot pay for.
static void an_owner_without_memory_harms_no_reader(void **state)
{
    (void)state;
    uint64_t number = create(1, 0, 255 * PAGE_BYTES);
    assert_int_equal(ask(0, ATTACH_FOR, 2, number, 0, PAGE_BYTES, 0, 1), 0);
    uint64_t at = last.words[0];
    attach(1, create(1, 0, PAGE_BYTES), PAGE_BYTES, 3);
    for (uint64_t page = 1; page < 255; page++)
        assert_int_equal(ask(1, TOUCH, number, page * PAGE_BYTES, PAGE_BYTES), 0);
    assert_int_equal(ask(1, TOUCH, number, 0, PAGE_BYTES), DATASPACE_ERROR_NO_MEMORY);
    assert_int_equal(*touch(2, at, 1), 0);
}

// Another task takes all that it can get, of each kind of thing.
static void greed_takes_no_place_from_others(void **state)
{
    (void)state;
    uint64_t first = 0;
    int error = 0;
    for (unsigned i = 0; !error; i++) {
        error = ask(1, CREATE, 0, PAGE_BYTES, 0);
        first = i == 0 ? last.words[0] : first;
    }
    assert_int_equal(error, DATASPACE_ERROR_TOO_MANY);
    for (error = 0; !error;)
        error = ask(1, ATTACH, first, 0, PAGE_BYTES, 0, 3);
    assert_int_equal(error, DATASPACE_ERROR_TOO_MANY);
    // It has not taken what belongs to all the tasks there can be.
    for (uint32_t task = 2; task <= 4; task++)
        for (unsigned i = 0; i < DATASPACES_SURE; i++)
            attach(task, create(task, 0, PAGE_BYTES), PAGE_BYTES, 3);
    assert_int_equal(ask(0, TASK_DELETE, 1), 0);
    assert_int_equal(ask_with(0, TASK_CREATE, 3, (uint64_t[]){1, 1 << 20, 0}, 201, 0), 0);
    for (unsigned i = 0; i < DATASPACES_EACH; i++)
        create(1, 0, PAGE_BYTES);
}

static void nobody_gets_longer_memory_than_he_can_fill(void **state)
{
    (void)state;
    create(1, 0, 1 << 20);
    assert_int_equal(ask(1, CREATE, 0, (1 << 20) + 1, 0), DATASPACE_ERROR_NO_MEMORY);
    assert_int_equal(ask_with(3, MANAGE, 0, NULL, 210, 0), 0);
    assert_int_equal(ask(3, ANNOUNCE, 1, MANAGED_PAGES * PAGE_BYTES, 1), 0);
    assert_int_not_equal(ask(3, ANNOUNCE, 2, MANAGED_PAGES * PAGE_BYTES + 1, 1), 0);
}

static int supply_all(uint32_t manager, uint64_t number, uint64_t *pages)
{
    int error = 0;
    for (*pages = 0; !error; ++*pages)
        error = ask_with(manager, SUPPLY, 2, (uint64_t[]){number, *pages * PAGE_BYTES}, 0,
                         HOST_SUPPLIED);
    --*pages;
    return error;
}

static void a_greedy_manager_leaves_room_for_the_others(void **state)
{
    (void)state;
    uint64_t numbers[2], pages[2];
    unsigned dropped = host_dropped;
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(ask_with(3 + i, MANAGE, 0, NULL, 210 + i, 0), 0);
        assert_int_equal(ask(3 + i, ANNOUNCE, i, MANAGED_PAGES * PAGE_BYTES, 1), 0);
        numbers[i] = last.words[0];
    }
    for (uint32_t i = 0; i < 2; i++)
        assert_int_equal(supply_all(3 + i, numbers[i], &pages[i]), DATASPACE_ERROR_TOO_MANY);
    assert_int_equal(pages[1], SUPPLIED_SURE);
    assert_int_equal(ask(3, DELETE, numbers[0]), 0);
    assert_int_equal(host_dropped, dropped + pages[0]);
    assert_int_equal(
        ask_with(4, SUPPLY, 2, (uint64_t[]){numbers[1], pages[1] * PAGE_BYTES}, 0, HOST_SUPPLIED),
        0);
}

// Three tasks ask for anything at all; a fourth has data that must stay what it is.
static void any_request_leaves_bystanders_alone(void **state)
{
    (void)state;
    uint64_t mine = attach(4, create(4, 0, 8 * PAGE_BYTES), 8 * PAGE_BYTES, 3);
    for (uint64_t i = 0; i < 8; i++)
        memset(touch(4, mine + i * PAGE_BYTES, 2), 0x5a + (int)i, PAGE_BYTES);
    uint64_t known[8] = {0};
    static const uint64_t odd[] = {
        0, 1, 4095, PAGE_BYTES, 8 * PAGE_BYTES, 1 << 20, UINT64_MAX, UINT64_MAX - 4095, 1ull << 63};
    for (int step = 0; step < 100000; step++) {
        uint32_t caller = 1 + random_below(3);
        uint64_t words[L4_REGISTER_WORDS];
        for (int i = 0; i < L4_REGISTER_WORDS; i++)
            words[i] =
                random_below(3) ? odd[random_below(sizeof odd / sizeof odd[0])] : random_below(64);
        if (random_below(4))
            words[0] = random_below(8) ? known[random_below(8)] : random_below(4096);
        uint32_t operation = random_below(20);
        unsigned count = random_below(L4_REGISTER_WORDS + 1);
        bool handle = operation == MANAGE && random_below(2);
        bool page = operation == SUPPLY && random_below(4);
        if (operation == CREATE)
            words[0] = random_below(3), words[1] = random_below(20) * PAGE_BYTES;
        uint32_t error = ask_with(caller, operation, count, words, handle ? 220 : 0,
                                  page ? HOST_SUPPLIED + random_below(HOST_SUPPLIES) : 0);
        if (!error && (operation == CREATE || operation == ANNOUNCE))
            known[random_below(8)] = last.words[0];
        touch(caller, words[1] & (1ull << 40), random_below(8));
        touch(caller, TASK_FREE_FIRST + random_below(1000) * PAGE_BYTES, 1 + random_below(2));
    }
    for (uint64_t i = 0; i < 8 * PAGE_BYTES; i++)
        assert_int_equal(*touch(4, mine + i, 1), 0x5a + i / PAGE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VM_TEST("runs and single frames never overlap", runs_and_singles_never_overlap),
        VM_TEST("memory is zeroed, private and limited", memory_is_zeroed_private_and_limited),
        VM_TEST("owner, rights, ranges and message form are checked",
                rights_and_ranges_are_checked),
        VM_TEST("a deleted dataspace is gone for everybody",
                a_deleted_dataspace_is_gone_for_everybody),
        VM_TEST("the page behind what is gone is given back",
                the_page_behind_what_is_gone_is_given_back),
        VM_TEST("root sees what is present in a task, and nothing else",
                root_sees_what_is_present_and_nothing_else),
        VM_TEST("root does not look into devices and managers' pages",
                root_does_not_look_into_devices_and_managers_pages),
        VM_TEST("a manager supplies pages, and copies of them are private",
                a_manager_supplies_pages_and_copies_stay_private),
        VM_TEST("whom the owner permits may attach, to read and execute",
                whom_the_owner_permits_may_attach),
        VM_TEST("root is told what a task has", root_is_told_what_a_task_has),
        VM_TEST("nobody keeps the server for long", nobody_keeps_the_server_for_long),
        VM_TEST("an owner without memory harms no reader", an_owner_without_memory_harms_no_reader),
        VM_TEST("a task that takes all it can get takes no place from others",
                greed_takes_no_place_from_others),
        VM_TEST("nobody gets memory longer than he could fill",
                nobody_gets_longer_memory_than_he_can_fill),
        VM_TEST("a manager that supplies all it can leaves room for the others",
                a_greedy_manager_leaves_room_for_the_others),
        VM_TEST("any request leaves bystanders alone and leaks nothing",
                any_request_leaves_bystanders_alone),
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
