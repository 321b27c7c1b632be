/* SPDX-License-Identifier: BSD-2-Clause */
#include "language.h"
#include "regs_model.h"
#include "regs_write.h"

static const void *regs_read(const struct source *source, struct arena *arena,
                             struct diagnostics *diagnostics)
{
    struct regs_device *device = regs_model_read(source, arena, diagnostics);
    if (!device)
        return NULL;
    regs_check(device, arena, diagnostics);
    return diagnostics->errors ? NULL : device;
}

static const struct output_kind outputs[] = {
    {"header", "C accessors and constants for drivers", regs_write_header},
    {"model-header", "names of the register file", regs_write_model_header},
    {"model", "register file for device models, fuzzers and traces", regs_write_model},
    {"manual", "manual page (roff)", regs_write_manual},
    {NULL, NULL, NULL},
};

const struct language regs_language = {
    .extension = ".regs",
    .outputs = outputs,
    .read = regs_read,
};
