/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.c: heads, acts and their way through the lane. */
#include "ledger/ledger.h"

#include <pthread.h>

#include "base/crypt.h"
#include "base/log.h"
#include "base/time.h"

const Err KEY_REUSED = ERROR(ERR_CONFLICT, "key-reused", "这个幂等键已用于另一个请求",
                             "This key was used for another request");
const Err STALE = ERROR(ERR_CONFLICT, "stale", "刚才已有人改动,请刷新后再办",
                        "Somebody changed it meanwhile, reload and try again");
const Err CLOCK_ASTRAY =
    ERROR(ERR_BUSY, "clock",
          "服务器时钟为 {0}，推算应为 "
          "{1}，暂不能办理；请联系系统管理员校准时钟，或核实后确认现在的时间",
          "The server's clock says {0} where {1} was expected, so nothing is written; ask the "
          "system administrator to set it right or to accept it");
const Err CLOCK_RIGHT = ERROR(ERR_CONFLICT, "clock-right", "服务器时钟正常，无需确认",
                              "The server's clock is right, there is nothing to accept");

#define HEAD_BUCKETS   256
#define BRIEF_BLOCK    ((size_t)1 << 20) /* some forty acts */
#define LISTENERS_MOST 16

static const Column entry_columns[] = {
    COLUMN(Entry, id, KIND_INT, "编号", "Id", .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(Entry, region, KIND_INT, "区域", "Region",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(Entry, no, KIND_INT, "序号", "Number", .flags = COLUMN_REQUIRED),
    COLUMN(Entry, at, KIND_INSTANT, "时间", "At", .flags = COLUMN_REQUIRED),
    COLUMN(Entry, actor, KIND_REF, "经办人", "Actor", .list = "persons"),
    COLUMN(Entry, seat, KIND_REF, "岗位", "Seat", .list = "seats"),
    {.name = "for",
     .kind = KIND_REF,
     .offset = offsetof(Entry, for_person),
     .zh = "代",
     .en = "For",
     .list = "persons"},
    COLUMN(Entry, verb, KIND_TEXT, "动作", "Verb", .flags = COLUMN_REQUIRED),
    COLUMN(Entry, on_table, KIND_TEXT, "对象表", "On table"),
    COLUMN(Entry, on_id, KIND_INT, "对象", "On"),
    COLUMN(Entry, v, KIND_INT, "版式", "Form", .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(Entry, key, KIND_TEXT, "幂等键", "Key", .flags = COLUMN_INTERNAL),
    COLUMN(Entry, body, KIND_TEXT, "正文", "Body", .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(Entry, hash, KIND_BYTES, "哈希", "Hash", .flags = COLUMN_REQUIRED),
};
const Table entry_table = {.name = "ledger",
                           .class = CLASS_LEDGER,
                           .columns = entry_columns,
                           .count = countof(entry_columns),
                           .size = sizeof(Entry)};

static const Column head_columns[] = {
    COLUMN(Head, region, KIND_INT, "区域", "Region", .flags = COLUMN_REQUIRED),
    COLUMN(Head, no, KIND_INT, "序号", "Number", .flags = COLUMN_REQUIRED),
    COLUMN(Head, seq, KIND_INT, "编号序列", "Sequence of ids", .flags = COLUMN_REQUIRED),
    COLUMN(Head, at, KIND_INSTANT, "时间", "At", .flags = COLUMN_REQUIRED),
    COLUMN(Head, epoch, KIND_INT, "版图期", "Epoch", .flags = COLUMN_REQUIRED),
    COLUMN(Head, chain, KIND_BYTES, "链", "Chain", .flags = COLUMN_REQUIRED),
};
const Table head_table = {.name = "ledger_head",
                          .class = CLASS_LEDGER,
                          .columns = head_columns,
                          .count = countof(head_columns),
                          .size = sizeof(Head),
                          .primary = "(region)"};

typedef struct {
    int64_t region;
    Str key;
    int64_t actor, no;
    Str sum;
} KeyRow;
static const Column key_columns[] = {
    COLUMN(KeyRow, region, KIND_INT, "区域", "Region", .flags = COLUMN_REQUIRED),
    COLUMN(KeyRow, key, KIND_TEXT, "幂等键", "Key", .flags = COLUMN_REQUIRED),
    COLUMN(KeyRow, actor, KIND_INT, "经办人", "Actor", .flags = COLUMN_REQUIRED),
    COLUMN(KeyRow, no, KIND_INT, "序号", "Number", .flags = COLUMN_REQUIRED),
    COLUMN(KeyRow, sum, KIND_TEXT, "指纹", "Fingerprint"),
};
const Table key_table = {.name = "ledger_keys",
                         .class = CLASS_DERIVED,
                         .columns = key_columns,
                         .count = countof(key_columns),
                         .size = sizeof(KeyRow),
                         .primary = "(region, key, actor)"};

typedef struct HeadSlot HeadSlot;
struct HeadSlot {
    HeadSlot *next;
    Head head;
    unsigned char chain[32];
    bool dirty;
};

struct Ledger {
    Store *store;
    Lane *lane;
    const Table *const *tables;
    size_t table_count;
    Instant (*clock)(void *);
    void *clock_context;
    Wall *wall; /* the guard; NULL: acts are stamped by the clock alone */
    /* Only the lane's thread touches what follows. */
    HeadSlot *heads[HEAD_BUCKETS];
    const Act *batch[LANE_BATCH_MOST];
    size_t batch_count;
    Arena *brief; /* of the brief acts of this batch */
    struct {
        LedgerListener listener;
        void *context;
    } listeners[LISTENERS_MOST];
    size_t listener_count;
    pthread_mutex_t answering_lock; /* held by the lane while it answers */
    void (*answering)(void *context, bool begins);
    void *answering_context;
};

/* ---- heads ---- */

static HeadSlot *head_slot(Ledger *ledger, int64_t region)
{
    HeadSlot *slot = ledger->heads[region % HEAD_BUCKETS];
    while (slot && slot->head.region != region)
        slot = slot->next;
    return slot;
}

static const Err *head_load(Ledger *ledger, Db *db, int64_t region, HeadSlot **out)
{
    static const Sql sql = SQL("SELECT * FROM ledger_head WHERE region = $1");
    HeadSlot *slot = head_slot(ledger, region);
    if (slot) {
        *out = slot;
        return NULL;
    }
    Arena *mem = arena_new(0);
    Head head = {.region = region};
    const Err *e = db_one(db, &sql, ARGS(ARG_I(region)), &head_table, mem, &head);
    if (e && e->kind != ERR_MISSING) {
        arena_free(mem);
        return e;
    }
    slot = calloc(1, sizeof *slot);
    assert(slot);
    slot->head = head;
    if (head.chain.n == 32) memcpy(slot->chain, head.chain.p, 32);
    slot->head.chain = (Str){(const char *)slot->chain, 32};
    slot->next = ledger->heads[region % HEAD_BUCKETS];
    ledger->heads[region % HEAD_BUCKETS] = slot;
    arena_free(mem);
    *out = slot;
    return NULL;
}

static const Err *head_write(HeadSlot *s, Db *db)
{
    static const Sql sql = SQL("INSERT INTO ledger_head (region, no, seq, at, epoch, chain) "
                               "VALUES ($1, $2, $3, $4, $5, $6) "
                               "ON CONFLICT (region) DO UPDATE SET no = excluded.no, seq = "
                               "excluded.seq, at = excluded.at, "
                               "epoch = excluded.epoch, chain = excluded.chain");
    const Head *h = &s->head;
    const Err *e = db_run(db, &sql,
                          ARGS(ARG_I(h->region), ARG_I(h->no), ARG_I(h->seq), ARG_I(h->at),
                               ARG_I(h->epoch), ARG_B(h->chain)),
                          NULL);
    if (!e) s->dirty = false;
    return e;
}

static const Err *flush(void *context, Db *db)
{
    Ledger *ledger = context;
    for (size_t i = 0; i < HEAD_BUCKETS; i++)
        for (HeadSlot *s = ledger->heads[i]; s; s = s->next) {
            const Err *e = s->dirty ? head_write(s, db) : NULL;
            if (e) return e;
        }
    return NULL;
}

static void dropped(void *context)
{
    Ledger *ledger = context;
    for (size_t i = 0; i < HEAD_BUCKETS; i++)
        while (ledger->heads[i]) {
            HeadSlot *slot = ledger->heads[i];
            ledger->heads[i] = slot->next;
            free(slot);
        }
    ledger->batch_count = 0;
}

static void committed(void *context)
{
    Ledger *ledger = context;
    for (size_t i = 0; i < ledger->batch_count; i++)
        if (ledger->wall && ledger->batch[i]->spec.accepts_clock) wall_accept(ledger->wall);
    for (size_t i = 0; i < ledger->batch_count; i++)
        for (size_t k = 0; k < ledger->listener_count; k++)
            ledger->listeners[k].listener(ledger->listeners[k].context, ledger->batch[i]);
    ledger->batch_count = 0;
}

static void answering(void *context, bool begins)
{
    Ledger *ledger = context;
    if (begins) pthread_mutex_lock(&ledger->answering_lock);
    if (ledger->answering) ledger->answering(ledger->answering_context, begins);
    if (!begins) arena_reset(ledger->brief);
    if (!begins) pthread_mutex_unlock(&ledger->answering_lock);
}

/* ---- the act ---- */

int64_t act_id(Act *act)
{
    return ID_MAKE(act->spec.region, ++act->seq);
}

void act_on(Act *act, const Table *table, int64_t id)
{
    act->on = table;
    act->on_id = id;
}

static Change *change_new(Act *act, const Table *table, RowOp op)
{
    assert(table->class == CLASS_STATE);
    act->changes =
        arena_grow(act->mem, act->changes, act->count, &act->cap, sizeof *act->changes);
    Change *c = &act->changes[act->count++];
    *c = (Change){.table = table, .op = op};
    return c;
}

static Value *row_values(Act *act, const Table *table, const void *row)
{
    Value *values = arena_array(act->mem, Value, table->count);
    for (size_t i = 0; i < table->count; i++)
        values[i] = column_get(&table->columns[i], row);
    return values;
}

Change *row_put(Act *act, const Table *table, void *row)
{
    StateRow *state = row;
    if (!state->id) state->id = act_id(act);
    state->region = act->spec.region;
    state->entry = act->no;
    assert(ID_REGION(state->id) == state->region);
    Change *c = change_new(act, table, ROW_PUT);
    c->id = state->id;
    c->values = row_values(act, table, row);
    c->mask = table->count == 64 ? UINT64_MAX : (UINT64_C(1) << table->count) - 1;
    return c;
}

Change *row_set(Act *act, const Table *table, const void *before, void *after)
{
    const StateRow *old = before;
    StateRow *new = after;
    assert(old->id == new->id && old->region == act->spec.region);
    uint64_t mask = 0;
    for (size_t i = STATE_COLUMN_COUNT; i < table->count; i++) {
        Value a = column_get(&table->columns[i], before),
              b = column_get(&table->columns[i], after);
        if (!value_eq(&table->columns[i], &a, &b)) mask |= UINT64_C(1) << i;
    }
    if (!mask) return NULL;
    new->entry = act->no;
    Change *c = change_new(act, table, ROW_SET);
    c->id = new->id;
    c->prev = old->entry;
    c->mask = mask;
    c->values = row_values(act, table, after);
    return c;
}

void row_del(Act *act, const Table *table, const void *row)
{
    const StateRow *state = row;
    Change *c = change_new(act, table, ROW_DEL);
    c->id = state->id;
    c->prev = state->entry;
}

static const Err *act_write(Act *act, const Entry *entry)
{
    static const Sql keep = SQL(
        "INSERT INTO ledger_keys (region, key, actor, no, sum) VALUES ($1, $2, $3, $4, $5)");
    const Err *e = apply_changes(act->db, act->spec.region, act->no, act->changes, act->count);
    if (e) return e;
    Value values[countof(entry_columns)];
    for (size_t i = 0; i < countof(entry_columns); i++)
        values[i] = column_get(&entry_columns[i], entry);
    if ((e = db_put(act->db, &entry_table, values)) || !act->spec.key.p) return e;
    return db_run(act->db, &keep,
                  ARGS(ARG_I(act->spec.region), ARG_S(act->spec.key), ARG_I(act->spec.actor),
                       ARG_I(act->no), ARG_S(act->spec.sum)),
                  NULL);
}

/* Whether a change may hurt an index that lets nothing stand twice. */
static bool may_clash(const Act *act)
{
    for (size_t i = 0; i < act->count; i++) {
        const Table *t = act->changes[i].table;
        for (size_t k = 0; k < countof(t->indexes) && t->indexes[k]; k++)
            if (strncmp(t->indexes[k], "UNIQUE ", 7) == 0) return true;
    }
    return false;
}

/*
 * A savepoint makes SQLite copy each page that the act changes. Only who may clash has one:
 * what is left to go wrong is the store itself, and then the whole batch is taken back, none of
 * which has been acknowledged.
 */
static const Err *act_apply(Act *act, const Entry *entry)
{
    bool saves = may_clash(act);
    const Err *e = saves ? db_save(act->db) : NULL;
    if (e) return e;
    e = act_write(act, entry);
    if (!saves && e) db_rollback(act->db);
    if (saves && e) db_save_drop(act->db);
    if (saves && !e) db_save_keep(act->db);
    return e;
}

static const Err *act_commit(Act *act, HeadSlot *slot)
{
    Entry entry;
    entry_encode(act, &entry);
    const Err *e = act_apply(act, &entry);
    if (e) return e;
    unsigned char both[64];
    memcpy(both, slot->chain, 32);
    memcpy(both + 32, entry.hash.p, 32);
    sha256((Str){(const char *)both, 64}, slot->chain);
    slot->head.no = act->no;
    slot->head.seq = act->seq;
    slot->head.at = act->now;
    slot->head.epoch += act->raises_epoch;
    slot->dirty = true;
    return NULL;
}

/* The answer to a key that is known already; *known false when it is not. */
static const Err *key_known(ActJob *job, Db *db, bool *known)
{
    static const Sql find = SQL(
        "SELECT k.sum, l.no, l.at, l.on_table, l.on_id FROM ledger_keys AS k JOIN ledger AS l "
        "ON l.region = k.region AND l.id = (k.region * 8589934592 + k.no) "
        "WHERE k.region = $1 AND k.key = $2 AND k.actor = $3");
    *known = false;
    if (!job->spec.key.p) return NULL;
    Rows rows;
    const Err *e = db_rows(
        db, &find, ARGS(ARG_I(job->spec.region), ARG_S(job->spec.key), ARG_I(job->spec.actor)),
        &rows);
    if (e) return e;
    bool same = true;
    if (rows_next(&rows)) {
        *known = true;
        same = str_eq(rows_str(&rows, 0), job->spec.sum);
        job->no = rows_int(&rows, 1);
        job->at = rows_int(&rows, 2);
        job->on_table = str_dup(job->mem, rows_str(&rows, 3));
        job->on_id = rows_int(&rows, 4);
        job->replayed = true;
    }
    if ((e = rows_close(&rows))) return e;
    return same ? NULL : &KEY_REUSED;
}

/* The time by which a job acts. What it decides by a wrong time would be wrong, too, so it is
 * refused before it decides. */
static const Err *job_time(const ActJob *job, Instant *out)
{
    const Ledger *ledger = job->ledger;
    if (!ledger->wall) {
        *out = ledger_clock(ledger);
        return NULL;
    }
    int64_t astray;
    Instant believed = wall_now(ledger->wall, &astray), now = believed + astray;
    if (!astray || job->spec.accepts_clock) {
        *out = now;
        return NULL;
    }
    Buf said = BUF(job->mem), expected = BUF(job->mem);
    instant_print(&said, now);
    instant_print(&expected, believed);
    return err_make(job->mem, &CLOCK_ASTRAY, buf_str(&said), buf_str(&expected));
}

static const Err *job_run(LaneJob *lane_job, Db *db)
{
    ActJob *job = (ActJob *)lane_job;
    Ledger *ledger = job->ledger;
    bool known;
    const Err *e = key_known(job, db, &known);
    bool reused = e == &KEY_REUSED;
    if (!reused && (e || known)) return e;
    HeadSlot *slot;
    if ((e = head_load(ledger, db, job->spec.region, &slot))) return e;
    Instant wall;
    if ((e = job_time(job, &wall))) return e;
    job->act = (Act){.mem = job->brief ? ledger->brief : job->mem,
                     .db = db,
                     .ledger = ledger,
                     .spec = job->spec,
                     .now = wall > slot->head.at ? wall : slot->head.at,
                     .no = slot->head.no + 1,
                     .seq = slot->head.seq,
                     .head = &slot->head};
    Act *act = &job->act;
    e = job->decide(act, job->context);
    /* what is not there, or not theirs, is told before what became of the key (design §8) */
    if (reused && !(e && (e->kind == ERR_MISSING || e->kind == ERR_DENIED))) e = &KEY_REUSED;
    if (e) return e;
    /* decided that nothing changes: no entry */
    if (!act->count && !act->spec.accepts_clock) return NULL;
    assert(!act->raises_epoch || job->lane.alone);
    if ((e = act_commit(act, slot))) return e;
    job->no = act->no;
    job->at = act->now;
    job->on_table = act->on ? str(act->on->name) : STR_NULL;
    job->on_id = act->on ? act->on_id : NIL;
    assert(ledger->batch_count < LANE_BATCH_MOST);
    ledger->batch[ledger->batch_count++] = act;
    return NULL;
}

static void job_done(LaneJob *lane_job, const Err *e)
{
    ActJob *job = (ActJob *)lane_job;
    if (job->done) job->done(job, e);
}

/* ---- the ledger ---- */

const Err *ledger_open(Store *store, const Table *const *tables, size_t count,
                       Instant (*clock)(void *), void *clock_context, Ledger **out)
{
    Ledger *ledger = calloc(1, sizeof *ledger);
    assert(ledger);
    ledger->store = store;
    ledger->tables = tables;
    ledger->table_count = count;
    ledger->clock = clock;
    ledger->clock_context = clock_context;
    ledger->brief = arena_new(BRIEF_BLOCK);
    pthread_mutex_init(&ledger->answering_lock, NULL);
    LaneHooks hooks = {ledger, flush, committed, dropped, answering};
    const Err *e = lane_start(store, &hooks, 4096, &ledger->lane);
    if (e) {
        arena_free(ledger->brief);
        free(ledger);
        return e;
    }
    *out = ledger;
    return NULL;
}

void ledger_close(Ledger *ledger)
{
    if (!ledger) return;
    lane_stop(ledger->lane);
    dropped(ledger);
    arena_free(ledger->brief);
    pthread_mutex_destroy(&ledger->answering_lock);
    free(ledger);
}

Store *ledger_store(const Ledger *ledger)
{
    return ledger->store;
}

Lane *ledger_lane(const Ledger *ledger)
{
    return ledger->lane;
}

const Table *const *ledger_tables(const Ledger *ledger, size_t *out_count)
{
    *out_count = ledger->table_count;
    return ledger->tables;
}

const Table *ledger_table(const Ledger *ledger, Str name)
{
    for (size_t i = 0; i < ledger->table_count; i++)
        if (str_is(name, ledger->tables[i]->name)) return ledger->tables[i];
    return NULL;
}

Instant ledger_clock(const Ledger *ledger)
{
    return ledger->clock(ledger->clock_context);
}

void ledger_guard(Ledger *ledger, Wall *wall)
{
    ledger->wall = wall;
}

int64_t ledger_astray(const Ledger *ledger)
{
    int64_t astray = 0;
    if (ledger->wall) wall_now(ledger->wall, &astray);
    return astray;
}

void ledger_listen(Ledger *ledger, LedgerListener listener, void *context)
{
    assert(ledger->listener_count < LISTENERS_MOST);
    ledger->listeners[ledger->listener_count].listener = listener;
    ledger->listeners[ledger->listener_count++].context = context;
}

void ledger_answering(Ledger *ledger, void (*around)(void *context, bool begins), void *context)
{
    pthread_mutex_lock(&ledger->answering_lock);
    ledger->answering = around;
    ledger->answering_context = context;
    pthread_mutex_unlock(&ledger->answering_lock);
}

static void job_ready(Ledger *ledger, ActJob *job)
{
    job->ledger = ledger;
    job->lane.run = job_run;
    job->lane.done = job_done;
    job->no = job->at = job->on_id = NIL;
    job->replayed = false;
}

bool ledger_submit(Ledger *ledger, ActJob *job)
{
    job_ready(ledger, job);
    return lane_submit(ledger->lane, &job->lane);
}

const Err *ledger_call(Ledger *ledger, ActJob *job)
{
    job_ready(ledger, job);
    return lane_call(ledger->lane, &job->lane);
}
