/* SPDX-License-Identifier: Apache-2.0 */
/* flow_shape.c: one table for each thing a flow is made of; nothing but tables. */
#include "case/flow_load.h"

#include "base/time_limit.h"
#include "case/flow_ask.h"
#include "case/flow_fault.h"
#include "def/codelist.h"
#include "def/field.h"
#include "def/form.h"
#include "def/registry.h"
#include "store/expr.h"

static bool is_sample(Str text)
{
    return str_is(text, "by sample");
}

static const Shape shape_names =
    SHAPE(SHAPE_LIST, "名称,或名称的列表", "a name or a list of names", .item = &shape_name);
/* role@anchor, duty, party: what it means is read later, with a better sentence */
static const Shape shape_chair = SHAPE(SHAPE_TEXT, "角色@位置", "role@anchor");
static const Shape shape_chairs =
    SHAPE(SHAPE_LIST, "角色@位置 的列表", "a list of role@anchor", .item = &shape_chair);
static const Shape shape_by =
    SHAPE(SHAPE_TEXT, "duty、party 或 角色@位置", "duty, party or role@anchor");
static const Shape shape_bys = SHAPE(SHAPE_LIST, "duty、party、角色@位置 的列表",
                                     "a list of duty, party, role@anchor", .item = &shape_by);

static const Key until_keys[] = {
    {"until", &shape_name, true, "到哪个日期字段那天的24:00",
     "24:00 of the date in that field"},
};
static const Shape shape_limit =
    SHAPE(SHAPE_TEXT | SHAPE_MAP, "时限,如 15 min、3 workdays,或 {until: 字段}",
          "a limit such as 15 min, 3 workdays, or {until: field}", KEYS(until_keys));
static const Key clock_keys[] = {
    {"until", &shape_name, false, "到哪个日期字段那天的24:00",
     "24:00 of the date in that field"},
};
static const Shape shape_clock =
    SHAPE(SHAPE_TEXT | SHAPE_MAP,
          "时限,如 15 min、3 workdays,或 {until: 字段},或按条件 {条件: 时限, else: 时限}",
          "a limit such as 15 min, 3 workdays, or {until: field}, or a map {term: limit, else: "
          "limit}",
          .item = &shape_limit, KEYS(clock_keys));
static const Shape shape_any =
    SHAPE(SHAPE_TEXT | SHAPE_MAP, "值", "a value", .item = &shape_text);
static const Key late_keys[] = {
    {"at", &shape_text, true, "何时:70%、100%、+3 days、+1 workday",
     "When: 70%, 100%, +3 days, +1 workday"},
    {"warn", &shape_bys, false, "提醒谁", "Who is warned"},
    {"rise", &shape_count, false, "向上加几级", "How many rungs are added above"},
    {"draft", &shape_label, false, "为责任岗位起草哪份文书",
     "Which paper is drafted for the duty"},
};
/* other keys: told as clock-acts */
static const Shape shape_late =
    SHAPE(SHAPE_MAP, "{at: 时点, warn: …, rise: …, draft: …}",
          "{at: mark, warn: …, rise: …, draft: …}", .item = &shape_any, KEYS(late_keys));
static const Shape shape_lates =
    SHAPE(SHAPE_LIST, "{at: 时点, …} 的列表", "a list of {at: mark, …}", .item = &shape_late);
static const Key state_keys[] = {
    {"title", &shape_words, true, "中英文名称", "Its words in both languages"},
    {"duty", &shape_chairs, false, "责任岗位,按顺序第一个有人的答复",
     "Who answers: the first that is held"},
    {"party", &shape_chair, false, "由单位的谁来做", "Who of the subject must act"},
    {"watch", &shape_chairs, false, "谁同时关注,不承担责任", "Who looks on without duty"},
    {"clock", &shape_clock, false, "时限", "How long it may take"},
    {"late", &shape_lates, false, "将到期和超期时做什么,代替全流程的 late",
     "What happens near and behind the due time, instead of the flow's late"},
    {"document", &shape_label, false, "这一状态的文书", "The paper of this state"},
    {"end", &shape_name, false, "终结状态的结果;void 为不成立",
     "The outcome of an end; void: there was nothing"},
};
static const Shape shape_state =
    SHAPE(SHAPE_MAP, "状态 {title: …, duty: …, clock: …},或 {title: …, end: …}",
          "a state {title: …, duty: …, clock: …} or {title: …, end: …}", KEYS(state_keys));
