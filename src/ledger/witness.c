/* SPDX-License-Identifier: Apache-2.0 */
/* witness.c: written with a hash of itself, so that a damaged witness is told from a damaged
 * ledger. */
#include "ledger/witness.h"

#include "base/crypt.h"
#include "base/time.h"

const Err WITNESS_BROKEN = ERROR(
    ERR_INVALID, "witness-broken",
    "{0} 不是账本末端的见证，或已损坏；请恢复原文件，确需按现有存储继续的，运行 gridward check "
    "--accept-head 理由",
    "{0} is no witness of a ledger's heads, or was damaged; put the right one back, or accept "
    "the store as it is with gridward check --accept-head REASON");
const Err WITNESS_AGAINST = ERROR(
    ERR_CONFLICT, "witness-against",
    "区域 {0} 的账本末端为 {1}，而 {3} 见证过 "
    "{2}：有记录丢失或被改动；请恢复正确的存储，确需按现有"
    "存储继续的，运行 gridward check --accept-head 理由",
    "Region {0}: the store's head is {1}, but {3} has witnessed {2}: entries are gone or were "
    "changed; put the right store back, or accept this one with gridward check --accept-head "
    "REASON");

#define FIRST_LINE   "gridward witness 1"
#define WITNESS_MOST ((size_t)256 << 20) /* bytes; each region there may be has a line */

/* ---- the text ---- */

static Str witness_text(const Witness *w, Arena *mem)
{
    Buf b = BUF(mem);
    buf_add(&b, S(FIRST_LINE "\nat "));
    instant_print(&b, w->at);
    for (size_t i = 0; i < w->count; i++) {
        const WitnessHead *h = &w->heads[i];
        buf_fmt(&b, "\nhead %lld %lld ", (long long)h->region, (long long)h->no);
        buf_hex(&b, h->chain.p, h->chain.n);
        buf_char(&b, ' ');
        buf_hex(&b, h->hash.p, h->hash.n);
    }
    unsigned char sum[SHA256_SIZE];
    buf_char(&b, '\n');
    sha256(buf_str(&b), sum);
    buf_add(&b, S("sum "));
    buf_hex(&b, sum, sizeof sum);
    buf_char(&b, '\n');
    return buf_str(&b);
}

const Err *witness_write(const Witness *w, Arena *mem)
{
    return file_write(mem, w->path, witness_text(w, mem), 0644);
}

static bool read_hash(Arena *mem, Str hex, Str *out)
{
    return hex_decode(mem, hex, out) && out->n == SHA256_SIZE;
}

/* "1 120 CHAIN HASH" */
static bool read_head(Arena *mem, Str text, WitnessHead *out)
{
    Str word[4], rest = text;
    for (size_t i = 0; i < countof(word); i++)
        str_cut(rest, ' ', &word[i], &rest);
    return !rest.p && str_int(word[0], &out->region) && str_int(word[1], &out->no) &&
           read_hash(mem, word[2], &out->chain) && read_hash(mem, word[3], &out->hash);
}

/* Whatever a line says, the text that it makes must be the text that was read: this is how the
 * sum is checked, and that nothing else stands there. */
static bool read_text(Arena *mem, Str text, Witness *w)
{
    Str line, rest, at;
    size_t lines = 0;
    str_cut(text, '\n', &line, &rest);
    str_cut(rest, '\n', &at, &rest);
    if (!str_is(line, FIRST_LINE) || !str_starts(at, S("at ")) ||
        instant_parse((Str){at.p + 3, at.n - 3}, &w->at))
        return false;
    for (size_t i = 0; i < rest.n; i++)
        lines += rest.p[i] == '\n';
    w->heads = arena_array(mem, WitnessHead, lines + 1);
    while (str_cut(rest, '\n', &line, &rest) && str_starts(line, S("head ")))
        if (!read_head(mem, (Str){line.p + 5, line.n - 5}, &w->heads[w->count++])) return false;
    return str_eq(witness_text(w, mem), text);
}

const Err *witness_read(Str path, Arena *mem, Witness *out)
{
    Str text;
    Witness w = {.path = path};
    const Err *e = file_read_all(mem, path, WITNESS_MOST, &text);
    if (e && err_is(e, &FILE_MISSING)) return e;
    if (e || !read_text(mem, text, &w)) return err_make(mem, &WITNESS_BROKEN, path, STR_NULL);
    *out = w;
    return NULL;
}

/* ---- the store ---- */

const Err *witness_take(Db *db, Instant at, Str path, Arena *mem, Witness *out)
{
    static const Sql count = SQL("SELECT COUNT(*) FROM ledger_head");
    static const Sql heads = SQL(
        "SELECT h.region, h.no, h.chain, l.hash FROM ledger_head AS h LEFT JOIN ledger AS l "
        "ON l.region = h.region AND l.id = (h.region * 8589934592 + h.no) ORDER BY h.region");
    int64_t most;
    Rows rows;
    const Err *e = db_int(db, &count, NO_ARGS, 0, &most);
    if (!e) e = db_rows(db, &heads, NO_ARGS, &rows);
    if (e) return e;
    Witness w = {.path = path, .at = at, .heads = arena_array(mem, WitnessHead, (size_t)most)};
    const WitnessHead *torn = NULL;
    while (w.count < (size_t)most && rows_next(&rows)) {
        WitnessHead *h = &w.heads[w.count++];
        *h = (WitnessHead){rows_int(&rows, 0), rows_int(&rows, 1),
                           str_dup(mem, rows_str(&rows, 2)), str_dup(mem, rows_str(&rows, 3))};
        if (h->chain.n != SHA256_SIZE || h->hash.n != SHA256_SIZE) torn = h;
    }
    if ((e = rows_close(&rows))) return e;
    if (torn)
        return err_make(mem, &ENTRY_BROKEN,
                        str_fmt(mem, "%lld/%lld", (long long)torn->region, (long long)torn->no),
                        S("?"));
    *out = w;
    return NULL;
}

