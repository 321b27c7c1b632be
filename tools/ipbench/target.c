/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Driving the CPU target as a controller does: each reply is read with one receive, and after
 * STOP the stream is read to its end.
 */
#include "load.h"
#include "socket.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MS = 5000 };

static ssize_t receive(int target, char *text, size_t size)
{
    struct pollfd ready = {.fd = target, .events = POLLIN};
    if (poll(&ready, 1, REPLY_MS) != 1)
        return -1;
    return recv(target, text, size, 0);
}

static bool expect(int target, const char *line, const char *code)
{
    char reply[1024];
    if (line && send(target, line, strlen(line), 0) != (ssize_t)strlen(line))
        return false;
    ssize_t length = receive(target, reply, sizeof(reply) - 1);
    if (length >= 4 && memcmp(reply, code, 3) == 0 && reply[length - 1] == '\n')
        return true;
    reply[length > 0 ? length : 0] = 0;
    fprintf(stderr, "ipbench-load: the target answers \"%s\" to %s", reply,
            line ? line : "a connection\n");
    return false;
}

int target_open(const char *host, uint16_t port)
{
    int target = socket_connect(host, port, true);
    if (target < 0)
        return -1;
    if (expect(target, NULL, "100") && expect(target, "HELLO\n", "200") &&
        expect(target, "LOAD cpu_target_lukem\n", "200") &&
        expect(target, "SETUP args::\"\"\n", "200"))
        return target;
    close(target);
    return -1;
}

bool target_start(int target)
{
    return send(target, "START\n", 6, 0) == 6;
}

bool target_stop(int target)
{
    char reply[512];
    size_t length = 0;
    ssize_t got;
    if (send(target, "STOP\n", 5, 0) != 5)
        return false;
    while (length < sizeof(reply) - 1 &&
           (got = receive(target, reply + length, sizeof(reply) - 1 - length)) > 0)
        length += (size_t)got;
    reply[length] = 0;
    send(target, "QUIT\n", 5, MSG_NOSIGNAL);
    close(target);
    char *size = strstr(reply, "Content-length: ");
    char *body = size ? strchr(size, '\n') : NULL;
    if (strncmp(reply, "220", 3) != 0 || !body ||
        reply + length - (body + 1) != strtol(size + 16, NULL, 10)) {
        fprintf(stderr, "ipbench-load: the target's result is \"%s\"\n", reply);
        return false;
    }
    printf("%s\n", body + 1);
    return true;
}
