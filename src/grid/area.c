/* SPDX-License-Identifier: Apache-2.0 */
/* area.c: the columns of the territory, and the words for its levels. */
#include "grid/area.h"

static const struct {
    const char *name, *zh, *en;
    size_t digits;
} levels[LEVEL_COUNT] = {
    [LEVEL_REGION] = {"region", "区县", "region", 6},
    [LEVEL_STREET] = {"street", "园办(镇街)", "park office or street", 9},
    [LEVEL_VILLAGE] = {"village", "村(社区)", "village or community", 12},
    [LEVEL_CELL] = {"cell", "网格", "cell", 15},
    [LEVEL_MICRO_CELL] = {"micro_cell", "微网格", "micro-cell", 18},
};

static const struct {
    const char *word;
    Level level;
} words[] = {
    {"county", LEVEL_REGION},   {"district", LEVEL_REGION}, {"office", LEVEL_STREET},
    {"township", LEVEL_STREET}, {"town", LEVEL_STREET},     {"community", LEVEL_VILLAGE},
    {"grid", LEVEL_CELL},
};

const char *level_name(Level level)
{
    assert(level < LEVEL_COUNT);
    return levels[level].name;
}

const char *level_zh(Level level)
{
    assert(level < LEVEL_COUNT);
    return levels[level].zh;
}

const char *level_en(Level level)
{
    assert(level < LEVEL_COUNT);
    return levels[level].en;
}

size_t level_digits(Level level)
{
    assert(level < LEVEL_COUNT);
    return levels[level].digits;
}

bool level_takes(Level level, Str code)
{
    size_t n = 0;
    while (n < code.n && code.p[n] >= '0' && code.p[n] <= '9')
        n++;
    return n == code.n && n == level_digits(level);
}

bool level_by_name(Str name, Level *out)
{
    for (Level l = LEVEL_REGION; l < LEVEL_COUNT; l++)
        if (str_is(name, levels[l].name)) {
            *out = l;
            return true;
        }
    for (size_t i = 0; i < countof(words); i++)
        if (str_is(name, words[i].word)) {
            *out = words[i].level;
            return true;
        }
    return false;
}

Datum outline_datum(const AreaOutline *outline)
{
    return str_is(outline->datum, datum_name(DATUM_GCJ02)) && !outline->conversion.p
               ? DATUM_GCJ02
               : DATUM_WGS84;
}

const Choice area_levels[LEVEL_COUNT] = {
    {"region", "区县", "Region"},
    {"street", "园办(镇街)", "Park office or street"},
    {"village", "村(社区)", "Village or community"},
    {"cell", "网格", "Cell"},
    {"micro_cell", "微网格", "Micro-cell"},
};
const Choice area_kinds[3] = {
    {"basic", "基础网格", "Basic cell"},
    {"dedicated", "专属网格", "Dedicated cell"},
    {"enterprise", "企业网格", "Enterprise cell"},
};

#define OF_AREA(Type)                                                                          \
    COLUMN(Type, area, KIND_REF, "辖区", "Area", .flags = COLUMN_REQUIRED, .list = "areas")

static const Column region_columns[] = {
    STATE_COLUMNS(Region),
    COLUMN(Region, region_no, KIND_INT, "区域号", "Region number", .flags = COLUMN_REQUIRED),
    COLUMN(Region, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    COLUMN(Region, code, KIND_TEXT, "代码", "Code", .flags = COLUMN_REQUIRED),
    COLUMN(Region, opened, KIND_INSTANT, "建立时间", "Opened", .flags = COLUMN_REQUIRED),
};
const Table region_table = {.name = "regions",
                            .class = CLASS_STATE,
                            .columns = region_columns,
                            .count = countof(region_columns),
                            .size = sizeof(Region),
                            .indexes = {"UNIQUE (region_no)"}};

static const Column area_columns[] = {
    STATE_COLUMNS(Area),
    COLUMN(Area, successor, KIND_REF, "承接辖区", "Successor", .list = "areas"),
};
const Table area_table = {.name = "areas",
                          .class = CLASS_STATE,
                          .columns = area_columns,
                          .count = countof(area_columns),
                          .size = sizeof(Area)};

static const Column area_span_columns[] = {
    STATE_COLUMNS(AreaSpan),
    OF_AREA(AreaSpan),
    COLUMN(AreaSpan, parent, KIND_REF, "上级辖区", "Parent", .list = "areas"),
    COLUMN(AreaSpan, level, KIND_CHOICE, "层级", "Level", .flags = COLUMN_REQUIRED,
           .choices = area_levels, .choice_count = countof(area_levels)),
    COLUMN(AreaSpan, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    COLUMN(AreaSpan, code, KIND_TEXT, "代码", "Code", .flags = COLUMN_REQUIRED, .max = 24),
    COLUMN(AreaSpan, kind, KIND_CHOICE, "网格类型", "Kind of cell", .choices = area_kinds,
           .choice_count = countof(area_kinds)),
    SPAN_COLUMNS(AreaSpan),
};
const Table area_span_table = {.name = "area_spans",
                               .class = CLASS_STATE,
                               .columns = area_span_columns,
                               .count = countof(area_span_columns),
                               .size = sizeof(AreaSpan)};

static const Column outline_columns[] = {
    STATE_COLUMNS(AreaOutline),
    OF_AREA(AreaOutline),
    COLUMN(AreaOutline, shape, KIND_TEXT, "界线", "Outline",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL, .max = 16000000),
    COLUMN(AreaOutline, datum, KIND_TEXT, "来源坐标系", "Datum of the source",
           .flags = COLUMN_REQUIRED),
    COLUMN(AreaOutline, conversion, KIND_TEXT, "坐标转换说明", "Conversion", .max = 500),
    COLUMN(AreaOutline, source, KIND_TEXT, "来源", "Source"),
    SPAN_COLUMNS(AreaOutline),
};
const Table outline_table = {.name = "outlines",
                             .class = CLASS_STATE,
                             .columns = outline_columns,
                             .count = countof(outline_columns),
                             .size = sizeof(AreaOutline)};

static const Column area_code_columns[] = {
    STATE_COLUMNS(AreaCode),
    OF_AREA(AreaCode),
    COLUMN(AreaCode, scheme, KIND_TEXT, "编码体系", "Scheme", .flags = COLUMN_REQUIRED),
    COLUMN(AreaCode, code, KIND_TEXT, "外部代码", "Code", .flags = COLUMN_REQUIRED),
    SPAN_COLUMNS(AreaCode),
};
const Table area_code_table = {.name = "area_codes",
                               .class = CLASS_STATE,
                               .columns = area_code_columns,
                               .count = countof(area_code_columns),
                               .size = sizeof(AreaCode)};

static const Column docking_columns[] = {
    STATE_COLUMNS(Docking),
    OF_AREA(Docking),
    COLUMN(Docking, code, KIND_TEXT, "对接街村代码", "Code", .flags = COLUMN_REQUIRED),
    COLUMN(Docking, name, KIND_TEXT, "对接街村", "Name"),
    SPAN_COLUMNS(Docking),
};
const Table docking_table = {.name = "dockings",
                             .class = CLASS_STATE,
                             .columns = docking_columns,
                             .count = countof(docking_columns),
                             .size = sizeof(Docking)};
