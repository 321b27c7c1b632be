// SPDX-License-Identifier: BSD-2-Clause
//
// One attacker: calls with arguments that are nearly right, wrong, extreme or random, over a UTCB
// whose contents change all the time. It uses no variables but its own state and stack, since
// nothing else is mapped writable.
#include "fuzz.h"

static uint64_t next(struct attacker *self)
{
    self->random += !self->random; // another thread may have spoilt it
    self->random ^= self->random << 13;
    self->random ^= self->random >> 7;
    self->random ^= self->random << 17;
    return self->random;
}

static uint64_t below(struct attacker *self, uint64_t limit)
{
    return (next(self) >> 16) % limit;
}

static bool one_in(struct attacker *self, uint64_t n)
{
    return below(self, n) == 0;
}

static uint64_t wild(struct attacker *self)
{
    switch (below(self, 8)) {
    case 0:
        return 0;
    case 1:
        return ~0ull;
    case 2:
        return 1ull << below(self, 64);
    case 3:
        return (1ull << below(self, 64)) - 1;
    case 4:
        return next(self);
    case 5:
        return next(self) & 0xffffffff;
    case 6:
        return L4_USER_END - below(self, 3) * 4096 + below(self, 3);
    default:
        return below(self, 300);
    }
}

static uint64_t slot(struct attacker *self)
{
    switch (below(self, 12)) {
    case 0:
        return wild(self);
    case 1:
        return below(self, ATTACKER_HANDLES);
    case 2:
        return SLOT_OWN_SPACE;
    case 3:
        return SLOT_BYSTANDER;
    case 4:
    case 5:
    case 6:
        return SLOT_RANDOM + below(self, ATTACKER_HANDLES - SLOT_RANDOM);
    default:
        return SLOT_THREADS + below(self, ATTACKER_SPACES * ATTACKER_THREADS);
    }
}

static uint64_t own_slot(struct attacker *self)
{
    return one_in(self, 10) ? slot(self)
                            : SLOT_RANDOM + below(self, ATTACKER_HANDLES - SLOT_RANDOM);
}

// Something of that kind, if it is still there.
static uint64_t made_slot(struct attacker *self, enum made kind)
{
    return one_in(self, 4) ? own_slot(self) : self->made[kind][below(self, MADE_KEPT)];
}

static void remember(struct attacker *self, enum made kind, uint64_t slot)
{
    self->made[kind][below(self, MADE_KEPT)] = (uint16_t)slot;
}

static uint64_t thread_slot(struct attacker *self)
{
    return one_in(self, 2) ? slot(self) : made_slot(self, MADE_THREAD);
}

static uint64_t space_slot(struct attacker *self)
{
    switch (below(self, 4)) {
    case 0:
        return 0;
    case 1:
        return SLOT_OWN_SPACE;
    default:
        return made_slot(self, MADE_SPACE);
    }
}

static uint64_t address(struct attacker *self)
{
    if (one_in(self, 12))
        return wild(self);
    uint64_t page = below(self, one_in(self, 4) ? 1024 : PLAY_PAGES * 4);
    return PLAY_ADDRESS + page * 4096;
}

static uint64_t port(struct attacker *self)
{
    return one_in(self, 12) ? wild(self) : PORT_FIRST + below(self, PORT_COUNT);
}

static uint64_t length(struct attacker *self)
{
    if (one_in(self, 12))
        return wild(self);
    return (below(self, one_in(self, 10) ? 1000 : 8) + 1) * 4096;
}

static uint64_t wait_spec(struct attacker *self)
{
    static const uint32_t special[] = {L4_FROM_ANY, L4_FROM_REPLY, L4_FROM_NOTIFICATION,
                                       L4_FROM_PARTNER};
    uint64_t from = one_in(self, 3) ? slot(self) : special[below(self, 4)];
    uint64_t timeout_us = one_in(self, 5) ? L4_NEVER : below(self, 30);
    // Half of them are what the fast paths are for.
    if (one_in(self, 2) && timeout_us == L4_NEVER)
        return L4_WAIT_SPEC(L4_FROM_ANY, L4_NEVER);
    return L4_WAIT_SPEC(from, timeout_us);
}

