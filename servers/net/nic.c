/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The session with the driver, and lwIP's interface over it.
 *
 * Memory. One dataspace of ours holds the receive buffers, the transmit slots and the buffers for
 * copies; the driver gets translations of it, no access. A receive buffer is with the driver
 * (`with_driver`), or a frame in it is with lwIP (its pbuf has references), or, while there is no
 * driver, with nobody. The driver may return only what it has, once; another return is its error,
 * and is counted and ignored.
 *
 * Two kinds of packets leave. A slot's goes as it is, in two ranges. Any other was made by lwIP
 * (ARP, ICMP, TCP, fragments) and is copied into one buffer.
 *
 * Checksums. A card that offers it fills them in, and says of received frames what it found. lwIP
 * checks a frame of which the card does not say that all is well. Fragments are beyond cards: UDP
 * in fragments is summed by lwIP.
 */
#include "net.h"
#include <idl/netdev_client.h>
#include <lwip/etharp.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip.h>
#include <lwip/prot/ip4.h>
#include <lwip_port.h>
#include <netif/ethernet.h>
#include <rt/clock.h>
#include <rt/endpoint.h>
#include <rt/log.h>
#include <session/session.h>
#include <string.h>

#define COPY_COOKIE  (UINT64_C(1) << 32) /* with the number of a copy; slots have their number */
#define CHECK_ALL    (NETIF_CHECKSUM_CHECK_IP | NETIF_CHECKSUM_CHECK_UDP | NETIF_CHECKSUM_CHECK_TCP)
#define GENERATE_ALL (NETIF_CHECKSUM_GEN_IP | NETIF_CHECKSUM_GEN_UDP | NETIF_CHECKSUM_GEN_TCP)
#define ALWAYS       (NETIF_CHECKSUM_GEN_ICMP | NETIF_CHECKSUM_CHECK_ICMP)

/* Of the receive buffers lwIP keeps at most: a segment that is not taken for each connection, what
   is put together, and what is out of order. The card always has some. */
enum {
    KEPT_FEW = 128,
    OUT_OF_ORDER_MAX = 8, /* of one connection, while no more than these are kept */
    KEPT_MAX = PORT_CLIENTS * PORT_CONNECTIONS * TCP_PIECES_MAX + IP_REASS_MAX_PBUFS + KEPT_FEW +
               OUT_OF_ORDER_MAX,
};

enum { MTU_LEAST = 576 }; /* RFC 791, 3.2: what every host takes in one piece */

static_assert(KEPT_MAX <= RX_BUFFERS * 4 / 5, "the card has buffers, whatever peers do");

static struct net *the_net;

static void buffer_give(struct net *net, uint32_t number)
{
    struct netdev_buffer entry = {
        .offset = number * BUFFER_BYTES, .length = BUFFER_BYTES, .cookie = number};
    if (!net->card_open || netdev_rx_free_room(&net->end, 1) == 0)
        return; /* comes back when the session is opened again */
    net->rx[number].with_driver = true;
    netdev_rx_free_put(&net->end, &entry);
}

void nic_buffer_give(struct pbuf *pbuf)
{
    pbuf->ref = 0;
    buffer_give(the_net, (uint32_t)((struct rx_buffer *)pbuf - the_net->rx));
}

uint16_t lwip_port_out_of_order_max(const struct tcp_pcb *pcb)
{
    (void)pcb;
    const struct netdev_client *end = &the_net->end;
    /* All that the driver does not have. Of one that returns what it has not got it seems less. */
    uint32_t kept = RX_BUFFERS - (end->rx_free.next - end->rx.next);
    return kept < KEPT_FEW ? OUT_OF_ORDER_MAX : 0;
}

/* We are done with a frame that was not a datagram for a client. When these come so fast that
   clients, which have a lower priority, hardly get to run, there is a pause for them. */
static void other_ended(struct net *net)
{
    if (++net->others % OTHERS_MOST != 0)
        return;
    uint64_t now_us = clock_us();
    if (now_us - net->others_since_us < OTHERS_US)
        net_pause(net, net->card_bit, OTHERS_PAUSE_US);
    net->others_since_us = now_us;
}

static void buffer_freed(struct pbuf *pbuf)
{
    nic_buffer_give(pbuf);
    other_ended(the_net);
}

/* Damaged, or no IPv4, or the card does not look at checksums. False: the frame was dropped. */
__attribute__((noinline)) static bool receive_unusual(struct net *net,
                                                      const struct netdev_buffer *entry)
{
    if (entry->length < SIZEOF_ETH_HDR || entry->flags & NETDEV_SUM_BAD) {
        net->counts.rx_checksum += entry->length != 0;
        buffer_give(net, (uint32_t)entry->cookie);
        other_ended(net);
        return false;
    }
    address_look(net, net->rx_data + entry->cookie * BUFFER_BYTES, entry->length);
    return true;
}

