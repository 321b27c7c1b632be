/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Components, their instances and their links.
 *
 * A component is code with entry points: a driver, the network server, the echo server. A program
 * is an address space with one thread that runs the event loop of rt/loop.h for the component
 * instances in it; which these are is said by the image file and not by the component, which
 * therefore holds all its state in its instance and never blocks, except before `start` returns.
 *
 * An instance meets others through links only. A link is one end of a session: a shared area that
 * holds rings, dataspaces that belong to the session, a wake object for the other end and a control
 * endpoint. Events arrive as bits, bit n for the n-th link of the instance. Nothing in this header
 * differs whether the other end is in the same program, in another one or in a unit test on the
 * host.
 *
 * Entry points, all called by the loop, one at a time. Those that a component does not need are
 * null.
 *
 *   start    once, as soon as all links at whose client's end the instance stands are open. False
 *            ends the program, after the component has logged why.
 *   opened   a link is open: once for each link after start, and again when the other end was
 *            restarted, or one of the two had closed the session (session/session.h). The area is
 *            empty. An event follows.
 *   closed   the other end of a link is gone, or has closed the session. Nothing of the old one may
 *            be honoured; its memory is no longer there.
 *   event    some links were woken: bits of `events`. Must do all the work there is, ask to be
 *            woken again and look once more (ring/sleep.h) before it returns. A bit also comes
 *            when dataspaces were added to a link.
 *   sleep    optional: the program is about to block. A component that would rather ask for wake-
 *            ups only now does it here and returns true if there is work after all; then `event`
 *            follows with no bits set.
 *   irq      an interrupt of the device; it is unmasked when the loop next waits.
 *   timer    the deadline in the instance has passed; the deadline was cleared before the call.
 *   call     a request on a link's control endpoint: message words in and out; returns the tag of
 *            the reply.
 *   watch    root asks the program whether all is well, as often as the image says: for a look at
 *            what ought to have happened by now.
 *   report   one line of the log that says what the component has of everything that it gets and
 *            gives back: at rest the same line as at rest before. Components of no such things
 *            have no such entry point.
 */
#ifndef RT_COMPONENT_H
#define RT_COMPONENT_H

#include <ring/wake.h>
#include <rt/machine.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINK_DATASPACES = 8, /* dataspaces per session: the index in a ring entry is below this */
    CALL_WORDS = 6,      /* message words that travel in registers */
};

struct instance;
struct program;

struct component {
    const char *name;
    size_t state_bytes; /* the loop allocates and clears this much before start: instance->state */
    bool (*start)(struct instance *self);
    void (*opened)(struct instance *self, unsigned link);
    void (*closed)(struct instance *self, unsigned link);
    void (*event)(struct instance *self, uint64_t events);
    bool (*sleep)(struct instance *self);
    void (*irq)(struct instance *self, unsigned line);
    void (*timer)(struct instance *self);
    uint64_t (*call)(struct instance *self, unsigned link, uint64_t tag,
                     uint64_t words[CALL_WORDS]);
    void (*watch)(struct instance *self);
    void (*report)(struct instance *self);
};

struct parameter {
    const char *name;
    const char *value;
};

/* A dataspace of a session as one end sees it. `base` is null where this end has no access to the
   bytes (a driver needs none). Translation table and pin marks are for libs/dataspace. */
struct link_dataspace {
    void *base;
    size_t length_bytes; /* 0: no such dataspace */
    bool writable;       /* this end may write; what the other end promised is no proof */
    const void *translation;
    void *pins;
    uint32_t pins_max;      /* pages that may be pinned at a time */
    uint32_t pin_expiry_us; /* how long a pin lasts; 0: until it is taken back */
    uint64_t dataspace;     /* the VM server's number, where the other end is in this program */
};

struct link {
    const char *name; /* of this end, as the image file calls it: "netdev", "udp" */
    bool server;      /* this is the server's end */
    bool waiting;     /* not open: set and cleared by the runtime */
    void *area; /* shared area of the session; its rings lie at the offsets that idlc computed */
    size_t area_bytes;
    struct ring_wake wake; /* wakes the other end */
    uint32_t generation;   /* of the session; another one after a restart of the other end */
    struct link_dataspace dataspaces[LINK_DATASPACES];
    uint32_t
        changes; /* another number whenever a dataspace may have come, gone or become another */
    machine_handle control;      /* other end's control endpoint, if it is in another program */
    struct instance *local_peer; /* other end's instance, if it is in this program */
    unsigned local_peer_link;    /* and its number of the link */
    struct link_local {
        void *area;          /* also while the link is closed */
        uint32_t generation; /* the last one */
        bool ends, opens;    /* the component is to be told */
    } local;                 /* of a link inside this program: the library's own */
};

struct instance {
    const struct component *component;
    const char *name; /* in the image file; also the prefix of log lines */
    const struct parameter *parameters;
    unsigned parameter_count;
    struct link *links;
    unsigned link_count;
    /* By link: what the image says of a client, ended by an entry without a name; null: nothing.
       Null itself if it says nothing of any. */
    const struct parameter *const *peers;
    unsigned first_event; /* bit of the program's pending word that is this instance's event 0 */
    uint64_t deadline_us; /* clock_us() at which `timer` is to be called; 0: never */
    void *state;
    /* Set by the runtime. */
    bool started;
    struct program *program;
    /* The component's, once it has started; before, and where it has none, functions that do
       nothing. */
    void (*event)(struct instance *self, uint64_t events);
    bool (*sleep)(struct instance *self);
    uint64_t deadline_known_us; /* the loop counts with this one */
    uint64_t events;            /* its bits of the program's pending word */
    uint64_t awake;             /* its bit of the program's word of those that have run */
};

/* The value of a parameter from the image file, or the fallback. */
const char *instance_parameter(const struct instance *self, const char *name, const char *fallback);

/* The value that the image file gives to a parameter of the client at a link; null if there is
   none. */
const char *instance_peer_parameter(const struct instance *self, unsigned link, const char *name);

/* A parameter as a number (decimal, or hexadecimal with 0x). A value that is not a number within
   the limits is logged, and the fallback counts. */
uint64_t instance_number(const struct instance *self, const char *name, uint64_t least,
                         uint64_t most, uint64_t fallback);

/* Number of the first link of that name, or -1. Several clients of one server have links of the
   same name: `after` is the number found before, or -1. */
int instance_link(const struct instance *self, const char *name, int after);

/* Calls the other end's control endpoint: returns the reply's tag, its words in `words`. Blocks for
   a peer in another program; in the same program it is a function call. */
uint64_t link_call(struct link *link, uint64_t tag, uint64_t words[CALL_WORDS]);

#endif
