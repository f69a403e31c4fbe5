/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_fill.c: from what somebody gives to the values of a form. A field is set only by a
 * question that asks it; what is required is judged over the values with what was given,
 * defaults included (design §6.1). All faults are told at once.
 */
#include "base/time.h"
#include "def/form.h"

const Err FORM_CHECK = {.kind = ERR_INVALID, .code = "check", .zh = "{0}", .en = "{1}"};

void form_required(const Form *form, const Question *question, Expr *expr, const Value *values,
                   bool *out_required)
{
    for (size_t i = 0; i < question->count; i++) {
        const Ask *ask = &question->asks[i];
        out_required[i] = ask->required && form_holds(form, ask->term, expr, values);
    }
}

const Err *form_refusal(Arena *mem, const Form *form, const Question *question, Expr *expr,
                        const Value *values)
{
    for (size_t i = 0; i < question->check_count; i++) {
        const FormCheck *c = &question->checks[i];
        if (!expr_true(expr, c->that, form->names, form->name_count, values))
            return err_make(mem, &FORM_CHECK, str(c->zh), str(c->en));
    }
    return NULL;
}

bool form_default(const Form *form, size_t field, const Value *values, const CodeLists *lists,
                  Date today, Value *out)
{
    const Default *d = &form->defaults[field];
    if (d->kind == DEFAULT_FIXED) *out = d->fixed;
    if (d->kind != DEFAULT_ATTR) return d->kind == DEFAULT_FIXED;
    const Column *column;
    const Value *attr =
        codes_attr(lists, form->names[d->of].list, values[d->of].s, d->attr, &column);
    if (!attr) return false;
    Value v = *attr;
    if (form->names[field].kind == KIND_DATE && column->kind == KIND_INT) {
        if (__builtin_add_overflow(today, attr->i, &v.i) || !date_valid(v.i)) return false;
    }
    *out = v;
    return true;
}

/* ---- filling ---- */

static Str path_of(const Filling *f, size_t field)
{
    return str_join(f->faults->mem, field < f->from ? S("") : S("fields."),
                    str(f->form->names[field].name));
}

static bool is_null(const Filling *f, size_t field)
{
    return value_is_null(&f->form->names[field], &f->values[field]);
}

static void refuse_unasked(const Filling *f, const Question *question, const Json *given)
{
    for (json_each(m, given)) {
        bool asked = false;
        for (size_t i = 0; i < question->count && !asked; i++) {
            size_t field = question->asks[i].field;
            asked = field >= f->from && str_is(m->key, f->form->names[field].name);
        }
        if (asked) continue;
        faults_add2(f->faults, str_fmt(f->faults->mem, "fields.%.*s", STR(m->key)),
                    &COLUMN_UNKNOWN, m->key, STR_NULL);
    }
}

/* Whether the field was given: wrongly, perhaps, for one fault a field is enough; null and a
 * text of nothing but white space say nothing. */
static bool read_given(const Filling *f, size_t field, const Json *given)
{
    const Column *c = &f->form->names[field];
    const Json *in = field < f->from ? NULL : json_get(given, c->name);
    Value v = VALUE_NULL;
    if (!in) return f->set[field] && !is_null(f, field);
    if (!column_decode(c, in, f->house, path_of(f, field), f->faults, &v)) return true;
    if (c->kind == KIND_TEXT && v.s.p && !str_trim(v.s).n) v = VALUE_NULL;
    f->values[field] = v;
    f->set[field] = true;
    return !value_is_null(c, &v);
}

static void fill_default(const Filling *f, size_t field, bool required)
{
    if (f->set[field] || f->form->defaults[field].kind == DEFAULT_NONE) return;
    if (!required && !is_null(f, field)) return;
    f->set[field] =
        form_default(f->form, field, f->values, f->lists, f->today, &f->values[field]);
}

void form_fill(const Filling *f, const Question *question, const Json *given)
{
    Arena *mem = f->faults->mem;
    bool *there = arena_array(mem, bool, question->count);
    bool *required = arena_array(mem, bool, question->count);
    if (given && !json_is_object(given) && !json_is_null(given)) {
        faults_add2(f->faults, S("fields"), &COLUMN_TYPE, S("对象"), S("an object"));
        return;
    }
    refuse_unasked(f, question, given);
    for (size_t i = 0; i < question->count; i++)
        there[i] = read_given(f, question->asks[i].field, given);
    form_required(f->form, question, f->expr, f->values, required);
    for (size_t i = 0; i < question->count; i++)
        if (!there[i]) fill_default(f, question->asks[i].field, required[i]);
    form_required(f->form, question, f->expr, f->values, required);
    for (size_t i = 0; i < question->count && !f->partial; i++) {
        size_t field = question->asks[i].field;
        if (required[i] && !there[i] && (!f->set[field] || is_null(f, field)))
            faults_add(f->faults, path_of(f, field), &COLUMN_REQUIRED_ERR);
    }
    if (f->partial || f->faults->count) return;
    const Err *e = form_refusal(mem, f->form, question, f->expr, f->values);
    if (e) faults_add(f->faults, S("fields"), e);
}
