/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The component of the network server.
 *
 * A turn: frames into lwIP, packets that are done, what clients want to send; then everything is
 * published at once. Only when the program is about to block are producers asked for wake-ups. Of
 * packets that are done the server wants to hear at once only when somebody waits for them:
 * otherwise it sees them with the next frame.
 */
#include "net.h"
#include <interface/message.h>
#include <lwip/init.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/timeouts.h>
#include <lwip_port.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <string.h>

/* lwIP's next deadline, as the instance's. */
static void timer_set(struct net *net)
{
    uint32_t left_ms = sys_timeouts_sleeptime();
    net->self->deadline_us =
        left_ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? 0 : clock_us() + (uint64_t)left_ms * 1000 + 1;
}

void net_wake_count_set(struct net *net, const struct link *link, struct ring_set *rings,
                        struct ring_consumer *ring, uint32_t *now, uint32_t count)
{
    if (*now == count)
        return;
    *now = count;
    /* What waits already may be enough by the new count, so there must be another look before the sleep. */
    ring_set_end(rings);
    net->awake |= net_link_bit(net, link);
    ring_wake_count_set(ring, count);
    for (uint32_t i = 0; i < rings->count; i++)
        if (rings->sources[i].ring == ring)
            rings->sources[i].wake_count = count;
}

static bool start(struct instance *self)
{
    struct net *net = self->state;
    int card = instance_link(self, "netdev", -1);
    if (card < 0) {
        log_line(self, "the image has no link \"netdev\" to a driver");
        return false;
    }
    net->self = self;
    net->card = (unsigned)card;
    net->udp_share = TX_SLOTS;
    lwip_port_random_stir(clock_us());
    lwip_init();
    if (!nic_prepare(net) || !address_start(net))
        return false;
    timer_set(net);
    return true;
}

static void turn(struct net *net)
{
    if (net->card_open) {
        nic_receive(net);
        nic_reclaim(net);
    }
    for (unsigned i = 0; i < UDP_SESSIONS; i++) {
        struct udp_session *session = &net->udp[i];
        if (!session->link)
            continue;
        if (!session->base)
            udp_session_update(session);
        if (net_is_awake(net, session->link) || session->send_count == NONE)
            udp_session_send(session);
        udp_session_flush(session);
    }
    for (unsigned i = 0; i < TCP_SESSIONS; i++) {
        struct tcp_session *session = &net->tcp[i];
        if (!session->link)
            continue;
        if (!session->base)
            tcp_session_update(session);
        if (net_is_awake(net, session->link) || session->connection_count) {
            tcp_session_turn(session);
            tcp_session_flush(session);
        }
    }
    nic_flush(net);
}

static void opened(struct instance *self, unsigned link)
{
    struct net *net = self->state;
    net->awake |= UINT64_C(1) << link;
    if (link == net->card)
        nic_opened(net);
    else if (strcmp(self->links[link].name, "udp") == 0)
        udp_session_opened(net, link);
    else if (strcmp(self->links[link].name, "tcp") == 0)
        tcp_session_opened(net, link);
    turn(net);
    timer_set(net);
}

static void closed(struct instance *self, unsigned link)
{
    struct net *net = self->state;
    net->awake &= ~(UINT64_C(1) << link);
    if (link == net->card)
        nic_closed(net);
    else if (udp_session_of(net, link))
        udp_session_closed(net, link);
    else
        tcp_session_closed(net, link);
}

/* Ends the sleep of the links that were woken. */
static void wake_links(struct net *net, uint64_t events)
{
    net->awake |= events;
    if (events & UINT64_C(1) << net->card)
        ring_set_end(&net->card_rings);
    for (unsigned i = 0; i < UDP_SESSIONS; i++)
        if (net->udp[i].link && events & net_link_bit(net, net->udp[i].link))
            ring_set_end(&net->udp[i].rings);
    for (unsigned i = 0; i < TCP_SESSIONS; i++)
        if (net->tcp[i].link && events & net_link_bit(net, net->tcp[i].link))
            ring_set_end(&net->tcp[i].rings);
}

static void event(struct instance *self, uint64_t events)
{
    struct net *net = self->state;
    wake_links(net, events);
    if (events & UINT64_C(1) << net->card)
        nic_medium_check(net);
    turn(net);
    if (tcp_active_pcbs || tcp_tw_pcbs)
        timer_set(net);
}

/* True if a client may be waiting for what the driver has: more of its buffers are on their way out
   than are left for it to receive with. */
static bool somebody_waits(struct net *net)
{
    for (unsigned i = 0; i < UDP_SESSIONS; i++) {
        struct udp_session *session = &net->udp[i];
        if (session->link && session->in_flight &&
            (session->send_count == NONE ||
             session->in_flight >= udp_receive_free_available(&session->end, session->in_flight) ||
             session->in_flight >= net->udp_share / 2))
            return true;
    }
    return net->copies[net->next_copy].with_driver;
}

/* Asks for wake-ups by the rings of a link; false if they hold work. */
static bool link_sleeps(struct net *net, const struct link *link, struct ring_set *rings)
{
    if (!ring_set_prepare(rings))
        return false;
    net->awake &= ~net_link_bit(net, link);
    return true;
}

/* Asks for wake-ups by the rings that something can be done about. A client that waits for the
   driver is served when the driver returns something. */
static bool before_sleep(struct instance *self)
{
    struct net *net = self->state;
    struct link *card = &self->links[net->card];
    bool sleeps = true;
    if (net->card_open) {
        net_wake_count_set(net, card, &net->card_rings, &net->end.tx_done, &net->done_count,
                           somebody_waits(net) ? 1 : NONE);
        sleeps = link_sleeps(net, card, &net->card_rings);
    }
    if (!net->awake)
        return !sleeps;
    for (unsigned i = 0; i < UDP_SESSIONS; i++)
        if (net->udp[i].link && net_is_awake(net, net->udp[i].link))
            sleeps &= link_sleeps(net, net->udp[i].link, &net->udp[i].rings);
    for (unsigned i = 0; i < TCP_SESSIONS; i++)
        if (net->tcp[i].link && net_is_awake(net, net->tcp[i].link))
            sleeps &= link_sleeps(net, net->tcp[i].link, &net->tcp[i].rings);
    return !sleeps;
}

static void timer(struct instance *self)
{
    struct net *net = self->state;
    sys_check_timeouts();
    turn(net);
    timer_set(net);
}

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    struct net *net = self->state;
    struct udp_session *udp = udp_session_of(net, link);
    struct tcp_session *tcp = tcp_session_of(net, link);
    uint64_t answer = L4_TAG((uint16_t)INTERFACE_CLOSED, 0, 0);
    if (udp)
        answer = udp_session_call(udp, tag, words);
    else if (tcp)
        answer = tcp_session_call(tcp, tag, words);
    turn(net);
    return answer;
}

const struct component net_component = {
    .name = "net",
    .state_bytes = sizeof(struct net),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .sleep = before_sleep,
    .timer = timer,
    .call = call,
};
