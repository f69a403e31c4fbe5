/* SPDX-License-Identifier: Apache-2.0 */
/* case_text.c: texts of cases in memory and in the store, and what a query finds in both. */
#include "case/case_text.h"

#include <stdatomic.h>

#include "case/case_internal.h"
#include "grid/duty.h"
#include "store/fulltext.h"

/* clang-format off */
typedef struct {
    int64_t region, id, entry;
} CaseTextRow;
static const Column text_columns[] = {
    COLUMN(CaseTextRow, region, KIND_INT, "区域", "Region", .flags = COLUMN_REQUIRED),
    COLUMN(CaseTextRow, id, KIND_REF, "事项", "Case", .flags = COLUMN_REQUIRED, .list = "cases"),
    COLUMN(CaseTextRow, entry, KIND_INT, "记录", "The entry that its texts are as of", .flags = COLUMN_REQUIRED),
};
const Table case_text_table = {.name = "case_texts", .class = CLASS_DERIVED, .columns = text_columns,
    .count = countof(text_columns), .size = sizeof(CaseTextRow), .primary = "(region, id)"};
/* clang-format on */

#define TURN_MOST   100   /* cases that a turn puts into the store */
#define LOADED_MOST 20000 /* that wait in memory; the others are read when their turn comes */

/* Marks of a case in memory. */
enum {
    ENDED = 1,
    PUT = 2,     /* this turn has put it into the store */
    STORED = 4,  /* the turn before has: it leaves memory in the next */
    OUTDATED = 8 /* the store has it as it was before: it stays in memory for good */
};
enum { NAME, ADDRESS, INITIALS }; /* the levels of subjects */

struct CaseTexts {
    Ledger *ledger;
    NounText *cases, *subjects;
    const Table *subject_table; /* NULL: there are none */
    size_t name, address;       /* its columns */
    _Atomic int64_t unread;     /* ended cases neither in the store nor in memory */
    int64_t read_to;            /* the last of them that was read */
};

CaseTexts *case_texts_new(Ledger *ledger)
{
    CaseTexts *t = calloc(1, sizeof *t);
    if (!t) abort();
    t->ledger = ledger;
    t->cases = noun_text_new();
    t->subjects = noun_text_new();
    t->subject_table = ledger_table(ledger, S("subjects"));
    if (!t->subject_table) return t;
    t->name = table_column(t->subject_table, "name");
    t->address = table_column(t->subject_table, "address");
    return t;
}

void case_texts_free(CaseTexts *t)
{
    if (!t) return;
    noun_text_free(t->cases);
    noun_text_free(t->subjects);
    free(t);
}

/* ---- texts in memory ---- */

static void texts_of(const Instance *run, Arena *mem, Str out[TEXT_LEVELS])
{
    Buf levels[TEXT_LEVELS];
    for (unsigned i = 0; i < TEXT_LEVELS; i++)
        levels[i] = BUF(mem);
    for (size_t f = FIELD_OWN; f < run->flow->form.field_count; f++) {
        const Column *c = &run->flow->form.names[f];
        if (c->kind != KIND_TEXT || !run->values[f].s.p) continue;
        buf_add(&levels[c->sense], run->values[f].s);
        buf_char(&levels[c->sense], '\n');
    }
    for (unsigned i = 0; i < TEXT_LEVELS; i++)
        out[i] = levels[i].n ? buf_str(&levels[i]) : STR_NULL;
}

static void set(TextRow *row, const Instance *run, int64_t mark, Arena *mem)
{
    Str levels[TEXT_LEVELS];
    texts_of(run, mem, levels);
    for (unsigned i = 0; i < TEXT_LEVELS; i++)
        noun_text_set(row, i, levels[i]);
    row->entry = run->c.entry;
    row->mark = mark | (run->c.ended != NIL ? ENDED : 0);
}

void case_texts_put(CaseTexts *t, const Instance *run, Arena *mem)
{
    noun_text_hold(t->cases, true);
    TextRow *row = noun_text_row(t->cases, run->c.id);
    bool fresh = run->c.version <= 1;
    int64_t mark = !row                                    ? (fresh ? 0 : OUTDATED)
                   : row->mark & (PUT | STORED | OUTDATED) ? OUTDATED
                                                           : 0;
    set(noun_text_make(t->cases, run->c.id), run, mark, mem);
    noun_text_leave(t->cases);
}

