// SPDX-License-Identifier: BSD-2-Clause
//
// What a generated stub returns: 0; the number of an error that the interface declares (1 … 999);
// or one of the common ones below, which are negative. A handler returns the same. On the way the
// status is the label of the reply's tag, as 16 bits.
#ifndef INTERFACE_STATUS_H
#define INTERFACE_STATUS_H

#include <abi/status.h>

enum interface_status {
    INTERFACE_OK = 0,
    INTERFACE_REFUSED = -1, // the other side will not
    INTERFACE_MALFORMED =
        -2, // a message with the wrong number of words or items, or a value out of range
    INTERFACE_UNKNOWN = -3,   // the other side has no such operation
    INTERFACE_LATER = -4,     // a handler: has kept the reply; a stub: would have to wait for it
    INTERFACE_EXHAUSTED = -5, // the other side has no memory, slots or quota left for this
    INTERFACE_CLOSED = -6,    // the session has ended
};

#define INTERFACE_ERROR_MOST  999
#define INTERFACE_COMMON_MOST 99

// Nothing came back: the kernel's status, as a negative number.
#define INTERFACE_KERNEL(status) (-1000 - (int)(status))

// A sentence for a common status or a kernel's; declared errors are the interface's to explain.
const char *interface_status_text(int status);

#endif
