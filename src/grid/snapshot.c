/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.c: making a snapshot from rows, and the cache of snapshots. Whatever changes the
 * ground drops the region's snapshot on the lane's thread before the answer goes out; the next
 * who needs it reads the store anew. The territory is read anew only when it was touched.
 */
#include "grid/snapshot_internal.h"

typedef struct GroundSlot GroundSlot;
struct GroundSlot {
    GroundSlot *next;
    int64_t region;
    Ground *ground; /* NULL: to be read */
    Land *land;     /* kept while the territory stands; NULL: to be read */
};

#define BUCKETS 256

struct Grounds {
    Ledger *ledger;
    pthread_mutex_t load; /* taken first: reading the store, and dropping what was read */
    pthread_mutex_t lock; /* the slots */
    Db *db;               /* under load */
    GroundSlot *slots[BUCKETS];
};

/* ---- a snapshot from its rows ---- */

static int compare_seat(const void *a, const void *b, void *context)
{
    (void)context;
    const SeatKey *x = a, *y = b;
    if (x->role != y->role) return x->role < y->role ? -1 : 1;
    if (x->anchor != y->anchor) return x->anchor < y->anchor ? -1 : 1;
    if (x->ordinal != y->ordinal) return x->ordinal < y->ordinal ? -1 : 1;
    return (x->seat->id > y->seat->id) - (x->seat->id < y->seat->id);
}

static int compare_hold(const void *a, const void *b, void *context)
{
    const SeatHold *rows = context;
    int64_t x = rows[*(const uint32_t *)a].person, y = rows[*(const uint32_t *)b].person;
    return (x > y) - (x < y);
}

static int compare_shift(const void *a, const void *b, void *context)
{
    const Shift *rows = context, *x = &rows[*(const uint32_t *)a],
                *y = &rows[*(const uint32_t *)b];
    if (x->person != y->person) return x->person < y->person ? -1 : 1;
    return (x->starts > y->starts) - (x->starts < y->starts);
}

static int compare_person(const void *a, const void *b, void *context)
{
    const Person *rows = context;
    return str_cmp(rows[*(const uint32_t *)a].code, rows[*(const uint32_t *)b].code);
}

static void index_seats(Ground *g)
{
    const Sheet *sheet = &g->sheets[PART_SEAT];
    const Seat *rows = sheet->rows;
    g->seats = arena_array(g->mem, SeatKey, sheet->n);
    g->roles = arena_array(g->mem, Role, sheet->n);
    for (size_t i = 0; i < sheet->n; i++) {
        const Seat *s = &rows[i];
        if (!role_by_name(s->role, &g->roles[i])) g->roles[i] = ROLE_NONE;
        int64_t anchor = s->area != NIL         ? s->area
                         : s->department != NIL ? s->department
                                                : s->subject;
        g->seats[i] = (SeatKey){g->roles[i], anchor, s->ordinal, s};
    }
    if (sheet->n > 1) qsort_r(g->seats, sheet->n, sizeof *g->seats, compare_seat, NULL);
}

Ground *ground_make(Arena *mem, int64_t region, Land *land, const Sheet sheets[PART_COUNT])
{
    Ground *g = arena_make(mem, Ground);
    atomic_init(&g->refs, 1);
    g->mem = mem;
    g->region = region;
    g->land = land;
    for (Part p = 0; p < PART_COUNT; p++) {
        g->sheets[p] = p < PART_LAND_COUNT ? land->sheets[p] : sheets[p];
        if (p >= PART_LAND_COUNT) sheet_sort(p, &g->sheets[p]);
    }
    index_seats(g);
    Sheet *s = g->sheets;
    g->hold_by_person = sorted(mem, s[PART_HOLD].n, compare_hold, s[PART_HOLD].rows);
    g->shift_by_person = sorted(mem, s[PART_SHIFT].n, compare_shift, s[PART_SHIFT].rows);
    g->person_by_code = sorted(mem, s[PART_PERSON].n, compare_person, s[PART_PERSON].rows);
    return g;
}

static void ground_free(void *what)
{
    Ground *g = what;
    land_unref(g->land);
    arena_free(g->mem);
}

void ground_unpin(const Ground *ground)
{
    Ground *g = (Ground *)(uintptr_t)ground;
    if (g && atomic_fetch_sub(&g->refs, 1) == 1) ground_free(g);
}

static void unpin(void *ground)
{
    ground_unpin(ground);
}

const Ground *act_ground(Act *act, Grounds *grounds)
{
    const Ground *ground = ground_pin(grounds, act->spec.region);
    arena_defer(act->mem, unpin, (void *)(uintptr_t)ground);
    return ground;
}

int64_t ground_region(const Ground *ground)
{
    return ground->region;
}

/* ---- reading the store ---- */

