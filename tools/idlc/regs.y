/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Grammar of the register language; REGISTERS.md explains it by example. Lists are collected in reverse and turned round
 * where they end. What the grammar accepts is checked by regs_check.c.
 */
%define api.pure full
%define api.prefix {regs_}
%define api.location.type {struct place}
%define parse.error custom
%define parse.lac full
%locations
%param {void *scanner}
%parse-param {struct regs_parser *parser}

%code requires {
#include "tools/idlc/regs_parser.h"
}

%code provides {
int regs_lex(REGS_STYPE *value, struct place *place, void *scanner);
}

%union {
    struct regs_number number;
    const char *text;
    enum regs_access access;
    enum regs_order order;
    enum regs_window_kind kind;
    struct regs_value *value;
    struct regs_field *field;
    struct regs_layout *layout;
    struct regs_register *reg;
    struct regs_descriptor *descriptor;
    struct { uint64_t first, last; } range;
    struct { bool given; uint64_t number; } reset;
    struct { bool is_array; uint64_t count, stride; } array;
    struct { const char *shared; struct regs_layout *own; struct place place; } fields;
}

%code {
#include "tools/idlc/names.h"

#define YYLLOC_DEFAULT(current, rhs, n) ((current) = (n) ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

/* Turns a list round, in place. */
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

#define NEW(type) ((type *)arena_alloc(parser->arena, sizeof(type)))

/* Puts an item in front of a list that will be turned round. */
#define PUSH(head, item)                                                                           \
    do {                                                                                           \
        (item)->next = (head);                                                                     \
        (head) = (item);                                                                           \
    } while (0)

static void regs_error(struct place *place, void *scanner, struct regs_parser *parser,
                       const char *message);
}

%token DEVICE "device" CONSTANT "constant" LAYOUT "layout" REGISTERS "registers" PORTS "ports"
%token MEMORY "memory" DESCRIPTOR "descriptor" RESERVED "reserved" BYTES "bytes" WORDS "words"
%token BITS "bits" ALIGN "align" STRIDE "stride" BANKED "banked" AS "as" OWNER "owner"
%token HARDWARE "hardware" LITTLE "little" BIG "big" BOTH "both"
%token RW "rw" RO "ro" WO "wo" RC "rc" W1C "w1c" SC "sc"
%token DOTS ".."
%token BAD_TEXT "bad text"
%token <number> NUMBER "a number"
%token <text> UPPER "a name in upper case" LOWER "a name in lower case"
%token <text> STRING "a description in quotes"

%type <text> value_name name.opt description.opt
%type <access> access access.opt
%type <order> order
%type <value> value values values.opt
%type <field> field fields
%type <layout> own_fields
%type <fields> fields.opt
%type <reg> register registers cell cells place places word words
%type <kind> window_kind
%type <descriptor> descriptor_body
%type <range> bit_range range
%type <reset> reset
%type <array> array.opt
%type <number> banked.opt

%%

description: DEVICE LOWER STRING {
        parser->device->place = @2;
        parser->device->name = $2;
        parser->device->description = $3;
    } items {
        REVERSE(struct regs_value, parser->device->constants);
        REVERSE(struct regs_layout, parser->device->layouts);
        REVERSE(struct regs_window, parser->device->windows);
        REVERSE(struct regs_descriptor, parser->device->descriptors);
    }
    ;

items: %empty | items item ;
item: constant | layout | window | memory | descriptor ;

constant: CONSTANT UPPER '=' NUMBER STRING {
        struct regs_value *constant = NEW(struct regs_value);
        *constant = (struct regs_value){
            .place = @2, .name = $2, .number = $4.number, .typed = $4.text, .description = $5};
        PUSH(parser->device->constants, constant);
    }
    ;

layout: LAYOUT LOWER NUMBER STRING '{' fields '}' {
        struct regs_layout *layout = NEW(struct regs_layout);
        *layout = (struct regs_layout){.place = @2,
                                       .name = $2,
                                       .width_bits = $3.number > 64 ? 65 : (unsigned)$3.number,
                                       .description = $4,
                                       .fields = $6};
        REVERSE(struct regs_field, layout->fields);
        PUSH(parser->device->layouts, layout);
    }
    ;

