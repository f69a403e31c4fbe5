/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_prove.c: breadth first over situations. A situation is a short string of bytes: the
 * state, a byte per tracked field (0 unset; else 1 set, or 1 + the position of the choice), a
 * byte per counted move. Fields that nothing ahead depends on any more are put back to 0, which
 * is what keeps the number of situations small.
 */
#include "case/flow_prove.h"

#include "case/flow_ask.h"
#include "case/flow_fault.h"

#define SITUATIONS_MOST 50000
#define TRACK_MOST      24
#define VALUES_MOST     16
#define COUNTED_MOST    16
#define KEY_MOST        (1 + TRACK_MOST + COUNTED_MOST)
#define UNKNOWN_MOST    6
#define USES_MOST       200     /* of a counted move: a byte of the key */
#define STEPS_MOST      1000000 /* ways of a move tried, in all */

/* A field on which ways depend. */
typedef struct {
    size_t field;
    size_t count; /* of values known one by one; 0: only set or not */
    Value values[VALUES_MOST];
} ProofTrack;

typedef struct {
    unsigned char key[KEY_MOST];
    size_t parent, move; /* how it was reached first; parent SIZE_MAX: filed */
    bool ends;           /* an end can be reached */
} Situation;

typedef struct {
    size_t from, to;
} ProofEdge;

struct Proof {
    Reading *r;
    Arena *mem;
    const Flow *flow;
    Expr *expr;
    const CodeLists *lists;
    ProofTrack track[TRACK_MOST];
    size_t track_count;
    size_t counted[COUNTED_MOST], counted_count; /* moves whose uses matter */
    bool *reads;                                 /* term × name: what a term reads */
    bool *live; /* state × track: something ahead depends on it */
    Situation *found;
    size_t count, cap;
    size_t *slots, slot_count; /* hash table of positions + 1 */
    ProofEdge *edges;
    size_t edge_count, edge_cap;
    Unset *unset;
    size_t unset_count, unset_cap;
    Value *values; /* scratch */
    size_t steps;
    bool too_many;
};

/* What there is too much of, and how many there may be; the first is told. */
static void too_much(Proof *p, Spot spot, size_t most, const char *zh, const char *en)
{
    if (p->too_many) return;
    p->too_many = true;
    Str n = str_fmt(p->mem, "%zu", most);
    def_fault4(p->r, spot, &FAULT_COMPLEX, str(zh), n, str(en), STR_NULL);
}

/* ---- what to track ---- */

static size_t track_of(const Proof *p, size_t field)
{
    for (size_t i = 0; i < p->track_count; i++)
        if (p->track[i].field == field) return i;
    return SIZE_MAX;
}

static bool *term_reads(const Proof *p, size_t term)
{
    return p->reads + term * p->flow->form.name_count;
}

static void set_values(Proof *p, ProofTrack *t)
{
    const Column *c = &p->flow->form.names[t->field];
    if (c->kind == KIND_FLAG) {
        t->values[0] = VALUE_INT(0);
        t->values[1] = VALUE_INT(1);
        t->count = 2;
    }
    if (c->kind == KIND_CHOICE && c->choice_count <= VALUES_MOST)
        for (; t->count < c->choice_count; t->count++)
            t->values[t->count] = VALUE_STR(str(c->choices[t->count].name));
    const CodeList *list = c->kind == KIND_CODE ? code_list(p->lists, str(c->list)) : NULL;
    if (list && list->count <= VALUES_MOST)
        for (; t->count < list->count; t->count++)
            t->values[t->count] = VALUE_STR(list->codes[t->count].code);
}

static void track(Proof *p, size_t field)
{
    if (field >= p->flow->form.field_count || track_of(p, field) != SIZE_MAX || p->too_many)
        return;
    if (p->track_count == TRACK_MOST) {
        too_much(p, p->flow->form.spots[field], TRACK_MOST, "走向所依赖的字段",
                 "fields on which the way depends");
        return;
    }
    ProofTrack *t = &p->track[p->track_count++];
    *t = (ProofTrack){.field = field};
    set_values(p, t);
    const Default *d = &p->flow->form.defaults[field];
    if (d->kind == DEFAULT_ATTR) track(p, d->of);
}

static void track_term(Proof *p, size_t term)
{
    for (size_t i = 0; term != FLOW_NONE && i < p->flow->form.field_count; i++)
        if (term_reads(p, term)[i]) track(p, i);
}

