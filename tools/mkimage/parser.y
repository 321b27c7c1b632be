/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Grammar of image and component files; README.md explains both by example. Every statement is a line. Attribute lines belong
 * to the stanza before them, which the parser remembers. Lists are collected in reverse and turned round at the end.
 */
%define api.pure full
%define api.prefix {mkimage_}
%define api.location.type {struct place}
%define parse.error custom
%define parse.lac full
%locations
%param {void *scanner}
%parse-param {struct parser *parser}

%code requires {
#include "tools/mkimage/parser.h"
}

%code provides {
int mkimage_lex(MKIMAGE_STYPE *value, struct place *place, void *scanner);
}

%union {
    uint64_t number;
    const char *text;
}

%code {
#include <inttypes.h>
#include <string.h>

enum { US_PER_MS = 1000 };

#define YYLLOC_DEFAULT(current, rhs, n) ((current) = (n) ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

#define REVERSE(type, head)                                                                        \
    do {                                                                                           \
        type *turned = NULL, *rest;                                                                \
        for (type *item = (head); item; item = rest) {                                             \
            rest = item->next;                                                                     \
            item->next = turned;                                                                   \
            turned = item;                                                                         \
        }                                                                                          \
        (head) = turned;                                                                           \
    } while (0)

/* A new item of a type in front of a list that will be turned round. */
#define ADD(type, head, ...)                                                                       \
    ({                                                                                             \
        type *added = arena_alloc(parser->arena, sizeof(type));                                    \
        *added = (type){__VA_ARGS__};                                                              \
        added->next = (head);                                                                      \
        (head) = added;                                                                            \
        added;                                                                                     \
    })

static void mkimage_error(struct place *place, void *scanner, struct parser *parser,
                          const char *message);

/* Turns the text of a time unit into microseconds; reports another text. */
static bool unit_us(struct parser *parser, struct place place, const char *unit, uint64_t *us);

static bool restart_of(struct parser *parser, struct place place, const char *text,
                       enum restart *restart);
static bool parameter_kind_of(struct parser *parser, struct place place, const char *text,
                              enum parameter_kind *kind);

/* How a program goes to sleep on its rings (ring/section.h). */
static bool sleep_of(struct parser *parser, struct place place, const char *text, bool *preempts);

/* What may stand once in a program. */
enum program_word { WORD_PRIORITY, WORD_MEMORY, WORD_KERNEL, WORD_STACK, WORD_HANDLES, WORD_WATCHED, WORD_SLEEP, WORD_RESTART };

/* False, and reported, if the program has that word already. */
static bool word_once(struct parser *parser, struct place place, enum program_word word);

/* False, and reported, if a number is not within limits. */
static bool number_within(struct parser *parser, struct place place, const char *what, uint64_t number, uint64_t least, uint64_t most);

/* A device that takes no numbers, one, or a range. */
static bool device_start(struct parser *parser, struct place place, const char *kind,
                         unsigned numbers, uint64_t first, uint64_t last);
}

%token IMAGE "image" PROGRAM "program" COMPONENT "component" LINK "link" AS "as" IN "in"
%token PRIORITY "priority" MEMORY "memory" KERNEL "kernel" STACK "stack" HANDLES "handles"
%token RESTART "restart" WATCHED "watched" AFTER "after" DEVICE "device" PINS "pins"
%token EXPIRY "expiry" PROVIDES "provides" REQUIRES "requires" PARAMETER "parameter"
%token NEEDS "needs" LIBRARY "library" FPU "fpu" ALONE "alone" MANY "many" OPTIONAL "optional"
%token FRAMES "frames" REQUIRED "required" SLEEP "sleep" TRACE "trace"
%token ARROW "->" DOTS ".." LINE_END "the end of the line" BAD_TEXT "bad text"
%token <number> NUMBER "a number" PCI_ID "a PCI identity like 100b:0022"
%token <text> NAME "a name" STRING "a description in quotes" VALUE_TEXT "a value"

%type <number> time card_number required.opt
%type <text> as.opt interface.opt

%%

