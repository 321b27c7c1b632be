/* SPDX-License-Identifier: BSD-2-Clause */
/* Image echo. Made by mkimage from tools/mkimage/tests/good/echo.image; change that file, not this one. */
#include <abi/info.h>
#include <root/image.h>

/* What mkimage took for granted when it checked the image. */
_Static_assert(IMAGE_PROGRAMS_MAX >= 23, "programs");
_Static_assert(L4_INFO_MODULES > 23, "programs, and root");
_Static_assert(IMAGE_LINKS_MAX >= 256, "links");
_Static_assert(IMAGE_EVENTS >= 32, "links of a program");

static const struct image_device bus_devices[] = {
    {IMAGE_DEVICE_PCI_BUS, 0x0, 0x0, "pci"},
};

static const struct image_device driver_devices[] = {
    {IMAGE_DEVICE_PCI, 0x100b0022, 0x0, "card"},
};

static const struct image_program programs[] = {
    {
        .name = "vm",
        .file = "vm",
        .priority = 240,
        .restart = IMAGE_RESTART_SYSTEM,
        .flags = 0,
        .memory_bytes = 2097152,
        .kernel_bytes = 1048576,
        .stack_bytes = 65536,
    },
    {
        .name = "bootfs",
        .file = "bootfs",
        .priority = 230,
        .restart = IMAGE_RESTART_SYSTEM,
        .flags = 0,
        .memory_bytes = 1048576,
        .kernel_bytes = 1048576,
        .stack_bytes = 65536,
    },
    {
        .name = "bus",
        .file = "echo.bus",
        .priority = 220,
        .restart = IMAGE_RESTART_ALWAYS,
        .flags = 0,
        .restarts_max = 5,
        .restart_window_us = 60000000,
        .restart_delay_us = 100000,
        .memory_bytes = 1048576,
        .kernel_bytes = 262144,
        .stack_bytes = 65536,
        .device_count = 1,
        .devices = bus_devices,
    },
    {
        .name = "driver",
        .file = "echo.driver",
        .priority = 210,
        .restart = IMAGE_RESTART_ALWAYS,
        .flags = 0 | IMAGE_WATCHED,
        .hang_us = 500000,
        .memory_bytes = 4194304,
        .kernel_bytes = 262144,
        .stack_bytes = 131072,
        .handle_count = 512,
        .device_count = 1,
        .devices = driver_devices,
    },
    {
        .name = "net",
        .file = "echo.net",
        .priority = 200,
        .restart = IMAGE_RESTART_ALWAYS,
        .flags = IMAGE_FPU,
        .memory_bytes = 8388608,
        .kernel_bytes = 524288,
        .stack_bytes = 65536,
    },
    {
        .name = "echo",
        .file = "echo.echo",
        .priority = 190,
        .restart = IMAGE_RESTART_ALWAYS,
        .flags = 0,
        .memory_bytes = 2097152,
        .kernel_bytes = 262144,
        .stack_bytes = 65536,
    },
};

static const struct image_link links[] = {
    {
        .interface = "pci",
        .interface_number = 18,
        .interface_hash = 0xfe7335560fed792e,
        .client = {.program = 3, .event = 1, .name = "card.pci"},
        .server = {.program = 2, .event = 0, .name = "pci.pci"},
        .area_bytes = 0,
    },
    {
        .interface = "netdev",
        .interface_number = 16,
        .flags = IMAGE_LINK_FRAMES,
        .interface_hash = 0x67f3d2eccbd8c72c,
        .client = {.program = 4, .event = 1, .name = "net.netdev"},
        .server = {.program = 3, .event = 0, .name = "card.netdev"},
        .area_bytes = 4096,
        .pins_max = 512,
        .pin_expiry_us = 1000,
    },
    {
        .interface = "udp",
        .interface_number = 17,
        .interface_hash = 0x0e14787f3dbbf04d,
        .client = {.program = 5, .event = 0, .name = "echo.udp"},
        .server = {.program = 4, .event = 0, .name = "net.udp"},
        .area_bytes = 4096,
    },
};

const struct image root_image = {
    .name = "echo",
    .programs = programs,
    .program_count = sizeof(programs) / sizeof(programs[0]),
    .links = links,
    .link_count = sizeof(links) / sizeof(links[0]),
};
