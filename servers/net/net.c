/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The component of the network server.
 *
 * A turn: frames into lwIP, packets that are done, what clients want to send; then everything is
 * published at once. Links are served by bit masks: `work` are those whose rings are to be read,
 * `touched` those that something was put for, `blocked` those whose rings could not be emptied.
 *
 * Rings stay armed: before a ring is read its producer is asked for one wake-up, and that request
 * stands until it is used, however often the server runs for other reasons: a ring that nobody has
 * told of is not read. Of packets that are done the server wants to hear only when somebody waits
 * for them; otherwise it collects them when there are many.
 *
 * Overload. Frames come faster than a client, which has a lower priority, can answer. When it has
 * no buffers left, a pause begins: frames stay where they are, the card drops what finds no room,
 * which costs nothing, and the processor is the client's until it has given buffers, or has had
 * PAUSE_US; PAUSE_MOST_US while the card has buffers of its. A flood of other frames, which may be
 * for no client at all, lets clients run now and then: see OTHERS_MOST.
 */
#include "net.h"
#include <interface/message.h>
#include <lwip/init.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/timeouts.h>
#include <lwip_port.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <rt/seed.h>
#include <stdlib.h>
#include <string.h>

static unsigned bit_take(uint64_t *mask)
{
    unsigned bit = (unsigned)__builtin_ctzll(*mask);
    *mask &= *mask - 1;
    return bit;
}

bool port_is_anothers(const struct net *net, unsigned link, uint16_t port)
{
    const struct instance *self = net->self;
    bool anothers = false;
    for (unsigned i = 0; i < self->link_count; i++) {
        const char *number = instance_peer_parameter(self, i, "port");
        if (!number || strtoul(number, NULL, 0) != port ||
            strcmp(self->links[i].name, self->links[link].name) != 0)
            continue;
        if (i == link)
            return false;
        anothers = true;
    }
    return anothers;
}

/* The instance's deadline: lwIP's next, or the end of a pause. */
static void timer_set(struct net *net)
{
    uint32_t left_ms = sys_timeouts_sleeptime();
    uint64_t due_us =
        left_ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? 0 : clock_us() + (uint64_t)left_ms * 1000 + 1;
    if (net->paused && (due_us == 0 || net->pause_end_us < due_us))
        due_us = net->pause_end_us;
    net->self->deadline_us = due_us;
}

void net_pause(struct net *net, uint64_t bits, uint32_t us)
{
    if (!net->paused) {
        net->pause_end_us = clock_us() + us;
        net->pause_last_us = net->pause_end_us + PAUSE_MOST_US - PAUSE_US;
    }
    net->paused |= bits;
}

/* Clients that have given buffers again end their part of the pause. */
static void pause_look(struct net *net)
{
    for (uint64_t left = net->paused & ~net->card_bit; left;) {
        unsigned link = bit_take(&left);
        if (!udp_session_pauses(net->users[link].udp))
            net->paused &= ~(UINT64_C(1) << link);
    }
}

/* It took too long. Only clients whose buffers the card has are waited for: these will come. But
   not for ever: a client may send what it likes and keep all it receives with. */
static void pause_end(struct net *net)
{
    uint64_t now_us = clock_us();
    for (uint64_t left = net->paused; left;) {
        unsigned link = bit_take(&left);
        if (link == net->card || !net->users[link].udp->in_flight || now_us >= net->pause_last_us)
            net->paused &= ~(UINT64_C(1) << link);
    }
    net->pause_end_us = now_us + PAUSE_US;
}

/* Before the server sleeps: whoever gives buffers wakes it, and so does the clock. */
static void pause_keep(struct net *net)
{
    pause_look(net);
    net->again = net->again || !net->paused;
    if (net->self->deadline_us == 0 || net->self->deadline_us > net->pause_end_us)
        net->self->deadline_us = net->pause_end_us;
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
    net->card_bit = UINT64_C(1) << card;
    net->udp_share = TX_SLOTS;
    lwip_port_key_set(seed_draw(), seed_draw());
    lwip_init();
    if (!nic_prepare(net) || !address_start(net))
        return false;
    timer_set(net);
    return true;
}

