/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Driving the CPU target just as a controller does, which is particular about how replies come:
 * each is read with one receive; between START and STOP nothing may come; the result is read with
 * two receives whatever the first one held, and then to the length that it says. Where a controller
 * would hang or fail, this one says so.
 */
#include "load.h"
#include "socket.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MS = 5000, RECEIVE_BYTES = 128, RESULT_BYTES = 4096 };

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
    ssize_t length = -1;
    if (!line || send(target, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line))
        length = receive(target, reply, sizeof(reply) - 1);
    if (length >= 4 && memcmp(reply, code, 3) == 0 &&
        memchr(reply, '\n', (size_t)length) == reply + length - 1)
        return true;
    reply[length > 0 ? length : 0] = 0;
    fprintf(stderr, "ipbench-load: the target answers \"%.*s\" to %s", (int)strcspn(reply, "\n"),
            reply, line ? line : "a connection\n");
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
    return send(target, "START\n", 6, MSG_NOSIGNAL) == 6;
}

/* Reads the result of STOP. NULL, or what is wrong with it. Its body is a string. */
static const char *result_read(int target, char *reply, const char **body)
{
    ssize_t got = receive(target, reply, RECEIVE_BYTES);
    if (got <= 0 || !memchr(reply, '\n', (size_t)got))
        return "its first line does not come at once";
    size_t length = (size_t)got;
    got = receive(target, reply + length, RECEIVE_BYTES);
    if (got < 0)
        return "neither more nor an end follows what came first, a controller would wait for ever";
    length += (size_t)got;
    reply[length] = 0;
    const char *size_text = strstr(reply, "\nContent-length: ");
    *body = size_text ? strchr(size_text + 1, '\n') : NULL;
    if (memcmp(reply, "22", 2) != 0 || !*body)
        return "it is none";
    unsigned long size = strtoul(strchr(size_text, ':') + 1, NULL, 10);
    size_t have = length - (size_t)(++*body - reply);
    while (have < size && length < RESULT_BYTES) {
        got = receive(target, reply + length, RESULT_BYTES - length);
        if (got <= 0)
            return "it is shorter than its Content-length, a controller would wait for ever";
        length += (size_t)got;
        have += (size_t)got;
    }
    reply[length] = 0;
    return have == size ? NULL : "it is longer than its Content-length, or much too long";
}

bool target_stop(int target, FILE *file)
{
    char reply[RESULT_BYTES + 1] = "";
    const char *body, *problem;
    struct pollfd early = {.fd = target, .events = POLLIN};
    if (poll(&early, 1, 0) != 0)
        problem = "it spoke, or ended, before it was asked";
    else if (send(target, "STOP\n", 5, MSG_NOSIGNAL) != 5)
        problem = "it has gone";
    else
        problem = result_read(target, reply, &body);
    send(target, "QUIT\n", 5, MSG_NOSIGNAL);
    close(target);
    if (problem) {
        fprintf(stderr, "ipbench-load: the target's result: %s: \"%s\"\n", problem, reply);
        return false;
    }
    fprintf(file, "%s\n", body);
    return true;
}
