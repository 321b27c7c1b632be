// SPDX-License-Identifier: BSD-2-Clause
//
// Status codes: what every operation returns, with a sentence for each.
#ifndef ABI_STATUS_H
#define ABI_STATUS_H

// X(name, number, sentence)
#define L4_STATUS_LIST(X)                                                                          \
    X(OK, 0, "The operation was carried out.")                                                     \
    X(OPERATION, 1, "There is no operation of that number.")                                       \
    X(HANDLE, 2, "The handle names nothing.")                                                      \
    X(KIND, 3, "The handle names an object of another kind.")                                      \
    X(RIGHTS, 4, "The handle does not carry the right that the operation needs.")                  \
    X(ARGUMENT, 5, "An argument is outside its range.")                                            \
    X(SLOT, 6, "The handle slot is occupied or beyond the table.")                                 \
    X(QUOTA, 7, "The space's kernel memory quota is used up.")                                     \
    X(MEMORY, 8, "The kernel's memory is used up.")                                                \
    X(TIMEOUT, 9, "The time for waiting is over.")                                                 \
    X(NOT_READY, 10, "The receiver does not wait and the sender did not want to.")                 \
    X(ENDED, 11, "The partner ended before the message was through.")                              \
    X(ABANDONED, 12, "The partner took the call and will never answer it.")                        \
    X(CANCELLED, 13, "Another thread took this one out of its wait.")                              \
    X(NO_CALLER, 14, "There is no caller to answer.")                                              \
    X(MESSAGE, 15, "The message is malformed: too many words or items, or an unknown item.")       \
    X(ADDRESS, 16, "An address is not a user address, not aligned or not mapped.")                 \
    X(OCCUPIED, 17, "Something else is mapped or attached there.")                                 \
    X(WINDOW, 18, "The receiver has no window for the item.")                                      \
    X(STATE, 19, "The object is not in a state that allows this.")                                 \
    X(PRIORITY, 20, "The priority is above what the space may use.")                               \
    X(AGAIN, 21, "Part of the work is done; repeat the call to continue.")

enum l4_status {
#define L4_STATUS_ENTRY(name, number, sentence) L4_STATUS_##name = number,
    L4_STATUS_LIST(L4_STATUS_ENTRY)
#undef L4_STATUS_ENTRY
        L4_STATUS_COUNT
};

#endif