/* The chain after an entry, from all entries up to it. */
static const Err *chain_at(Db *db, int64_t region, int64_t no, unsigned char chain[SHA256_SIZE])
{
    static const Sql sql =
        SQL("SELECT hash FROM ledger WHERE region = $1 AND id > $2 AND id <= $3 ORDER BY id");
    unsigned char both[2 * SHA256_SIZE] = {0};
    Rows rows;
    const Err *e = db_rows(
        db, &sql, ARGS(ARG_I(region), ARG_I(ID_MAKE(region, 0)), ARG_I(ID_MAKE(region, no))),
        &rows);
    if (e) return e;
    while (rows_next(&rows)) {
        Str hash = rows_str(&rows, 0);
        if (hash.n == SHA256_SIZE) memcpy(both + SHA256_SIZE, hash.p, SHA256_SIZE);
        sha256((Str){(const char *)both, sizeof both}, both);
    }
    memcpy(chain, both, SHA256_SIZE);
    return rows_close(&rows);
}

static Str chain_str(const unsigned char chain[SHA256_SIZE])
{
    return (Str){(const char *)chain, SHA256_SIZE};
}

/* Whether the ledger goes on from h, whose last entry is hashed again; whole: and whether the
 * chain was that. Where nothing is younger it is the head's, which the check of the ledger
 * itself proves. */
static const Err *goes_on(Db *db, const WitnessHead *h, const Head *head, bool whole,
                          Arena *mem, bool *out)
{
    Entry entry;
    unsigned char chain[SHA256_SIZE];
    *out = false;
    if (head->no < h->no || (head->no == h->no && !bytes_same(head->chain, h->chain)))
        return NULL;
    const Err *e = ledger_entry(db, h->region, h->no, mem, &entry);
    if (e) return e->kind == ERR_MISSING ? NULL : e;
    *out = bytes_same(entry_hash(mem, &entry), h->hash);
    if (!*out || !whole || head->no == h->no) return NULL;
    e = chain_at(db, h->region, h->no, chain);
    *out = bytes_same(chain_str(chain), h->chain);
    return e;
}

static Str head_text(Arena *mem, int64_t no, Str chain)
{
    Buf b = BUF(mem);
    buf_fmt(&b, "%lld ", (long long)no);
    buf_hex(&b, chain.p, chain.n);
    return buf_str(&b);
}

static const Err *hold(Db *db, const Witness *w, bool whole, Faults *against)
{
    static const Sql sql = SQL("SELECT * FROM ledger_head WHERE region = $1");
    Arena *mem = against->mem;
    for (size_t i = 0; i < w->count; i++) {
        const WitnessHead *h = &w->heads[i];
        Head head = {.region = h->region};
        bool same = false;
        const Err *e = db_one(db, &sql, ARGS(ARG_I(h->region)), &head_table, mem, &head);
        if (!e || e->kind == ERR_MISSING) e = goes_on(db, h, &head, whole, mem, &same);
        if (e) return e;
        if (same) continue;
        Buf witnessed = BUF(mem);
        buf_fmt(&witnessed, "%.*s (", STR(head_text(mem, h->no, h->chain)));
        instant_print(&witnessed, w->at);
        buf_char(&witnessed, ')');
        faults_add(against, STR_NULL,
                   err_make4(mem, &WITNESS_AGAINST, str_fmt(mem, "%lld", (long long)h->region),
                             head_text(mem, head.no, head.chain), buf_str(&witnessed),
                             w->path));
    }
    return NULL;
}

const Err *witness_hold(Db *db, const Witness *w, Faults *against)
{
    return hold(db, w, false, against);
}

static void note_younger(Buf *notes, int64_t from, int64_t to)
{
    if (from < to) buf_fmt(notes, " %lld to %lld", (long long)from, (long long)to);
    if (from == to) buf_fmt(notes, " %lld", (long long)to);
    if (from <= to) buf_add(notes, S(" unwitnessed"));
}

const Err *witness_check(Db *db, const Witness *w, Report *report, Buf *notes)
{
    static const Sql sql = SQL("SELECT region, no FROM ledger_head ORDER BY region");
    Faults against = {.mem = arena_new(0)};
    const Err *e = hold(db, w, true, &against);
    for (const Err *one = against.first; one; one = one->next) {
        Buf said = BUF(against.mem);
        err_text(one, LANG_EN, &said);
        report_fault(report, "witness: %.*s", STR(buf_str(&said)));
    }
    Rows rows;
    const WitnessHead *h = w->heads, *end = w->heads + w->count;
    if (!e) e = db_rows(db, &sql, NO_ARGS, &rows);
    bool open = !e;
    while (open && rows_next(&rows)) {
        int64_t region = rows_int(&rows, 0), no = rows_int(&rows, 1), up_to = 0;
        buf_fmt(notes, "region %lld:", (long long)region);
        while (h < end && h->region < region)
            h++;
        if (h < end && h->region == region) {
            up_to = h->no;
            buf_fmt(notes, " witnessed up to %lld at ", (long long)up_to);
            instant_print(notes, w->at);
            if (no > up_to) buf_char(notes, ';');
        }
        note_younger(notes, up_to + 1, no);
        buf_char(notes, '\n');
    }
    if (open) e = rows_close(&rows);
    arena_free(against.mem);
    return e;
}