static uint64_t tag(struct attacker *self)
{
    if (one_in(self, 20))
        return wild(self);
    // An exception's answer with new registers, or a single small page.
    if (one_in(self, 20))
        return L4_TAG(0, L4_EXCEPTION_WORDS, 0);
    if (one_in(self, 20))
        return L4_TAG(0, 0, 1);
    uint64_t words = one_in(self, 3) ? below(self, 66) : below(self, 8);
    uint64_t items = one_in(self, 2) ? below(self, 10) : 0;
    uint64_t flags = one_in(self, 4) ? below(self, 16) << 12 : 0;
    uint64_t label = one_in(self, 10) ? L4_ANSWER_REFUSED : below(self, 4);
    return L4_TAG(label, words, items) | flags;
}

static void shake_utcb(struct attacker *self)
{
    struct l4_utcb *utcb = l4_utcb();
    uint64_t *raw = (uint64_t *)utcb;
    for (unsigned i = 0; i < 3; i++) {
        struct l4_item *item = &utcb->items[below(self, L4_ITEMS_MAX)];
        uint64_t kind = one_in(self, 10) ? below(self, 256) : below(self, 6);
        bool handle = kind == L4_ITEM_HANDLE || kind == L4_ITEM_MOVE;
        bool ports = kind == L4_ITEM_PORTS;
        item->word = L4_ITEM_WORD(kind, one_in(self, 5) ? below(self, 64) : 12 + below(self, 3),
                                  below(self, 8));
        item->base = handle
                         ? one_in(self, 2) ? slot(self) : made_slot(self, below(self, MADE_KINDS))
                     : ports ? port(self)
                             : address(self);
        item->offset = ports             ? 1 + below(self, 8)
                       : one_in(self, 2) ? below(self, 1 << 20)
                                         : address(self);
    }
    if (one_in(self, 4))
        utcb->items[0] =
            (struct l4_item){L4_ITEM_WORD(L4_ITEM_MAP, 12, L4_READ),
                             PLAY_ADDRESS + below(self, PLAY_PAGES) * 4096, address(self)};
    utcb->window_base = address(self);
    utcb->window_log2 = one_in(self, 10) ? wild(self) : 12 + below(self, 10);
    utcb->handle_first = (uint32_t)own_slot(self);
    utcb->handle_count = (uint32_t)below(self, 10);
    utcb->accept_ports = one_in(self, 2);
    if (one_in(self, 8))
        raw[8 + below(self, 120)] = wild(self);
}

static uint64_t stack(struct attacker *self)
{
    uint64_t index = ATTACKER_THREADS + below(self, ATTACKER_STATES - ATTACKER_THREADS);
    return STATE_ADDRESS + index * 4096 + sizeof *self - 8;
}

struct call {
    uint64_t operation, first, second, third;
    struct l4_message message;
};

static void choose_ipc(struct attacker *self, struct call *call)
{
    static const uint8_t operations[] = {
        L4_OP_SEND_RECEIVE, L4_OP_SEND_RECEIVE, L4_OP_REPLY_WAIT, L4_OP_REPLY_WAIT,
        L4_OP_WAIT,         L4_OP_NOTIFY_WAIT,  L4_OP_SEND,       L4_OP_REPLY,
        L4_OP_REPLY_SAVE,   L4_OP_NOTIFY,       L4_OP_NOTIFY,     L4_OP_YIELD,
        L4_OP_CLOCK,        L4_OP_NULL,         L4_OP_CALL,       L4_OP_EXCHANGE,
    };
    // The last two may wait for ever.
    call->operation = operations[below(self, sizeof operations - (one_in(self, 2) ? 0 : 2))];
    call->first = call->operation == L4_OP_REPLY_SAVE ? own_slot(self) : thread_slot(self);
    bool sends = call->operation == L4_OP_SEND || call->operation == L4_OP_SEND_RECEIVE;
    if (sends && one_in(self, 6))
        call->first = made_slot(self, MADE_REPLY);
    call->second = call->operation == L4_OP_NOTIFY ? wild(self) : wait_spec(self);
    call->third = tag(self);
    if (call->operation == L4_OP_SEND && !one_in(self, 8))
        call->third |= L4_TAG_IMMEDIATE;
    if (call->operation == L4_OP_YIELD && one_in(self, 2))
        call->first = 0;
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        call->message.w[i] = wild(self);
}

