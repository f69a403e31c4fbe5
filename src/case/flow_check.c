/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_check.c: what must hold of a flow as a whole (design §2 law 4): names that only the
 * world knows, seats that answer on any tree, who fixed does not check, and, over all
 * situations that flow_prove explores, that every state is reached, has a way to an end, and a
 * clock that runs.
 */
#include "case/flow_load.h"

#include "case/flow_ask.h"
#include "case/flow_fault.h"
#include "case/flow_prove.h"

#define FAULT_DEFINE(name, code, zh, en) const Err name = FAULT(code, zh, en);
FLOW_FAULTS(FAULT_DEFINE)

const Err FAULT_CIRCLE =
    FAULT("open-circle", "流程“{0}”与“{1}”互相开立,只能由一方开立另一方",
          "The flows \"{0}\" and \"{1}\" open each other: only one may open the other");

#define FAULT_LIST_ROW(name, code, zh, en) &name,
const Err *const flow_faults[] = {FLOW_FAULTS(FAULT_LIST_ROW)};

size_t flow_fault_count(void)
{
    return countof(flow_faults);
}

typedef struct {
    Reading *r;
    const Flow *flow;
    const FlowWorld *world;
    Proof *proof; /* NULL: the flow is too broken to explore */
    bool *asked;  /* state × name: may have been asked when a case is there */
} FlowChecker;

/* Whether all expressions can be read. */
static bool check_forms(FlowChecker *x)
{
    const Form *form = &x->flow->form;
    bool well = form_check(x->r, form, x->world->expr, x->world->lists);
    for (size_t i = 0; i < x->flow->move_count; i++)
        well = form_check_question(x->r, form, x->world->expr, &x->flow->moves[i].question) &&
               well;
    return well;
}

/* ---- papers ---- */

static void check_paper(FlowChecker *x, Str paper, Spot spot)
{
    const CodeList *papers = code_list(x->world->lists, S(PAPER_LIST));
    if (paper.n && papers && !code_find(papers, paper))
        def_fault(x->r, spot, &FAULT_PAPER, paper, STR_NULL);
}

static void check_drafts(FlowChecker *x, const Late *late, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_paper(x, late[i].draft, late[i].spot);
}

static void check_papers(FlowChecker *x)
{
    const Flow *f = x->flow;
    check_drafts(x, f->late, f->late_count);
    for (size_t i = 0; i < f->state_count; i++) {
        check_paper(x, f->states[i].document, f->states[i].spot);
        if (f->states[i].late != f->late)
            check_drafts(x, f->states[i].late, f->states[i].late_count);
    }
    for (size_t i = 0; i < f->move_count; i++)
        check_paper(x, f->moves[i].document, f->moves[i].spot);
}

/* ---- who fixed does not check ---- */

static bool leads_to(const Move *m, size_t state)
{
    if (m->then == state) return true;
    for (size_t i = 0; i < m->to_count; i++)
        if (m->to[i].state == state) return true;
    return false;
}

/* Comes into the state from elsewhere. */
static bool enters(const Move *m, size_t state)
{
    if (!leads_to(m, state)) return false;
    if (m->filing) return true;
    for (size_t i = 0; i < m->from_count; i++)
        if (m->from[i] != state) return true;
    return false;
}

static bool ends_well(const FlowChecker *x, const Move *m)
{
    for (size_t i = 0; i < x->flow->state_count; i++)
        if (leads_to(m, i) && state_ends(&x->flow->states[i]) &&
            !state_voids(&x->flow->states[i]))
            return true;
    return false;
}

/* How one person could do first and then m: a shortest way that a case can go there. */
static Str way_of(FlowChecker *x, size_t first, const Move *m)
{
    const Move *n = &x->flow->moves[first];
    size_t nearest = SIZE_MAX;
    for (size_t i = 0; x->proof && i < n->from_count; i++) {
        size_t at = proof_in(x->proof, n->from[i]);
        if (at < nearest) nearest = at;
    }
    Str way = nearest == SIZE_MAX ? n->name : proof_path(x->proof, x->r->mem, nearest, first);
    return str_fmt(x->r->mem, "%.*s → %.*s", STR(way), STR(m->name));
}

