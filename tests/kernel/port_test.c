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

const struct test port_tests[] = {
    {"ports are closed until they are taken, and for other spaces then too",
     ports_are_closed_at_first},
    {"messages carry ports, and they can be taken back", messages_carry_ports},
    {"a space's ports go with it", ports_go_with_their_space},
    {0, 0},
};
