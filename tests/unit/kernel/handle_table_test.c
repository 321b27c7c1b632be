// SPDX-License-Identifier: BSD-2-Clause
//
// Handle tables: derivation, revocation and the end of objects over several tables.
#include "tests/unit/kernel/check.h"

#include <stdbool.h>
#include <string.h>

#include "kernel/handle_table.h"

#define TABLES  4
#define SLOTS   64
#define OBJECTS 6
#define KIND    3

static struct handle slots[TABLES][SLOTS];
static struct handle_table tables[TABLES];
static struct object objects[OBJECTS];

// Closes one handle derived from `top`; false if there is none left.
static bool handle_revoke_one(struct handle *top)
{
    struct handle *leaf = (struct handle *)derivation_leaf(&top->tree, &top->tree);
    if (leaf)
        handle_close(leaf);
    return leaf;
}

// Whether the handles of an object obey the rules of a tree.
static bool handle_check(const struct object *object)
{
    const struct derivation *previous = (const struct derivation *)object;
    for (const struct derivation *each = object->handles; each; each = each->next) {
        const struct handle *handle = (const struct handle *)each;
        unsigned allowed = each == object->handles ? 0 : derivation_depth(previous) + 1;
        if (each->previous != previous || handle->object != object)
            return false;
        if (handle->kind == HANDLE_KIND_NONE || derivation_depth(each) > allowed)
            return false;
        previous = each;
    }
    return true;
}

// An empty table whose slots may be used without asking for each.
static void table_make(struct handle_table *table, struct handle *first, uint32_t count)
{
    handle_table_init(table, first, count);
    for (uint32_t i = 0; i < count; i++)
        assert_ptr_equal(handle_free_slot(table, i), &first[i]);
}

static int set_up(void **state)
{
    (void)state;
    memset(slots, 0xa5, sizeof slots); // memory comes uncleared
    memset(objects, 0, sizeof objects);
    for (int i = 0; i < TABLES; i++)
        table_make(&tables[i], slots[i], SLOTS);
    return 0;
}

static void look_up_checks_slot_and_kind(void **state)
{
    (void)state;
    for (uint32_t slot = 0; slot < SLOTS + 5; slot++)
        assert_null(handle_any(&tables[0], slot));
    handle_create(handle_free_slot(&tables[0], 5), &objects[0], KIND, 7, 1234, 0xff);
    assert_null(handle_free_slot(&tables[0], 5));
    assert_null(handle_free_slot(&tables[0], SLOTS));
    assert_null(handle_free_slot(&tables[0], UINT32_MAX));
    assert_null(handle_any(&tables[0], 6));
    assert_null(handle_any(&tables[0], SLOTS));
    assert_null(handle_any(&tables[0], UINT32_MAX));
    assert_null(handle_any(&tables[0], UINT64_MAX));
    struct handle *handle = handle_any(&tables[0], 5);
    assert_non_null(handle);
    assert_ptr_equal(handle->object, &objects[0]);
    assert_int_equal(handle->label, 1234);
    assert_ptr_equal(handle, &slots[0][5]);
}

static void derivation_only_loses_rights(void **state)
{
    (void)state;
    struct handle *first = handle_free_slot(&tables[0], 1);
    handle_create(first, &objects[0], KIND, 0x5, 1, 0xf0);
    struct handle *second = handle_free_slot(&tables[1], 1);
    assert_true(handle_derive(first, second, UINT32_MAX, 2, 0x3c));
    assert_int_equal(second->rights, 0x5);
    assert_int_equal(second->mask, 0x30);
    assert_int_equal(second->label, 2);
    struct handle *third = handle_free_slot(&tables[2], 1);
    assert_true(handle_derive(second, third, 0x3, 3, UINT64_MAX));
    assert_int_equal(third->rights, 0x1);
    assert_int_equal(third->mask, 0x30);
    assert_true(handle_check(&objects[0]));
}

static void revoke_takes_descendants_and_nobody_else(void **state)
{
    (void)state;
    struct handle *top = &slots[0][0];
    handle_create(top, &objects[0], KIND, 1, 0, 0);
    for (int i = 1; i < 10; i++) // children of the top, each with one child
        assert_true(handle_derive(top, &slots[1][i], 1, 0, 0) &&
                    handle_derive(&slots[1][i], &slots[2][i], 1, 0, 0));
    assert_true(handle_revoke_one(&slots[1][4]));
    assert_false(handle_revoke_one(&slots[1][4]));
    assert_null(handle_any(&tables[2], 4));
    assert_non_null(handle_any(&tables[1], 4));
    assert_non_null(handle_any(&tables[2], 5));
    int removed = 0;
    while (handle_revoke_one(top)) {
        removed++;
        assert_true(handle_check(&objects[0]));
    }
    assert_int_equal(removed, 17);
    assert_ptr_equal(handle_close(top), &objects[0]);
    assert_null(objects[0].handles);
}

