/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h: JSON in by jansson, strictly (UTF-8, no duplicate keys, one value, no trailing text,
 * depth ≤ 32), and out by a small writer into a Buf.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/err.h"

extern const Err JSON_BAD; /* 400 "bad-json": place and what was wrong */

/* Parses text; the tree dies with the arena. Any JSON value is accepted, not only objects. */
MUST const Err *json_read(Arena *mem, Str text, json_t **out);
/* The member of an object as text view; STR_NULL when it is absent, null or no string. */
MUST Str json_member(const json_t *object, const char *key);
/* The string value as a view that lives as long as the tree; STR_NULL for anything else. */
MUST Str json_view(const json_t *value);
/* The tree as compact text with sorted keys (the canonical form of custom fields). */
MUST Str json_sorted(Arena *mem, const json_t *value);

/* Writer: commas are its business. Begin with JSON_OUT(&buf). */
typedef struct {
    Buf *out;
    bool more; /* a comma is due before the next value or key */
} JsonOut;
#define JSON_OUT(buf) ((JsonOut){(buf), false})

void json_open(JsonOut *w, char bracket);  /* '{' or '[' */
void json_close(JsonOut *w, char bracket); /* '}' or ']' */
void json_key(JsonOut *w, const char *key);
void json_key_str(JsonOut *w, Str key);
void json_text(JsonOut *w, Str text); /* null for STR_NULL */
void json_int(JsonOut *w, int64_t n); /* null for NIL */
void json_bool(JsonOut *w, bool b);
void json_nil(JsonOut *w);
void json_decimal(JsonOut *w, int64_t value, int scale); /* null for NIL */
void json_raw(JsonOut *w, Str json);                     /* a ready value; null for STR_NULL */
/* Key and value in one. */
void json_put_text(JsonOut *w, const char *key, Str text);
void json_put_int(JsonOut *w, const char *key, int64_t n);
void json_put_bool(JsonOut *w, const char *key, bool b);
void json_put_raw(JsonOut *w, const char *key, Str json);
/* The escaped, quoted form of text, without comma. */
void json_quote(Buf *out, Str text);

#endif
