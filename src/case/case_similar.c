/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_similar.c: which open cases may be the same thing: of the same flow in the same cell,
 * about the same subject or within 100 m, and picked as the same code where both were picked.
 * Asked of the book alone, over the newest of the cell; a hint for people, who merge or do not.
 */
#include "case/case_internal.h"

#define NEAR_METRES  100
#define NEAR_LAT     9100  /* 1e-7 degrees that are more than NEAR_METRES anywhere … */
#define NEAR_LON     16000 /* … and as far north as China reaches */
#define LOOKED_AT    200
#define SIMILAR_MOST 5

typedef struct {
    OpenCase slip;
    int64_t metres; /* NIL: same subject, place unknown */
} Like;

/* Whole metres, or NIL for what is surely not near: most are, and need no trigonometry. */
static int64_t metres_between(Point a, Point b)
{
    if (a.lon == b.lon && a.lat == b.lat) return 0;
    if (llabs((int64_t)a.lat - b.lat) > NEAR_LAT || llabs((int64_t)a.lon - b.lon) > NEAR_LON)
        return NIL;
    return point_distance(a, b);
}

static bool alike(const OpenCase *a, const OpenCase *b, bool placed, int64_t *metres)
{
    if (a->flow->name.n != b->flow->name.n || !str_eq(a->flow->name, b->flow->name))
        return false;
    if (a->code && b->code && a->code != b->code) return false;
    *metres = placed ? metres_between(a->place, b->place) : NIL;
    if (a->subject != NIL && b->subject != NIL) {
        if (a->subject != b->subject) return false;
        if (placed && *metres == NIL) *metres = point_distance(a->place, b->place);
        return true;
    }
    return placed && *metres != NIL && *metres <= NEAR_METRES;
}

static bool sees(const CaseView *view, const OpenCase *s)
{
    CaseContext t;
    turn_view(&t, view);
    Relations ties = {.order = area_order(t.ground, s->area, view->who->at),
                      .department = s->department,
                      .subject = s->subject,
                      .duty = s->duty,
                      .filed_by = s->filed_by,
                      .risen = s->seats,
                      .watch = s->seats + s->risen,
                      .risen_count = s->risen,
                      .watch_count = s->watch};
    return who_sees(view->who, &ties, flow_see(s->flow)) != SIGHT_NONE;
}

/* Keeps the nearest, in order. */
static void keep(Like *likes, size_t *n, const OpenCase *s, int64_t metres)
{
    size_t at = *n < SIMILAR_MOST ? (*n)++ : SIMILAR_MOST;
    if (at == SIMILAR_MOST) {
        if (likes[at - 1].metres <= metres) return;
        at--;
    }
    for (; at && likes[at - 1].metres > metres; at--)
        likes[at] = likes[at - 1];
    likes[at] = (Like){*s, metres};
}

static size_t find(const CaseView *view, const OpenCase *own, bool placed, Like *likes)
{
    Book *book = view->work->book;
    const Order *order = book_order(book, BOOK_BY_AREA);
    size_t n = 0, seen = 0;
    OrderKey key;
    book_hold(book);
    OrderSpot spot = order_from(order, ORDER_KEY(own->area, INT64_MIN, 0));
    for (const OpenCase *s; (s = order_next(order, &spot, &key)) && key.a == own->area;) {
        int64_t metres;
        if (seen++ == LOOKED_AT) break;
        if (s->id != own->id && alike(s, own, placed, &metres) && sees(view, s))
            keep(likes, &n, s, metres);
        if (n == SIMILAR_MOST && likes[n - 1].metres == 0) break; /* none can be nearer */
    }
    book_leave(book);
    return n;
}

void similar_json(const CaseView *view, const Instance *run, JsonOut *out)
{
    const Case *c = &run->c;
    Like likes[SIMILAR_MOST];
    OpenCase own = {.id = c->id,
                    .flow = run->flow,
                    .area = c->area,
                    .subject = c->subject,
                    .code = run_code(run)};
    if (c->lon != NIL) own.place = (Point){(int32_t)c->lon, (int32_t)c->lat};
    json_key(out, "similar");
    json_open(out, '[');
    size_t n = find(view, &own, c->lon != NIL, likes);
    for (size_t i = 0; i < n; i++) {
        const OpenCase *s = &likes[i].slip;
        Buf opened = BUF(view->mem);
        instant_print(&opened, s->opened);
        json_open(out, '{');
        json_put_int(out, "id", s->id);
        json_put_text(out, "state", s->flow->states[s->state].name);
        json_put_int(out, "subject", s->subject);
        json_put_text(out, "opened", buf_str(&opened));
        json_put_int(out, "metres", likes[i].metres);
        json_close(out, '}');
    }
    json_close(out, ']');
}
