// SPDX-License-Identifier: BSD-2-Clause
//
// The VM server's loop: requests by dataspace.idl, page faults, and threads that wait for a
// manager.
//
// A thread whose page has to be supplied by a manager is parked: the kernel's fault message stays
// unanswered, its reply is kept in a slot, and the manager is sent `fault` without waiting for it.
// If it is busy the message is sent again a little later. When anything has been supplied, the
// parked faults are tried once more.
#include <idl/dataspace_client.h>
#include <idl/fault_server.h>
#include <l4/l4.h>
#include <rt/log.h>
#include <stdbool.h>
#include <stddef.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "machine_l4.h"
#include "serve.h"
#include "share.h"
#include "slots.h"
#include "space.h"
#include "stress.h"

#define RETRY_US 200

static struct parked {
    bool used;
    bool sent; // the manager knows
    struct fault fault;
} parked[SLOT_PENDING_COUNT];

// Two threads of every program can wait, whatever others do: it has two, unless it makes more.
static struct share places = {
    .sure = 2,
    .most = 8,
    .rest = SLOT_PENDING_COUNT - 2 * TASKS,
};
static unsigned parked_of[TASKS];

static bool unsent; // some parked fault has not been sent to its manager

static uint64_t map_answer(const struct fault *fault)
{
    l4_item_map(0, (uint64_t)fault->page, PAGE_BITS, fault->rights,
                fault->address & ~(PAGE_BYTES - 1));
    return L4_TAG(0, 0, 1);
}

static void manager_ask(struct parked *entry)
{
    uint32_t endpoint = serve_manager(entry->fault.dataspace);
    struct endpoint manager = {.handle = endpoint};
    int status = endpoint ? dataspace_fault(&manager, entry->fault.dataspace->cookie,
                                            entry->fault.index << PAGE_BITS, entry->fault.access)
                          : 0;
    entry->sent = status != INTERFACE_KERNEL(L4_STATUS_NOT_READY);
    unsent = unsent || !entry->sent;
}

// Keeps the faulting thread waiting. False if its task has too many that wait.
static bool fault_park(const struct fault *fault)
{
    if (!share_take(&places, &parked_of[fault->task]))
        return false;
    unsigned i = 0;
    while (parked[i].used)
        i++;
    if (l4_reply_save(SLOT_PENDING + i) != L4_STATUS_OK) {
        share_give(&places, &parked_of[fault->task]);
        return false;
    }
    parked[i] = (struct parked){.used = true, .fault = *fault};
    manager_ask(&parked[i]);
    return true;
}

static void parked_retry(bool supplied)
{
    unsent = false;
    for (unsigned i = 0; i < SLOT_PENDING_COUNT; i++) {
        struct parked *entry = &parked[i];
        if (!entry->used || (entry->sent && !supplied))
            continue;
        enum fault_result result = serve_fault(&entry->fault);
        if (result == FAULT_ASK) {
            // The page supplied may have been another one; only what was not sent is sent again.
            if (!entry->sent)
                manager_ask(entry);
            continue;
        }
        struct l4_message message = {.tag = L4_TAG(L4_ANSWER_REFUSED, 0, 0)};
        if (result == FAULT_MAP)
            message.tag = map_answer(&entry->fault);
        l4_send(SLOT_PENDING + i, &message);
        l4_handle_close(0, SLOT_PENDING + i);
        share_give(&places, &parked_of[entry->fault.task]);
        entry->used = false;
    }
}

// Context: the answer's tag, if a page goes with it.
static int page_fault(void *context, uint64_t sender, uint64_t address, uint64_t ip,
                      uint64_t access)
{
    (void)ip;
    uint64_t *answer = context;
    struct fault fault = {.task = (uint32_t)sender,
                          .address = address,
                          .access = access & (FAULT_READ | FAULT_WRITE | FAULT_EXECUTE)};
    enum fault_result result = serve_fault(&fault);
    if (result == FAULT_ASK && fault_park(&fault))
        return INTERFACE_LATER;
    if (result != FAULT_MAP)
        return INTERFACE_REFUSED;
    *answer = map_answer(&fault);
    return 0;
}

static const struct fault_handlers kernel_handlers = {.page_fault = page_fault};

static void handle_fault(struct l4_message *message)
{
    uint64_t answer = 0;
    if (!fault_dispatch(&kernel_handlers, &answer, message))
        message->tag = 0; // nobody is answered now
    else if (answer)
        message->tag = answer;
}

static bool item_came(const struct l4_message *message, unsigned kind)
{
    return l4_tag_items(message->tag) && L4_ITEM_KIND(l4_utcb()->items[0].word) == kind;
}

static void handle_request(struct l4_message *message)
{
    bool by_root = message->label == SERVE_ROOT;
    bool handle_came = item_came(message, L4_ITEM_HANDLE);
    bool page_came = item_came(message, L4_ITEM_MAP);
    struct serve_request request = {.frame = machine_landing_frame()};
    if (!serve(&request, message))
        message->tag = 0;
    if (request.kept && handle_came)
        machine_keep_slot();
    else if (request.kept && page_came)
        machine_keep_frame();
    else
        machine_discard(handle_came, page_came);
    if ((request.kept && page_came) || by_root)
        parked_retry(true);
}

void machine_write(const char *text, size_t length);

// What the runtime's log is written with here, where there is no start table.
void machine_write(const char *text, size_t length)
{
    char head[LOG_HEAD_BYTES];
    l4_log_write(SLOT_LOG, head, log_head(head, l4_clock_us(), "vm", text, length));
    l4_log_write(SLOT_LOG, text, length);
}

static void stress(void)
{
    uint64_t moved, pinned;
    if (!stress_step(&moved, &pinned))
        return;
    log_line(NULL, "vm: %lu pages moved, %lu pinned", moved, pinned);
}

// How long to wait for the next request: until something is to be sent again, marks are to be
// cleared, or pages are to move.
static uint32_t wait_us(uint64_t move_next)
{
    uint64_t next = cache_expire(), now = machine_clock_us();
    if (unsent)
        return RETRY_US;
    if (move_next < next)
        next = move_next;
    if (next == UINT64_MAX)
        return L4_NEVER;
    return next > now ? (uint32_t)(next - now) : 0;
}

void vm_run(void);

void vm_run(void)
{
    struct l4_message message = {0};
    uint32_t move_us = stress_period(l4_info()->command);
    uint64_t move_next = move_us ? 0 : UINT64_MAX;
    for (;;) {
        machine_prepare();
        enum l4_status status = l4_reply_wait_timeout(&message, wait_us(move_next));
        bool arrived = status == L4_STATUS_OK && !(message.tag & L4_TAG_NOTIFICATION);
        if (arrived && message.tag & L4_TAG_KERNEL)
            handle_fault(&message);
        else if (arrived)
            handle_request(&message);
        else
            message.tag = 0;
        if (machine_clock_us() >= move_next) {
            l4_reply(&message);
            message.tag = 0;
            stress();
            move_next = machine_clock_us() + move_us;
        }
        if (!unsent)
            continue;
        // The answer goes first: it may have items, and those for parked threads take their place.
        l4_reply(&message);
        message.tag = 0;
        parked_retry(false);
    }
}
