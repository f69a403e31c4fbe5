/* SPDX-License-Identifier: Apache-2.0 */
/* department.c: the columns of departments, their rules and their authority. */
#include "grid/department.h"

const Choice department_supervisions[4] = {
    {"comprehensive", "综合监管", "Comprehensive supervision"},
    {"industry", "行业监管", "Supervision of an industry"},
    {"industry-management", "管行业", "Manages an industry, does not supervise"},
    {"none", "无", "None"},
};
const Choice department_penalties[4] = {
    {"own", "有", "Own"},
    {"entrusted", "受委托", "Entrusted"},
    {"partly", "部分", "Partly"},
    {"none", "无", "None"},
};
const Choice department_owners[4] = {
    {"own", "本区", "Own"},
    {"city", "市级派驻", "Branch of the city's"},
    {"foreign", "相邻区域", "Of a neighbouring tree"},
    {"outside", "体系外(只接收)", "Outside, receives only"},
};
const Choice rule_parts[2] = {
    {"lead", "牵头", "Leads"},
    {"help", "协办", "Helps"},
};
const Choice authority_acts[11] = {
    {"look", "进入查看", "Look"},
    {"inform", "告知", "Inform"},
    {"correct", "当场纠正", "Correct on the spot"},
    {"order_at_once", "责令立即整改", "Order at once"},
    {"order", "责令限期整改", "Order within a limit"},
    {"withdraw", "责令撤离人员", "Withdraw people"},
    {"suspend", "责令暂停", "Suspend"},
    {"seal", "查封扣押", "Seal"},
    {"cut_power", "停止供电", "Cut power"},
    {"simple_penalty", "简易处罚", "Simple penalty"},
    {"ordinary_penalty", "一般处罚", "Ordinary penalty"},
};

static const Column department_columns[] = {
    STATE_COLUMNS(Department),
    COLUMN(Department, successor, KIND_REF, "承接部门", "Successor", .list = "departments"),
};
const Table department_table = {.name = "departments",
                                .class = CLASS_STATE,
                                .columns = department_columns,
                                .count = countof(department_columns),
                                .size = sizeof(Department)};

static const Column department_span_columns[] = {
    STATE_COLUMNS(DepartmentSpan),
    COLUMN(DepartmentSpan, department, KIND_REF, "部门", "Department", .flags = COLUMN_REQUIRED,
           .list = "departments"),
    COLUMN(DepartmentSpan, code, KIND_TEXT, "代码", "Code", .flags = COLUMN_REQUIRED,
           .max = 40),
    COLUMN(DepartmentSpan, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    COLUMN(DepartmentSpan, name_en, KIND_TEXT, "英文名称", "English name"),
    COLUMN(DepartmentSpan, supervision, KIND_CHOICE, "监管职责", "Supervision",
           .flags = COLUMN_REQUIRED, .choices = department_supervisions,
           .choice_count = countof(department_supervisions)),
    COLUMN(DepartmentSpan, penalty, KIND_CHOICE, "处罚权", "Power of penalty",
           .flags = COLUMN_REQUIRED, .choices = department_penalties,
           .choice_count = countof(department_penalties)),
    COLUMN(DepartmentSpan, whose, KIND_CHOICE, "隶属", "Whose", .flags = COLUMN_REQUIRED,
           .choices = department_owners, .choice_count = countof(department_owners)),
    SPAN_COLUMNS(DepartmentSpan),
};
const Table department_span_table = {.name = "department_spans",
                                     .class = CLASS_STATE,
                                     .columns = department_span_columns,
                                     .count = countof(department_span_columns),
                                     .size = sizeof(DepartmentSpan)};

static const Column rule_columns[] = {
    STATE_COLUMNS(DepartmentRule),
    COLUMN(DepartmentRule, matter, KIND_TEXT, "事由", "Matter", .flags = COLUMN_REQUIRED,
           .max = 40),
    COLUMN(DepartmentRule, area, KIND_REF, "辖区", "Area", .flags = COLUMN_REQUIRED,
           .list = "areas"),
    COLUMN(DepartmentRule, department, KIND_REF, "部门", "Department", .flags = COLUMN_REQUIRED,
           .list = "departments"),
    COLUMN(DepartmentRule, part, KIND_CHOICE, "分工", "Part", .flags = COLUMN_REQUIRED,
           .choices = rule_parts, .choice_count = countof(rule_parts)),
    COLUMN(DepartmentRule, basis, KIND_TEXT, "依据", "Basis", .max = 500),
    SPAN_COLUMNS(DepartmentRule),
};
const Table department_rule_table = {.name = "department_rules",
                                     .class = CLASS_STATE,
                                     .columns = rule_columns,
                                     .count = countof(rule_columns),
                                     .size = sizeof(DepartmentRule)};

static const Column authority_columns[] = {
    STATE_COLUMNS(Authority),
    COLUMN(Authority, department, KIND_REF, "部门", "Department", .list = "departments"),
    COLUMN(Authority, area, KIND_REF, "辖区机构", "Office of the area", .list = "areas"),
    COLUMN(Authority, matter, KIND_TEXT, "事由", "Matter", .max = 40),
    COLUMN(Authority, act, KIND_CHOICE, "职权", "Act", .flags = COLUMN_REQUIRED,
           .choices = authority_acts, .choice_count = countof(authority_acts)),
    COLUMN(Authority, basis, KIND_TEXT, "依据", "Basis", .flags = COLUMN_REQUIRED, .max = 500),
    COLUMN(Authority, conditions, KIND_TEXT, "条件", "Conditions", .max = 500),
    SPAN_COLUMNS(Authority),
};
const Table authority_table = {.name = "authorities",
                               .class = CLASS_STATE,
                               .columns = authority_columns,
                               .count = countof(authority_columns),
                               .size = sizeof(Authority)};
