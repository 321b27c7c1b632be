/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IPBENCH_SOCKET_H
#define IPBENCH_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

/* A connected socket, or -1 after a message. */
int socket_connect(const char *host, uint16_t port, bool tcp);

#endif