static void choose_thread(struct attacker *self, struct call *call)
{
    static const uint8_t operations[] = {
        L4_OP_THREAD_CREATE,  L4_OP_THREAD_CREATE, L4_OP_THREAD_START,  L4_OP_THREAD_CONTROL,
        L4_OP_THREAD_CONTROL, L4_OP_THREAD_STATE,  L4_OP_THREAD_CANCEL, L4_OP_THREAD_DELETE,
    };
    call->operation = operations[below(self, sizeof operations)];
    call->first = thread_slot(self);
    call->second = own_slot(self);
    call->third = below(self, 160);
    call->message.w[0] = wild(self);
    // A stack that somebody else may be using.
    call->message.w[1] = one_in(self, 4) ? wild(self) : stack(self);
    if (call->operation == L4_OP_THREAD_CREATE)
        call->first = space_slot(self);
    if (call->operation == L4_OP_THREAD_CONTROL) {
        call->second = below(self, 16);
        call->third = one_in(self, 2) ? slot(self) : wild(self);
        if (call->second == L4_THREAD_FPU)
            call->third = one_in(self, 2);
        // Stopping others leaves nobody to attack.
        if (call->second == L4_THREAD_STOP && !one_in(self, 10))
            call->third = 0;
    }
    if (call->operation == L4_OP_THREAD_CANCEL)
        call->second = one_in(self, 2) ? 0 : wild(self);
    if (call->operation == L4_OP_THREAD_CANCEL && one_in(self, 4)) {
        call->second = (uint64_t)attack_again;
        call->third = stack(self);
    }
    if (call->operation == L4_OP_THREAD_START && !one_in(self, 4))
        call->message.w[0] = one_in(self, 4) ? 0 : (uint64_t)attack_again;
}

static void choose_space(struct attacker *self, struct call *call)
{
    static const uint8_t operations[] = {
        L4_OP_SPACE_CREATE, L4_OP_SPACE_CREATE, L4_OP_SPACE_CONTROL, L4_OP_SPACE_INFO,
        L4_OP_SPACE_MAP,    L4_OP_SPACE_MAP,    L4_OP_SPACE_DELETE,  L4_OP_SPACE_DELETE,
    };
    call->operation = operations[below(self, sizeof operations)];
    call->first = made_slot(self, MADE_SPACE);
    call->second = wild(self);
    call->third = address(self);
    call->message.w[0] = address(self);
    call->message.w[1] = length(self);
    if (call->operation == L4_OP_SPACE_CREATE) {
        call->first = own_slot(self);
        call->second = one_in(self, 4) ? wild(self) : (below(self, 30) + 8) * 4096;
        call->third = one_in(self, 10) ? wild(self) : below(self, 200);
        call->message.w[1] = below(self, 200);
    }
    if (call->operation == L4_OP_SPACE_CONTROL && !one_in(self, 4)) {
        call->second = L4_SPACE_ADD_QUOTA;
        call->third = below(self, 4) * 4096;
    }
    if (call->operation == L4_OP_SPACE_MAP)
        call->second = L4_ITEM_WORD(below(self, 4), below(self, 30), below(self, 8));
    // Text at its own place, so that threads can run there.
    if (call->operation == L4_OP_SPACE_MAP && one_in(self, 4)) {
        call->second = L4_ITEM_WORD(L4_ITEM_MAP, 0, L4_READ | L4_EXECUTE);
        call->third = call->message.w[0] = (uint64_t)attack & ~0xfffull;
    }
    if (call->operation == L4_OP_SPACE_MAP && one_in(self, 4)) {
        call->second = L4_ITEM_WORD(L4_ITEM_PORTS, 0, 0);
        call->third = port(self);
        call->message.w[1] = 1 + below(self, 8);
    }
}

static void choose_other(struct attacker *self, struct call *call)
{
    static const uint8_t operations[] = {
        L4_OP_HANDLE_COPY,  L4_OP_HANDLE_COPY,   L4_OP_HANDLE_COPY, L4_OP_HANDLE_MOVE,
        L4_OP_HANDLE_CLOSE, L4_OP_HANDLE_REVOKE, L4_OP_HANDLE_INFO, L4_OP_UNMAP,
        L4_OP_UNMAP,        L4_OP_MEMORY_MAP,    L4_OP_IRQ_CREATE,  L4_OP_IRQ_ATTACH,
        L4_OP_IRQ_DETACH,   L4_OP_PORTS_MAP,     L4_OP_PORTS_UNMAP, L4_OP_LOG_WRITE,
    };
    call->operation = operations[below(self, sizeof operations)];
    call->first = space_slot(self);
    call->second = slot(self);
    call->third = own_slot(self);
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        call->message.w[i] = wild(self);
    switch (call->operation) {
    case L4_OP_HANDLE_MOVE:
    case L4_OP_HANDLE_CLOSE:
        call->second = own_slot(self);
        break;
    case L4_OP_HANDLE_COPY:
        call->message.w[0] = below(self, 64);
        break;
    case L4_OP_UNMAP:
        call->second = address(self);
        call->third = length(self);
        call->message.w[0] = below(self, 9);
        call->message.w[1] = below(self, 3);
        break;
    case L4_OP_IRQ_CREATE:
        call->first = SLOT_IRQS;
        call->second = own_slot(self);
        call->third = below(self, 25);
        call->message.w[0] = below(self, 5);
        break;
    case L4_OP_PORTS_UNMAP:
        call->first = port(self);
        call->second = 1 + below(self, 8);
        call->third = one_in(self, 8); // else the attacker soon has none
        break;
    case L4_OP_IRQ_ATTACH:
    case L4_OP_IRQ_DETACH:
        call->first = made_slot(self, MADE_IRQ);
        call->second = one_in(self, 3) ? 0 : own_slot(self); // 0: itself
        break;
    }
}

