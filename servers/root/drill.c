// SPDX-License-Identifier: BSD-2-Clause
#include "drill.h"

#include <root/image.h>
#include <string.h>

#define OPTION      "root.end="
#define PERIOD_MOST 1000000 // ms
#define US_PER_MS   1000

struct drill drill_read(const char *command)
{
    struct drill drill = {.program = -1};
    const char *option = strstr(command, OPTION);
    if (!option)
        return drill;
    option += strlen(OPTION);
    size_t length = strcspn(option, ":");
    uint64_t period = 0;
    for (const char *digit = option + length + (option[length] == ':');
         *digit >= '0' && *digit <= '9' && period < PERIOD_MOST; digit++)
        period = period * 10 + (uint64_t)(*digit - '0');
    for (size_t i = 0; i < root_image.program_count; i++)
        if (strlen(root_image.programs[i].name) == length &&
            strncmp(root_image.programs[i].name, option, length) == 0)
            drill.program = (int)i;
    drill.period_us = period * US_PER_MS;
    if (!period)
        drill.program = -1;
    return drill;
}
