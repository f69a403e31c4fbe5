/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.h: text. A Str is a view (pointer and length) that owns nothing; a Buf is text that
 * grows in an arena. p == NULL is SQL NULL and JSON null; an empty Str has p != NULL and n ==
 * 0. Text that came from outside has been checked once (utf8_fault) and is UTF-8 without NUL.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>

#include "base/arena.h"

typedef struct {
    const char *p;
    size_t n;
} Str;

#define S(literal) ((Str){"" literal "", sizeof(literal) - 1})
#define STR(s)     (int)(s).n, (s).p /* for "%.*s" */
#define STR_NULL   ((Str){0})

/* The view of a NUL-terminated string; NULL gives STR_NULL. Inline: z is most often a literal.
 */
static inline Str str(const char *z)
{
    return z ? (Str){z, strlen(z)} : STR_NULL;
}
MUST bool str_eq(Str a, Str b); /* NULL equals only NULL */
MUST int str_cmp(Str a, Str b); /* byte order, NULL first */
/* Equals a C string; NULL equals only NULL. Inline: z is most often a literal. */
MUST static inline bool str_is(Str a, const char *z)
{
    if (!a.p || !z) return !a.p && !z;
    if (a.n && *z != *a.p) return false; /* most that are asked: no need to count */
    return a.n == strlen(z) && memcmp(a.p, z, a.n) == 0;
}
MUST bool str_starts(Str a, Str prefix);
MUST bool str_ends(Str a, Str suffix);
/* The place of the first control character but line feed and tab, or of a sign that turns the
 * direction of writing (U+202A–202E, U+2066–2069): none stands in what people write. SIZE_MAX:
 * none. a is UTF-8. */
MUST size_t str_control(Str a);
/* Leading bytes that JSON takes as they are: neither a quote, a backslash nor below 0x20. */
MUST size_t str_plain(Str a);
/* Leading bytes from 0x20 to 0x7E. */
MUST size_t str_printable(Str a);
/* The place of needle in a, or SIZE_MAX. */
MUST size_t str_find(Str a, Str needle);
/* Cuts at the first c: true, and *head and *rest are set (rest without c); false: head is all,
 * rest STR_NULL. */
bool str_cut(Str a, char c, Str *head, Str *rest);
/* Without white space (space, tab, CR, LF, full-width space) at both ends. */
MUST Str str_trim(Str a);
/* Copies into the arena, with a NUL byte behind; STR_NULL stays STR_NULL. */
MUST Str str_dup(Arena *mem, Str a);
/* A NUL-terminated copy for libc's sake; STR_NULL gives NULL. */
MUST char *str_z(Arena *mem, Str a);
/* One behind the other, in the arena, with a NUL byte behind. */
MUST Str str_join(Arena *mem, Str a, Str b);
MUST Str str_fmt(Arena *mem, const char *format, ...) LIKE_PRINTF(2, 3);
/* Decimal integer, optional minus, nothing else, within int64_t and never NIL; false otherwise.
 */
MUST bool str_int(Str a, int64_t *out);
/* Fixed-point decimal with at most scale digits after the point, as value · 10^scale, exactly.
 */
MUST bool str_decimal(Str a, int scale, int64_t *out);
/* The same with any number of digits after the point, rounded, half away from zero. */
MUST bool str_rounded(Str a, int scale, int64_t *out);
/* FNV-1a, for hash tables in memory. */
MUST uint64_t str_hash(Str a);

/* The place of the first byte that is not well-formed UTF-8 or is NUL, or SIZE_MAX. */
MUST size_t utf8_fault(Str a);
/* Characters (code points) in well-formed text. */
MUST size_t utf8_count(Str a);

/* Text under construction. Zero the struct but for mem; p is always NUL-terminated once used.
 */
typedef struct {
    Arena *mem;
    char *p;
    size_t n, cap;
} Buf;

#define BUF(arena) ((Buf){.mem = (arena)})

void buf_grow(Buf *b, size_t more); /* what buf_room does when there is none */
/* Makes room for more bytes and a NUL. */
static inline void buf_room(Buf *b, size_t more)
{
    if (b->cap - b->n <= more) buf_grow(b, more);
}
static inline void buf_bytes(Buf *b, const void *p, size_t n)
{
    buf_room(b, n);
    if (n) memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = 0;
}
static inline void buf_add(Buf *b, Str s)
{
    buf_bytes(b, s.p, s.n);
}
static inline void buf_char(Buf *b, char c)
{
    buf_room(b, 1);
    b->p[b->n++] = c;
    b->p[b->n] = 0;
}
void buf_fmt(Buf *b, const char *format, ...) LIKE_PRINTF(2, 3);
void buf_int(Buf *b, int64_t n);
/* value · 10^-scale without trailing zeros behind the point. */
void buf_decimal(Buf *b, int64_t value, int scale);
void buf_hex(Buf *b, const void *p, size_t n);
/* The text so far; never STR_NULL. */
MUST Str buf_str(const Buf *b);

#endif
