/* SPDX-License-Identifier: Apache-2.0 */
/* str.c: views and growing text; knows nothing of JSON, SQL or locales. */
#include "base/str.h"

bool str_eq(Str a, Str b)
{
    if (!a.p || !b.p) return !a.p && !b.p;
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

int str_cmp(Str a, Str b)
{
    if (!a.p || !b.p) return (a.p != NULL) - (b.p != NULL);
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* Eight bytes of text at once. A set bit says that some byte has the property; which one, it
 * does not say exactly. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))
static inline uint64_t any_zero(uint64_t eight)
{
    return (eight - EIGHT(1)) & ~eight & EIGHT(0x80);
}
static inline uint64_t any_below(uint64_t eight, uint64_t least) /* least ≤ 0x80 */
{
    return (eight - EIGHT(1) * least) & ~eight & EIGHT(0x80);
}

/* What a control character, or a sign that turns the direction, may begin with. */
static inline bool may_control(uint64_t eight)
{
    return any_below(eight, 0x20) | any_zero(eight ^ EIGHT(0x7F)) |
           any_zero(eight ^ EIGHT(0xC2)) | any_zero(eight ^ EIGHT(0xE2));
}

size_t str_control(Str a)
{
    uint64_t eight;
    for (size_t i = 0; i < a.n; i++) {
        while (a.n - i >= 8 && (memcpy(&eight, a.p + i, 8), !may_control(eight)))
            i += 8;
        if (i == a.n) break;
        unsigned char c = (unsigned char)a.p[i];
        if (c < 0x20 ? c != '\n' && c != '\t' : c == 0x7F) return i;
        if (c == 0xC2 && i + 1 < a.n && (unsigned char)a.p[i + 1] < 0xA0) return i;
        if (c != 0xE2 || i + 2 >= a.n) continue;
        unsigned char d = (unsigned char)a.p[i + 1], e = (unsigned char)a.p[i + 2];
        if ((d == 0x80 && e >= 0xAA && e <= 0xAE) || (d == 0x81 && e >= 0xA6 && e <= 0xA9))
            return i;
    }
    return SIZE_MAX;
}

/* Some byte of sixteen that JSON escapes; by the compiler's vectors, which it makes of whatever
 * the machine has. */
static inline bool may_escape(const char *p)
{
    typedef unsigned char Sixteen __attribute__((vector_size(16)));
    typedef uint64_t Two __attribute__((vector_size(16)));
    Sixteen c;
    memcpy(&c, p, sizeof c);
    Two found = (Two)(c < 0x20) | (Two)(c == '"') | (Two)(c == '\\');
    return found[0] | found[1];
}

size_t str_plain(Str a)
{
    size_t i = 0;
    while (a.n - i >= 16 && !may_escape(a.p + i))
        i += 16;
    if (i && a.n - i < 16 && !may_escape(a.p + a.n - 16)) return a.n;
    while (i < a.n && (unsigned char)a.p[i] >= 0x20 && a.p[i] != '"' && a.p[i] != '\\')
        i++;
    return i;
}

size_t str_printable(Str a)
{
    size_t i = 0;
    uint64_t eight;
    while (a.n - i >= 8 &&
           (memcpy(&eight, a.p + i, 8),
            !((eight & EIGHT(0x80)) | any_below(eight, 0x20) | any_zero(eight ^ EIGHT(0x7F)))))
        i += 8;
    while (i < a.n && a.p[i] >= 0x20 && a.p[i] < 0x7F)
        i++;
    return i;
}

bool str_starts(Str a, Str prefix)
{
    return a.p && a.n >= prefix.n && memcmp(a.p, prefix.p, prefix.n) == 0;
}

bool str_ends(Str a, Str suffix)
{
    return a.p && a.n >= suffix.n && memcmp(a.p + a.n - suffix.n, suffix.p, suffix.n) == 0;
}

size_t str_find(Str a, Str needle)
{
    if (!a.p || needle.n > a.n) return SIZE_MAX;
    if (needle.n == 0) return 0;
    const char *at = memmem(a.p, a.n, needle.p, needle.n);
    return at ? (size_t)(at - a.p) : SIZE_MAX;
}

