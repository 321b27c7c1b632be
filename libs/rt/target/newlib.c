/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What newlib asks of a system. There are no files: standard output and error go to the log,
 * everything else is refused.
 */
#include "target.h"
#include <errno.h>
#include <idl/root_client.h>
#include <l4/thread.h>
#include <malloc.h>
#include <rt/clock.h>
#include <rt/machine.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static uintptr_t heap_next, heap_end;

void heap_set(uintptr_t base, size_t length_bytes)
{
    heap_next = base;
    heap_end = base + length_bytes;
}

void *sbrk(ptrdiff_t increment)
{
    uintptr_t before = heap_next;
    if (increment > 0 ? (size_t)increment > heap_end - heap_next : increment < 0) {
        errno = ENOMEM;
        return (void *)-1;
    }
    heap_next += (uintptr_t)increment;
    return (void *)before;
}

_READ_WRITE_RETURN_TYPE write(int file, const void *bytes, size_t length)
{
    if (file != STDOUT_FILENO && file != STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    machine_write(bytes, length);
    return (_READ_WRITE_RETURN_TYPE)length;
}

_READ_WRITE_RETURN_TYPE read(int file, void *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    errno = EBADF;
    return file == STDIN_FILENO ? 0 : -1;
}

int close(int file)
{
    (void)file;
    errno = EBADF;
    return -1;
}

int fstat(int file, struct stat *status)
{
    if (file > STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    *status = (struct stat){.st_mode = S_IFCHR};
    return 0;
}

int isatty(int file)
{
    return file <= STDERR_FILENO;
}

off_t lseek(int file, off_t offset, int whence)
{
    (void)file;
    (void)offset;
    (void)whence;
    errno = ESPIPE;
    return -1;
}

int getpid(void)
{
    return (int)start_table->program;
}

int kill(int process, int signal)
{
    (void)process;
    _exit(128 + signal); /* abort() and raise(): there is no one but ourselves */
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    (void)zone;
    uint64_t us = clock_us();
    *time = (struct timeval){(time_t)(us / 1000000), (suseconds_t)(us % 1000000)};
    return 0;
}

void _exit(int code)
{
    const struct endpoint root = root_endpoint();
    root_ended(&root, (uint32_t)code);
    l4_exit();
}

/* newlib's aligned_alloc is made of this, which newlib itself leaves to the system. */
int posix_memalign(void **memory, size_t alignment, size_t length_bytes)
{
    *memory = memalign(alignment, length_bytes);
    return *memory ? 0 : ENOMEM;
}
