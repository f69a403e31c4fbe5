/* SPDX-License-Identifier: Apache-2.0 */
/* app_heads.c: the witness beside the store: held against it, written anew, and
 * accepted against it by a person. */
#include "app/app.h"
#include "base/log.h"
#include "base/time.h"
#include "grid/security.h"

static Str head_path(const House *house, Arena *mem)
{
    return str_fmt(mem, "%.*s.head", STR(house->url));
}

const Err *heads_read(House *house, Arena *mem, const Witness **out)
{
    Witness *witness = arena_make(mem, Witness);
    const Err *e = witness_read(head_path(house, mem), mem, witness);
    bool none = e && err_is(e, &FILE_MISSING);
    if (none)
        log_warn(
            "witness=none path=\"%.*s.head\" text=\"nothing tells whether the ledger's end "
            "was cut off\"",
            STR(house->url));
    if (e && !none) return e;
    *out = none ? NULL : witness;
    return NULL;
}

/* Adds what the witness has against the store. */
static const Err *hold(House *house, const Witness *witness, Faults *against)
{
    Db *db;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (e) return e;
    e = witness_hold(db, witness, against);
    db_close(db);
    return e;
}

/* What was witnessed, the syslog has been told. */
const Err *heads_hold(House *house)
{
    const Witness *witness;
    Faults against = {.mem = house->mem};
    const Err *e = heads_read(house, house->mem, &witness);
    if (!e && witness) e = hold(house, witness, &against);
    if (!e && against.first) e = err_keep(house->mem, against.first);
    if (!e && witness) house->told = *witness;
    return e;
}

/* ---- writing ---- */

static const Err *take(House *house, Arena *mem, Witness *out)
{
    Db *db;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (e) return e;
    e = witness_take(db, ledger_clock(house->ledger), head_path(house, mem), mem, out);
    db_close(db);
    return e;
}

void heads_write(House *house)
{
    Arena *mem = arena_new(0);
    Witness now;
    pthread_mutex_lock(&house->heads_lock);
    const Err *e = take(house, mem, &now);
    if (!e) e = witness_write(&now, mem);
    if (e) {
        log_warn("witness=unwritten path=\"%.*s.head\" code=%s", STR(house->url), e->code);
        arena_free(mem);
    } else {
        if (house->syslog) heads_syslog(&house->told, &now, mem);
        if (house->told_mem) arena_free(house->told_mem);
        house->told = now;
        house->told_mem = mem;
    }
    pthread_mutex_unlock(&house->heads_lock);
}

/* ---- accepting ---- */

static const Err *note(void *context, Db *db)
{
    return security_note(db, SECURITY_HEAD, *(const SecurityNote *)context);
}

static const Err *find_against(House *house, Faults *out)
{
    const Witness *witness = NULL;
    const Err *e = heads_read(house, house->mem, &witness);
    if (e && err_is(e, &WITNESS_BROKEN)) {
        faults_add(out, STR_NULL, e);
        return NULL;
    }
    if (e) return e;
    if (witness) return hold(house, witness, out);
    faults_add2(out, STR_NULL, &FILE_MISSING, head_path(house, house->mem), STR_NULL);
    return NULL;
}

/* "witness-against: 1, 95 9f3a…, 120 77bc… (2026-…), PATH.head" */
static Str what_was(Arena *mem, const Err *e)
{
    Buf b = BUF(mem);
    buf_fmt(&b, "%s: ", e->code);
    for (size_t i = 0; i < countof(e->args) && e->args[i].p; i++)
        buf_fmt(&b, "%s%.*s", i ? ", " : "", STR(e->args[i]));
    return buf_str(&b);
}

/* The notes go first: a new witness without them would hide what was accepted. */
const Err *heads_accept(House *house, Str reason, Faults *out_was)
{
    const Err *e = house_take(house);
    if (!e) e = find_against(house, out_was);
    if (e || !out_was->first) return e;
    for (const Err *was = out_was->first; was && !e; was = was->next) {
        Str text =
            str_fmt(house->mem, "%.*s (%.*s)", STR(reason), STR(what_was(house->mem, was)));
        SecurityNote line = {.at = time_wall(), .person = NIL, .by = NIL, .reason = text};
        e = lane_write(ledger_lane(house->ledger), note, &line);
    }
    if (!e) heads_write(house);
    return e;
}
