// SPDX-License-Identifier: BSD-2-Clause
//
// The boot-file server's loop.
//
// Root has mapped each boot module at its physical address plus WINDOW. A file becomes a dataspace
// when it is opened for the first time. The VM server, which must not wait for us, sends `fault`
// when a page is wanted; we answer with the call `supply`, which maps the page to it. Root opens
// the files of the programs that it starts; other programs open files along links of the image, and
// attach them by the VM server.
#include <idl/dataspace_client.h>
#include <idl/dataspace_server.h>
#include <idl/file_server.h>
#include <idl/root.h>
#include <l4/l4.h>
#include <rt/log.h>
#include <rt/start.h>
#include <stdlib.h>

enum { PAGE_BYTES = 4096 };

#define WINDOW 0x10000000000ull

extern const volatile struct start_table *start_table;

static const struct endpoint vm = {.handle = ROOT_SLOT_VM};

static uint64_t dataspaces[L4_INFO_MODULES]; // of the modules, 0: not opened yet

static unsigned module_count(void)
{
    uint32_t count = l4_info()->module_count;
    return count < L4_INFO_MODULES ? count : L4_INFO_MODULES;
}

static int file_named(const char *name)
{
    size_t length = strlen(name);
    for (unsigned i = 0; i < module_count(); i++) {
        const char *module = l4_info()->modules[i].name;
        if (strncmp(module, name, length) == 0 && (module[length] == '\0' || module[length] == ' '))
            return (int)i;
    }
    return -1;
}

// Who opens a file along a link of the image may attach it. Root, which is no session's end, does
// without.
static bool permit(uint64_t session, uint64_t dataspace)
{
    if (session >= START_SESSIONS_MAX || !start_table->sessions[session].generation)
        return true;
    return dataspace_permit(&vm, dataspace, start_table->sessions[session].peer) == 0;
}

static int file_open_served(void *context, uint64_t sender, const char *name, uint64_t *dataspace,
                            uint64_t *length_bytes)
{
    (void)context;
    int file = file_named(name);
    if (file < 0)
        return FILE_ERROR_NO_SUCH_FILE;
    uint64_t bytes = l4_info()->modules[file].bytes;
    if (!dataspaces[file] && dataspace_announce(&vm, (uint64_t)file, bytes, L4_READ | L4_EXECUTE,
                                                &dataspaces[file]) != 0)
        return FILE_ERROR_NO_SUCH_FILE;
    if (!permit(sender, dataspaces[file]))
        return FILE_ERROR_NO_SUCH_FILE;
    *dataspace = dataspaces[file];
    *length_bytes = bytes;
    return 0;
}

static void fault_served(void *context, uint64_t sender, uint64_t file, uint64_t offset,
                         uint32_t access)
{
    (void)context;
    (void)sender;
    (void)access;
    uint64_t start = offset & ~(uint64_t)(PAGE_BYTES - 1);
    if (file >= module_count() || start >= l4_info()->modules[file].bytes || !dataspaces[file])
        return;
    struct interface_memory page = {
        .base = (void *)(WINDOW + l4_info()->modules[file].start + start),
        .length_bytes = PAGE_BYTES,
        .rights = L4_READ | L4_EXECUTE,
    };
    dataspace_supply(&vm, dataspaces[file], start, &page); // "is there already" is as good
}

static const struct file_handlers files = {.open = file_open_served};
static const struct dataspace_handlers manager = {.fault = fault_served};

static bool dispatch(struct l4_message *message)
{
    if (l4_tag_label(message->tag) == DATASPACE_FAULT_LABEL)
        return dataspace_dispatch(&manager, NULL, message);
    return file_dispatch(&files, NULL, message);
}

int main(void)
{
    if (dataspace_manage(&vm, ROOT_SLOT_THREAD) != 0) {
        log_line(NULL, "bootfs: the VM server does not want another manager");
        return EXIT_FAILURE;
    }
    struct l4_message message = {0};
    for (;;) {
        bool arrived =
            l4_reply_wait(&message) == L4_STATUS_OK && !(message.tag & L4_TAG_NOTIFICATION);
        if (!arrived || !dispatch(&message))
            message.tag = 0;
    }
}