void case_texts_take(CaseTexts *t, const Instance *run, int64_t stored, Arena *mem)
{
    bool ended = run->c.ended != NIL;
    if (ended && stored == run->c.entry) return;
    if (ended && stored == NIL && noun_text_count(t->cases) >= LOADED_MOST) {
        atomic_fetch_add(&t->unread, 1);
        return;
    }
    set(noun_text_make(t->cases, run->c.id), run, stored == NIL ? 0 : OUTDATED, mem);
}

static void set_subject(TextRow *row, unsigned level, Str text)
{
    noun_text_set(row, level, text);
    if (level != NAME) return;
    Arena *mem = arena_new(0);
    Buf initials = BUF(mem);
    text_initials(&initials, text);
    noun_text_set(row, INITIALS, buf_str(&initials));
    arena_free(mem);
}

const Err *case_texts_load(CaseTexts *t, Db *db)
{
    Rows rows;
    if (!t->subject_table) return NULL;
    Arena *mem = arena_new(0);
    Str sql = str_fmt(mem, "SELECT id, name, address FROM %s WHERE region >= 0 ORDER BY id",
                      t->subject_table->name);
    const Err *e = db_query(db, sql, &rows);
    if (!e) {
        while (rows_next(&rows)) {
            TextRow *row = noun_text_make(t->subjects, rows_int(&rows, 0));
            set_subject(row, NAME, rows_str(&rows, 1));
            set_subject(row, ADDRESS, rows_str(&rows, 2));
        }
        e = rows_close(&rows);
    }
    arena_free(mem);
    return e;
}

void case_texts_follow(CaseTexts *t, const Change *change)
{
    if (!t->subject_table || change->table != t->subject_table) return;
    bool named = change->mask >> t->name & 1, placed = change->mask >> t->address & 1;
    if (!named && !placed) return;
    noun_text_hold(t->subjects, true);
    TextRow *row = noun_text_make(t->subjects, change->id);
    if (named) set_subject(row, NAME, change->values[t->name].s);
    if (placed) set_subject(row, ADDRESS, change->values[t->address].s);
    noun_text_leave(t->subjects);
}

/* ---- into the store: on the lane's thread ---- */

typedef struct {
    Work *work;
    size_t count; /* put so far */
    bool failed;
} TextTurn;

static const Err *store_put(Db *db, int64_t id, int64_t entry, const Str levels[TEXT_LEVELS],
                            Arena *mem)
{
    static const Sql sql =
        SQL("INSERT INTO case_texts (region, id, entry) VALUES ($1, $2, $3)");
    const Err *e = db_run(db, &sql, ARGS(ARG_I(ID_REGION(id)), ARG_I(id), ARG_I(entry)), NULL);
    for (unsigned i = 0; i < TEXT_LEVELS && !e; i++)
        if (levels[i].n) e = fulltext_put(db, id, i, text_words(mem, levels[i]));
    return e;
}

static const Err *put_waiting(TextTurn *turn, Db *db, Arena *mem)
{
    NounText *cases = turn->work->texts->cases;
    OrderSpot spot = noun_text_from(cases, INT64_MIN);
    const Err *e = NULL;
    for (TextRow *row; !e && turn->count < TURN_MOST && (row = noun_text_next(cases, &spot));) {
        if (row->mark != ENDED) continue;
        e = store_put(db, row->id, row->entry, row->levels, mem);
        row->mark |= PUT;
        turn->count++;
    }
    return e;
}

