/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of the interface language. The meaning is explained in tools/idlc/INTERFACES.md. */
%define api.pure full
%define api.prefix {idl_file_}
%define parse.error custom
%locations
%expect 0
%lex-param { void *scanner }
%parse-param { void *scanner } { struct idl_reading *reading }

%code requires {
#include "tools/idlc/idl_build.h"
}

%code {
int idl_scan_lex(IDL_FILE_STYPE *value, IDL_FILE_LTYPE *location, void *scanner);
#define idl_file_lex idl_scan_lex

static void idl_file_error(IDL_FILE_LTYPE *location, void *scanner, struct idl_reading *reading,
                      const char *message);

#define AT(location) ((struct place){(location).first_line, (location).first_column})
}

%union {
    const char *text;
    uint64_t number;
    unsigned bits;
    bool flag;
    struct idl_value value;
    struct idl_name *name;
    struct idl_names names;
    struct idl_field *field;
    struct idl_fields fields;
    struct idl_enumerator *enumerator;
    struct idl_enumerators enumerators;
    struct idl_shape_of shape;
}

%token <number> K_NUMBER "number"
%token <text> K_NAME "name" K_TEXT "description in double quotes"
%token K_ARROW "->" K_AT_MOST "<=" K_DOTS ".."
%token <text> K_INTERFACE "interface" K_KERNEL "kernel" K_CONST "const" K_ENUM "enum"
%token <text> K_STRUCT "struct" K_ERROR "error" K_CALL "call" K_SEND "send" K_EVENT "event"
%token <text> K_QUEUE "queue" K_ERRORS "errors" K_IDEMPOTENT "idempotent" K_LATER "later"
%token <text> K_NOTIFY "notify" K_CONTROL "control" K_MINT "mint" K_RECEIVE "receive"
%token <text> K_IMMEDIATE "immediate" K_LABEL "label" K_WORD "word" K_IN "in"
%token <text> K_STRING "string" K_MAP "map"
%token <text> K_LEND "lend" K_HANDLE "handle" K_READ "read" K_WRITE "write" K_EXECUTE "execute"
%token <text> K_CLIENT_TO_SERVER "client_to_server" K_SERVER_TO_CLIENT "server_to_client"
%token <text> K_DEPTH "depth" K_FULL "full" K_EMPTY "empty" K_OWNER "owner" K_CLIENT "client"
%token <text> K_SERVER "server" K_PAIR "pair" K_WAKE "wake" K_CONSUMER "consumer"
%token <text> K_NONE "none"

%type <text> any_name text optional_text keyword
%type <name> type_name pair
%type <value> value
%type <flag> idempotent later immediate kernel
%type <bits> direction content owner wake right rights memory handle_right handle_rights
%type <names> errors error_names
%type <field> field parameter
%type <fields> fields parameters parameter_list results
%type <enumerator> enumerator
%type <enumerators> enumerators
%type <shape> shape range word label

%%

file: header items;

header: kernel K_INTERFACE any_name value text ';'
        { idl_build_interface(reading, AT(@3), $1, $3, $4, $5); }
    ;

kernel: %empty { $$ = false; } | K_KERNEL { $$ = true; };

items: %empty | items item;

item: constant | enumeration | structure | declared_error | call | send | event | queue
    | error ';'
    | error '}'
    ;

constant: K_CONST any_name value optional_text ';'
        { idl_build_constant(reading, AT(@2), $2, $3, $4); }
    ;

enumeration: K_ENUM any_name type_name text '{' enumerators comma '}'
        { idl_build_enum(reading, AT(@2), $2, $3, $4, $6); }
    ;

comma: %empty | ',';

enumerators: enumerator
        { $$ = (struct idl_enumerators){$1, $1}; }
    | enumerators ',' enumerator
        { $$ = $1; $$.last->next = $3; $$.last = $3; }
    ;

enumerator: any_name value optional_text
        { $$ = idl_build_enumerator(reading, AT(@1), $1, $2, $3); }
    ;

structure: K_STRUCT any_name text '{' fields '}'
        { idl_build_struct(reading, AT(@2), $2, $3, $5); }
    ;

fields: field ';'
        { $$ = (struct idl_fields){.first = $1, .last = $1}; }
    | fields field ';'
        { $$ = $1; $$.last->next = $2; $$.last = $2; }
    ;

field: K_NAME any_name shape optional_text
        { $$ = idl_build_field(reading, IDL_PLAIN, AT(@1), $1, AT(@2), $2, $3, $4); }
    ;

declared_error: K_ERROR any_name value text ';'
        { idl_build_error(reading, AT(@2), $2, $3, $4); }
    ;

