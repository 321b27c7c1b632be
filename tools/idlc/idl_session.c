/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NAME_session.h: the shared area of a session, and both ends of its queues and events.
 *
 * The area holds the events, a cache line each, then the queues: their shared words, two lines,
 * then the entries.
 */
#include "idl_session.h"
#include "idl_outputs.h"

#include <string.h>

enum { LINE_BYTES = 64, RING_WORDS_BYTES = 2 * LINE_BYTES };

static unsigned long rounded(unsigned long bytes, unsigned long to)
{
    return (bytes + to - 1) / to * to;
}

static unsigned long queue_bytes(const struct idl_queue *queue)
{
    return RING_WORDS_BYTES +
           rounded((unsigned long)queue->depth.number * queue->entry->size_bytes, LINE_BYTES);
}

unsigned long idl_session_bytes(const struct idl_interface *interface)
{
    unsigned long bytes = 0;
    idl_for_each(idl_operation, operation, interface->operations) bytes +=
        operation->kind == IDL_EVENT ? LINE_BYTES : 0;
    idl_for_each(idl_queue, queue, interface->queues) bytes += queue_bytes(queue);
    return rounded(bytes, IDL_PAGE_BYTES);
}

static void write_area(struct writer *writer, const struct idl_interface *interface)
{
    unsigned long offset = 0;
    write_line(writer,
               "/* The shared area. Either side may find anything in it that the other wrote. */");
    write_open(writer, "struct %s_area {", interface->name);
    idl_for_each(idl_operation, event, interface->operations)
    {
        if (event->kind == IDL_EVENT)
            write_line(writer, "struct area_event %s;", event->name);
    }
    idl_for_each(idl_queue, queue, interface->queues)
    {
        write_line(writer, "struct ring_shared %s;", queue->name);
        write_line(writer, "alignas(%d) struct %s_%s %s_entries[%s_%s_DEPTH];", LINE_BYTES,
                   interface->name, queue->entry_name->name, queue->name, interface->upper,
                   idl_upper(interface, queue->name));
    }
    write_close(writer, "};");
    write_line(writer, "%s", "");
    idl_for_each(idl_operation, event, interface->operations)
    {
        if (event->kind != IDL_EVENT)
            continue;
        write_line(writer, "static_assert(offsetof(struct %s_area, %s) == %lu, \"layout\");",
                   interface->name, event->name, offset);
        offset += LINE_BYTES;
    }
    idl_for_each(idl_queue, queue, interface->queues)
    {
        write_line(writer, "static_assert(offsetof(struct %s_area, %s) == %lu, \"layout\");",
                   interface->name, queue->name, offset);
        write_line(writer,
                   "static_assert(offsetof(struct %s_area, %s_entries) == %lu, \"layout\");",
                   interface->name, queue->name, offset + RING_WORDS_BYTES);
        offset += queue_bytes(queue);
    }
    write_line(writer, "static_assert(sizeof(struct %s_area) <= %s_SESSION_BYTES, \"fits\");",
               interface->name, interface->upper);
    write_line(writer, "%s", "");
}

static void write_end(struct writer *writer, const struct idl_interface *interface,
                      enum idl_side side)
{
    const char *name = side == IDL_CLIENT ? "client" : "server";
    write_line(writer, "/* What the %s keeps of a session, out of the other side's reach. */",
               name);
    write_open(writer, "struct %s_%s {", interface->name, name);
    write_line(writer, "struct %s_area *area;", interface->name);
    idl_for_each(idl_operation, event, interface->operations)
    {
        if (event->kind == IDL_EVENT)
            write_line(writer, "uint32_t %s_%s;", event->name,
                       side == IDL_CLIENT ? "seen" : "posted");
    }
    idl_for_each(idl_queue, queue, interface->queues)
        write_line(writer, "struct ring_%s %s;", queue->producer == side ? "producer" : "consumer",
                   queue->name);
    write_close(writer, "};");
    write_line(writer, "%s", "");
}

