// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping database against a model in which every mapping knows its parent.
#include "tests/unit/kernel/check.h"

#include <stdlib.h>

#include "kernel/mapdb.h"

#define COUNT 300

static struct map_node *nodes[COUNT];
static int parents[COUNT]; // -1: original

static bool node_follows(const struct map_node *node, const struct map_node *next)
{
    if (next->previous != node || mapdb_depth(next) == 0)
        return false;
    if (mapdb_depth(next) > mapdb_depth(node) + 1)
        return false;
    bool child = mapdb_depth(next) == mapdb_depth(node) + 1;
    return !(child && mapdb_large(next) && !mapdb_large(node));
}

// Whether the list that `node` stands in obeys the rules of a tree.
static bool mapdb_check(const struct map_node *node)
{
    while (node->previous)
        node = node->previous;
    if (mapdb_depth(node) != 0)
        return false;
    for (; node->next; node = node->next)
        if (!node_follows(node, node->next))
            return false;
    return true;
}

static int number_of(const struct map_node *node)
{
    for (int i = 0; i < COUNT; i++)
        if (nodes[i] == node)
            return i;
    return -1;
}

static bool below(int node, int top)
{
    while (node >= 0 && node != top)
        node = parents[node];
    return node == top;
}

static int children_below(int top)
{
    int count = 0;
    for (int i = 0; i < COUNT; i++)
        count += nodes[i] && i != top && below(i, top);
    return count;
}

static void model_compare(void)
{
    for (int i = 0; i < COUNT; i++) {
        if (!nodes[i])
            continue;
        assert_true(mapdb_check(nodes[i]));
        int in_list = 0;
        const struct map_node *next = nodes[i]->next;
        for (; next && mapdb_depth(next) > mapdb_depth(nodes[i]); next = next->next) {
            assert_true(below(number_of(next), i));
            in_list++;
        }
        assert_int_equal(in_list, children_below(i));
    }
}

static int free_number(void)
{
    for (int i = 0; i < COUNT; i++)
        if (!nodes[i])
            return i;
    return -1;
}

static int used_number(void)
{
    for (int tries = 0; tries < 1000; tries++) {
        int i = (int)random_below(COUNT);
        if (nodes[i])
            return i;
    }
    return -1;
}

static void step_child(void)
{
    int free_at = free_number(), from = used_number();
    if (free_at < 0)
        return;
    struct map_node *node = malloc(sizeof *node);
    bool large = random_below(2);
    if (from < 0 || random_below(10) == 0) {
        mapdb_root(node, 0, 0, 0x200000, large);
        parents[free_at] = -1;
        nodes[free_at] = node;
        return;
    }
    bool allowed = mapdb_large(nodes[from]) || !large;
    assert_int_equal(mapdb_child(nodes[from], node, 0, 0, 0x400000, large), allowed);
    if (!allowed) {
        free(node);
        return;
    }
    assert_int_equal(mapdb_depth(node), mapdb_depth(nodes[from]) + 1);
    assert_int_equal(mapdb_address(node), 0x400000);
    parents[free_at] = from;
    nodes[free_at] = node;
}

static void step_grant(void)
{
    int from = used_number();
    if (from < 0)
        return;
    struct map_node *node = malloc(sizeof *node);
    mapdb_grant(nodes[from], node, 0, 0, 0x800000);
    assert_int_equal(mapdb_large(node), mapdb_large(nodes[from]));
    free(nodes[from]);
    nodes[from] = node;
}

// Revokes everything below a node, with random stops, as the kernel does.
static void step_revoke(void)
{
    int top = used_number();
    if (top < 0)
        return;
    struct map_node *node = mapdb_leaf(nodes[top], nodes[top]);
    while (node) {
        int number = number_of(node);
        assert_true(number != top && below(number, top));
        assert_int_equal(children_below(number), 0);
        struct map_node *before = mapdb_remove(node);
        free(node);
        nodes[number] = 0;
        if (random_below(20) == 0)
            return;
        node = mapdb_leaf(nodes[top], random_below(2) ? before : nodes[top]);
    }
    assert_int_equal(children_below(top), 0);
    assert_false(mapdb_has_children(nodes[top]));
    mapdb_remove(nodes[top]);
    free(nodes[top]);
    nodes[top] = 0;
}

static void random_trees(void **state)
{
    (void)state;
    for (int step = 0; step < 20000; step++) {
        switch (random_below(12)) {
        case 0:
            step_revoke();
            break;
        case 1:
            step_grant();
            break;
        default:
            step_child();
        }
        if (step % 50 == 0)
            model_compare();
    }
    for (int i = 0; i < COUNT; i++)
        free(nodes[i]);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    static struct map_node chain[MAPDB_DEPTH_MAX + 2];
    mapdb_root(&chain[0], 0, 0, 0, true);
    for (unsigned i = 1; i <= MAPDB_DEPTH_MAX; i++)
        assert_true(mapdb_child(&chain[i - 1], &chain[i], 0, 0, 0x1000 * i, false));
    struct map_node *last = &chain[MAPDB_DEPTH_MAX];
    assert_false(mapdb_child(last, &chain[MAPDB_DEPTH_MAX + 1], 0, 0, 0, false));
    assert_null(last->next);
    assert_ptr_equal(mapdb_leaf(&chain[0], &chain[0]), last);
    assert_true(mapdb_check(last));
}

static void small_pages_have_no_large_children(void **state)
{
    (void)state;
    struct map_node parent, child;
    mapdb_root(&parent, 0, 0, 0x1000, false);
    assert_false(mapdb_child(&parent, &child, 0, 0, 0x200000, true));
    assert_false(mapdb_has_children(&parent));
}

static void check_sees_a_broken_tree(void **state)
{
    (void)state;
    struct map_node a, b, c;
    mapdb_root(&a, 0, 0, 0, false);
    mapdb_child(&a, &b, 0, 0, 0, false);
    mapdb_child(&b, &c, 0, 0, 0, false);
    assert_true(mapdb_check(&c));
    c.place += 1;
    assert_false(mapdb_check(&c));
    c.place -= 1;
    c.previous = &a;
    assert_false(mapdb_check(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"random map, grant and stopped revoke agree with a tree of parents", random_trees, 0, 0,
         0},
        {"a chain deeper than the bound is refused", depth_is_bounded, 0, 0, 0},
        {"a 4 KiB page has no 2 MiB child", small_pages_have_no_large_children, 0, 0, 0},
        {"the check sees a wrong depth and a wrong link", check_sees_a_broken_tree, 0, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
