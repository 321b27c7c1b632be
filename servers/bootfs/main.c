// SPDX-License-Identifier: BSD-2-Clause
//
// The boot-file server's loop.
//
// Root has mapped each boot module at its physical address plus WINDOW. A file becomes a dataspace
// when it is opened for the first time. The VM server, which must not wait for us, sends `fault`
// when a page is wanted; we answer with the call `supply`, which maps the page to it.
#include <l4/l4.h>
#include <rt/log.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLOT_THREAD = 1, // idl/root.idl
    SLOT_VM = 5,
    INTERFACE_SHIFT = 16,
    NUMBER_MASK = 0xffff,
    DATASPACE = 3, // idl/dataspace.idl
    CALL_MANAGE = 16,
    CALL_ANNOUNCE = 17,
    CALL_SUPPLY = 18,
    SEND_FAULT = 24,
    FILE_INTERFACE = 4, // idl/file.idl
    CALL_OPEN = 1,
    NAME_BYTES = 40,
    ERROR_NO_SUCH_FILE = 1,
    ERROR_MALFORMED = 0xfffe,
    PAGE_BITS = 12,
};

#define WINDOW     0x10000000000ull
#define PAGE_BYTES (1ull << PAGE_BITS)

static uint64_t dataspaces[L4_INFO_MODULES]; // of the modules, 0: not opened yet

static unsigned module_count(void)
{
    uint32_t count = l4_info()->module_count;
    return count < L4_INFO_MODULES ? count : L4_INFO_MODULES;
}

static uint64_t vm_tag(unsigned number, unsigned words, unsigned items)
{
    return L4_TAG((uint64_t)DATASPACE << INTERFACE_SHIFT | number, words, items);
}

static bool vm_call(struct l4_message *message)
{
    return l4_call(SLOT_VM, message) == L4_STATUS_OK && l4_tag_label(message->tag) == 0;
}

static bool announce(unsigned file)
{
    struct l4_message message = {.tag = vm_tag(CALL_ANNOUNCE, 3, 0),
                                 .w = {file, l4_info()->modules[file].bytes, L4_READ | L4_EXECUTE}};
    if (!vm_call(&message))
        return false;
    dataspaces[file] = message.w[0];
    return true;
}

static int file_named(const char *name, size_t length)
{
    for (unsigned i = 0; i < module_count(); i++) {
        const char *module = l4_info()->modules[i].name;
        if (strncmp(module, name, length) == 0 && (module[length] == '\0' || module[length] == ' '))
            return (int)i;
    }
    return -1;
}

static void file_open(struct l4_message *message)
{
    uint64_t words[6];
    char name[NAME_BYTES + 1] = {0};
    unsigned count = l4_tag_words(message->tag);
    for (unsigned i = 0; i < 6; i++)
        words[i] = message->w[i];
    uint64_t length = words[0];
    message->tag = L4_TAG(ERROR_MALFORMED, 0, 0);
    if (count < 1 || length > NAME_BYTES || count != 1 + (length + 7) / 8)
        return;
    memcpy(name, &words[1], length);
    int file = file_named(name, length);
    message->tag = L4_TAG(ERROR_NO_SUCH_FILE, 0, 0);
    if (file < 0 || (!dataspaces[file] && !announce((unsigned)file)))
        return;
    message->w[0] = dataspaces[file];
    message->w[1] = l4_info()->modules[file].bytes;
    message->tag = L4_TAG(0, 2, 0);
}

static void fault(const struct l4_message *message)
{
    uint64_t file = message->w[0], offset = message->w[1] & ~(PAGE_BYTES - 1);
    if (file >= module_count() || offset >= l4_info()->modules[file].bytes || !dataspaces[file])
        return;
    struct l4_message supply = {.tag = vm_tag(CALL_SUPPLY, 2, 1), .w = {dataspaces[file], offset}};
    uint64_t page = WINDOW + l4_info()->modules[file].start + offset;
    l4_item_map(0, page, PAGE_BITS, L4_READ | L4_EXECUTE, 0);
    vm_call(&supply); // "is there already" is as good
}

static bool manage(void)
{
    struct l4_message message = {.tag = vm_tag(CALL_MANAGE, 0, 1)};
    l4_item_handle(0, SLOT_THREAD, L4_RIGHT_SEND);
    return vm_call(&message);
}

int main(void)
{
    if (!manage()) {
        log_line(NULL, "bootfs: the VM server does not want another manager");
        return EXIT_FAILURE;
    }
    struct l4_message message = {0};
    for (;;) {
        if (l4_reply_wait(&message) != L4_STATUS_OK || message.tag & L4_TAG_NOTIFICATION) {
            message.tag = 0;
            continue;
        }
        uint64_t label = l4_tag_label(message.tag);
        if (label == ((uint64_t)FILE_INTERFACE << INTERFACE_SHIFT | CALL_OPEN)) {
            file_open(&message);
        } else if (label == ((uint64_t)DATASPACE << INTERFACE_SHIFT | SEND_FAULT)) {
            fault(&message);
            message.tag = 0;
        } else {
            message.tag = L4_TAG(ERROR_MALFORMED, 0, 0);
        }
    }
}
