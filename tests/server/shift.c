/* SPDX-License-Identifier: Apache-2.0 */
/* shift.c: preloaded into a server, it shifts the wall's clock by the seconds that stand in the
 * file SHIFT_FILE, and no other clock. What the server tells the syslog goes to SHIFT_SYSLOG.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* By system calls alone: whoever asks for the time may hold any lock. */
static long shift(void)
{
    char text[32] = "";
    const char *path = getenv("SHIFT_FILE");
    long fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDONLY) : -1;
    if (fd < 0) return 0;
    long n = syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int fault = (int)syscall(SYS_clock_gettime, clock, out);
    if (!fault && clock == CLOCK_REALTIME) out->tv_sec += shift();
    return fault;
}

static void tell(const char *format, va_list args)
{
    FILE *file = fopen(getenv("SHIFT_SYSLOG"), "a");
    if (!file) return;
    vfprintf(file, format, args);
    fputc('\n', file);
    fclose(file);
}

void syslog(int priority, const char *format, ...)
{
    va_list args;
    (void)priority;
    va_start(args, format);
    tell(format, args);
    va_end(args);
}

/* What syslog is called when the compiler fortifies. */
void __syslog_chk(int priority, int flag, const char *format, ...)
{
    va_list args;
    (void)priority, (void)flag;
    va_start(args, format);
    tell(format, args);
    va_end(args);
}
