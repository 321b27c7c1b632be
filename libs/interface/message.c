// SPDX-License-Identifier: BSD-2-Clause
//
// The parts of messages that are not on the way of every call.
#include <interface/message.h>
#include <l4/handle.h>
#include <l4/ipc.h>
#include <l4/memory.h>

enum { PAGE_BYTES = 4096 };

bool message_memory_put(unsigned index, const struct interface_memory *memory, unsigned rights)
{
    uint64_t length = memory->length_bytes, base = (uintptr_t)memory->base;
    if (length < PAGE_BYTES || (length & (length - 1)) != 0 || (base & (length - 1)) != 0)
        return false;
    unsigned log2_bytes = (unsigned)__builtin_ctzll(length);
    l4_utcb()->items[index] =
        (struct l4_item){L4_ITEM_WORD(L4_ITEM_MAP, log2_bytes, rights), base, memory->offset};
    return true;
}

bool message_memory_get(unsigned index, struct interface_memory *memory, uint64_t most_bytes,
                        unsigned rights)
{
    const struct l4_item *item = &l4_utcb()->items[index];
    unsigned kind = L4_ITEM_KIND(item->word);
    if ((kind != L4_ITEM_MAP && kind != MESSAGE_MEMORY_HERE) || item->offset == 0 ||
        item->offset > most_bytes || (L4_ITEM_RIGHTS(item->word) & rights) != rights)
        return false;
    *memory = (struct interface_memory){
        .base = (void *)(uintptr_t)item->base,
        .length_bytes = item->offset,
        .rights = L4_ITEM_RIGHTS(item->word),
    };
    return true;
}

bool message_handle_get(unsigned index, l4_handle_t *handle, unsigned rights)
{
    const struct l4_item *item = &l4_utcb()->items[index];
    unsigned kind = L4_ITEM_KIND(item->word);
    if ((kind != L4_ITEM_HANDLE && kind != L4_ITEM_MOVE && kind != MESSAGE_HANDLE_HERE) ||
        (L4_ITEM_RIGHTS(item->word) & rights) != rights)
        return false;
    *handle = (l4_handle_t)item->base;
    return true;
}

void message_items_drop(uint64_t tag)
{
    unsigned count = l4_tag_items(tag);
    for (unsigned i = 0; i < count && i < L4_ITEMS_MAX; i++) {
        struct l4_item item = l4_utcb()->items[i];
        switch (L4_ITEM_KIND(item.word)) {
        case L4_ITEM_MAP:
        case L4_ITEM_GRANT:
            l4_unmap(0, item.base, item.offset, L4_READ | L4_WRITE | L4_EXECUTE, L4_UNMAP_SELF);
            break;
        case L4_ITEM_HANDLE:
        case L4_ITEM_MOVE:
            l4_handle_close(0, (l4_handle_t)item.base);
            break;
        default:
            break;
        }
    }
}

int message_reply(l4_handle_t reply, struct l4_message *message)
{
    enum l4_status status = l4_send(reply, message);
    return status == L4_STATUS_OK ? 0 : INTERFACE_KERNEL(status);
}

int message_reply_failure(l4_handle_t reply, int status)
{
    struct l4_message message = {0};
    message_answer(&message, status);
    return message_reply(reply, &message);
}

int message_failure_status(uint64_t tag)
{
    int status = (int16_t)l4_tag_label(tag);
    message_items_drop(tag);
    bool declared = status > 0 && status <= INTERFACE_ERROR_MOST;
    bool common = status < 0 && status >= -INTERFACE_COMMON_MOST;
    return declared || common ? status : INTERFACE_MALFORMED;
}

static const char *common_text(int status)
{
    switch (status) {
    case INTERFACE_OK:
        return "The operation was carried out.";
    case INTERFACE_REFUSED:
        return "The other side refuses.";
    case INTERFACE_MALFORMED:
        return "A message had the wrong form or a value out of range.";
    case INTERFACE_UNKNOWN:
        return "The other side has no such operation.";
    case INTERFACE_LATER:
        return "The answer comes later.";
    case INTERFACE_EXHAUSTED:
        return "The other side has nothing left for this.";
    case INTERFACE_CLOSED:
        return "The session has ended.";
    default:
        return "An error that the interface declares.";
    }
}

const char *interface_status_text(int status)
{
    if (status <= INTERFACE_KERNEL(0))
        return l4_status_text((enum l4_status)(INTERFACE_KERNEL(0) - status));
    return common_text(status);
}