static void write_start(struct writer *writer, const struct idl_interface *interface,
                        enum idl_side side)
{
    const char *name = side == IDL_CLIENT ? "client" : "server";
    write_line(writer, "/*");
    write_line(
        writer,
        " * Starts the %s's end in an area of %s_SESSION_BYTES that was zeroed when the session",
        name, interface->upper);
    write_line(writer, " * was opened. The area has to stay mapped as long as the end is used.");
    write_line(writer, " */");
    write_line(writer, "static inline void %s_%s_start(struct %s_%s *end, void *area)",
               interface->name, name, interface->name, name);
    write_open(writer, "{");
    write_line(writer, "struct %s_area *shared = area;", interface->name);
    write_line(writer, "*end = (struct %s_%s){.area = shared};", interface->name, name);
    idl_for_each(idl_queue, queue, interface->queues)
    {
        const char *role = queue->producer == side ? "producer" : "consumer";
        const char *head = IDL_TEXT(interface, "ring_%s_start(", role);
        const char *list = IDL_TEXT(
            interface, "&end->%s, &shared->%s, shared->%s_entries, %s_%s_DEPTH, 0", queue->name,
            queue->name, queue->name, interface->upper, idl_upper(interface, queue->name));
        idl_write_head(writer, head, list, ");");
    }
    idl_for_each(idl_queue, queue, interface->queues)
    {
        if (queue->producer != side && queue->content != IDL_EMPTY &&
            queue->wake == IDL_WAKE_CONSUMER)
            write_line(writer, "ring_watch(&end->%s);", queue->name);
    }
    write_close(writer, "}");
    write_line(writer, "%s", "");
    write_line(writer, "/* Whether the other side has broken the rules of a queue: the session is "
                       "to be closed. */");
    write_line(writer, "static inline bool %s_%s_is_broken(const struct %s_%s *end)",
               interface->name, name, interface->name, name);
    write_open(writer, "{");
    if (!interface->queues)
        write_line(writer, "(void)end;");
    const char *list = interface->queues ? "" : "false";
    idl_for_each(idl_queue, queue, interface->queues) list =
        IDL_TEXT(interface, "%s%send->%s.broken", list, *list ? " || " : "", queue->name);
    write_line(writer, "return %s;", list);
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

/* One accessor of a queue: a head with the end as first parameter, and one statement. */
static void write_accessor(struct writer *writer, const struct idl_interface *interface,
                           const struct idl_queue *queue, const char *type, const char *verb,
                           const char *further, const char *statement)
{
    bool produces = strcmp(verb, "room") == 0 || strcmp(verb, "put") == 0 ||
                    strcmp(verb, "try_put") == 0 || strcmp(verb, "publish") == 0 ||
                    strcmp(verb, "notify") == 0;
    bool client = (queue->producer == IDL_CLIENT) == produces;
    const char *head =
        IDL_TEXT(interface, "static inline %s %s_%s_%s(", type, interface->name, queue->name, verb);
    const char *list = IDL_TEXT(interface, "struct %s_%s *end%s%s", interface->name,
                                client ? "client" : "server", *further ? ", " : "", further);
    idl_write_head(writer, head, list, ")");
    write_open(writer, "{");
    write_line(writer, "%s", statement);
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

static void write_getters(struct writer *writer, const struct idl_interface *interface,
                          const struct idl_queue *queue)
{
    const char *name = queue->name;
    const char *entry =
        IDL_TEXT(interface, "struct %s_%s *entry", interface->name, queue->entry_name->name);
    const char *get = IDL_TEXT(interface, "ring_get(&end->%s, entry, sizeof(*entry));", name);
    if (queue->entry->has_rules) {
        const char *check = IDL_TEXT(interface, "return %s_%s_is_valid(entry);", interface->name,
                                     queue->entry->name);
        write_line(
            writer,
            "/* False: the entry holds a value that its type does not have; it is used up. */");
        write_accessor(writer, interface, queue, "bool", "get", entry,
                       IDL_TEXT(interface, "%s\n    %s", get, check));
    } else {
        write_accessor(writer, interface, queue, "void", "get", entry, get);
        write_accessor(
            writer, interface, queue, "bool", "try_get", entry,
            IDL_TEXT(interface, "return ring_try_get(&end->%s, entry, sizeof(*entry));", name));
    }
}

static void write_queue(struct writer *writer, const struct idl_interface *interface,
                        const struct idl_queue *queue)
{
    const char *name = queue->name;
    const char *entry =
        IDL_TEXT(interface, "const struct %s_%s *entry", interface->name, queue->entry_name->name);
    const char *producer = queue->producer == IDL_CLIENT ? "client" : "server";
    const char *consumer = queue->producer == IDL_CLIENT ? "server" : "client";
    write_comment(writer,
                  IDL_TEXT(interface, "%s: %s to %s. %s", name, producer, consumer, queue->text));
    write_accessor(writer, interface, queue, "uint32_t", "room", "uint32_t wanted",
                   IDL_TEXT(interface, "return ring_room(&end->%s, wanted);", name));
    write_accessor(writer, interface, queue, "void", "put", entry,
                   IDL_TEXT(interface, "ring_put(&end->%s, entry, sizeof(*entry));", name));
    write_accessor(
        writer, interface, queue, "bool", "try_put", entry,
        IDL_TEXT(interface, "return ring_try_put(&end->%s, entry, sizeof(*entry));", name));
    write_accessor(writer, interface, queue, "void", "publish", "",
                   IDL_TEXT(interface, "ring_publish(&end->%s);", name));
    if (queue->wake != IDL_WAKE_NONE)
        write_accessor(writer, interface, queue, "void", "notify", "const struct ring_wake *wake",
                       IDL_TEXT(interface, "ring_notify(&end->%s, wake);", name));
    write_accessor(writer, interface, queue, "uint32_t", "available", "uint32_t wanted",
                   IDL_TEXT(interface, "return ring_available(&end->%s, wanted);", name));
    write_getters(writer, interface, queue);
    if (queue->wake != IDL_WAKE_NONE) {
        write_accessor(writer, interface, queue, "bool", "arm", "",
                       IDL_TEXT(interface, "return ring_arm(&end->%s);", name));
        write_accessor(writer, interface, queue, "uint32_t", "arm_look", "",
                       IDL_TEXT(interface, "return ring_arm_look(&end->%s);", name));
    }
    write_accessor(writer, interface, queue, "void", "release", "",
                   IDL_TEXT(interface, "ring_release(&end->%s);", name));
}

static void write_event_values(struct writer *writer, const struct idl_interface *interface,
                               const struct idl_operation *event)
{
    write_comment(writer, event->text);
    write_open(writer, "struct %s_%s {", interface->name, event->name);
    idl_for_each(idl_field, field, event->in.first)
    {
        const char *type = idl_c_storage(interface, field);
        if (field->shape == IDL_FIXED)
            write_line(writer, "%s %s[%lu];", type, field->name,
                       (unsigned long)field->count.number);
        else
            write_line(writer, "%s %s;", type, field->name);
    }
    if (!event->in.first)
        write_line(writer, "uint64_t nothing;");
    write_close(writer, "};");
    write_line(writer, "%s", "");
}

static void write_event_check(struct writer *writer, const struct idl_interface *interface,
                              const struct idl_operation *event)
{
    idl_for_each(idl_field, field, event->in.first)
    {
        const char *element =
            IDL_TEXT(interface, "value->%s%s", field->name, field->shape == IDL_FIXED ? "[i]" : "");
        const char *wrong = NULL;
        if (field->kind == IDL_STRUCT && field->structure->has_rules)
            wrong = IDL_TEXT(interface, "!%s_%s_is_valid(&%s)", interface->name, field->type_name,
                             element);
        else if (field->has_range || idl_has_rules(field))
            wrong = idl_c_wrong(interface, field, element);
        if (!wrong)
            continue;
        if (field->shape == IDL_FIXED)
            write_line(writer, "for (unsigned i = 0; i < %lu; i++)",
                       (unsigned long)field->count.number);
        writer->depth += field->shape == IDL_FIXED;
        write_line(writer, "if (%s)", wrong);
        write_line(writer, "    return false;");
        writer->depth -= field->shape == IDL_FIXED;
    }
}

static void write_event(struct writer *writer, const struct idl_interface *interface,
                        const struct idl_operation *event)
{
    const char *name = event->name;
    write_event_values(writer, interface, event);
    write_line(writer, "/* Makes a value the newest and wakes the client. Never blocks. */");
    idl_write_head(writer,
                   IDL_TEXT(interface, "static inline void %s_%s_post(", interface->name, name),
                   IDL_TEXT(interface,
                            "struct %s_server *end, const struct %s_%s *value, "
                            "const struct ring_wake *wake",
                            interface->name, interface->name, name),
                   ")");
    write_open(writer, "{");
    write_line(writer, "area_event_post(&end->area->%s, &end->%s_posted, value, sizeof(*value));",
               name, name);
    write_line(writer, "ring_wake(wake);");
    write_close(writer, "}");
    write_line(writer, "%s", "");
    write_line(
        writer,
        "/* True if there is a value that was not taken yet, and it is valid. Never blocks. */");
    idl_write_head(writer,
                   IDL_TEXT(interface, "static inline bool %s_%s_take(", interface->name, name),
                   IDL_TEXT(interface, "struct %s_client *end, struct %s_%s *value",
                            interface->name, interface->name, name),
                   ")");
    write_open(writer, "{");
    write_line(writer,
               "if (!area_event_take(&end->area->%s, &end->%s_seen, value, sizeof(*value)))", name,
               name);
    write_line(writer, "    return false;");
    write_event_check(writer, interface, event);
    write_line(writer, "return true;");
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

void idl_write_session(struct writer *writer, const void *model)
{
    const struct idl_interface *interface = model;
    idl_write_opening(writer, interface, "_SESSION",
                      "The shared area of a session and both its ends.");
    write_line(writer, "#include <%s.h>", interface->stem);
    write_line(writer, "#include <interface/area.h>");
    write_line(writer, "#include <ring/watch.h>");
    write_line(writer, "%s", "");
    if (!idl_has_session(interface)) {
        write_line(writer, "/* This interface has neither queues nor events. */");
        idl_write_ending(writer, interface, "_SESSION");
        return;
    }
    idl_for_each(idl_queue, queue, interface->queues)
        write_line(writer, "#define %s_%s_DEPTH %llu", interface->upper,
                   idl_upper(interface, queue->name), (unsigned long long)queue->depth.number);
    write_line(writer, "%s", "");
    write_area(writer, interface);
    write_end(writer, interface, IDL_CLIENT);
    write_end(writer, interface, IDL_SERVER);
    write_start(writer, interface, IDL_CLIENT);
    write_start(writer, interface, IDL_SERVER);
    idl_for_each(idl_queue, queue, interface->queues) write_queue(writer, interface, queue);
    idl_for_each(idl_operation, event, interface->operations)
    {
        if (event->kind == IDL_EVENT)
            write_event(writer, interface, event);
    }
    idl_write_ending(writer, interface, "_SESSION");
}
