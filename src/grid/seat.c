/* SPDX-License-Identifier: Apache-2.0 */
/* seat.c: the columns of seats, holds, absences and shifts. */
#include "grid/seat.h"

static const char *const kinds[] = {[HOLD_HOLDER] = "holder",
                                    [HOLD_STAND_IN] = "stand_in",
                                    [HOLD_LIAISON] = "liaison",
                                    [HOLD_SHIFT] = "shift"};

const char *hold_name(HoldKind kind)
{
    assert(kind < countof(kinds));
    return kinds[kind];
}

static const Choice hold_choices[] = {
    {"holder", "在岗", "Holder"},
    {"stand_in", "替岗人", "Stand-in"},
    {"liaison", "联络员", "Liaison"},
};
static const Choice absence_choices[] = {
    {"leave", "休假", "Leave"},       {"sick", "病假", "Sick"},
    {"training", "培训", "Training"}, {"duty_elsewhere", "公务外出", "On duty elsewhere"},
    {"other", "其他", "Other"},
};

#define OF_SEAT(Type)                                                                          \
    COLUMN(Type, seat, KIND_REF, "岗位", "Seat", .flags = COLUMN_REQUIRED, .list = "seats")
#define OF_PERSON(Type)                                                                        \
    COLUMN(Type, person, KIND_REF, "人员", "Person", .flags = COLUMN_REQUIRED,                 \
           .list = "persons")

static const Column seat_columns[] = {
    STATE_COLUMNS(Seat),
    COLUMN(Seat, role, KIND_TEXT, "角色", "Role", .flags = COLUMN_REQUIRED, .max = 40),
    COLUMN(Seat, area, KIND_REF, "辖区", "Area", .list = "areas"),
    COLUMN(Seat, department, KIND_REF, "部门", "Department", .list = "departments"),
    COLUMN(Seat, subject, KIND_REF, "监管对象", "Subject", .list = "subjects"),
    COLUMN(Seat, ordinal, KIND_INT, "序号", "Ordinal", .flags = COLUMN_REQUIRED),
    COLUMN(Seat, title, KIND_TEXT, "职务", "Title"),
    SPAN_COLUMNS(Seat),
    COLUMN(Seat, vacancy, KIND_TEXT, "空岗说明", "Why nobody has sat on it yet", .max = 500),
};
const Table seat_table = {.name = "seats",
                          .class = CLASS_STATE,
                          .columns = seat_columns,
                          .count = countof(seat_columns),
                          .size = sizeof(Seat)};

static const Column hold_columns[] = {
    STATE_COLUMNS(SeatHold),
    OF_SEAT(SeatHold),
    OF_PERSON(SeatHold),
    COLUMN(SeatHold, kind, KIND_CHOICE, "方式", "Kind", .flags = COLUMN_REQUIRED,
           .choices = hold_choices, .choice_count = countof(hold_choices)),
    COLUMN(SeatHold, reason, KIND_TEXT, "空岗说明", "Why left vacant", .max = 500),
    SPAN_COLUMNS(SeatHold),
};
const Table seat_hold_table = {.name = "seat_holds",
                               .class = CLASS_STATE,
                               .columns = hold_columns,
                               .count = countof(hold_columns),
                               .size = sizeof(SeatHold)};

static const Column absence_columns[] = {
    STATE_COLUMNS(Absence),
    OF_PERSON(Absence),
    COLUMN(Absence, reason, KIND_CHOICE, "事由", "Reason", .flags = COLUMN_REQUIRED,
           .choices = absence_choices, .choice_count = countof(absence_choices)),
    SPAN_COLUMNS(Absence),
};
const Table absence_table = {.name = "absences",
                             .class = CLASS_STATE,
                             .columns = absence_columns,
                             .count = countof(absence_columns),
                             .size = sizeof(Absence)};

static const Column shift_columns[] = {
    STATE_COLUMNS(Shift),
    OF_SEAT(Shift),
    OF_PERSON(Shift),
    COLUMN(Shift, starts, KIND_INSTANT, "起", "Starts", .flags = COLUMN_REQUIRED),
    COLUMN(Shift, ends, KIND_INSTANT, "止", "Ends", .flags = COLUMN_REQUIRED),
    COLUMN(Shift, leader, KIND_REF, "带班领导", "Leader on duty", .list = "persons"),
};
const Table roster_table = {.name = "rosters",
                            .class = CLASS_STATE,
                            .columns = shift_columns,
                            .count = countof(shift_columns),
                            .size = sizeof(Shift)};