static void check_fixer(FlowChecker *x, const Move *m)
{
    if (m->sampled) {
        if (!ends_well(x, m)) def_fault(x->r, m->spot, &FAULT_SAMPLE, STR_NULL, STR_NULL);
        return;
    }
    if (!ends_well(x, m)) return;
    if (m->filing) def_fault(x->r, m->spot, &FAULT_FILING_END, m->name, STR_NULL);
    for (size_t i = 0; i < x->flow->move_count; i++) {
        const Move *n = &x->flow->moves[i];
        bool named = n == m, before = false;
        for (size_t k = 0; k < m->from_count; k++)
            before = before || enters(n, m->from[k]);
        for (size_t k = 0; k < m->bar_count; k++)
            named = named || m->bar[k] == i;
        if (before && !named)
            def_fault4(x->r, m->spot, &FAULT_FIXER, m->name, n->name, way_of(x, i, m),
                       STR_NULL);
    }
}

/* ---- what is decided ---- */

/* Whoever refers it gives it away: to a state where another seat answers first. */
static void check_decide(FlowChecker *x, const Move *m)
{
    if (m->decide != DECIDE_REFER) return;
    for (size_t i = 0; i < m->from_count; i++)
        for (size_t k = 0; k < m->to_count; k++) {
            const State *from = &x->flow->states[m->from[i]];
            const State *to = &x->flow->states[m->to[k].state];
            if (from != to && to->duty_count && from->duty_count &&
                (to->duty[0].role != from->duty[0].role ||
                 to->duty[0].anchor != from->duty[0].anchor))
                continue;
            def_fault(x->r, m->spot, &FAULT_DECIDE, m->name, from->name);
        }
}

/* ---- clocks that can be put off for ever ---- */

static void check_endless(FlowChecker *x, const Move *m)
{
    for (size_t i = 0; !m->limit && i < m->from_count; i++) {
        const State *s = &x->flow->states[m->from[i]];
        if (!leads_to(m, m->from[i])) continue;
        for (size_t k = 0; k < s->clock_count; k++)
            if (s->clock[k].until != FLOW_NONE && question_ask(&m->question, s->clock[k].until))
                def_fault(x->r, m->spot, &FAULT_ENDLESS, m->name,
                          str(x->flow->form.names[s->clock[k].until].name));
    }
}

/* ---- child cases ---- */

static const Flow *flow_named(const FlowChecker *x, Str name)
{
    if (str_eq(x->flow->name, name)) return x->flow;
    for (size_t i = 0; i < x->world->flow_count; i++)
        if (str_eq(x->world->flows[i]->name, name)) return x->world->flows[i];
    return NULL;
}

/* What the child cannot do without must be there for sure: asked, without condition, in this
 * move. */
static bool for_sure(const Move *m, const Open *open, const Column *c)
{
    for (size_t i = 0; i < open->count; i++) {
        if (!str_is(open->fields[i].field, c->name)) continue;
        const Ask *ask = question_ask(&m->question, open->fields[i].from);
        return open->fields[i].from < FIELD_OWN ||
               (ask && ask->required && ask->term == FLOW_NONE);
    }
    return false;
}

