/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h: JSON in, strictly (UTF-8, no duplicate keys, one value, no trailing text, depth ≤
 * 32), as a tree that lies in an arena and never changes; and out by a small writer into a Buf.
 * Our own because it is on the way of every report: docs/decisions.md has the figures.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/err.h"

extern const Err JSON_BAD; /* 400 "bad-json": place and what was wrong */

typedef enum {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_INTEGER,
    JSON_REAL,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
} JsonKind;

typedef struct JsonMember JsonMember;
typedef struct Json Json;
struct Json {
    JsonKind kind;
    uint32_t count; /* of bytes, items or members */
    union {
        int64_t integer;
        const char *text; /* of a string, followed by a NUL; of a real number as it stood */
        const Json *items;
        const JsonMember *members; /* in the order in which they stood */
    };
};
struct JsonMember {
    Str key; /* followed by a NUL */
    Json value;
};

/* Parses text, which need not live on; the tree lives as long as the arena. Any JSON value is
 * accepted, not only objects. JSON_BAD. */
MUST const Err *json_read(Arena *mem, Str text, const Json **out);
/* The same of text that this house wrote: whether it is UTF-8 is not asked again. */
MUST const Err *json_read_own(Arena *mem, Str text, const Json **out);

/* What follows takes NULL for an absent value and answers for it. */
static inline bool json_is(const Json *v, JsonKind kind)
{
    return v && v->kind == kind;
}
static inline bool json_is_object(const Json *v)
{
    return json_is(v, JSON_OBJECT);
}
static inline bool json_is_array(const Json *v)
{
    return json_is(v, JSON_ARRAY);
}
static inline bool json_is_string(const Json *v)
{
    return json_is(v, JSON_STRING);
}
static inline bool json_is_integer(const Json *v)
{
    return json_is(v, JSON_INTEGER);
}
static inline bool json_is_number(const Json *v)
{
    return json_is(v, JSON_INTEGER) || json_is(v, JSON_REAL);
}
static inline bool json_is_true(const Json *v)
{
    return json_is(v, JSON_TRUE);
}
static inline bool json_is_bool(const Json *v)
{
    return json_is(v, JSON_TRUE) || json_is(v, JSON_FALSE);
}
static inline bool json_is_null(const Json *v)
{
    return json_is(v, JSON_NULL);
}

/* The member of an object; NULL when there is none. */
MUST const Json *json_get(const Json *object, const char *key);
/* The item of an array; NULL behind its end. */
MUST const Json *json_at(const Json *array, size_t i);
/* Items of an array, members of an object; 0 for anything else. */
MUST size_t json_count(const Json *v);
/* for (json_each(m, object)) …: m->key, &m->value, in the order in which they stood. */
#define json_each(m, object)                                                                   \
    const JsonMember *m = json_begin(object), *m##_end = json_end(object);                     \
    m != m##_end;                                                                              \
    m++
MUST const JsonMember *json_begin(const Json *object);
MUST const JsonMember *json_end(const Json *object);
/* The integer; 0 for anything else. */
MUST int64_t json_integer(const Json *v);
/* The number; 0 for anything else. */
MUST double json_number(const Json *v);
/* The string as a view that lives as long as the tree; STR_NULL for anything else. */
MUST Str json_view(const Json *v);
/* The member of an object as text view; STR_NULL when it is absent or no string. */
MUST Str json_member(const Json *object, const char *key);
/* The tree as compact text with sorted keys (the canonical form of custom fields); numbers that
 * are no integers as they stood. */
MUST Str json_sorted(Arena *mem, const Json *v);

/* Writer: commas are its business. Begin with JSON_OUT(&buf). */
typedef struct {
    Buf *out;
    bool more; /* a comma is due before the next value or key */
} JsonOut;
#define JSON_OUT(buf) ((JsonOut){(buf), false})

void json_open(JsonOut *w, char bracket);  /* '{' or '[' */
void json_close(JsonOut *w, char bracket); /* '}' or ']' */
void json_key_plain(JsonOut *w, Str key);  /* one of ours: nothing in it is to be escaped */
static inline void json_key(JsonOut *w, const char *key)
{
    json_key_plain(w, str(key));
}
void json_key_str(JsonOut *w, Str key);
void json_text(JsonOut *w, Str text); /* null for STR_NULL */
void json_int(JsonOut *w, int64_t n); /* null for NIL */
void json_bool(JsonOut *w, bool b);
void json_nil(JsonOut *w);
void json_decimal(JsonOut *w, int64_t value, int scale); /* null for NIL */
void json_raw(JsonOut *w, Str json);                     /* a ready value; null for STR_NULL */
/* Key and value in one; inline, so that a literal key is measured by the compiler. */
static inline void json_put_text(JsonOut *w, const char *key, Str text)
{
    json_key(w, key);
    json_text(w, text);
}
static inline void json_put_int(JsonOut *w, const char *key, int64_t n)
{
    json_key(w, key);
    json_int(w, n);
}
static inline void json_put_bool(JsonOut *w, const char *key, bool b)
{
    json_key(w, key);
    json_bool(w, b);
}
static inline void json_put_raw(JsonOut *w, const char *key, Str json)
{
    json_key(w, key);
    json_raw(w, json);
}
static inline void json_put_open(JsonOut *w, const char *key, char bracket)
{
    json_key(w, key);
    json_open(w, bracket);
}
static inline void json_put_nil(JsonOut *w, const char *key)
{
    json_key(w, key);
    json_nil(w);
}
/* The words of one language. */
static inline void json_put_words(JsonOut *w, const char *key, Lang lang, const char *zh,
                                  const char *en)
{
    json_put_text(w, key, words_in(lang, zh, en));
}
/* The escaped, quoted form of text, without comma. */
void json_quote(Buf *out, Str text);

#endif