static const Shape shape_states =
    SHAPE(SHAPE_MAP, "状态 {名称: {title: …, …}}", "the states {name: {title: …, …}}",
          .item = &shape_state);

static const Shape shape_to = SHAPE(
    SHAPE_TEXT | SHAPE_MAP, "状态,或按条件 {状态: 条件, 状态: else}",
    "a state, or a map {state: term, state: else}", .fits = text_is_name, .item = &shape_name);
static const Shape shape_carry =
    SHAPE(SHAPE_MAP, "{对方字段: 本流程字段}", "{its field: ours}", .item = &shape_name);
static const Shape shape_open = SHAPE(SHAPE_MAP, "{流程: {对方字段: 本流程字段}}",
                                      "{flow: {its field: ours}}", .item = &shape_carry);
static const Shape shape_verified =
    SHAPE(SHAPE_TEXT, "by sample", "by sample", .pattern = "^by sample$", .fits = is_sample);
static bool is_decide(Str text)
{
    Decide decide;
    return decide_by_name(text, &decide);
}
static const Shape shape_decide = SHAPE(SHAPE_TEXT, "agree 或 refer", "agree or refer",
                                        .pattern = "^(agree|refer)$", .fits = is_decide);
static const Key move_keys[] = {
    {"title", &shape_words, true, "按钮上的字", "The words on its button"},
    {"from", &shape_names, false, "从哪些状态;any 为一切未终结状态;不写即为立项",
     "From which states; any: all but ends; absent: it files a case"},
    {"to", &shape_to, true, "到哪个状态", "To which state"},
    {"by", &shape_bys, true, "谁可以办", "Who may do it"},
    {"not", &shape_names, false, "最近办过这些动作的人不得办",
     "Who last did these moves may not"},
    {"ask", &shape_asks, false, "要填什么", "What is asked"},
    {"limit", &shape_count, false, "一件事项中最多用几次", "How often in the life of a case"},
    {"then", &shape_name, false, "用到最后一次时去哪", "Where the last of them goes"},
    {"within", &shape_text, false, "进入该状态后多久之内",
     "How long after the state was entered"},
    {"check", &shape_checks, false, "不成立就不予办理", "What must hold, or it is refused"},
    {"document", &shape_label, false, "同时出具的文书", "The paper that goes with it"},
    {"open", &shape_open, false, "同时开立的子事项", "Child cases that it opens"},
    {"verified", &shape_verified, false, "由抽查核实(by sample)", "Verified by sample"},
    {"decide", &shape_decide, false, "“请您定的事”下的按钮:agree 同意,refer 请别人研究",
     "Its button under what is to be decided: agree, or refer to another body"},
};
static const Shape shape_move =
    SHAPE(SHAPE_MAP, "办理动作 {title: …, from: …, to: …, by: …}",
          "a move {title: …, from: …, to: …, by: …}", KEYS(move_keys));
static const Shape shape_moves = SHAPE(SHAPE_MAP, "办理动作 {名称: {title: …, …}}",
                                       "the moves {name: {title: …, …}}", .item = &shape_move);
static bool is_figure(Str text)
{
    Figure figure;
    return figure_by_name(text, &figure);
}
static const Shape shape_figure = SHAPE(
    SHAPE_TEXT, "open late new suspected major 之一", "one of open late new suspected major",
    .pattern = "^(open|late|new|suspected|major)$", .fits = is_figure);
static const Key measure_keys[] = {
    {"title", &shape_words, false, "中英文名称", "Its words in both languages"},
    {"count", &shape_names, false, "数这些动作", "Counts these moves"},
    {"gauge", &shape_names, false, "量现有:late 超期、open 未结,或某些状态",
     "Gauges what is there: late, open, or states"},
    {"figure", &shape_figure, false,
     "指挥图上作哪一项:open 未销号、late 超期、new 今日新增、suspected 疑似重大、major 重大",
     "Which figure of the command map it is: open, late, new, suspected, major"},
};
static const Shape shape_measure =
    SHAPE(SHAPE_MAP, "指标 {count: 动作} 或 {gauge: late}",
          "a measure {count: moves} or {gauge: late}", KEYS(measure_keys));
