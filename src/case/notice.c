/* SPDX-License-Identifier: Apache-2.0 */
/* notice.c: the rows of notices and drafts, read by the seats they are for. */
#include "case/notice.h"

#include "case/case_internal.h"

const Err PAPER_CLOSED = {.kind = ERR_CONFLICT,
                          .code = "not-now",
                          .zh = "该草稿已处理",
                          .en = "The draft was dealt with already"};

/* clang-format off */
static const Column notice_columns[] = {
    STATE_COLUMNS(Notice),
    COLUMN(Notice, case_id, KIND_REF, "事项", "Case", .flags = COLUMN_REQUIRED, .list = "cases"),
    COLUMN(Notice, kind, KIND_TEXT, "类别", "Kind", .flags = COLUMN_REQUIRED),
    COLUMN(Notice, role, KIND_TEXT, "岗位类别", "Role", .flags = COLUMN_REQUIRED),
    COLUMN(Notice, seat, KIND_REF, "岗位", "Seat", .list = "seats"),
    COLUMN(Notice, at, KIND_INSTANT, "时刻", "At", .flags = COLUMN_REQUIRED),
};
const Table notice_table = {.name = "notices", .class = CLASS_STATE, .columns = notice_columns,
    .count = countof(notice_columns), .size = sizeof(Notice), .indexes = {"(region, seat, id)"}};

static const Column paper_columns[] = {
    STATE_COLUMNS(Paper),
    COLUMN(Paper, case_id, KIND_REF, "事项", "Case", .flags = COLUMN_REQUIRED, .list = "cases"),
    COLUMN(Paper, document, KIND_TEXT, "文书", "Document", .flags = COLUMN_REQUIRED),
    COLUMN(Paper, seat, KIND_REF, "岗位", "Seat", .flags = COLUMN_REQUIRED, .list = "seats"),
    COLUMN(Paper, state, KIND_TEXT, "状态", "State", .flags = COLUMN_REQUIRED),
    COLUMN(Paper, at, KIND_INSTANT, "拟稿时刻", "Drafted at", .flags = COLUMN_REQUIRED),
    COLUMN(Paper, closed, KIND_INSTANT, "处理时刻", "Closed at"),
};
const Table paper_table = {.name = "drafts", .class = CLASS_STATE, .columns = paper_columns,
    .count = countof(paper_columns), .size = sizeof(Paper), .indexes = {"(region, case_id)"}};
/* clang-format on */

/* The newest of one seat, into all, which is kept newest first and at most limit + 1 long. */
static const Err *merge_seat(const CaseView *view, int64_t seat, int64_t before, size_t most,
                             Notice *all, size_t *n)
{
    static const Sql sql =
        SQL("SELECT * FROM notices WHERE region = $1 AND seat = $2 AND id < $3 "
            "ORDER BY id DESC LIMIT $4");
    Notice *rows;
    size_t count;
    const Err *e =
        db_all(view->db, &sql,
               ARGS(ARG_I(view->who->region), ARG_I(seat), ARG_I(before), ARG_I((int64_t)most)),
               &notice_table, view->mem, &rows, &count);
    for (size_t i = 0; i < count && !e; i++) {
        size_t at = *n < most ? (*n)++ : most;
        if (at == most && all[--at].id >= rows[i].id) break;
        for (; at && all[at - 1].id < rows[i].id; at--)
            all[at] = all[at - 1];
        all[at] = rows[i];
    }
    return e;
}

