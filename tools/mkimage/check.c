/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Proves that an image is a system: all names are known, every end that needs a partner has one,
 * calls go to higher priority, limits fit. Then numbers programs, instances, links and devices as
 * root and the runtime will know them.
 */
#include "check.h"

#include <inttypes.h>
#include <kernel/abi/handle.h>
#include <string.h>

enum { INSTANCES_MAX = 256 };

static void enter_components(struct checker *checker, struct image *image)
{
    for (struct component *c = image->components; c; c = c->next) {
        const struct component *first = names_enter(&checker->components, c->name, c);
        if (first)
            IMAGE_ERROR(checker, image->place,
                        "component %s is described twice, in %s and %s; rename one of them",
                        c->name, first->file, c->file);
    }
    for (struct interface *i = image->interfaces; i; i = i->next)
        names_enter(&checker->interfaces, i->name, i);
}

static void check_program(struct checker *checker, const struct program *program)
{
    const struct program *first = names_enter(&checker->programs, program->name, (void *)program);
    if (first)
        IMAGE_ERROR(checker, program->place, "program %s stands in line %d already; rename one",
                    program->name, first->place.line);
    if (strcmp(program->name, "root") == 0)
        IMAGE_ERROR(checker, program->place,
                    "root is the program that starts all others; name this one otherwise");
    if (program->priority == 0)
        IMAGE_ERROR(checker, program->place,
                    "program %s has no priority; add `priority N`, 1 to %d", program->name,
                    MODEL_PRIORITY_MAX);
    if (program->memory_bytes == 0)
        IMAGE_ERROR(checker, program->place,
                    "program %s has no limit of memory; add one like `memory 2M`", program->name);
    if (program->kernel_bytes == 0)
        IMAGE_ERROR(checker, program->place,
                    "program %s has no limit of kernel memory; add one like `kernel 256K`",
                    program->name);
    if (program->handle_count && program->handle_count < MODEL_HANDLES_LEAST)
        IMAGE_ERROR(checker, program->place,
                    "program %s has too few handles; type at least `handles %d`, or leave it out",
                    program->name, MODEL_HANDLES_LEAST);
    if (program->handle_count > L4_HANDLES_MAX)
        IMAGE_ERROR(checker, program->place, "program %s may have %u handles; lower the number",
                    program->name, L4_HANDLES_MAX);
    if (program->stack_bytes && program->stack_bytes < MODEL_STACK_LEAST)
        IMAGE_ERROR(checker, program->place,
                    "program %s has a stack of %" PRIu64
                    " bytes; type at least `stack %dK`, or leave it out",
                    program->name, program->stack_bytes, MODEL_STACK_LEAST >> 10);
}

static void check_totals(struct checker *checker, const struct image *image)
{
    uint64_t memory_bytes = 0, kernel_bytes = 0;
    for (const struct program *program = image->programs; program; program = program->next) {
        if (program->memory_bytes > UINT32_MAX || program->kernel_bytes > UINT32_MAX) {
            IMAGE_ERROR(checker, program->place, "program %s is given 4G or more; lower its limits",
                        program->name);
            return;
        }
        memory_bytes += program->memory_bytes;
        kernel_bytes += program->kernel_bytes;
    }
    if (image->memory_bytes && memory_bytes > image->memory_bytes)
        IMAGE_ERROR(checker, image->place,
                    "programs are given %" PRIu64 " bytes of memory, the image has %" PRIu64
                    "; lower a limit or raise the sum",
                    memory_bytes, image->memory_bytes);
    if (image->kernel_bytes && kernel_bytes > image->kernel_bytes)
        IMAGE_ERROR(checker, image->place,
                    "programs are given %" PRIu64 " bytes of kernel memory, the image has %" PRIu64
                    "; lower a limit or raise the sum",
                    kernel_bytes, image->kernel_bytes);
}

/* Resolves the names of an instance and puts it into its program. False if it stands for
   nothing. */
