/* SPDX-License-Identifier: Apache-2.0 */
/* json.c: jansson behind two functions, and the writer. */
#include "base/json.h"

#define DEPTH_MOST 32

const Err JSON_BAD = {ERR_BAD, "bad-json", "不是有效的 JSON:第 {0} 行第 {1} 列,{2}", "Not valid JSON: line {0} column {1}, {2}",
                      {{0}}, {0}, NULL};

static void forget(void *tree)
{
    json_decref(tree);
}

static int depth_of(const json_t *v, int most)
{
    if (most == 0) return 1;
    int deepest = 0;
    if (json_is_object(v)) {
        for (void *i = json_object_iter((json_t *)(uintptr_t)v); i;
             i = json_object_iter_next((json_t *)(uintptr_t)v, i)) {
            int d = depth_of(json_object_iter_value(i), most - 1);
            if (d > deepest) deepest = d;
        }
    } else if (json_is_array(v)) {
        for (size_t i = 0; i < json_array_size(v); i++) {
            int d = depth_of(json_array_get(v, i), most - 1);
            if (d > deepest) deepest = d;
        }
    } else
        return 0;
    return deepest + 1;
}

const Err *json_read(Arena *mem, Str text, json_t **out)
{
    json_error_t fault;
    json_t *tree = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
    if (!tree)
        return err_make4(mem, &JSON_BAD, str_fmt(mem, "%d", fault.line), str_fmt(mem, "%d", fault.column),
                         str(fault.text), STR_NULL);
    arena_defer(mem, forget, tree);
    if (depth_of(tree, DEPTH_MOST + 1) > DEPTH_MOST)
        return err_make4(mem, &JSON_BAD, S("1"), S("1"), S("nested too deeply"), STR_NULL);
    *out = tree;
    return NULL;
}

Str json_view(const json_t *value)
{
    return json_is_string(value) ? (Str){json_string_value(value), json_string_length(value)} : STR_NULL;
}

Str json_member(const json_t *object, const char *key)
{
    return json_view(json_object_get(object, key));
}

Str json_sorted(Arena *mem, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    Str copy = str_dup(mem, str(text));
    free(text);
    return copy;
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

void json_quote(Buf *out, Str s)
{
    static const char hex[] = "0123456789abcdef";
    buf_room(out, s.n + 2);
    buf_char(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buf_bytes(out, s.p + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            buf_char(out, '\\');
            buf_char(out, (char)c);
        } else if (c == '\n')
            buf_add(out, S("\\n"));
        else {
            char u[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            buf_bytes(out, u, sizeof u);
        }
    }
    buf_bytes(out, s.p + from, s.n - from);
    buf_char(out, '"');
}

void json_key_str(JsonOut *w, Str key)
{
    comma(w);
    json_quote(w->out, key);
    buf_char(w->out, ':');
    w->more = false;
}

void json_key(JsonOut *w, const char *key)
{
    json_key_str(w, str(key));
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

void json_put_text(JsonOut *w, const char *key, Str text)
{
    json_key(w, key);
    json_text(w, text);
}

void json_put_int(JsonOut *w, const char *key, int64_t n)
{
    json_key(w, key);
    json_int(w, n);
}

void json_put_bool(JsonOut *w, const char *key, bool b)
{
    json_key(w, key);
    json_bool(w, b);
}

void json_put_raw(JsonOut *w, const char *key, Str json)
{
    json_key(w, key);
    json_raw(w, json);
}
