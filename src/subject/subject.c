/* SPDX-License-Identifier: Apache-2.0 */
/* subject.c: the row of a subject, what it is tied to, how it is told. */
#include "subject/subject_internal.h"

#include "def/embedded.h"
#include "grid/duty.h"
#include "subject/credit_code.h"
#include "subject/lec.h"

/* clang-format off */
const Choice subject_statuses[STATUS_COUNT] = {
    {"open", "在营", "open"}, {"paused", "停业", "paused"}, {"moved", "搬离", "moved away"}, {"closed", "注销", "closed"}};
const Choice subject_colours[COLOUR_COUNT] = {
    {"blue", "蓝", "blue"}, {"yellow", "黄", "yellow"}, {"orange", "橙", "orange"}, {"red", "红", "red"}};
static const Choice reasons[] = {
    {"none", "无照", "unlicensed"}, {"person", "自然人", "natural person"}, {"place", "非独立法人场所", "place of no legal person of its own"},
    {"history", "历史注册号", "older registration number"}, {"unknown", "待核实", "not known yet"}};

#define SCORE(member, chinese, english) COLUMN(Subject, member, KIND_INT, chinese, english, .max = 5)

static const Column columns[] = {
    STATE_COLUMNS(Subject),
    COLUMN(Subject, code, KIND_TEXT, "编码", "Code", .max = 40),
    COLUMN(Subject, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    COLUMN(Subject, kind, KIND_CODE, "类型", "Kind", .flags = COLUMN_REQUIRED, .list = "subject-kind"),
    COLUMN(Subject, status, KIND_CHOICE, "状态", "Status", .flags = COLUMN_REQUIRED | COLUMN_JUDGED, .choices = subject_statuses, .choice_count = STATUS_COUNT),
    COLUMN(Subject, uscc, KIND_TEXT, "统一社会信用代码", "Credit code", .max = 40),
    COLUMN(Subject, uscc_reason, KIND_CHOICE, "无信用代码原因", "Why no credit code", .choices = reasons, .choice_count = countof(reasons)),
    COLUMN(Subject, industry, KIND_CODE, "行业代码", "Industry", .list = "industry"),
    COLUMN(Subject, matters, KIND_LIST, "管理事项", "Matters", .list = "matter"),
    COLUMN(Subject, department, KIND_REF, "指定主管部门", "Lead department named", .flags = COLUMN_INTERNAL | COLUMN_JUDGED, .list = "departments"),
    COLUMN(Subject, main_person, KIND_TEXT, "主要负责人", "Main responsible person", .max = 60, .sense = SENSE_MASKED),
    COLUMN(Subject, main_phone, KIND_TEXT, "主要负责人电话", "Main responsible person's phone", .max = 30, .sense = SENSE_MASKED),
    COLUMN(Subject, safety_person, KIND_TEXT, "安全管理人员", "Safety officer", .max = 60, .sense = SENSE_MASKED),
    COLUMN(Subject, safety_phone, KIND_TEXT, "安全管理人员电话", "Safety officer's phone", .max = 30, .sense = SENSE_MASKED),
    COLUMN(Subject, colour, KIND_CHOICE, "风险等级", "Risk colour", .flags = COLUMN_JUDGED, .choices = subject_colours, .choice_count = COLOUR_COUNT),
    COLUMN(Subject, l, KIND_DECIMAL, "可能性L", "Likelihood L", .flags = COLUMN_JUDGED, .scale = 1),
    COLUMN(Subject, e, KIND_DECIMAL, "暴露频度E", "Exposure E", .flags = COLUMN_JUDGED, .scale = 1),
    COLUMN(Subject, c, KIND_INT, "后果C", "Consequence C", .flags = COLUMN_JUDGED, .max = 100),
    SCORE(load_nature, "负荷:性质", "Load: nature"),
    SCORE(load_danger, "负荷:危险性", "Load: danger"),
    SCORE(load_size, "负荷:规模", "Load: size"),
    SCORE(load_weight, "负荷:重要程度", "Load: importance"),
    SCORE(load_focus, "负荷:监管重点", "Load: focus of supervision"),
    COLUMN(Subject, key, KIND_FLAG, "重点监管对象", "Key subject", .flags = COLUMN_REQUIRED | COLUMN_JUDGED),
    COLUMN(Subject, key_positions, KIND_LIST, "重点部位", "Key positions"),
    COLUMN(Subject, lon, KIND_DECIMAL, "经度", "Longitude", .flags = COLUMN_INTERNAL, .scale = 7),
    COLUMN(Subject, lat, KIND_DECIMAL, "纬度", "Latitude", .flags = COLUMN_INTERNAL, .scale = 7),
    COLUMN(Subject, address, KIND_TEXT, "地址", "Address"),
    COLUMN(Subject, area, KIND_REF, "网格", "Cell", .flags = COLUMN_INTERNAL | COLUMN_OURS, .list = "areas"),
    COLUMN(Subject, opened, KIND_DATE, "开业日期", "Opened"),
    COLUMN(Subject, closed, KIND_DATE, "停办日期", "Closed"),
    COLUMN(Subject, site_start, KIND_DATE, "开工日期", "Start of works"),
    COLUMN(Subject, site_end, KIND_DATE, "计划竣工日期", "End of works"),
    COLUMN(Subject, permit, KIND_TEXT, "施工许可证号", "Works permit", .max = 60),
    COLUMN(Subject, parties, KIND_LIST, "参建单位", "Parties of the site"),
    COLUMN(Subject, tags, KIND_LIST, "标签", "Tags"),
    COLUMN(Subject, source, KIND_TEXT, "来源", "Source", .flags = COLUMN_REQUIRED | COLUMN_OURS | COLUMN_QUIET, .max = 60),
    COLUMN(Subject, seen, KIND_INSTANT, "最近核实", "Last confirmed", .flags = COLUMN_REQUIRED | COLUMN_OURS | COLUMN_QUIET),
};
const Table subject_table = {
    .name = "subjects", .class = CLASS_STATE, .columns = columns, .count = countof(columns), .size = sizeof(Subject),
    .indexes = {"(region, code)", "(region, uscc)"}};

const Err SUBJECT_TAKEN = ERROR(ERR_CONFLICT, "subject-known", "已登记为“{0}”(编号 {1})", "Known already as \"{0}\" (id {1})");
const Err SUBJECT_REASON = ERROR(ERR_INVALID, "uscc-reason", "统一社会信用代码与无代码原因应填且只填一项", "Give a credit code or why there is none, not both");
const Err SUBJECT_COLOUR = ERROR(ERR_INVALID, "colour-low", "按 L·E·C 应为{0}色或更高", "L·E·C gives {1} or a more dangerous colour");
const Err SUBJECT_LEC = ERROR(ERR_INVALID, "lec", "L、E、C 应三项都填或都不填", "Give all of L, E and C, or none");
const Err SUBJECT_ORDER = ERROR(ERR_INVALID, "date-order", "结束日期早于开始日期", "It ends before it begins");
const Err SUBJECT_PHONE = ERROR(ERR_INVALID, "phone", "“{0}”不是电话号码", "\"{0}\" is no phone number");
/* clang-format on */

int choice_of(const Choice *choices, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, choices[i].name)) return (int)i;
    return -1;
}

