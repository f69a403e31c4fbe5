/* SPDX-License-Identifier: Apache-2.0 */
/* subject_validate.c: what a subject must satisfy, whether it comes as JSON, from a file or
 * from the field. */
#include "base/datum.h"
#include "base/time.h"
#include "grid/duty.h"
#include "subject/credit_code.h"
#include "subject/lec.h"
#include "subject/subject_internal.h"

static const char codes_kind[] = "codes"; /* of the definitions that hold code lists */

static const Err TOO_MANY = ERROR(ERR_INVALID, "too-many", "最多 {0} 项", "At most {0}");
static const Err PARTY_SHAPE =
    ERROR(ERR_INVALID, "party", "参建单位应为 {\"role\",\"name\",\"subject\"?}",
          "A party is {\"role\",\"name\",\"subject\"?}");

/* ---- names ---- */

bool subject_needs(const Column *c)
{
    Subject blank;
    subject_blank(&blank);
    Value v = column_get(c, &blank);
    return c->flags & COLUMN_REQUIRED && column_is_given(c) && value_is_null(c, &v);
}

/* ---- codes ---- */

static const CodeList *list_of(const Lists *lists, Str list)
{
    return defs_get(lists->subjects->spec.defs, CodeList, codes_kind, list, lists->at);
}

static bool has_code(void *context, Str list, Str code)
{
    const Lists *lists = context;
    if (str_is(list, "industry")) return industry_find(lists->subjects->industries, code);
    const CodeList *known = lists->subjects->spec.defs ? list_of(lists, list) : NULL;
    const Code *found = known ? code_find(known, code) : NULL;
    return !known || (found && !found->retired);
}

Lookup lists_lookup(Lists *lists)
{
    return (Lookup){.context = lists, .code = has_code};
}

/* ---- what one column alone cannot say ---- */

static void settle_uscc(Subject *s, Faults *faults)
{
    s->uscc = uscc_normalise(faults->mem, s->uscc);
    if (s->uscc.p && !s->uscc.n) s->uscc = STR_NULL;
    const Err *e = s->uscc.p ? uscc_check(faults->mem, s->uscc) : NULL;
    if (e) faults_add(faults, str("uscc"), e);
    if ((s->uscc.p == NULL) == (s->uscc_reason.p == NULL))
        faults_add(faults, str("uscc_reason"), &SUBJECT_REASON);
}

static void settle_colour(Subject *s, Faults *faults)
{
    int given = (s->l != NIL) + (s->e != NIL) + (s->c != NIL);
    int64_t score;
    if (given == 0) return;
    if (given < 3) {
        faults_add(faults, str(s->l == NIL ? "l" : s->e == NIL ? "e" : "c"), &SUBJECT_LEC);
        return;
    }
    const Err *e = lec_score(s->l, s->e, s->c, &score);
    if (e) {
        const char *column = err_is(e, &LEC_LIKELIHOOD) ? "l"
                             : err_is(e, &LEC_EXPOSURE) ? "e"
                                                        : "c";
        faults_add(faults, str(column), e);
        return;
    }
    const Choice *least = &subject_colours[risk_colour(score, &LEC_BANDS)];
    if (!s->colour.p)
        s->colour = str(least->name);
    else if (choice_of(subject_colours, COLOUR_COUNT, s->colour) < least - subject_colours)
        faults_add2(faults, str("colour"), &SUBJECT_COLOUR, str(least->zh), str(least->en));
}

static void settle_phone(Str *phone, const char *column, Faults *faults)
{
    size_t digits = 0, others = 0;
    if (!phone->p) return;
    *phone = str_trim(*phone);
    if (!phone->n) *phone = STR_NULL;
    for (size_t i = 0; i < phone->n; i++) {
        if (phone->p[i] >= '0' && phone->p[i] <= '9')
            digits++;
        else if (!memchr("+-() /", phone->p[i], 6))
            others++;
    }
    if (phone->p && (others || digits < 3 || digits > 20))
        faults_add2(faults, str(column), &SUBJECT_PHONE, *phone, STR_NULL);
}

