/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Refuses to be loaded into a QEMU other than the one whose headers were compiled in: structure
 * layouts are no stable interface, and a wrong guess would corrupt memory silently. Programs that
 * QEMU starts, for a tap or to save a machine, shall not load the devices at all.
 */
#include "tools/qemu/compat.h"

static void __attribute__((constructor)) version_check(void)
{
    unsetenv("LD_PRELOAD");

    VersionInfo *found = qmp_query_version(NULL);
    g_autofree char *text =
        g_strdup_printf("%" PRId64 ".%" PRId64 ".%" PRId64 " (%s)", found->qemu->major,
                        found->qemu->minor, found->qemu->micro, found->package);

    if (strcmp(text, PECAN_QEMU_VERSION) != 0) {
        fprintf(stderr,
                "pecan-devices: made for QEMU %s, this is %s; make qemu-devices makes them anew\n",
                PECAN_QEMU_VERSION, text);
        _exit(1);
    }
}
