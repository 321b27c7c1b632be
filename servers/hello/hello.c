/* SPDX-License-Identifier: BSD-2-Clause */
#include <rt/component.h>
#include <rt/log.h>

static bool start(struct instance *self)
{
    log_line(self, "%s", instance_parameter(self, "greeting", "hello"));
    return true;
}

const struct component hello_component = {.name = "hello", .start = start};
