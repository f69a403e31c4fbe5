/* SPDX-License-Identifier: Apache-2.0 */
/* role.c: one table of roles; everything about a role that is not dated stands in its row. */
#include "grid/role.h"

enum { ANSWERS = 1, ROSTER = 2 };

typedef struct {
    const char *name, *zh, *en;
    Anchor anchor;
    unsigned flags;
    Role next;
} RoleRow;

/* clang-format off */
static const RoleRow rows[ROLE_COUNT] = {
    [ROLE_NONE]                    = {"none", "无", "none", ANCHOR_NONE, 0, ROLE_NONE},
    [ROLE_GRID_MEMBER]             = {"grid_member", "网格员", "grid member", ANCHOR_AREA, ANSWERS, ROLE_RESPONSIBLE_OFFICER},
    [ROLE_RESPONSIBLE_OFFICER]     = {"responsible_officer", "网格监管责任人", "responsible officer", ANCHOR_AREA, ANSWERS, ROLE_DEPUTY_IN_CHARGE},
    [ROLE_DEPUTY_IN_CHARGE]        = {"deputy_in_charge", "分管负责人", "deputy in charge", ANCHOR_AREA, ANSWERS, ROLE_GRID_CHIEF},
    [ROLE_GRID_CHIEF]              = {"grid_chief", "网格长", "grid chief", ANCHOR_AREA, ANSWERS, ROLE_REGION_DEPUTY},
    [ROLE_DUTY_ROOM]               = {"duty_room", "值班室", "duty room", ANCHOR_AREA, ANSWERS | ROSTER, ROLE_RESPONSIBLE_OFFICER},
    [ROLE_STREET_CONTACT]          = {"street_contact", "联系负责人", "street contact", ANCHOR_AREA, 0, ROLE_NONE},
    [ROLE_SAFETY_COMMITTEE_OFFICE] = {"safety_committee_office", "安委办", "safety committee office", ANCHOR_REGION, ANSWERS, ROLE_REGION_DEPUTY},
    [ROLE_REGION_DEPUTY]           = {"region_deputy", "分管区领导", "deputy head of the region", ANCHOR_REGION, ANSWERS, ROLE_NONE},
    [ROLE_LEADER]                  = {"leader", "党政主要领导", "leader", ANCHOR_REGION, ANSWERS, ROLE_REGION_DEPUTY},
    [ROLE_DEPARTMENT_OFFICER]      = {"department_officer", "部门监管责任人", "department officer", ANCHOR_DEPARTMENT, ANSWERS, ROLE_DEPARTMENT_HEAD},
    [ROLE_DEPARTMENT_HEAD]         = {"department_head", "部门负责人", "department head", ANCHOR_DEPARTMENT, ANSWERS, ROLE_REGION_DEPUTY},
    [ROLE_INSPECTOR]               = {"inspector", "持证执法人员", "certified inspector", ANCHOR_DEPARTMENT, ANSWERS, ROLE_DEPARTMENT_HEAD},
    [ROLE_GROUP_LEADER]            = {"group_leader", "督导组组长", "supervision group leader", ANCHOR_REGION, ANSWERS, ROLE_SAFETY_COMMITTEE_OFFICE},
    [ROLE_GROUP_MEMBER]            = {"group_member", "督导组组员", "supervision group member", ANCHOR_REGION, ANSWERS, ROLE_GROUP_LEADER},
    [ROLE_MAIN_RESPONSIBLE_PERSON] = {"main_responsible_person", "主要负责人", "main responsible person", ANCHOR_SUBJECT, 0, ROLE_NONE},
    [ROLE_SAFETY_OFFICER]          = {"safety_officer", "安全管理员", "safety officer", ANCHOR_SUBJECT, 0, ROLE_NONE},
    [ROLE_WORKSHOP_HEAD]           = {"workshop_head", "车间负责人", "workshop head", ANCHOR_SUBJECT, 0, ROLE_NONE},
    [ROLE_TEAM_HEAD]               = {"team_head", "班组长", "team head", ANCHOR_SUBJECT, 0, ROLE_NONE},
    [ROLE_POST_HOLDER]             = {"post_holder", "岗位人员", "post holder", ANCHOR_SUBJECT, 0, ROLE_NONE},
    [ROLE_EXPERT]                  = {"expert", "专家", "expert", ANCHOR_REGION, 0, ROLE_NONE},
    [ROLE_VOLUNTEER]               = {"volunteer", "志愿者", "volunteer", ANCHOR_AREA, 0, ROLE_NONE},
    [ROLE_DISCIPLINE_READER]       = {"discipline_reader", "纪检查阅人", "discipline reader", ANCHOR_REGION, 0, ROLE_NONE},
    [ROLE_AUDITOR]                 = {"auditor", "审计管理员", "audit administrator", ANCHOR_REGION, 0, ROLE_NONE},
    [ROLE_SECURITY_ADMIN]          = {"security_admin", "安全保密管理员", "security administrator", ANCHOR_REGION, 0, ROLE_NONE},
    [ROLE_SYSTEM_ADMIN]            = {"system_admin", "系统管理员", "system administrator", ANCHOR_REGION, 0, ROLE_NONE},
};
/* clang-format on */

