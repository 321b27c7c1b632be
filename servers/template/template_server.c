/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A server: one total for each client, that is, for each link. The dispatch that idlc wrote has
 * checked every argument before a handler runs; what is left to check is what only this server
 * can know. A client that breaks the rules gets a status.
 */
#include <idl/counter_server.h>
#include <rt/component.h>

enum { CLIENTS_MAX = 32 };

struct template_server {
    uint64_t totals[CLIENTS_MAX];
};

/* The runtime passes calls of this component's links only: `sender` is the number of one. */
static int add(void *context, uint64_t sender, uint32_t step, uint64_t *total)
{
    struct template_server *server = context;
    if (step > UINT64_MAX - server->totals[sender])
        return COUNTER_ERROR_TOO_LARGE;
    server->totals[sender] += step;
    *total = server->totals[sender];
    return 0;
}

static int total(void *context, uint64_t sender, uint64_t *total)
{
    const struct template_server *server = context;
    *total = server->totals[sender];
    return 0;
}

/* A new session, also that of a client that was restarted: nothing of the old one counts. */
static void opened(struct instance *self, unsigned link)
{
    struct template_server *server = self->state;
    if (link < CLIENTS_MAX)
        server->totals[link] = 0;
}

/* This interface has neither rings nor events, so nothing is announced here. */
static void event(struct instance *self, uint64_t events)
{
    (void)self;
    (void)events;
}

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    static const struct counter_handlers handlers = {.add = add, .total = total};
    struct l4_message message = {.label = link, .tag = tag};
    memcpy(message.w, words, sizeof(message.w));
    if (link < CLIENTS_MAX)
        counter_dispatch(&handlers, self->state, &message);
    else
        message_refuse(&message, INTERFACE_UNKNOWN);
    memcpy(words, message.w, sizeof(message.w));
    return message.tag;
}

const struct component template_server_component = {
    .name = "template_server",
    .state_bytes = sizeof(struct template_server),
    .opened = opened,
    .event = event,
    .call = call,
};
