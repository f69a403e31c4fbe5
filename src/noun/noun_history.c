/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noun_history.c: what the ledger tells of one row: who opened it, what each act changed, in
 * the words of its columns. What is masked is shown in part, as in the row itself.
 */
#include "base/time.h"
#include "grid/scope.h"
#include "grid/snapshot.h"
#include "noun/noun_engine.h"

/* The noun's own word for an entry's verb, else the verb. */
static Str title_of(const Noun *noun, Str verb, Lang lang)
{
    for (size_t i = 0; i < noun->told_count; i++)
        if (str_is(verb, noun->told[i].verb))
            return str(lang == LANG_EN ? noun->told[i].en : noun->told[i].zh);
    for (size_t i = 0; i < noun->verb_count; i++)
        if (str_is(verb, noun->verbs[i].verb))
            return str(lang == LANG_EN ? noun->verbs[i].en : noun->verbs[i].zh);
    return str_is(verb, "import") ? words_in(lang, "导入", "Imported") : verb;
}

static void put_changes(const Change *change, bool whole, Lang lang, JsonOut *out)
{
    for (size_t i = 0; i < change->table->count; i++) {
        const Column *c = &change->table->columns[i];
        if (!(change->mask >> i & 1) || !column_is_told(c)) continue;
        if (change->op == ROW_PUT && value_is_null(c, &change->values[i])) continue;
        json_open(out, '{');
        json_put_text(out, "name", str(c->name));
        json_put_text(out, "title", str(lang == LANG_EN ? c->en : c->zh));
        json_put_text(out, "kind", str(kind_name(c->kind)));
        if (c->list) json_put_text(out, "list", str(c->list));
        json_key(out, "value");
        column_json(c, &change->values[i], whole, out);
        json_close(out, '}');
    }
}

static void put_actor(const Ground *ground, const Entry *entry, bool hidden, JsonOut *out)
{
    const Person *p = hidden ? NULL : person_of(ground, entry->actor);
    json_key(out, "actor");
    if (entry->actor == PERSON_HOUSE)
        json_raw(out, S("{\"id\":0,\"name\":\"gridward\"}"));
    else if (!p)
        json_nil(out);
    else {
        json_open(out, '{');
        json_put_int(out, "id", p->id);
        json_put_text(out, "name", p->name);
        json_close(out, '}');
    }
}

/* One history in hand: rows are all that tell of the one identity. */
typedef struct {
    const NounView *view;
    const Noun *noun;
    const Ledger *ledger;
    int64_t region;
    const void **rows;
    size_t row_count;
    bool whole, hidden;
} Telling;

static bool is_told_of(const Telling *t, const Change *change)
{
    bool found = false;
    for (size_t i = 0; i < t->row_count && change->table == t->noun->table && !found; i++)
        found = ((const StateRow *)t->rows[i])->id == change->id;
    return found;
}

static const Err *put_entry(const Telling *t, int64_t no, Arena *scratch, JsonOut *out)
{
    Entry entry;
    Change *changes;
    size_t n;
    const NounView *view = t->view;
    const Err *e = ledger_entry(view->db, t->region, no, scratch, &entry);
    if (!e) e = entry_changes(t->ledger, scratch, &entry, &changes, &n);
    if (e) return e;
    Buf at = BUF(scratch);
    instant_print(&at, entry.at);
    json_open(out, '{');
    json_put_int(out, "no", entry.no);
    json_put_text(out, "at", buf_str(&at));
    json_put_text(out, "verb", entry.verb);
    json_put_text(out, "title", title_of(t->noun, entry.verb, view->lang));
    put_actor(view->ground, &entry, t->hidden, out);
    json_key(out, "changes");
    json_open(out, '[');
    for (size_t i = 0; i < n; i++)
        if (is_told_of(t, &changes[i])) put_changes(&changes[i], t->whole, view->lang, out);
    json_close(out, ']');
    json_close(out, '}');
    return NULL;
}

static int by_number_down(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

/* The newest limit of the entries, each once, the newest first. The numbers alone: an import's
 * entry takes megabytes when it is read. */
static const Err *entry_numbers(const Telling *t, size_t limit, int64_t **out,
                                size_t *out_count)
{
    Arena *scratch = arena_new(0);
    int64_t *numbers = arena_array(t->view->mem, int64_t, limit * t->row_count);
    size_t n = 0, kept = 0;
    const Err *e = NULL;
    for (size_t i = 0; i < t->row_count && !e; i++) {
        const StateRow *row = t->rows[i];
        Entry *entries;
        size_t count;
        arena_reset(scratch);
        e = ledger_history(t->ledger, t->view->db, t->noun->table, row->id, row->entry, limit,
                           scratch, &entries, &count);
        for (size_t k = 0; k < count && !e; k++)
            numbers[n++] = entries[k].no;
    }
    arena_free(scratch);
    if (e) return e;
    qsort(numbers, n, sizeof *numbers, by_number_down);
    for (size_t i = 0; i < n && kept < limit; i++)
        if (!kept || numbers[kept - 1] != numbers[i]) numbers[kept++] = numbers[i];
    *out = numbers;
    *out_count = kept;
    return NULL;
}

/* Who comes for subjects alone learns of no official but those of a case of theirs (scope.h).
 */
static bool is_party(const Who *who)
{
    return who->subject_count && !who->all && !who->area_count && !who->department_count;
}

const Err *noun_history(const NounView *view, const Noun *noun, const Ledger *ledger,
                        int64_t id, size_t limit, JsonOut *out)
{
    Telling t = {.view = view, .noun = noun, .ledger = ledger, .region = ID_REGION(id)};
    const void *row;
    int64_t *numbers;
    size_t n;
    const Err *e = noun_load(noun, view, id, &row, &t.whole);
    if (e) return e;
    t.hidden = is_party(view->who) || (noun->hides_actor && noun->hides_actor(view, row));
    t.rows = &row;
    t.row_count = 1;
    if (noun->spans && (e = noun->spans(view, id, &t.rows, &t.row_count))) return e;
    if ((e = entry_numbers(&t, limit, &numbers, &n))) return e;
    Arena *scratch = arena_new(0);
    json_open(out, '{');
    json_key(out, "items");
    json_open(out, '[');
    while (n-- > 0 && !e) {
        arena_reset(scratch);
        e = put_entry(&t, numbers[n], scratch, out);
    }
    json_close(out, ']');
    json_close(out, '}');
    arena_free(scratch);
    return e;
}