call: K_CALL any_name value label '(' parameters ')' results errors idempotent later text ';'
        {
            struct idl_operation *call =
                idl_build_operation(reading, IDL_CALL, AT(@2), $2, $3, $6, $12);
            call->has_label = $4.present;
            call->label = $4.value;
            call->out = $8;
            call->errors = $9;
            call->idempotent = $10;
            call->later = $11;
        }
    ;

send: K_SEND any_name value '(' parameters ')' immediate text ';'
        {
            idl_build_operation(reading, IDL_SEND, AT(@2), $2, $3, $5, $8)->immediate = $7;
        }
    ;

event: K_EVENT any_name value '(' parameters ')' text ';'
        { idl_build_operation(reading, IDL_EVENT, AT(@2), $2, $3, $5, $7); }
    ;

queue: K_QUEUE any_name value direction type_name K_DEPTH value content owner pair wake text ';'
        {
            struct idl_queue *queue = idl_build_queue(reading, AT(@2), $2, $3, $12);
            queue->producer = (enum idl_side)$4;
            queue->entry_name = $5;
            queue->depth = $7;
            queue->content = (enum idl_content)$8;
            queue->owner = (enum idl_side)$9;
            queue->pair_name = $10;
            queue->wake = (enum idl_wake)$11;
        }
    ;

direction: K_CLIENT_TO_SERVER { $$ = IDL_CLIENT; } | K_SERVER_TO_CLIENT { $$ = IDL_SERVER; };
content: %empty { $$ = IDL_VALUES; } | K_FULL { $$ = IDL_FULL; } | K_EMPTY { $$ = IDL_EMPTY; };
owner: %empty { $$ = IDL_NOBODY; }
    | K_OWNER K_CLIENT { $$ = IDL_CLIENT; }
    | K_OWNER K_SERVER { $$ = IDL_SERVER; }
    ;
pair: %empty { $$ = NULL; }
    | K_PAIR any_name { $$ = idl_build_name(reading, AT(@2), $2); }
    ;
wake: %empty { $$ = IDL_WAKE_CONSUMER; }
    | K_WAKE K_CONSUMER { $$ = IDL_WAKE_CONSUMER; }
    | K_WAKE K_NONE { $$ = IDL_WAKE_NONE; }
    ;

label: %empty { $$ = (struct idl_shape_of){0}; }
    | K_LABEL value { $$ = (struct idl_shape_of){.present = true, .value = $2}; }
    ;

results: %empty { $$ = (struct idl_fields){0}; }
    | K_ARROW '(' parameters ')' { $$ = $3; }
    ;

errors: %empty { $$ = (struct idl_names){0}; } | K_ERRORS error_names { $$ = $2; };

error_names: any_name
        { $$.first = $$.last = idl_build_name(reading, AT(@1), $1); }
    | error_names ',' any_name
        { $$ = $1; $$.last = $$.last->next = idl_build_name(reading, AT(@3), $3); }
    ;

idempotent: %empty { $$ = false; } | K_IDEMPOTENT { $$ = true; };
later: %empty { $$ = false; } | K_LATER { $$ = true; };
immediate: %empty { $$ = false; } | K_IMMEDIATE { $$ = true; };

parameters: %empty { $$ = (struct idl_fields){0}; } | parameter_list { $$ = $1; };

parameter_list: parameter
        { $$ = (struct idl_fields){.first = $1, .last = $1}; }
    | parameter_list ',' parameter
        { $$ = $1; $$.last->next = $3; $$.last = $3; }
    ;

parameter: K_NAME any_name shape range word optional_text
        {
            $$ = idl_build_field(reading, IDL_PLAIN, AT(@1), $1, AT(@2), $2, $3, $6);
            $$->has_range = $4.present;
            $$->least = $4.value;
            $$->greatest = $4.greatest;
            $$->has_word = $5.present;
            $$->word = $5.value;
        }
    | K_STRING any_name shape optional_text
        { $$ = idl_build_field(reading, IDL_STRING, AT(@1), $1, AT(@2), $2, $3, $4); }
    | K_HANDLE any_name handle_rights optional_text
        {
            $$ = idl_build_field(reading, IDL_HANDLE, AT(@1), $1, AT(@2), $2,
                                 (struct idl_shape_of){0}, $4);
            $$->rights = $3 ? $3 : IDL_SEND_RIGHT;
        }
    | memory any_name shape rights optional_text
        {
            $$ = idl_build_field(reading, (enum idl_kind)$1, AT(@1), NULL, AT(@2), $2, $3, $5);
            $$->rights = $4;
        }
    ;

memory: K_MAP { $$ = IDL_MAP; } | K_LEND { $$ = IDL_LEND; };

rights: right | rights right { $$ = $1 | $2; };

