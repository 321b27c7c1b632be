/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The target's side of the ipbench control protocol, without network: lines in, text out.
 */
#ifndef ECHO_IPBENCH_H
#define ECHO_IPBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IPBENCH_LINE_BYTES = 512, IPBENCH_REPLY_BYTES = 160 };

enum ipbench_state {
    IPBENCH_LISTEN,
    IPBENCH_LOADING,
    IPBENCH_SETTING,
    IPBENCH_READY,
    IPBENCH_RUNNING,
    IPBENCH_DONE,
};

struct ipbench_load {
    uint64_t idle; /* ticks without a runnable thread since boot */
    uint64_t total;
};

/* One connection. All zero is a new one. */
struct ipbench {
    enum ipbench_state state;
    bool too_long; /* the line was longer than there is room: skipped to its end */
    size_t length; /* of the line so far */
    char line[IPBENCH_LINE_BYTES];
    struct ipbench_load at_start;
};

/* What is to be done after a line. */
struct ipbench_reply {
    char text[IPBENCH_REPLY_BYTES];
    size_t length; /* 0: nothing to send */
    bool finish;   /* send nothing more on this connection */
};

/* What is sent when a connection is accepted. */
extern const char ipbench_greeting[];

/* Takes one byte. True if it ended a line: then `reply` says what to do. `busy`: another connection
   holds the target. `load` are the counters now. */
bool ipbench_byte(struct ipbench *bench, char byte, bool busy, struct ipbench_load load,
                  struct ipbench_reply *reply);

#endif
