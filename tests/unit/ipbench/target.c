/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The controller's side of the CPU target against targets of the test's own, each a child at the
 * other end of a socket: it reads a command, then sends the pieces of its answer one after the
 * other, with time between them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/ipbench/load.h"
#include "tools/ipbench/socket.h"

enum { PIECES = 3, ANSWERS = 6, PAUSE_US = 50000 };
enum { GREETING, HELLO, LOAD, SETUP, START, STOP };

struct target {
    struct {
        const char *text;
        size_t length; /* 0: that of the text */
    } answer[ANSWERS][PIECES];
    bool ends; /* sends its end after the result */
    int end_after_start;
};

static const struct target good = {
    .answer = {[GREETING] = {{"100 IPBENCH V1.0\n", 0}},
               [HELLO] = {{"200 OK (Ready to go)\n", 0}},
               [LOAD] = {{"200 OK\n", 0}},
               [SETUP] = {{"200 OK\n", 0}},
               [STOP] = {{"220 VALID DATA (Data to follow)\nContent-length: 6\n,1,20", 56}}},
    .ends = true};

static int sockets[2], opened; /* what target_open() returned */

int socket_connect(const char *host, uint16_t port, bool tcp)
{
    (void)host;
    assert_int_equal(port, 8037);
    assert_true(tcp);
    return sockets[0];
}

/* The child. Its status says whether it got the commands of a whole run. */
static void target_play(const struct target *target, int file)
{
    static const char *const commands[ANSWERS] = {
        NULL, "HELLO\n", "LOAD cpu_target_lukem\n", "SETUP args::\"\"\n", "START\n", "STOP\n"};
    char line[100];

    for (unsigned i = 0; i < ANSWERS; i++) {
        ssize_t length = commands[i] ? recv(file, line, sizeof(line) - 1, 0) : 0;

        if (commands[i] && (length != (ssize_t)strlen(commands[i]) ||
                            memcmp(line, commands[i], (size_t)length) != 0))
            _exit(1);
        for (unsigned piece = 0; piece < PIECES && target->answer[i][piece].text; piece++) {
            const char *text = target->answer[i][piece].text;
            size_t size = target->answer[i][piece].length;

            if (piece)
                usleep(PAUSE_US);
            send(file, text, size ? size : strlen(text), MSG_NOSIGNAL);
        }
        if (i == START && target->end_after_start)
            shutdown(file, SHUT_WR);
    }
    if (target->ends)
        shutdown(file, SHUT_WR);
    ssize_t length = recv(file, line, sizeof(line), 0);
    _exit(length == 5 && memcmp(line, "QUIT\n", 5) == 0 ? 0 : 1);
}

/* Runs a controller against a target; what it printed is in `printed`. `child_good`: the target saw
 * the whole dialogue. */
static bool dialogue(const struct target *target, char printed[100], bool *child_good)
{
    int status;

    memset(printed, 0, 100);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(sockets[0]);
        target_play(target, sockets[1]);
    }
    close(sockets[1]);
    int file = opened = target_open("test", 8037);
    bool done = file >= 0 && target_start(file);
    if (done) {
        FILE *out = fmemopen(printed, 100, "w");

        usleep(PAUSE_US);
        done = target_stop(file, out);
        fclose(out);
    } else if (file >= 0) {
        close(file);
    }
    waitpid(child, &status, 0);
    *child_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return done;
}

static void a_good_target_is_asked_in_order_and_its_result_printed(void **state)
{
    char printed[100];
    bool child_good;

    (void)state;
    assert_true(dialogue(&good, printed, &child_good));
    assert_true(child_good);
    assert_string_equal(printed, ",1,20\n");
}

static void a_result_in_two_parts_does_as_well(void **state)
{
    struct target target = good;
    char printed[100];
    bool child_good;

    (void)state;
    target.answer[STOP][0].length = 32;
    target.answer[STOP][1].text = "Content-length: 6\n,1,2";
    target.answer[STOP][2].text = "0";
    target.answer[STOP][2].length = 2;
    target.ends = false;
    assert_true(dialogue(&target, printed, &child_good));
    assert_string_equal(printed, ",1,20\n");
    assert_true(child_good);
}

static void answers_in_pieces_or_with_more_behind_them_are_refused(void **state)
{
    struct target target;
    char printed[100];
    bool child_good;

    (void)state;
    for (unsigned at = GREETING; at <= SETUP; at++) {
        target = good;
        target.answer[at][0].length = 5;
        target.answer[at][1].text = good.answer[at][0].text + 5;
        assert_false(dialogue(&target, printed, &child_good));
        assert_int_equal(opened, -1);
    }
    target = good;
    target.answer[HELLO][0].text = "200 OK (Ready to go)\n200 OK\n";
    assert_false(dialogue(&target, printed, &child_good));
    assert_int_equal(opened, -1);
    target = good;
    target.answer[HELLO][0].text = "421 SERVICE NOT AVAILABLE (Already Running)\n";
    assert_false(dialogue(&target, printed, &child_good));
    assert_int_equal(opened, -1);
}

static void nothing_may_come_between_start_and_stop(void **state)
{
    struct target target = good;
    char printed[100];
    bool child_good;

    (void)state;
    target.answer[START][0].text = "200 OK\n";
    assert_false(dialogue(&target, printed, &child_good));
    target = good;
    target.end_after_start = true;
    assert_false(dialogue(&target, printed, &child_good));
}

/* In the order of what a controller does then: hang, crash, spin, crash. */
static void results_at_which_a_controller_hangs_or_crashes_are_refused(void **state)
{
    struct target target = good;
    char printed[100];
    bool child_good;

    (void)state;
    target.ends = false;
    assert_false(dialogue(&target, printed, &child_good));
    target = good;
    target.answer[STOP][0].length = 20;
    target.answer[STOP][1].text = "to follow)\nContent-length: 6\n,1,20";
    target.answer[STOP][1].length = 35;
    assert_false(dialogue(&target, printed, &child_good));
    target = good;
    target.answer[STOP][0].length = 55;
    assert_false(dialogue(&target, printed, &child_good));
    target = good;
    target.answer[STOP][0].text = "220 VALID DATA (Data to follow)\nContent-length: 5\n,1,20";
    assert_false(dialogue(&target, printed, &child_good));
    target.answer[STOP][0].text = "500 SYNTAX ERROR\n";
    target.answer[STOP][0].length = 0;
    assert_false(dialogue(&target, printed, &child_good));
    assert_string_equal(printed, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_target_is_asked_in_order_and_its_result_printed),
        cmocka_unit_test(a_result_in_two_parts_does_as_well),
        cmocka_unit_test(answers_in_pieces_or_with_more_behind_them_are_refused),
        cmocka_unit_test(nothing_may_come_between_start_and_stop),
        cmocka_unit_test(results_at_which_a_controller_hangs_or_crashes_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