file: image { REVERSE(struct program, parser->image->programs);
              REVERSE(struct instance, parser->image->instances);
              REVERSE(struct link, parser->image->links); }
    | component_file { REVERSE(struct port, parser->component->ports);
                       REVERSE(struct parameter_kind_of, parser->component->parameters);
                       REVERSE(struct device, parser->component->needs);
                       REVERSE(struct word, parser->component->libraries); }
    ;

/* --- images --- */

image: IMAGE {
        if (!parser->image) {
            diagnostics_error(parser->diagnostics, @1,
                              "an image stands where a component was wanted; start with `component`");
            YYABORT;
        }
    } NAME STRING LINE_END {
        parser->image->place = @3;
        parser->image->name = $3;
        parser->image->description = $4;
    } totals stanzas
    ;

totals: %empty
    | totals MEMORY NUMBER LINE_END { parser->image->memory_bytes = $3; }
    | totals KERNEL NUMBER LINE_END { parser->image->kernel_bytes = $3; }
    ;

stanzas: %empty | stanzas stanza ;
stanza: program | instance | link ;

program: PROGRAM NAME LINE_END {
        parser->program = ADD(struct program, parser->image->programs, .place = @2, .name = $2);
        parser->program_words = 0;
    } program_lines
    ;
program_lines: %empty | program_lines program_line LINE_END ;
program_line: PRIORITY NUMBER {
        if (!word_once(parser, @1, WORD_PRIORITY) ||
            !number_within(parser, @2, "a priority", $2, 1, MODEL_PRIORITY_MAX))
            YYABORT;
        parser->program->priority = $2;
    }
    | MEMORY NUMBER {
        if (!word_once(parser, @1, WORD_MEMORY))
            YYABORT;
        parser->program->memory_bytes = $2;
    }
    | KERNEL NUMBER {
        if (!word_once(parser, @1, WORD_KERNEL))
            YYABORT;
        parser->program->kernel_bytes = $2;
    }
    | STACK NUMBER {
        if (!word_once(parser, @1, WORD_STACK))
            YYABORT;
        parser->program->stack_bytes = $2;
    }
    | HANDLES NUMBER {
        if (!word_once(parser, @1, WORD_HANDLES))
            YYABORT;
        parser->program->handle_count = $2;
    }
    | WATCHED time {
        /* Root asks as often, above all others. */
        if (!word_once(parser, @1, WORD_WATCHED) ||
            !number_within(parser, @2, "a time in us to show progress in", $2, US_PER_MS, UINT64_MAX))
            YYABORT;
        parser->program->hang_us = $2;
    }
    | TRACE { parser->program->traced = true; }
    | SLEEP NAME {
        if (!word_once(parser, @1, WORD_SLEEP) || !sleep_of(parser, @2, $2, &parser->program->preempts))
            YYABORT;
    }
    | RESTART NAME {
        if (!word_once(parser, @1, WORD_RESTART) || !restart_of(parser, @2, $2, &parser->program->restart))
            YYABORT;
    } restart_limit restart_delay
    ;
restart_limit: %empty
    | NUMBER IN time {
        if (!number_within(parser, @1, "a limit of restarts", $1, 1, UINT32_MAX) ||
            !number_within(parser, @3, "a time in us to count restarts in", $3, 1, UINT64_MAX))
            YYABORT;
        parser->program->restarts_max = $1;
        parser->program->restart_window_us = $3;
    }
    ;
restart_delay: %empty | AFTER time { parser->program->restart_delay_us = $2; } ;
time: NUMBER NAME {
        uint64_t us;
        if (!unit_us(parser, @2, $2, &us))
            YYABORT;
        if ($1 > UINT64_MAX / us) {
            diagnostics_error(parser->diagnostics, @1, "time is beyond all limits; type a smaller one");
            YYABORT;
        }
        $$ = $1 * us;
    }
    | NUMBER {
        diagnostics_error(parser->diagnostics, @1, "time has no unit; type us, ms or s behind it");
        YYABORT;
    }
    ;