/* The subject's people may do it: only when there is a subject. */
static bool of_subject(By by)
{
    return by.kind == BY_PARTY ||
           (by.kind == BY_ROLE && role_anchor(by.chair.role) == ANCHOR_SUBJECT);
}

static bool some_of_subject(const Move *m)
{
    for (size_t i = 0; i < m->by_count; i++)
        if (of_subject(m->by[i])) return true;
    return false;
}

static void choose_fields(Proof *p)
{
    const Flow *f = p->flow;
    for (size_t i = 0; i < f->state_count; i++)
        for (size_t k = 0; k < f->states[i].clock_count; k++) {
            track_term(p, f->states[i].clock[k].term);
            if (f->states[i].clock[k].until != FLOW_NONE) track(p, f->states[i].clock[k].until);
        }
    for (size_t i = 0; i < f->move_count; i++)
        for (size_t k = 0; k < f->moves[i].to_count; k++)
            track_term(p, f->moves[i].to[k].term);
    for (size_t i = 0; i < f->move_count; i++)
        for (size_t k = 0; k < f->moves[i].question.count; k++)
            if (track_of(p, f->moves[i].question.asks[k].field) != SIZE_MAX)
                track_term(p, f->moves[i].question.asks[k].term);
    for (size_t i = 0; i < f->move_count; i++)
        if (some_of_subject(&f->moves[i])) track(p, FIELD_SUBJECT);
}

static bool stays(const Move *m)
{
    if (m->then != FLOW_NONE) return false;
    for (size_t i = 0; i < m->to_count; i++)
        if (m->from_count != 1 || m->to[i].state != m->from[0]) return false;
    return true;
}

/* A limit on a move that stays where it is closes no way. */
static void choose_moves(Proof *p)
{
    for (size_t i = 0; i < p->flow->move_count; i++) {
        const Move *m = &p->flow->moves[i];
        if (!m->limit || stays(m)) continue;
        if (m->limit > USES_MOST)
            too_much(p, m->spot, USES_MOST, "改变状态的动作的次数限制",
                     "uses of a move that leads elsewhere");
        else if (p->counted_count == COUNTED_MOST)
            too_much(p, m->spot, COUNTED_MOST, "改变状态且有次数限制的动作",
                     "moves that lead elsewhere and have a limit");
        else
            p->counted[p->counted_count++] = i;
    }
}

/* ---- which fields still matter in a state ---- */

static bool term_on(const Proof *p, size_t term, size_t field)
{
    return term != FLOW_NONE && term_reads(p, term)[field];
}

static bool clock_on(const Proof *p, size_t state, size_t field)
{
    const State *s = &p->flow->states[state];
    for (size_t i = 0; i < s->clock_count; i++)
        if (term_on(p, s->clock[i].term, field) || s->clock[i].until == field) return true;
    return false;
}

/* Whether what the field was before the move can make a difference at or behind it. */
static bool move_on(const Proof *p, const Move *m, size_t t)
{
    size_t field = p->track[t].field;
    const Ask *ask = question_ask(&m->question, field);
    if (ask && ask->required && ask->term == FLOW_NONE &&
        p->flow->form.defaults[field].kind == DEFAULT_NONE)
        return false;
    for (size_t i = 0; i < m->to_count; i++)
        if (term_on(p, m->to[i].term, field)) return true;
    for (size_t i = 0; i < m->question.count; i++) {
        const Default *d = &p->flow->form.defaults[m->question.asks[i].field];
        if (term_on(p, m->question.asks[i].term, field)) return true;
        if (d->kind == DEFAULT_ATTR && d->of == field &&
            track_of(p, m->question.asks[i].field) != SIZE_MAX)
            return true;
    }
    for (size_t i = 0; i <= m->to_count; i++) {
        size_t to = i < m->to_count ? m->to[i].state : m->then;
        if (to == FLOW_NONE) continue;
        if (clock_on(p, to, field) || p->live[to * TRACK_MOST + t]) return true;
    }
    return field == FIELD_SUBJECT && some_of_subject(m);
}

static void find_live(Proof *p)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < p->flow->move_count; i++) {
            const Move *m = &p->flow->moves[i];
            for (size_t k = 0; k < m->from_count; k++)
                for (size_t t = 0; t < p->track_count; t++) {
                    bool *live = &p->live[m->from[k] * TRACK_MOST + t];
                    if (*live || !move_on(p, m, t)) continue;
                    *live = more = true;
                }
        }
    }
}

