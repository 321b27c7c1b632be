// SPDX-License-Identifier: BSD-2-Clause
//
// The server with four tasks of a megabyte each, and what they can ask of it.
#ifndef VM_BENCH_H
#define VM_BENCH_H

#include <dataspace/translation.h>
#include <idl/dataspace.h>
#include <stdint.h>

// The operations by their numbers.
enum {
    CREATE = DATASPACE_CREATE_LABEL & 0xffff,
    DELETE = DATASPACE_DELETE_LABEL & 0xffff,
    ATTACH = DATASPACE_ATTACH_LABEL & 0xffff,
    DETACH = DATASPACE_DETACH_LABEL & 0xffff,
    LIMITS = DATASPACE_LIMITS_LABEL & 0xffff,
    TOUCH = DATASPACE_TOUCH_LABEL & 0xffff,
    MOVE = DATASPACE_MOVE_LABEL & 0xffff,
    RECLAIM = DATASPACE_RECLAIM_LABEL & 0xffff,
    PERMIT = DATASPACE_PERMIT_LABEL & 0xffff,
    MANAGE = DATASPACE_MANAGE_LABEL & 0xffff,
    ANNOUNCE = DATASPACE_ANNOUNCE_LABEL & 0xffff,
    SUPPLY = DATASPACE_SUPPLY_LABEL & 0xffff,
    TASK_CREATE = DATASPACE_TASK_CREATE_LABEL & 0xffff,
    TASK_DELETE = DATASPACE_TASK_DELETE_LABEL & 0xffff,
    ATTACH_FOR = DATASPACE_ATTACH_FOR_LABEL & 0xffff,
    SHARE_FRAMES = DATASPACE_SHARE_FRAMES_LABEL & 0xffff,
    OVERSTAYED = DATASPACE_OVERSTAYED_LABEL & 0xffff,
    CREATE_COPY_FOR = DATASPACE_CREATE_COPY_FOR_LABEL & 0xffff,
    CREATE_FOR = DATASPACE_CREATE_FOR_LABEL & 0xffff,
    PEEK_FOR = DATASPACE_PEEK_FOR_LABEL & 0xffff,
    USAGE = DATASPACE_USAGE_LABEL & 0xffff,
};

// The answer of the last request.
extern struct last {
    uint64_t words[6];
} last;

// With which rights pages arrive.
extern unsigned page_rights;

// Free frames before the tasks were made.
extern uint64_t free_at_start;

// Before and after each test. In the end everything a task had must be free again.
int set_up(void **state);
int tear_down(void **state);

// Sends a request by its number, with a handle or a page if they are not 0. Returns the status of
// the answer.
int ask_with(uint32_t caller, uint32_t operation, unsigned count, const uint64_t words[],
             uint32_t handle, uint64_t frame);

#define ask(caller, operation, ...)                                                                \
    ask_with(caller, operation, sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__},  \
             0, 0)

// What a task has made or attached.
uint64_t create(uint32_t task, uint64_t kind, uint64_t bytes);
uint64_t attach(uint32_t task, uint64_t dataspace, uint64_t bytes, uint64_t rights);

// Where the byte at an address of a task is; null if it may not look so.
uint8_t *touch(uint32_t task, uint64_t address, uint32_t access);

// The translations of a dataspace that were shared with a task.
struct translation translation_of(uint64_t number, uint32_t task);

#define VM_TEST(claim, function)                                                                   \
    {                                                                                              \
        claim, function, set_up, tear_down, 0                                                      \
    }

#endif