static const char *const anchors[ANCHOR_COUNT] = {
    [ANCHOR_NONE] = "",
    [ANCHOR_AREA] = "area",
    [ANCHOR_REGION] = "region",
    [ANCHOR_DEPARTMENT] = "department",
    [ANCHOR_LEAD_DEPARTMENT] = "lead_department",
    [ANCHOR_SUBJECT] = "subject",
};

static const RoleRow *row(Role role)
{
    assert(role < ROLE_COUNT);
    return &rows[role];
}

const char *role_name(Role role)
{
    return row(role)->name;
}

const char *role_zh(Role role)
{
    return row(role)->zh;
}

const char *role_en(Role role)
{
    return row(role)->en;
}

bool role_by_name(Str name, Role *out)
{
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
        if (str_is(name, rows[r].name)) {
            *out = r;
            return true;
        }
    return false;
}

Anchor role_anchor(Role role)
{
    return row(role)->anchor;
}

bool role_may_answer(Role role)
{
    return row(role)->flags & ANSWERS;
}

bool role_is_roster(Role role)
{
    return row(role)->flags & ROSTER;
}

Role role_next(Role role)
{
    return row(role)->next;
}

const char *anchor_name(Anchor anchor)
{
    assert(anchor < ANCHOR_COUNT);
    return anchors[anchor];
}

bool anchor_by_name(Str name, Anchor *out)
{
    for (Anchor a = ANCHOR_NONE + 1; a < ANCHOR_COUNT; a++)
        if (str_is(name, anchors[a])) {
            *out = a;
            return true;
        }
    return false;
}

bool role_fits(Role role, Anchor anchor)
{
    Anchor home = role_anchor(role);
    if (anchor == ANCHOR_LEAD_DEPARTMENT) return home == ANCHOR_DEPARTMENT;
    if (anchor == ANCHOR_REGION) return home == ANCHOR_REGION || home == ANCHOR_AREA;
    return anchor != ANCHOR_NONE && home == anchor;
}

bool chair_parse(Str text, RoleAt *out)
{
    Str role, anchor;
    RoleAt chair = {ROLE_NONE, ANCHOR_NONE};
    if (str_cut(text, '@', &role, &anchor) && !anchor_by_name(anchor, &chair.anchor))
        return false;
    if (!role_by_name(role, &chair.role)) return false;
    *out = chair;
    return true;
}

void chair_print(Buf *out, RoleAt chair)
{
    buf_add(out, str(role_name(chair.role)));
    if (chair.anchor == ANCHOR_NONE) return;
    buf_char(out, '@');
    buf_add(out, str(anchor_name(chair.anchor)));
}
