/* SPDX-License-Identifier: Apache-2.0 */
/* person.c: the columns of persons and of the dated facts about them. */
#include "grid/person.h"

static const Choice fact_choices[] = {
    {FACT_ON_ESTABLISHMENT, "在编", "On establishment"},
    {FACT_CERTIFICATE, "执法证", "Certificate of enforcement"},
};

static const Column person_columns[] = {
    STATE_COLUMNS(Person),
    COLUMN(Person, code, KIND_TEXT, "人员编号", "Code", .max = 40),
    COLUMN(Person, name, KIND_TEXT, "姓名", "Name", .flags = COLUMN_REQUIRED, .max = 60),
    COLUMN(Person, phone, KIND_TEXT, "办公电话", "Office phone", .sense = SENSE_MASKED,
           .max = 40),
};
const Table person_table = {.name = "persons",
                            .class = CLASS_STATE,
                            .columns = person_columns,
                            .count = countof(person_columns),
                            .size = sizeof(Person)};

static const Column fact_columns[] = {
    STATE_COLUMNS(PersonFact),
    COLUMN(PersonFact, person, KIND_REF, "人员", "Person", .flags = COLUMN_REQUIRED,
           .list = "persons"),
    COLUMN(PersonFact, kind, KIND_CHOICE, "事实", "Kind", .flags = COLUMN_REQUIRED,
           .choices = fact_choices, .choice_count = countof(fact_choices)),
    COLUMN(PersonFact, text, KIND_TEXT, "证号", "Number", .sense = SENSE_MASKED),
    COLUMN(PersonFact, starts, KIND_INSTANT, "起", "Starts", .flags = COLUMN_REQUIRED),
    COLUMN(PersonFact, ends, KIND_INSTANT, "止", "Ends"),
};
const Table person_fact_table = {.name = "person_facts",
                                 .class = CLASS_STATE,
                                 .columns = fact_columns,
                                 .count = countof(fact_columns),
                                 .size = sizeof(PersonFact)};
