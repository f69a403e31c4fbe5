/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h: one logfmt line per event on stderr; the supervisor (systemd) owns the file.
 * No personal data, no bodies. Nouns never log; only store, web, main and the sweep's thread
 * do.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

typedef enum { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG } LogLevel;

/* Writes "at=… level=… " and the formatted pairs as one line, atomically; nothing of LOG_DEBUG.
 */
void log_line(LogLevel level, const char *format, ...) LIKE_PRINTF(2, 3);

/* Lines of this thread between log_hold and log_release are written together, at the end. */
void log_hold(void);
void log_release(void);

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)

#endif
