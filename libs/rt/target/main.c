/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main() of a program that is made of components: its composition table was written by mkimage.
 */
#include <rt/loop.h>
#include <stdlib.h>

extern struct program composition;

int main(void)
{
    for (unsigned i = 0; i < composition.instance_count; i++)
        for (unsigned link = 0; link < composition.instances[i].link_count; link++)
            composition.instances[i].links[link].waiting = true;
    if (!program_start(&composition))
        return EXIT_FAILURE;
    program_run(&composition);
}
