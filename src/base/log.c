/* SPDX-License-Identifier: Apache-2.0 */
/* log.c: the only writer to stderr of a running server. */
#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/time.h"

static LogLevel most = LOG_INFO;

void log_level(LogLevel level)
{
    most = level;
}

void log_line(LogLevel level, const char *format, ...)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    if (level > most) return;
    Instant now = time_wall();
    time_t seconds = now / 1000;
    struct tm utc;
    gmtime_r(&seconds, &utc);
    char line[2048];
    size_t n = strftime(line, sizeof line, "at=%Y-%m-%dT%H:%M:%S", &utc);
    n += (size_t)snprintf(line + n, sizeof line - n, ".%03dZ level=%s ", (int)(now % 1000), names[level]);
    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + n, sizeof line - n - 1, format, args);
    va_end(args);
    n += more < 0 ? 0 : (size_t)more;
    if (n > sizeof line - 2) n = sizeof line - 2;
    line[n++] = '\n';
    ssize_t done = write(STDERR_FILENO, line, n);
    (void)done;
}