bool status_is_live(Str status)
{
    return str_is(status, "open") || str_is(status, "paused");
}

void subject_blank(Subject *s)
{
    *s = (Subject){0};
    for (size_t i = 0; i < subject_table.count; i++) {
        Value none = VALUE_NULL;
        column_set(&columns[i], s, &none);
    }
    s->id = 0;
    s->status = S("open");
    s->key = 0;
}

/* ---- stored lists ---- */

size_t list_texts(Str list, Str *out, size_t most)
{
    size_t n = 0;
    if (!list.p) return 0;
    const char *p = list.p, *end = list.p + list.n;
    while (n < most) {
        const char *open = memchr(p, '"', (size_t)(end - p));
        const char *close = open ? memchr(open + 1, '"', (size_t)(end - open - 1)) : NULL;
        if (!close) break;
        out[n++] = (Str){open + 1, (size_t)(close - open - 1)};
        p = close + 1;
    }
    return n;
}

size_t list_parties(Arena *mem, Str list, const int64_t **out)
{
    const Json *tree;
    *out = NULL;
    if (!list.p || json_read(mem, list, &tree)) return 0;
    size_t n = 0, count = json_count(tree);
    int64_t *ids = arena_array(mem, int64_t, count);
    for (size_t i = 0; i < count && n < UINT8_MAX; i++) {
        const Json *id = json_get(json_at(tree, i), "subject");
        if (json_is_integer(id)) ids[n++] = json_integer(id);
    }
    *out = ids;
    return n;
}

/* ---- ties ---- */

int64_t subject_lead(const Ground *ground, const Subject *s, Instant at)
{
    Str first = STR_NULL;
    if (s->department != NIL) return department_now(ground, s->department, at);
    if (s->area == NIL) return NIL;
    if (!list_texts(s->matters, &first, 1)) first = STR_NULL;
    return lead_department(ground, first, s->area, at, NULL);
}

