/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waking the end of a link that lives in another program. A handle that went with the other end's
 * death is nobody's error.
 */
#include <l4/ipc.h>
#include <ring/wake.h>

void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    l4_notify(thread, bits);
}