static void receive(struct net *net, const struct netdev_buffer *entry)
{
    if (entry->cookie >= RX_BUFFERS || !net->rx[entry->cookie].with_driver ||
        entry->length > BUFFER_BYTES) {
        net->counts.rx_bad++;
        return;
    }
    struct rx_buffer *buffer = &net->rx[entry->cookie];
    buffer->with_driver = false;
    bool plain = (entry->flags & (NETDEV_SUM_BAD | NETDEV_IPV4_GOOD)) == NETDEV_IPV4_GOOD;
    if (__builtin_expect(!plain || entry->length < SIZEOF_ETH_HDR, 0) &&
        !receive_unusual(net, entry))
        return;
    struct pbuf *pbuf = &buffer->pbuf.pbuf;
    pbuf->next = NULL;
    pbuf->payload = net->rx_data + entry->cookie * BUFFER_BYTES;
    pbuf->tot_len = pbuf->len = entry->length;
    pbuf->type_internal = PBUF_REF;
    pbuf->flags = PBUF_FLAG_IS_CUSTOM;
    pbuf->ref = 1;
    pbuf->if_idx = NETIF_NO_INDEX;
    net->netif.chksum_flags = net->checks[entry->flags & 3];
    ethernet_input(pbuf, &net->netif);
}

static void reclaim(struct net *net, const struct netdev_buffer *entry)
{
    uint64_t copy = entry->cookie - COPY_COOKIE;
    if (entry->cookie < TX_SLOTS && net->slots[entry->cookie].with_driver) {
        struct tx_slot *slot = &net->slots[entry->cookie];
        slot->with_driver = false;
        net->with_driver--;
        udp_session_sent(net, slot, !(entry->flags & NETDEV_ERROR));
        slot_give(net, slot);
    } else if (copy < TX_COPIES && net->copies[copy].with_driver) {
        net->copies[copy].with_driver = false;
        net->with_driver--;
    } else {
        net->counts.rx_bad++;
    }
}

void nic_receive(struct net *net)
{
    struct netdev_buffer entry;
    uint32_t count = netdev_rx_arm_look(&net->end);
    net->rx_look = false;
    while (count-- > 0) {
        netdev_rx_get(&net->end, &entry);
        receive(net, &entry);
        if (__builtin_expect(net->paused != 0, 0)) {
            net->rx_look = true;
            ring_sleep_end(&net->end.rx); /* no more of that meanwhile */
            break;
        }
    }
    ring_stall(&net->end.rx, net->paused != 0);
    netdev_rx_release(&net->end);
}

void nic_reclaim(struct net *net)
{
    struct netdev_buffer entry;
    uint32_t count = netdev_tx_done_available(&net->end, 1);
    net->done_look = false;
    while (count-- > 0) {
        netdev_tx_done_get(&net->end, &entry);
        reclaim(net, &entry);
    }
    netdev_tx_done_release(&net->end);
}

/* True if a client waits for what the driver has, or lwIP may. */
static bool somebody_waits(struct net *net)
{
    for (unsigned i = 0; i < net->udp_top; i++)
        if (net->udp[i].in_flight && udp_session_waits(&net->udp[i]))
            return true;
    return net->copies[net->next_copy].with_driver;
}

void nic_arm(struct net *net)
{
    net->done_wanted = somebody_waits(net);
    if (!net->done_wanted || net->done_armed)
        return;
    net->done_armed = netdev_tx_done_arm(&net->end);
    net->done_look = !net->done_armed;
}

void nic_flush(struct net *net)
{
    if (!net->card_open)
        return;
    if (net->end.rx_free.next != net->end.rx_free.published)
        netdev_rx_free_publish(&net->end);
    if (net->end.tx.next != net->end.tx.published) {
        netdev_tx_publish(&net->end);
        netdev_tx_notify(&net->end, &net->self->links[net->card].wake);
    }
}

/* The slot's head is at its beginning, and so is its number of the range in the dataspace. */
static err_t transmit_slot(struct net *net, struct tx_slot *slot)
{
    struct pbuf *head = &slot->head.pbuf;
    uint8_t sums = net->offloads & NETDEV_OFFLOAD_TX ? NETDEV_SUM_IPV4 | NETDEV_SUM_UDP : 0;
    struct netdev_buffer header = {
        .offset = (uint32_t)((uint8_t *)head->payload - (uint8_t *)net->memory.base),
        .length = head->len,
        .flags = NETDEV_MORE | sums,
        .cookie = slot->number};
    struct netdev_buffer payload = {
        .offset = slot->entry.offset, .length = slot->payload.len, .dataspace = 1 + slot->session};
    netdev_tx_put(&net->end, &header);
    netdev_tx_put(&net->end, &payload);
    slot->with_driver = true;
    net->with_driver++;
    return ERR_OK;
}

