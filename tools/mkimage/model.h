/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What image and component files say, as structures. The parser fills in what was typed; check.c
 * resolves the names, proves the system and numbers links; order.c puts programs and components
 * in the order of their start. Writers see checked models only. All of it lives in the arena of
 * the run.
 */
#ifndef MKIMAGE_MODEL_H
#define MKIMAGE_MODEL_H

#include "tools/idlc/arena.h"
#include "tools/idlc/diagnostics.h"
#include "tools/idlc/names.h"
#include "tools/idlc/source.h"

#include <stdbool.h>
#include <stdint.h>

/* Limits of root and of the runtime; the generated tables assert that they agree. */
enum {
    MODEL_PROGRAMS_MAX = 23, /* boot modules beside root: the information page holds so many */
    MODEL_LINKS_MAX = 256,
    MODEL_PROGRAM_LINKS_MAX = 32,
    MODEL_PROGRAM_IRQS_MAX = 8,
    MODEL_PRIORITY_MAX = 250,
    STACK_BYTES_DEFAULT = 64 * 1024,
    MODEL_STACK_LEAST = 8 * 1024,
    MODEL_KERNEL_LEAST = 80 * 1024, /* below, not even a program that says hello can be made */
    MODEL_HANDLES_LEAST = 128,      /* what root fills, and some of the program's own */
};

enum device_kind { DEVICE_PCI, DEVICE_IRQ, DEVICE_PORTS, DEVICE_MEMORY, DEVICE_PCI_BUS };

struct device {
    struct device *next;
    struct place place;
    enum device_kind kind;
    uint64_t first; /* PCI: vendor << 16 | device; irq: the line; else the first port or byte */
    uint64_t last;  /* PCI: which of several; else the last port or byte */
};

enum parameter_kind { PARAMETER_TEXT, PARAMETER_NUMBER, PARAMETER_ADDRESS, PARAMETER_NETWORK };

/* A parameter that a component understands. */
struct parameter_kind_of {
    struct parameter_kind_of *next;
    struct place place;
    const char *name;
    enum parameter_kind kind;
    uint64_t least, most;
    bool required;
    const char *description;
};

/* A parameter that an image gives. */
struct parameter {
    struct parameter *next;
    struct place place;
    const char *name, *value;
};

/* An end that a component has for links. */
struct port {
    struct port *next;
    struct place place;
    const char *name, *interface_name;
    bool is_server; /* provides */
    bool many, optional, frames;
    bool expiry; /* pins may expire */
    uint64_t pins_max;
};

struct word {
    struct word *next;
    struct place place;
    const char *text;
};

/* A component as its own file describes it. */
struct component {
    struct component *next;
    struct place place;
    const char *file; /* its .component file */
    const char *name, *description;
    struct port *ports;
    struct parameter_kind_of *parameters;
    struct device *needs;
    struct word *libraries;
    bool fpu, alone;
};

/* What is known of an interface from its .idl. */
struct interface {
    struct interface *next;
    const char *name;
    uint64_t number, hash;
    uint64_t session_bytes; /* 0: calls only */
    uint64_t buffers;       /* that the client's rings can hand over at a time */
};

/* An end of a link at one instance, numbered. */
struct end {
    struct end *next;
    struct instance *instance;
    const struct port *port;
    struct link *link;
    bool is_server;
    unsigned number; /* in the instance */
};

/* A component in a program. */
struct instance {
    struct instance *next; /* in the image, then in its program */
    struct place place;
    const char *name, *component_name, *program_name;
    struct parameter *parameters;
    struct device *devices;
    const struct component *component;
    struct program *program;
    struct end *ends; /* in the order of their numbers */
    unsigned end_count, first_event;
    unsigned index;                   /* in its program */
    unsigned device_first, irq_first; /* numbers of its first device and interrupt in its program */
    bool ordered;
};

enum restart { RESTART_NEVER, RESTART_ALWAYS, RESTART_FAILED, RESTART_SYSTEM };

struct program {
    struct program *next;
    struct place place;
    const char *name;
    uint64_t priority, memory_bytes, kernel_bytes, stack_bytes, handle_count;
    enum restart restart;
    uint64_t restarts_max, restart_window_us, restart_delay_us;
    uint64_t hang_us;           /* 0: not watched */
    bool traced;                /* its calls are written to the log */
    bool preempts;              /* sleeps by preemption control instead of latched notifications */
    struct instance *instances; /* servers before their clients */
    unsigned link_count;        /* of all its instances */
    unsigned index;             /* in root's table */
    bool ordered;
};

struct link {
    struct link *next;
    struct place place;
    const char *client_name, *client_port_name, *server_name, *server_port_name;
    bool has_pins;
    uint64_t pins_max, pin_expiry_us;
    struct instance *client, *server;
    const struct port *client_port, *server_port;
    const struct interface *interface;
    struct end *client_end, *server_end;
};

struct image {
    struct place place;
    const char *stem; /* of the source: images/echo */
    const char *name, *description;
    uint64_t memory_bytes, kernel_bytes; /* 0: no limit was typed */
    struct program *programs;            /* as typed; after the check in order of their start */
    struct instance *instances; /* as typed; after the check their `next` runs in a program */
    struct link *links;
    struct component *components; /* all that were given */
    struct interface *interfaces;
};

/* A placement from the command line: moves an instance into another program. */
struct placement {
    const char *instance_name, *program_name;
};

/* parser.y: reads an image file (image is given) or a component file (component is given). False
   after an error. */
bool model_parse_image(const struct source *source, struct arena *arena,
                       struct diagnostics *diagnostics, struct image *image);
bool model_parse_component(const struct source *source, struct arena *arena,
                           struct diagnostics *diagnostics, struct component *component);

/* check.c: resolves and proves; reports every error it finds. */
void model_check(struct image *image, struct arena *arena, struct diagnostics *diagnostics);

/* check_values.c: the values of the parameters of an instance, and the devices it needs. */
void model_check_values(const struct instance *instance, struct diagnostics *diagnostics);

/* check_component.c: what can be said of a component without an image. */
void model_check_component(const struct component *component, struct diagnostics *diagnostics);

/* order.c: orders programs and instances, servers first. Reports circles. */
void model_order(struct image *image, struct diagnostics *diagnostics);

/* Whether a program holds a component of that name. */
bool program_holds(const struct program *program, const char *component_name);

/* Whether it has the server's end of an interface. */
bool program_provides(const struct program *program, const char *interface_name);

/* Whether a program has a component of its own main function. */
bool program_is_alone(const struct program *program);
bool program_has_fpu(const struct program *program);

/* Whether the two ends are in one program. */
bool link_is_local(const struct link *link);

#endif
