// SPDX-License-Identifier: BSD-2-Clause
//
// Typed items of messages.
#include "item.h"

#include "handle.h"
#include "memory.h"
#include "ports.h"
#include "x86.h"

#define ITEM_LOG2_MIN 12
#define ITEM_LOG2_MAX 46

struct transfer {
    struct thread *sender;
    struct thread *receiver;
    struct l4_item sent;
    struct l4_item *received;
    unsigned leaves;       // page-table entries left to write
    uint32_t handles_used; // of the receiver's window
    bool anywhere;
};

static enum l4_status transfer_pages(struct transfer *transfer, bool grant)
{
    unsigned log2_bytes = L4_ITEM_LOG2_BYTES(transfer->sent.word);
    const struct l4_utcb *utcb = transfer->receiver->utcb;
    if (log2_bytes < ITEM_LOG2_MIN || log2_bytes > ITEM_LOG2_MAX)
        return L4_STATUS_ARGUMENT;
    uint64_t bytes = 1ull << log2_bytes, to = transfer->sent.offset;
    if (!transfer->anywhere) {
        uint64_t window_log2 = utcb->window_log2;
        if (window_log2 < log2_bytes || window_log2 > ITEM_LOG2_MAX)
            return L4_STATUS_WINDOW;
        uint64_t window = 1ull << window_log2;
        to = (utcb->window_base & ~(window - 1)) + (to & (window - 1) & ~(bytes - 1));
    }
    struct map_request request = {
        .from = transfer->sender->space,
        .to = transfer->receiver->space,
        .source = transfer->sent.base & ~(bytes - 1),
        .target = to & ~(bytes - 1),
        .bytes = bytes,
        .rights = L4_ITEM_RIGHTS(transfer->sent.word),
        .grant = grant,
        .leaves = transfer->leaves,
    };
    enum l4_status status = map_pages(&request);
    transfer->leaves = request.leaves;
    transfer->received->base = to & ~(bytes - 1);
    transfer->received->offset = request.done;
    // What did not fit into one message is left out.
    return status == L4_STATUS_AGAIN ? L4_STATUS_MESSAGE : status;
}

static enum l4_status transfer_handle(struct transfer *transfer, bool move)
{
    const struct l4_utcb *utcb = transfer->receiver->utcb;
    uint64_t target = (uint64_t)utcb->handle_first + transfer->handles_used;
    if (transfer->handles_used >= utcb->handle_count)
        return L4_STATUS_WINDOW;
    enum l4_status status;
    struct handle *slot = call_free_slot(transfer->receiver, target, &status);
    struct handle *source =
        handle_any(&transfer->sender->space->table,
                   transfer->sent.base < UINT32_MAX ? (uint32_t)transfer->sent.base : UINT32_MAX);
    if (!source)
        return L4_STATUS_HANDLE;
    if (!slot)
        return status;
    if (move)
        handle_give(source, slot);
    else if (source->kind == L4_KIND_REPLY)
        return L4_STATUS_KIND;
    else if (!handle_derive(source, slot, L4_ITEM_RIGHTS(transfer->sent.word), source->label,
                            source->mask))
        return L4_STATUS_ARGUMENT;
    transfer->handles_used++;
    transfer->received->base = target;
    transfer->received->offset = 0;
    return L4_STATUS_OK;
}

static enum l4_status transfer_ports(struct transfer *transfer)
{
    if (!transfer->receiver->utcb->accept_ports)
        return L4_STATUS_WINDOW;
    transfer->received->base = transfer->sent.base;
    transfer->received->offset = transfer->sent.offset;
    return ports_give(transfer->sender->space, transfer->receiver->space, transfer->sent.base,
                      transfer->sent.offset);
}

static enum l4_status transfer_one(struct transfer *transfer)
{
    switch (L4_ITEM_KIND(transfer->sent.word)) {
    case L4_ITEM_MAP:
        return transfer_pages(transfer, false);
    case L4_ITEM_GRANT:
        return transfer_pages(transfer, true);
    case L4_ITEM_HANDLE:
        return transfer_handle(transfer, false);
    case L4_ITEM_MOVE:
        return transfer_handle(transfer, true);
    case L4_ITEM_PORTS:
        return transfer_ports(transfer);
    default:
        return L4_STATUS_MESSAGE;
    }
}

enum l4_status items_transfer(struct thread *sender, struct thread *receiver, unsigned count,
                              bool anywhere)
{
    struct transfer transfer = {
        .sender = sender, .receiver = receiver, .leaves = L4_MAP_LEAVES_MAX, .anywhere = anywhere};
    enum l4_status first_failure = L4_STATUS_OK;
    struct l4_item scratch;
    for (unsigned i = 0; i < count; i++) {
        transfer.sent = sender->utcb->items[i];
        transfer.received = anywhere ? &scratch : &receiver->utcb->items[i];
        transfer.received->word = transfer.sent.word;
        enum l4_status status = transfer_one(&transfer);
        if (status == L4_STATUS_OK)
            continue;
        if (first_failure == L4_STATUS_OK)
            first_failure = status;
        *transfer.received = (struct l4_item){L4_ITEM_WORD(L4_ITEM_NONE, 0, 0), status, 0};
    }
    return first_failure;
}