/* The cases of a store that comes from before, or was rebuilt: more than memory should hold. */
static const Err *put_unread(TextTurn *turn, Db *db, Arena *mem)
{
    static const Sql sql = SQL(
        "SELECT c.* FROM cases c LEFT JOIN case_texts t ON t.region = c.region AND t.id = c.id "
        "WHERE c.region >= 0 AND c.id > $1 AND c.ended IS NOT NULL AND t.id IS NULL "
        "ORDER BY c.id LIMIT 100");
    CaseTexts *t = turn->work->texts;
    Case *all;
    size_t n;
    const Err *e = db_all(db, &sql, ARGS(ARG_I(t->read_to)), &case_table, mem, &all, &n);
    for (size_t i = 0; i < n && !e; i++) {
        Instance run;
        Str raw[TEXT_LEVELS], levels[TEXT_LEVELS];
        CaseContext look = {.work = turn->work, .mem = mem};
        t->read_to = all[i].id;
        if (noun_text_row(t->cases, all[i].id) || run_look(&look, &all[i], &run)) continue;
        texts_of(&run, mem, raw);
        for (unsigned k = 0; k < TEXT_LEVELS; k++) {
            Buf b = BUF(mem);
            if (raw[k].n) text_fold(&b, raw[k]);
            levels[k] = b.n ? buf_str(&b) : STR_NULL;
        }
        e = store_put(db, all[i].id, all[i].entry, levels, mem);
        turn->count++;
        atomic_fetch_sub(&t->unread, 1);
    }
    if (!e && !n) atomic_store(&t->unread, 0);
    return e;
}

static const Err *turn_write(void *context, Db *db)
{
    TextTurn *turn = context;
    CaseTexts *t = turn->work->texts;
    Arena *mem = arena_new(0);
    noun_text_hold(t->cases, false); /* marks are this thread's alone */
    const Err *e = put_waiting(turn, db, mem);
    if (!e && turn->count < TURN_MOST && atomic_load(&t->unread)) e = put_unread(turn, db, mem);
    noun_text_leave(t->cases);
    arena_free(mem);
    return e;
}

/* After the commit of the turn, or its failure: readers that began before it still find the
 * texts in memory until the next turn. */
static const Err *turn_settle(void *context, Db *db)
{
    TextTurn *turn = context;
    NounText *cases = turn->work->texts->cases;
    (void)db;
    noun_text_hold(cases, true);
    OrderSpot spot = noun_text_from(cases, INT64_MIN);
    for (TextRow *row; (row = noun_text_next(cases, &spot));) {
        if (row->mark == (ENDED | STORED)) {
            int64_t id = row->id;
            noun_text_drop(cases, id);
            spot = noun_text_from(cases, id);
        } else if (row->mark == (ENDED | PUT))
            row->mark = turn->failed ? ENDED : ENDED | STORED;
    }
    noun_text_leave(cases);
    return NULL;
}

const Err *case_texts_turn(Work *work, bool *out_more)
{
    TextTurn turn = {.work = work};
    Lane *lane = ledger_lane(work->spec.ledger);
    const Err *e = lane_write(lane, turn_write, &turn);
    turn.failed = e != NULL;
    if (turn.failed) { /* what was read and not put is looked for again */
        work->texts->read_to = 0;
        atomic_fetch_add(&work->texts->unread, TURN_MOST);
    }
    const Err *settled = lane_write(lane, turn_settle, &turn);
    *out_more = !e && turn.count >= TURN_MOST;
    return e ? e : settled;
}

/* ---- searching ---- */

struct CaseSearch {
    const CaseView *view;
    CaseTexts *texts;
    TextQuery query;
    int64_t number; /* of the case that q may name; NIL */
    Str matter;     /* that q may be */
    int64_t *found; /* fulltext_find's numbers */
    size_t found_count;
    uint8_t *subjects, *persons, *seats; /* bits by seq */
    uint32_t subject_end, person_end, seat_end;
};

static void bit_set(Arena *mem, uint8_t **bits, uint32_t *end, uint32_t seq)
{
    if (seq >= *end) {
        uint32_t wide = (seq / 4096 + 1) * 4096 * 2;
        uint8_t *more = arena_array(mem, uint8_t, wide / 8);
        if (*end) memcpy(more, *bits, *end / 8);
        *bits = more;
        *end = wide;
    }
    (*bits)[seq / 8] |= (uint8_t)(1 << seq % 8);
}

static bool bit_get(const uint8_t *bits, uint32_t end, uint32_t seq)
{
    return seq < end && bits[seq / 8] >> seq % 8 & 1;
}

