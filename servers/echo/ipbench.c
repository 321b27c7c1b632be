/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The target's side of the ipbench control protocol.
 *
 * LISTEN, HELLO; LOADING, LOAD; SETTING, SETUP; READY, START; RUNNING, STOP; DONE, QUIT. The
 * controller reads each reply with one receive, wants none to START, and the result of STOP in one
 * segment, followed by the end of the stream: anything else makes it hang or crash. Nothing times
 * out here: minutes may lie between two commands.
 */
#include "ipbench.h"
#include <rt/log.h>
#include <string.h>

const char ipbench_greeting[] = "100 IPBENCH V1.0\n";

static void say(struct ipbench_reply *reply, const char *text)
{
    reply->length = strlen(text);
    memcpy(reply->text, text, reply->length);
}

static size_t print(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_text(text, size, format, arguments);
    va_end(arguments);
    return length;
}

/* The body begins with a comma and ends with a NUL; both count. */
static void say_result(struct ipbench_reply *reply, struct ipbench_load begin,
                       struct ipbench_load end)
{
    char body[48];
    size_t length =
        1 + print(body, sizeof(body), ",%lu,%lu", (unsigned long)(end.idle - begin.idle),
                  (unsigned long)(end.total - begin.total));
    reply->length = print(reply->text, sizeof(reply->text),
                          "220 VALID DATA (Data to follow)\nContent-length: %zu\n", length);
    memcpy(reply->text + reply->length, body, length);
    reply->length += length;
    reply->finish = true;
}

static bool begins_with(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

static void command(struct ipbench *bench, const char *line, bool busy, struct ipbench_load load,
                    struct ipbench_reply *reply)
{
    if (bench->state == IPBENCH_LISTEN && strcmp(line, "HELLO") == 0) {
        if (busy) {
            say(reply, "421 SERVICE NOT AVAILABLE (Already Running)\n");
        } else {
            say(reply, "200 OK (Ready to go)\n");
            bench->state = IPBENCH_LOADING;
        }
    } else if (bench->state == IPBENCH_LOADING && strcmp(line, "LOAD cpu_target_lukem") == 0) {
        say(reply, "200 OK\n");
        bench->state = IPBENCH_SETTING;
    } else if (bench->state == IPBENCH_LOADING && begins_with(line, "LOAD ")) {
        say(reply, "451 LOCAL PROCESSING ERROR (no such test)\n");
        reply->finish = true;
        bench->state = IPBENCH_DONE;
    } else if (bench->state == IPBENCH_SETTING && begins_with(line, "SETUP args::\"")) {
        say(reply, "200 OK\n");
        bench->state = IPBENCH_READY;
    } else if (bench->state == IPBENCH_READY && strcmp(line, "START") == 0) {
        bench->at_start = load;
        bench->state = IPBENCH_RUNNING;
    } else if (bench->state == IPBENCH_RUNNING && strcmp(line, "STOP") == 0) {
        say_result(reply, bench->at_start, load);
        bench->state = IPBENCH_DONE;
    } else if (bench->state == IPBENCH_DONE) {
        reply->finish = true; /* QUIT, or anything: we have sent our end already */
    } else if (strcmp(line, "QUIT") == 0) {
        say(reply, "222 CLOSING CONTROL CONNECTION (Come back soon!)\n");
        reply->finish = true;
        bench->state = IPBENCH_DONE;
    } else if (strcmp(line, "ABORT") == 0) {
        reply->finish = true;
        bench->state = IPBENCH_DONE;
    } else {
        say(reply, "500 SYNTAX ERROR\n");
    }
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

bool ipbench_byte(struct ipbench *bench, char byte, bool busy, struct ipbench_load load,
                  struct ipbench_reply *reply)
{
    if (byte != '\n') {
        if (bench->length < IPBENCH_LINE_BYTES - 1)
            bench->line[bench->length++] = byte;
        else
            bench->too_long = true;
        return false;
    }
    *reply = (struct ipbench_reply){0};
    char *line = bench->line;
    while (bench->length && is_space(line[bench->length - 1]))
        bench->length--;
    line[bench->length] = 0;
    while (is_space(*line))
        line++;
    command(bench, bench->too_long ? "" : line, busy, load, reply);
    bench->length = 0;
    bench->too_long = false;
    return true;
}
