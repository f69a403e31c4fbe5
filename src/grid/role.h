/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role.h: the closed list of roles (design §8, words of field.md §5), where a role's seats
 * hang, which of them may answer for a case, and the ladder that the duty climbs when nobody
 * sits. Who holds a seat, and when, is seat.h and duty.h.
 */
#ifndef GRID_ROLE_H
#define GRID_ROLE_H

#include "base/str.h"

typedef enum {
    ROLE_NONE,
    /* of an area: the executive chain of field.md §2.2 */
    ROLE_GRID_MEMBER,
    ROLE_RESPONSIBLE_OFFICER,
    ROLE_DEPUTY_IN_CHARGE,
    ROLE_GRID_CHIEF,
    ROLE_DUTY_ROOM, /* a roster: held only in its shift */
    ROLE_STREET_CONTACT,
    /* of the region's root */
    ROLE_SAFETY_COMMITTEE_OFFICE,
    ROLE_REGION_DEPUTY,
    ROLE_LEADER,
    /* of a department */
    ROLE_DEPARTMENT_OFFICER,
    ROLE_DEPARTMENT_HEAD,
    ROLE_INSPECTOR,
    /* of a supervision or review group */
    ROLE_GROUP_LEADER,
    ROLE_GROUP_MEMBER,
    /* of a subject: never a government seat, never a duty */
    ROLE_MAIN_RESPONSIBLE_PERSON,
    ROLE_SAFETY_OFFICER,
    ROLE_WORKSHOP_HEAD,
    ROLE_TEAM_HEAD,
    ROLE_POST_HOLDER,
    /* who advise, look on, or keep the house */
    ROLE_EXPERT,
    ROLE_VOLUNTEER,
    ROLE_DISCIPLINE_READER,
    ROLE_AUDITOR,
    ROLE_SECURITY_ADMIN,
    ROLE_SYSTEM_ADMIN,
    ROLE_COUNT
} Role;

/* What a seat hangs on, and what a definition writes behind the @ of role@anchor. */
typedef enum {
    ANCHOR_NONE,            /* not written */
    ANCHOR_AREA,            /* the case's area, else the nearest ancestor */
    ANCHOR_REGION,          /* the root of the region's tree */
    ANCHOR_DEPARTMENT,      /* the department the case names, else the leading one */
    ANCHOR_LEAD_DEPARTMENT, /* the department that leads this matter at this place */
    ANCHOR_SUBJECT,         /* the case's subject */
    ANCHOR_COUNT
} Anchor;

/* role@anchor as a definition writes it. */
typedef struct {
    Role role;
    Anchor anchor;
} RoleAt;

/* "grid_member"; ROLE_NONE gives "none". Never NULL. */
MUST const char *role_name(Role role);
/* The title in words of the field: "网格员", "grid member". */
MUST const char *role_zh(Role role);
MUST const char *role_en(Role role);
MUST bool role_by_name(Str name, Role *out);

/* What seats of the role hang on: ANCHOR_AREA, ANCHOR_REGION, ANCHOR_DEPARTMENT or
 * ANCHOR_SUBJECT. */
MUST Anchor role_anchor(Role role);
/* A government seat that may be answerable for a case. */
MUST bool role_may_answer(Role role);
/* Held by a roster, only in its shift. */
MUST bool role_is_roster(Role role);
/* The next rung when nobody holds the role: member → responsible officer → deputy in charge →
 * chief → the region's deputy; department officer → its head → the region's deputy. ROLE_NONE
 * behind the region's deputy and for roles that never answer (design §6.3, field.md §2.2). */
MUST Role role_next(Role role);

/* "area", "lead_department"; ANCHOR_NONE gives "". */
MUST const char *anchor_name(Anchor anchor);
MUST bool anchor_by_name(Str name, Anchor *out);
/* Whether seats of the role can be looked for at that anchor: an area's also at the root
 * (@region), a department's both at the named and at the leading one. */
MUST bool role_fits(Role role, Anchor anchor);

/* "role" or "role@anchor"; false when either is unknown. The fit is not asked. */
MUST bool chair_parse(Str text, RoleAt *out);
/* "role@anchor", without @ for ANCHOR_NONE. */
void chair_print(Buf *out, RoleAt chair);

#endif
