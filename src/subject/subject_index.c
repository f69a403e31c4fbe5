/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject_index.c: pages and counts. What decides whether a subject is on a page lies in
 * memory, 72 bytes for each; the store is only asked for the rows of the page, and for the ids
 * of a search.
 */
#include "grid/duty.h"
#include "subject/subject_internal.h"

/* ---- words ---- */

static Word word_find(const Subjects *s, Str text)
{
    if (!text.p) return 0;
    for (uint64_t at = str_hash(text);; at++) {
        Word w = s->slots[at % countof(s->slots)];
        if (!w || str_eq(s->words[w], text)) return w;
    }
}

static Word word_make(Subjects *s, Str text)
{
    Word known = word_find(s, text);
    if (known || !text.p) return known;
    assert(s->word_count + 1 < WORDS_MOST);
    s->words[++s->word_count] = str_dup(s->mem, text);
    uint64_t at = str_hash(text);
    while (s->slots[at % countof(s->slots)])
        at++;
    return s->slots[at % countof(s->slots)] = s->word_count;
}

/* ---- shelves ---- */

static Shelf *shelf_of(const Subjects *s, int64_t region)
{
    Shelf *shelf = s->shelves;
    while (shelf && shelf->region != region)
        shelf = shelf->next;
    return shelf;
}

static SubjectMark *mark_at(const Shelf *shelf, size_t i)
{
    return &shelf->chunks[i / CHUNK][i % CHUNK];
}

