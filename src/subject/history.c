/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history.c: what the ledger tells of one subject: who opened it, what each act changed, in the
 * words of its columns. What is masked is shown in part, as in the object itself.
 */
#include "base/time.h"
#include "subject/inside.h"

static const struct {
    const char *verb, *zh, *en;
} titles[] = {
    {"open_subject", "登记", "Registered"},
    {"change_subject", "修改", "Changed"},
    {"accept_proposal", "确认现场上报的变动", "What the field said was confirmed"},
    {"refuse_proposal", "到现场核实仍在", "Seen to be still there"},
    {"subject-import", "导入", "Imported"},
    {"subject-follow", "随网格调整转入", "Follows its ground"},
};

static Str title_of(Str verb, Lang lang)
{
    for (size_t i = 0; i < countof(titles); i++)
        if (str_is(verb, titles[i].verb))
            return str(lang == LANG_EN ? titles[i].en : titles[i].zh);
    return verb;
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

static const Err *put_entry(const SubjectHistory *h, int64_t no, bool whole, bool own,
                            Arena *scratch, JsonOut *out)
{
    Entry entry;
    Change *changes;
    size_t n;
    const Err *e = ledger_entry(h->db, ID_REGION(h->id), no, scratch, &entry);
    if (!e) e = entry_changes(h->subjects->spec.ledger, scratch, &entry, &changes, &n);
    if (e) return e;
    Buf at = BUF(scratch);
    instant_print(&at, entry.at);
    json_open(out, '{');
    json_put_int(out, "no", entry.no);
    json_put_text(out, "at", buf_str(&at));
    json_put_text(out, "verb", entry.verb);
    json_put_text(out, "title", title_of(entry.verb, h->lang));
    put_actor(h->who->ground, &entry, own, out);
    json_key(out, "changes");
    json_open(out, '[');
    for (size_t i = 0; i < n; i++)
        if (changes[i].table == &subject_table && changes[i].id == h->id)
            put_changes(&changes[i], whole, h->lang, out);
    json_close(out, ']');
    json_close(out, '}');
    return NULL;
}

/* The numbers alone: an import's entry takes megabytes when it is read. */
static const Err *entry_numbers(const SubjectHistory *h, int64_t last, size_t limit,
                                Arena *scratch, int64_t **out, size_t *out_count)
{
    Entry *entries;
    const Err *e = ledger_history(h->subjects->spec.ledger, h->db, &subject_table, h->id, last,
                                  limit, scratch, &entries, out_count);
    if (e) return e;
    *out = arena_array(h->mem, int64_t, *out_count);
    for (size_t i = 0; i < *out_count; i++)
        (*out)[i] = entries[i].no;
    return NULL;
}

const Err *subject_history(const SubjectHistory *h, size_t limit, JsonOut *out)
{
    Subject s;
    Sight sight;
    int64_t *numbers;
    size_t n = 0;
    const Err *e = subject_load(h->subjects, h->db, h->mem, h->who, h->id, &s, &sight);
    if (e) return e;
    Arena *scratch = arena_new(0);
    e = entry_numbers(h, s.entry, limit, scratch, &numbers, &n);
    bool own = false; /* the subject's own people do not learn which member said what */
    for (size_t i = 0; i < h->who->subject_count; i++)
        own |= h->who->subjects[i] == h->id;
    json_open(out, '{');
    json_key(out, "items");
    json_open(out, '[');
    while (n-- > 0 && !e) {
        arena_reset(scratch);
        e = put_entry(h, numbers[n], sight >= SIGHT_MASKED, own, scratch, out);
    }
    json_close(out, ']');
    json_close(out, '}');
    arena_free(scratch);
    return e;
}