handle_rights: %empty { $$ = 0; } | handle_rights handle_right { $$ = $1 | $2; };
handle_right: K_SEND { $$ = IDL_SEND_RIGHT; } | K_NOTIFY { $$ = IDL_NOTIFY_RIGHT; }
    | K_CONTROL { $$ = IDL_CONTROL_RIGHT; } | K_MINT { $$ = IDL_MINT_RIGHT; }
    | K_RECEIVE { $$ = IDL_RECEIVE_RIGHT; }
    ;
right: K_READ { $$ = IDL_READ; } | K_WRITE { $$ = IDL_WRITE; } | K_EXECUTE { $$ = IDL_EXECUTE; };

shape: %empty
        { $$ = (struct idl_shape_of){.shape = IDL_SINGLE, .place = AT(@$)}; }
    | '[' value ']'
        { $$ = (struct idl_shape_of){.shape = IDL_FIXED, .value = $2, .place = AT(@1)}; }
    | '[' K_AT_MOST value ']'
        { $$ = (struct idl_shape_of){.shape = IDL_BOUNDED, .value = $3, .place = AT(@1)}; }
    | '[' ']'
        { $$ = idl_build_unbounded(reading, AT(@1)); }
    ;

range: %empty { $$ = (struct idl_shape_of){0}; }
    | K_IN value K_DOTS value
        { $$ = (struct idl_shape_of){.present = true, .value = $2, .greatest = $4}; }
    ;

word: %empty { $$ = (struct idl_shape_of){0}; }
    | K_WORD value { $$ = (struct idl_shape_of){.present = true, .value = $2}; }
    ;

value: K_NUMBER { $$ = (struct idl_value){.place = AT(@1), .number = $1}; }
    | K_NAME { $$ = (struct idl_value){.place = AT(@1), .constant = $1}; }
    ;

type_name: K_NAME { $$ = idl_build_name(reading, AT(@1), $1); };

text: K_TEXT { $$ = idl_build_text(reading, AT(@1), $1); };
optional_text: %empty { $$ = NULL; } | text;

/* A word of the language is a good name as well, where only a name can stand. */
any_name: K_NAME | keyword;

keyword: K_INTERFACE | K_KERNEL | K_CONST | K_ENUM | K_STRUCT | K_ERROR | K_CALL | K_SEND
    | K_EVENT | K_QUEUE | K_ERRORS | K_IDEMPOTENT | K_LATER | K_IMMEDIATE | K_NOTIFY | K_CONTROL
    | K_MINT | K_RECEIVE | K_LABEL | K_WORD | K_IN | K_STRING | K_MAP | K_LEND | K_HANDLE
    | K_READ | K_WRITE | K_EXECUTE | K_CLIENT_TO_SERVER | K_SERVER_TO_CLIENT | K_DEPTH | K_FULL
    | K_EMPTY | K_OWNER | K_CLIENT | K_SERVER | K_PAIR | K_WAKE | K_CONSUMER | K_NONE
    ;

%%

static void idl_file_error(IDL_FILE_LTYPE *location, void *scanner, struct idl_reading *reading,
                      const char *message)
{
    (void)scanner;
    diagnostics_error(reading->diagnostics, AT(*location), "%s; shorten the file", message);
}

/* More words than this are not listed; where so many fit, any name does. */
enum { EXPECTED_MOST = YYNTOKENS, EXPECTED_SHOWN = 10, LIST_BYTES = 240 };

/* What could stand here: "a or b or c". */
static void expected_list(const yysymbol_kind_t *expected, int count, char list[LIST_BYTES])
{
    size_t used = 0;
    for (int i = 0; i < count && used < LIST_BYTES; i++)
        used += (size_t)snprintf(list + used, LIST_BYTES - used, "%s%s", i ? " or " : "",
                                 yysymbol_name(expected[i]));
}

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner,
                                 struct idl_reading *reading)
{
    (void)scanner;
    const YYLTYPE *location = yypcontext_location(context);
    yysymbol_kind_t expected[EXPECTED_MOST];
    int count = yypcontext_expected_tokens(context, expected, EXPECTED_MOST);
    char list[LIST_BYTES] = "a name";
    bool text_missing = false;
    for (int i = 0; i < count; i++)
        text_missing |= expected[i] == YYSYMBOL_K_TEXT;
    if (count <= EXPECTED_SHOWN)
        expected_list(expected, count, list);
    const char *found = yysymbol_name(yypcontext_token(context));
    if (text_missing)
        diagnostics_error(reading->diagnostics, AT(*location),
                          "%s stands where the description is missing; say in a sentence in double "
                          "quotes what it is for%s%s",
                          found, count > 1 ? ", or write " : "", count > 1 ? list : "");
    else
        diagnostics_error(reading->diagnostics, AT(*location), "%s does not fit here; write %s",
                          found, list);
    return 0;
}
