/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The functions that lwIP wants from a system.
 */
#include <lwip/sys.h>
#include <lwip_port.h>
#include <rt/clock.h>
#include <rt/log.h>

static uint64_t random_state = 0x9e3779b97f4a7c15;

u32_t sys_now(void)
{
    return (u32_t)(clock_us() / 1000);
}

void lwip_port_random_stir(uint64_t number)
{
    random_state = (random_state ^ number) * 0xd1342543de82ef95 + 1;
}

uint32_t lwip_port_random(void)
{
    lwip_port_random_stir(clock_us());
    uint64_t mixed = random_state;
    mixed = (mixed ^ mixed >> 31) * 0x7fb5d329728ea185;
    mixed = (mixed ^ mixed >> 27) * 0x81dadef4bc2dd44d;
    return (uint32_t)(mixed >> 32);
}

_Noreturn void lwip_port_failed(const char *message)
{
    log_line(NULL, "lwIP: %s", message);
    abort();
}
