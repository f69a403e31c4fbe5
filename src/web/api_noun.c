/* SPDX-License-Identifier: Apache-2.0 */
/* api_noun.c: the handlers of every noun's routes (nouns.c): list, count, one, ledger, verbs.
 */
#include "noun/noun_engine.h"
#include "web/api.h"

#define HISTORY_MOST 100

static NounView view_of_noun(Call *call)
{
    return (NounView){.house = noun_house(call->route->noun, web_conf(call->web)),
                      .db = call->db,
                      .mem = call->mem,
                      .who = &call->who,
                      .ground = call->ground,
                      .now = call->now,
                      .at = call->now,
                      .lang = call->lang,
                      .lookup = &call->house,
                      .budget = call_budget(call)};
}

/* The query as the noun's filters have it, and the instant it is asked for. */
const Err *noun_ask_of(Call *call, NounView *view, NounAsk *ask)
{
    const Noun *noun = call->route->noun;
    Value *query = arena_array(call->mem, Value, noun->filter_count);
    *view = view_of_noun(call);
    *ask = (NounAsk){.query = query};
    const Err *e = call_page(call, &ask->limit, &ask->cursor);
    if (!e && noun->dated) e = call_asof(call, &view->at);
    for (size_t i = 0; i < noun->filter_count && !e; i++)
        e = call_query_value(call, noun->filters[i].param.name, &query[i]);
    return e;
}

const Err *api_noun_list(Call *call)
{
    const Noun *noun = call->route->noun;
    NounView view;
    NounAsk ask;
    NounPage page;
    const Err *e = noun_ask_of(call, &view, &ask);
    if (!e) e = noun_page(noun, &view, &ask, &page);
    if (e) return e;
    list_open(&call->json);
    for (size_t i = 0; i < page.count; i++)
        noun_json(noun, &view, page.rows[i], page.whole[i], false, &call->json);
    list_close_cut(&call->json, page.partial, page.next);
    return NULL;
}

const Err *api_noun_count(Call *call)
{
    NounView view;
    NounAsk ask;
    int64_t n;
    const Err *e = noun_ask_of(call, &view, &ask);
    if (!e) e = noun_count(call->route->noun, &view, &ask, &n);
    if (!e) answer_count(call, n);
    return e;
}

static const Err *answer_noun(Call *call, NounView *view, int64_t id)
{
    const Noun *noun = call->route->noun;
    const void *row;
    bool whole;
    const Err *e = noun_load(noun, view, id, &row, &whole);
    if (!e) noun_json(noun, view, row, whole, true, &call->json);
    return e && e->kind == ERR_MISSING ? &WEB_ID : e;
}

const Err *api_noun_one(Call *call)
{
    NounView view = view_of_noun(call);
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    if (!e && call->route->noun->dated) e = call_asof(call, &view.at);
    return e ? e : answer_noun(call, &view, id);
}

const Err *api_noun_again(Call *call)
{
    NounView view = view_of_noun(call);
    const Err *e = answer_noun(call, &view, call->job.on_id);
    if (!call->route->noun->dated || !err_is(e, &WEB_ID)) return e;
    view.at = call->job.at - 1; /* it ended with the act */
    return answer_noun(call, &view, call->job.on_id);
}

const Err *api_noun_ledger(Call *call)
{
    NounView view = view_of_noun(call);
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    if (!e && call->route->noun->dated) e = call_asof(call, &view.at);
    return e ? e
             : noun_history(&view, call->route->noun, web_conf(call->web)->ledger, id,
                            HISTORY_MOST, &call->json);
}

const Err *api_noun_act(Call *call)
{
    const Route *r = call->route;
    NounView view = view_of_noun(call);
    NounAct act = {.view = &view, .act = call->act, .hooks = web_hooks(call->web), .id = NIL};
    const void *row;
    bool whole;
    const Err *e = strchr(r->path, '{') ? call_id(call, 0, &act.id) : NULL;
    if (!e) e = noun_act(r->noun, r->noun_verb, &act, call->body, &row, &whole);
    if (e) return e;
    if (r->creates) call->status = 201;
    noun_json(r->noun, &act.after, row, whole, true, &call->json);
    return NULL;
}

const Err *api_nouns(Call *call)
{
    size_t n;
    const WebNoun *nouns = web_nouns(&n);
    list_open(&call->json);
    for (size_t i = 0; i < n; i++)
        if (!nouns[i].noun->can || nouns[i].noun->can & call->who.can)
            noun_describe(nouns[i].noun, call->who.can | CAN_SIGN_IN, call->lang, &call->json);
    list_close(&call->json, STR_NULL);
    return NULL;
}