/* What the card has to fill in, of a packet in one piece whose checksums lwIP left out. */
static uint8_t sums_of(const struct net *net, const uint8_t *frame, uint16_t length)
{
    const struct eth_hdr *ethernet = (const void *)frame;
    const struct ip_hdr *ip = (const void *)(frame + SIZEOF_ETH_HDR);
    if (!(net->offloads & NETDEV_OFFLOAD_TX) || length < SIZEOF_ETH_HDR + IP_HLEN ||
        ethernet->type != PP_HTONS(ETHTYPE_IP))
        return 0;
    if (IPH_OFFSET(ip) & PP_HTONS(IP_MF | IP_OFFMASK))
        return NETDEV_SUM_IPV4;
    switch (IPH_PROTO(ip)) {
    case IP_PROTO_UDP:
        return NETDEV_SUM_IPV4 | NETDEV_SUM_UDP;
    case IP_PROTO_TCP:
        return NETDEV_SUM_IPV4 | NETDEV_SUM_TCP;
    default:
        return NETDEV_SUM_IPV4;
    }
}

/* Copies come back in the order in which they leave: if the last one is free, all are. */
bool nic_has_copies(struct net *net, unsigned count)
{
    unsigned last = count + TX_COPIES_KEPT - 1;
    if (net->card_open && net->copies[(net->next_copy + last) % TX_COPIES].with_driver)
        nic_reclaim(net);
    return last < TX_COPIES && !net->copies[(net->next_copy + last) % TX_COPIES].with_driver;
}

static err_t transmit_copy(struct net *net, struct pbuf *pbuf)
{
    uint32_t number = net->next_copy;
    struct tx_copy *copy = &net->copies[number];
    if (copy->with_driver || pbuf->tot_len > BUFFER_BYTES || !net->card_open ||
        netdev_tx_room(&net->end, 1) == 0) {
        net->counts.tx_full++;
        return ERR_MEM;
    }
    pbuf_copy_partial(pbuf, copy->data, pbuf->tot_len, 0);
    struct netdev_buffer entry = {.offset = (uint32_t)(copy->data - (uint8_t *)net->memory.base),
                                  .length = pbuf->tot_len,
                                  .flags = sums_of(net, copy->data, pbuf->tot_len),
                                  .cookie = COPY_COOKIE + number};
    netdev_tx_put(&net->end, &entry);
    copy->with_driver = true;
    net->with_driver++;
    net->next_copy = (number + 1) % TX_COPIES;
    net->done_wanted |= net->copies[net->next_copy].with_driver;
    return ERR_OK;
}

static err_t transmit(struct netif *netif, struct pbuf *pbuf)
{
    struct net *net = netif->state;
    if ((uintptr_t)pbuf - (uintptr_t)net->slots < TX_SLOTS * sizeof(struct tx_slot))
        return transmit_slot(net, (struct tx_slot *)pbuf);
    return transmit_copy(net, pbuf);
}

static err_t interface_start(struct netif *netif)
{
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->output = etharp_output;
    netif->linkoutput = transmit;
    netif->mtu = 1500;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    return ERR_OK;
}

/* A slot's pbufs point at each other for good; what a datagram changes is set when it is sent. */
static void slot_prepare(struct tx_slot *slot, uint32_t number)
{
    slot->number = number;
    slot->head.pbuf = (struct pbuf){
        .next = &slot->payload,
        .type_internal = PBUF_TYPE_FLAG_STRUCT_DATA_CONTIGUOUS,
        .flags = PBUF_FLAG_IS_CUSTOM,
    };
    slot->payload = (struct pbuf){.type_internal = PBUF_REF, .ref = 1};
}

static void slot_was_freed(struct pbuf *pbuf)
{
    (void)pbuf; /* slots return by tx_done */
}

bool nic_prepare(struct net *net)
{
    size_t rx_bytes = RX_BUFFERS * BUFFER_BYTES, copy_bytes = TX_COPIES * BUFFER_BYTES;
    static_assert(4096 % sizeof(struct tx_slot) == 0, "no header crosses a page");
    if (!memory_create(net->self, &net->memory,
                       rx_bytes + copy_bytes + TX_SLOTS * sizeof(struct tx_slot)))
        return false;
    the_net = net;
    net->speed_mbps = NONE;
    net->rx_data = net->memory.base;
    net->slots = (struct tx_slot *)(net->rx_data + rx_bytes + copy_bytes);
    for (uint32_t i = 0; i < RX_BUFFERS; i++)
        net->rx[i].pbuf.custom_free_function = buffer_freed;
    for (uint32_t i = 0; i < TX_COPIES; i++)
        net->copies[i].data = net->rx_data + rx_bytes + (size_t)i * BUFFER_BYTES;
    for (uint32_t i = 0; i < TX_SLOTS; i++) {
        slot_prepare(&net->slots[i], i);
        net->slots[i].head.custom_free_function = slot_was_freed;
        slot_give(net, &net->slots[i]);
    }
    netif_add(&net->netif, NULL, NULL, NULL, net, interface_start, ethernet_input);
    netif_set_default(&net->netif);
    netif_set_up(&net->netif);
    return true;
}

