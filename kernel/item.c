// SPDX-License-Identifier: BSD-2-Clause
//
// Typed items of messages.
#include "ipc.h"

#include "memory.h"

#define ITEM_LOG2_MIN 12
#define ITEM_LOG2_MAX 46
#define PORTS_LEAVES  8 // page-table entries that count as much as looking through ranges of ports

// One item on its way, and what all items of a message share.
struct transfer {
    struct thread *sender;
    struct thread *receiver;
    const struct l4_item *sent;
    struct l4_item *received;
    unsigned leaves;       // page-table entries left to write
    uint32_t handles_used; // of the receiver's window
    uint32_t threads;      // of the sender's space that may still be looked at
    bool anywhere;
};

static void receive_item(struct transfer *transfer, unsigned rights, uint64_t base, uint64_t offset)
{
    // The receiver is told what arrived, not what the sender promised.
    uint64_t word = transfer->sent->word & ~(uint64_t)L4_ITEM_RIGHTS(~0ull);
    *transfer->received = (struct l4_item){word | rights, base, offset};
}

// Where a map item lands in the receiver; all ones if it has no window for it.
static inline uint64_t landing(const struct thread *receiver, uint64_t offset, unsigned log2_bytes,
                               bool anywhere)
{
    const struct l4_utcb *utcb = receiver->utcb;
    uint64_t to = offset >> log2_bytes << log2_bytes;
    if (anywhere)
        return to;
    uint64_t window_log2 = utcb->window_log2;
    if (window_log2 < log2_bytes || window_log2 > ITEM_LOG2_MAX)
        return ~0ull;
    uint64_t inside = (1ull << window_log2) - 1;
    return (utcb->window_base & ~inside) + (to & inside);
}

static enum l4_status transfer_pages(struct transfer *transfer)
{
    const struct l4_item sent = *transfer->sent;
    unsigned log2_bytes = L4_ITEM_LOG2_BYTES(sent.word);
    if (log2_bytes < ITEM_LOG2_MIN || log2_bytes > ITEM_LOG2_MAX)
        return L4_STATUS_ARGUMENT;
    struct map_request request = {
        .from = transfer->sender->space,
        .to = transfer->receiver->space,
        .source = sent.base >> log2_bytes << log2_bytes,
        .target = landing(transfer->receiver, sent.offset, log2_bytes, transfer->anywhere),
        .bytes = 1ull << log2_bytes,
        .rights = L4_ITEM_RIGHTS(sent.word),
        .grant = L4_ITEM_KIND(sent.word) == L4_ITEM_GRANT,
        .leaves = transfer->leaves,
    };
    if (request.target == ~0ull)
        return L4_STATUS_WINDOW;
    enum l4_status status = map_pages(&request);
    transfer->leaves = request.leaves;
    receive_item(transfer, request.given, request.target, request.done);
    // What did not fit into one message is left out.
    return status == L4_STATUS_AGAIN ? L4_STATUS_MESSAGE : status;
}

// Threads of the sender's space may wait by a handle that moves away.
static enum l4_status tell_who_waits(struct transfer *transfer, const struct handle *handle)
{
    struct space *space = transfer->sender->space;
    if (handle->kind != L4_KIND_THREAD)
        return L4_STATUS_OK;
    if (space->thread_count > transfer->threads)
        return L4_STATUS_MESSAGE;
    transfer->threads -= space->thread_count;
    return ipc_forget(space, handle->object) ? L4_STATUS_OK : L4_STATUS_AGAIN;
}

