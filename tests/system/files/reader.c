// SPDX-License-Identifier: BSD-2-Clause
//
// A program that opens boot files, its own among them, as root does, and compares the text that it
// runs with what the file holds. Prints TAP lines.
#include <idl/dataspace_client.h>
#include <idl/file_client.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/endpoint.h>
#include <rt/log.h>
#include <string.h>

enum { PAGE_BYTES = 4096, COMPARED = 256 };

static const struct endpoint vm = {.handle = ROOT_SLOT_VM};

static void claim(bool good, const char *text)
{
    log_line(NULL, "%s - %s", good ? "ok" : "not ok", text);
}

// Opens a file and attaches all of it. Null if that fails.
static const uint8_t *file_attach(const struct endpoint *files, const char *name,
                                  uint64_t *dataspace, uint64_t *length)
{
    uint64_t where = 0;
    if (file_open(files, name, dataspace, length) != 0)
        return NULL;
    uint64_t whole = (*length + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
    if (dataspace_attach(&vm, *dataspace, 0, whole, 0, DATASPACE_READ, &where) != 0)
        return NULL;
    return (const uint8_t *)where;
}

// Whether the bytes of this very function stand in the file.
static bool holds_our_text(const uint8_t *bytes, uint64_t length)
{
    const void *text = (const void *)(uintptr_t)holds_our_text;
    for (uint64_t at = 0; at + COMPARED <= length; at++)
        if (memcmp(bytes + at, text, COMPARED) == 0)
            return true;
    return false;
}

static bool start(struct instance *self)
{
    const struct endpoint files = link_endpoint(&self->links[0]);
    uint64_t own = 0, vm_file = 0, length = 0, where = 0, refused_length = 0;
    const uint8_t *bytes = file_attach(&files, "files.reader", &own, &length);
    claim(bytes && memcmp(bytes, "\177ELF", 4) == 0, "a boot file is opened along a link");
    claim(bytes && holds_our_text(bytes, length), "it holds what this program runs");
    const uint8_t *again = file_attach(&files, "files.reader", &vm_file, &length);
    claim(again && again != bytes && vm_file == own && memcmp(bytes, again, length) == 0,
          "it can be opened and attached again, as the same dataspace");
    claim(dataspace_attach(&vm, own, 0, PAGE_BYTES, 0, DATASPACE_READ | DATASPACE_WRITE, &where) ==
              DATASPACE_ERROR_BAD_RANGE,
          "it cannot be written");
    claim(dataspace_delete(&vm, own) == DATASPACE_ERROR_NO_SUCH_DATASPACE, "nor deleted");
    claim(file_open(&files, "no.such.file", &vm_file, &refused_length) == FILE_ERROR_NO_SUCH_FILE,
          "a file that is not there is an error");
    bytes = file_attach(&files, "vm", &vm_file, &length);
    claim(bytes && memcmp(bytes, "\177ELF", 4) == 0, "another program's file opens as well");
    claim(dataspace_detach(&vm, (uint64_t)(uintptr_t)again) == 0, "it is detached");
    log_line(self, "done");
    return true;
}

const struct component reader_component = {
    .name = "reader",
    .start = start,
};
