/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The program of a test: the network server with something in its driver's place, and its clients.
 * Instance 0 is the driver, 1 the server, whose link 0 leads to the driver; client i is instance
 * 2 + i, at the server's link 1 + i.
 */
#ifndef TESTS_NET_PROGRAM_H
#define TESTS_NET_PROGRAM_H

#include <rt/loop.h>

enum { PROGRAM_CLIENTS = 6, SESSIONS_OF_CLIENTS = 1 /* the server's first link to a client */ };

struct program_client {
    const struct component *component;
    const char *name;
    const char *interface; /* udp or tcp */
    const char *port;      /* what the image says; null: nothing */
};

extern struct program program;
extern struct instance instances[2 + PROGRAM_CLIENTS];

/* Composes the program and starts it. `address` is the server's, as in an image. False if something
   would not start. */
bool program_compose(const struct component *driver, const char *address,
                     const struct program_client *clients, unsigned client_count);

/* Lets all run until there is no more to do. Pauses that the server makes in a flood pass. */
void program_settle(void);

/* How many of the server's receive buffers the driver has. */
unsigned buffers_with_driver(void);

/* How many of the server's slots for sending hold nothing. Packets that are done are collected in
   batches: those of the last batch are at rest, too, if the driver has given all of it back. */
unsigned slots_at_rest(void);

#endif
