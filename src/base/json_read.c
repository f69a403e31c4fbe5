/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_read.c: JSON into a tree that lies in an arena: one copy of the text, in which strings
 * are unescaped where they stand, and one run of memory for the members of each object or
 * array. RFC 8259, stricter where it leaves room: valid UTF-8, no NUL, no duplicate keys,
 * integers that fit into 64 bits.
 */
#include <errno.h>
#include <math.h>

#include "base/json.h"

#define DEPTH_MOST 32
#define OPEN_FEW   48 /* members of what is still open, before they need memory of their own */
#define KEYS_FEW   16 /* compared one with another; more are sorted first */

const Err JSON_BAD = ERROR(ERR_BAD, "bad-json", "不是有效的 JSON:第 {0} 行第 {1} 列,{2}",
                           "Not valid JSON: line {0} column {1}, {2}");

typedef struct {
    Arena *mem;
    char *text, *at, *end; /* *end is NUL */
    const char *fault;     /* what was wrong at `at` */
    int depth;
    JsonMember *open; /* finished members of containers that are not yet closed */
    size_t open_count, open_cap;
} JsonReader;

static bool wrong(JsonReader *r, const char *fault)
{
    if (!r->fault) r->fault = fault;
    return false;
}

static char skip(JsonReader *r)
{
    while (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t')
        r->at++;
    return *r->at;
}

/* ---- strings ---- */

static int hex4(const char *p)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        v = v * 16 + digit;
    }
    return v;
}

static char *utf8_put(char *to, int c)
{
    if (c < 0x80)
        *to++ = (char)c;
    else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 63));
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    }
    return to;
}

/* \uXXXX, or two of them; r->at stands behind the u. What comes out is shorter than what stood
 * there. */
static bool read_unicode(JsonReader *r, char **to)
{
    int c = hex4(r->at);
    if (c < 0) return wrong(r, "invalid escape");
    r->at += 4;
    if (c == 0) return wrong(r, "\\u0000 is not allowed");
    if (c >= 0xDC00 && c < 0xE000) return wrong(r, "invalid Unicode");
    if (c >= 0xD800 && c < 0xDC00) {
        int low = r->at[0] == '\\' && r->at[1] == 'u' ? hex4(r->at + 2) : -1;
        if (low < 0xDC00 || low >= 0xE000) return wrong(r, "invalid Unicode");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        r->at += 6;
    }
    *to = utf8_put(*to, c);
    return true;
}

static bool read_escape(JsonReader *r, char **to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char c = *++r->at;
    if (c == 'u') {
        r->at++;
        return read_unicode(r, to);
    }
    const char *known = c ? strchr(from, c) : NULL;
    if (!known) return wrong(r, "invalid escape");
    *(*to)++ = into[known - from];
    r->at++;
    return true;
}

/* r->at stands on the opening quote. The string ends with a NUL where its closing quote stood,
 * or earlier. */
static bool read_string(JsonReader *r, const char **out, size_t *out_n)
{
    char *from = ++r->at, *to = from;
    for (;;) {
        char *run = r->at;
        size_t n = str_plain((Str){run, (size_t)(r->end - run)});
        r->at += n;
        if (to != run) memmove(to, run, n);
        to += n;
        if (*r->at == '"') break;
        if (*r->at != '\\')
            return wrong(r, r->at == r->end ? "the text ends inside a string"
                                            : "control character in a string");
        if (!read_escape(r, &to)) return false;
    }
    *to = 0;
    r->at++;
    *out = from;
    *out_n = (size_t)(to - from);
    return true;
}

/* ---- numbers ---- */

static char *digits(char *p)
{
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

static bool read_number(JsonReader *r, Json *out)
{
    char *from = r->at, *p = from + (*from == '-');
    char *whole = digits(p);
    if (whole == p || (*p == '0' && whole > p + 1)) return wrong(r, "invalid token");
    bool real = *whole == '.' || *whole == 'e' || *whole == 'E';
    char *end = whole;
    if (*end == '.') {
        end = digits(whole + 1);
        if (end == whole + 1) return wrong(r, "invalid token");
    }
    if (*end == 'e' || *end == 'E') {
        char *power = end + 1 + (end[1] == '+' || end[1] == '-');
        end = digits(power);
        if (end == power) return wrong(r, "invalid token");
    }
    r->at = end;
    if (real) {
        *out = (Json){.kind = JSON_REAL, .count = (uint32_t)(end - from), .text = from};
        /* without an exponent it takes 309 digits */
        bool fits = (memchr(from, 'e', (size_t)(end - from)) == NULL &&
                     memchr(from, 'E', (size_t)(end - from)) == NULL && end - from < 300) ||
                    isfinite(strtod(from, NULL));
        return fits || wrong(r, "the number is too large");
    }
    if (end - p <= 18) { /* fits for sure */
        int64_t n = 0;
        for (; p < end; p++)
            n = n * 10 + (*p - '0');
        *out = (Json){.kind = JSON_INTEGER, .integer = *from == '-' ? -n : n};
        return true;
    }
    errno = 0;
    *out = (Json){.kind = JSON_INTEGER, .integer = strtoll(from, NULL, 10)};
    return errno == 0 || wrong(r, "the number is too large");
}

/* ---- objects and arrays ---- */

static JsonMember *member_new(JsonReader *r)
{
    if (r->open_count == r->open_cap) {
        JsonMember *more = arena_array(r->mem, JsonMember, r->open_cap * 2);
        memcpy(more, r->open, r->open_count * sizeof *more);
        r->open = more;
        r->open_cap *= 2;
    }
    JsonMember *m = &r->open[r->open_count++];
    *m = (JsonMember){.key = S("")};
    return m;
}

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const JsonMember *)a)->key, ((const JsonMember *)b)->key);
}

