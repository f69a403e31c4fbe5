/* SPDX-License-Identifier: Apache-2.0 */
/* log.c: the only writer to stderr of a running server. */
#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/time.h"

static _Thread_local struct {
    bool holds;
    size_t n;
    char text[8192];
} held;

static void put(const char *line, size_t n)
{
    ssize_t done = write(STDERR_FILENO, line, n);
    (void)done;
}

void log_hold(void)
{
    held.holds = true;
}

void log_release(void)
{
    if (held.n) put(held.text, held.n);
    held.n = 0;
    held.holds = false;
}

/* The second of a line, which most lines share with the one before. */
static size_t stamp(char *out, size_t room, int64_t second)
{
    static _Thread_local int64_t last = -1;
    static _Thread_local char text[40];
    static _Thread_local size_t n;
    if (second != last) {
        time_t seconds = second;
        struct tm utc;
        gmtime_r(&seconds, &utc);
        n = strftime(text, sizeof text, "at=%Y-%m-%dT%H:%M:%S", &utc);
        last = second;
    }
    assert(n < room);
    memcpy(out, text, n);
    return n;
}

void log_line(LogLevel level, const char *format, ...)
{
    static const char *const levels[] = {"Z level=error ", "Z level=warn ", "Z level=info "};
    if (level == LOG_DEBUG) return;
    Instant now = time_wall();
    char line[2048];
    size_t n = stamp(line, sizeof line, now / 1000);
    int ms = (int)(now % 1000);
    const char mark[] = {'.', (char)('0' + ms / 100), (char)('0' + ms / 10 % 10),
                         (char)('0' + ms % 10)};
    memcpy(line + n, mark, sizeof mark);
    n += sizeof mark;
    n = (size_t)(stpcpy(line + n, levels[level]) - line);
    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + n, sizeof line - n - 1, format, args);
    va_end(args);
    n += more < 0 ? 0 : (size_t)more;
    if (n > sizeof line - 2) n = sizeof line - 2;
    line[n++] = '\n';
    if (!held.holds) {
        put(line, n);
        return;
    }
    if (held.n + n > sizeof held.text) {
        put(held.text, held.n);
        held.n = 0;
    }
    memcpy(held.text + held.n, line, n);
    held.n += n;
}
