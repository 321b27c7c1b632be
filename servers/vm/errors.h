// SPDX-License-Identifier: BSD-2-Clause
//
// The answers of dataspace.idl, under the names that the files of this folder use.
#ifndef VM_ERRORS_H
#define VM_ERRORS_H

enum {
    ERROR_NONE = 0,
    ERROR_NO_MEMORY = 1,
    ERROR_NO_SUCH_DATASPACE = 2,
    ERROR_NO_ADDRESS = 3,
    ERROR_BAD_RANGE = 4,
    ERROR_NOT_ALLOWED = 5,
    ERROR_TOO_MANY = 6,
    ERROR_PAGE_THERE = 7,
    ERROR_ABSENT = 0xffff, // never an answer: wait for a manager
};

#endif
