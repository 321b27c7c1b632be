/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the address comes from: the image file, or DHCP.
 */
#include "net.h"
#include <lwip/dhcp.h>
#include <lwip/ip4_addr.h>
#include <rt/log.h>
#include <stdlib.h>
#include <string.h>

/* lwIP's callback: address, link or gateway have changed. */
static void status_changed(struct netif *netif)
{
    struct net *net = netif->state;
    char address[IP4ADDR_STRLEN_MAX], gateway[IP4ADDR_STRLEN_MAX];
    uint32_t now = ip4_addr_get_u32(netif_ip4_addr(netif));
    if (now == net->address_logged)
        return;
    net->address_logged = now;
    ip4addr_ntoa_r(netif_ip4_addr(netif), address, sizeof(address));
    ip4addr_ntoa_r(netif_ip4_gw(netif), gateway, sizeof(gateway));
    log_line(net->self, "address %s, gateway %s", address, gateway);
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