fields: %empty { $$ = NULL; }
    | fields field { $$ = $2; $2->next = $1; }
    ;

field: UPPER bit_range access.opt STRING values.opt {
        $$ = NEW(struct regs_field);
        *$$ = (struct regs_field){.place = @1, .name = $1, .high = $2.first, .low = $2.last,
                                  .access = $3, .description = $4, .values = $5};
    }
    | RESERVED bit_range description.opt {
        $$ = NEW(struct regs_field);
        *$$ = (struct regs_field){
            .place = @1, .high = $2.first, .low = $2.last, .description = $3};
    }
    ;

/* Numbers beyond any register stay beyond any register when they are cut to an unsigned. */
bit_range: NUMBER { $$.first = $$.last = $1.number > 64 ? 64 : $1.number; }
    | NUMBER ':' NUMBER {
        $$.first = $1.number > 64 ? 64 : $1.number;
        $$.last = $3.number > 64 ? 64 : $3.number;
    }
    ;

values.opt: %empty { $$ = NULL; }
    | '{' values '}' {
        $$ = $2;
        REVERSE(struct regs_value, $$);
    }
    ;

values: value | values value { $$ = $2; $2->next = $1; } ;

value: value_name '=' NUMBER STRING {
        $$ = NEW(struct regs_value);
        *$$ = (struct regs_value){
            .place = @1, .name = $1, .number = $3.number, .description = $4};
    }
    ;

value_name: UPPER | NUMBER { $$ = name_upper(parser->arena, $1.text); } ;

access: RW { $$ = ACCESS_RW; }
    | RO { $$ = ACCESS_RO; }
    | WO { $$ = ACCESS_WO; }
    | RC { $$ = ACCESS_RC; }
    | W1C { $$ = ACCESS_W1C; }
    | SC { $$ = ACCESS_SC; }
    ;
access.opt: %empty { $$ = ACCESS_INHERITED; } | access ;

reset: NUMBER { $$.given = true; $$.number = $1.number; }
    | '-' { $$.given = false; $$.number = 0; }
    ;

name.opt: %empty { $$ = NULL; } | LOWER ;
description.opt: %empty { $$ = NULL; } | STRING ;
banked.opt: %empty { $$.number = 0; $$.text = NULL; } | BANKED { $$.number = 1; $$.text = NULL; } ;

array.opt: %empty { $$.is_array = false; $$.count = 1; $$.stride = 0; }
    | '[' NUMBER ']' { $$.is_array = true; $$.count = $2.number; $$.stride = 0; }
    | '[' NUMBER STRIDE NUMBER ']' {
        $$.is_array = true;
        $$.count = $2.number;
        $$.stride = $4.number;
        if ($4.number == 0) {
            diagnostics_error(parser->diagnostics, @4,
                              "stride is 0; give the distance from one element to the next");
            YYERROR;
        }
    }
    ;

range: NUMBER { $$.first = $$.last = $1.number; }
    | NUMBER DOTS NUMBER { $$.first = $1.number; $$.last = $3.number; }
    ;

/* The fields of a register: none, its own, or those of a layout. */
fields.opt: %empty { $$.shared = NULL; $$.own = NULL; $$.place = parser->here; }
    | AS LOWER { $$.shared = $2; $$.own = NULL; $$.place = @2; }
    | own_fields { $$.shared = NULL; $$.own = $1; $$.place = @1; }
    ;

own_fields: '{' fields '}' {
        $$ = NEW(struct regs_layout);
        *$$ = (struct regs_layout){.place = @1, .fields = $2};
        REVERSE(struct regs_field, $$->fields);
    }
    ;

window: window_kind name.opt NUMBER BYTES STRING '{' registers '}' {
        struct regs_window *window = NEW(struct regs_window);
        *window = (struct regs_window){.place = @1, .kind = $1, .name = $2, .size = $3.number,
                                       .unit_bytes = 1, .description = $5, .registers = $7};
        REVERSE(struct regs_register, window->registers);
        PUSH(parser->device->windows, window);
    }
    ;

