// SPDX-License-Identifier: BSD-2-Clause
//
// The image of this test, by hand.
#include <root/image.h>

enum { VM, BOOTFS, PARTNER, HELLO, FAULTY, PROGRAMS };

static const struct image_device devices[] = {
    {IMAGE_DEVICE_IRQ, 8, 0, "clock"},         {IMAGE_DEVICE_IRQ, 1, 0, "keyboard"},
    {IMAGE_DEVICE_PORTS, 0x70, 2, "clock"},    {IMAGE_DEVICE_PORTS, 0x60, 1, "keyboard"},
    {IMAGE_DEVICE_PORTS, 0x64, 1, "keyboard"},
};

static const struct image_program table[PROGRAMS] = {
    [VM] = {.name = "vm",
            .file = "vm",
            .priority = 253,
            .restart = IMAGE_RESTART_SYSTEM,
            .kernel_bytes = 4 << 20,
            .handle_count = 256},
    [BOOTFS] = {.name = "bootfs",
                .file = "bootfs",
                .priority = 251,
                .restart = IMAGE_RESTART_SYSTEM,
                .memory_bytes = 1 << 20,
                .kernel_bytes = 512 << 10},
    [PARTNER] = {.name = "partner",
                 .file = "partner",
                 .priority = 200,
                 .restart = IMAGE_RESTART_SYSTEM,
                 .memory_bytes = 1 << 20,
                 .kernel_bytes = 256 << 10},
    [HELLO] = {.name = "hello",
               .file = "hello",
               .priority = 150,
               .memory_bytes = 2 << 20,
               .kernel_bytes = 512 << 10,
               .device_count = sizeof devices / sizeof devices[0],
               .devices = devices},
    [FAULTY] = {.name = "faulty",
                .file = "faulty",
                .priority = 100,
                .restart = IMAGE_RESTART_ALWAYS,
                .restarts_max = 2,
                .restart_delay_us = 50000,
                .memory_bytes = 1 << 20,
                .kernel_bytes = 256 << 10},
};

static const struct image_link links[] = {
    {.interface = "partner",
     .client = {HELLO, 0, "hello.partner"},
     .server = {PARTNER, 0, "partner.hello"},
     .area_bytes = 4096},
    {.interface = "partner",
     .client = {FAULTY, 0, "faulty.partner"},
     .server = {PARTNER, 1, "partner.faulty"},
     .area_bytes = 4096},
};

const struct image root_image = {.name = "hello",
                                 .programs = table,
                                 .program_count = PROGRAMS,
                                 .links = links,
                                 .link_count = sizeof links / sizeof links[0]};
