// SPDX-License-Identifier: BSD-2-Clause
//
// Serial port and text screen, and the ring before them.
//
// A port takes 87 us for a character, so nobody waits for it while the system runs: what is to be
// written goes into the ring, and from there as many characters at once as the port has room for:
// after each LOG_WRITE as long as it takes more, and when the timer comes. How a thread died is
// kept as numbers until there is time to make a line of them. Only what the kernel writes itself,
// at boot, in a panic and in a non-maskable interrupt, waits for the port and overtakes the ring;
// a panic empties that first.
#include "log.h"

#include <stdarg.h>

#include "boot.h"
#include "call.h"
#include "sched.h"
#include "time.h"

#define UART          0x3f8
#define UART_CAUSE    (UART + 2)
#define UART_STATUS   (UART + 5)
#define UART_EMPTY    0x20
#define UART_FIFO     0xc0 // both bits of the cause: there is one
#define UART_ABSENT   0xff
#define UART_PATIENCE 100000u // reads of the status before giving a character up

#define SCREEN_ADDRESS 0xb8000
#define SCREEN_COLUMNS 80u
#define SCREEN_ROWS    25u
#define SCREEN_COLOUR  0x0700

#define RING_BYTES   4096u
#define BITE_BYTES   16u   // what an empty port has room for, if it has a FIFO
#define CHARACTER_US 88    // how long it takes for one
#define LATE_US      20000 // a port that takes nothing for so long takes nothing any more
#define DEATHS       16u
#define DEATH_BYTES  256u // of the line of a death

static volatile uint16_t *screen;
static unsigned cell; // where the next character goes
static bool uart;
static uint64_t uart_late;         // TSC from which on it is not waited for
static unsigned bite = BITE_BYTES; // characters that go out in one step

static char ring[RING_BYTES];
static unsigned ring_end, ring_begin; // characters put in and taken out, ever

static struct death {
    const char *why;
    uint64_t vector, error, address, ip, sp;
} deaths[DEATHS];
static unsigned deaths_end, deaths_begin, deaths_lost;

uint64_t log_due = UINT64_MAX;

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
    if (uart && (in8(UART_CAUSE) & UART_FIFO) != UART_FIFO)
        bite = 1;
    screen = boot_map_device(2, SCREEN_ADDRESS);
    zero_words((uint16_t *)screen, SCREEN_ROWS * SCREEN_COLUMNS / 4);
}

// Reading the screen's memory is slow, so nothing is moved: behind the last row comes the first,
// and the row that is begun is empty.
static void screen_write(char character)
{
    if (character == '\r')
        return;
    if (character == '\n')
        cell += SCREEN_COLUMNS - cell % SCREEN_COLUMNS;
    else
        screen[cell++] = SCREEN_COLOUR | (uint8_t)character;
    if (cell % SCREEN_COLUMNS)
        return;
    // A non-maskable interrupt may have written in between.
    if (cell >= SCREEN_ROWS * SCREEN_COLUMNS)
        cell = 0;
    zero_words((uint16_t *)screen + cell, SCREEN_COLUMNS / 4);
}

static void write_out(char character)
{
    if (uart)
        out8(UART, (uint8_t)character);
    if (screen)
        screen_write(character);
}

static void write_waiting(char character)
{
    for (unsigned i = 0; uart && i < UART_PATIENCE; i++)
        if (in8(UART_STATUS) & UART_EMPTY)
            break;
    write_out(character);
}

static void write_ring(char character)
{
    ring[ring_end++ % RING_BYTES] = character;
}

// Where characters go.
static void (*sink)(char character) = write_waiting;

static void character_print(char character)
{
    if (character == '\n')
        sink('\r');
    sink(character);
}

static void number_print(uint64_t value, unsigned base)
{
    char digits[24];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (count)
        sink(digits[--count]);
}

static void string_print(const char *string)
{
    while (*string)
        character_print(*string++);
}