static void a_moved_handle_keeps_its_relations(void **state)
{
    (void)state;
    handle_create(&slots[0][0], &objects[0], KIND, 1, 0, 0);
    assert_true(handle_derive(&slots[0][0], &slots[0][1], 1, 7, 0));
    assert_true(handle_derive(&slots[0][1], &slots[0][2], 1, 0, 0));
    handle_move(&slots[0][1], &slots[3][9]);
    assert_null(handle_any(&tables[0], 1));
    assert_int_equal(handle_any(&tables[3], 9)->label, 7);
    assert_true(handle_check(&objects[0]));
    handle_move(&slots[0][0], &slots[3][8]); // the object finds its first handle at the new place
    assert_ptr_equal(objects[0].handles, &slots[3][8].tree);
    assert_true(handle_revoke_one(&slots[3][9]));
    assert_null(handle_any(&tables[0], 2));
}

static void depth_is_bounded(void **state)
{
    (void)state;
    // All depths, one handle beyond, and what makes a whole table of them.
    static struct handle chain[DERIVATION_DEPTH + 1 + HANDLES_AT_ONCE];
    struct handle_table table;
    table_make(&table, chain, sizeof chain / sizeof *chain);
    handle_create(&chain[0], &objects[0], KIND, 1, 0, 0);
    for (int i = 1; i <= (int)DERIVATION_DEPTH; i++)
        assert_true(handle_derive(&chain[i - 1], &chain[i], 1, 0, 0));
    assert_false(handle_derive(&chain[DERIVATION_DEPTH], &chain[DERIVATION_DEPTH + 1], 1, 0, 0));
    assert_null(handle_any(&table, (int)DERIVATION_DEPTH + 1));
}

static int handles_to(const struct object *object)
{
    int count = 0;
    for (int i = 0; i < TABLES; i++)
        for (int j = 0; j < SLOTS; j++)
            count += slots[i][j].kind && slots[i][j].object == object;
    return count;
}

static void random_step(void)
{
    struct handle *a = &slots[random_below(TABLES)][random_below(SLOTS)];
    struct handle *b = &slots[random_below(TABLES)][random_below(SLOTS)];
    struct object *object = &objects[random_below(OBJECTS)];
    switch (random_below(16)) {
    case 0:
        if (!a->kind && !object->handles)
            handle_create(a, object, KIND, 1, 0, 0);
        break;
    case 1:
        if (a->kind && !b->kind)
            handle_move(a, b);
        break;
    case 2:
        for (int i = 0; a->kind && i < 3 && handle_revoke_one(a); i++)
            ;
        break;
    case 3:
        if (a->kind && !handle_revoke_one(a))
            handle_close(a);
        break;
    case 4:
        if (random_below(20) == 0)
            while (handle_end_one(object))
                ;
        break;
    default:
        if (a->kind && !b->kind)
            handle_derive(a, b, 1, 0, 0);
    }
}

static void random_use_keeps_every_list(void **state)
{
    (void)state;
    for (int step = 0; step < 200000; step++) {
        random_step();
        if (step % 100)
            continue;
        for (int i = 0; i < TABLES; i++) {
            uint32_t used = 0;
            for (int j = 0; j < SLOTS; j++)
                used += slots[i][j].kind != HANDLE_KIND_NONE;
            assert_int_equal(tables[i].used_count, used);
        }
        for (int i = 0; i < OBJECTS; i++) {
            assert_true(handle_check(&objects[i]));
            int listed = 0;
            for (struct derivation *each = objects[i].handles; each; each = each->next)
                listed++;
            assert_int_equal(listed, handles_to(&objects[i]));
        }
    }
    for (int i = 0; i < OBJECTS; i++) {
        while (handle_end_one(&objects[i]))
            ;
        assert_int_equal(handles_to(&objects[i]), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"a look-up checks slot number and kind", look_up_checks_slot_and_kind, set_up, 0, 0},
        {"a derived handle never has more rights", derivation_only_loses_rights, set_up, 0, 0},
        {"revoking takes descendants only", revoke_takes_descendants_and_nobody_else, set_up, 0, 0},
        {"a moved handle keeps its relations", a_moved_handle_keeps_its_relations, set_up, 0, 0},
        {"derivation depth is bounded", depth_is_bounded, set_up, 0, 0},
        {"random use keeps every list whole", random_use_keeps_every_list, set_up, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
