/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the address comes from: the image file, or DHCP; and who else claims it. An address that
 * DHCP offers is probed for and declined if somebody answers. One that we have is kept: the other
 * host is told by an announcement whose it is, at most once in ten seconds (RFC 5227, 2.4).
 */
#include "net.h"
#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/ip4_addr.h>
#include <lwip/prot/dhcp.h>
#include <lwip_port.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <stdlib.h>
#include <string.h>

enum { CONFLICT_PAUSE_US = 10000000 };

/* lwIP's callback: address, link or gateway have changed. */
static void status_changed(struct netif *netif)
{
    struct net *net = netif->state;
    char address[IP4ADDR_STRLEN_MAX], gateway[IP4ADDR_STRLEN_MAX];
    uint32_t now = ip4_addr_get_u32(netif_ip4_addr(netif));
    if (now == net->address_logged)
        return;
    net->address_logged = now;
    net->dhcp_asked = 0;
    net->dhcp_requested = false;
    if (now == 0) {
        log_line(net->self, "no address any more");
        return;
    }
    ip4addr_ntoa_r(netif_ip4_addr(netif), address, sizeof(address));
    ip4addr_ntoa_r(netif_ip4_gw(netif), gateway, sizeof(gateway));
    log_line(net->self, "address %s, gateway %s", address, gateway);
}

/* lwIP's hook. A server that refuses what it had offered, and one that says nothing, look alike
   from here: both are followed by a new search. */
void lwip_port_dhcp_sends(struct netif *netif, uint8_t state, uint8_t type)
{
    struct net *net = netif->state;
    if (state == DHCP_STATE_SELECTING) {
        net->dhcp_asked++;
        if (net->dhcp_requested)
            log_line(net->self, "DHCP gives no lease on the address it offered; asking again");
        else if (net->dhcp_asked > 1 && (net->dhcp_asked & (net->dhcp_asked - 1)) == 0)
            log_line(net->self, "no DHCP server answers, asked %u times; no address yet",
                     net->dhcp_asked);
    } else {
        net->dhcp_asked = 0;
    }
    net->dhcp_requested = type == DHCP_REQUEST;
}

/* The address that nobody else may have: ours, or the one that DHCP has offered. */
static uint32_t address_claimed(const struct net *net)
{
    const struct dhcp *dhcp = netif_dhcp_data(&net->netif);
    if (dhcp && dhcp->state == DHCP_STATE_CHECKING)
        return ip4_addr_get_u32(&dhcp->offered_ip_addr);
    return ip4_addr_get_u32(netif_ip4_addr(&net->netif));
}

void address_look(struct net *net, const uint8_t *frame, uint16_t length)
{
    struct eth_hdr ethernet;
    struct etharp_hdr arp;
    ip4_addr_t sender;
    char text[IP4ADDR_STRLEN_MAX];
    if (length < SIZEOF_ETH_HDR + SIZEOF_ETHARP_HDR)
        return;
    memcpy(&ethernet, frame, sizeof(ethernet));
    memcpy(&arp, frame + SIZEOF_ETH_HDR, sizeof(arp));
    memcpy(&sender, &arp.sipaddr, sizeof(sender));
    const uint8_t *mac = arp.shwaddr.addr;
    if (ethernet.type != PP_HTONS(ETHTYPE_ARP) || arp.proto != PP_HTONS(ETHTYPE_IP) ||
        sender.addr == 0 || sender.addr != address_claimed(net) || memcmp(mac, net->mac, 6) == 0)
        return;
    uint64_t now = clock_us();
    if (now < net->conflict_next_us)
        return;
    net->conflict_next_us = now + CONFLICT_PAUSE_US;
    log_line(net->self, "address %s is in use by %02x:%02x:%02x:%02x:%02x:%02x",
             ip4addr_ntoa_r(&sender, text, sizeof(text)), mac[0], mac[1], mac[2], mac[3], mac[4],
             mac[5]);
    if (sender.addr == ip4_addr_get_u32(netif_ip4_addr(&net->netif)))
        etharp_gratuitous(&net->netif);
}

/* "10.0.2.15/24" */
static bool parse_address(const char *text, ip4_addr_t *address, ip4_addr_t *netmask)
{
    char part[IP4ADDR_STRLEN_MAX];
    const char *slash = strchr(text, '/');
    if (!slash || (size_t)(slash - text) >= sizeof(part))
        return false;
    memcpy(part, text, (size_t)(slash - text));
    part[slash - text] = 0;
    char *end;
    unsigned long bits = strtoul(slash + 1, &end, 10);
    if (!ip4addr_aton(part, address) || *end || end == slash + 1 || bits < 1 || bits > 32)
        return false;
    ip4_addr_set_u32(netmask, lwip_htonl(UINT32_MAX << (32 - bits)));
    return true;
}

bool address_start(struct net *net)
{
    const char *text = instance_parameter(net->self, "address", "dhcp");
    const char *gateway_text = instance_parameter(net->self, "gateway", "0.0.0.0");
    ip4_addr_t address, netmask, gateway;
    netif_set_status_callback(&net->netif, status_changed);
    if (strcmp(text, "dhcp") == 0) {
        if (dhcp_start(&net->netif) == ERR_OK)
            return true;
        log_line(net->self, "no memory for DHCP");
        return false;
    }
    if (!parse_address(text, &address, &netmask)) {
        log_line(net->self, "address \"%s\" is neither dhcp nor like 10.0.2.15/24", text);
        return false;
    }
    if (!ip4addr_aton(gateway_text, &gateway)) {
        log_line(net->self, "gateway \"%s\" is no address", gateway_text);
        return false;
    }
    netif_set_addr(&net->netif, &address, &netmask, &gateway);
    return true;
}
