// SPDX-License-Identifier: BSD-2-Clause
#include <l4/call.h>

static const char *const texts[L4_STATUS_COUNT] = {
#define L4_STATUS_ENTRY(name, number, sentence) [number] = sentence,
    L4_STATUS_LIST(L4_STATUS_ENTRY)
#undef L4_STATUS_ENTRY
};

const char *l4_status_text(enum l4_status status)
{
    return status < L4_STATUS_COUNT ? texts[status] : "No such status.";
}