instance: COMPONENT NAME as.opt IN NAME LINE_END {
        parser->instance = ADD(struct instance, parser->image->instances, .place = @2,
                               .name = $3 ? $3 : $2, .component_name = $2, .program_name = $5);
    } instance_lines {
        REVERSE(struct parameter, parser->instance->parameters);
        REVERSE(struct device, parser->instance->devices);
    }
    ;
as.opt: %empty { $$ = NULL; } | AS NAME { $$ = $2; } ;
instance_lines: %empty | instance_lines instance_line LINE_END ;
instance_line: NAME '=' VALUE_TEXT {
        ADD(struct parameter, parser->instance->parameters, .place = @1, .name = $1, .value = $3);
    }
    | DEVICE device {
        parser->device->next = parser->instance->devices;
        parser->instance->devices = parser->device;
    }
    ;

link: LINK NAME '.' NAME ARROW NAME '.' NAME {
        parser->link = ADD(struct link, parser->image->links, .place = @2, .client_name = $2,
                           .client_port_name = $4, .server_name = $6, .server_port_name = $8);
    } link_words LINE_END
    ;
link_words: %empty | link_words link_word ;
link_word: PINS NUMBER {
        parser->link->pins_max = $2;
        parser->link->has_pins = true;
    }
    | EXPIRY time { parser->link->pin_expiry_us = $2; }
    ;

/* --- devices: in images and components --- */

device: NAME PCI_ID card_number {
        if (strcmp($1, "pci") != 0) {
            diagnostics_error(parser->diagnostics, @1,
                              "%s takes no PCI identity; type `pci`, or the numbers it takes", $1);
            YYABORT;
        }
        parser->device = arena_alloc(parser->arena, sizeof(*parser->device));
        *parser->device =
            (struct device){.place = @1, .kind = DEVICE_PCI, .first = $2, .last = $3};
    }
    | NAME {
        if (!device_start(parser, @1, $1, 0, 0, 0))
            YYABORT;
    }
    | NAME NUMBER {
        if (!device_start(parser, @1, $1, 1, $2, $2))
            YYABORT;
    }
    | NAME NUMBER DOTS NUMBER {
        if (!device_start(parser, @1, $1, 2, $2, $4))
            YYABORT;
    }
    | MEMORY NUMBER DOTS NUMBER {
        if (!device_start(parser, @1, "memory", 2, $2, $4))
            YYABORT;
    }
    ;
card_number: %empty { $$ = 0; } | NUMBER { $$ = $1; } ;

/* --- components --- */

component_file: COMPONENT {
        if (!parser->component) {
            diagnostics_error(parser->diagnostics, @1,
                              "a component stands where an image was wanted; start with `image`");
            YYABORT;
        }
    } NAME STRING LINE_END {
        parser->component->place = @3;
        parser->component->name = $3;
        parser->component->description = $4;
    } component_lines
    ;
component_lines: %empty | component_lines component_line LINE_END ;
component_line: PROVIDES NAME interface.opt {
        parser->port = ADD(struct port, parser->component->ports, .place = @2, .name = $2,
                           .interface_name = $3 ? $3 : $2, .is_server = true);
    } provides_words
    | REQUIRES NAME interface.opt {
        parser->port = ADD(struct port, parser->component->ports, .place = @2, .name = $2,
                           .interface_name = $3 ? $3 : $2);
    } requires_words
    | PARAMETER NAME NAME {
        enum parameter_kind kind;
        if (!parameter_kind_of(parser, @3, $3, &kind))
            YYABORT;
        ADD(struct parameter_kind_of, parser->component->parameters, .place = @2, .name = $2,
            .kind = kind, .most = UINT64_MAX);
    } parameter_range required.opt STRING {
        parser->component->parameters->required = $6 != 0;
        parser->component->parameters->description = $7;
    }
    | NEEDS device {
        parser->device->next = parser->component->needs;
        parser->component->needs = parser->device;
    }
    | LIBRARY libraries
    | FPU { parser->component->fpu = true; }
    | ALONE { parser->component->alone = true; }
    ;
