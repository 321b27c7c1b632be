// SPDX-License-Identifier: BSD-2-Clause
#include <l4/call.h>

enum l4_status (*host_kernel)(uint64_t operation, uint64_t first, uint64_t second, uint64_t third,
                              struct l4_message *message);
struct l4_utcb host_utcb;