Str case_number(Arena *mem, int64_t id)
{
    return str_fmt(mem, "%lld-%lld", (long long)ID_REGION(id), (long long)ID_SEQ(id));
}

/* "1-24865" of the receipt, or the id. */
static int64_t number_of(Str q)
{
    Str region, seq;
    int64_t a, b;
    if (str_int(q, &a)) return a;
    bool number = str_cut(q, '-', &region, &seq) && str_int(region, &a) && str_int(seq, &b) &&
                  a >= 0 && a <= REGION_MOST && b > 0 && b >> REGION_BITS == 0;
    return number ? ID_MAKE(a, b) : NIL;
}

/* Latin letters and digits alone may be initials. */
static bool is_plain(const TextQuery *q)
{
    for (size_t i = 0; i < q->runs[0].n; i++)
        if ((unsigned char)q->runs[0].p[i] >= 0x80) return false;
    return q->count == 1 && q->runs[0].n > 1;
}

static void find_subjects(CaseSearch *s)
{
    NounText *subjects = s->texts->subjects;
    bool plain = is_plain(&s->query);
    int64_t region = s->view->who->region;
    noun_text_hold(subjects, false);
    OrderSpot spot = noun_text_from(subjects, ID_MAKE(region, 0));
    for (TextRow *row; (row = noun_text_next(subjects, &spot)) && ID_REGION(row->id) == region;)
        if (text_has(&s->query, row->levels[NAME]) ||
            text_has(&s->query, row->levels[ADDRESS]) ||
            (plain && text_has(&s->query, row->levels[INITIALS])))
            bit_set(s->view->mem, &s->subjects, &s->subject_end, (uint32_t)ID_SEQ(row->id));
    noun_text_leave(subjects);
}

/* Who is so named, and the seats on which they answer now. */
static void find_persons(CaseSearch *s)
{
    const CaseView *view = s->view;
    const Ground *ground = view->who->ground;
    const Person **all;
    size_t n;
    bool plain = is_plain(&s->query);
    person_all(ground, view->mem, &all, &n);
    Buf folded = BUF(view->mem);
    for (size_t i = 0; i < n; i++) {
        folded.n = 0;
        text_fold(&folded, all[i]->name);
        bool named = text_has(&s->query, buf_str(&folded));
        if (plain && !named) {
            folded.n = 0;
            text_initials(&folded, all[i]->name);
            named = text_has(&s->query, buf_str(&folded));
        }
        if (!named) continue;
        Sitting *seats;
        size_t count;
        bit_set(view->mem, &s->persons, &s->person_end, (uint32_t)ID_SEQ(all[i]->id));
        person_seats(ground, all[i]->id, view->now, view->mem, &seats, &count);
        for (size_t k = 0; k < count; k++)
            if (seat_person(ground, seats[k].seat->id, view->now) == all[i]->id)
                bit_set(view->mem, &s->seats, &s->seat_end,
                        (uint32_t)ID_SEQ(seats[k].seat->id));
    }
}

static const Err *find_stored(CaseSearch *s)
{
    Rows rows;
    size_t room = 0;
    Arena *mem = s->view->mem;
    const Err *e =
        fulltext_find(s->view->db, s->view->who->region, text_match(mem, &s->query), &rows);
    if (e) return e;
    while (rows_next(&rows)) {
        if (s->found_count == room) {
            int64_t *more = arena_array(mem, int64_t, room = room ? room * 2 : 1024);
            if (s->found_count) memcpy(more, s->found, s->found_count * sizeof *more);
            s->found = more;
        }
        s->found[s->found_count++] = rows_int(&rows, 0);
    }
    return rows_close(&rows);
}

const Err *case_search_new(const CaseView *view, Str q, CaseSearch **out)
{
    CaseSearch *s = arena_make(view->mem, CaseSearch);
    *s = (CaseSearch){.view = view,
                      .texts = view->work->texts,
                      .number = number_of(str_trim(q)),
                      .matter = q};
    *out = s;
    text_query(view->mem, q, &s->query);
    if (!s->query.count) return NULL;
    find_subjects(s);
    find_persons(s);
    if (view->budget && atomic_load(&s->texts->unread)) view->budget->cut = true;
    return find_stored(s);
}

