/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NAME_server.h: the table of handlers, one function for each operation that checks a request and
 * calls its handler, and the dispatch.
 */
#include "idl_message.h"

static const char *handler_list(const struct idl_interface *interface,
                                const struct idl_operation *operation)
{
    const char *list = idl_c_in_list(interface, &operation->in, "void *context, uint64_t sender");
    return idl_c_out_list(interface, &operation->out, list);
}

static void write_handlers(struct writer *writer, const struct idl_interface *interface)
{
    write_line(writer, "/*");
    write_line(writer, " * What a server does. `sender` is the label of the handle that the client "
                       "used. A handler returns 0,");
    write_line(writer, " * an error of the interface or a negative status; results count only with "
                       "0. Arguments are checked");
    write_line(writer, " * before, and are valid until the handler returns; handles and memory "
                       "that came with map are the");
    write_line(writer,
               " * server's from then on, whatever it returns. What is not served is null.");
    write_line(writer, " */");
    write_open(writer, "struct %s_handlers {", interface->name);
    idl_for_each(idl_operation, operation, interface->operations)
    {
        if (operation->kind == IDL_EVENT)
            continue;
        const char *text = operation->text;
        if (operation->later)
            text = IDL_TEXT(interface,
                            "%s May keep the reply (l4_reply_save), return INTERFACE_LATER "
                            "and answer with %s_%s_reply.",
                            text, interface->name, operation->name);
        write_comment(writer, text);
        const char *head = IDL_TEXT(interface, "%s (*%s)(",
                                    operation->kind == IDL_SEND ? "void" : "int", operation->name);
        idl_write_head(writer, head, handler_list(interface, operation), ");");
    }
    write_close(writer, "};");
    write_line(writer, "%s", "");
}

static void write_handler_call(const struct idl_access *access,
                               const struct idl_operation *operation)
{
    struct writer *writer = access->writer;
    const struct idl_interface *interface = access->interface;
    bool sends = operation->kind == IDL_SEND;
    const char *head =
        IDL_TEXT(interface, "%shandlers->%s(", sends ? "" : "int status = ", operation->name);
    const char *list = idl_arguments(access, &operation->in, false, "context, message->label");
    idl_write_head(writer, head, idl_arguments(access, &operation->out, true, list), ");");
    if (sends) {
        write_line(writer, "return false;");
        return;
    }
    if (operation->later) {
        write_line(writer, "if (status == INTERFACE_LATER)");
        write_line(writer, "    return false;");
    }
    write_line(writer, "if (status != 0)");
    write_line(writer, "    return message_answer(message, status);");
}

static void write_serve(struct writer *writer, const struct idl_interface *interface,
                        const struct idl_operation *operation)
{
    bool sends = operation->kind == IDL_SEND;
    const char *refuse = sends ? "return message_ignore(message);"
                               : "return message_refuse(message, INTERFACE_MALFORMED);";
    struct idl_access access = {
        .writer = writer,
        .interface = interface,
        .send = sends,
        .by = "message->",
        .address = "message",
        .failure = refuse,
    };
    idl_write_head(
        writer,
        IDL_TEXT(interface, "static inline bool %s_serve_%s(", interface->name, operation->name),
        IDL_TEXT(interface,
                 "const struct %s_handlers *handlers, void *context, "
                 "struct l4_message *message",
                 interface->name),
        ")");
    write_open(writer, "{");
    write_line(writer, "if (!handlers->%s)", operation->name);
    write_line(writer, "    %s",
               sends ? refuse : "return message_refuse(message, INTERFACE_UNKNOWN);");
    idl_write_checks(&access, &operation->in);
    idl_write_variables(&access, &operation->in, false);
    idl_write_take(&access, &operation->in);
    idl_write_variables(&access, &operation->out, true);
    write_handler_call(&access, operation);
    if (!sends) {
        access.failure = "return message_answer(message, INTERFACE_REFUSED);";
        idl_write_put(&access, &operation->out, "0");
        write_line(writer, "return true;");
    }
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

/* The answer to a call whose reply was kept. */
static void write_reply(struct writer *writer, const struct idl_interface *interface,
                        const struct idl_operation *operation)
{
    struct idl_access access = {
        .writer = writer,
        .interface = interface,
        .client = true, /* its values come as a stub's do */
        .by = "message.",
        .address = "&message",
        .failure = "return INTERFACE_MALFORMED;",
    };
    write_line(
        writer,
        "/* Answers a call of %s whose reply was kept; the handle is used up. Never blocks. */",
        operation->name);
    idl_write_head(
        writer,
        IDL_TEXT(interface, "static inline int %s_%s_reply(", interface->name, operation->name),
        idl_c_in_list(interface, &operation->out, "l4_handle_t reply, int status"), ")");
    write_open(writer, "{");
    write_line(writer, "struct l4_message message = {0};");
    write_line(writer, "if (status != 0)");
    write_line(writer, "    return message_reply_failure(reply, status);");
    idl_write_put(&access, &operation->out, "0");
    write_line(writer, "return message_reply(reply, &message);");
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

static void write_dispatch(struct writer *writer, const struct idl_interface *interface)
{
    write_line(writer, "/*");
    write_line(writer, " * Serves one message and turns it into its answer. Returns whether there "
                       "is one to send now.");
    write_line(writer, " */");
    idl_write_head(writer, IDL_TEXT(interface, "static inline bool %s_dispatch(", interface->name),
                   IDL_TEXT(interface,
                            "const struct %s_handlers *handlers, void *context, "
                            "struct l4_message *message",
                            interface->name),
                   ")");
    write_open(writer, "{");
    write_line(writer, "switch (l4_tag_label(message->tag)) {");
    idl_for_each(idl_operation, operation, interface->operations)
    {
        if (operation->kind == IDL_EVENT)
            continue;
        write_line(writer, "case %s_%s_LABEL:", interface->upper,
                   idl_upper(interface, operation->name));
        write_line(writer, "    return %s_serve_%s(handlers, context, message);", interface->name,
                   operation->name);
    }
    write_line(writer, "default:");
    write_line(writer, "    return message_refuse(message, INTERFACE_UNKNOWN);");
    write_line(writer, "}");
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

void idl_write_server(struct writer *writer, const void *model)
{
    const struct idl_interface *interface = model;
    bool serves = false;
    idl_for_each(idl_operation, operation, interface->operations) serves |=
        operation->kind != IDL_EVENT;
    idl_write_opening(writer, interface, "_SERVER", "The dispatch of the server.");
    write_line(writer, "#include <%s.h>", interface->stem);
    write_line(writer, "%s", "");
    if (serves) {
        write_handlers(writer, interface);
        idl_for_each(idl_operation, operation, interface->operations)
        {
            if (operation->kind == IDL_EVENT)
                continue;
            write_serve(writer, interface, operation);
            if (operation->later)
                write_reply(writer, interface, operation);
        }
        write_dispatch(writer, interface);
    } else {
        write_line(writer, "/* This interface has neither calls nor sends. */");
    }
    idl_write_ending(writer, interface, "_SERVER");
}