const Err *notice_page(const CaseView *view, int64_t before, size_t limit, JsonOut *out)
{
    size_t most = (limit ? limit < 200 ? limit : 200 : 50) + 1, n = 0;
    Notice *all = arena_array(view->mem, Notice, most);
    if (before <= 0) before = INT64_MAX;
    for (size_t i = 0; i < view->who->chair_count; i++) {
        const Err *e = merge_seat(view, view->who->chairs[i].seat, before, most, all, &n);
        if (e) return e;
    }
    json_open(out, '{');
    json_put_open(out, "items", '[');
    for (size_t i = 0; i < n && i + 1 < most; i++) {
        json_open(out, '{');
        json_put_int(out, "id", all[i].id);
        json_put_int(out, "case", all[i].case_id);
        json_put_text(out, "kind", all[i].kind);
        json_put_int(out, "seat", all[i].seat);
        json_put_instant(out, "at", all[i].at);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_put_text(out, "next",
                  n == most ? str_fmt(view->mem, "%lld", (long long)all[most - 2].id)
                            : STR_NULL);
    json_close(out, '}');
    return NULL;
}

static const Sql papers_sql =
    SQL("SELECT * FROM drafts WHERE region = $1 AND case_id = $2 ORDER BY id");

const Err *paper_list(const CaseView *view, const Case *c, JsonOut *out)
{
    Paper *rows;
    size_t n;
    const Err *e = db_all(view->db, &papers_sql, ARGS(ARG_I(c->region), ARG_I(c->id)),
                          &paper_table, view->mem, &rows, &n);
    if (e) return e;
    json_open(out, '{');
    json_put_open(out, "items", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(out, '{');
        json_put_int(out, "id", rows[i].id);
        json_put_text(out, "document", rows[i].document);
        json_put_int(out, "seat", rows[i].seat);
        json_put_text(out, "state", rows[i].state);
        json_put_instant(out, "at", rows[i].at);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
    return NULL;
}

/* Whose a draft is: whom the paper's entry in the code list says, else the duty. */
static int64_t paper_seat(CaseContext *t, const Instance *run, Str document, Str *role)
{
    const Column *column;
    const Value *attr =
        codes_attr(turn_lists(t), PAPER_LIST, document, S("drafted_for"), &column);
    Locus stand = run_stand(run);
    RoleAt chair;
    Duty duty;
    *role = run->c.duty_role;
    if (!attr || !chair_parse(attr->s, &chair) ||
        duty_find(t->ground, &chair, 1, &stand, t->now, t->mem, NULL, &duty))
        return run->c.duty_seat;
    *role = str(role_name(duty.role));
    return duty.seat;
}

/* Two marks that come in one act draft a paper once. */
static bool drafted_now(const Act *act, Str document)
{
    size_t at = table_column(&paper_table, "document");
    for (size_t i = 0; i < act->count; i++)
        if (act->changes[i].table == &paper_table &&
            str_eq(act->changes[i].values[at].s, document))
            return true;
    return false;
}

const Err *notice_paper(CaseContext *t, const Instance *run, Str document)
{
    Paper *rows,
        paper = {.case_id = run->c.id, .document = document, .at = t->now, .closed = NIL};
    size_t n;
    Str role;
    if (drafted_now(t->act, document)) return NULL;
    const Err *e = db_all(t->db, &papers_sql, ARGS(ARG_I(run->c.region), ARG_I(run->c.id)),
                          &paper_table, t->mem, &rows, &n);
    if (e) return e;
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].document, document) && str_is(rows[i].state, "open")) return NULL;
    paper.seat = paper_seat(t, run, document, &role);
    paper.state = S("open");
    row_put(t->act, &paper_table, &paper);
    notice_put(t, run, "draft", role, paper.seat);
    return NULL;
}

void notice_put(CaseContext *t, const Instance *run, const char *kind, Str role, int64_t seat)
{
    Notice notice = {
        .case_id = run->c.id, .kind = str(kind), .role = role, .seat = seat, .at = t->now};
    row_put(t->act, &notice_table, &notice);
}

static const Err *close_paper(CaseContext *t, const Paper *before, bool used)
{
    Case c;
    Instance run;
    Access sight;
    const Err *e = db_load(t->db, &case_table, before->case_id, t->mem, &c);
    if (!e) e = run_of(t, &c, &run);
    if (!e) e = turn_sight(t, &c, &sight);
    if (e) return e;
    if (sight == SIGHT_NONE) return &ERR_NOT_FOUND;
    const Chairing *chair = who_chair(t->who, before->seat);
    if (!chair) chair = run_duty_chair(t, &run);
    if (!chair) return &SCOPE_DENIED;
    if (!str_is(before->state, "open")) return &PAPER_CLOSED;
    Paper after = *before;
    after.state = used ? S("used") : S("discarded");
    after.closed = t->now;
    act_seat(t->act, chair);
    row_set(t->act, &paper_table, before, &after);
    act_on(t->act, &paper_table, after.id);
    return NULL;
}

const Err *paper_close(Act *act, Work *work, const Who *who, int64_t id, bool used)
{
    CaseContext t;
    Paper before;
    if (ID_REGION(id) != act->spec.region) return &ERR_NOT_FOUND;
    turn_begin(&t, work, act, who);
    const Err *e = db_load(t.db, &paper_table, id, t.mem, &before);
    if (!e) e = close_paper(&t, &before, used);
    return e;
}