bool str_cut(Str a, char c, Str *head, Str *rest)
{
    const char *at = a.n ? memchr(a.p, c, a.n) : NULL;
    if (!at) {
        *head = a;
        *rest = STR_NULL;
        return false;
    }
    size_t i = (size_t)(at - a.p);
    *head = (Str){a.p, i};
    *rest = (Str){at + 1, a.n - i - 1};
    return true;
}

static size_t space_at(Str a, size_t i, bool backwards)
{
    static const char full[] = "\xe3\x80\x80"; /* U+3000 */
    if (backwards) {
        if (strchr(" \t\r\n", a.p[i - 1]) && a.p[i - 1]) return 1;
        return i >= 3 && memcmp(a.p + i - 3, full, 3) == 0 ? 3 : 0;
    }
    if (strchr(" \t\r\n", a.p[i]) && a.p[i]) return 1;
    return a.n - i >= 3 && memcmp(a.p + i, full, 3) == 0 ? 3 : 0;
}

Str str_trim(Str a)
{
    if (!a.p) return a;
    size_t from = 0, step;
    while (from < a.n && (step = space_at(a, from, false)))
        from += step;
    a = (Str){a.p + from, a.n - from};
    while (a.n && (step = space_at(a, a.n, true)))
        a.n -= step;
    return a;
}

Str str_dup(Arena *mem, Str a)
{
    return a.p ? (Str){arena_copy(mem, a.p, a.n), a.n} : STR_NULL;
}

char *str_z(Arena *mem, Str a)
{
    return a.p ? arena_copy(mem, a.p, a.n) : NULL;
}

Str str_join(Arena *mem, Str a, Str b)
{
    char *p = arena_raw(mem, a.n + b.n + 1);
    if (a.n) memcpy(p, a.p, a.n);
    if (b.n) memcpy(p + a.n, b.p, b.n);
    p[a.n + b.n] = 0;
    return (Str){p, a.n + b.n};
}

Str str_fmt(Arena *mem, const char *format, ...)
{
    char few[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(few, sizeof few, format, args);
    va_end(args);
    assert(n >= 0);
    if ((size_t)n < sizeof few) {
        va_end(again);
        return (Str){arena_copy(mem, few, (size_t)n), (size_t)n};
    }
    char *p = arena_raw(mem, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (Str){p, (size_t)n};
}

bool str_int(Str a, int64_t *out)
{
    return str_decimal(a, 0, out);
}

bool str_decimal(Str a, int scale, int64_t *out)
{
    size_t i = 0;
    bool minus = a.n && a.p[0] == '-';
    if (minus) i++;
    int64_t v = 0;
    int digits = 0, behind = -1;
    for (; i < a.n; i++) {
        char c = a.p[i];
        if (c == '.' && behind < 0 && digits && scale > 0) {
            behind = 0;
            continue;
        }
        if (c < '0' || c > '9') return false;
        if (behind >= 0 && behind++ >= scale) return false;
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, c - '0', &v))
            return false;
        digits++;
    }
    if (!digits || behind == 0) return false;
    for (int k = behind < 0 ? 0 : behind; k < scale; k++)
        if (__builtin_mul_overflow(v, 10, &v)) return false;
    *out = minus ? -v : v;
    return true;
}

bool str_rounded(Str a, int scale, int64_t *out)
{
    bool minus = a.n && a.p[0] == '-';
    Str plain = {a.p + minus, a.n - minus};
    size_t point = 0;
    while (point < plain.n && plain.p[point] != '.')
        point++;
    size_t kept = point + 1 + (size_t)scale;
    if (kept >= plain.n) return str_decimal(a, scale, out);
    for (size_t i = kept; i < plain.n; i++)
        if (plain.p[i] < '0' || plain.p[i] > '9') return false;
    int64_t v;
    if (plain.p[0] == '-' || !str_decimal((Str){plain.p, kept}, scale, &v)) return false;
    v += plain.p[kept] >= '5';
    *out = minus ? -v : v;
    return true;
}

uint64_t str_hash(Str a)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < a.n; i++)
        h = (h ^ (unsigned char)a.p[i]) * 1099511628211u;
    return h;
}