interface.opt: %empty { $$ = NULL; } | ':' NAME { $$ = $2; } ;
provides_words: %empty | provides_words provides_word ;
provides_word: MANY { parser->port->many = true; }
    | FRAMES { parser->port->frames = true; }
    | PINS NUMBER { parser->port->pins_max = $2; }
    | EXPIRY { parser->port->expiry = true; }
    ;
requires_words: %empty | OPTIONAL { parser->port->optional = true; } ;
parameter_range: %empty
    | NUMBER DOTS NUMBER {
        parser->component->parameters->least = $1;
        parser->component->parameters->most = $3;
    }
    ;
required.opt: %empty { $$ = 0; } | REQUIRED { $$ = 1; } ;
libraries: library | libraries library ;
library: NAME { ADD(struct word, parser->component->libraries, .place = @1, .text = $1); } ;

%%

/* Called for exhausted memory only; syntax errors go to the function at the end. */
static void mkimage_error(struct place *place, void *scanner, struct parser *parser,
                          const char *message)
{
    (void)scanner;
    diagnostics_error(parser->diagnostics, *place, "%s; type a shorter file", message);
}

static bool unit_us(struct parser *parser, struct place place, const char *unit, uint64_t *us)
{
    if (strcmp(unit, "us") == 0) {
        *us = 1;
    } else if (strcmp(unit, "ms") == 0) {
        *us = 1000;
    } else if (strcmp(unit, "s") == 0) {
        *us = 1000000;
    } else {
        diagnostics_error(parser->diagnostics, place, "%s is no unit of time; type us, ms or s",
                          unit);
        return false;
    }
    return true;
}

static bool restart_of(struct parser *parser, struct place place, const char *text,
                       enum restart *restart)
{
    static const char *const texts[] = {
        [RESTART_NEVER] = "never",
        [RESTART_ALWAYS] = "always",
        [RESTART_FAILED] = "failed",
        [RESTART_SYSTEM] = "system",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (strcmp(text, texts[i]) == 0) {
            *restart = (enum restart)i;
            return true;
        }
    }
    diagnostics_error(parser->diagnostics, place,
                      "%s is no restart policy; type never, always, failed or system", text);
    return false;
}

static bool parameter_kind_of(struct parser *parser, struct place place, const char *text,
                              enum parameter_kind *kind)
{
    static const char *const texts[] = {
        [PARAMETER_TEXT] = "text",
        [PARAMETER_NUMBER] = "number",
        [PARAMETER_ADDRESS] = "address",
        [PARAMETER_NETWORK] = "network",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (strcmp(text, texts[i]) == 0) {
            *kind = (enum parameter_kind)i;
            return true;
        }
    }
    diagnostics_error(parser->diagnostics, place,
                      "%s is no kind of value; type text, number, address or network", text);
    return false;
}

static bool sleep_of(struct parser *parser, struct place place, const char *text, bool *preempts)
{
    *preempts = strcmp(text, "preempt") == 0;
    if (*preempts || strcmp(text, "latched") == 0)
        return true;
    diagnostics_error(parser->diagnostics, place,
                      "%s is no way to sleep; type latched or preempt", text);
    return false;
}

static bool word_once(struct parser *parser, struct place place, enum program_word word)
{
    if (parser->program_words & 1u << word) {
        diagnostics_error(parser->diagnostics, place,
                          "program %s has such a line already; remove one of the two",
                          parser->program->name);
        return false;
    }
    parser->program_words |= 1u << word;
    return true;
}

static bool number_within(struct parser *parser, struct place place, const char *what,
                          uint64_t number, uint64_t least, uint64_t most)
{
    if (number >= least && number <= most)
        return true;
    if (most == UINT64_MAX)
        diagnostics_error(parser->diagnostics, place, "%" PRIu64 " is not %s; type at least %" PRIu64,
                          number, what, least);
    else
        diagnostics_error(parser->diagnostics, place,
                          "%" PRIu64 " is not %s; type one of %" PRIu64 " to %" PRIu64, number, what,
                          least, most);
    return false;
}