void log_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            character_print(*format);
            continue;
        }
        format++;
        if (*format == 's')
            string_print(va_arg(arguments, const char *));
        else if (*format == 'x')
            number_print(va_arg(arguments, uint64_t), 16);
        else if (*format == 'u')
            number_print(va_arg(arguments, uint64_t), 10);
    }
    va_end(arguments);
}

void log_print_at_once(const char *line)
{
    void (*interrupted)(char character) = sink;
    sink = write_waiting;
    string_print(line);
    sink = interrupted;
}

// The line of the death that has waited longest, or of those that there was no place for.
static void death_print(void)
{
    if (deaths_begin == deaths_end) {
        log_print("kernel: %u more threads end\n", (uint64_t)deaths_lost);
        deaths_lost = 0;
        return;
    }
    const struct death *d = &deaths[deaths_begin++ % DEATHS];
    log_print("kernel: a thread ends: %s; vector %x error %x address %x ip %x sp %x\n", d->why,
              d->vector, d->error, d->address, d->ip, d->sp);
}

static bool deaths_wait(void)
{
    return deaths_begin != deaths_end || deaths_lost;
}

static bool ring_empty(void)
{
    return ring_begin == ring_end;
}

// Takes as much out of the ring as the port has room for. Returns whether it might take more.
static bool ring_bite(void)
{
    uint64_t now = rdtsc();
    if (uart && !(in8(UART_STATUS) & UART_EMPTY) && now < uart_late)
        return false;
    uart_late = now + time_ticks(LATE_US);
    for (unsigned i = 0; i < bite && !ring_empty(); i++)
        write_out(ring[ring_begin++ % RING_BYTES]);
    return !ring_empty();
}

// One step towards room for that many characters in the ring, with all earlier deaths before them.
// Returns whether there is.
static bool ring_make_room(unsigned bytes)
{
    bool death = deaths_wait();
    if (RING_BYTES - (ring_end - ring_begin) < (death ? DEATH_BYTES : bytes)) {
        ring_bite();
        return false;
    }
    if (!death)
        return true;
    sink = write_ring;
    if (ring_end && ring[(ring_end - 1) % RING_BYTES] != '\n')
        character_print('\n');
    death_print();
    sink = write_waiting;
    return false;
}

// What is left is written when the timer comes.
static void leave_to_timer(void)
{
    if (log_due != UINT64_MAX)
        return;
    log_due = rdtsc() + time_ticks(CHARACTER_US * bite);
    timer_need(log_due);
}

void log_death(const char *why, const struct registers *at, uint64_t address)
{
    if (deaths_end - deaths_begin == DEATHS)
        deaths_lost++;
    else
        deaths[deaths_end++ % DEATHS] =
            (struct death){why, at->vector, at->error, address, at->ip, at->sp};
    leave_to_timer();
}

void log_tick(uint64_t now)
{
    if (now < log_due)
        return;
    log_due = UINT64_MAX;
    if (ring_make_room(0))
        ring_bite();
    if (!ring_empty() || deaths_wait())
        leave_to_timer();
}

void log_flush(void)
{
    sink = write_waiting;
    while (!ring_empty())
        sink(ring[ring_begin++ % RING_BYTES]);
    while (deaths_wait())
        death_print();
}

unsigned op_log_write(struct thread *caller)
{
    uint64_t bytes = call_second(caller);
    if (bytes > L4_REGISTER_WORDS * sizeof(uint64_t))
        return L4_STATUS_ARGUMENT;
    // A line feed becomes two characters.
    if (!ring_make_room(2 * (unsigned)bytes))
        return STATUS_RESTART;
    sink = write_ring;
    for (unsigned i = 0; i < bytes; i++)
        character_print((char)(*call_word(caller, i / 8) >> (i % 8 * 8)));
    sink = write_waiting;
    // From here on the call is one that writes nothing, so it can be repeated.
    caller->registers.si = 0;
    if (ring_bite())
        return STATUS_RESTART;
    if (ring_empty())
        return L4_STATUS_OK;
    leave_to_timer();
    return L4_STATUS_AGAIN;
}
