/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The battery-backed clock of a PC.
 *
 * The device is two ports: what is written to the first selects the byte that the second shows. A
 * periodic interrupt on line 8 stays active until byte C is read, and the kernel keeps the line
 * masked until this driver waits again; so the handler only has to read C, and no tick can be
 * lost in between, only merged.
 *
 * Clients are served along links, one for each. A tick is an event: a value in the session that
 * the next one replaces, and a wake-up. The driver never waits for a client and keeps nothing for
 * one but its end of the session.
 */
#include <drivers/template/template_regs.h>
#include <idl/root.h>
#include <idl/ticker_server.h>
#include <idl/ticker_session.h>
#include <rt/component.h>
#include <rt/interrupt.h>
#include <rt/log.h>

enum {
    CLIENTS_MAX = 32,
    RATE_LEAST = 1,
    RATE_MOST = 13,
    RATE_DEFAULT = 6,
    RATE_SELECT_BASE = 16, /* what the device calls 2 to the power of n is RATE_SELECT_BASE - n */
    READ_ATTEMPTS = 1000,
    CENTURY = 2000,
};

struct template
{
    struct ticker_server ends[CLIENTS_MAX];
    bool open[CLIENTS_MAX];
    uint64_t ticks;
};

static uint8_t clock_read(uint8_t byte)
{
    template_write_index(TEMPLATE_PORT_BASE, byte);
    return template_read_data(TEMPLATE_PORT_BASE);
}

static void clock_write(uint8_t byte, uint8_t value)
{
    template_write_index(TEMPLATE_PORT_BASE, byte);
    template_write_data(TEMPLATE_PORT_BASE, value);
}

/* A number of the clock, which may count in decimal digits. */
static uint8_t number_of(uint8_t value, uint8_t mode)
{
    if (template_clock_b_binary(mode))
        return value;
    return (uint8_t)((value >> 4) * 10 + (value & 0xf));
}

static uint8_t hour_of(uint8_t value, uint8_t mode)
{
    uint8_t hour = number_of(template_clock_hours_hour(value), mode);
    if (template_clock_b_hours_24(mode))
        return hour;
    /* 12 comes before 1, in the morning as in the afternoon. */
    return (uint8_t)(hour % 12 + (template_clock_hours_pm(value) ? 12 : 0));
}

static int now(void *context, uint64_t sender, uint16_t *year, uint8_t *month, uint8_t *day,
               uint8_t *hour, uint8_t *minute, uint8_t *second)
{
    (void)context;
    (void)sender;
    uint8_t mode = clock_read(TEMPLATE_CLOCK_B);
    if (!template_clock_d_valid(clock_read(TEMPLATE_CLOCK_D)))
        return TICKER_ERROR_NOT_SET;
    /* An update between two bytes would mix two times: start again until the second stays the
       same. */
    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
        uint8_t before = clock_read(TEMPLATE_CLOCK_SECONDS);
        if (template_clock_a_updating(clock_read(TEMPLATE_CLOCK_A)))
            continue;
        *year = (uint16_t)(CENTURY + number_of(clock_read(TEMPLATE_CLOCK_YEAR), mode));
        *month = number_of(clock_read(TEMPLATE_CLOCK_MONTH), mode);
        *day = number_of(clock_read(TEMPLATE_CLOCK_DAY), mode);
        *hour = hour_of(clock_read(TEMPLATE_CLOCK_HOURS), mode);
        *minute = number_of(clock_read(TEMPLATE_CLOCK_MINUTES), mode);
        *second = number_of(before, mode);
        if (clock_read(TEMPLATE_CLOCK_SECONDS) == before)
            return 0;
    }
    return TICKER_ERROR_NOT_SET;
}

static bool start(struct instance *self)
{
    uint64_t rate = instance_number(self, "rate", RATE_LEAST, RATE_MOST, RATE_DEFAULT);
    uint64_t irq = instance_number(self, "irq_first", 0, UINT8_MAX, 0);
    uint8_t divider = clock_read(TEMPLATE_CLOCK_A);
    uint8_t mode = clock_read(TEMPLATE_CLOCK_B);
    if (!instance_interrupt_attach(self, ROOT_SLOT_IRQ + (uint32_t)irq, 0))
        return false;
    clock_write(TEMPLATE_CLOCK_A,
                template_clock_a_with_rate(divider, (uint8_t)(RATE_SELECT_BASE - rate)));
    clock_write(TEMPLATE_CLOCK_B, template_clock_b_with_on_period(mode, true));
    /* What was pending before would keep the line active for ever: it reacts to changes only. */
    clock_read(TEMPLATE_CLOCK_C);
    log_line(self, "%u ticks a second", 1u << rate);
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    struct template *template = self->state;
    if (link >= CLIENTS_MAX)
        return;
    ticker_server_start(&template->ends[link], self->links[link].area);
    template->open[link] = true;
}

static void closed(struct instance *self, unsigned link)
{
    struct template *template = self->state;
    if (link < CLIENTS_MAX)
        template->open[link] = false;
}

/* Clients have nothing to wake us for. */
static void event(struct instance *self, uint64_t events)
{
    (void)self;
    (void)events;
}

static void irq(struct instance *self, unsigned line)
{
    (void)line;
    struct template *template = self->state;
    if (!template_clock_c_period(clock_read(TEMPLATE_CLOCK_C)))
        return;
    const struct ticker_tick tick = {.count = ++template->ticks};
    for (unsigned link = 0; link < self->link_count && link < CLIENTS_MAX; link++) {
        if (template->open[link])
            ticker_tick_post(&template->ends[link], &tick, &self->links[link].wake);
    }
}

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    static const struct ticker_handlers handlers = {.now = now};
    struct l4_message message = {.label = link, .tag = tag};
    memcpy(message.w, words, sizeof(message.w));
    ticker_dispatch(&handlers, self, &message);
    memcpy(words, message.w, sizeof(message.w));
    return message.tag;
}

const struct component template_component = {
    .name = "template",
    .state_bytes = sizeof(struct template),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .irq = irq,
    .call = call,
};
