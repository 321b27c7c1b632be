// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_HOSTILE_SHAKE_OFF_H
#define TESTS_HOSTILE_SHAKE_OFF_H

#include <rt/component.h>

// Tries to get out of root's sight; says how many attempts were refused.
void shake_off(struct instance *self);

#endif