/* ---- the set of situations ---- */

static size_t key_size(const Proof *p)
{
    return 1 + p->track_count + p->counted_count;
}

static void grow_slots(Proof *p)
{
    p->slot_count = p->slot_count ? 2 * p->slot_count : 1024;
    p->slots = arena_array(p->mem, size_t, p->slot_count);
    for (size_t i = 0; i < p->count; i++) {
        size_t at = str_hash((Str){(const char *)p->found[i].key, key_size(p)}) % p->slot_count;
        while (p->slots[at])
            at = (at + 1) % p->slot_count;
        p->slots[at] = i + 1;
    }
}

static size_t put_situation(Proof *p, const unsigned char *key, size_t parent, size_t move)
{
    if (2 * (p->count + 1) > p->slot_count) grow_slots(p);
    size_t at = str_hash((Str){(const char *)key, key_size(p)}) % p->slot_count;
    for (; p->slots[at]; at = (at + 1) % p->slot_count)
        if (memcmp(p->found[p->slots[at] - 1].key, key, key_size(p)) == 0)
            return p->slots[at] - 1;
    p->found = arena_grow(p->mem, p->found, p->count, &p->cap, sizeof *p->found);
    Situation *s = &p->found[p->count];
    memcpy(s->key, key, key_size(p));
    s->parent = parent;
    s->move = move;
    s->ends = state_ends(&p->flow->states[key[0]]);
    p->slots[at] = ++p->count;
    if (p->count > SITUATIONS_MOST)
        too_much(p, p->flow->spot, SITUATIONS_MOST, "情形", "situations");
    return p->count - 1;
}

/* ---- one move in one situation ---- */

typedef enum { NO, YES, MAYBE } Truth;

/* What a term is over the tracked fields of a key. */
static Truth term_truth(Proof *p, size_t term, const unsigned char *key)
{
    if (term == FLOW_NONE) return YES;
    const bool *reads = term_reads(p, term);
    for (size_t i = 0; i < p->flow->form.name_count; i++) {
        if (!reads[i]) continue;
        size_t t = track_of(p, i);
        if (t == SIZE_MAX || (key[1 + t] && !p->track[t].count)) return MAYBE;
        p->values[i] = key[1 + t] ? p->track[t].values[key[1 + t] - 1] : VALUE_NULL;
    }
    const Flow *f = p->flow;
    return expr_true(p->expr, f->form.terms[term].text, f->form.names, f->form.name_count,
                     p->values)
               ? YES
               : NO;
}

typedef struct {
    Proof *p;
    const Move *m;
    size_t from, move;           /* situation, SIZE_MAX when filing; position of the move */
    unsigned char key[KEY_MOST]; /* after the move, so far */
    bool given[TRACK_MOST];
    size_t maybe[UNKNOWN_MOST], maybe_count; /* terms that may be either */
    unsigned maybe_true;
} ProofStep;

static bool step_holds(ProofStep *s, size_t term)
{
    Truth truth = term_truth(s->p, term, s->key);
    if (truth != MAYBE) return truth == YES;
    for (size_t i = 0; i < s->maybe_count; i++)
        if (s->maybe[i] == term) return (s->maybe_true >> i) & 1;
    return false;
}

static void check_clock(ProofStep *s, size_t state)
{
    Proof *p = s->p;
    const State *st = &p->flow->states[state];
    for (size_t i = 0; i < st->clock_count; i++) {
        Truth truth = term_truth(p, st->clock[i].term, s->key);
        if (truth == NO) continue;
        size_t until = st->clock[i].until;
        bool unset = until != FLOW_NONE && !s->key[1 + track_of(p, until)];
        for (size_t k = 0; k < p->unset_count && unset; k++)
            unset = p->unset[k].state != state || p->unset[k].field != until;
        if (unset) {
            p->unset =
                arena_grow(p->mem, p->unset, p->unset_count, &p->unset_cap, sizeof *p->unset);
            p->unset[p->unset_count++] = (Unset){state, until, s->from, s->move};
        }
        if (truth == YES) return;
    }
}

