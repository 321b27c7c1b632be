/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sessions along the links of an instance: what a component does with them beside using them, and
 * what the runtime does about them.
 *
 * A session lives from `opened` to `closed` (rt/component.h), under one generation. It ends when
 * the other end's program ends, when root takes it away, or when either end closes it. What
 * belonged to it is void then: rings, events, dataspaces, calls. It opens again when a program that
 * had ended is started again, and when the client asks for it. Then it has another generation, an
 * empty area and no dataspaces, and both ends are told by `opened`.
 *
 * All of this is the same for a link inside one program, where nobody else is asked.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <rt/component.h>
#include <rt/loop.h>

/*
 * Ends the session behind a link, from either end. When this returns the link is closed: its area
 * and dataspaces must not be touched any more. The other end's component is told by `closed`; ours
 * is not, since it knows. Nothing happens if the link is closed already. False if root refuses, and
 * then the session goes on. Blocks for root, who answers at once.
 */
bool session_close(struct instance *self, unsigned link);

/*
 * Asks, as the client, for a new session behind a closed link. True: it is open or will be when
 * `opened` is called, which is not before the caller has returned to the loop. False if we are the
 * server's end, if the server does not run now (root opens the link when it does) or if there is no
 * memory for it. Blocks for root.
 */
bool session_open(struct instance *self, unsigned link);

/* Takes over what root has written about an open link since the loop last looked: dataspaces that
   the other end has added during a call. Nothing if the link has ended meanwhile. */
void session_refresh(struct instance *self, unsigned link);

/* ---- for the runtime */

/* Makes the area of a join and opens the link at both its ends; not yet told to components. False,
   after a log line, if there is no memory. */
bool session_join(struct program *program, const struct program_join *join);

/* Tells components of links inside the program that were closed or opened since the last time:
   the loop found EVENT_LINKS. */
void sessions_tell(struct program *program);

/* Brings the links to other programs up to date with the start table: closes those that ended,
   opens new ones, starts who waited for them. Ends the program if something will not start. */
void sessions_update(struct program *program);

/* The start table's count of changes when it was last read. */
extern uint32_t sessions_changes;

/* Open and close of links to other programs; the two above choose. */
bool session_close_far(struct instance *self, unsigned link);
bool session_open_far(struct instance *self, unsigned link);

#endif
