// SPDX-License-Identifier: BSD-2-Clause
#include <l4/system.h>

#define LOG_BYTES (L4_REGISTER_WORDS * sizeof(uint64_t))

void l4_log_flush(l4_handle_t log)
{
    struct l4_message message = {0};
    while (l4_system_call(L4_OP_LOG_WRITE, log, 0, 0, &message) == L4_STATUS_AGAIN)
        ;
}

void l4_log_write(l4_handle_t log, const char *text, size_t length)
{
    while (length) {
        size_t part = length < LOG_BYTES ? length : LOG_BYTES;
        struct l4_message message = {0};
        for (size_t i = 0; i < part; i++)
            message.w[i / 8] |= (uint64_t)(uint8_t)text[i] << (i % 8 * 8);
        l4_system_call(L4_OP_LOG_WRITE, log, part, 0, &message);
        text += part;
        length -= part;
    }
}
