/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base.h: what every file of gridward takes for granted.
 *
 * Integers of a row are int64_t, text is Str; NIL in an integer member and a Str whose p is
 * NULL both mean SQL NULL and JSON null. assert() stays on in every build: a broken invariant
 * ends the process, because the ledger on disk is always whole and a restart costs seconds.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef NDEBUG
#error "gridward keeps its assertions: build without NDEBUG"
#endif

#define MUST                     __attribute__((warn_unused_result))
#define LIKE_PRINTF(text, first) __attribute__((format(printf, text, first), nonnull(text)))
#define countof(array)           (sizeof(array) / sizeof(*(array)))

#define NIL INT64_MIN /* SQL NULL in an integer member of a row */

typedef int64_t Instant; /* milliseconds since 1970-01-01T00:00:00Z */
typedef int64_t Date;    /* days since 1970-01-01, civil calendar of UTC+8 */

#include "base/banned.h"

#endif