static void arrive(ProofStep *s, size_t state)
{
    Proof *p = s->p;
    unsigned char key[KEY_MOST];
    memcpy(key, s->key, sizeof key);
    key[0] = (unsigned char)state;
    for (size_t t = 0; t < p->track_count; t++)
        if (!p->live[state * TRACK_MOST + t]) key[1 + t] = 0;
    size_t to = put_situation(p, key, s->from, s->move);
    if (s->from != SIZE_MAX) {
        p->edges = arena_grow(p->mem, p->edges, p->edge_count, &p->edge_cap, sizeof *p->edges);
        p->edges[p->edge_count++] = (ProofEdge){s->from, to};
    }
    check_clock(s, state);
}

/* All that was asked is settled: refuse it, or go. */
static void settle(ProofStep *s)
{
    Proof *p = s->p;
    if (++p->steps > STEPS_MOST) too_much(p, s->m->spot, STEPS_MOST, "走法", "ways");
    for (size_t i = 0; i < s->m->question.count; i++) {
        const Ask *ask = &s->m->question.asks[i];
        size_t t = track_of(p, ask->field);
        if (t == SIZE_MAX || s->given[t] || !ask->required) continue;
        bool stands_in =
            p->flow->form.defaults[ask->field].kind != DEFAULT_NONE && s->key[1 + t];
        if (!stands_in && step_holds(s, ask->term)) return;
    }
    for (size_t i = 0; i < p->counted_count; i++) {
        if (p->counted[i] != s->move) continue;
        unsigned char *uses = &s->key[1 + p->track_count + i], before = *uses;
        if (before + 1 < s->m->limit || s->m->then == FLOW_NONE) {
            (*uses)++;
            break;
        }
        arrive(s, s->m->then);
        return;
    }
    for (size_t i = 0; i < s->m->to_count; i++)
        if (step_holds(s, s->m->to[i].term)) {
            arrive(s, s->m->to[i].state);
            return;
        }
}

static void add_maybe(ProofStep *s, size_t term)
{
    if (term == FLOW_NONE || term_truth(s->p, term, s->key) != MAYBE) return;
    for (size_t i = 0; i < s->maybe_count; i++)
        if (s->maybe[i] == term) return;
    if (s->maybe_count == UNKNOWN_MOST) {
        too_much(s->p, s->m->spot, UNKNOWN_MOST, "一个动作中可能成立也可能不成立的条件",
                 "terms of one move that may hold or not");
        return;
    }
    s->maybe[s->maybe_count++] = term;
}

/* Every way the terms that may be either can fall. */
static void try_terms(ProofStep *s)
{
    s->maybe_count = 0;
    for (size_t i = 0; i < s->m->question.count; i++)
        if (track_of(s->p, s->m->question.asks[i].field) != SIZE_MAX)
            add_maybe(s, s->m->question.asks[i].term);
    for (size_t i = 0; i < s->m->to_count; i++)
        add_maybe(s, s->m->to[i].term);
    for (unsigned all = 1U << s->maybe_count, bits = 0; bits < all; bits++) {
        ProofStep one = *s;
        one.maybe_true = bits;
        settle(&one);
    }
}

static void apply_default(ProofStep *s, size_t t)
{
    const Default *d = &s->p->flow->form.defaults[s->p->track[t].field];
    if (d->kind == DEFAULT_ATTR && s->key[1 + track_of(s->p, d->of)]) s->key[1 + t] = 1;
    if (d->kind != DEFAULT_FIXED) return;
    const ProofTrack *track = &s->p->track[t];
    s->key[1 + t] = 1;
    for (size_t i = 0; i < track->count; i++)
        if (value_eq(&s->p->flow->form.names[track->field], &track->values[i], &d->fixed))
            s->key[1 + t] = (unsigned char)(i + 1);
}

/* Every way the tracked fields from t on can be given. */
static void try_fields(ProofStep *s, size_t t)
{
    Proof *p = s->p;
    if (p->too_many) return;
    if (t == p->track_count) {
        ProofStep one = *s;
        for (size_t i = 0; i < p->track_count; i++)
            if (!one.given[i] && !one.key[1 + i] &&
                question_ask(&s->m->question, p->track[i].field))
                apply_default(&one, i);
        try_terms(&one);
        return;
    }
    size_t field = p->track[t].field;
    unsigned char was = s->key[1 + t];
    bool base =
        s->m->filing && field < FIELD_OWN; /* may always be given when a case is filed */
    if (s->m->filing && field == FIELD_PLACE) s->key[1 + t] = was = 1;
    try_fields(s, t + 1);
    if (!question_ask(&s->m->question, field) && !base) return;
    s->given[t] = true;
    for (size_t i = 0; i < (p->track[t].count ? p->track[t].count : 1); i++) {
        s->key[1 + t] = (unsigned char)(i + 1);
        try_fields(s, t + 1);
    }
    s->given[t] = false;
    s->key[1 + t] = was;
}