Relations subject_ties(Arena *mem, const Ground *ground, const Subject *s, Instant at)
{
    Relations t = TIES_NONE;
    Str matters[SUBJECT_MATTERS_MOST];
    size_t n = list_texts(s->matters, matters, countof(matters));
    uint32_t end;
    if (s->area != NIL && !area_range(ground, s->area, at, &t.order, &end))
        t.order = ORDER_NONE;
    t.subject = s->id;
    t.department = subject_lead(ground, s, at);
    int64_t *helpers = arena_array(mem, int64_t, n);
    for (size_t i = 0; i < n && s->area != NIL; i++)
        helpers[t.helper_count++] = lead_department(ground, matters[i], s->area, at, NULL);
    t.helpers = helpers;
    t.party_count = list_parties(mem, s->parties, &t.parties);
    return t;
}

/* ---- reading ---- */

const Err *subject_raw(Db *db, Arena *mem, int64_t id, Subject *out)
{
    return db_load(db, &subject_table, id, mem, out);
}

const Err *subject_load(Subjects *subjects, Db *db, Arena *mem, const Who *who, int64_t id,
                        Subject *out, Access *out_sight)
{
    (void)subjects;
    Subject s;
    const Err *e = subject_raw(db, mem, id, &s);
    if (e) return e;
    Relations ties = subject_ties(mem, who->ground, &s, who->at);
    Access sight = s.region == who->region ? who_sees(who, &ties, SUBJECT_SEE) : SIGHT_NONE;
    if (sight == SIGHT_NONE) return &ERR_NOT_FOUND;
    *out = s;
    *out_sight = sight;
    return NULL;
}

/* ---- the house ---- */

const Err *subjects_open(const SubjectsSpec *spec, Subjects **out)
{
    Arena *mem = arena_new(0);
    Subjects *subjects = arena_make(mem, Subjects);
    subjects->spec = *spec;
    subjects->mem = mem;
    pthread_rwlock_init(&subjects->lock, NULL);
    const Err *e = industries_read(mem, seed_text(S("data/codes/gbt4754_2017.csv")),
                                   &subjects->industries);
    if (!e) e = marks_load(subjects);
    if (e) {
        subjects_close(subjects);
        return e;
    }
    ledger_listen(spec->ledger, marks_follow, subjects);
    *out = subjects;
    return NULL;
}

void subjects_close(Subjects *subjects)
{
    if (!subjects) return;
    pthread_rwlock_destroy(&subjects->lock);
    arena_free(subjects->mem);
}

/* ---- check ---- */

static const Err *check_codes(Db *db, Report *report)
{
    static const Sql twice = SQL(
        "SELECT region, code, count(*) FROM subjects WHERE region >= 0 AND code IS NOT NULL "
        "GROUP BY region, code HAVING count(*) > 1");
    static const Sql uscc =
        SQL("SELECT region, uscc, count(*) FROM subjects WHERE region >= 0 AND uscc IS NOT "
            "NULL AND "
            "status IN ('open', 'paused') GROUP BY region, uscc HAVING count(*) > 1");
    const Sql *sqls[] = {&twice, &uscc};
    for (size_t i = 0; i < countof(sqls); i++) {
        Rows rows;
        const Err *e = db_rows(db, sqls[i], NO_ARGS, &rows);
        if (e) return e;
        while (rows_next(&rows))
            report_fault(report, "subjects: %lld subjects of region %lld have the code %.*s",
                         (long long)rows_int(&rows, 2), (long long)rows_int(&rows, 0),
                         STR(rows_str(&rows, 1)));
        if ((e = rows_close(&rows))) return e;
    }
    return NULL;
}

const Err *subject_check(const Ledger *ledger, Db *db, Report *report)
{
    static const Sql judged =
        SQL("SELECT id, l, e, c, colour FROM subjects WHERE region >= 0 AND l IS NOT NULL");
    (void)ledger;
    Rows rows;
    const Err *e = check_codes(db, report);
    if (!e) e = db_rows(db, &judged, NO_ARGS, &rows);
    if (e) return e;
    while (rows_next(&rows)) {
        int64_t score;
        int colour = choice_of(subject_colours, COLOUR_COUNT, rows_str(&rows, 4));
        if (lec_score(rows_int(&rows, 1), rows_int(&rows, 2), rows_int(&rows, 3), &score) ||
            colour < (int)risk_colour(score, &LEC_BANDS))
            report_fault(report,
                         "subjects: %lld has a colour that its L, E and C do not bear out",
                         (long long)rows_int(&rows, 0));
    }
    return rows_close(&rows);
}