static void check_carried(FlowChecker *x, const Open *open, const Flow *child, const Move *file)
{
    for (size_t i = 0; i < open->count; i++) {
        size_t field = form_field(&child->form, open->fields[i].field);
        if (field == FLOW_NONE ||
            (field >= FIELD_OWN && !question_ask(&file->question, field))) {
            def_fault(x->r, open->fields[i].spot, &FAULT_OPEN_FIELD, child->name,
                      open->fields[i].field);
            continue;
        }
        const Column *from = &x->flow->form.names[open->fields[i].from],
                     *to = &child->form.names[field];
        bool same = from->kind == to->kind &&
                    (!from->list || !to->list || strcmp(from->list, to->list) == 0);
        if (!same)
            def_fault4(x->r, open->fields[i].spot, &FAULT_OPEN_KIND, str(from->name),
                       str(kind_name(from->kind)), str(kind_name(to->kind)), STR_NULL);
    }
}

static void check_open(FlowChecker *x, const Move *m, const Open *open)
{
    const Flow *child = flow_named(x, open->flow);
    for (size_t i = 0; i < x->world->broken_count; i++)
        if (str_eq(x->world->broken[i], open->flow)) return;
    if (!child) {
        def_fault(x->r, open->spot, &FAULT_OPEN_FLOW, open->flow, STR_NULL);
        return;
    }
    size_t at = flow_move(child, open->move);
    if (at == FLOW_NONE || !child->moves[at].filing) {
        def_fault(x->r, open->spot, &FAULT_OPEN_MOVE, open->flow, open->move);
        return;
    }
    const Move *file = &child->moves[at];
    check_carried(x, open, child, file);
    for (size_t i = 0; i < file->question.count; i++) {
        const Ask *ask = &file->question.asks[i];
        const Column *c = &child->form.names[ask->field];
        if (!ask->required || ask->term != FLOW_NONE ||
            child->form.defaults[ask->field].kind != DEFAULT_NONE)
            continue;
        if (!for_sure(m, open, c))
            def_fault(x->r, open->spot, &FAULT_OPEN_NEEDS, child->name, str(c->name));
    }
}

/* ---- what cannot be set yet ---- */

static void find_asked(FlowChecker *x)
{
    const Flow *f = x->flow;
    size_t width = f->form.field_count;
    x->asked = arena_array(x->r->mem, bool, f->state_count *width);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < f->move_count; i++)
            for (size_t to = 0; to < f->state_count; to++) {
                if (!leads_to(&f->moves[i], to)) continue;
                for (size_t n = 0; n < width; n++) {
                    bool now = n < FIELD_OWN || question_ask(&f->moves[i].question, n);
                    for (size_t k = 0; k < f->moves[i].from_count; k++)
                        now = now || x->asked[f->moves[i].from[k] * width + n];
                    if (!now || x->asked[to * width + n]) continue;
                    x->asked[to * width + n] = more = true;
                }
            }
    }
}

static Str way_to(FlowChecker *x, const size_t *states, size_t n, size_t move)
{
    size_t nearest = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t at = proof_in(x->proof, states[i]);
        if (at < nearest) nearest = at;
    }
    return nearest == SIZE_MAX && move == FLOW_NONE
               ? S("?")
               : proof_path(x->proof, x->r->mem, nearest, move);
}

/* An expression that is read when a case may be in one of the states, after move (or
 * FLOW_NONE). */
static void check_reads(FlowChecker *x, Str text, const char *zh, const char *en,
                        const size_t *states, size_t n, size_t move, Spot spot)
{
    const Flow *f = x->flow;
    bool *reads = arena_array(x->r->mem, bool, f->form.name_count);
    if (expr_check(x->world->expr, x->r->mem, text, f->form.names, f->form.name_count, reads))
        return;
    for (size_t i = FIELD_OWN; i < f->form.field_count; i++) {
        bool known =
            !reads[i] || (move != FLOW_NONE && question_ask(&f->moves[move].question, i));
        for (size_t k = 0; k < n; k++)
            known = known || x->asked[states[k] * f->form.field_count + i];
        if (!known)
            def_fault4(x->r, spot, &FAULT_UNSET, str(zh), str(f->form.names[i].name),
                       way_to(x, states, n, move), str(en));
    }
}

