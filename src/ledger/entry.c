/* SPDX-License-Identifier: Apache-2.0 */
/* entry.c: the stored form of an entry: written once, hashed as stored, never re-encoded. */
#include "base/crypt.h"
#include "ledger/ledger.h"

const Err ENTRY_BROKEN = ERROR(ERR_BROKEN, "entry-broken", "账本第 {0} 条不完整:{1}",
                               "Entry {0} of the ledger is broken: {1}");

static const char *const ops[] = {[ROW_PUT] = "put", [ROW_SET] = "set", [ROW_DEL] = "del"};

static bool is_default(const Column *c, const Value *v)
{
    if (value_is_null(c, v)) return c->def == NULL;
    if (!c->def) return false;
    int64_t n;
    return kind_is_number(c->kind) ? str_int(str(c->def), &n) && n == v->i
                                   : str_is(v->s, c->def);
}

static void write_change(JsonOut *w, const Change *c)
{
    json_open(w, '[');
    json_text(w, str(c->table->name));
    json_text(w, str(ops[c->op]));
    json_int(w, c->id);
    json_int(w, c->prev);
    json_open(w, '{');
    for (size_t i = STATE_COLUMN_COUNT; i < c->table->count; i++) {
        if (!(c->mask >> i & 1)) continue;
        const Column *column = &c->table->columns[i];
        if (c->op == ROW_PUT && is_default(column, &c->values[i])) continue;
        json_key(w, column->name);
        column_ledger(column, &c->values[i], w);
    }
    json_close(w, '}');
    json_close(w, ']');
}

static Str write_body(const Act *act)
{
    Buf b = BUF(act->mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    if (act->in.p) json_put_raw(&w, "in", act->in);
    if (act->use.p) json_put_text(&w, "use", act->use);
    if (act->job.p) json_put_text(&w, "job", act->job);
    if (act->spec.client != NIL) json_put_int(&w, "client", act->spec.client);
    if (act->spec.sum.p) json_put_text(&w, "sum", act->spec.sum);
    if (act->raises_epoch) json_put_bool(&w, "epoch", true);
    json_put_open(&w, "rows", '[');
    for (size_t i = 0; i < act->count; i++)
        write_change(&w, &act->changes[i]);
    json_close(&w, ']');
    json_close(&w, '}');
    return buf_str(&b);
}

/* A field of the header: length as four bytes, most significant first, then the bytes; null is
 * ff ff ff ff. */
static void hash_text(Buf *out, Str s)
{
    uint32_t n = s.p ? (uint32_t)s.n : UINT32_MAX;
    unsigned char length[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16),
                               (unsigned char)(n >> 8), (unsigned char)n};
    buf_bytes(out, length, 4);
    if (s.p) buf_add(out, s);
}

static void hash_int(Buf *out, int64_t n)
{
    if (n == NIL) {
        hash_text(out, STR_NULL);
        return;
    }
    size_t at = out->n;
    hash_text(out, S(""));
    buf_int(out, n);
    out->p[at + 3] = (char)(out->n - at - 4); /* at most twenty digits */
}

Str entry_hash(Arena *mem, const Entry *e)
{
    Buf b = BUF(mem);
    buf_char(&b, 0); /* the leaf prefix of RFC 9162 §2.1.1 */
    hash_int(&b, e->region);
    hash_int(&b, e->no);
    hash_int(&b, e->at);
    hash_int(&b, e->actor);
    hash_int(&b, e->seat);
    hash_int(&b, e->for_person);
    hash_text(&b, e->verb);
    hash_text(&b, e->on_table);
    hash_int(&b, e->on_id);
    hash_int(&b, e->v);
    hash_text(&b, e->key);
    unsigned char *hash = arena_raw(mem, SHA256_SIZE);
    Sha *sha = sha_new(mem);
    sha_add(sha, buf_str(&b));
    sha_add(sha, e->body);
    sha_end(sha, hash);
    return (Str){(const char *)hash, 32};
}

void entry_encode(const Act *act, Entry *out)
{
    *out = (Entry){.id = ID_MAKE(act->spec.region, act->no),
                   .region = act->spec.region,
                   .no = act->no,
                   .at = act->now,
                   .actor = act->spec.actor,
                   .seat = act->spec.seat,
                   .for_person = act->spec.for_person,
                   .verb = act->spec.verb,
                   .on_table = act->on ? str(act->on->name) : STR_NULL,
                   .on_id = act->on ? act->on_id : NIL,
                   .v = 1,
                   .key = act->spec.key,
                   .body = write_body(act)};
    out->hash = entry_hash(act->mem, out);
}

