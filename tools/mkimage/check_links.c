/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links: both ends exist, speak the same interface, and every end that needs a partner has
 * exactly one. Makes the ends that instances know their links by.
 */
#include "check.h"

#include <inttypes.h>
#include <string.h>

static const struct port *find_port(const struct component *component, const char *name)
{
    for (const struct port *port = component->ports; port; port = port->next) {
        if (strcmp(port->name, name) == 0)
            return port;
    }
    return NULL;
}

/* Resolves one end of a link. Null after reporting why not. */
static struct instance *find_end(struct checker *checker, const struct link *link,
                                 const char *instance_name, const char *port_name, bool is_server,
                                 const struct port **port)
{
    struct instance *instance = names_find(&checker->instances, instance_name);
    if (!instance && names_find(&checker->programs, instance_name)) {
        IMAGE_ERROR(checker, link->place,
                    "%s is a program, and links join components; type the one in it that is meant",
                    instance_name);
        return NULL;
    }
    if (!instance) {
        IMAGE_ERROR(checker, link->place,
                    "there is no component %s in this image; add it or "
                    "remove the link",
                    instance_name);
        return NULL;
    }
    if (!instance->component || !instance->program)
        return NULL; /* reported where it stands */
    *port = find_port(instance->component, port_name);
    if (!*port) {
        IMAGE_ERROR(checker, link->place, "component %s has no link %s; those it has stand in %s",
                    instance->component->name, port_name, instance->component->file);
        return NULL;
    }
    if ((*port)->is_server != is_server) {
        IMAGE_ERROR(checker, link->place, "%s.%s is a %s's end; write the link as client -> server",
                    instance_name, port_name, is_server ? "client" : "server");
        return NULL;
    }
    return instance;
}

static bool check_partners(struct checker *checker, const struct link *link)
{
    const char *wanted = link->client_port->interface_name;
    const char *offered = link->server_port->interface_name;
    if (strcmp(wanted, offered) != 0) {
        IMAGE_ERROR(checker, link->place,
                    "%s.%s speaks %s, %s.%s speaks %s; link ends of one "
                    "interface",
                    link->client_name, link->client_port_name, wanted, link->server_name,
                    link->server_port_name, offered);
        return false;
    }
    if (!names_find(&checker->interfaces, wanted)) {
        IMAGE_ERROR(checker, link->place, "interface %s is described nowhere; write idl/%s.idl",
                    wanted, wanted);
        return false;
    }
    if (link->client == link->server) {
        IMAGE_ERROR(checker, link->place,
                    "%s is linked with itself; link it with another component", link->client_name);
        return false;
    }
    if (!link->server_port->frames && (link->has_pins || link->pin_expiry_us))
        IMAGE_ERROR(checker, link->place,
                    "%s.%s gets no translations and can pin nothing; remove "
                    "`pins` and `expiry`",
                    link->server_name, link->server_port_name);
    else if (link->pin_expiry_us && !link->server_port->expiry)
        IMAGE_ERROR(checker, link->place,
                    "%s.%s pins pages until it takes the pins back; remove `expiry`",
                    link->server_name, link->server_port_name);
    if (link->pins_max > UINT32_MAX || link->pin_expiry_us > UINT32_MAX)
        IMAGE_ERROR(checker, link->place, "pins or expiry are beyond %u; lower them", UINT32_MAX);
    return true;
}

static bool resolve_link(struct checker *checker, struct link *link)
{
    link->client = find_end(checker, link, link->client_name, link->client_port_name, false,
                            &link->client_port);
    link->server = find_end(checker, link, link->server_name, link->server_port_name, true,
                            &link->server_port);
    if (!link->client || !link->server || !check_partners(checker, link))
        return false;
    link->interface = names_find(&checker->interfaces, link->client_port->interface_name);
    if (!link->has_pins)
        link->pins_max = link->server_port->pins_max;
    if (link->server_port->frames && link->pins_max < link->interface->buffers)
        IMAGE_ERROR(checker, link->place,
                    "rings of %s hold %" PRIu64 " buffers, and %" PRIu64
                    " pages may be pinned; raise `pins`",
                    link->interface->name, link->interface->buffers, link->pins_max);
    if (!link_is_local(link) && link->server->program->priority <= link->client->program->priority)
        IMAGE_ERROR(checker, link->place,
                    "calls go to higher priority, but %s has %" PRIu64 " and %s has %" PRIu64
                    "; raise the server or lower the client",
                    link->client->program->name, link->client->program->priority,
                    link->server->program->name, link->server->program->priority);
    return true;
}

/* Gives an instance its ends for one of its ports, one for each link there, and checks their
   number. */
static void make_ends(struct checker *checker, const struct image *image, struct instance *instance,
                      const struct port *port, struct end ***last)
{
    unsigned count = 0;
    for (struct link *link = image->links; link; link = link->next) {
        bool is_client = link->client == instance && link->client_port == port;
        bool is_server = link->server == instance && link->server_port == port;
        if (!is_client && !is_server)
            continue;
        struct end *end = arena_alloc(checker->arena, sizeof(*end));
        *end = (struct end){.instance = instance,
                            .port = port,
                            .link = link,
                            .is_server = is_server,
                            .number = instance->end_count++};
        **last = end;
        *last = &end->next;
        *(is_client ? &link->client_end : &link->server_end) = end;
        if (++count == 2 && !port->many)
            IMAGE_ERROR(checker, link->place, "%s.%s is connected already; it takes one link",
                        instance->name, port->name);
    }
    if (count == 0 && !port->is_server && !port->optional)
        IMAGE_ERROR(checker, instance->place,
                    "%s.%s is not connected, and %s cannot do without; add `link %s.%s -> ...`",
                    instance->name, port->name, instance->component->name, instance->name,
                    port->name);
}

bool model_check_links(struct checker *checker, struct image *image)
{
    bool resolved = true;
    unsigned count = 0;
    for (struct link *link = image->links; link; link = link->next) {
        if (++count > MODEL_LINKS_MAX) {
            IMAGE_ERROR(checker, link->place, "image has more than %d links; make two images",
                        MODEL_LINKS_MAX);
            return false;
        }
        resolved &= resolve_link(checker, link);
    }
    if (!resolved)
        return false;
    for (struct program *program = image->programs; program; program = program->next) {
        for (struct instance *i = program->instances; i; i = i->next) {
            struct end **last = &i->ends;
            for (const struct port *port = i->component->ports; port; port = port->next)
                make_ends(checker, image, i, port, &last);
        }
    }
    return true;
}
