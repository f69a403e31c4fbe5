/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_batch.c: many moves in one request: n acts, each with its own key, all or some of them
 * done, one list of answers in the order of the items. The acts wait in the lane together, so
 * they share a commit.
 */
#include <pthread.h>

#include "base/log.h"
#include "web/api.h"

#define ITEMS_MOST 100

static const Column item_columns[] = {
    FIELD("key", KIND_TEXT, "幂等键", "Key of this act", .flags = COLUMN_REQUIRED, .max = 128),
    FIELD("id", KIND_REF, "事项", "Case", .flags = COLUMN_REQUIRED, .list = "cases"),
    FIELD("move", KIND_TEXT, "动作", "Move", .flags = COLUMN_REQUIRED),
    FIELD("version", KIND_INT, "版本", "Version seen", .flags = COLUMN_REQUIRED),
    FIELD("fields", KIND_OBJECT, "字段", "What the move asks"),
};
enum { ITEM_KEY, ITEM_ID, ITEM_MOVE, ITEM_VERSION, ITEM_FIELDS, ITEM_MEMBERS };

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t done;
    size_t waiting;
} Counter;

typedef struct {
    ActJob job;
    Call *call;
    Counter *counter;
    Arena *mem; /* of this item: the lane's thread works in it */
    int64_t id;
    Str move;
    const Json *body; /* {"version","fields"} */
    Str sorted;       /* its canonical text */
    const Err *e;
    Buf out; /* the case as JSON */
} BatchItem;

static CaseView item_view(const BatchItem *item, Db *db, Instant now, const Who *who)
{
    const Call *call = item->call;
    return (CaseView){.work = web_conf(call->web)->work,
                      .db = db,
                      .mem = item->mem,
                      .who = who,
                      .now = now,
                      .lang = call->lang};
}

static const Err *write_answer(BatchItem *item, Db *db, Instant now, const Who *who,
                               const Instance *run)
{
    CaseView view = item_view(item, db, now, who);
    return run_json(&view, run, case_sight(&view, run_case(run)), false, &JSON_OUT(&item->out));
}

/* On the lane's thread. */
static const Err *decide(Act *act, void *context)
{
    BatchItem *item = context;
    Call *call = item->call;
    const WebConf *conf = web_conf(call->web);
    const Ground *ground = act_ground(act, conf->grounds);
    const Instance *run;
    const Err *e = NULL;
    Who who = call->who;
    act->in = item->sorted;
    if (ground != who.ground)
        e = who_at(item->mem, ground, who.person, act->now, who.hat, &who);
    if (!e) e = case_move(act, conf->work, &who, item->id, item->move, item->body, &run);
    return e ? e : write_answer(item, act->db, act->now, &who, run);
}

static void decided(ActJob *job, const Err *e)
{
    BatchItem *item = job->context;
    Counter *counter = item->counter;
    item->e = e;
    pthread_mutex_lock(&counter->lock);
    if (--counter->waiting == 0) pthread_cond_signal(&counter->done);
    pthread_mutex_unlock(&counter->lock);
}

/* ---- reading the items ---- */

/* What is left of an item is the body of its move. */
static const Json *move_body(Arena *mem, const Json *item)
{
    static const char *const own[] = {"key", "id", "move"};
    JsonMember *members = arena_array(mem, JsonMember, json_count(item));
    Json *body = arena_make(mem, Json);
    *body = (Json){.kind = JSON_OBJECT, .members = members};
    for (json_each(m, item)) {
        bool ours = false;
        for (size_t i = 0; i < countof(own); i++)
            ours |= str_is(m->key, own[i]);
        if (!ours) members[body->count++] = *m;
    }
    return body;
}

static const Err *item_read(BatchItem *item, const Json *in)
{
    Value v[ITEM_MEMBERS];
    Faults faults = {.mem = item->mem};
    if (!json_is_object(in)) return &WEB_BODY;
    item->job.spec.key = json_member(in, "key");
    if (item->job.spec.key.p && !key_is_plain(item->job.spec.key))
        return err_field(item->mem, &WEB_KEY_BAD, S("key"));
    columns_decode(item_columns, ITEM_MEMBERS, in, NULL, &faults, v);
    columns_unknown(item_columns, ITEM_MEMBERS, in, "", &faults);
    const Err *e = faults_err(&faults);
    if (e) return e;
    item->id = v[ITEM_ID].i;
    item->move = v[ITEM_MOVE].s;
    item->body = move_body(item->mem, in);
    return NULL;
}

static void item_submit(BatchItem *item)
{
    Call *call = item->call;
    ActJob *job = &item->job;
    Str request = str_fmt(item->mem, "POST /api/v1/cases/%lld/moves/%.*s", (long long)item->id,
                          STR(item->move));
    item->sorted = json_sorted(item->mem, item->body);
    call_spec(call, item->mem, request, item->sorted, &job->spec);
    job->spec.client = NIL;
    job->mem = item->mem;
    job->decide = decide;
    job->done = decided;
    job->context = item;
    if (ledger_submit(web_conf(call->web)->ledger, job)) return;
    decided(job, &WEB_BUSY);
}

/* ---- the answer ---- */

/* A key that came again: the case as it is now. */
static void item_again(BatchItem *item)
{
    Call *call = item->call;
    CaseView view = item_view(item, call->db, call->now, &call->who);
    Case c;
    Access sight;
    item->e = case_load(&view, item->job.on_id, &c, &sight);
    if (!item->e) item->e = case_json(&view, &c, sight, false, &JSON_OUT(&item->out));
}

static void item_write(BatchItem *item, JsonOut *w)
{
    Call *call = item->call;
    if (!item->e && item->job.replayed) item_again(item);
    if (item->e && item->e->kind == ERR_BROKEN)
        log_error("req=%lld case=%lld code=%s", (long long)call->number, (long long)item->id,
                  item->e->code);
    json_open(w, '{');
    json_put_int(w, "status", item->e ? problem_status(item->e) : 200);
    json_key(w, item->e ? "problem" : "case");
    if (item->e)
        problem_json(item->e, call->lang, w);
    else
        json_raw(w, buf_str(&item->out));
    json_close(w, '}');
}

const Err *api_batch(Call *call)
{
    const Json *list = json_get(call->body, "items");
    size_t n = json_count(list);
    const Err *e = call->body_fault;
    if (e) return e;
    if (n < 1 || n > ITEMS_MOST) {
        e = err_make(call->mem, &COLUMN_RANGE, str_fmt(call->mem, "1–%d", ITEMS_MOST),
                     STR_NULL);
        return faults_one(call->mem, S("items"), e);
    }
    BatchItem *items = arena_array(call->mem, BatchItem, n);
    Counter counter = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, n};
    for (size_t i = 0; i < n; i++) {
        BatchItem *item = &items[i];
        *item = (BatchItem){.call = call, .counter = &counter, .mem = arena_new(0)};
        item->out = BUF(item->mem);
        e = item_read(item, json_at(list, i));
        if (e)
            decided(&(ActJob){.context = item}, e);
        else
            item_submit(item);
    }
    pthread_mutex_lock(&counter.lock);
    while (counter.waiting)
        pthread_cond_wait(&counter.done, &counter.lock);
    pthread_mutex_unlock(&counter.lock);
    list_open(&call->json);
    for (size_t i = 0; i < n; i++) {
        item_write(&items[i], &call->json);
        arena_free(items[i].mem);
    }
    list_close(&call->json, STR_NULL);
    return NULL;
}