/* Whether somebody is there to do it: a party is not, when there is no subject. */
static bool can_be_done(const Proof *p, const Move *m, const unsigned char *key)
{
    size_t t = track_of(p, FIELD_SUBJECT);
    for (size_t i = 0; i < m->by_count; i++) {
        if (!of_subject(m->by[i]) || (t != SIZE_MAX && key[1 + t])) return true;
    }
    return false;
}

static void try_move(Proof *p, size_t from, size_t move)
{
    const Move *m = &p->flow->moves[move];
    ProofStep s = {.p = p, .m = m, .from = from, .move = move};
    if (from != SIZE_MAX) {
        memcpy(s.key, p->found[from].key, sizeof s.key);
        if (!can_be_done(p, m, s.key)) return;
        for (size_t i = 0; i < p->counted_count; i++)
            if (p->counted[i] == move && m->then == FLOW_NONE &&
                s.key[1 + p->track_count + i] >= m->limit)
                return;
    }
    try_fields(&s, 0);
}

/* Marks what can reach an end, backwards along the edges. */
static void mark_ends(Proof *p)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = p->edge_count; i-- > 0;) {
            if (!p->found[p->edges[i].to].ends || p->found[p->edges[i].from].ends) continue;
            p->found[p->edges[i].from].ends = more = true;
        }
    }
}

static bool learn_terms(Proof *p)
{
    const Flow *f = p->flow;
    p->reads = arena_array(p->mem, bool, f->form.term_count * f->form.name_count);
    for (size_t i = 0; i < f->form.term_count; i++)
        if (expr_check(p->expr, p->mem, f->form.terms[i].text, f->form.names,
                       f->form.name_count, term_reads(p, i)))
            return false;
    return true;
}

Proof *proof_explore(Reading *r, const Flow *flow, Expr *expr, const CodeLists *lists)
{
    Arena *mem = r->mem;
    Proof *p = arena_make(mem, Proof);
    *p = (Proof){.r = r, .mem = mem, .flow = flow, .expr = expr, .lists = lists};
    p->values = form_values(mem, &flow->form);
    assert(flow->state_count <= UINT8_MAX); /* flow_read lets fewer through */
    if (!learn_terms(p)) return NULL;
    choose_fields(p);
    choose_moves(p);
    if (p->too_many) return NULL;
    p->live = arena_array(mem, bool, flow->state_count *TRACK_MOST);
    find_live(p);
    for (size_t i = 0; i < flow->move_count; i++)
        if (flow->moves[i].filing) try_move(p, SIZE_MAX, i);
    for (size_t at = 0; at < p->count && !p->too_many; at++)
        for (size_t i = 0; i < flow->move_count; i++)
            if (move_leaves(&flow->moves[i], p->found[at].key[0])) try_move(p, at, i);
    if (p->too_many) return NULL;
    mark_ends(p);
    return p;
}

/* ---- what came of it ---- */

size_t proof_count(const Proof *p)
{
    return p->count;
}

size_t proof_in(const Proof *p, size_t state)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->found[i].key[0] == state) return i;
    return SIZE_MAX;
}

size_t proof_stuck(const Proof *p, size_t state)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->found[i].key[0] == state && !p->found[i].ends) return i;
    return SIZE_MAX;
}

Str proof_path(const Proof *p, Arena *mem, size_t situation, size_t move)
{
    size_t moves[256], n = 0;
    if (move != FLOW_NONE) moves[n++] = move;
    for (size_t at = situation; at != SIZE_MAX && n < countof(moves); at = p->found[at].parent)
        moves[n++] = p->found[at].move;
    Buf b = BUF(mem);
    buf_add(&b, S(""));
    while (n-- > 0) {
        buf_add(&b, p->flow->moves[moves[n]].name);
        if (n) buf_add(&b, S(" → "));
    }
    return buf_str(&b);
}

const Unset *proof_unset(const Proof *p, size_t *out_count)
{
    *out_count = p->unset_count;
    return p->unset;
}
