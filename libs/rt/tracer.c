/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Whoever writes to the log sends messages himself, so what of the call or its answer stands in the
 * UTCB is kept meanwhile.
 */
#include <rt/tracer.h>

#include <interface/trace.h>
#include <l4/call.h>
#include <rt/log.h>
#include <string.h>

enum { TEXT_BYTES = 200 };

struct kept {
    struct l4_item items[L4_ITEMS_MAX];
    uint64_t words[L4_WORDS_MAX];
};

/* Also puts the words together that are in registers and those that are not. */
static void keep(struct kept *kept, const uint64_t words[CALL_WORDS])
{
    memcpy(kept->items, l4_utcb()->items, sizeof kept->items);
    memcpy(kept->words, l4_utcb()->words, sizeof kept->words);
    memcpy(kept->words, words, CALL_WORDS * sizeof *words);
}

static void put_back(const struct kept *kept)
{
    memcpy(l4_utcb()->items, kept->items, sizeof kept->items);
    memcpy(l4_utcb()->words, kept->words, sizeof kept->words);
}

uint64_t tracer_call(const struct program_tracer *tracer, struct instance *instance, unsigned link,
                     uint64_t tag, uint64_t words[CALL_WORDS])
{
    const struct trace_interface *interface = tracer->interfaces[instance->first_event + link];
    const struct trace_operation *operation = trace_operation_of(interface, tag);
    char text[TEXT_BYTES];
    struct kept kept;
    keep(&kept, words);
    trace_request(interface, tag, kept.words, text, sizeof text);
    log_line(instance, "trace: %u %s", link, text);
    put_back(&kept);
    tag = instance->component->call(instance, link, tag, words);
    if (!operation)
        return tag;
    keep(&kept, words);
    if (tag)
        trace_reply(interface, operation, tag, kept.words, text, sizeof text);
    log_line(instance, "trace: %u %s%s", link, tag ? text : operation->name,
             tag ? "" : " is answered later, or not");
    put_back(&kept);
    return tag;
}
