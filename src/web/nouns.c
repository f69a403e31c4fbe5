/* SPDX-License-Identifier: Apache-2.0 */
/* nouns.c: the nouns of the house, a line each, and the routes that each has by being one. */
#include "grid/grid_nouns.h"
#include "subject/proposal.h"
#include "web/api.h"

/* What main hands down for the hooks of a noun. */
#define NEEDS(member) offsetof(WebConf, member)
#define NEEDS_NOTHING SIZE_MAX

/* clang-format off */
static const WebNoun nouns[] = {
    {&area_noun, NEEDS_NOTHING},
    {&department_noun, NEEDS_NOTHING},
    {&rule_noun, NEEDS_NOTHING},
    {&authority_noun, NEEDS_NOTHING},
    {&person_noun, NEEDS_NOTHING},
    {&seat_noun, NEEDS(subjects)}, /* the seats of a subject are seen with it */
    {&subject_noun, NEEDS(subjects)},
    {&proposal_noun, NEEDS_NOTHING},
};
/* clang-format on */

const WebNoun *web_nouns(size_t *out_count)
{
    *out_count = countof(nouns);
    return nouns;
}

void *noun_house(const Noun *noun, const WebConf *conf)
{
    for (size_t i = 0; i < countof(nouns); i++)
        if (nouns[i].noun == noun && nouns[i].needs != NEEDS_NOTHING)
            return *(void *const *)(const void *)((const char *)conf + nouns[i].needs);
    return NULL;
}

/* ---- their routes ---- */

static const Column limit_param = FIELD("limit", KIND_INT, "条数", "1 to 200, 50 when absent"),
                    cursor_param = FIELD("cursor", KIND_TEXT, "游标", "next of the page before",
                                         .max = 400),
                    asof_param =
                        FIELD("asof", KIND_INSTANT, "截至", "As it was then; now when absent"),
                    version_member = FIELD("version", KIND_INT, "版本", "Version as last seen",
                                           .flags = COLUMN_REQUIRED),
                    place_member =
                        FIELD("place", KIND_PLACE, "位置", "Place; datum WGS84 unless said");

static const char *joined(Arena *mem, const char *a, const char *b, const char *c)
{
    return str_z(mem, str_fmt(mem, "%s%s%s", a, b, c));
}

/* The query of lists: page, then filters; asof of dated nouns. */
static void list_query(Arena *mem, const Noun *noun, Route *r)
{
    Column *query = arena_array(mem, Column, noun->filter_count + 3);
    size_t n = 0;
    query[n++] = limit_param;
    query[n++] = cursor_param;
    for (size_t i = 0; i < noun->filter_count; i++)
        query[n++] = noun->filters[i].param;
    if (noun->dated) query[n++] = asof_param;
    r->query = query;
    r->query_count = n;
}

static Route read_route(Arena *mem, const Noun *noun, const char *tail, Handler handler,
                        const char *answers)
{
    return (Route){.method = "GET",
                   .path = joined(mem, "/api/v1/", noun->name, tail),
                   .can = noun->can ? noun->can : CAN_SIGN_IN,
                   .tx = TX_READ,
                   .handler = handler,
                   .noun = noun,
                   .answers = answers};
}

static size_t read_routes(Arena *mem, const Noun *noun, Route *out)
{
    Route *list = &out[0], *count = &out[1], *one = &out[2], *ledger = &out[3];
    *list = read_route(mem, noun, "", api_noun_list, noun->page);
    list->zh = joined(mem, noun->zh, "列表", "");
    list->en = joined(mem, noun->en, " that I may see", "");
    list_query(mem, noun, list);
    *count = read_route(mem, noun, "/count", api_noun_count, "Count");
    count->zh = joined(mem, noun->zh, "数", "");
    count->en = "How many of them";
    list_query(mem, noun, count);
    *one = read_route(mem, noun, "/{id}", api_noun_one, noun->shape);
    one->zh = noun->zh;
    one->en = "One of them";
    if (noun->dated) one->query = &asof_param, one->query_count = 1;
    *ledger = read_route(mem, noun, "/{id}/ledger", api_noun_ledger, "NounHistory");
    ledger->tx = TX_SLOW;
    ledger->zh = "登记和修改";
    ledger->en = "What the ledger tells of it, in order of time";
    if (noun->dated) ledger->query = &asof_param, ledger->query_count = 1;
    return 4;
}

/* What a body may hold beside the columns of the noun's own table. */
static void own_body(Arena *mem, const NounVerb *verb, bool change, Route *r)
{
    Column *body = arena_array(mem, Column, 2);
    const Column *lon = column_find(verb->form->columns, verb->form->count, S("lon"));
    size_t n = 0;
    if (change) body[n++] = version_member;
    if (lon && column_is_degrees(lon)) body[n++] = place_member;
    r->body = body;
    r->body_count = n;
    r->row = verb->form;
}

static Route verb_route(Arena *mem, const Noun *noun, const NounVerb *verb)
{
    bool open = strcmp(verb->name, "open") == 0, change = strcmp(verb->name, "change") == 0;
    Route r = {.method = change ? "PATCH" : "POST",
               .can = verb->can,
               .tx = TX_WRITE,
               .handler = api_noun_act,
               .again = api_noun_again,
               .alone = verb->alone,
               .creates = open || verb->makes,
               .verb = verb->verb,
               .noun = noun,
               .noun_verb = verb,
               .zh = verb->zh,
               .en = verb->en,
               .answers = noun->shape};
    const char *tail = open ? "" : change ? "/{id}" : joined(mem, "/{id}/", verb->name, "");
    r.path = joined(mem, "/api/v1/", noun->name, tail);
    if (verb->form == noun->table)
        own_body(mem, verb, !open, &r);
    else {
        r.body = verb->form->columns;
        r.body_count = verb->form->count;
    }
    return r;
}

size_t noun_routes(Arena *mem, Route *out)
{
    size_t n = 0;
    for (size_t i = 0; i < countof(nouns); i++) {
        const Noun *noun = nouns[i].noun;
        if (!out) {
            n += 4 + noun->verb_count;
            continue;
        }
        n += read_routes(mem, noun, &out[n]);
        for (size_t k = 0; k < noun->verb_count; k++)
            out[n++] = verb_route(mem, noun, &noun->verbs[k]);
    }
    return n;
}