static void settle_matters(const Lists *lists, const Subject *s, Faults *faults)
{
    const Json *tree;
    if (!s->matters.p || json_read(faults->mem, s->matters, &tree)) return;
    Str field = str("matters");
    size_t n = json_count(tree);
    if (n > SUBJECT_MATTERS_MOST) faults_add2(faults, field, &TOO_MANY, S("8"), STR_NULL);
    for (size_t i = 0; i < n; i++) {
        Str matter = json_view(json_at(tree, i));
        bool word =
            matter.n &&
            strspn(matter.p,
                   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") >=
                matter.n;
        if (!word || !has_code((void *)(uintptr_t)lists, S("matter"), matter))
            faults_add2(faults, field, &COLUMN_CODE, matter, S("matter"));
    }
}

static void settle_texts(Str list, const char *column, Faults *faults)
{
    const Json *tree;
    if (!list.p || json_read(faults->mem, list, &tree)) return;
    for (size_t i = 0; i < json_count(tree); i++) {
        Str text = json_view(json_at(tree, i));
        if (!text.n || utf8_count(text) > 60 || str_control(text) != SIZE_MAX)
            faults_add2(faults, str(column), &COLUMN_TYPE, S("不超过60字的文字的列表"),
                        S("a list of texts of at most 60 characters"));
    }
    if (json_count(tree) > 20) faults_add2(faults, str(column), &TOO_MANY, S("20"), STR_NULL);
}

static void settle_parties(const Subject *s, Faults *faults)
{
    const Json *tree;
    if (!s->parties.p || json_read(faults->mem, s->parties, &tree)) return;
    bool fine = json_count(tree) <= 20;
    for (size_t i = 0; i < json_count(tree); i++) {
        const Json *party = json_at(tree, i), *subject = json_get(party, "subject");
        Str role = json_member(party, "role"), name = json_member(party, "name");
        fine &= role.n && utf8_count(role) <= 20 && name.n && utf8_count(name) <= 200 &&
                str_control(role) == SIZE_MAX && str_control(name) == SIZE_MAX &&
                (!subject || json_is_integer(subject)) &&
                json_count(party) == (subject ? 3 : 2);
    }
    if (!fine) faults_add(faults, str("parties"), &PARTY_SHAPE);
}

static void settle_dates(Subject *s, Faults *faults)
{
    if (s->opened != NIL && s->closed != NIL && s->closed < s->opened)
        faults_add(faults, str("closed"), &SUBJECT_ORDER);
    if (s->site_start != NIL && s->site_end != NIL && s->site_end < s->site_start)
        faults_add(faults, str("site_end"), &SUBJECT_ORDER);
}

/* White space around a text, and texts of nothing else, say nothing. */
static void settle_blanks(Subject *s)
{
    for (size_t i = STATE_COLUMN_COUNT; i < subject_table.count; i++) {
        const Column *c = &subject_table.columns[i];
        if (c->kind != KIND_TEXT) continue;
        Value v = column_get(c, s);
        if (!v.s.p) continue;
        v.s = str_trim(v.s);
        if (!v.s.n) v.s = STR_NULL;
        column_set(c, s, &v);
    }
}

static void settle_required(const Subject *s, Faults *faults)
{
    for (size_t i = STATE_COLUMN_COUNT; i < subject_table.count; i++) {
        const Column *c = &subject_table.columns[i];
        Value v = column_get(c, s);
        if (c->flags & COLUMN_REQUIRED && column_is_given(c) && value_is_null(c, &v))
            faults_add(faults, str(c->name), &COLUMN_REQUIRED_ERR);
    }
}

void subject_settle(const Lists *lists, Subject *s, Faults *faults)
{
    settle_blanks(s);
    settle_required(s, faults);
    settle_uscc(s, faults);
    settle_colour(s, faults);
    settle_phone(&s->main_phone, "main_phone", faults);
    settle_phone(&s->safety_phone, "safety_phone", faults);
    settle_matters(lists, s, faults);
    settle_texts(s->tags, "tags", faults);
    settle_texts(s->key_positions, "key_positions", faults);
    settle_parties(s, faults);
    settle_dates(s, faults);
    const Industry *industry =
        s->industry.p ? industry_find(lists->subjects->industries, s->industry) : NULL;
    if (industry) s->industry = industry->code;
    if (!status_is_live(s->status) && s->closed == NIL) s->closed = instant_date(lists->at);
}

/* ---- whose is it? ---- */

const Err *subject_of_code(Db *db, int64_t region, Str code, int64_t but, int64_t *out)
{
    static const Sql sql =
        SQL("SELECT id FROM subjects WHERE region = $1 AND code = $2 AND id <> $3 LIMIT 1");
    *out = NIL;
    return code.p ? db_int(db, &sql, ARGS(ARG_I(region), ARG_S(code), ARG_I(but)), NIL, out)
                  : NULL;
}

const Err *subject_find_code(Db *db, int64_t region, Str code, int64_t *out)
{
    return subject_of_code(db, region, code, -1, out);
}

const Err *subject_of_uscc(Db *db, int64_t region, Str uscc, int64_t but, int64_t *out)
{
    static const Sql sql = SQL(
        "SELECT id FROM subjects WHERE region = $1 AND uscc = $2 AND id <> $3 AND status IN "
        "('open', 'paused') LIMIT 1");
    *out = NIL;
    return uscc.p ? db_int(db, &sql, ARGS(ARG_I(region), ARG_S(uscc), ARG_I(but)), NIL, out)
                  : NULL;
}
