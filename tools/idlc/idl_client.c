/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NAME_client.h: one function for each call and each send.
 */
#include "idl_message.h"

/* What the function does, which errors it returns, and what happens to memory. */
static const char *contract(const struct idl_interface *interface,
                            const struct idl_operation *operation)
{
    const char *text = operation->text;
    const char *list = "";
    idl_for_each(idl_name, name, operation->errors.first) list =
        IDL_TEXT(interface, "%s%s%s", list, *list ? ", " : "", name->name);
    if (*list)
        text = IDL_TEXT(interface, "%s Errors: %s.", text, list);
    if (operation->kind == IDL_SEND)
        return operation->immediate
                   ? IDL_TEXT(interface,
                              "%s Never blocks: a server that does not wait for it "
                              "misses it, and the status says so.",
                              text)
                   : IDL_TEXT(interface, "%s Blocks until the server receives.", text);
    if (operation->idempotent)
        text = IDL_TEXT(interface, "%s May be repeated.", text);
    idl_for_each(idl_field, field, operation->in.first)
    {
        if (field->kind == IDL_LEND)
            text = IDL_TEXT(interface, "%s `%s` is the caller's alone again afterwards.", text,
                            field->name);
    }
    return IDL_TEXT(interface, "%s Blocks until the answer is there%s.", text,
                    operation->later ? ", which may take long" : "");
}

static void write_lend_ends(struct writer *writer, const struct idl_operation *operation)
{
    idl_for_each(idl_field, field, operation->in.first)
    {
        if (field->kind == IDL_LEND)
            write_line(writer, "endpoint_lend_end(server, %s);", field->name);
    }
}

static void write_stub(struct writer *writer, const struct idl_interface *interface,
                       const struct idl_operation *operation)
{
    struct idl_access access = {
        .writer = writer,
        .interface = interface,
        .client = true,
        .immediate = operation->immediate,
        .by = "message.",
        .address = "&message",
        .failure = "return INTERFACE_MALFORMED;",
    };
    const char *list = idl_c_in_list(interface, &operation->in, "const struct endpoint *server");
    list = idl_c_out_list(interface, &operation->out, list);
    write_comment(writer, contract(interface, operation));
    idl_write_head(
        writer, IDL_TEXT(interface, "static inline int %s_%s(", interface->name, operation->name),
        list, ")");
    write_open(writer, "{");
    write_line(writer, "struct l4_message message = {0};");
    idl_write_put(&access, &operation->in,
                  IDL_TEXT(interface, "%s_%s_LABEL", interface->upper,
                           idl_upper(interface, operation->name)));
    if (operation->kind == IDL_SEND) {
        write_line(writer, "return endpoint_send(server, &message);");
    } else {
        write_line(writer, "int status = endpoint_call(server, &message);");
        write_lend_ends(writer, operation);
        write_line(writer, "if (status != 0)");
        write_line(writer, "    return status;");
        access.failure = "return message_failure(message.tag);";
        idl_write_checks(&access, &operation->out);
        idl_write_take(&access, &operation->out);
        write_line(writer, "return 0;");
    }
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

void idl_write_client(struct writer *writer, const void *model)
{
    const struct idl_interface *interface = model;
    idl_write_opening(
        writer, interface, "_CLIENT",
        "Stubs of the client. They return 0, an error of the interface, or a negative "
        "status (interface/status.h); results are valid only with 0.");
    write_line(writer, "#include <%s.h>", interface->stem);
    write_line(writer, "#include <interface/endpoint.h>");
    write_line(writer, "%s", "");
    idl_for_each(idl_operation, operation, interface->operations)
    {
        if (operation->kind != IDL_EVENT)
            write_stub(writer, interface, operation);
    }
    idl_write_ending(writer, interface, "_CLIENT");
}
