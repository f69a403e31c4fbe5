/* SPDX-License-Identifier: Apache-2.0 */
/* reference.c: how an answer names a person, an area or a department. */
#include "grid/reference.h"

static void ref(int64_t id, Str name, JsonOut *w)
{
    json_open(w, '{');
    json_put_int(w, "id", id);
    json_put_text(w, "name", name);
    json_close(w, '}');
}

void person_ref(const Ground *ground, int64_t person, JsonOut *w)
{
    const Person *p = person == NIL ? NULL : person_of(ground, person);
    if (p)
        ref(p->id, p->name, w);
    else
        json_nil(w);
}

void person_phone(const Ground *ground, int64_t person, bool whole, JsonOut *w)
{
    const Column *phone = &person_table.columns[table_column(&person_table, "phone")];
    const Person *p = person == NIL ? NULL : person_of(ground, person);
    Value v = p ? column_get(phone, p) : VALUE_NULL;
    json_key(w, phone->name);
    column_json(phone, &v, whole, w);
}

void area_ref(const Ground *ground, int64_t area, Instant at, JsonOut *w)
{
    const AreaSpan *a = area == NIL ? NULL : area_at(ground, area, at);
    if (!a) {
        json_nil(w);
        return;
    }
    json_open(w, '{');
    json_put_int(w, "id", a->area);
    json_put_text(w, "code", a->code);
    json_put_text(w, "name", a->name);
    json_close(w, '}');
}

void department_ref(const Ground *ground, int64_t department, Instant at, JsonOut *w)
{
    const DepartmentSpan *d = department == NIL ? NULL : department_at(ground, department, at);
    if (d)
        ref(d->department, d->name, w);
    else
        json_nil(w);
}
