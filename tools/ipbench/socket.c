/* SPDX-License-Identifier: BSD-2-Clause */
#include "socket.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECT_MS = 5000 };

/* False, with errno set, if there is no connection in time. */
static bool connected(int file, const struct addrinfo *address)
{
    struct timeval limit = {.tv_sec = CONNECT_MS / 1000};
    setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (connect(file, address->ai_addr, address->ai_addrlen) == 0)
        return true;
    if (errno == EINPROGRESS)
        errno = ETIMEDOUT;
    return false;
}

int socket_connect(const char *host, uint16_t port, bool tcp)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = tcp ? SOCK_STREAM : SOCK_DGRAM};
    struct addrinfo *address;
    char service[8];
    snprintf(service, sizeof(service), "%u", port);
    int status = getaddrinfo(host, service, &hints, &address);
    if (status != 0) {
        fprintf(stderr, "ipbench-load: %s: %s\n", host, gai_strerror(status));
        return -1;
    }
    int file = socket(address->ai_family, address->ai_socktype, 0);
    if (file >= 0 && !connected(file, address)) {
        fprintf(stderr, "ipbench-load: %s port %u: %s\n", host, port, strerror(errno));
        close(file);
        file = -1;
    }
    freeaddrinfo(address);
    int one = 1;
    if (file >= 0 && tcp)
        setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return file;
}
