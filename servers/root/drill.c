// SPDX-License-Identifier: BSD-2-Clause
#include "drill.h"

#include <root/image.h>
#include <string.h>

#define OPTION      "root.end="
#define EVERYBODY   "all"
#define NUMBER_MOST 1000000
#define US_PER_MS   1000

static uint64_t number_read(const char **text)
{
    uint64_t number = 0;
    if (**text == ':')
        ++*text;
    for (; **text >= '0' && **text <= '9' && number < NUMBER_MOST; ++*text)
        number = number * 10 + (uint64_t)(**text - '0');
    return number;
}

static bool is_name(const char *name, const char *text, size_t length)
{
    return strlen(name) == length && strncmp(name, text, length) == 0;
}

static bool comes_back(const struct image_program *program)
{
    return program->restart == IMAGE_RESTART_ALWAYS || program->restart == IMAGE_RESTART_FAILED;
}

// The program whose turn it is after `program`.
static int next_of(int program)
{
    int count = (int)root_image.program_count;
    for (int i = 1; i <= count; i++)
        if (comes_back(&root_image.programs[(program + i) % count]))
            return (program + i) % count;
    return -1;
}

struct drill drill_read(const char *command)
{
    struct drill drill = {.program = -1};
    const char *option = strstr(command, OPTION);
    if (!option)
        return drill;
    option += strlen(OPTION);
    size_t length = strcspn(option, ":");
    const char *numbers = option + length;
    drill.period_us = number_read(&numbers) * US_PER_MS;
    drill.ends = number_read(&numbers);
    if (!drill.ends)
        drill.ends = UINT64_MAX;
    if (!drill.period_us)
        return drill;
    drill.all = is_name(EVERYBODY, option, length);
    if (drill.all)
        drill.program = next_of(0);
    for (size_t i = 0; i < root_image.program_count; i++)
        if (is_name(root_image.programs[i].name, option, length))
            drill.program = (int)i;
    return drill;
}

void drill_next(struct drill *drill)
{
    drill->ends--;
    if (drill->all)
        drill->program = next_of(drill->program);
}