#define OF_REGION " WHERE region = $1 AND id >= $2 AND id < $3"
static const Sql loads[PART_COUNT] = {
    [PART_AREA] = SQL("SELECT * FROM areas" OF_REGION),
    [PART_AREA_SPAN] = SQL("SELECT * FROM area_spans" OF_REGION),
    [PART_OUTLINE] = SQL("SELECT * FROM outlines" OF_REGION),
    [PART_AREA_CODE] = SQL("SELECT * FROM area_codes" OF_REGION),
    [PART_DOCKING] = SQL("SELECT * FROM dockings" OF_REGION),
    [PART_DEPARTMENT] = SQL("SELECT * FROM departments" OF_REGION),
    [PART_DEPARTMENT_SPAN] = SQL("SELECT * FROM department_spans" OF_REGION),
    [PART_RULE] = SQL("SELECT * FROM department_rules" OF_REGION),
    [PART_AUTHORITY] = SQL("SELECT * FROM authorities" OF_REGION),
    [PART_PERSON] = SQL("SELECT * FROM persons" OF_REGION),
    [PART_FACT] = SQL("SELECT * FROM person_facts" OF_REGION),
    [PART_SEAT] = SQL("SELECT * FROM seats" OF_REGION),
    [PART_HOLD] = SQL("SELECT * FROM seat_holds" OF_REGION),
    [PART_ABSENCE] = SQL("SELECT * FROM absences" OF_REGION),
    [PART_SHIFT] = SQL("SELECT * FROM rosters" OF_REGION),
};

static const Err *load_sheet(Db *db, int64_t region, Part part, Arena *mem, Sheet *out)
{
    return db_all(db, &loads[part],
                  ARGS(ARG_I(region), ARG_I(ID_MAKE(region, 0)), ARG_I(ID_MAKE(region + 1, 0))),
                  part_rows[part].table, mem, &out->rows, &out->n);
}

/* *land: what is known, or NULL. */
static const Err *load(Db *db, int64_t region, Land **land, Ground **out)
{
    Sheet sheets[PART_COUNT] = {0};
    Arena *mem = arena_new(1 << 16), *land_mem = *land ? NULL : arena_new(1 << 16);
    const Err *e = NULL;
    for (Part p = 0; p < PART_COUNT && !e; p++) {
        if (p < PART_LAND_COUNT && !land_mem) continue;
        e = load_sheet(db, region, p, p < PART_LAND_COUNT ? land_mem : mem, &sheets[p]);
    }
    if (e) {
        arena_free(mem);
        arena_free(land_mem);
        return e;
    }
    if (land_mem) *land = land_make(land_mem, sheets, NULL);
    atomic_fetch_add(&(*land)->refs, 1);
    *out = ground_make(mem, region, *land, sheets);
    return NULL;
}

/* One read transaction, so that all tables are of one moment. */
static const Err *load_whole(Db *db, int64_t region, Land **land, Ground **out)
{
    const Err *e = db_begin(db);
    if (!e) e = load(db, region, land, out);
    db_rollback(db);
    return e;
}

const Err *ground_read(Db *db, int64_t region, Ground **out)
{
    Land *land = NULL;
    const Err *e = load(db, region, &land, out);
    land_unref(land);
    return e;
}

/* ---- the cache ---- */

static GroundSlot *slot_find(const Grounds *gs, int64_t region)
{
    GroundSlot *slot = gs->slots[(uint64_t)region % BUCKETS];
    while (slot && slot->region != region)
        slot = slot->next;
    return slot;
}

static GroundSlot *slot_get(Grounds *gs, int64_t region)
{
    GroundSlot *slot = slot_find(gs, region), **bucket = &gs->slots[(uint64_t)region % BUCKETS];
    if (slot) return slot;
    slot = calloc(1, sizeof *slot);
    assert(slot);
    slot->region = region;
    slot->next = *bucket;
    *bucket = slot;
    return slot;
}

static const Ground *slot_pin(Grounds *gs, int64_t region)
{
    pthread_mutex_lock(&gs->lock);
    GroundSlot *slot = slot_get(gs, region);
    Ground *g = slot->ground;
    if (g) atomic_fetch_add(&g->refs, 1);
    pthread_mutex_unlock(&gs->lock);
    return g;
}

const Ground *ground_pin(Grounds *gs, int64_t region)
{
    const Ground *ready = slot_pin(gs, region);
    if (ready) return ready;
    pthread_mutex_lock(&gs->load);
    ready = slot_pin(gs, region);
    if (!ready) {
        pthread_mutex_lock(&gs->lock);
        GroundSlot *slot = slot_get(gs, region);
        pthread_mutex_unlock(&gs->lock);
        Ground *g;
        const Err *e = load_whole(gs->db, region, &slot->land, &g); /* land: only under load */
        assert(!e); /* the store said why; nobody may decide on ground that is not known */
        atomic_fetch_add(&g->refs, 1);
        pthread_mutex_lock(&gs->lock);
        slot->ground = g;
        pthread_mutex_unlock(&gs->lock);
        ready = g;
    }
    pthread_mutex_unlock(&gs->load);
    return ready;
}

