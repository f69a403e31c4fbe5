/* SPDX-License-Identifier: Apache-2.0 */
/* extinguisher.c: the noun that docs/adding.md adds: a fire extinguisher of a subject. */
#include "def/noun.h"
#include "grid/scope.h"

typedef struct {
    STATE_MEMBERS
    Str code, kind, note;
    int64_t subject, area;
    int64_t lon, lat;
    Date valid_until;
    int64_t charged;
} Extinguisher;

/* clang-format off */
static const Choice kinds[] = {{"powder", "干粉", "Powder"}, {"foam", "泡沫", "Foam"}};
static const Column columns[] = {
    STATE_COLUMNS(Extinguisher),
    COLUMN(Extinguisher, code, KIND_TEXT, "编号", "Number", .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = 40),
    COLUMN(Extinguisher, kind, KIND_CHOICE, "类型", "Kind", .flags = COLUMN_REQUIRED, CHOICES(kinds)),
    COLUMN(Extinguisher, subject, KIND_REF, "监管对象", "Subject", .flags = COLUMN_REQUIRED, .list = "subjects"),
    COLUMN(Extinguisher, area, KIND_REF, "网格", "Cell", .flags = COLUMN_OURS, .list = "areas"),
    COLUMN(Extinguisher, lon, KIND_DECIMAL, "经度", "Longitude", .flags = COLUMN_INTERNAL, .scale = DEGREES_SCALE),
    COLUMN(Extinguisher, lat, KIND_DECIMAL, "纬度", "Latitude", .flags = COLUMN_INTERNAL, .scale = DEGREES_SCALE),
    COLUMN(Extinguisher, valid_until, KIND_DATE, "有效期至", "Valid until"),
    COLUMN(Extinguisher, charged, KIND_FLAG, "压力正常", "Charged"),
    COLUMN(Extinguisher, note, KIND_TEXT, "备注", "Note", .max = 500),
};
static const Table table = {
    .name = "extinguishers", .class = CLASS_STATE, .columns = columns, .count = countof(columns), .size = sizeof(Extinguisher)};

static const NounFilter filters[] = {
    NOUN_FILTER(FILTER_WITHIN, "area", "area", KIND_REF, "区域", "Area and all below it", .list = "areas"),
    NOUN_FILTER(FILTER_IS, "subject", "subject", KIND_REF, "监管对象", "Subject", .list = "subjects"),
    NOUN_FILTER(FILTER_IS, "kind", "kind", KIND_CHOICE, "类型", "Kind", CHOICES(kinds)),
    NOUN_FILTER(FILTER_TEXT, NULL, "q", KIND_TEXT, "搜索", "Stands in the number or the note"),
};
static const NounVerb verbs[] = {
    {"open", "open_extinguisher", "登记", "Enter", .can = CAN_PROPOSE, .form = &table},
    {"change", "change_extinguisher", "修改", "Change", .can = CAN_PROPOSE, .form = &table},
};
const Noun extinguisher_noun = {
    .name = "extinguishers", .shape = "Extinguisher", .page = "Extinguishers", .zh = "灭火器", .en = "Fire extinguishers",
    .table = &table, .columns = true, .anchored = true, COUNTED(filter, filters), COUNTED(verb, verbs),
};
/* clang-format on */