static void check_term_reads(FlowChecker *x, size_t term, const size_t *states, size_t n,
                             size_t move, Spot spot)
{
    if (term == FLOW_NONE) return;
    const Term *t = &x->flow->form.terms[term];
    const char *zh = str_z(x->r->mem, str_fmt(x->r->mem, "条件“%.*s”", STR(t->name)));
    const char *en = str_z(x->r->mem, str_fmt(x->r->mem, "the term \"%.*s\"", STR(t->name)));
    check_reads(x, t->text, zh, en, states, n, move, spot);
}

static void check_all_reads(FlowChecker *x)
{
    find_asked(x);
    for (size_t i = 0; i < x->flow->move_count; i++) {
        const Move *m = &x->flow->moves[i];
        for (size_t k = 0; k < m->to_count; k++)
            check_term_reads(x, m->to[k].term, m->from, m->from_count, i, m->to[k].spot);
        for (size_t k = 0; k < m->question.count; k++)
            check_term_reads(x, m->question.asks[k].term, m->from, m->from_count, i,
                             m->question.asks[k].spot);
        for (size_t k = 0; k < m->question.check_count; k++)
            check_reads(x, m->question.checks[k].that, "check ", "the check", m->from,
                        m->from_count, i, m->question.checks[k].spot);
    }
    for (size_t i = 0; i < x->flow->state_count; i++)
        for (size_t k = 0; k < x->flow->states[i].clock_count; k++)
            check_term_reads(x, x->flow->states[i].clock[k].term, &i, 1, FLOW_NONE,
                             x->flow->states[i].clock[k].spot);
}

/* ---- over all situations ---- */

static void check_ways(FlowChecker *x)
{
    for (size_t i = 0; i < x->flow->state_count; i++) {
        const State *s = &x->flow->states[i];
        size_t stuck = proof_stuck(x->proof, i);
        if (proof_in(x->proof, i) == SIZE_MAX)
            def_fault(x->r, s->spot, &FAULT_UNREACHABLE, s->name, STR_NULL);
        else if (stuck != SIZE_MAX)
            def_fault(x->r, s->spot, &FAULT_STUCK, s->name,
                      proof_path(x->proof, x->r->mem, stuck, FLOW_NONE));
    }
    size_t n;
    const Unset *unset = proof_unset(x->proof, &n);
    for (size_t i = 0; i < n; i++) {
        const State *s = &x->flow->states[unset[i].state];
        def_fault4(x->r, s->spot, &FAULT_UNTIL_UNSET, s->name,
                   str(x->flow->form.names[unset[i].field].name),
                   proof_path(x->proof, x->r->mem, unset[i].situation, unset[i].move),
                   STR_NULL);
    }
}

size_t flow_check(Reading *r, const Flow *flow, const FlowWorld *world)
{
    FlowChecker x = {.r = r, .flow = flow, .world = world};
    bool formed = !r->count; /* a form with holes in it cannot be explored */
    bool well = check_forms(&x);
    check_papers(&x);
    if (formed && well) {
        x.proof = proof_explore(r, flow, world->expr, world->lists);
    }
    for (size_t i = 0; i < flow->move_count; i++) {
        const Move *m = &flow->moves[i];
        if (formed) check_fixer(&x, m);
        if (formed) check_decide(&x, m);
        check_endless(&x, m);
        for (size_t k = 0; k < m->open_count; k++)
            check_open(&x, m, &m->open[k]);
    }
    if (!x.proof) return 0;
    check_ways(&x);
    check_all_reads(&x);
    return proof_count(x.proof);
}

const Err *flow_load(Arena *mem, Str file, Str text, const FlowWorld *world, Flow **out)
{
    Reading r = READING(mem, file);
    Flow *flow = flow_read(&r, world->expr, text);
    if (flow) flow->situations = flow_check(&r, flow, world);
    const Err *e = def_err(&r);
    if (!e) *out = flow;
    return e;
}
