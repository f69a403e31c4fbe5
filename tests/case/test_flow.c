/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "case/flow_ask.h"
#include "case/flow_load.h"

static Arena *mem;
static Expr *expr;
static Flow *flow;

static const char flow_text[] =
    "flow: leak\n"
    "title: {zh: 漏水, en: Leak}\n"
    "fields:\n"
    "  what: {kind: text, title: {zh: 情况, en: What}, max: 100}\n"
    "  category: {kind: code, list: category, title: {zh: 类别, en: Category}, index: true}\n"
    "  grade: {kind: choice, of: {small: {zh: 小, en: Small}, big: {zh: 大, en: Big}}, title: "
    "{zh: 等级, en: Grade},\n"
    "          default: small}\n"
    "  deadline: {kind: date, title: {zh: 期限, en: Deadline}, default: {of: category, attr: "
    "days}}\n"
    "terms: {big: \"grade = 'big'\"}\n"
    "states:\n"
    "  found: {title: {zh: 已发现, en: Found}, duty: responsible_officer@area, clock: {big: 2 "
    "hours, else: 1 workday}}\n"
    "  mending: {title: {zh: 维修, en: Mending}, duty: [responsible_officer@area, "
    "grid_chief@area], party: safety_officer@subject,\n"
    "            watch: department_officer@lead_department, clock: {until: deadline}, late: "
    "{at: 100%, warn: [duty, party]}}\n"
    "  tested: {title: {zh: 已检验, en: Tested}, duty: department_officer@lead_department, "
    "clock: 3 workdays}\n"
    "  dry: {title: {zh: 干燥, en: Dry}, end: dry}\n"
    "  none: {title: {zh: 无, en: None}, end: void}\n"
    "moves:\n"
    "  file: {title: {zh: 上报, en: Report}, to: found, by: grid_member, ask: [what!, "
    "category]}\n"
    "  send: {title: {zh: 派, en: Send}, from: found, to: {tested: big, mending: else}, by: "
    "duty, ask: [grade!, deadline!, what],\n"
    "         check: {that: \"days(now, deadline) <= 30\", say: {zh: 太久, en: Too long}}}\n"
    "  mend: {title: {zh: 修好, en: Mended}, from: mending, to: tested, by: [party, duty]}\n"
    "  fail: {title: {zh: 不合格, en: Fail}, from: tested, to: mending, by: duty, ask: "
    "[deadline!big], limit: 2, then: none}\n"
    "  pass: {title: {zh: 合格, en: Pass}, from: tested, to: dry, by: duty, not: [send, mend], "
    "limit: 1}\n"
    "  drop: {title: {zh: 作废, en: Drop}, from: any, to: none, by: duty}\n"
    "late: [{at: 70%, warn: duty}, {at: +3 workdays, rise: 1, draft: supervision-letter}]\n"
    "measures: {found: {title: {zh: 发现, en: Found}, count: file}, late: {gauge: late}, wet: "
    "{gauge: [found, mending]}}\n";

static void told(Reading *r)
{
    Buf b = BUF(mem);
    def_print(def_err(r), LANG_EN, &b);
    if (r->count) fail_msg("%s", b.p);
}

static int setup(void **state)
{
    (void)state;
    mem = arena_new(0);
    expr = expr_new();
    Reading r = READING(mem, S("leak.yaml"));
    flow = flow_read(&r, expr, str(flow_text));
    told(&r);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    expr_free(expr);
    arena_free(mem);
    return 0;
}

static size_t field(const char *name)
{
    size_t at = form_field(&flow->form, str(name));
    assert_true(at != FLOW_NONE);
    return at;
}

static const Move *move(const char *name)
{
    size_t at = flow_move(flow, str(name));
    assert_true(at != FLOW_NONE);
    return &flow->moves[at];
}

static const State *state_named(const char *name)
{
    size_t at = flow_state(flow, str(name));
    assert_true(at != FLOW_NONE);
    return &flow->states[at];
}