/* Length of the well-formed sequence at p, 0 if there is none (Unicode 15, table 3-7). */
static size_t utf8_step(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80) return p[0] ? 1 : 0;
    if (p[0] < 0xC2) return 0;
    if (p[0] < 0xE0) return n >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
    if (p[0] < 0xF0) {
        if (n < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
        if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
        return p[0] == 0xED && p[1] > 0x9F ? 0 : 3;
    }
    if (p[0] > 0xF4 || n < 4) return 0;
    if ((p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 || (p[3] & 0xC0) != 0x80) return 0;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;
    return p[0] == 0xF4 && p[1] > 0x8F ? 0 : 4;
}

/* Eight bytes below 0x80, none of them 0. */
static bool all_ascii(uint64_t eight)
{
    return !((eight | (eight - EIGHT(1))) & EIGHT(0x80));
}

/* Steps over characters of three bytes, as Chinese is; the second byte of what begins with E0
 * or ED is left to utf8_step. */
static size_t utf8_threes(const unsigned char *p, size_t n)
{
    size_t i = 0;
    for (; n - i >= 3; i += 3)
        if ((p[i] & 0xF0) != 0xE0 || (p[i + 1] & 0xC0) != 0x80 || (p[i + 2] & 0xC0) != 0x80 ||
            p[i] == 0xE0 || p[i] == 0xED)
            break;
    return i;
}

size_t utf8_fault(Str a)
{
    const unsigned char *p = (const unsigned char *)a.p;
    for (size_t i = 0, step; i < a.n; i += step) {
        uint64_t eight;
        while (a.n - i >= 8 && (memcpy(&eight, p + i, 8), all_ascii(eight)))
            i += 8;
        i += utf8_threes(p + i, a.n - i);
        if (i == a.n) break;
        if (!(step = utf8_step(p + i, a.n - i))) return i;
    }
    return SIZE_MAX;
}

size_t utf8_count(Str a)
{
    size_t n = 0;
    for (size_t i = 0; i < a.n; i++)
        n += ((unsigned char)a.p[i] & 0xC0) != 0x80;
    return n;
}

void buf_grow(Buf *b, size_t more)
{
    size_t cap = b->cap ? b->cap : 128;
    while (cap - b->n <= more)
        cap *= 2;
    if (!b->cap || !arena_extend(b->mem, b->p, b->cap, cap)) {
        char *p = arena_raw(b->mem, cap);
        if (b->n) memcpy(p, b->p, b->n);
        b->p = p;
    }
    b->cap = cap;
}

void buf_fmt(Buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    buf_room(b, 1);
    size_t room = b->cap - b->n;
    int n = vsnprintf(b->p + b->n, room, format, args);
    va_end(args);
    assert(n >= 0);
    if ((size_t)n >= room) {
        buf_room(b, (size_t)n);
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
    }
    va_end(again);
    b->n += (size_t)n;
}

void buf_int(Buf *b, int64_t v)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    char digits[24];
    size_t i = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    for (; u >= 10; u /= 100)
        memcpy(digits + (i -= 2), pairs + u % 100 * 2, 2);
    if (u || i == sizeof digits) digits[--i] = (char)('0' + u);
    if (v < 0) digits[--i] = '-';
    buf_bytes(b, digits + i, sizeof digits - i);
}

void buf_decimal(Buf *b, int64_t value, int scale)
{
    int64_t unit = 1;
    for (int i = 0; i < scale; i++)
        unit *= 10;
    if (value < 0) buf_char(b, '-');
    uint64_t u = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    buf_int(b, (int64_t)(u / (uint64_t)unit));
    int64_t rest = (int64_t)(u % (uint64_t)unit);
    if (!rest) return;
    while (rest % 10 == 0) {
        rest /= 10;
        scale--;
    }
    char digits[20] = ".";
    for (int i = scale; i > 0; i--, rest /= 10)
        digits[i] = (char)('0' + rest % 10);
    buf_bytes(b, digits, (size_t)scale + 1);
}

void buf_hex(Buf *b, const void *p, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *bytes = p;
    buf_room(b, 2 * n);
    for (size_t i = 0; i < n; i++) {
        b->p[b->n++] = hex[bytes[i] >> 4];
        b->p[b->n++] = hex[bytes[i] & 15];
    }
    b->p[b->n] = 0;
}

Str buf_str(const Buf *b)
{
    return b->p ? (Str){b->p, b->n} : S("");
}
