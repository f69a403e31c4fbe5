/* SPDX-License-Identifier: Apache-2.0 */
/* form.c: the values of a form: in memory, as they are stored, and for programs and screens. */
#include "def/form.h"

#include "store/store.h"

size_t form_field(const Form *form, Str name)
{
    const Column *c = column_find(form->names, form->field_count, name);
    return c ? (size_t)(c - form->names) : FORM_NONE;
}

const Ask *question_ask(const Question *question, size_t field)
{
    for (size_t i = 0; i < question->count; i++)
        if (question->asks[i].field == field) return &question->asks[i];
    return NULL;
}

Value *form_values(Arena *mem, const Form *form)
{
    Value *values = arena_array(mem, Value, form->name_count);
    for (size_t i = 0; i < form->name_count; i++)
        values[i] = VALUE_NULL;
    return values;
}

bool form_holds(const Form *form, size_t term, Expr *expr, const Value *values)
{
    return term == FORM_NONE ||
           expr_true(expr, form->terms[term].text, form->names, form->name_count, values);
}

/* ---- as they are stored ---- */

Str form_pack(Arena *mem, const Form *form, const Value *values)
{
    size_t *order = arena_array(mem, size_t, form->field_count), n = 0;
    for (size_t f = form->own; f < form->field_count; f++) {
        if (value_is_null(&form->names[f], &values[f])) continue;
        size_t at = n++;
        for (; at && strcmp(form->names[order[at - 1]].name, form->names[f].name) > 0; at--)
            order[at] = order[at - 1];
        order[at] = f;
    }
    if (!n) return STR_NULL;
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    for (size_t i = 0; i < n; i++) {
        json_key(&w, form->names[order[i]].name);
        column_ledger(&form->names[order[i]], &values[order[i]], &w);
    }
    json_close(&w, '}');
    return buf_str(&b);
}

const Err *form_unpack(Arena *mem, const Form *form, Str text, Value *values)
{
    const Json *object = NULL;
    if (text.p && json_read_own(mem, text, &object)) return &STORE_BROKEN;
    for (json_each(m, object)) {
        size_t f = form_field(form, m->key);
        if (f == FORM_NONE || f < form->own ||
            !column_from_ledger(&form->names[f], &m->value, mem, &values[f]))
            return &STORE_BROKEN;
    }
    return NULL;
}

/* ---- for programs and screens ---- */

void form_put_value(const Column *c, const Value *v, Sensitivity most, JsonOut *out)
{
    bool text = c->kind == KIND_TEXT || c->kind == KIND_CHOICE || c->kind == KIND_CODE;
    if (c->sense <= most || (c->sense == SENSE_MASKED && text))
        column_json(c, v, c->sense <= most, out);
    else
        json_nil(out);
}

void form_put_values(const Form *form, const Value *values, Sensitivity most, JsonOut *out)
{
    json_put_open(out, "fields", '{');
    for (size_t f = form->own; f < form->field_count; f++) {
        const Column *c = &form->names[f];
        if (value_is_null(c, &values[f])) continue;
        json_key(out, c->name);
        form_put_value(c, &values[f], most, out);
    }
    json_close(out, '}');
}

void form_put_field(const Column *c, Lang lang, JsonOut *out)
{
    json_put_text(out, "name", str(c->name));
    json_put_words(out, "title", lang, c->zh, c->en);
    json_put_text(out, "kind", str(kind_name(c->kind)));
    if (c->max) json_put_int(out, "max", c->max);
    if (c->scale) json_put_int(out, "scale", c->scale);
    if (c->list) json_put_text(out, "list", str(c->list));
    if (c->kind != KIND_CHOICE) return;
    json_put_open(out, "choices", '[');
    for (size_t i = 0; i < c->choice_count; i++) {
        json_open(out, '{');
        json_put_text(out, "code", str(c->choices[i].name));
        json_put_words(out, "title", lang, c->choices[i].zh, c->choices[i].en);
        json_close(out, '}');
    }
    json_close(out, ']');
}

void form_json(const Form *form, Lang lang, JsonOut *out)
{
    static const char *const senses[] = {"open", "masked", "sealed"};
    json_put_open(out, "fields", '[');
    for (size_t i = form->own; i < form->field_count; i++) {
        json_open(out, '{');
        form_put_field(&form->names[i], lang, out);
        json_put_text(out, "sense", str(senses[form->names[i].sense]));
        if (form->names[i].flags & COLUMN_INDEX) json_put_bool(out, "index", true);
        json_close(out, '}');
    }
    json_close(out, ']');
}