static void choose(struct attacker *self, struct call *call)
{
    uint64_t kind = below(self, 20);
    if (kind < 9)
        choose_ipc(self, call);
    else if (kind < 12)
        choose_thread(self, call);
    else if (kind < 14)
        choose_space(self, call);
    else
        choose_other(self, call);
    // Mutation: one argument is anything.
    if (one_in(self, 6)) {
        uint64_t *arguments[] = {&call->first, &call->second, &call->third, &call->message.w[0],
                                 &call->message.w[1]};
        *arguments[below(self, 5)] = wild(self);
    }
    if (one_in(self, 200))
        call->operation = wild(self);
    // What would end the fun: kept rare.
    if ((call->operation & L4_OP_MASK) == L4_OP_THREAD_EXIT && !one_in(self, 50))
        call->operation = L4_OP_NULL;
}

// What the next calls may use.
static void note_made(struct attacker *self, const struct call *call)
{
    switch (call->operation) {
    case L4_OP_THREAD_CREATE:
        remember(self, MADE_THREAD, call->second);
        break;
    case L4_OP_SPACE_CREATE:
        remember(self, MADE_SPACE, call->first);
        break;
    case L4_OP_IRQ_CREATE:
        remember(self, MADE_IRQ, call->second);
        break;
    case L4_OP_REPLY_SAVE:
        remember(self, MADE_REPLY, call->first);
        break;
    case L4_OP_HANDLE_COPY:
    case L4_OP_HANDLE_MOVE:
        if (!call->first || call->first == SLOT_OWN_SPACE)
            remember(self, below(self, MADE_KINDS), call->third);
        break;
    }
}

// Page faults and exceptions of every kind, for whoever happens to be pager and handler.
static void provoke(struct attacker *self)
{
    uint64_t at = address(self);
    self->did.faults++;
    switch (below(self, 10)) {
    case 0:
        __asm__ volatile("int3");
        break;
    case 1:
        __asm__ volatile("ud2");
        break;
    case 2:
        __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop" : : : "cc", "memory");
        break;
    case 3:
        __asm__ volatile("movq %0, %%xmm0" : : "r"(at));
        break;
    case 4:
        __asm__ volatile("inb %%dx, %%al" : : "d"(port(self)) : "rax");
        break;
    case 5:
        __asm__ volatile("call *%0" : : "r"(at) : "memory");
        break;
    case 6:
        *(volatile uint64_t *)at = at;
        break;
    default:
        *(volatile uint64_t *)at;
        break;
    }
}

// Its own stack and state are the page that its stack pointer is in.
__asm__(".globl attack_again\n"
        "attack_again: cld\n"
        "    lea -8(%rsp), %rdi\n"
        "    and $-4096, %rdi\n"
        "    call attack\n");

// Fills the table with copies of one handle, so that its end, or its source's, takes several steps.
static void copy_often(struct attacker *self)
{
    uint64_t source = thread_slot(self);
    for (uint64_t to = SLOT_RANDOM; to < ATTACKER_HANDLES; to++)
        l4_handle_copy(0, (l4_handle_t)source, (l4_handle_t)to, L4_RIGHT_ALL);
}

void attack(uint64_t state_address)
{
    struct attacker *self = (struct attacker *)state_address;
    for (;;) {
        struct call call = {0};
        if (one_in(self, 120))
            provoke(self);
        if (one_in(self, 2000))
            copy_often(self);
        choose(self, &call);
        shake_utcb(self);
        self->did.calls++;
        enum l4_status status =
            l4_system_call(call.operation, call.first, call.second, call.third, &call.message);
        if (status == L4_STATUS_OK)
            note_made(self, &call);
        else
            self->did.refused++;
    }
}
