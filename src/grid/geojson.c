/* SPDX-License-Identifier: Apache-2.0 */
/* geojson.c: finds where values begin and end by brackets and quotes alone; what stands between
 * is json_read's to judge. */
#include "grid/geojson.h"

static void skip_space(const Features *f, size_t *at)
{
    while (*at < f->text.n && strchr(" \t\r\n", f->text.p[*at]))
        ++*at;
}

/* Behind the string that begins at at; text.n when it does not end. */
static size_t string_end(Str text, size_t at)
{
    for (at++; at < text.n && text.p[at] != '"'; at++)
        if (text.p[at] == '\\') at++;
    return at < text.n ? at + 1 : text.n;
}

/* Behind the value that begins at at. */
static size_t value_end(Str text, size_t at)
{
    size_t depth = 0;
    while (at < text.n) {
        char c = text.p[at];
        if (c == '"') {
            at = string_end(text, at);
            if (!depth) return at;
            continue;
        }
        bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
        if (!depth && (closes || c == ',')) return at; /* a bare word ended */
        depth += opens;
        depth -= closes;
        at++;
        if (closes && !depth) return at;
    }
    return text.n;
}

bool features_open(Features *f, Str text)
{
    *f = (Features){.text = text};
    skip_space(f, &f->at);
    if (f->at >= text.n || text.p[f->at++] != '{') return false;
    for (;;) {
        skip_space(f, &f->at);
        if (f->at >= text.n || text.p[f->at] != '"') return false;
        size_t start = f->at, end = string_end(text, f->at);
        bool wanted = str_eq((Str){text.p + start, end - start}, S("\"features\""));
        f->at = end;
        skip_space(f, &f->at);
        if (f->at >= text.n || text.p[f->at++] != ':') return false;
        skip_space(f, &f->at);
        if (wanted) return f->at < text.n && text.p[f->at++] == '[';
        f->at = value_end(text, f->at);
        skip_space(f, &f->at);
        if (f->at >= text.n || text.p[f->at++] != ',') return false;
    }
}

bool features_next(Features *f, Str *out, bool *broken)
{
    *broken = false;
    skip_space(f, &f->at);
    if (f->no && f->at < f->text.n && f->text.p[f->at] == ',') {
        f->at++;
        skip_space(f, &f->at);
    }
    if (f->at < f->text.n && f->text.p[f->at] == ']') return false;
    size_t start = f->at;
    if (start >= f->text.n || f->text.p[start] != '{') {
        *broken = true;
        return false;
    }
    f->at = value_end(f->text, start);
    f->no++;
    *out = (Str){f->text.p + start, f->at - start};
    return true;
}
