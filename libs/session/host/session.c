/* SPDX-License-Identifier: BSD-2-Clause
 *
 * On the host there are no other programs, and no root who could open or close anything.
 */
#include <session/session.h>

bool session_close_far(struct instance *self, unsigned link)
{
    (void)self;
    (void)link;
    return false;
}

bool session_open_far(struct instance *self, unsigned link)
{
    (void)self;
    (void)link;
    return false;
}

void session_refresh(struct instance *self, unsigned link)
{
    (void)self;
    (void)link;
}
