// SPDX-License-Identifier: BSD-2-Clause
//
// Serial port and text screen, both polled.
#include "log.h"

#include <stdarg.h>

#include "boot.h"
#include "call.h"

#define UART          0x3f8
#define UART_STATUS   (UART + 5)
#define UART_EMPTY    0x20
#define UART_ABSENT   0xff
#define UART_PATIENCE 100000u // reads of the status before giving a character up

#define SCREEN_ADDRESS 0xb8000
#define SCREEN_COLUMNS 80u
#define SCREEN_ROWS    25u
#define SCREEN_COLOUR  0x0700

static volatile uint16_t *screen;
static unsigned cell; // where the next character goes
static bool uart;

void log_init(void)
{
    uart = in8(UART_STATUS) != UART_ABSENT;
    out8(UART + 1, 0);
    out8(UART + 3, 0x80); // divisor follows
    out8(UART + 0, 1);    // 115200 baud
    out8(UART + 1, 0);
    out8(UART + 3, 0x03); // 8 bits, no parity
    out8(UART + 2, 0xc7); // FIFO
    out8(UART + 4, 0x0b); // ready; interrupt line enabled for a later driver
    screen = boot_map_device(2, SCREEN_ADDRESS);
    zero_words((uint16_t *)screen, SCREEN_ROWS * SCREEN_COLUMNS / 4);
}

static void serial_write(char character)
{
    for (unsigned i = 0; i < UART_PATIENCE; i++)
        if (in8(UART_STATUS) & UART_EMPTY)
            break;
    out8(UART, (uint8_t)character);
}

static void screen_scroll(void)
{
    uint16_t *cells = (uint16_t *)screen;
    cell = (SCREEN_ROWS - 1) * SCREEN_COLUMNS;
    copy_words(cells, cells + SCREEN_COLUMNS, cell / 4);
    zero_words(cells + cell, SCREEN_COLUMNS / 4);
}

static void screen_write(char character)
{
    if (character == '\n')
        cell += SCREEN_COLUMNS - cell % SCREEN_COLUMNS;
    else if (character != '\r')
        screen[cell++] = SCREEN_COLOUR | (uint8_t)character;
    // A non-maskable interrupt may have written in between.
    if (cell >= SCREEN_ROWS * SCREEN_COLUMNS)
        screen_scroll();
}

void log_character(char character)
{
    if (uart && character == '\n')
        serial_write('\r');
    if (uart)
        serial_write(character);
    if (screen)
        screen_write(character);
}

static void log_number(uint64_t value, unsigned base)
{
    char digits[24];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (count)
        log_character(digits[--count]);
}

void log_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            log_character(*format);
            continue;
        }
        format++;
        if (*format == 's')
            for (const char *string = va_arg(arguments, const char *); *string; string++)
                log_character(*string);
        else if (*format == 'x')
            log_number(va_arg(arguments, uint64_t), 16);
        else if (*format == 'u')
            log_number(va_arg(arguments, uint64_t), 10);
        else if (*format == 'c')
            log_character((char)va_arg(arguments, int));
    }
    va_end(arguments);
}

unsigned op_log_write(struct thread *caller)
{
    uint64_t bytes = call_second(caller);
    if (bytes > L4_REGISTER_WORDS * sizeof(uint64_t))
        return L4_STATUS_ARGUMENT;
    for (unsigned i = 0; i < bytes; i++)
        log_character((char)(*call_word(caller, i / 8) >> (i % 8 * 8)));
    return L4_STATUS_OK;
}
