/* SPDX-License-Identifier: Apache-2.0 */
/* api_case.c: cases over HTTP: file, move, preview, read, list, count, export. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "web/api.h"

CaseView view_of(Call *call)
{
    return (CaseView){.work = web_conf(call->web)->work,
                      .db = call->db,
                      .mem = call->act ? call->act->mem : call->mem,
                      .who = &call->who,
                      .now = call->now,
                      .lang = call->lang,
                      .budget = call_budget(call)};
}

static const Err *write_run(Call *call, const Instance *run)
{
    CaseView view = view_of(call);
    return run_json(&view, run, case_sight(&view, run_case(run)), true, &call->json);
}

/* Without the names that say which form it is nothing else can be asked. */
static const Err *check_names(const Call *call)
{
    bool faulty = call_is_faulty(call, "flow") || call_is_faulty(call, "move");
    return faulty ? call->body_fault : NULL;
}

const Err *api_case_file(Call *call)
{
    const Instance *run;
    const Err *e = check_names(call);
    if (!e) e = case_file(call->act, web_conf(call->web)->work, &call->who, call->body, &run);
    if (e) return e;
    call->status = 201;
    call_header(call, S("Location"),
                str_fmt(call->mem, "/api/v1/cases/%lld", (long long)run_case(run)->id));
    return write_run(call, run);
}

const Err *api_case_move(Call *call)
{
    int64_t id;
    const Instance *run;
    const Err *e = call_id(call, 0, &id);
    if (!e)
        e = case_move(call->act, web_conf(call->web)->work, &call->who, id, call->params[1],
                      call->body, &run);
    return e ? e : write_run(call, run);
}

/* A case that the caller sees. */
typedef struct {
    CaseView view;
    Case c;
    Access sight;
} CaseInView;

static const Err *see(Call *call, int64_t id, CaseInView *out)
{
    out->view = view_of(call);
    return case_load(&out->view, id, &out->c, &out->sight);
}

const Err *api_case_again(Call *call)
{
    CaseInView s;
    const Err *e = see(call, call->job.on_id, &s);
    if (!e) e = case_json(&s.view, &s.c, s.sight, true, &call->json);
    if (!err_is(e, &ERR_NOT_FOUND)) return e;
    answer_id(call, call->job.on_id); /* done, and out of their sight since */
    return NULL;
}

const Err *api_preview(Call *call)
{
    CaseView view = view_of(call);
    const Err *e = check_names(call);
    return e ? e : case_preview(&view, call->body, &call->json);
}

/* The case that the address names. */
static const Err *load(Call *call, CaseInView *out)
{
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    return e ? e : see(call, id, out);
}

const Err *api_case(Call *call)
{
    CaseInView s;
    const Err *e = load(call, &s);
    return e ? e : case_json(&s.view, &s.c, s.sight, true, &call->json);
}

const Err *api_case_moves(Call *call)
{
    CaseInView s;
    const Err *e = load(call, &s);
    return e ? e : case_moves(&s.view, &s.c, &call->json);
}

const Err *api_case_ledger(Call *call)
{
    CaseInView s;
    const Err *e = load(call, &s);
    return e ? e : case_history(&s.view, &s.c, s.sight, 200, &call->json);
}

const Err *api_case_sights(Call *call)
{
    CaseInView s;
    const Err *e = load(call, &s);
    return e ? e : case_sights(&s.view, &s.c, &call->json);
}

/* duty=me and filed=me know no other word. */
static const Err *read_me(const Call *call, const char *name, bool *out)
{
    Str v = call_query(call, name);
    *out = v.p != NULL;
    if (!v.p || str_is(v, "me")) return NULL;
    Faults faults = {.mem = call->mem};
    faults_add2(&faults, str(name), &COLUMN_CHOICE, v, S("me"));
    return faults_err(&faults);
}

/* fields[NAME]=VALUE */
static const Err *read_fields(const Call *call, CaseFilter *f)
{
    const Request *r = call->request;
    Faults faults = {.mem = call->mem};
    for (size_t i = 0; i < r->query_count; i++) {
        Str head, name;
        if (!str_cut(r->query[i].name, '[', &head, &name) || !r->query[i].value.n) continue;
        name.n--; /* the bracket */
        if (f->field_count < countof(f->fields))
            f->fields[f->field_count++] = (CaseField){name, r->query[i].value};
        else if (!faults.first)
            faults_add2(&faults, S("fields"), &COLUMN_RANGE, S("1–8"), STR_NULL);
    }
    return faults_err(&faults);
}