/* ---- reading ---- */

typedef struct {
    const Ledger *ledger;
    Arena *mem;
    const Entry *entry;
} EntryReading;

static const Err *broken(const EntryReading *r, const char *why, Str what)
{
    Str at = str_fmt(r->mem, "%lld/%lld", (long long)r->entry->region, (long long)r->entry->no);
    return err_make(r->mem, &ENTRY_BROKEN, at, str_fmt(r->mem, "%s %.*s", why, STR(what)));
}

static bool op_by_name(Str name, RowOp *out)
{
    for (size_t i = 0; i < countof(ops); i++)
        if (str_is(name, ops[i])) {
            *out = (RowOp)i;
            return true;
        }
    return false;
}

static void put_defaults(const EntryReading *r, Change *c)
{
    for (size_t i = 0; i < c->table->count; i++) {
        const Column *column = &c->table->columns[i];
        c->values[i] = VALUE_NULL;
        int64_t n;
        if (!column->def) continue;
        if (kind_is_number(column->kind))
            c->values[i].i = str_int(str(column->def), &n) ? n : NIL;
        else
            c->values[i].s = str_dup(r->mem, str(column->def));
    }
    c->mask = c->table->count == 64 ? UINT64_MAX : (UINT64_C(1) << c->table->count) - 1;
}

/* The position of a column, looked for from *at on and around: entries name columns in the
 * table's order. */
static bool find_on(const Table *t, Str name, size_t *at)
{
    for (size_t i = 0; i < t->count; i++) {
        size_t k = *at + i < t->count ? *at + i : *at + i - t->count;
        if (!str_is(name, t->columns[k].name)) continue;
        *at = k;
        return true;
    }
    return false;
}

static const Err *read_change(const EntryReading *r, const Json *in, Change *out)
{
    *out = (Change){.table = ledger_table(r->ledger, json_view(json_at(in, 0)))};
    if (json_count(in) != 5 || !op_by_name(json_view(json_at(in, 1)), &out->op))
        return broken(r, "a row change is not", S("[table, op, id, prev, columns]"));
    if (!out->table || out->table->class != CLASS_STATE)
        return broken(r, "unknown table", json_view(json_at(in, 0)));
    out->id = json_integer(json_at(in, 2));
    out->prev = json_integer(json_at(in, 3));
    out->values = arena_array(r->mem, Value, out->table->count);
    if (out->op == ROW_PUT) put_defaults(r, out);
    size_t at = 0;
    for (json_each(m, json_at(in, 4))) {
        if (!find_on(out->table, m->key, &at)) return broken(r, "unknown column", m->key);
        if (!column_from_ledger(&out->table->columns[at], &m->value, r->mem, &out->values[at]))
            return broken(r, "wrong kind of value in", m->key);
        out->mask |= UINT64_C(1) << at;
    }
    return NULL;
}

Instant entry_client(Arena *mem, const Entry *entry)
{
    const Json *body;
    if (json_read(mem, entry->body, &body)) return NIL;
    const Json *client = json_get(body, "client");
    return json_is_integer(client) ? client->integer : NIL;
}

const Err *entry_body(Arena *mem, const Entry *entry, const Json **out)
{
    EntryReading r = {NULL, mem, entry};
    return json_read(mem, entry->body, out) ? broken(&r, "the body is not", S("JSON")) : NULL;
}

const Err *entry_rows(const Ledger *ledger, Arena *mem, const Entry *entry, const Json *body,
                      Change **out, size_t *out_count)
{
    EntryReading r = {ledger, mem, entry};
    const Json *rows = json_get(body, "rows");
    if (!json_is_array(rows)) return broken(&r, "the body has no", S("rows"));
    size_t n = json_count(rows);
    Change *changes = arena_array(mem, Change, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        const Err *e = read_change(&r, json_at(rows, i), &changes[i]);
        if (e) return e;
    }
    *out = changes;
    *out_count = n;
    return NULL;
}

const Err *entry_changes(const Ledger *ledger, Arena *mem, const Entry *entry, Change **out,
                         size_t *out_count)
{
    const Json *body;
    const Err *e = entry_body(mem, entry, &body);
    return e ? e : entry_rows(ledger, mem, entry, body, out, out_count);
}