bool ground_holds(const Table *table)
{
    for (Part p = 0; p < PART_COUNT; p++)
        if (part_rows[p].table == table) return true;
    return false;
}

static bool touches_land(const Act *act)
{
    for (size_t i = 0; i < act->count; i++)
        for (Part p = 0; p < PART_LAND_COUNT; p++)
            if (act->changes[i].table == part_rows[p].table) return true;
    return false;
}

static void changed(void *context, const Act *act)
{
    Grounds *gs = context;
    if (!act->raises_epoch) return;
    Ground *old = NULL;
    Land *land = NULL;
    pthread_mutex_lock(&gs->load);
    pthread_mutex_lock(&gs->lock);
    GroundSlot *slot = slot_find(gs, act->spec.region);
    if (slot) {
        old = slot->ground;
        slot->ground = NULL;
        if (touches_land(act)) {
            land = slot->land;
            slot->land = NULL;
        }
    }
    pthread_mutex_unlock(&gs->lock);
    pthread_mutex_unlock(&gs->load);
    ground_unpin(old);
    land_unref(land);
}

const Err *grounds_open(Ledger *ledger, Grounds **out)
{
    Grounds *gs = calloc(1, sizeof *gs);
    assert(gs);
    gs->ledger = ledger;
    const Err *e = db_open(ledger_store(ledger), DB_READ, &gs->db);
    if (e) {
        free(gs);
        return e;
    }
    pthread_mutex_init(&gs->load, NULL);
    pthread_mutex_init(&gs->lock, NULL);
    ledger_listen(ledger, changed, gs);
    *out = gs;
    return NULL;
}

void grounds_close(Grounds *gs)
{
    if (!gs) return;
    for (size_t i = 0; i < BUCKETS; i++)
        for (GroundSlot *slot = gs->slots[i], *next; slot; slot = next) {
            next = slot->next;
            ground_unpin(slot->ground);
            land_unref(slot->land);
            free(slot);
        }
    db_close(gs->db);
    pthread_mutex_destroy(&gs->load);
    pthread_mutex_destroy(&gs->lock);
    free(gs);
}

/* ---- what will be ---- */

static bool is_touched(const Act *act, const Table *table, size_t *out_puts)
{
    bool touched = false;
    *out_puts = 0;
    for (size_t i = 0; i < act->count; i++)
        if (act->changes[i].table == table) {
            touched = true;
            *out_puts += act->changes[i].op == ROW_PUT;
        }
    return touched;
}

static char *row_find(const Sheet *sheet, const Table *table, int64_t id)
{
    for (size_t i = 0; i < sheet->n; i++) {
        char *row = (char *)sheet->rows + i * table->size;
        if (*(const int64_t *)(const void *)row == id) return row;
    }
    return NULL;
}

static void apply(const Change *c, Sheet *sheet)
{
    size_t size = c->table->size;
    char *end = (char *)sheet->rows + sheet->n * size,
         *row = c->op == ROW_PUT ? end : row_find(sheet, c->table, c->id);
    if (!row) return;
    if (c->op == ROW_DEL) {
        memmove(row, row + size, (size_t)(end - row) - size);
        sheet->n--;
        return;
    }
    if (c->op == ROW_PUT) sheet->n++;
    for (size_t i = 0; i < c->table->count; i++)
        if (c->mask >> i & 1) column_set(&c->table->columns[i], row, &c->values[i]);
}

/* The part's rows with the act's changes; true when there are any. */
static bool change_sheet(Part part, const Sheet *before, const Act *act, Arena *mem, Sheet *out)
{
    const Table *table = part_rows[part].table;
    size_t puts;
    if (!is_touched(act, table, &puts)) {
        *out = *before;
        return false;
    }
    *out = (Sheet){arena_alloc(mem, (before->n + puts) * table->size), before->n};
    if (before->n) memcpy(out->rows, before->rows, before->n * table->size);
    for (size_t i = 0; i < act->count; i++)
        if (act->changes[i].table == table) apply(&act->changes[i], out);
    return true;
}

const Ground *ground_after(const Ground *ground, const Act *act)
{
    Arena *mem = arena_new(1 << 14);
    Sheet sheets[PART_COUNT];
    bool moved = false;
    for (Part p = 0; p < PART_COUNT; p++)
        moved |=
            change_sheet(p, &ground->sheets[p], act, mem, &sheets[p]) && p < PART_LAND_COUNT;
    Land *land = ground->land;
    if (moved) {
        Arena *land_mem = arena_new(1 << 14); /* its sheets stay in mem, which dies with it */
        land = land_make(land_mem, sheets, ground->land);
    } else
        atomic_fetch_add(&land->refs, 1);
    Ground *g = ground_make(mem, ground->region, land, sheets);
    arena_defer(act->mem, ground_free, g);
    return g;
}