static const Err *read_period(const Call *call, CaseFilter *f)
{
    Value v;
    const Err *e = call_query_value(call, "period", &v);
    if (!e) e = call_query_int(call, "from", &f->from);
    if (!e) e = call_query_int(call, "to", &f->to);
    if (e) return e;
    f->period = str_is(v.s, "ended") ? PERIOD_ENDED
                : str_is(v.s, "due") ? PERIOD_DUE
                                     : PERIOD_OPENED;
    return NULL;
}

static const Err *read_filter(const Call *call, CaseFilter *f)
{
    *f = CASE_FILTER;
    int64_t late = NIL, open = NIL;
    const Err *e = call_page(call, &f->limit, &f->cursor);
    if (!e) e = call_query_int(call, "area", &f->area);
    if (!e) e = call_query_int(call, "department", &f->department);
    if (!e) e = call_query_int(call, "subject", &f->subject);
    if (!e) e = call_query_int(call, "parent", &f->parent);
    if (!e) e = call_query_int(call, "seat", &f->seat);
    if (!e) e = call_query_int(call, "late", &late);
    if (!e) e = call_query_int(call, "open", &open);
    if (!e) e = read_period(call, f);
    if (!e) e = read_fields(call, f);
    if (!e) e = read_me(call, "duty", &f->mine);
    if (!e) e = read_me(call, "filed", &f->filed);
    f->late = late == 1;
    f->open = open == NIL ? -1 : (int)open;
    f->flow = call_query(call, "flow");
    f->state = call_query(call, "state");
    f->q = call_query(call, "q");
    f->sort = call_query(call, "sort");
    return e;
}

const Err *api_cases(Call *call)
{
    CaseView view = view_of(call);
    CaseFilter filter;
    CasePage page;
    const Err *e = read_filter(call, &filter);
    if (!e) e = case_page(&view, &filter, &page);
    if (e) return e;
    list_open(&call->json);
    for (size_t i = 0; i < page.count && !e; i++)
        e = case_json(&view, &page.cases[i], page.sights[i], false, &call->json);
    list_close(&call->json, page.next);
    return e;
}

const Err *api_case_count(Call *call)
{
    CaseView view = view_of(call);
    CaseFilter filter;
    int64_t n;
    const Err *e = read_filter(call, &filter);
    if (!e) e = case_count(&view, &filter, &n);
    if (!e) answer_count(call, n);
    return e;
}

/* ---- the export ---- */

typedef struct {
    int fd;
    int64_t size;
    const Err *fault;
} Spool;

static void spool_write(void *context, Str piece)
{
    Spool *spool = context;
    while (piece.n && !spool->fault) {
        ssize_t done = write(spool->fd, piece.p, piece.n);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) {
            spool->fault = errno == ENOSPC || errno == EDQUOT ? &STORE_FULL : &STORE_BROKEN;
            return;
        }
        piece = (Str){piece.p + done, piece.n - (size_t)done};
        spool->size += done;
    }
}

/* The query without its page, as it was asked. */
static Str asked_text(const Call *call)
{
    Buf b = BUF(call->mem);
    const Request *r = call->request;
    for (size_t i = 0; i < r->query_count; i++) {
        if (str_is(r->query[i].name, "limit") || str_is(r->query[i].name, "cursor")) continue;
        buf_fmt(&b, "%s%.*s=%.*s", b.n ? " " : "", STR(r->query[i].name),
                STR(r->query[i].value));
    }
    return buf_str(&b);
}

/* Written to a file without a name beside the store: however many rows, they take no memory. */
const Err *api_case_export(Call *call)
{
    CaseView view = view_of(call);
    CaseFilter filter;
    Spool spool = {.size = 0};
    const Err *e = read_filter(call, &filter);
    if (e) return e;
    view.budget = NULL; /* whole or not at all */
    filter.cursor = STR_NULL;
    Str folder = str_fmt(call->mem, "%.*s.files",
                         STR(store_url(ledger_store(web_conf(call->web)->ledger))));
    spool.fd = open(folder.p, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spool.fd < 0) return &STORE_BROKEN;
    e = case_export(&view, &filter, asked_text(call), spool_write, &spool);
    if (!e) e = spool.fault;
    if (e) {
        close(spool.fd);
        return e;
    }
    size_t n;
    call->type = S("text/csv; charset=utf-8");
    call_header(call, S("Content-Disposition"), S("attachment; filename=\"cases.csv\""));
    HttpPair *headers = call_headers(call, 0, &n);
    call_let_go(call, 200);
    http_answer_file(call->request, 200, headers, n, spool.fd, 0, spool.size);
    return &CALL_SENT;
}
