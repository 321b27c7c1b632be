// SPDX-License-Identifier: BSD-2-Clause
//
// The generated code of the sample interface, for the tests here.
#ifndef TESTS_INTERFACE_SAMPLE_H
#define TESTS_INTERFACE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tools/idlc/tests/interfaces/good/everything.h>
#include <tools/idlc/tests/interfaces/good/everything_client.h>
#include <tools/idlc/tests/interfaces/good/everything_server.h>
#include <tools/idlc/tests/interfaces/good/everything_session.h>

#endif