/* The position of the first mark whose id is greater. */
static size_t mark_after(const Shelf *shelf, int64_t id)
{
    size_t low = 0, high = shelf->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (mark_at(shelf, middle)->id <= id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static SubjectMark *mark_of(const Shelf *shelf, int64_t id)
{
    size_t after = shelf ? mark_after(shelf, id) : 0;
    SubjectMark *m = after ? mark_at(shelf, after - 1) : NULL;
    return m && m->id == id ? m : NULL;
}

static SubjectMark *mark_new(Subjects *s, int64_t region, int64_t id)
{
    Shelf *shelf = shelf_of(s, region);
    if (!shelf) {
        shelf = arena_make(s->mem, Shelf);
        *shelf = (Shelf){.next = s->shelves, .region = region};
        s->shelves = shelf;
    }
    assert(!shelf->count || mark_at(shelf, shelf->count - 1)->id < id);
    size_t chunk = shelf->count / CHUNK;
    if (chunk == shelf->room) {
        size_t room = shelf->room ? shelf->room * 2 : 16;
        SubjectMark **more = arena_array(s->mem, SubjectMark *, room);
        if (shelf->room) memcpy(more, shelf->chunks, shelf->room * sizeof *more);
        shelf->chunks = more;
        shelf->room = room;
    }
    if (shelf->count % CHUNK == 0)
        shelf->chunks[chunk] = arena_array(s->mem, SubjectMark, CHUNK);
    SubjectMark *m = mark_at(shelf, shelf->count++);
    *m = (SubjectMark){.id = id,
                       .area = NIL,
                       .department = NIL,
                       .lon = PLACE_NONE,
                       .lat = PLACE_NONE,
                       .site_start = SITE_NONE,
                       .site_end = SITE_NONE};
    return m;
}

/* ---- one mark from its row ---- */

enum {
    AREA,
    DEPARTMENT,
    LON,
    LAT,
    SITE_START,
    SITE_END,
    NUMBERS, /* those before are numbers, those behind texts */
    KIND = NUMBERS,
    MATTERS,
    COLOUR,
    STATUS,
    PARTIES,
    MARKED
};
static const char *const marked[MARKED] = {"area",       "department", "lon",    "lat",
                                           "site_start", "site_end",   "kind",   "matters",
                                           "colour",     "status",     "parties"};

static int32_t small(int64_t n, int32_t none)
{
    return n == NIL ? none : (int32_t)n;
}

static void mark_set(Subjects *s, SubjectMark *m, int what, int64_t i, Str text)
{
    Str matters[SUBJECT_MATTERS_MOST];
    switch (what) {
    case AREA: m->area = i; break;
    case DEPARTMENT: m->department = i; break;
    case LON: m->lon = small(i, PLACE_NONE); break;
    case LAT: m->lat = small(i, PLACE_NONE); break;
    case SITE_START: m->site_start = small(i, SITE_NONE); break;
    case SITE_END: m->site_end = small(i, SITE_NONE); break;
    case KIND: m->kind = word_make(s, text); break;
    case COLOUR:
        m->colour = (uint8_t)(choice_of(subject_colours, COLOUR_COUNT, text) + 1);
        break;
    case STATUS:
        m->status = (uint8_t)(choice_of(subject_statuses, STATUS_COUNT, text) + 1);
        break;
    case MATTERS:
        m->matter_count = (uint8_t)list_texts(text, matters, countof(matters));
        for (size_t k = 0; k < m->matter_count; k++)
            m->matters[k] = word_make(s, matters[k]);
        break;
    case PARTIES: m->party_count = (uint8_t)list_parties(s->mem, text, &m->parties); break;
    default: assert(false);
    }
}

const Err *marks_load(Subjects *s)
{
    static const Sql all = SQL("SELECT region, id, area, department, lon, lat, site_start, "
                               "site_end, kind, matters, colour, status, parties FROM subjects "
                               "WHERE region >= 0 ORDER BY id");
    Db *db;
    Rows rows;
    const Err *e = db_open(ledger_store(s->spec.ledger), DB_READ, &db);
    if (e) return e;
    if (!(e = db_rows(db, &all, NO_ARGS, &rows))) {
        while (rows_next(&rows)) {
            SubjectMark *m = mark_new(s, rows_int(&rows, 0), rows_int(&rows, 1));
            for (int what = 0; what < MARKED; what++)
                mark_set(s, m, what, what < NUMBERS ? rows_int(&rows, what + 2) : NIL,
                         what < NUMBERS ? STR_NULL : rows_str(&rows, what + 2));
        }
        e = rows_close(&rows);
    }
    db_close(db);
    return e;
}

void marks_follow(void *context, const Act *act)
{
    Subjects *s = context;
    bool locked = false;
    for (size_t i = 0; i < act->count; i++) {
        const Change *c = &act->changes[i];
        if (c->table != &subject_table) continue;
        if (!locked) pthread_rwlock_wrlock(&s->lock);
        locked = true;
        int64_t region = act->spec.region;
        SubjectMark *m =
            c->op == ROW_PUT ? mark_new(s, region, c->id) : mark_of(shelf_of(s, region), c->id);
        assert(m);
        for (int what = 0; what < MARKED; what++) {
            size_t column = table_column(&subject_table, marked[what]);
            if (c->mask >> column & 1)
                mark_set(s, m, what, c->values[column].i, c->values[column].s);
        }
    }
    if (locked) pthread_rwlock_unlock(&s->lock);
}

/* ---- who sees which ---- */

/* One reading: a filter in numbers, and what has been asked of the ground already. */
typedef struct {
    const Subjects *subjects;
    const Who *who;
    const SubjectFilter *filter;
    Range within; /* of the area asked for */
    Word kind, matter;
    uint8_t colour, status;
    bool nothing; /* it asks for a word that no subject has */
    bool leads;   /* who or the filter depends on the lead department */
    struct {
        int64_t area, department;
        Word matter;
        bool known;
    } memo[1024];
} Look;

static int64_t lead_of(Look *look, Word matter, int64_t area)
{
    size_t at = ((uint64_t)area * 31 + matter) * 0x9E3779B97F4A7C15u >> 54;
    if (look->memo[at].known && look->memo[at].area == area && look->memo[at].matter == matter)
        return look->memo[at].department;
    const Who *who = look->who;
    int64_t lead =
        lead_department(who->ground, look->subjects->words[matter], area, who->at, NULL);
    look->memo[at].known = true;
    look->memo[at].area = area;
    look->memo[at].matter = matter;
    look->memo[at].department = lead;
    return lead;
}

static int64_t mark_lead(Look *look, const SubjectMark *m)
{
    if (m->department != NIL)
        return department_now(look->who->ground, m->department, look->who->at);
    return m->area == NIL ? NIL : lead_of(look, m->matters[0], m->area);
}

static uint32_t order_of(const Who *who, int64_t area)
{
    uint32_t order, end;
    return area != NIL && area_range(who->ground, area, who->at, &order, &end) ? order
                                                                               : ORDER_NONE;
}

static Access mark_sight(Look *look, const SubjectMark *m)
{
    int64_t helpers[SUBJECT_MATTERS_MOST];
    Relations t = TIES_NONE;
    t.order = order_of(look->who, m->area);
    t.subject = m->id;
    t.parties = m->parties;
    t.party_count = m->party_count;
    if (look->leads) {
        t.department = mark_lead(look, m);
        for (size_t i = 0; i < m->matter_count && m->area != NIL; i++)
            helpers[t.helper_count++] = lead_of(look, m->matters[i], m->area);
        t.helpers = helpers;
    }
    return who_sees(look->who, &t, SUBJECT_SEE);
}

static bool of_department(Look *look, const SubjectMark *m, int64_t department)
{
    if (mark_lead(look, m) == department) return true;
    for (size_t i = 0; i < m->matter_count && m->area != NIL; i++)
        if (lead_of(look, m->matters[i], m->area) == department) return true;
    return false;
}

/* One that has moved away or closed needs nobody. */
static bool is_blind(Look *look, const SubjectMark *m, BlindKind *out)
{
    if (!m->status || !status_is_live(str(subject_statuses[m->status - 1].name))) return false;
    bool placed = m->area != NIL && area_at(look->who->ground, m->area, look->who->at);
    if (placed && mark_lead(look, m) != NIL) return false;
    *out = placed ? BLIND_SUBJECT_NO_LEAD : BLIND_SUBJECT_NO_CELL;
    return true;
}

static bool of_matter(const SubjectMark *m, Word matter)
{
    for (size_t i = 0; i < m->matter_count; i++)
        if (m->matters[i] == matter) return true;
    return false;
}

/* A construction site that is built on that day: begun, and not ended before it. */
static bool is_site(const SubjectMark *m, Date on)
{
    return m->site_start != SITE_NONE && m->site_start <= on &&
           (m->site_end == SITE_NONE || m->site_end >= on);
}

static bool fits(Look *look, const SubjectMark *m)
{
    const SubjectFilter *f = look->filter;
    BlindKind kind;
    if (look->kind && m->kind != look->kind) return false;
    if (look->colour && m->colour != look->colour) return false;
    if (look->status && m->status != look->status) return false;
    if (look->matter && !of_matter(m, look->matter)) return false;
    if (f->area != NIL) {
        uint32_t order = order_of(look->who, m->area);
        if (order == ORDER_NONE || order < look->within.first || order >= look->within.end)
            return false;
    }
    if (f->boxed && !(m->lon != PLACE_NONE && box_has(f->box, (Point){m->lon, m->lat})))
        return false;
    if (f->site_on != NIL && !is_site(m, f->site_on)) return false;
    if (f->department != NIL && !of_department(look, m, f->department)) return false;
    return !f->blind || is_blind(look, m, &kind);
}

/* The lock is held, for words. */
static void look_begin(Look *look, const Subjects *s, const Who *who, const SubjectFilter *f)
{
    *look = (Look){.subjects = s, .who = who, .filter = f};
    look->leads = who->department_count;
    look->kind = word_find(s, f->kind);
    look->matter = word_find(s, f->matter);
    look->colour = (uint8_t)(choice_of(subject_colours, COLOUR_COUNT, f->colour) + 1);
    look->status = (uint8_t)(choice_of(subject_statuses, STATUS_COUNT, f->status) + 1);
    look->nothing = (f->kind.p && !look->kind) || (f->matter.p && !look->matter) ||
                    (f->colour.p && !look->colour) || (f->status.p && !look->status);
    if (f->area != NIL &&
        !area_range(who->ground, f->area, who->at, &look->within.first, &look->within.end))
        look->nothing = true;
}

/* ---- the two ways through: all marks in order, or those that a search finds ---- */

/* Called with each mark that fits and is seen; false ends the walk. */
typedef struct {
    bool (*take)(void *context, const SubjectMark *m, Access sight);
    void *context;
} Taker;

static bool offer(Look *look, const SubjectMark *m, const Taker *taker)
{
    if (!m || !fits(look, m)) return true;
    Access sight = mark_sight(look, m);
    return sight == SIGHT_NONE || taker->take(taker->context, m, sight);
}

/* The ids of the region's subjects behind *at in which q stands, in order; *at becomes the last
 * that was looked at. */
static const Err *search(Db *db, Arena *mem, int64_t region, const SubjectFilter *f, Str q,
                         int64_t *at, int64_t **out, size_t *out_count)
{
    static const Sql sql = SQL("SELECT id, CASE WHEN lower(name) LIKE lower($3) ESCAPE '\\' OR "
                               "lower(address) LIKE lower($3) ESCAPE '\\' OR lower(code) LIKE "
                               "lower($3) ESCAPE '\\' OR lower(uscc) LIKE lower($3) ESCAPE "
                               "'\\' THEN 1 ELSE 0 END FROM subjects WHERE region = $1 AND id "
                               "> $2 ORDER BY id");
    Buf like = BUF(mem);
    buf_char(&like, '%');
    for (size_t i = 0; i < q.n; i++) {
        if (q.p[i] == '%' || q.p[i] == '_' || q.p[i] == '\\') buf_char(&like, '\\');
        buf_char(&like, q.p[i]);
    }
    buf_char(&like, '%');
    Rows rows;
    const Err *e =
        db_rows(db, &sql, ARGS(ARG_I(region), ARG_I(*at), ARG_S(buf_str(&like))), &rows);
    if (e) return e;
    size_t n = 0, room = 0;
    *out = NULL;
    while (rows_next(&rows) && budget_take(f->budget, BUDGET_ROW)) {
        *at = rows_int(&rows, 0);
        if (rows_int(&rows, 1) != 1) continue;
        if (n == room) {
            int64_t *more = arena_array(mem, int64_t, room = room ? room * 2 : 64);
            if (n) memcpy(more, *out, n * sizeof *more);
            *out = more;
        }
        (*out)[n++] = *at;
    }
    *out_count = n;
    return rows_close(&rows);
}

/* Begins behind *at, which becomes the last that was looked at. */
static const Err *walk(Subjects *s, Db *db, Arena *mem, const Who *who, const SubjectFilter *f,
                       int64_t *at, const Taker *taker)
{
    Look *look = arena_make(mem, Look);
    Str q = f->q.p ? str_trim(f->q) : STR_NULL;
    int64_t *found = NULL;
    size_t n = 0;
    const Err *e = q.n ? search(db, mem, who->region, f, q, at, &found, &n) : NULL;
    if (e) return e;
    pthread_rwlock_rdlock(&s->lock);
    look_begin(look, s, who, f);
    const Shelf *shelf = look->nothing ? NULL : shelf_of(s, who->region);
    if (shelf && !q.n)
        for (size_t i = mark_after(shelf, *at); i < shelf->count; i++) {
            if (!budget_take(f->budget, 1)) break;
            *at = mark_at(shelf, i)->id;
            if (!offer(look, mark_at(shelf, i), taker)) break;
        }
    for (size_t i = 0; shelf && i < n; i++)
        if (!offer(look, mark_of(shelf, found[i]), taker)) break;
    pthread_rwlock_unlock(&s->lock);
    return NULL;
}

static bool count_one(void *context, const SubjectMark *m, Access sight)
{
    (void)m;
    (void)sight;
    ++*(int64_t *)context;
    return true;
}

const Err *subject_count(Subjects *s, Db *db, Arena *mem, const Who *who,
                         const SubjectFilter *filter, int64_t *out)
{
    int64_t n = 0, at = -1;
    const Err *e = walk(s, db, mem, who, filter, &at, &(Taker){count_one, &n});
    if (!e) *out = n;
    return e;
}

typedef struct {
    int64_t *ids;
    Access *sights;
    size_t count, limit;
    bool more;
} Pick;

static bool pick_one(void *context, const SubjectMark *m, Access sight)
{
    Pick *p = context;
    if (p->count == p->limit) {
        p->more = true;
        return false;
    }
    p->ids[p->count] = m->id;
    p->sights[p->count++] = sight;
    return true;
}

/* Where a page goes on: behind the last that was taken, or that was looked at before the budget
 * ended; null when there is no more. */
static Str next_of(Arena *mem, const SubjectFilter *f, bool more, int64_t last, int64_t at)
{
    if (!more && !(f->budget && f->budget->cut)) return STR_NULL;
    return str_fmt(mem, "%lld", (long long)(more ? last : at));
}

const Err *subject_page(Subjects *s, Db *db, Arena *mem, const Who *who,
                        const SubjectFilter *filter, SubjectPage *out)
{
    int64_t at = -1;
    if (filter->cursor.p && (!str_int(filter->cursor, &at) || at < 0)) return &NOUN_CURSOR;
    Pick p = {.limit = filter->limit == 0 ? 50 : filter->limit > 200 ? 200 : filter->limit};
    p.ids = arena_array(mem, int64_t, p.limit);
    p.sights = arena_array(mem, Access, p.limit);
    const Err *e = walk(s, db, mem, who, filter, &at, &(Taker){pick_one, &p});
    if (e) return e;
    Subject *rows = arena_array(mem, Subject, p.count);
    for (size_t i = 0; i < p.count; i++)
        if ((e = subject_raw(db, mem, p.ids[i], &rows[i]))) return e;
    int64_t last = p.count ? p.ids[p.count - 1] : NIL;
    *out = (SubjectPage){.subjects = rows,
                         .sights = p.sights,
                         .count = p.count,
                         .next = next_of(mem, filter, p.more, last, at)};
    out->partial = out->next.p && p.count < p.limit;
    return NULL;
}

/* ---- blind spots ---- */

const Err *subject_blind(void *context, const Ground *ground, int64_t area, Instant at,
                         Arena *mem, Blind **out, size_t *out_count)
{
    const SubjectBlind *asked = context;
    SubjectFilter filter = SUBJECT_FILTER;
    filter.area = area;
    filter.blind = true;
    Subjects *s = asked->subjects;
    Look *look = arena_make(mem, Look);
    Blind *all = NULL;
    size_t n = 0, room = 0;
    (void)ground, (void)at;
    pthread_rwlock_rdlock(&s->lock);
    look_begin(look, s, asked->who, &filter);
    const Shelf *shelf = look->nothing ? NULL : shelf_of(s, asked->who->region);
    for (size_t i = 0; shelf && i < shelf->count; i++) {
        const SubjectMark *m = mark_at(shelf, i);
        BlindKind kind;
        if (!fits(look, m) || !is_blind(look, m, &kind) || mark_sight(look, m) == SIGHT_NONE)
            continue;
        if (n == room) {
            Blind *more = arena_array(mem, Blind, room = room ? room * 2 : 64);
            if (n) memcpy(more, all, n * sizeof *more);
            all = more;
        }
        all[n++] = (Blind){.kind = kind,
                           .area = m->area,
                           .other = m->id,
                           .seat = NIL,
                           .person = NIL,
                           .since = NIL};
    }
    pthread_rwlock_unlock(&s->lock);
    *out = all;
    *out_count = n;
    return NULL;
}

typedef struct {
    SubjectPoint *points;
    size_t count, limit;
    bool more;
} Points;

static bool pick_point(void *context, const SubjectMark *m, Access sight)
{
    Points *p = context;
    (void)sight;
    if (m->lon == PLACE_NONE) return true;
    if (p->count == p->limit) {
        p->more = true;
        return false;
    }
    p->points[p->count++] = (SubjectPoint){
        .id = m->id,
        .place = {m->lon, m->lat},
        .colour = m->colour ? str(subject_colours[m->colour - 1].name) : STR_NULL};
    return true;
}

const Err *subject_points(Subjects *s, Db *db, Arena *mem, const Who *who,
                          const SubjectFilter *filter, SubjectPoints *out)
{
    int64_t at = -1;
    if (filter->cursor.p && (!str_int(filter->cursor, &at) || at < 0)) return &NOUN_CURSOR;
    Points p = {.limit = filter->limit && filter->limit < SUBJECT_POINTS_MOST
                             ? filter->limit
                             : SUBJECT_POINTS_MOST};
    p.points = arena_array(mem, SubjectPoint, p.limit);
    const Err *e = walk(s, db, mem, who, filter, &at, &(Taker){pick_point, &p});
    if (e) return e;
    int64_t last = p.count ? p.points[p.count - 1].id : NIL;
    *out = (SubjectPoints){
        .points = p.points, .count = p.count, .next = next_of(mem, filter, p.more, last, at)};
    out->partial = out->next.p && p.count < p.limit;
    return NULL;
}
