/* SPDX-License-Identifier: Apache-2.0 */
/* person_act.c: entering persons, facts about them, and when they are away. */
#include "grid/handover.h"

const Err PERSON_MISSING =
    ERROR(ERR_INVALID, "no-person", "没有这个人员", "There is no such person");
const Err PERSON_TAKEN = ERROR(ERR_CONFLICT, "code-taken", "人员编号 {0} 已由“{1}”使用",
                               "Code {0} is that of \"{1}\" already");
const Err ABSENCE_KNOWN = ERROR(ERR_CONFLICT, "absent-already", "此人这段时间已登记不在岗",
                                "Away at that time already");

static const Err *check_word(const Act *act, const Table *table, const char *column, Str word)
{
    Faults faults = {.mem = act->mem};
    Value value;
    if (column_parse(&table->columns[table_column(table, column)], word, NULL, str(column),
                     &faults, &value))
        return NULL;
    return faults.first;
}

static const Err *check_code(const Act *act, const Ground *g, int64_t person, Str code)
{
    const Person *other = person_by_code(g, code);
    if (!other || other->id == person) return NULL;
    return err_field(act->mem, err_make(act->mem, &PERSON_TAKEN, code, other->name), S("code"));
}

const Err *person_open(Act *act, const Ground *g, Str code, Str name, Str phone,
                       int64_t *out_person)
{
    const Err *e = check_code(act, g, NIL, code);
    if (e) return e;
    Person person = {.code = code, .name = name, .phone = phone};
    row_put(act, &person_table, &person);
    act_on(act, &person_table, person.id);
    act->raises_epoch = true;
    *out_person = person.id;
    return NULL;
}

const Err *person_change(Act *act, const Ground *g, int64_t person, Str code, Str name,
                         Str phone)
{
    const Person *before = person_of(g, person);
    if (!before) return &PERSON_MISSING;
    const Err *e = check_code(act, g, person, code);
    if (e) return e;
    Person after = *before;
    if (code.p) after.code = code;
    if (name.p) after.name = name;
    if (phone.p) after.phone = phone;
    row_set(act, &person_table, before, &after);
    act_on(act, &person_table, person);
    act->raises_epoch = true;
    return NULL;
}

const Err *person_fact_set(Act *act, const Ground *g, int64_t person, Str kind, Str text,
                           Instant starts, Instant ends)
{
    starts = when_of(act, starts);
    const Err *e = span_check(act, starts, ends);
    if (!e) e = check_word(act, &person_fact_table, "kind", kind);
    if (e) return e;
    if (!person_of(g, person)) return &PERSON_MISSING;
    const Sheet *sheet = &g->sheets[PART_FACT];
    const PersonFact *rows = sheet->rows;
    for (size_t i = sheet_from(PART_FACT, sheet, person);
         i < sheet->n && rows[i].person == person; i++) {
        if (!str_eq(rows[i].kind, kind) ||
            !spans_meet(rows[i].starts, rows[i].ends, starts, ends))
            continue;
        if ((e = rows[i].starts >= starts ? span_order(act, starts, rows[i].starts)
                                          : span_end(act, PART_FACT, &rows[i], starts)))
            return e;
    }
    PersonFact fact = {
        .person = person, .kind = kind, .text = text, .starts = starts, .ends = ends};
    row_put(act, &person_fact_table, &fact);
    act_on(act, &person_table, person);
    act->raises_epoch = true;
    return NULL;
}

const Err *person_fact_end(Act *act, const Ground *g, int64_t person, Str kind, Instant ends)
{
    ends = when_of(act, ends);
    const char *z = str_z(act->mem, kind);
    const PersonFact *fact = person_fact(g, person, z, ends);
    if (!fact) fact = person_fact(g, person, z, ends - 1);
    if (!fact) return &ERR_NOT_FOUND;
    const Err *e = span_end(act, PART_FACT, fact, ends);
    if (e) return e;
    act_on(act, &person_table, person);
    act->raises_epoch = true;
    return NULL;
}

const Err *absence_open(Act *act, const Ground *g, const GroundHooks *hooks, int64_t person,
                        Str reason, Instant starts, Instant ends, int64_t *out_absence)
{
    starts = when_of(act, starts);
    const Err *e = span_check(act, starts, ends);
    if (!e) e = check_word(act, &absence_table, "reason", reason);
    if (e) return e;
    if (!person_of(g, person)) return &PERSON_MISSING;
    const Sheet *sheet = &g->sheets[PART_ABSENCE];
    const Absence *rows = sheet->rows;
    for (size_t i = sheet_from(PART_ABSENCE, sheet, person);
         i < sheet->n && rows[i].person == person; i++)
        if (spans_meet(rows[i].starts, rows[i].ends, starts, ends)) return &ABSENCE_KNOWN;
    Absence absence = {.person = person, .reason = reason, .starts = starts, .ends = ends};
    row_put(act, &absence_table, &absence);
    act_on(act, &absence_table, absence.id);
    act->raises_epoch = true;
    *out_absence = absence.id;
    return settle(act, g, hooks, starts, false, STR_NULL);
}

const Err *absence_end(Act *act, const Ground *g, int64_t absence, Instant ends)
{
    const Absence *rows = ROWS(g, PART_ABSENCE, Absence);
    for (size_t i = 0; i < g->sheets[PART_ABSENCE].n; i++) {
        if (rows[i].id != absence) continue;
        const Err *e = span_end(act, PART_ABSENCE, &rows[i], when_of(act, ends));
        if (e) return e;
        act_on(act, &absence_table, absence);
        act->raises_epoch = true;
        return NULL;
    }
    return &ERR_NOT_FOUND;
}
