/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client of two servers. It starts when both links are open, does something for each tick of
 * the driver, and never blocks but in a call, which a server of higher priority answers at once.
 */
#include <idl/counter_client.h>
#include <idl/ticker_client.h>
#include <idl/ticker_session.h>
#include <rt/component.h>
#include <rt/endpoint.h>
#include <rt/log.h>

enum { TICKS_DEFAULT = 20, TICKS_MAX = 1000000 };

struct template_client {
    struct ticker_client ticker;
    struct endpoint counter;
    int ticker_link, counter_link;
    bool ticker_open, counter_open, done;
    uint64_t ticks;
};

static bool start(struct instance *self)
{
    struct template_client *client = self->state;
    client->ticker_link = instance_link(self, "ticker", -1);
    client->counter_link = instance_link(self, "counter", -1);
    client->ticks = instance_number(self, "ticks", 1, TICKS_MAX, TICKS_DEFAULT);
    return client->ticker_link >= 0 && client->counter_link >= 0;
}

static void time_log(struct instance *self, struct link *link)
{
    const struct endpoint clock = link_endpoint(link);
    uint16_t year = 0;
    uint8_t month = 0, day = 0, hour = 0, minute = 0, second = 0;
    int status = ticker_now(&clock, &year, &month, &day, &hour, &minute, &second);
    if (status != 0)
        log_line(self, "no time of day (%d)", status);
    else
        log_line(self, "it is %u-%02u-%02u %02u:%02u:%02u", year, month, day, hour, minute, second);
}

static void opened(struct instance *self, unsigned link)
{
    struct template_client *client = self->state;
    if ((int)link == client->ticker_link) {
        ticker_client_start(&client->ticker, self->links[link].area);
        client->ticker_open = true;
        time_log(self, &self->links[link]);
    } else {
        client->counter = link_endpoint(&self->links[link]);
        client->counter_open = true;
    }
}

static void closed(struct instance *self, unsigned link)
{
    struct template_client *client = self->state;
    if ((int)link == client->ticker_link)
        client->ticker_open = false;
    else
        client->counter_open = false;
}

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    struct template_client *client = self->state;
    struct ticker_tick tick;
    uint64_t total = 0;
    if (client->done || !client->ticker_open || !client->counter_open ||
        !ticker_tick_take(&client->ticker, &tick))
        return;
    int status = counter_add(&client->counter, 1, &total);
    if (status != 0) {
        log_line(self, "the server refuses to add (%d)", status);
        client->done = true;
    } else if (total >= client->ticks) {
        log_line(self, "%llu ticks counted", (unsigned long long)total);
        client->done = true;
    }
}

const struct component template_client_component = {
    .name = "template_client",
    .state_bytes = sizeof(struct template_client),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
};
