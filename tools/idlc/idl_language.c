/* SPDX-License-Identifier: BSD-2-Clause */
#include "idl_outputs.h"
#include "language.h"

static const void *read_interface(const struct source *source, struct arena *arena,
                                  struct diagnostics *diagnostics)
{
    struct idl_interface *interface = idl_parse(source, arena, diagnostics);
    if (!interface)
        return NULL;
    idl_check(interface, source, diagnostics);
    return diagnostics->errors ? NULL : interface;
}

static const struct output_kind outputs[] = {
    {"types", "constants, types, errors, numbers, hash: NAME.h", idl_write_types},
    {"session", "layout of the shared area, queues, events: NAME_session.h", idl_write_session},
    {"client", "stubs of the client: NAME_client.h", idl_write_client},
    {"server", "dispatch of the server: NAME_server.h", idl_write_server},
    {"mock", "a server for unit tests: NAME_mock.h", idl_write_mock},
    {"trace", "what a trace decoder needs: NAME_trace.c", idl_write_trace},
    {"manual", "a manual page: NAME.7", idl_write_manual},
    {NULL, NULL, NULL},
};

const struct language idl_language = {
    .extension = ".idl", .outputs = outputs, .read = read_interface};
