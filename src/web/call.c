/* SPDX-License-Identifier: Apache-2.0 */
/* call.c: what handlers ask of a call, and the pieces of JSON that several of them write. */
#include "base/file.h"
#include "base/time.h"
#include "web/web.h"

/* clang-format off */
const Err WEB_ID = ERROR(ERR_MISSING, "not-found", "没有找到,或您无权查看", "Not found, or not visible to you");
const Err WEB_TWICE = ERROR(ERR_INVALID, "twice", "该参数重复", "Given twice");
/* clang-format on */

const Err *call_id(const Call *call, size_t param, int64_t *out)
{
    int64_t id;
    if (!str_int(call->params[param], &id) || id <= 0) return &WEB_ID;
    *out = id;
    return NULL;
}

Str call_query(const Call *call, const char *name)
{
    Str v = request_param(call->request, str(name), NULL);
    return v.n ? v : STR_NULL;
}

const Column *query_column(const Route *route, Str name)
{
    Str head, member;
    if (name.n && name.p[name.n - 1] == ']' && str_cut(name, '[', &head, &member)) {
        const Column *c = column_find(route->query, route->query_count, head);
        return c && c->kind == KIND_OBJECT && member.n > 1 ? c : NULL;
    }
    const Column *c = column_find(route->query, route->query_count, name);
    return c && c->kind != KIND_OBJECT ? c : NULL;
}

static void query_read(const Call *call, const Column *c, Faults *faults, Value *out)
{
    Str name = str(c->name), text = call_query(call, c->name);
    if (!text.p && c->flags & COLUMN_REQUIRED)
        faults_add(faults, name, &COLUMN_REQUIRED_ERR);
    else if (!column_parse(c, text, &call->house, name, faults, out))
        *out = VALUE_NULL;
}

void call_query_faults(const Call *call, Faults *faults)
{
    Value ignored;
    for (size_t i = 0; i < call->route->query_count; i++)
        if (call->route->query[i].kind != KIND_OBJECT) /* its members are its noun's to judge */
            query_read(call, &call->route->query[i], faults, &ignored);
}

const Err *call_query_value(const Call *call, const char *name, Value *out)
{
    const Column *c = column_find(call->route->query, call->route->query_count, str(name));
    assert(c);
    Faults faults = {.mem = call->mem};
    query_read(call, c, &faults, out);
    return faults_err(&faults);
}

const Err *call_query_int(const Call *call, const char *name, int64_t *out)
{
    Value v;
    const Err *e = call_query_value(call, name, &v);
    if (!e) *out = v.i;
    return e;
}

const Err *call_page(const Call *call, size_t *limit, Str *cursor)
{
    Str text = call_query(call, "limit");
    int64_t n = 50;
    if (text.p && (!str_int(text, &n) || n < 1 || n > 200)) {
        const Err *e = err_make(call->mem, &COLUMN_RANGE, S("1–200"), STR_NULL);
        return faults_one(call->mem, S("limit"), e);
    }
    *limit = (size_t)n;
    *cursor = call_query(call, "cursor");
    return NULL;
}

const Err *call_slice(const Call *call, size_t *limit, size_t *from)
{
    Str cursor;
    int64_t at = 0;
    const Err *e = call_page(call, limit, &cursor);
    if (!e && cursor.p && (!str_int(cursor, &at) || at < 0 || at > INT32_MAX))
        e = err_field(call->mem, &NOUN_CURSOR, S("cursor"));
    if (!e) *from = (size_t)at;
    return e;
}

Budget *call_budget(Call *call)
{
    int64_t most = web_conf(call->web)->rows_most;
    call->budget.most = most ? most : BUDGET_MOST;
    return &call->budget;
}

const Err *call_asof(const Call *call, Instant *out)
{
    int64_t at;
    const Err *e = call_query_int(call, "asof", &at);
    if (!e) *out = at == NIL ? call->now : at;
    return e;
}

/* The body may also hold the columns of the route's row that people set. */
static bool knows(const Route *route, Str member)
{
    if (column_find(route->body, route->body_count, member)) return true;
    const Column *c =
        route->row ? column_find(route->row->columns, route->row->count, member) : NULL;
    return c && column_is_given(c) && !column_is_degrees(c);
}

void call_read_body(Call *call)
{
    const Route *route = call->route;
    Faults faults = {.mem = call->mem};
    if (!call->body) return;
    Value *given = arena_array(call->mem, Value, route->body_count);
    columns_decode(route->body, route->body_count, call->body, &call->house, &faults, given);
    for (json_each(m, call->body))
        if (!knows(route, m->key))
            faults_add2(&faults, m->key, &COLUMN_UNKNOWN, m->key, STR_NULL);
    call->given = given;
    call->body_fault = faults_err(&faults);
}

bool call_is_faulty(const Call *call, const char *member)
{
    return call->body_fault && faults_tell(call->body_fault->next, str(member));
}

const Err *call_order(Arena *mem, const Err *found, const Err *faults)
{
    if (!found || !faults) return found ? found : faults;
    return found->kind == ERR_INVALID ? faults_join(mem, found, faults->next) : found;
}

void call_header(Call *call, Str name, Str value)
{
    assert(call->header_count < CALL_HEADERS);
    call->headers[call->header_count++] = (HttpPair){name, value};
}

bool call_known(Call *call, Str tag)
{
    call_header(call, S("ETag"), tag);
    Str seen = request_header(call->request, S("If-None-Match"), NULL);
    if (!seen.p || str_find(seen, tag) == SIZE_MAX) return false;
    call->status = 304;
    return true;
}

void call_pack(Call *call)
{
    Str takes = request_header(call->request, S("Accept-Encoding"), NULL);
    call_header(call, S("Vary"), S("Accept-Encoding"));
    if (!takes.p || str_find(takes, S("gzip")) == SIZE_MAX) return;
    Str packed = file_deflate(call->mem, buf_str(&call->out));
    call_header(call, S("Content-Encoding"), S("gzip"));
    call->out = BUF(call->mem);
    buf_add(&call->out, packed);
}

/* ---- pieces of JSON ---- */

void list_open(JsonOut *w)
{
    json_open(w, '{');
    json_put_open(w, "items", '[');
}

void list_close(JsonOut *w, Str next)
{
    list_close_cut(w, false, next);
}

void list_close_cut(JsonOut *w, bool partial, Str next)
{
    json_close(w, ']');
    if (partial) json_put_bool(w, "partial", true);
    json_put_text(w, "next", next);
    json_close(w, '}');
}

void answer_count(Call *call, int64_t n)
{
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_put_int(w, "count", n);
    if (call->budget.cut) json_put_bool(w, "at_least", true);
    json_close(w, '}');
}

void list_close_at(Call *call, size_t next)
{
    list_close(&call->json, next == SIZE_MAX ? STR_NULL : str_fmt(call->mem, "%zu", next));
}
