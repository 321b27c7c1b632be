// SPDX-License-Identifier: BSD-2-Clause
#include "support.h"

#include <stdarg.h>

#define EXIT_PORT   0xf4
#define THREADS_MAX 96
#define POOL_PAGES  256
#define POOL_BASE   0x10000000ull

extern char image_text[], image_rodata[], image_data[], image_end[];

int main(void);

static char stacks[THREADS_MAX][STACK_BYTES] __attribute__((aligned(4096)));
static uint8_t stack_of_slot[4096];
static bool stack_used[THREADS_MAX];
static bool slot_used[4096];
static uint64_t pages_used, pool_physical;

// The stack is the last page of the image; kept out of the array so that it is never given away.
char first_stack[4 * STACK_BYTES] __attribute__((aligned(4096)));
__asm__(".globl _start\n"
        "_start: lea first_stack + 16384(%rip), %rsp\n"
        "    xor %ebp, %ebp\n"
        "    call begin\n"
        "    ud2\n");

uint64_t first_tsc;

__attribute__((used)) static void begin(void)
{
    first_tsc = l4_tsc();
    need(l4_ports_map(L4_SLOT_PORTS, EXIT_PORT, 4), "exit port");
    finish((unsigned)main());
}

void *memset(void *to, int value, size_t bytes)
{
    unsigned char *at = to;
    while (bytes--)
        *at++ = (unsigned char)value;
    return to;
}

void *memcpy(void *to, const void *from, size_t bytes)
{
    unsigned char *at = to;
    const unsigned char *source = from;
    while (bytes--)
        *at++ = *source++;
    return to;
}

static char line[512];
static size_t line_length;

static void put(char character)
{
    line[line_length++] = character;
    if (character == '\n' || line_length == sizeof line) {
        l4_log_write(L4_SLOT_LOG, line, line_length);
        line_length = 0;
    }
}

static void put_number(uint64_t value, unsigned base)
{
    char digits[24];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (count)
        put(digits[--count]);
}

static void put_signed(int64_t value)
{
    if (value < 0)
        put('-');
    put_number(value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        format++;
        if (*format == 's')
            for (const char *at = va_arg(arguments, const char *); *at; at++)
                put(*at);
        else if (*format == 'u')
            put_number(va_arg(arguments, uint64_t), 10);
        else if (*format == 'x')
            put_number(va_arg(arguments, uint64_t), 16);
        else if (*format == 'd')
            put_signed(va_arg(arguments, int64_t));
    }
    va_end(arguments);
}

_Noreturn void finish(unsigned code)
{
    if (line_length)
        put('\n');
    for (;;)
        l4_port_write8(EXIT_PORT, (uint8_t)code);
}

void need(enum l4_status status, const char *what)
{
    if (status == L4_STATUS_OK)
        return;
    print("Bail out! %s: %s\n", what, l4_status_text(status));
    finish(1);
}

l4_handle_t slot_new(void)
{
    for (l4_handle_t slot = L4_SLOT_FREE; slot < sizeof slot_used; slot++)
        if (!slot_used[slot]) {
            slot_used[slot] = true;
            return slot;
        }
    need(L4_STATUS_SLOT, "slots");
    return 0;
}

void slot_free(l4_handle_t slot)
{
    l4_handle_close(0, slot);
    slot_used[slot] = false;
}

static uint64_t find_memory(uint64_t bytes)
{
    const struct l4_info *info = l4_info();
    for (unsigned i = 0; i < info->region_count; i++) {
        uint64_t start = (info->regions[i].start + 0x1fffff) & ~0x1fffffull;
        if (info->regions[i].kind == L4_REGION_FREE && start + bytes <= info->regions[i].end)
            return start;
    }
    return 0;
}

void *page_new(void)
{
    uint64_t offset = pages_used++ * 4096;
    if (!pool_physical)
        pool_physical = find_memory(POOL_PAGES * 4096);
    need(pool_physical && pages_used <= POOL_PAGES ? L4_STATUS_OK : L4_STATUS_MEMORY, "pages");
    need(l4_memory_map(L4_SLOT_MEMORY, pool_physical + offset, POOL_BASE + offset, 4096,
                       L4_READ | L4_WRITE),
         "page");
    return memset((void *)(POOL_BASE + offset), 0, 4096);
}

l4_handle_t space_new_with(uint64_t quota_bytes, uint32_t handles)
{
    l4_handle_t slot = slot_new();
    need(l4_space_create(slot, quota_bytes, handles, 0, 255), "space");
    uint64_t text = (uint64_t)image_text, rodata = (uint64_t)image_rodata;
    uint64_t data = (uint64_t)image_data, end = (uint64_t)image_end;
    need(l4_space_map(slot, text, text, rodata - text, L4_READ | L4_EXECUTE), "text");
    need(l4_space_map(slot, rodata, rodata, data - rodata, L4_READ), "constants");
    need(l4_space_map(slot, data, data, end - data, L4_READ | L4_WRITE), "data");
    return slot;
}

l4_handle_t space_new(void)
{
    return space_new_with(SPACE_QUOTA, SPACE_HANDLES);
}

l4_handle_t thread_unstarted(l4_handle_t space, unsigned priority)
{
    l4_handle_t slot = slot_new();
    need(l4_thread_create(space, slot, priority, slot, 0), "thread");
    return slot;
}

static void thread_main(uint64_t packed)
{
    // The stack's top holds what to run.
    uint64_t *top = (uint64_t *)packed;
    ((void (*)(uint64_t))top[0])(top[1]);
    l4_exit();
}

void thread_begin(l4_handle_t thread, void (*function)(uint64_t), uint64_t argument)
{
    unsigned index = 0;
    while (index < THREADS_MAX - 1 && stack_used[index])
        index++;
    stack_used[index] = true;
    stack_of_slot[thread] = (uint8_t)(index + 1);
    uint64_t *top = (uint64_t *)(stacks[index] + STACK_BYTES - 32);
    top[0] = (uint64_t)function;
    top[1] = argument;
    need(l4_thread_start(thread, (uint64_t)thread_main, (uint64_t)(top - 1), (uint64_t)top),
         "start");
}

l4_handle_t thread_new(l4_handle_t space, unsigned priority, void (*function)(uint64_t),
                       uint64_t argument)
{
    l4_handle_t thread = thread_unstarted(space, priority);
    thread_begin(thread, function, argument);
    return thread;
}

void thread_drop(l4_handle_t thread)
{
    l4_thread_delete(thread);
    if (stack_of_slot[thread])
        stack_used[stack_of_slot[thread] - 1] = false;
    stack_of_slot[thread] = 0;
    slot_free(thread);
}

uint64_t option(const char *name, uint64_t otherwise)
{
    const char *command = l4_info()->command;
    for (; *command; command++) {
        unsigned i = 0;
        while (name[i] && command[i] == name[i])
            i++;
        if (name[i])
            continue;
        uint64_t value = 0;
        for (command += i; *command >= '0' && *command <= '9'; command++)
            value = value * 10 + (uint64_t)(*command - '0');
        return value;
    }
    return otherwise;
}
