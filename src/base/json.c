/* SPDX-License-Identifier: Apache-2.0 */
/* json.c: looking into a tree, and the writer. */
#include "base/json.h"

const Json *json_get(const Json *object, const char *key)
{
    if (!json_is_object(object)) return NULL;
    size_t n = strlen(key);
    for (size_t i = 0; i < object->count; i++) {
        const JsonMember *m = &object->members[i];
        if (m->key.n == n && memcmp(m->key.p, key, n) == 0) return &m->value;
    }
    return NULL;
}

const Json *json_at(const Json *array, size_t i)
{
    return json_is_array(array) && i < array->count ? &array->items[i] : NULL;
}

size_t json_count(const Json *v)
{
    return json_is_array(v) || json_is_object(v) ? v->count : 0;
}

const JsonMember *json_begin(const Json *object)
{
    return json_is_object(object) ? object->members : NULL;
}

const JsonMember *json_end(const Json *object)
{
    return json_is_object(object) && object->count ? object->members + object->count
                                                   : json_begin(object);
}

int64_t json_integer(const Json *v)
{
    return json_is_integer(v) ? v->integer : 0;
}

double json_number(const Json *v)
{
    return json_is_integer(v)      ? (double)v->integer
           : json_is(v, JSON_REAL) ? strtod(v->text, NULL)
                                   : 0;
}

Str json_view(const Json *v)
{
    return json_is_string(v) ? (Str){v->text, v->count} : STR_NULL;
}

Str json_member(const Json *object, const char *key)
{
    return json_view(json_get(object, key));
}

static void comma(JsonOut *w)
{
    if (w->more) buf_char(w->out, ',');
    w->more = true;
}

void json_open(JsonOut *w, char bracket)
{
    comma(w);
    buf_char(w->out, bracket);
    w->more = false;
}

void json_close(JsonOut *w, char bracket)
{
    buf_char(w->out, bracket);
    w->more = true;
}

static void escape(Buf *out, char c)
{
    static const char hex[] = "0123456789abcdef";
    if (c == '"' || c == '\\') {
        char two[2] = {'\\', c};
        buf_bytes(out, two, sizeof two);
    } else if (c == '\n')
        buf_add(out, S("\\n"));
    else {
        char u[6] = {'\\', 'u', '0', '0', hex[c >> 4 & 1], hex[c & 15]};
        buf_bytes(out, u, sizeof u);
    }
}

void json_quote(Buf *out, Str s)
{
    buf_room(out, s.n + 2);
    out->p[out->n++] = '"';
    for (;;) {
        size_t n = str_plain(s);
        buf_bytes(out, s.p, n);
        if (n == s.n) break;
        escape(out, s.p[n]);
        s = (Str){s.p + n + 1, s.n - n - 1};
    }
    buf_char(out, '"');
}

void json_key_str(JsonOut *w, Str key)
{
    comma(w);
    json_quote(w->out, key);
    buf_char(w->out, ':');
    w->more = false;
}

void json_key_plain(JsonOut *w, Str key)
{
    Buf *b = w->out;
    buf_room(b, key.n + 4);
    char *p = b->p + b->n;
    if (w->more) *p++ = ',';
    *p++ = '"';
    memcpy(p, key.p, key.n);
    p += key.n;
    *p++ = '"';
    *p++ = ':';
    *p = 0;
    b->n = (size_t)(p - b->p);
    w->more = false;
}

void json_nil(JsonOut *w)
{
    comma(w);
    buf_add(w->out, S("null"));
}

void json_text(JsonOut *w, Str text)
{
    if (!text.p) {
        json_nil(w);
        return;
    }
    comma(w);
    json_quote(w->out, text);
}

void json_int(JsonOut *w, int64_t n)
{
    if (n == NIL) {
        json_nil(w);
        return;
    }
    comma(w);
    buf_int(w->out, n);
}

void json_decimal(JsonOut *w, int64_t value, int scale)
{
    if (value == NIL) {
        json_nil(w);
        return;
    }
    comma(w);
    buf_decimal(w->out, value, scale);
}

void json_bool(JsonOut *w, bool b)
{
    comma(w);
    buf_add(w->out, b ? S("true") : S("false"));
}

void json_raw(JsonOut *w, Str json)
{
    if (!json.p) {
        json_nil(w);
        return;
    }
    comma(w);
    buf_add(w->out, json);
}

/* ---- a tree, written again ---- */

static int by_key(const void *a, const void *b)
{
    return str_cmp((*(const JsonMember *const *)a)->key, (*(const JsonMember *const *)b)->key);
}

static void write_tree(JsonOut *w, const Json *v)
{
    switch (v->kind) {
    case JSON_NULL: json_nil(w); return;
    case JSON_FALSE:
    case JSON_TRUE: json_bool(w, v->kind == JSON_TRUE); return;
    case JSON_INTEGER:
        comma(w);
        buf_int(w->out, v->integer);
        return;
    case JSON_REAL: json_raw(w, (Str){v->text, v->count}); return;
    case JSON_STRING: json_text(w, json_view(v)); return;
    case JSON_ARRAY:
        json_open(w, '[');
        for (size_t i = 0; i < v->count; i++)
            write_tree(w, &v->items[i]);
        json_close(w, ']');
        return;
    case JSON_OBJECT: break;
    }
    const JsonMember **members = arena_array(w->out->mem, const JsonMember *, v->count);
    for (size_t i = 0; i < v->count; i++)
        members[i] = &v->members[i];
    qsort(members, v->count, sizeof *members, by_key);
    json_open(w, '{');
    for (size_t i = 0; i < v->count; i++) {
        json_key_str(w, members[i]->key);
        write_tree(w, &members[i]->value);
    }
    json_close(w, '}');
}

Str json_sorted(Arena *mem, const Json *v)
{
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    write_tree(&w, v);
    return buf_str(&b);
}
