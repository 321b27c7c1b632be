// SPDX-License-Identifier: BSD-2-Clause
//
// The first program that does something: talks to a partner by message along a link of its image,
// takes timer and keyboard interrupts, and outlives a third program. Prints TAP lines.
#include <idl/dataspace_client.h>
#include <idl/greeting_client.h>
#include <idl/root_client.h>
#include <l4/l4.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <rt/start.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    PAGE_BYTES = 4096,
    RTC_INDEX = 0x70,
    RTC_DATA = 0x71,
    RTC_A = 0x0a,
    RTC_B = 0x0b,
    RTC_C = 0x0c,
    RTC_PERIODIC = 0x40,
    RTC_256_HZ = 0x28, // with the divider that a PC uses
    KEYBOARD_DATA = 0x60,
    KEYBOARD_STATUS = 0x64,
    KEYBOARD_COMMAND = 0x64,
    KEYBOARD_FULL = 1,
    KEYBOARD_BUSY = 2,
    KEYBOARD_FAKE = 0xd2, // the controller passes on a byte as if a key had sent it
    TICKS = 20,
    KEYS = 3,
    LABEL_TIMER = 100,
    LABEL_KEYBOARD = 101,
    FIRST_KEY = 0x1e,
    WAIT_US = 3000000,
};

static void claim(bool good, const char *text)
{
    log_line(NULL, "%s - %s", good ? "ok" : "not ok", text);
}

static bool link_open(unsigned number)
{
    struct l4_message message = {0};
    uint64_t end = clock_us() + WAIT_US;
    while (!start_table->sessions[number].generation && clock_us() < end)
        l4_wait_notification(&message, WAIT_US);
    return start_table->sessions[number].generation;
}

// Makes a page that the partner sees as well.
static volatile uint64_t *shared_page(void)
{
    struct endpoint vm = {.handle = start_table->vm_slot};
    struct endpoint root = {.handle = start_table->root_slot};
    uint64_t dataspace = 0, physical, where = 0;
    if (dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, PAGE_BYTES, 0, &dataspace,
                         &physical) != 0 ||
        dataspace_attach(&vm, dataspace, 0, PAGE_BYTES, 0, L4_READ | L4_WRITE, &where) != 0 ||
        root_dataspace_add(&root, 0, 0, dataspace, ROOT_ACCESS_WRITE, false) != 0)
        return NULL;
    return (volatile uint64_t *)where;
}

static bool partner_answers(volatile uint64_t *page)
{
    struct endpoint partner = {.handle = start_table->sessions[0].control_slot};
    for (uint32_t i = 0; i < 100; i++) {
        uint64_t sum = 0, before = page[i];
        if (greeting_add(&partner, i, 3 * i, i, &sum) != 0)
            return false;
        if (sum != 4 * i || page[i] != before + 1)
            return false;
    }
    return true;
}

static uint8_t rtc_read(uint8_t index)
{
    l4_port_write8(RTC_INDEX, index);
    return l4_port_read8(RTC_DATA);
}

static void rtc_write(uint8_t index, uint8_t value)
{
    l4_port_write8(RTC_INDEX, index);
    l4_port_write8(RTC_DATA, value);
}

static bool timer_ticks(void)
{
    if (l4_irq_attach(ROOT_SLOT_IRQ, 0, LABEL_TIMER) != L4_STATUS_OK)
        return false;
    rtc_write(RTC_A, RTC_256_HZ);
    rtc_write(RTC_B, rtc_read(RTC_B) | RTC_PERIODIC);
    rtc_read(RTC_C);
    unsigned ticks = 0;
    struct l4_message message = {0};
    uint64_t begin = clock_us();
    while (ticks < TICKS && l4_reply_wait_timeout(&message, WAIT_US) == L4_STATUS_OK) {
        if (!(message.tag & L4_TAG_IRQ) || message.label != LABEL_TIMER)
            continue;
        ticks += !!(rtc_read(RTC_C) & RTC_PERIODIC);
        message.tag = 0;
    }
    uint64_t took = clock_us() - begin;
    rtc_write(RTC_B, rtc_read(RTC_B) & ~RTC_PERIODIC);
    rtc_read(RTC_C);
    l4_reply(&message);
    log_line(NULL, "visitor: %u ticks in %lu us", ticks, (unsigned long)took);
    return ticks == TICKS && l4_irq_detach(ROOT_SLOT_IRQ, 0) == L4_STATUS_OK;
}

static void keyboard_write(uint16_t port, uint8_t value)
{
    while (l4_port_read8(KEYBOARD_STATUS) & KEYBOARD_BUSY)
        ;
    l4_port_write8(port, value);
}

static bool keys_arrive(void)
{
    while (l4_port_read8(KEYBOARD_STATUS) & KEYBOARD_FULL)
        l4_port_read8(KEYBOARD_DATA);
    if (l4_irq_attach(ROOT_SLOT_IRQ + 1, 0, LABEL_KEYBOARD) != L4_STATUS_OK)
        return false;
    struct l4_message message = {0};
    for (uint8_t key = FIRST_KEY; key < FIRST_KEY + KEYS; key++) {
        keyboard_write(KEYBOARD_COMMAND, KEYBOARD_FAKE);
        keyboard_write(KEYBOARD_DATA, key);
        do {
            if (l4_reply_wait_timeout(&message, WAIT_US) != L4_STATUS_OK)
                return false;
        } while (!(message.tag & L4_TAG_IRQ));
        if (message.label != LABEL_KEYBOARD || l4_port_read8(KEYBOARD_DATA) != key)
            return false;
        message.tag = 0;
    }
    l4_reply(&message);
    return true;
}

static bool memory_works(void)
{
    size_t bytes = 300000;
    unsigned char *memory = malloc(bytes);
    if (!memory)
        return false;
    for (size_t i = 0; i < bytes; i++)
        memory[i] = (unsigned char)(i * 7);
    for (size_t i = 0; i < bytes; i++)
        if (memory[i] != (unsigned char)(i * 7))
            return false;
    free(memory);
    return true;
}

int main(void)
{
    log_line(NULL, "visitor: kernel %s %s", l4_info()->kernel_version, l4_info()->kernel_hash);
    claim(link_open(0), "the link to the partner is open");
    volatile uint64_t *page = shared_page();
    claim(page, "a dataspace becomes part of the session");
    claim(page && partner_answers(page), "a partner in another program answers and shares memory");
    claim(timer_ticks(), "timer interrupts arrive as messages");
    claim(keys_arrive(), "keyboard interrupts arrive as messages");
    claim(memory_works(), "the heap is there when it is touched");
    l4_wait_timeout(&(struct l4_message){0}, 300000); // the third program dies meanwhile
    claim(page && partner_answers(page),
          "the partner still answers after a third program died three times");
    log_line(NULL, "1..7");
    log_line(NULL, "visitor: done");
    return EXIT_SUCCESS;
}
