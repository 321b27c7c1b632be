// SPDX-License-Identifier: BSD-2-Clause
//
// I/O ports: the real-time clock's two ports, which nobody else uses.
#include "test.h"

#define CLOCK_PORT 0x70

static volatile bool done;

static void read_clock(uint64_t unused)
{
    (void)unused;
    l4_port_write8(CLOCK_PORT, 0);
    l4_port_read8(CLOCK_PORT + 1);
    done = true;
}

static bool can_read(l4_handle_t space)
{
    done = false;
    l4_handle_t thread = thread_new(space, HIGHER, read_clock, 0);
    pause_us(10);
    thread_drop(thread);
    return done;
}

#define SLOT_TEST 9

// In another space: gets ports by message, tries them, tells; then waits for ever.
static volatile enum l4_status got;

static void taker(uint64_t accept)
{
    struct l4_message message = {0};
    l4_utcb()->accept_ports = (uint32_t)accept;
    l4_wait(&message);
    got = L4_ITEM_KIND(l4_utcb()->items[0].word) == L4_ITEM_PORTS
              ? L4_STATUS_OK
              : (enum l4_status)l4_utcb()->items[0].base;
    message.tag = 0;
    l4_reply_wait(&message);
}

static bool ports_are_closed_at_first(void)
{
    l4_handle_t space = space_new();
    CHECK(!can_read(space) && !can_read(L4_SLOT_SPACE));
    CHECK(l4_ports_map(L4_SLOT_PORTS, CLOCK_PORT, 2) == L4_STATUS_OK);
    CHECK(can_read(L4_SLOT_SPACE) && !can_read(space) && can_read(L4_SLOT_SPACE));
    CHECK(l4_ports_unmap(CLOCK_PORT, 2, 1) == L4_STATUS_OK);
    CHECK(!can_read(L4_SLOT_SPACE));
    l4_space_delete(space);
    slot_free(space);
    return true;
}

static bool give(l4_handle_t thread, uint16_t first, uint32_t count)
{
    struct l4_message message = {.tag = L4_TAG(0, 0, 1)};
    l4_item_ports(0, first, count);
    return l4_call(thread, &message) == L4_STATUS_OK && got == L4_STATUS_OK;
}

static bool messages_carry_ports(void)
{
    l4_handle_t space = space_new();
    CHECK(l4_ports_map(L4_SLOT_PORTS, CLOCK_PORT, 2) == L4_STATUS_OK);
    l4_handle_t refuser = thread_new(space, HIGHER, taker, 0);
    CHECK(!give(refuser, CLOCK_PORT, 2) && got == L4_STATUS_WINDOW);
    thread_drop(refuser);
    l4_handle_t thread = thread_new(space, HIGHER, taker, 1);
    CHECK(!can_read(space));
    CHECK(give(thread, CLOCK_PORT, 2));
    thread_drop(thread);
    CHECK(can_read(space) && can_read(L4_SLOT_SPACE) && can_read(space));
    // Ports that the giver does not have.
    thread = thread_new(space, HIGHER, taker, 1);
    CHECK(!give(thread, CLOCK_PORT, 3) && got == L4_STATUS_ADDRESS);
    thread_drop(thread);
    // Taken back from the other space, kept here.
    CHECK(l4_ports_unmap(CLOCK_PORT, 2, 0) == L4_STATUS_OK);
    CHECK(!can_read(space) && can_read(L4_SLOT_SPACE));
    CHECK(l4_ports_unmap(CLOCK_PORT, 2, 1) == L4_STATUS_OK);
    l4_space_delete(space);
    slot_free(space);
    return true;
}

static bool ports_go_with_their_space(void)
{
    l4_handle_t space = space_new();
    CHECK(l4_ports_map(L4_SLOT_PORTS, CLOCK_PORT, 2) == L4_STATUS_OK);
    l4_handle_t thread = thread_new(space, HIGHER, taker, 1);
    CHECK(give(thread, CLOCK_PORT, 1) && give(thread, CLOCK_PORT + 1, 1) == false);
    thread_drop(thread);
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(can_read(L4_SLOT_SPACE));
    CHECK(l4_ports_unmap(CLOCK_PORT, 2, 1) == L4_STATUS_OK);
    CHECK(!can_read(L4_SLOT_SPACE));
    slot_free(space);
    return true;
}

// In another space: reads every port of a range that no device answers at.
static void read_ports(uint64_t first_and_count)
{
    uint64_t first = first_and_count >> 32, count = (uint32_t)first_and_count;
    for (uint64_t port = first; port < first + count; port++)
        l4_port_read8((uint16_t)port);
    done = true;
}