static enum l4_status transfer_handle(struct transfer *transfer)
{
    const struct l4_utcb *utcb = transfer->receiver->utcb;
    uint64_t target = (uint64_t)utcb->handle_first + transfer->handles_used;
    if (transfer->handles_used >= utcb->handle_count)
        return L4_STATUS_WINDOW;
    struct handle *slot = call_free_slot(transfer->receiver, target);
    struct handle *source = handle_any(&transfer->sender->space->table, transfer->sent->base);
    bool move = L4_ITEM_KIND(transfer->sent->word) == L4_ITEM_MOVE;
    enum l4_status status = L4_STATUS_OK;
    if (move && source && slot)
        status = tell_who_waits(transfer, source);
    if (status == L4_STATUS_OK)
        status = handle_pass(source, slot, move, L4_ITEM_RIGHTS(transfer->sent->word));
    if (status != L4_STATUS_OK)
        return status;
    transfer->handles_used++;
    receive_item(transfer, slot->rights, target, 0);
    return L4_STATUS_OK;
}

static enum l4_status transfer_ports(struct transfer *transfer)
{
    const struct l4_item *sent = transfer->sent;
    if (!transfer->receiver->utcb->accept_ports)
        return L4_STATUS_WINDOW;
    if (transfer->leaves < PORTS_LEAVES)
        return L4_STATUS_MESSAGE;
    transfer->leaves -= PORTS_LEAVES;
    *transfer->received = *sent;
    return ports_give(transfer->sender->space, transfer->receiver->space, sent->base, sent->offset);
}

// Not inlined: the frequent case below has no need of so many registers.
__attribute__((noinline)) static enum l4_status
transfer_all(struct thread *sender, struct thread *receiver, unsigned count, bool anywhere)
{
    enum l4_status first_failure = L4_STATUS_OK;
    struct transfer transfer;
    transfer.sender = sender;
    transfer.receiver = receiver;
    transfer.leaves = L4_MAP_LEAVES_MAX;
    transfer.handles_used = 0;
    transfer.threads = L4_MOVE_THREADS_MAX;
    transfer.anywhere = anywhere;
    struct l4_item scratch;
    for (unsigned i = 0; i < count; i++) {
        enum l4_status status = L4_STATUS_MESSAGE;
        transfer.sent = &sender->utcb->items[i];
        transfer.received = anywhere ? &scratch : &receiver->utcb->items[i];
        unsigned kind = L4_ITEM_KIND(transfer.sent->word);
        if (kind == L4_ITEM_MAP || kind == L4_ITEM_GRANT)
            status = transfer_pages(&transfer);
        else if (kind == L4_ITEM_HANDLE || kind == L4_ITEM_MOVE)
            status = transfer_handle(&transfer);
        else if (kind == L4_ITEM_PORTS)
            status = transfer_ports(&transfer);
        if (status == L4_STATUS_OK)
            continue;
        if (first_failure == L4_STATUS_OK)
            first_failure = status;
        *transfer.received = (struct l4_item){L4_ITEM_WORD(L4_ITEM_NONE, 0, 0), status, 0};
    }
    return first_failure;
}

// The most frequent item by far, alone in its message: one small page to map.
bool item_transfer_easy(struct thread *sender, struct thread *receiver, bool anywhere)
{
    const struct l4_item *sent = &sender->utcb->items[0];
    uint64_t word = sent->word;
    unsigned rights = L4_ITEM_RIGHTS(word);
    if (word >> 8 != (L4_ITEM_MAP << 8 | ITEM_LOG2_MIN) || !map_rights_valid(rights))
        return false;
    uint64_t to = landing(receiver, sent->offset, ITEM_LOG2_MIN, anywhere);
    rights = map_small(sender->space, receiver->space, sent->base, to, rights);
    if (!rights)
        return false;
    if (!anywhere)
        receiver->utcb->items[0] = (struct l4_item){
            L4_ITEM_WORD(L4_ITEM_MAP, ITEM_LOG2_MIN, rights), to, 1ull << ITEM_LOG2_MIN};
    return true;
}

enum l4_status items_transfer(struct thread *sender, struct thread *receiver, unsigned count,
                              bool anywhere)
{
    if (count == 1 && item_transfer_easy(sender, receiver, anywhere))
        return L4_STATUS_OK;
    return transfer_all(sender, receiver, count, anywhere);
}