static bool check_instance(struct checker *checker, struct instance *instance)
{
    const struct instance *first =
        names_enter(&checker->instances, instance->name, (void *)instance);
    if (first) {
        IMAGE_ERROR(checker, instance->place,
                    "component %s stands in line %d already; give this one a name with `as`",
                    instance->name, first->place.line);
        return false;
    }
    instance->component = names_find(&checker->components, instance->component_name);
    instance->program = names_find(&checker->programs, instance->program_name);
    if (!instance->component)
        IMAGE_ERROR(checker, instance->place,
                    "there is no component %s; check the name, or write %s.component beside its "
                    "code",
                    instance->component_name, instance->component_name);
    if (!instance->program)
        IMAGE_ERROR(checker, instance->place, "there is no program %s; add `program %s`",
                    instance->program_name, instance->program_name);
    if (!instance->component || !instance->program)
        return false;
    model_check_values(instance, checker->diagnostics);
    return true;
}

static void place_instances(struct checker *checker, struct image *image)
{
    struct instance *next;
    unsigned count = 0;
    for (struct instance *instance = image->instances; instance; instance = next) {
        next = instance->next;
        if (++count > INSTANCES_MAX) {
            IMAGE_ERROR(checker, instance->place,
                        "image has more than %d components; make two images", INSTANCES_MAX);
            break;
        }
        if (!check_instance(checker, instance))
            continue;
        struct instance **end = &instance->program->instances;
        while (*end)
            end = &(*end)->next;
        instance->next = NULL;
        *end = instance;
    }
    image->instances = NULL;
}

/* Programs that hold nothing are left out: so a component can move by changing one word. */
static void drop_empty(struct checker *checker, struct image *image)
{
    unsigned count = 0;
    for (struct program **at = &image->programs; *at;) {
        const struct program *program = *at;
        if (!program->instances) {
            *at = program->next;
            continue;
        }
        if (++count == MODEL_PROGRAMS_MAX + 1)
            IMAGE_ERROR(checker, program->place, "image has more than %d programs; join some",
                        MODEL_PROGRAMS_MAX);
        if (program_is_alone(program) && program->instances->next)
            IMAGE_ERROR(
                checker, program->instances->next->place,
                "program %s holds a component that has a main function of its own; put this "
                "one elsewhere",
                program->name);
        if (program_is_alone(program) && program->traced)
            IMAGE_ERROR(checker, program->place,
                        "program %s has a main function of its own, which traces nothing; remove "
                        "`trace`",
                        program->name);
        at = &(*at)->next;
    }
}

static void number_all(struct checker *checker, struct image *image)
{
    unsigned program_index = 0;
    for (struct program *program = image->programs; program; program = program->next) {
        unsigned index = 0, device_count = 0, irq_count = 0;
        program->index = program_index++;
        for (struct instance *instance = program->instances; instance; instance = instance->next) {
            instance->index = index++;
            instance->first_event = program->link_count;
            program->link_count += instance->end_count;
            instance->device_first = device_count;
            instance->irq_first = irq_count;
            for (const struct device *d = instance->devices; d; d = d->next) {
                device_count++;
                irq_count += d->kind == DEVICE_IRQ;
            }
        }
        if (program->link_count > MODEL_PROGRAM_LINKS_MAX)
            IMAGE_ERROR(checker, program->place,
                        "program %s has %u links, its limit is %d; divide "
                        "it",
                        program->name, program->link_count, MODEL_PROGRAM_LINKS_MAX);
        if (irq_count > MODEL_PROGRAM_IRQS_MAX)
            IMAGE_ERROR(checker, program->place,
                        "program %s has %u interrupts, its limit is %d; divide it", program->name,
                        irq_count, MODEL_PROGRAM_IRQS_MAX);
    }
}

/* Every program writes to the log, without a link that says so. Two are above the console server:
   those that its memory and its boot file come from. */