static bool can_read_all(l4_handle_t space, uint64_t first, uint64_t count)
{
    done = false;
    l4_handle_t thread = thread_new(space, HIGHER, read_ports, first << 32 | count);
    pause_us(100);
    thread_drop(thread);
    return done;
}

static bool ranges_open_their_ports_and_no_others(void)
{
    // Parts of words of the bitmap, whole words, both.
    const struct {
        uint16_t first, count;
    } ranges[] = {{0x9003, 2}, {0x9010, 64}, {0x9101, 200}, {0x9240, 128}, {0x937f, 1}};
    const unsigned count = sizeof ranges / sizeof *ranges;
    l4_handle_t space = space_new();
    for (unsigned i = 0; i < count; i++) {
        CHECK(l4_ports_map(L4_SLOT_PORTS, ranges[i].first, ranges[i].count) == L4_STATUS_OK);
        CHECK(l4_ports_give(space, ranges[i].first, ranges[i].count) == L4_STATUS_OK);
    }
    for (unsigned i = 0; i < count; i++) {
        CHECK(can_read_all(space, ranges[i].first, ranges[i].count));
        CHECK(!can_read_all(space, ranges[i].first - 1u, 1));
        CHECK(!can_read_all(space, ranges[i].first + ranges[i].count, 1));
    }
    CHECK(l4_ports_map(L4_SLOT_PORTS, 0x9101 + 199, 2) == L4_STATUS_OCCUPIED);
    CHECK(l4_ports_give(space, 0x9110, 2) == L4_STATUS_OCCUPIED);
    // Unmapping takes whole ranges.
    CHECK(l4_ports_unmap(0x9180, 0x100, 0) == L4_STATUS_OK);
    CHECK(!can_read_all(space, 0x9101, 1) && !can_read_all(space, 0x9240, 1));
    CHECK(can_read_all(space, 0x9010, 64) && can_read_all(space, 0x937f, 1));
    CHECK(can_read_all(L4_SLOT_SPACE, 0x9101, 200));
    CHECK(l4_ports_unmap(0, 1u << 16, 0) == L4_STATUS_OK);
    CHECK(l4_ports_unmap(0x9000, 0x1000, 1) == L4_STATUS_OK);
    CHECK(!can_read_all(space, 0x9010, 1) && !can_read_all(L4_SLOT_SPACE, 0x9101, 1));
    l4_space_delete(space);
    slot_free(space);
    return true;
}

static bool all_ports_can_be_had(void)
{
    l4_handle_t space = space_new();
    // All but what this program has already.
    CHECK(l4_ports_map(L4_SLOT_PORTS, 0x1000, 0xf000) == L4_STATUS_OK);
    CHECK(l4_ports_give(space, 0x1000, 0xf000) == L4_STATUS_OK);
    CHECK(can_read_all(space, 0xffff, 1) && can_read_all(space, 0x9fc0, 1));
    CHECK(!can_read_all(space, 0xfff, 1));
    CHECK(l4_ports_unmap(0x1000, 1, 1) == L4_STATUS_OK);
    CHECK(!can_read_all(space, 0xffff, 1));
    l4_space_delete(space);
    slot_free(space);
    return true;
}

static bool ranges_are_limited(void)
{
    enum l4_status status = L4_STATUS_OK;
    unsigned count = 0;
    for (; status == L4_STATUS_OK && count < 1000; count++)
        status = l4_ports_map(L4_SLOT_PORTS, (uint16_t)(0x9000 + 2 * count), 1);
    CHECK(status == L4_STATUS_QUOTA && count > 50 && count < 200);
    CHECK(l4_ports_unmap(0x9000, 0x1000, 1) == L4_STATUS_OK);
    CHECK(l4_ports_map(L4_SLOT_PORTS, 0x9000, 1) == L4_STATUS_OK);
    CHECK(l4_ports_unmap(0x9000, 1, 1) == L4_STATUS_OK);
    return true;
}

const struct test port_tests[] = {
    {"ports are closed until they are taken, and for other spaces then too",
     ports_are_closed_at_first},
    {"messages carry ports, and they can be taken back", messages_carry_ports},
    {"a space's ports go with it", ports_go_with_their_space},
    {"ranges open their ports and no others", ranges_open_their_ports_and_no_others},
    {"all ports can be had by one space", all_ports_can_be_had},
    {"a space has a limited number of ranges", ranges_are_limited},
    {0, 0},
};