static void names_become_positions(void **state)
{
    (void)state;
    assert_str(flow->name, "leak");
    assert_string_equal(flow->zh, "漏水");
    assert_int_equal(flow->form.field_count, FIELD_OWN + 4);
    assert_int_equal(flow->form.name_count, FIELD_OWN + 4 + READ_COUNT);
    assert_int_equal(field("subject"), FIELD_SUBJECT);
    assert_string_equal(flow->form.names[flow->form.field_count + READ_DUE].name, "due");
    assert_int_equal(form_field(&flow->form, S("due")), FLOW_NONE);
    assert_int_equal(flow->form.names[field("what")].max, 100);
    assert_true(flow->form.names[field("category")].flags & COLUMN_INDEX);
    assert_int_equal(flow->form.names[field("grade")].choice_count, 2);
    assert_string_equal(flow->form.names[field("grade")].choices[1].zh, "大");
    const State *mending = state_named("mending");
    assert_int_equal(mending->duty_count, 2);
    assert_int_equal(mending->duty[1].role, ROLE_GRID_CHIEF);
    assert_int_equal(mending->party.role, ROLE_SAFETY_OFFICER);
    assert_int_equal(mending->watch[0].anchor, ANCHOR_LEAD_DEPARTMENT);
    assert_int_equal(mending->clock[0].until, field("deadline"));
    assert_int_equal(mending->late_count, 1);
    assert_int_equal(mending->late[0].warn_count, 2);
    assert_int_equal(state_named("found")->late_count, 2);
    assert_str(state_named("found")->late[1].draft, "supervision-letter");
    assert_int_equal(state_named("found")->late[1].rise, 1);
    assert_true(state_ends(state_named("dry")) && !state_voids(state_named("dry")));
    assert_true(state_voids(state_named("none")));
    assert_true(move("file")->filing);
    assert_int_equal(move("drop")->from_count, 3);
    assert_int_equal(move("pass")->bar_count, 2);
    assert_int_equal(move("pass")->bar[1], flow_move(flow, S("mend")));
    assert_int_equal(flow->measures[1].kind, MEASURE_LATE);
    assert_int_equal(flow->measures[2].count, 2);
    assert_int_equal(flow_state(flow, S("wet")), FLOW_NONE);
    assert_int_equal(flow_move(flow, STR_NULL), FLOW_NONE);
}

static void moves_come_in_the_order_of_their_buttons(void **state)
{
    (void)state;
    size_t n;
    const Move **moves = flow_moves_from(mem, flow, flow_state(flow, S("tested")), &n);
    assert_int_equal(n, 3);
    assert_str(moves[0]->name, "fail");
    assert_str(moves[1]->name, "pass");
    assert_str(moves[2]->name, "drop");
    moves = flow_moves_from(mem, flow, FLOW_NONE, &n);
    assert_int_equal(n, 1);
    assert_str(moves[0]->name, "file");
    moves = flow_moves_from(mem, flow, flow_state(flow, S("dry")), &n);
    assert_int_equal(n, 0);
}

static void targets_follow_terms_and_limits(void **state)
{
    (void)state;
    Value *v = form_values(mem, &flow->form);
    assert_int_equal(flow_target(flow, move("send"), 0, expr, v),
                     flow_state(flow, S("mending")));
    v[field("grade")] = VALUE_STR(S("big"));
    assert_int_equal(flow_target(flow, move("send"), 0, expr, v),
                     flow_state(flow, S("tested")));
    assert_int_equal(flow_target(flow, move("fail"), 0, expr, v),
                     flow_state(flow, S("mending")));
    assert_int_equal(flow_target(flow, move("fail"), 1, expr, v), flow_state(flow, S("none")));
    assert_true(move_left(move("fail"), 5));
    assert_true(move_left(move("pass"), 0));
    assert_false(move_left(move("pass"), 1));
    assert_true(move_left(move("drop"), 99));
}

static void clocks_follow_the_fields(void **state)
{
    (void)state;
    Value *v = form_values(mem, &flow->form);
    const Clock *clock = flow_clock(flow, state_named("found"), expr, v);
    assert_int_equal(clock->limit.kind, LIMIT_WORKDAYS);
    v[field("grade")] = VALUE_STR(S("big"));
    clock = flow_clock(flow, state_named("found"), expr, v);
    assert_int_equal(clock->limit.kind, LIMIT_ELAPSED);
    assert_int_equal(clock->limit.n, 120);
    assert_null(flow_clock(flow, state_named("dry"), expr, v));
}

static void screens_read_it_as_json(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    flow_json(flow, LANG_EN, &JSON_OUT(&b));
    const Json *tree;
    assert_ok(json_read(mem, buf_str(&b), &tree));
    assert_str(json_member(tree, "title"), "Leak");
    const Json *send = json_at(json_get(tree, "moves"), 1);
    assert_str(json_member(send, "title"), "Send");
    const Json *grade = json_at(json_get(send, "ask"), 0);
    assert_str(json_member(grade, "name"), "grade");
    assert_true(json_is_true(json_get(grade, "required")));
    assert_str(json_member(json_at(json_get(grade, "choices"), 1), "title"), "Big");
    assert_str(json_member(json_at(json_get(send, "to"), 0), "term"), "big");
    assert_null(json_get(json_at(json_get(tree, "moves"), 0), "from"));
    const Json *mending = json_at(json_get(tree, "states"), 1);
    assert_str(json_member(mending, "party"), "safety_officer@subject");
    assert_int_equal(json_count(json_get(tree, "fields")), 4);
    Buf schema = BUF(mem);
    flow_schema(&JSON_OUT(&schema));
    assert_ok(json_read(mem, buf_str(&schema), &tree));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_become_positions),          TEST(moves_come_in_the_order_of_their_buttons),
        TEST(targets_follow_terms_and_limits), TEST(clocks_follow_the_fields),
        TEST(screens_read_it_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
