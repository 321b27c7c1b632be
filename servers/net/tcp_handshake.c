/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Handshakes of TCP while strangers ask for more connections than a port may have half open.
 *
 * When all places of a port are taken, the connection that was heard of longest ago is forgotten,
 * without a word. An honest peer loses nothing by that: our first sequence number is a hash, under
 * a key of our own, of all that we would have remembered: addresses, ports, the peer's first number
 * and when it was. Who confirms a number that the hash gives has been sent it, and then the
 * handshake is held again, inside: lwIP gets the request as it must have been, and after that what
 * has arrived. Only the peer's options are lost; it is sent segments of 536 bytes, which everybody
 * takes.
 *
 * Numbers are good for one to two minutes, and are believed only while there may be somebody who
 * was forgotten: without a flood TCP is as ever.
 */
#include "net.h"
#include <lwip/inet_chksum.h>
#include <lwip/ip.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/tcp.h>
#include <lwip_port.h>
#include <rt/clock.h>

enum { AGE_US = 60000000 };

static uint32_t first_sequence; /* ours, of the handshake that begins */
static uint64_t believed_until; /* the age in which numbers are no longer believed */
static bool repeats;            /* lwIP hears what we say, not a peer */

/* Our first number for a peer whose first is `sequence`, in an age: which of two it was, in the
   lowest bit. */
static uint32_t number_for(const struct tcp_hdr *header, uint32_t sequence, uint64_t age)
{
    uint64_t addresses = (uint64_t)ip4_addr_get_u32(ip_2_ip4(ip_current_src_addr())) << 32 |
                         ip4_addr_get_u32(ip_2_ip4(ip_current_dest_addr()));
    uint64_t rest = (uint64_t)header->src << 48 | (uint64_t)header->dest << 32 | sequence;
    return (uint32_t)lwip_port_hash(addresses, rest, age) << 1 | (age & 1);
}

uint32_t lwip_port_first_sequence(void)
{
    return first_sequence;
}

static void make_room(const struct tcp_pcb_listen *listener, uint64_t age)
{
    struct tcp_pcb *oldest = NULL;
    if (listener->accepts_pending < listener->backlog)
        return;
    /* lwIP puts the pcbs that it has heard of at the head of its list. */
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (pcb->state == SYN_RCVD && pcb->listener == listener)
            oldest = pcb;
    tcp_abandon(oldest, 0);
    believed_until = age + 2;
}

/* lwIP hears a segment without options from the peer that sent the present one. */
static void repeat(const struct tcp_hdr *present, uint32_t sequence, uint8_t flags,
                   const struct pbuf *data)
{
    struct netif *netif = ip_current_input_netif();
    uint16_t length_bytes = data ? data->tot_len : 0, checks = netif->chksum_flags;
    struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (uint16_t)(TCP_HLEN + length_bytes), PBUF_RAM);
    if (!pbuf)
        return;
    struct tcp_hdr *header = pbuf->payload;
    *header = (struct tcp_hdr){.src = lwip_htons(present->src),
                               .dest = lwip_htons(present->dest),
                               .seqno = lwip_htonl(sequence),
                               .ackno = lwip_htonl(present->ackno),
                               .wnd = lwip_htons(present->wnd)};
    TCPH_HDRLEN_FLAGS_SET(header, TCP_HLEN / 4, flags);
    if (data)
        pbuf_copy_partial(data, header + 1, length_bytes, 0);
    netif->chksum_flags &= (uint16_t)~NETIF_CHECKSUM_CHECK_TCP;
    repeats = true;
    tcp_input(pbuf, netif);
    repeats = false;
    netif->chksum_flags = checks;
}

/* lwIP has not begun to look at the present segment, and will not when it has been seen to here, so
   that it may be called for others meanwhile. */
int8_t lwip_port_listener_hears(const struct tcp_pcb *pcb, const struct tcp_hdr *header,
                                struct pbuf *pbuf)
{
    const struct tcp_pcb_listen *listener = (const struct tcp_pcb_listen *)pcb;
    uint8_t flags = TCPH_FLAGS(header), kind = flags & (TCP_SYN | TCP_ACK | TCP_RST);
    uint64_t age = clock_us() / AGE_US;
    if (kind == TCP_SYN) {
        if (!repeats)
            first_sequence = number_for(header, header->seqno, age);
        make_room(listener, age);
    } else if (kind == TCP_ACK && age < believed_until && !repeats) {
        uint32_t confirmed = header->ackno - 1;
        age -= (age ^ confirmed) & 1;
        if (confirmed == number_for(header, header->seqno - 1, age)) {
            first_sequence = confirmed;
            repeat(header, header->seqno - 1, TCP_SYN, NULL);
            repeat(header, header->seqno, flags, pbuf);
            return ERR_ABRT;
        }
    }
    return ERR_OK;
}

void tcp_handshakes_drop(const struct tcp_pcb *listener)
{
    for (struct tcp_pcb *pcb = tcp_active_pcbs, *next; pcb; pcb = next) {
        next = pcb->next;
        if (pcb->state == SYN_RCVD && (const struct tcp_pcb *)pcb->listener == listener)
            tcp_abandon(pcb, 0);
    }
}