static bool has_twins(Arena *mem, const JsonMember *members, size_t n)
{
    if (n <= KEYS_FEW) {
        for (size_t i = 1; i < n; i++)
            for (size_t k = 0; k < i; k++)
                if (str_eq(members[i].key, members[k].key)) return true;
        return false;
    }
    JsonMember *sorted = arena_array(mem, JsonMember, n);
    memcpy(sorted, members, n * sizeof *members);
    qsort(sorted, n, sizeof *sorted, by_key);
    for (size_t i = 1; i < n; i++)
        if (str_eq(sorted[i].key, sorted[i - 1].key)) return true;
    return false;
}

static bool close_object(JsonReader *r, size_t first, Json *out)
{
    size_t n = r->open_count - first;
    if (has_twins(r->mem, r->open + first, n)) return wrong(r, "duplicate key");
    *out = (Json){.kind = JSON_OBJECT,
                  .count = (uint32_t)n,
                  .members = n ? memcpy(arena_raw(r->mem, n * sizeof(JsonMember)),
                                        r->open + first, n * sizeof(JsonMember))
                               : NULL};
    r->open_count = first;
    return true;
}

static bool close_array(JsonReader *r, size_t first, Json *out)
{
    size_t n = r->open_count - first;
    Json *items = n ? arena_raw(r->mem, n * sizeof *items) : NULL;
    for (size_t i = 0; i < n; i++)
        items[i] = r->open[first + i].value;
    *out = (Json){.kind = JSON_ARRAY, .count = (uint32_t)n, .items = items};
    r->open_count = first;
    return true;
}

static bool read_value(JsonReader *r, Json *out);

static bool read_member(JsonReader *r, bool object)
{
    Str key = S("");
    Json value;
    if (object) {
        if (skip(r) != '"') return wrong(r, "a key in double quotes was expected");
        if (!read_string(r, &key.p, &key.n)) return false;
        if (skip(r) != ':') return wrong(r, "':' was expected");
        r->at++;
    }
    if (!read_value(r, &value)) return false;
    *member_new(r) = (JsonMember){key, value};
    return true;
}

/* r->at stands on the opening bracket. */
static bool read_container(JsonReader *r, Json *out)
{
    bool object = *r->at == '{';
    char close = object ? '}' : ']';
    size_t first = r->open_count;
    if (++r->depth > DEPTH_MOST) return wrong(r, "nested too deeply");
    r->at++;
    if (skip(r) != close)
        for (;;) {
            if (!read_member(r, object)) return false;
            if (skip(r) == close) break;
            if (*r->at != ',')
                return wrong(r, object ? "',' or '}' was expected" : "',' or ']' was expected");
            r->at++;
        }
    r->at++;
    r->depth--;
    return object ? close_object(r, first, out) : close_array(r, first, out);
}

static bool read_word(JsonReader *r, const char *word, Json value, Json *out)
{
    size_t n = strlen(word);
    if (strncmp(r->at, word, n) != 0) return wrong(r, "invalid token");
    r->at += n;
    *out = value;
    return true;
}

static bool read_value(JsonReader *r, Json *out)
{
    Str text;
    switch (skip(r)) {
    case '{':
    case '[': return read_container(r, out);
    case '"':
        if (!read_string(r, &text.p, &text.n)) return false;
        *out = (Json){.kind = JSON_STRING, .count = (uint32_t)text.n, .text = text.p};
        return true;
    case 't': return read_word(r, "true", (Json){.kind = JSON_TRUE}, out);
    case 'f': return read_word(r, "false", (Json){.kind = JSON_FALSE}, out);
    case 'n': return read_word(r, "null", (Json){.kind = JSON_NULL}, out);
    case 0: return wrong(r, r->at == r->end ? "the text ends too early" : "invalid token");
    default: return read_number(r, out);
    }
}

/* ---- the whole ---- */

static const Err *refuse(JsonReader *r, Str text, size_t at, const char *fault)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < at; i++)
        if (text.p[i] == '\n') {
            line++;
            column = 1;
        } else
            column += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    return err_make4(r->mem, &JSON_BAD, str_fmt(r->mem, "%d", line),
                     str_fmt(r->mem, "%d", column), str(fault), STR_NULL);
}

const Err *json_read_own(Arena *mem, Str text, const Json **out)
{
    JsonMember few[OPEN_FEW];
    JsonReader r = {.mem = mem, .open = few, .open_cap = OPEN_FEW};
    if (text.n >= UINT32_MAX) return refuse(&r, S(""), 0, "the text is too long");
    r.text = r.at = arena_copy(mem, text.p, text.n);
    r.end = r.text + text.n;
    Json *tree = arena_make(mem, Json);
    bool good = read_value(&r, tree);
    if (good && (skip(&r), r.at != r.end)) good = wrong(&r, "the end was expected");
    if (!good) return refuse(&r, text, (size_t)(r.at - r.text), r.fault);
    *out = tree;
    return NULL;
}

const Err *json_read(Arena *mem, Str text, const Json **out)
{
    JsonReader r = {.mem = mem};
    size_t fault = utf8_fault(text);
    if (fault != SIZE_MAX) return refuse(&r, text, fault, "the text is not UTF-8");
    return json_read_own(mem, text, out);
}
