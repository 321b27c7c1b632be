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
    unsigned depth = derivation_depth(&node->tree), next_depth = derivation_depth(&next->tree);
    if (next->tree.previous != &node->tree || next_depth == 0 || next_depth > depth + 1)
        return false;
    return !(next_depth == depth + 1 && mapdb_large(next) && !mapdb_large(node));
}

static struct map_node *node_of(struct derivation *tree)
{
    return (struct map_node *)tree;
}

// Whether the list that `node` stands in obeys the rules of a tree.
static bool mapdb_check(struct map_node *node)
{
    while (node->tree.previous)
        node = node_of(node->tree.previous);
    if (derivation_depth(&node->tree) != 0)
        return false;
    for (; node->tree.next; node = node_of(node->tree.next))
        if (!node_follows(node, node_of(node->tree.next)))
            return false;
    return true;
}

static bool make(struct map_node *node, struct map_node *parent, uint64_t address, bool large)
{
    node->tree.place = address | (large ? MAPDB_LARGE : 0);
    return mapdb_child(node, parent);
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
        struct derivation *next = nodes[i]->tree.next;
        unsigned depth = derivation_depth(&nodes[i]->tree);
        for (; next && derivation_depth(next) > depth; next = next->next) {
            assert_true(below(number_of(node_of(next)), i));
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
        assert_true(make(node, 0, 0x200000, large));
        parents[free_at] = -1;
        nodes[free_at] = node;
        return;
    }
    bool allowed = mapdb_large(nodes[from]) || !large;
    assert_int_equal(make(node, nodes[from], 0x400000, large), allowed);
    if (!allowed) {
        free(node);
        return;
    }
    assert_int_equal(derivation_depth(&node->tree), derivation_depth(&nodes[from]->tree) + 1);
    assert_int_equal(mapdb_address(node), 0x400000);
    assert_true(mapdb_stems_from(node, nodes[from]) && !mapdb_stems_from(nodes[from], node));
    assert_int_equal(mapdb_stems_from(nodes[from], 0), parents[from] < 0);
    parents[free_at] = from;
    nodes[free_at] = node;
}

static void step_grant(void)
{
    int from = used_number();
    if (from < 0)
        return;
    struct map_node *node = malloc(sizeof *node);
    bool large = mapdb_large(nodes[from]);
    node->tree.place = 0x800000 | (large ? MAPDB_LARGE : 0);
    derivation_replace(&node->tree, &nodes[from]->tree);
    assert_int_equal(mapdb_large(node), large);
    free(nodes[from]);
    nodes[from] = node;
}

// Revokes everything below a node, with random stops, as the kernel does.
static void step_revoke(void)
{
    int top = used_number();
    if (top < 0)
        return;
    struct derivation *top_tree = &nodes[top]->tree;
    struct derivation *node = derivation_leaf(top_tree, top_tree);
    while (node) {
        int number = number_of(node_of(node));
        assert_true(number != top && below(number, top));
        assert_int_equal(children_below(number), 0);
        struct derivation *before = derivation_remove(node);
        free(node);
        nodes[number] = 0;
        if (random_below(20) == 0)
            return;
        node = derivation_leaf(top_tree, random_below(2) ? before : top_tree);
    }
    assert_int_equal(children_below(top), 0);
    assert_null(derivation_leaf(top_tree, top_tree));
    derivation_remove(top_tree);
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
    static struct map_node chain[DERIVATION_DEPTH + 2];
    assert_true(make(&chain[0], 0, 0, true));
    for (unsigned i = 1; i <= DERIVATION_DEPTH; i++)
        assert_true(make(&chain[i], &chain[i - 1], 0x1000 * i, false));
    struct map_node *last = &chain[DERIVATION_DEPTH];
    assert_false(make(&chain[DERIVATION_DEPTH + 1], last, 0, false));
    assert_null(last->tree.next);
    assert_ptr_equal(derivation_leaf(&chain[0].tree, &chain[0].tree), &last->tree);
    assert_true(mapdb_check(last));
}

static void small_pages_have_no_large_children(void **state)
{
    (void)state;
    struct map_node parent, child;
    assert_true(make(&parent, 0, 0x1000, false));
    assert_false(make(&child, &parent, 0x200000, true));
    assert_null(parent.tree.next);
}

static void parents_are_not_sought_for_ever(void **state)
{
    (void)state;
    static struct map_node parent, children[MAPDB_SIBLINGS_SEEN + 1];
    assert_true(make(&parent, 0, 0, false));
    for (unsigned i = 0; i <= MAPDB_SIBLINGS_SEEN; i++)
        assert_true(make(&children[i], &parent, 0x1000 * i, false));
    assert_false(mapdb_stems_from(&children[0], &parent));
    assert_true(mapdb_stems_from(&children[1], &parent));
    assert_false(mapdb_stems_from(&children[2], &children[1]));
}

static void check_sees_a_broken_tree(void **state)
{
    (void)state;
    struct map_node a, b, c;
    make(&a, 0, 0, false);
    make(&b, &a, 0, false);
    make(&c, &b, 0, false);
    assert_true(mapdb_check(&c));
    c.tree.place += 1;
    assert_false(mapdb_check(&c));
    c.tree.place -= 1;
    c.tree.previous = &a.tree;
    assert_false(mapdb_check(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"random map, grant and stopped revoke agree with a tree of parents", random_trees, 0, 0,
         0},
        {"a chain deeper than the bound is refused", depth_is_bounded, 0, 0, 0},
        {"a 4 KiB page has no 2 MiB child", small_pages_have_no_large_children, 0, 0, 0},
        {"among many siblings a parent is not sought for ever", parents_are_not_sought_for_ever, 0,
         0, 0},
        {"the check sees a wrong depth and a wrong link", check_sees_a_broken_tree, 0, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
