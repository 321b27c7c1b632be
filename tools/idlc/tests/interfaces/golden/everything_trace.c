/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from everything.idl: what a decoder of traces needs. */
#include <tools/idlc/tests/interfaces/good/everything_session.h>
#include <interface/trace.h>

static const struct trace_name speed_names[] = {
    {0, "none"},
    {10, "slow"},
    {100, "fast"},
    {0, NULL},
};

static const struct trace_name error_statuses[] = {
    {1, "busy"},
    {2, "no_name"},
    {0, NULL},
};

static const struct trace_field info_in[] = {
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field info_out[] = {
    {"mac", TRACE_BYTES, 0, 6, NULL},
    {"mtu_bytes", TRACE_UNSIGNED, 1, 4, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field configure_in[] = {
    {"rate", TRACE_UNSIGNED, 0, 4, NULL},
    {"wanted", TRACE_ENUM, 1, 1, speed_names},
    {"promiscuous", TRACE_BOOL, 2, 1, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field configure_out[] = {
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field find_in[] = {
    {"name", TRACE_STRING, 0, 1, NULL},
    {"hints", TRACE_ARRAY, 1, 2, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field find_out[] = {
    {"index", TRACE_UNSIGNED, 0, 4, NULL},
    {"full_name", TRACE_STRING, 1, 1, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field count_in[] = {
    {"index", TRACE_UNSIGNED, 0, 4, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field count_out[] = {
    {"now", TRACE_BYTES, 0, 24, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field wait_in[] = {
    {"since", TRACE_UNSIGNED, 0, 8, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field wait_out[] = {
    {"sequence", TRACE_UNSIGNED, 0, 8, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field lend_table_in[] = {
    {"table", TRACE_MEMORY, 0, 0, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field lend_table_out[] = {
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field give_in[] = {
    {"area", TRACE_MEMORY, 0, 0, NULL},
    {"client", TRACE_HANDLE, 1, 0, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field give_out[] = {
    {"session", TRACE_HANDLE, 0, 0, NULL},
    {"ring", TRACE_MEMORY, 1, 0, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field poke_in[] = {
    {"bits", TRACE_UNSIGNED, 0, 8, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field poke_out[] = {
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field hint_in[] = {
    {"bits", TRACE_UNSIGNED, 0, 8, NULL},
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_field hint_out[] = {
    {NULL, TRACE_UNSIGNED, 0, 0, NULL},
};

static const struct trace_operation operations[] = {
    {"info", EVERYTHING_INFO_LABEL, 0, 2, info_in, info_out},
    {"configure", EVERYTHING_CONFIGURE_LABEL, 3, 0, configure_in, configure_out},
    {"find", EVERYTHING_FIND_LABEL, 2, 2, find_in, find_out},
    {"count", EVERYTHING_COUNT_LABEL, 1, 3, count_in, count_out},
    {"wait", EVERYTHING_WAIT_LABEL, 1, 1, wait_in, wait_out},
    {"lend_table", EVERYTHING_LEND_TABLE_LABEL, 0, 0, lend_table_in, lend_table_out},
    {"give", EVERYTHING_GIVE_LABEL, 0, 0, give_in, give_out},
    {"poke", EVERYTHING_POKE_LABEL, 1, 0, poke_in, poke_out},
    {"hint", EVERYTHING_HINT_LABEL, 1, 0, hint_in, hint_out},
    {NULL, 0, 0, 0, NULL, NULL},
};

static const struct trace_queue queues[] = {
    {"rx_free", true, offsetof(struct everything_area, rx_free),
     offsetof(struct everything_area, rx_free_entries), sizeof(struct everything_buffer), 512},
    {"rx", false, offsetof(struct everything_area, rx),
     offsetof(struct everything_area, rx_entries), sizeof(struct everything_buffer), 512},
    {"log", false, offsetof(struct everything_area, log),
     offsetof(struct everything_area, log_entries), sizeof(struct everything_counters), 8},
    {NULL, false, 0, 0, 0, 0},
};

const struct trace_interface everything_trace = {
    .name = "everything",
    .number = EVERYTHING_INTERFACE,
    .operations = operations,
    .errors = error_statuses,
    .queues = queues,
    .area_bytes = EVERYTHING_SESSION_BYTES,
};