/* Reads the rings of clients. What cannot be emptied now is blocked. */
static void serve(struct net *net, uint64_t work)
{
    while (work) {
        const struct net_user *user = &net->users[bit_take(&work)];
        if (user->udp)
            udp_session_serve(user->udp);
        else if (user->tcp)
            tcp_session_serve(user->tcp);
    }
}

/* Looks whose memory has changed, before any of it is touched: root says so by the link's event. */
static void update(struct net *net, uint64_t changed)
{
    while (changed) {
        const struct net_user *user = &net->users[bit_take(&changed)];
        if (user->udp) {
            if (user->udp->changes != user->udp->link->changes)
                udp_session_update(user->udp);
        } else if (user->tcp) {
            tcp_session_update(user->tcp);
        }
    }
}

static void flush(struct net *net)
{
    while (net->touched) {
        const struct net_user *user = &net->users[bit_take(&net->touched)];
        if (user->udp)
            udp_session_flush(user->udp);
        else if (user->tcp)
            tcp_session_flush(user->tcp);
    }
    nic_flush(net);
}

/* Inline in the one place where it is called for every packet. */
static inline __attribute__((always_inline)) void turn_now(struct net *net, uint64_t work)
{
    if (__builtin_expect(net->paused != 0, 0))
        pause_look(net);
    if (net->rx_look && !net->paused)
        nic_receive(net);
    if (net->card_open && (net->done_look || net->with_driver >= DONE_BATCH))
        nic_reclaim(net);
    work |= net->blocked | net->work;
    net->blocked = net->work = 0;
    serve(net, work);
    flush(net);
    if (net->done_wanted && net->card_open)
        nic_arm(net);
    net->again = net->work || (net->done_look && net->card_open);
    if (__builtin_expect(net->paused != 0, 0))
        pause_keep(net);
}

static __attribute__((noinline)) void turn(struct net *net, uint64_t work)
{
    turn_now(net, work);
}

static void opened(struct instance *self, unsigned link)
{
    struct net *net = self->state;
    if (link == net->card)
        nic_opened(net);
    else if (strcmp(self->links[link].name, "udp") == 0)
        udp_session_opened(net, link);
    else if (strcmp(self->links[link].name, "tcp") == 0)
        tcp_session_opened(net, link);
    turn(net, UINT64_C(1) << link);
    timer_set(net);
}

static void closed(struct instance *self, unsigned link)
{
    struct net *net = self->state;
    const struct net_user *user = &net->users[link];
    if (link == net->card)
        nic_closed(net);
    else if (user->udp)
        udp_session_closed(user->udp);
    else if (user->tcp)
        tcp_session_closed(user->tcp);
}

static void event(struct instance *self, uint64_t events)
{
    struct net *net = self->state;
    uint64_t card = net->card_bit;
    if (events & card && net->card_open) {
        net->rx_look = true;
        net->done_look |= net->done_armed;
        net->done_armed = false;
        nic_medium_check(net);
    }
    update(net, events & ~card);
    turn_now(net, events & ~card);
    if (tcp_active_pcbs || tcp_tw_pcbs)
        timer_set(net);
}

static bool before_sleep(struct instance *self)
{
    struct net *net = self->state;
    return net->again;
}

static void timer(struct instance *self)
{
    struct net *net = self->state;
    net->rx_look |= net->card_open;
    sys_check_timeouts();
    if (net->paused && clock_us() >= net->pause_end_us)
        pause_end(net);
    turn(net, 0);
    timer_set(net);
}

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    struct net *net = self->state;
    const struct net_user *user = &net->users[link];
    uint64_t answer = L4_TAG((uint16_t)INTERFACE_CLOSED, 0, 0);
    if (user->udp)
        answer = udp_session_call(user->udp, tag, words);
    else if (user->tcp)
        answer = tcp_session_call(user->tcp, tag, words);
    turn(net, UINT64_C(1) << link);
    return answer;
}

static void report(struct instance *self)
{
    struct net *net = self->state;
    net->done_look = true;
    turn(net, 0);
    report_log(self);
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
    .report = report,
};
