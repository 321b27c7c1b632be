/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from kernel_protocol.idl: what a decoder of traces needs. */
#include <tools/idlc/tests/interfaces/good/kernel_protocol_session.h>
#include <interface/trace.h>

static const struct trace_name access_names[] = {
    {0, "read"},
    {1, "write"},
    {2, "execute"},
    {0, NULL},
};

static const struct trace_name error_statuses[] = {
    {1, "refused"},
    {0, NULL},
};

static const struct trace_field page_fault_in[] = {
    {"address", TRACE_UNSIGNED, 0, 8, NULL},
    {"instruction", TRACE_UNSIGNED, 1, 8, NULL},
    {"access", TRACE_ENUM, 2, 1, access_names},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field page_fault_out[] = {
    {"page", TRACE_MEMORY, 0, 0, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_operation operations[] = {
    {"page_fault", KERNEL_PROTOCOL_PAGE_FAULT_LABEL, 3, 0, page_fault_in, page_fault_out},
    {NULL, 0, 0, 0, NULL, NULL},
};

static const struct trace_queue queues[] = {
    {NULL, false, 0, 0, 0, 0},
};

const struct trace_interface kernel_protocol_trace = {
    .name = "kernel_protocol",
    .number = KERNEL_PROTOCOL_INTERFACE,
    .operations = operations,
    .errors = error_statuses,
    .queues = queues,
    .area_bytes = KERNEL_PROTOCOL_SESSION_BYTES,
};
