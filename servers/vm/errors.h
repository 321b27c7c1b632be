// SPDX-License-Identifier: BSD-2-Clause
//
// The errors of dataspace.idl, and one that never leaves the server.
#ifndef VM_ERRORS_H
#define VM_ERRORS_H

#include <idl/dataspace.h>

#define ERROR_ABSENT 0xffffu // wait for a manager

#endif