static void medium_set(struct net *net, uint32_t speed_mbps)
{
    if (speed_mbps == net->speed_mbps)
        return;
    net->speed_mbps = speed_mbps;
    if (speed_mbps) {
        log_line(net->self, "link up, %u Mb/s", speed_mbps);
        netif_set_link_up(&net->netif);
    } else {
        log_line(net->self, "link down");
        netif_set_link_down(&net->netif);
    }
}

static void checks_set(struct net *net)
{
    uint16_t generate = net->offloads & NETDEV_OFFLOAD_TX ? 0 : GENERATE_ALL;
    uint16_t duty = ALWAYS | generate | CHECK_ALL;
    bool offered = net->offloads & NETDEV_OFFLOAD_RX;
    for (unsigned flags = 0; flags < 4; flags++) {
        net->checks[flags] = duty;
        if (offered && flags & NETDEV_IPV4_GOOD)
            net->checks[flags] &= (uint16_t)~NETIF_CHECKSUM_CHECK_IP;
        if (offered && flags & NETDEV_PAYLOAD_GOOD)
            net->checks[flags] &= (uint16_t) ~(NETIF_CHECKSUM_CHECK_UDP | NETIF_CHECKSUM_CHECK_TCP);
    }
    net->netif.chksum_flags = duty;
}

void nic_opened(struct net *net)
{
    struct link *link = &net->self->links[net->card];
    struct endpoint driver = link_endpoint(link);
    uint32_t mtu_bytes = 0, speed_mbps = 0;
    netdev_client_start(&net->end, link->area);
    int status = netdev_info(&driver, net->mac, &mtu_bytes, &net->offloads, &speed_mbps);
    if (status != 0) {
        log_line(net->self, "the driver does not answer (%d)", status);
        return;
    }
    if (mtu_bytes < MTU_LEAST) {
        log_line(net->self, "the card carries packets of %u bytes: too short", mtu_bytes);
        return;
    }
    if (!link_memory_share(net->self, net->card, 0, &net->memory, LINK_ACCESS_NONE, true))
        return;
    const uint8_t *mac = net->mac;
    log_line(net->self, "card %02x:%02x:%02x:%02x:%02x:%02x%s", mac[0], mac[1], mac[2], mac[3],
             mac[4], mac[5], net->offloads ? ", checksums by the card" : "");
    memcpy(net->netif.hwaddr, mac, sizeof(net->mac));
    net->netif.mtu = mtu_bytes < 1500 ? (uint16_t)mtu_bytes : 1500;
    checks_set(net);
    net->card_open = net->rx_look = net->done_look = true;
    net->done_armed = false;
    for (uint32_t i = 0; i < RX_BUFFERS; i++) {
        net->rx[i].with_driver = false;
        if (net->rx[i].pbuf.pbuf.ref == 0)
            buffer_give(net, i);
    }
    for (unsigned i = 0; i < UDP_SESSIONS; i++)
        udp_session_update(&net->udp[i]);
    medium_set(net, speed_mbps);
    nic_flush(net);
}

void nic_closed(struct net *net)
{
    log_line(net->self, "the driver has gone");
    /* Or it has only closed the session, or lost it: then there is another one. */
    session_open(net->self, net->card);
    if (!net->card_open)
        return;
    net->card_open = net->rx_look = net->done_look = false;
    net->with_driver = 0;
    net->speed_mbps = NONE;
    netif_set_link_down(&net->netif);
    for (uint32_t i = 0; i < TX_COPIES; i++)
        net->copies[i].with_driver = false;
    for (uint32_t i = 0; i < TX_SLOTS; i++) {
        struct tx_slot *slot = &net->slots[i];
        if (!slot->with_driver)
            continue;
        slot->with_driver = false;
        udp_session_sent(net, slot, false);
        slot_give(net, slot);
    }
    for (unsigned i = 0; i < UDP_SESSIONS; i++) {
        net->udp[i].forwarded = net->udp[i].stale = false;
        net->udp[i].wanted = net->udp[i].base;
    }
}

void nic_medium_check(struct net *net)
{
    struct netdev_link_changed changed;
    if (net->card_open && netdev_link_changed_take(&net->end, &changed))
        medium_set(net, changed.speed_mbps);
}