window_kind: REGISTERS { $$ = WINDOW_MMIO; } | PORTS { $$ = WINDOW_PORTS; } ;

registers: %empty { $$ = NULL; } | registers register { $$ = $2; $2->next = $1; } ;

register: UPPER array.opt NUMBER NUMBER access reset banked.opt STRING fields.opt {
        $$ = NEW(struct regs_register);
        *$$ = (struct regs_register){
            .place = @1, .name = $1, .offset = $3.number,
            .width_bits = $4.number > 64 ? 65 : (unsigned)$4.number,
            .access = $5, .has_reset = $6.given, .reset = $6.number,
            .count = $2.count, .is_array = $2.is_array, .stride = $2.stride,
            .banked = $7.number != 0, .description = $8,
            .layout_name = $9.shared, .layout = $9.own, .layout_place = $9.place};
    }
    | RESERVED range description.opt {
        $$ = NEW(struct regs_register);
        *$$ = (struct regs_register){
            .place = @1, .offset = $2.first, .last = $2.last, .count = 1, .description = $3};
    }
    ;

memory: MEMORY LOWER NUMBER BITS NUMBER WORDS STRING '{' cells '}' {
        struct regs_window *window = NEW(struct regs_window);
        *window = (struct regs_window){.place = @2, .kind = WINDOW_MEMORY, .name = $2,
                                       .width_bits = $3.number, .size = $5.number,
                                       .description = $7, .registers = $9};
        REVERSE(struct regs_register, window->registers);
        PUSH(parser->device->windows, window);
    }
    | MEMORY LOWER NUMBER BYTES STRING '{' places '}' {
        struct regs_window *window = NEW(struct regs_window);
        *window = (struct regs_window){.place = @2, .kind = WINDOW_MEMORY, .name = $2,
                                       .size = $3.number, .unit_bytes = 1,
                                       .description = $5, .registers = $7};
        REVERSE(struct regs_register, window->registers);
        PUSH(parser->device->windows, window);
    }
    ;

/* Of a memory in bytes: as registers, but access and reset may be left out. */
places: %empty { $$ = NULL; } | places place { $$ = $2; $2->next = $1; } ;

place: register
    | UPPER array.opt NUMBER NUMBER STRING fields.opt {
        $$ = NEW(struct regs_register);
        *$$ = (struct regs_register){
            .place = @1, .name = $1, .offset = $3.number,
            .width_bits = $4.number > 64 ? 65 : (unsigned)$4.number, .access = ACCESS_RW,
            .count = $2.count, .is_array = $2.is_array, .stride = $2.stride, .description = $5,
            .layout_name = $6.shared, .layout = $6.own, .layout_place = $6.place};
    }
    ;

/* Of a memory in words. */
cells: %empty { $$ = NULL; } | cells cell { $$ = $2; $2->next = $1; } ;

cell: UPPER array.opt NUMBER access reset STRING fields.opt {
        $$ = NEW(struct regs_register);
        *$$ = (struct regs_register){
            .place = @1, .name = $1, .offset = $3.number, .access = $4,
            .has_reset = $5.given, .reset = $5.number,
            .count = $2.count, .is_array = $2.is_array, .stride = $2.stride, .description = $6,
            .layout_name = $7.shared, .layout = $7.own, .layout_place = $7.place};
    }
    | UPPER array.opt NUMBER STRING fields.opt {
        $$ = NEW(struct regs_register);
        *$$ = (struct regs_register){
            .place = @1, .name = $1, .offset = $3.number, .access = ACCESS_RW,
            .count = $2.count, .is_array = $2.is_array, .stride = $2.stride, .description = $4,
            .layout_name = $5.shared, .layout = $5.own, .layout_place = $5.place};
    }
    | RESERVED range description.opt {
        $$ = NEW(struct regs_register);
        *$$ = (struct regs_register){
            .place = @1, .offset = $2.first, .last = $2.last, .count = 1, .description = $3};
    }
    ;