static const Shape shape_measures =
    SHAPE(SHAPE_MAP, "指标 {名称: {count: …}}", "the measures {name: {count: …}}",
          .item = &shape_measure);
static bool is_office(Str text)
{
    return str_is(text, "office");
}
static const Shape shape_class = {.forms = SHAPE_TEXT,
                                  .zh = "office",
                                  .en = "office",
                                  .pattern = "^office$",
                                  .fits = is_office};
static const Key flow_keys[] = {
    {"flow", &shape_label, true, "流程名,永不改变", "Its name, for ever"},
    {"title", &shape_words, true, "中英文名称", "Its words in both languages"},
    {"class", &shape_class, false, "office:内部事务,按流程查询时才列出和统计",
     "office: the office's own, listed and counted only when the flow is asked for"},
    {"see", &shape_see, false, "谁能看", "Who sees it"},
    {"fields", &shape_fields, false, "字段", "What is recorded"},
    {"terms", &shape_terms, false, "有名字的条件", "Conditions with a name"},
    {"states", &shape_states, true, "状态", "Where a case may stand"},
    {"moves", &shape_moves, true, "办理动作,按按钮顺序",
     "What may be done, in the order of the buttons"},
    {"late", &shape_lates, false, "将到期和超期时做什么",
     "What happens near and behind the due time"},
    {"measures", &shape_measures, false, "统计什么", "What is counted"},
};
const Shape shape_flow =
    SHAPE(SHAPE_MAP, "流程 {flow: …, title: …, states: …, moves: …}",
          "a flow {flow: …, title: …, states: …, moves: …}", KEYS(flow_keys));

void flow_manual(Buf *out)
{
    static const struct {
        const char *zh, *en;
        const Shape *shape;
    } parts[] = {
        {"流程", "A flow", &shape_flow},
        {"谁能看", "see", &shape_see},
        {"字段", "A field", &shape_field},
        {"状态", "A state", &shape_state},
        {"办理动作", "A move", &shape_move},
        {"核对", "A check", &shape_check_item},
        {"将到期和超期", "A line of late", &shape_late},
        {"指标", "A measure", &shape_measure},
    };
    static const Err *const common[] = {
        &DEF_YAML,        &DEF_WIDE,      &DEF_REFUSED,     &DEF_KEY,        &DEF_TWICE,
        &DEF_TOO_LARGE,   &SHAPE_WRONG,   &SHAPE_UNKNOWN,   &SHAPE_MISSING,  &FIELD_KIND,
        &FIELD_STRAY,     &FORM_FIELD,    &FORM_TERM,       &FORM_LIST,      &FORM_TABLE,
        &FORM_RESERVED,   &FORM_SQL_WORD, &FORM_REPEATED,   &FORM_MANY,      &FORM_DEFAULT,
        &FORM_DEFAULT_OF, &FORM_NO_ATTR,  &FORM_ATTR_EMPTY, &FORM_ATTR_KIND, &FIELD_CHOICES,
        &FIELD_LIST,      &FIELD_NUMBER,  &CODE_BAD,        &CODE_ATTR,      &CODE_RESERVED,
        &LIMIT_TEXT,      &MARK_TEXT,     &EXPR_BAD,        &EXPR_NAME,      &EXPR_FUNCTION,
        &EXPR_SELECT,     &EXPR_FLOAT,    &EXPR_STEPS};
    static const Err *const between[] = {&DEF_DOUBLE, &FAULT_CIRCLE};
    for (size_t i = 0; i < countof(parts); i++) {
        buf_fmt(out, "### %s · %s\n\n", parts[i].zh, parts[i].en);
        shape_manual(parts[i].shape, out);
        buf_char(out, '\n');
    }
    buf_add(out, S("### 代码表 · A code list\n\n"));
    code_manual(out);
    buf_add(out, S("\n### 错误 · Faults of form\n\n"));
    faults_manual(common, countof(common), out);
    buf_add(out, S("\n### 几份定义之间的错误 · Faults between definitions\n\n"));
    faults_manual(between, countof(between), out);
    buf_add(out, S("\n### 流程的错误 · Faults of a flow\n\n"));
    faults_manual(flow_faults, flow_fault_count(), out);
}
