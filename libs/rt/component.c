/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Parameters and links of instances.
 */
#include <rt/component.h>
#include <rt/log.h>
#include <rt/loop.h>
#include <string.h>

const char *instance_parameter(const struct instance *self, const char *name, const char *fallback)
{
    for (unsigned i = 0; i < self->parameter_count; i++)
        if (strcmp(self->parameters[i].name, name) == 0)
            return self->parameters[i].value;
    return fallback;
}

const char *instance_peer_parameter(const struct instance *self, unsigned link, const char *name)
{
    const struct parameter *parameter = self->peers ? self->peers[link] : NULL;
    for (; parameter && parameter->name; parameter++)
        if (strcmp(parameter->name, name) == 0)
            return parameter->value;
    return NULL;
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return 99;
}

/* False for anything but the digits of one number that fits. */
static bool parse_number(const char *text, uint64_t *number)
{
    int base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    if (*text == 0)
        return false;
    for (*number = 0; *text; text++) {
        int digit = digit_value(*text);
        if (digit >= base || __builtin_mul_overflow(*number, (uint64_t)base, number) ||
            __builtin_add_overflow(*number, (uint64_t)digit, number))
            return false;
    }
    return true;
}

uint64_t instance_number(const struct instance *self, const char *name, uint64_t least,
                         uint64_t most, uint64_t fallback)
{
    const char *text = instance_parameter(self, name, NULL);
    uint64_t number;
    if (!text)
        return fallback;
    if (parse_number(text, &number) && number >= least && number <= most)
        return number;
    log_line(self, "parameter %s is \"%s\", not a number from %llu to %llu; taking %llu", name,
             text, (unsigned long long)least, (unsigned long long)most,
             (unsigned long long)fallback);
    return fallback;
}

int instance_link(const struct instance *self, const char *name, int after)
{
    for (unsigned i = (unsigned)(after + 1); i < self->link_count; i++)
        if (strcmp(self->links[i].name, name) == 0)
            return (int)i;
    return -1;
}

uint64_t link_call(struct link *link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    struct instance *peer = link->local_peer;
    if (!peer)
        return machine_call(link->control, tag, words);
    if (link->waiting || !peer->component->call)
        return ~UINT64_C(0);
    return instance_call(peer, link->local_peer_link, tag, words);
}