descriptor: DESCRIPTOR LOWER NUMBER BYTES ALIGN NUMBER order STRING '{' descriptor_body '}' {
        struct regs_descriptor *descriptor = $10;
        descriptor->place = @2;
        descriptor->name = $2;
        descriptor->size_bytes = $3.number;
        descriptor->align_bytes = $6.number;
        descriptor->order = $7;
        descriptor->description = $8;
        PUSH(parser->device->descriptors, descriptor);
    }
    ;

order: LITTLE { $$ = ORDER_LITTLE; } | BIG { $$ = ORDER_BIG; } | BOTH { $$ = ORDER_BOTH; } ;

descriptor_body: words {
        $$ = NEW(struct regs_descriptor);
        $$->words = $1;
        REVERSE(struct regs_register, $$->words);
    }
    | words OWNER UPPER '.' UPPER HARDWARE NUMBER {
        $$ = NEW(struct regs_descriptor);
        $$->words = $1;
        REVERSE(struct regs_register, $$->words);
        $$->owner = NEW(struct regs_owner);
        *$$->owner = (struct regs_owner){
            .place = @3, .word_name = $3, .field_name = $5, .hardware = $7.number};
    }
    ;

words: %empty { $$ = NULL; } | words word { $$ = $2; $2->next = $1; } ;

word: UPPER NUMBER NUMBER STRING fields.opt {
        $$ = NEW(struct regs_register);
        *$$ = (struct regs_register){
            .place = @1, .name = $1, .offset = $2.number,
            .width_bits = $3.number > 64 ? 65 : (unsigned)$3.number,
            .access = ACCESS_RW, .count = 1, .description = $4,
            .layout_name = $5.shared, .layout = $5.own, .layout_place = $5.place};
    }
    | RESERVED range description.opt {
        $$ = NEW(struct regs_register);
        *$$ = (struct regs_register){
            .place = @1, .offset = $2.first, .last = $2.last, .count = 1, .description = $3};
    }
    ;

%%

/* Called for exhausted memory only; syntax errors go to the function below. */
static void regs_error(struct place *place, void *scanner, struct regs_parser *parser,
                       const char *message)
{
    (void)scanner;
    diagnostics_error(parser->diagnostics, *place, "%s; give the translator a smaller file",
                      message);
}

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner,
                                 struct regs_parser *parser)
{
    (void)scanner;
    enum { SHOWN = 40, NAMED = 8 };
    yysymbol_kind_t expected[SHOWN];
    yysymbol_kind_t found = yypcontext_token(context);
    if (found == YYSYMBOL_BAD_TEXT)
        return 0; /* the scanner has said why */
    int count = yypcontext_expected_tokens(context, expected, SHOWN);
    char list[200] = "what REGISTERS.md shows for this place";
    for (int i = 0, used = 0; i < count && used < (int)sizeof(list); i++) {
        if (expected[i] == YYSYMBOL_STRING) {
            snprintf(list, sizeof(list), "its description in quotes");
            break;
        }
        if (i < NAMED)
            used += snprintf(list + used, sizeof(list) - (size_t)used, "%s%s", i ? " or " : "",
                             yysymbol_name(expected[i]));
    }
    diagnostics_error(parser->diagnostics, *yypcontext_location(context),
                      "%s does not belong here; type %s", yysymbol_name(found), list);
    return 0;
}

int regs_lex_init_extra(struct regs_parser *parser, void **scanner);
struct yy_buffer_state *regs__scan_bytes(const char *bytes, int length, void *scanner);
int regs_lex_destroy(void *scanner);

struct regs_device *regs_model_read(const struct source *source, struct arena *arena,
                                    struct diagnostics *diagnostics)
{
    struct regs_parser parser = {.arena = arena, .diagnostics = diagnostics, .here = {1, 1}};
    parser.device = arena_alloc(arena, sizeof(*parser.device));
    parser.device->stem = source->stem;
    void *scanner;
    if (regs_lex_init_extra(&parser, &scanner) != 0) {
        diagnostics_error(diagnostics, parser.here, "out of memory; close other programs");
        return NULL;
    }
    regs__scan_bytes(source->text, (int)source->length_bytes, scanner);
    int failed = regs_parse(scanner, &parser);
    regs_lex_destroy(scanner);
    return failed || diagnostics->errors ? NULL : parser.device;
}
