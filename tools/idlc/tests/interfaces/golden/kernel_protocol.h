/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from kernel_protocol.idl. */
/* A sample of messages that the kernel itself composes. */
/* What both ends know. */
#ifndef IDL_KERNEL_PROTOCOL_H
#define IDL_KERNEL_PROTOCOL_H

#include <interface/message.h>

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define KERNEL_PROTOCOL_INTERFACE 1001
/* Over all that two programs have to agree on; different hashes cannot be linked. */
#define KERNEL_PROTOCOL_INTERFACE_HASH 0xc78a573d583f08dfull
/* Length of the shared area of a session, whole pages; 0: there are no sessions. */
#define KERNEL_PROTOCOL_SESSION_BYTES 0

/* What the thread tried. */
enum kernel_protocol_access {
    KERNEL_PROTOCOL_ACCESS_READ = 0,
    KERNEL_PROTOCOL_ACCESS_WRITE = 1,
    KERNEL_PROTOCOL_ACCESS_EXECUTE = 2,
};

static inline bool kernel_protocol_access_is_valid(uint64_t value)
{
    switch (value) {
    case KERNEL_PROTOCOL_ACCESS_READ:
    case KERNEL_PROTOCOL_ACCESS_WRITE:
    case KERNEL_PROTOCOL_ACCESS_EXECUTE:
        return true;
    default:
        return false;
    }
}

/* Statuses of this interface, beside the common ones. */
enum kernel_protocol_error_status {
    /* the fault is not resolved */
    KERNEL_PROTOCOL_ERROR_REFUSED = 1,
};

/* Labels of the tags. */
#define KERNEL_PROTOCOL_PAGE_FAULT_LABEL 2

#endif
