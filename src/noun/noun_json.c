/* SPDX-License-Identifier: Apache-2.0 */
/* noun_json.c: a row as JSON, and the noun as a page at the desk needs it. */
#include "grid/reference.h"
#include "noun/noun_engine.h"

static Str words(const char *zh, const char *en, Lang lang)
{
    return str(lang == LANG_EN ? en : zh);
}

/* ---- a row ---- */

bool noun_has_column(const Noun *noun, const Column *c)
{
    if (!noun->columns || !column_is_shown(c)) return false;
    for (size_t i = 0; i < noun->member_count; i++)
        if (strcmp(noun->members[i].name, c->name) == 0) return false;
    return true;
}

static void put_ref(const NounView *view, const char *table, int64_t id, JsonOut *out)
{
    if (strcmp(table, "areas") == 0)
        area_ref(view->ground, id, view->at, out);
    else if (strcmp(table, "departments") == 0)
        department_ref(view->ground, id, view->at, out);
    else {
        assert(strcmp(table, "persons") == 0);
        person_ref(view->ground, id, out);
    }
}

bool noun_is_versioned(const Noun *noun)
{
    for (size_t i = 0; i < noun->verb_count; i++)
        if (noun->verbs[i].form == noun->table) return true;
    return false;
}

bool noun_is_placed(const Noun *noun)
{
    const Column *lon = column_find(noun->table->columns, noun->table->count, S("lon"));
    return lon && column_is_degrees(lon) && !column_is_shown(lon);
}

static void put_place(const Table *t, const void *row, JsonOut *out)
{
    static const char *const names[] = {"lon", "lat"};
    if (column_get(&t->columns[table_column(t, "lon")], row).i == NIL) return;
    json_key(out, "place");
    json_open(out, '{');
    for (size_t i = 0; i < countof(names); i++) {
        json_key(out, names[i]);
        json_decimal(out, column_get(&t->columns[table_column(t, names[i])], row).i,
                     DEGREES_SCALE);
    }
    json_close(out, '}');
}

void noun_json(const Noun *noun, const NounView *view, const void *row, bool whole, bool one,
               JsonOut *out)
{
    const Table *t = noun->table;
    json_open(out, '{');
    for (size_t i = 0; i < t->count; i++) {
        const Column *c = &t->columns[i];
        if (!noun_has_column(noun, c)) continue;
        Value v = column_get(c, row);
        json_key(out, c->name);
        column_json(c, &v, whole, out);
    }
    if (noun_is_versioned(noun)) json_put_int(out, "version", ((const StateRow *)row)->entry);
    if (noun_is_placed(noun)) put_place(t, row, out);
    for (size_t i = 0; i < noun->member_count; i++) {
        const NounMember *m = &noun->members[i];
        if (m->one && !one) continue;
        if (!m->column) {
            if (m->put) m->put(view, row, whole, out);
            continue;
        }
        const Column *c = &t->columns[table_column(t, m->column)];
        Value v = column_get(c, row);
        json_key(out, m->name);
        if (m->ref)
            put_ref(view, c->list, v.i, out);
        else
            column_json(c, &v, whole, out);
    }
    json_close(out, '}');
}

/* ---- the noun ---- */

static void put_columns(const char *key, const Noun *noun, Lang lang, JsonOut *out)
{
    json_key(out, key);
    json_open(out, '[');
    for (size_t i = 0; i < noun->table->count; i++)
        if (noun_has_column(noun, &noun->table->columns[i])) {
            json_open(out, '{');
            column_form_json(&noun->table->columns[i], lang, out);
            json_close(out, '}');
        }
    for (size_t i = 0; i < noun->member_count; i++) {
        const NounMember *m = &noun->members[i];
        if (!m->column) continue;
        Column c = noun->table->columns[table_column(noun->table, m->column)];
        c.name = m->name;
        json_open(out, '{');
        column_form_json(&c, lang, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_filters(const Noun *noun, Lang lang, JsonOut *out)
{
    json_key(out, "filters");
    json_open(out, '[');
    for (size_t i = 0; i < noun->filter_count; i++) {
        json_open(out, '{');
        column_form_json(&noun->filters[i].param, lang, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_verb(const NounVerb *verb, Lang lang, JsonOut *out)
{
    bool placed = false;
    json_open(out, '{');
    json_put_text(out, "verb", str(verb->name));
    json_put_text(out, "title", words(verb->zh, verb->en, lang));
    json_key(out, "form");
    json_open(out, '[');
    for (size_t i = 0; i < verb->form->count; i++) {
        const Column *c = &verb->form->columns[i];
        placed |= column_is_degrees(c);
        if (!column_is_given(c) || column_is_degrees(c)) continue;
        json_open(out, '{');
        column_form_json(c, lang, out);
        json_close(out, '}');
    }
    if (placed) {
        Column place = {.name = "place", .kind = KIND_PLACE, .zh = "位置", .en = "Place"};
        json_open(out, '{');
        column_form_json(&place, lang, out);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

void noun_describe(const Noun *noun, unsigned can, Lang lang, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "name", str(noun->name));
    json_put_text(out, "title", words(noun->zh, noun->en, lang));
    json_put_bool(out, "dated", noun->dated);
    put_columns("columns", noun, lang, out);
    put_filters(noun, lang, out);
    json_key(out, "verbs");
    json_open(out, '[');
    for (size_t i = 0; i < noun->verb_count; i++)
        if (noun->verbs[i].can & can) put_verb(&noun->verbs[i], lang, out);
    json_close(out, ']');
    json_close(out, '}');
}
