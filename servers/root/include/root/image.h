// SPDX-License-Identifier: BSD-2-Clause
//
// What root is told about the system it starts: the table that mkimage writes from an image file.
//
// Programs stand in the order in which they are to be started: a server before its clients. The
// first program is the VM server, the second the boot-file server; everybody needs them, and that
// is not listed. Programs that open boot files themselves have a link. A program is known to root
// by its number in the table.
//
// A link joins an end of one program to an end of another. An end is {program, event}: `event` is
// the number of the link inside its program, which is at the same time the notification bit that
// wakes this end, the label of calls that arrive at it, and the place of its handles (below). Links
// inside one program are the program's own business and are not in this table.
//
// Pointers to tables may be null where the count is 0. All sizes are in bytes.
#ifndef ROOT_IMAGE_H
#define ROOT_IMAGE_H

#include <stddef.h>
#include <stdint.h>

enum {
    IMAGE_EVENTS = 32,       // links of a program: START_SESSIONS_MAX of rt/start.h
    IMAGE_PROGRAMS_MAX = 48, // what root has room for
    IMAGE_LINKS_MAX = 256,
};

enum image_restart {
    IMAGE_RESTART_NEVER,  // it stays dead; its links are closed
    IMAGE_RESTART_ALWAYS, // whenever it ends or hangs
    IMAGE_RESTART_FAILED, // unless it ended by itself with exit code 0
    IMAGE_RESTART_SYSTEM, // its death is the end of the system: root stops and says why
};

enum image_device_kind {
    IMAGE_DEVICE_IRQ,     // base: interrupt line, count: flags of L4_OP_IRQ_CREATE
    IMAGE_DEVICE_PORTS,   // base: first I/O port, count: number of ports
    IMAGE_DEVICE_MEMORY,  // base: physical address, count: bytes; both whole pages
    IMAGE_DEVICE_PCI,     // base: vendor << 16 | device, count: which of several, from 0
    IMAGE_DEVICE_PCI_BUS, // the program is the PCI server: configuration ports, and it may hand out
};

struct image_device {
    enum image_device_kind kind;
    uint64_t base;
    uint64_t count;
    const char *name; // in the image file, for messages
};

enum image_program_flags {
    IMAGE_FPU = 1,     // may use the FPU and SSE
    IMAGE_WATCHED = 2, // a hang is treated like a death: see hang_us
    IMAGE_CONSOLE = 4, // serves idl/log.idl to all others
};

struct image_program {
    const char *name;      // in the image file, prefix of its log lines
    const char *file;      // the boot module that holds its ELF file
    uint8_t priority;      // 1 … 250
    uint8_t restart;       // enum image_restart
    uint16_t flags;        // enum image_program_flags
    uint32_t restarts_max; // restarts within restart_window_us after which it stays dead; 0: any
    uint64_t restart_window_us; // 0: the whole run
    uint64_t restart_delay_us;  // pause before a restart
    uint64_t hang_us;           // longest time without progress while there is work (IMAGE_WATCHED)
    uint64_t memory_bytes;      // limit of memory from the VM server, text and data included
    uint64_t kernel_bytes;      // quota of kernel memory
    uint64_t stack_bytes;
    uint32_t handle_count; // slots of its handle table; 0: 256
    uint32_t device_count;
    const struct image_device *devices; // irq devices are numbered in their order here
};

struct image_link_end {
    uint16_t program; // number in the table
    uint16_t event;   // below IMAGE_EVENTS
    const char *name; // of the link at this end: "component.link"
};

struct image_link {
    const char *interface;
    uint32_t interface_number;
    uint32_t flags; // enum image_link_flags
    uint64_t interface_hash;
    struct image_link_end client;
    struct image_link_end server;
    uint64_t area_bytes;    // shared area with rings and latched events; 0: calls only
    uint32_t pins_max;      // pages the server may pin at a time; 0: none
    uint32_t pin_expiry_us; // 0: pins last until removed
};

enum image_link_flags {
    // The server gets translations of the client's dataspaces and no access to their bytes; without
    // it, it gets the bytes and no translations.
    IMAGE_LINK_FRAMES = 1,
};

struct image {
    const char *name;
    const struct image_program *programs;
    size_t program_count;
    const struct image_link *links;
    size_t link_count;
};

// The one that is linked into this root.
extern const struct image root_image;

#endif