/* Both go up, so that the rows are walked once. */
static void add_stored(const CaseSearch *s, const IndexShelf *shelf, uint8_t *rows)
{
    size_t row = 0;
    for (size_t i = 0; i < s->found_count && row < shelf->count; i++) {
        int64_t seq = ID_SEQ(fulltext_id(s->found[i]));
        while (row < shelf->count &&
               shelf->blocks[row / INDEX_ROWS]->seq[row % INDEX_ROWS] < seq) {
            const IndexBlock *b = shelf->blocks[row / INDEX_ROWS];
            row += b->seq[b->count - 1] < seq ? INDEX_ROWS - row % INDEX_ROWS : 1;
        }
        if (row < shelf->count && shelf->blocks[row / INDEX_ROWS]->seq[row % INDEX_ROWS] == seq)
            rows[row] |= (uint8_t)(1u << fulltext_level(s->found[i]));
    }
}

/* shelf->count: it is not there. */
static size_t row_of(const IndexShelf *shelf, int64_t seq)
{
    size_t row = shelf_from(shelf, seq);
    if (row == shelf->count) return row;
    return shelf->blocks[row / INDEX_ROWS]->seq[row % INDEX_ROWS] == seq ? row : shelf->count;
}

/* What lies in memory is newer than what the store has of it. */
static void add_memory(const CaseSearch *s, const IndexShelf *shelf, uint8_t *rows)
{
    NounText *cases = s->texts->cases;
    noun_text_hold(cases, false);
    OrderSpot spot = noun_text_from(cases, ID_MAKE(shelf->region, 0));
    for (TextRow *t; (t = noun_text_next(cases, &spot)) && ID_REGION(t->id) == shelf->region;) {
        uint8_t found = 0;
        for (unsigned i = 0; i < TEXT_LEVELS; i++)
            if (text_has(&s->query, t->levels[i])) found |= (uint8_t)(1u << i);
        if (!found && !s->found_count) continue;
        size_t row = row_of(shelf, ID_SEQ(t->id));
        if (row < shelf->count) rows[row] = found;
    }
    noun_text_leave(cases);
}

static void add_block(const CaseSearch *s, const IndexBlock *b, uint16_t matter, uint8_t *rows)
{
    const uint32_t *subjects = block_seqs(b, CASES_SUBJECT), *seats = block_seqs(b, CASES_DUTY);
    const uint32_t *finders = block_seqs(b, CASES_FILED_BY);
    const uint16_t *matters = block_words(b, CASES_MATTER);
    for (size_t i = 0; i < b->count; i++) {
        if (s->subject_end && bit_get(s->subjects, s->subject_end, subjects[i]))
            rows[i] |= FOUND_OPEN;
        if (s->person_end && bit_get(s->persons, s->person_end, finders[i]))
            rows[i] |= FOUND_FINDER;
        if (s->seat_end && bit_get(s->seats, s->seat_end, seats[i]) &&
            block_instant(b, CASES_ENDED, i) == INDEX_NIL)
            rows[i] |= FOUND_OPEN;
        if (matter && matters[i] == matter) rows[i] |= FOUND_OPEN;
    }
}

uint8_t *case_search_rows(CaseSearch *s, const IndexShelf *shelf, Arena *mem)
{
    uint8_t *rows = arena_array(mem, uint8_t, shelf->count);
    uint16_t matter = (uint16_t)words_find(&shelf->words[CASES_MATTER], s->matter);
    add_stored(s, shelf, rows);
    add_memory(s, shelf, rows);
    if (matter || s->subject_end || s->person_end)
        for (size_t i = 0; i * INDEX_ROWS < shelf->count; i++)
            add_block(s, shelf->blocks[i], matter, rows + i * INDEX_ROWS);
    if (s->number != NIL && ID_REGION(s->number) == shelf->region) {
        size_t row = row_of(shelf, ID_SEQ(s->number));
        if (row < shelf->count) rows[row] |= FOUND_OPEN;
    }
    return rows;
}