static bool device_start(struct parser *parser, struct place place, const char *kind,
                         unsigned numbers, uint64_t first, uint64_t last)
{
    static const struct {
        const char *text;
        enum device_kind kind;
        unsigned least, most; /* numbers behind it */
        const char *form;
    } kinds[] = {
        {"irq", DEVICE_IRQ, 1, 1, "irq LINE"},
        {"ports", DEVICE_PORTS, 1, 2, "ports FIRST..LAST"},
        {"memory", DEVICE_MEMORY, 2, 2, "memory FIRST..LAST"},
        {"pci_bus", DEVICE_PCI_BUS, 0, 0, "pci_bus"},
        {"pci", DEVICE_PCI, 9, 9, "pci VENDOR:DEVICE"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kind, kinds[i].text) != 0)
            continue;
        if (numbers < kinds[i].least || numbers > kinds[i].most) {
            diagnostics_error(parser->diagnostics, place, "%s has another form; type `%s`", kind,
                              kinds[i].form);
            return false;
        }
        parser->device = arena_alloc(parser->arena, sizeof(*parser->device));
        *parser->device = (struct device){
            .place = place, .kind = kinds[i].kind, .first = first, .last = last};
        return true;
    }
    diagnostics_error(parser->diagnostics, place,
                      "%s is no kind of device; type pci, irq, ports, memory or pci_bus", kind);
    return false;
}

/* A word of the language is shown as it is typed. */
static int symbol_print(char *text, size_t text_bytes, yysymbol_kind_t symbol, const char *between)
{
    const char *name = yysymbol_name(symbol), *quote = strpbrk(name, " '") ? "" : "`";
    return snprintf(text, text_bytes, "%s%s%s%s", between, quote, name, quote);
}

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner, struct parser *parser)
{
    (void)scanner;
    enum { SHOWN = 20 };
    yysymbol_kind_t expected[SHOWN];
    yysymbol_kind_t found = yypcontext_token(context);
    if (found == YYSYMBOL_BAD_TEXT)
        return 0; /* the scanner has said why */
    int count = yypcontext_expected_tokens(context, expected, SHOWN);
    char list[400] = "what README.md of mkimage shows for this place", what[NAME_LIMIT + 32];
    for (int i = 0, used = 0; i < count && used < (int)sizeof(list); i++)
        used += symbol_print(list + used, sizeof(list) - (size_t)used, expected[i],
                             i == 0 ? "" : i < count - 1 ? ", " : " or ");
    if (found == YYSYMBOL_NAME)
        snprintf(what, sizeof(what), "`%s`", parser->name);
    else
        symbol_print(what, sizeof(what), found, "");
    diagnostics_error(parser->diagnostics, *yypcontext_location(context),
                      "%s does not belong here; type %s", what, list);
    return 0;
}

int mkimage_lex_init_extra(struct parser *parser, void **scanner);
struct yy_buffer_state *mkimage__scan_bytes(const char *bytes, int length, void *scanner);
int mkimage_lex_destroy(void *scanner);

static bool parse(const struct source *source, struct parser *parser)
{
    void *scanner;
    parser->here = (struct place){1, 1};
    if (mkimage_lex_init_extra(parser, &scanner) != 0) {
        diagnostics_error(parser->diagnostics, parser->here, "out of memory; close other programs");
        return false;
    }
    unsigned errors = parser->diagnostics->errors;
    mkimage__scan_bytes(source->text, (int)source->length_bytes, scanner);
    int failed = mkimage_parse(scanner, parser);
    mkimage_lex_destroy(scanner);
    return !failed && parser->diagnostics->errors == errors;
}

bool model_parse_image(const struct source *source, struct arena *arena,
                       struct diagnostics *diagnostics, struct image *image)
{
    struct parser parser = {.arena = arena, .diagnostics = diagnostics, .image = image};
    image->stem = source->stem;
    return parse(source, &parser);
}

bool model_parse_component(const struct source *source, struct arena *arena,
                           struct diagnostics *diagnostics, struct component *component)
{
    struct parser parser = {.arena = arena, .diagnostics = diagnostics, .component = component};
    component->file = source->name;
    return parse(source, &parser);
}
