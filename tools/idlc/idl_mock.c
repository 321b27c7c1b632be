/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NAME_mock.h: handlers for unit tests with CMocka. A test says what it expects and what is
 * answered:
 *
 *     expect_value(NAME_mock_OPERATION, parameter, 3);
 *     will_return(NAME_mock_OPERATION, result);          one for each result, then
 *     will_return(NAME_mock_OPERATION, 0);               the status
 */
#include "idl_message.h"

static void write_mocked_result(struct writer *writer, const struct idl_interface *interface,
                                const struct idl_field *field)
{
    const char *name = field->name;
    const char *type = idl_c_type(interface, field);
    if (field->kind == IDL_STRING)
        write_line(writer, "strcpy(%s, mock_ptr_type(const char *));", name);
    else if (field->shape == IDL_BOUNDED) {
        write_line(writer, "*%s_count = mock_type(uint32_t);", name);
        write_line(writer, "memcpy(%s, mock_ptr_type(const void *), *%s_count * sizeof(*%s));",
                   name, name, name);
    } else if (idl_is_single_word(field) || field->kind == IDL_HANDLE)
        write_line(writer, "*%s = mock_type(%s);", name, type);
    else if (field->shape == IDL_FIXED && !idl_is_item(field))
        write_line(writer, "memcpy(%s, mock_ptr_type(const void *), %u);", name,
                   idl_field_bytes(field));
    else
        write_line(writer, "*%s = *mock_ptr_type(const %s *);", name, type);
}

static void write_expectation(struct writer *writer, const struct idl_field *field)
{
    if (idl_is_single_word(field) || field->kind == IDL_HANDLE)
        write_line(writer, "check_expected(%s);", field->name);
    else
        write_line(writer, "check_expected_ptr(%s);", field->name);
    if (field->shape == IDL_BOUNDED && field->kind != IDL_STRING)
        write_line(writer, "check_expected(%s_count);", field->name);
}

static void write_handler(struct writer *writer, const struct idl_interface *interface,
                          const struct idl_operation *operation)
{
    const char *list = idl_c_in_list(interface, &operation->in, "void *context, uint64_t sender");
    list = idl_c_out_list(interface, &operation->out, list);
    const char *type = operation->kind == IDL_SEND ? "void" : "int";
    idl_write_head(
        writer,
        IDL_TEXT(interface, "static inline %s %s_mock_%s(", type, interface->name, operation->name),
        list, ")");
    write_open(writer, "{");
    write_line(writer, "(void)context;");
    write_line(writer, "(void)sender;");
    if (!operation->in.first && operation->kind == IDL_SEND)
        write_line(writer, "function_called();");
    idl_for_each(idl_field, field, operation->in.first) write_expectation(writer, field);
    idl_for_each(idl_field, field, operation->out.first)
        write_mocked_result(writer, interface, field);
    if (operation->kind != IDL_SEND)
        write_line(writer, "return mock_type(int);");
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

static void write_server(struct writer *writer, const struct idl_interface *interface)
{
    const char *name = interface->name;
    write_open(writer, "static const struct %s_handlers %s_mock_handlers = {", name, name);
    idl_for_each(idl_operation, operation, interface->operations)
    {
        if (operation->kind != IDL_EVENT)
            write_line(writer, ".%s = %s_mock_%s,", operation->name, name, operation->name);
    }
    write_close(writer, "};");
    write_line(writer, "%s", "");
    write_line(writer,
               "static inline bool %s_mock_serve(void *context, struct l4_message *message)", name);
    write_open(writer, "{");
    write_line(writer, "return %s_dispatch(&%s_mock_handlers, context, message);", name, name);
    write_close(writer, "}");
    write_line(writer, "%s", "");
    write_line(writer, "/* Where the code under test sends its calls. */");
    write_line(writer, "static const struct endpoint %s_mock = {.serve = %s_mock_serve};", name,
               name);
    write_line(writer, "%s", "");
}

void idl_write_mock(struct writer *writer, const void *model)
{
    const struct idl_interface *interface = model;
    bool serves = false;
    idl_for_each(idl_operation, operation, interface->operations) serves |=
        operation->kind != IDL_EVENT;
    idl_write_opening(
        writer, interface, "_MOCK",
        "A server for unit tests: include the headers of CMocka before this one. Each handler "
        "checks its "
        "arguments (expect_value and the like), then takes its results in order and its status "
        "from will_return.");
    write_line(writer, "#include <%s_server.h>", interface->stem);
    write_line(writer, "#include <interface/endpoint.h>");
    write_line(writer, "%s", "");
    idl_for_each(idl_operation, operation, interface->operations)
    {
        if (operation->kind != IDL_EVENT)
            write_handler(writer, interface, operation);
    }
    if (serves)
        write_server(writer, interface);
    idl_write_ending(writer, interface, "_MOCK");
}