static void check_console(struct checker *checker, const struct image *image)
{
    const struct program *console = image->programs;
    while (console && !program_provides(console, "log"))
        console = console->next;
    for (const struct program *p = image->programs; console && p; p = p->next) {
        if (p == console || program_holds(p, "vm") || program_holds(p, "bootfs") ||
            p->priority < console->priority)
            continue;
        IMAGE_ERROR(checker, p->place,
                    "program %s writes to the log of %s and has priority %" PRIu64
                    ", not below %" PRIu64 "; raise %s or lower %s",
                    p->name, console->name, p->priority, console->priority, console->name, p->name);
    }
}

/* Areas of sessions are charged to the client's program, of links inside a program to that one. */
static void check_memory(struct checker *checker, const struct image *image)
{
    for (const struct program *program = image->programs; program; program = program->next) {
        uint64_t bytes = program->stack_bytes ? program->stack_bytes : STACK_BYTES_DEFAULT;
        for (const struct link *link = image->links; link; link = link->next) {
            if (link->client->program == program)
                bytes += link->interface->session_bytes;
        }
        if (program->kernel_bytes < MODEL_KERNEL_LEAST)
            IMAGE_ERROR(checker, program->place,
                        "program %s cannot be made of %" PRIu64
                        " bytes of kernel memory; type at least `kernel %dK`",
                        program->name, program->kernel_bytes, MODEL_KERNEL_LEAST >> 10);
        if (bytes > program->memory_bytes)
            IMAGE_ERROR(checker, program->place,
                        "stack and sessions of program %s alone take %" PRIu64
                        " bytes of memory, its limit is %" PRIu64 "; raise `memory`",
                        program->name, bytes, program->memory_bytes);
    }
}

/* Nobody has a link to the two that memory and boot files come from, and everybody needs them. */
static void check_managers(struct checker *checker, const struct image *image)
{
    static const struct {
        const char *component, *gives;
    } managers[] = {{"vm", "their memory"}, {"bootfs", "their files"}};
    const struct program *manager = image->programs;
    for (unsigned i = 0; i < sizeof(managers) / sizeof(managers[0]); i++) {
        if (!manager || !program_holds(manager, managers[i].component)) {
            IMAGE_ERROR(checker, image->place,
                        "image %s has no component %s, from which all others get %s; add it",
                        image->name, managers[i].component, managers[i].gives);
            return;
        }
        if (manager->restart != RESTART_SYSTEM)
            IMAGE_ERROR(checker, manager->place,
                        "nothing goes on without program %s; type `restart system` in it",
                        manager->name);
        for (const struct program *p = manager->next; p; p = p->next)
            if (p->priority >= manager->priority)
                IMAGE_ERROR(checker, p->place,
                            "program %s has priority %" PRIu64 ", not below %" PRIu64
                            " of %s, which serves it; raise %s or lower %s",
                            p->name, p->priority, manager->priority, manager->name, manager->name,
                            p->name);
        manager = manager->next;
    }
}

void model_check(struct image *image, struct arena *arena, struct diagnostics *diagnostics)
{
    struct checker checker = {
        .arena = arena,
        .diagnostics = diagnostics,
        .components = {.arena = arena},
        .interfaces = {.arena = arena},
        .programs = {.arena = arena},
        .instances = {.arena = arena},
    };
    enter_components(&checker, image);
    for (const struct program *program = image->programs; program; program = program->next)
        check_program(&checker, program);
    place_instances(&checker, image);
    drop_empty(&checker, image);
    check_totals(&checker, image);
    model_check_devices(&checker, image);
    if (!model_check_links(&checker, image))
        return;
    check_memory(&checker, image);
    check_console(&checker, image);
    model_order(image, diagnostics);
    number_all(&checker, image);
    if (!image->programs)
        IMAGE_ERROR(&checker, image->place, "image %s has no program with a component; add one",
                    image->name);
    else if (!diagnostics->errors)
        check_managers(&checker, image);
}
