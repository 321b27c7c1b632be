/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From the first instruction to main().
 */
#include "target.h"
#include <l4/system.h>
#include <l4/thread.h>
#include <stdlib.h>

extern int main(void);
extern void (*const init_array_begin[])(void);
extern void (*const init_array_end[])(void);

const volatile struct start_table *start_table;

_Noreturn void rt_start(const struct start_table *table);

_Noreturn void rt_start(const struct start_table *table)
{
    start_table = table;
    if (!table || table->magic != START_MAGIC || table->version != START_VERSION)
        l4_exit();
    heap_set(table->heap_base, table->heap_bytes);
    clock_start();
    for (void (*const *each)(void) = init_array_begin; each != init_array_end; each++)
        (*each)();
    exit(main());
}
