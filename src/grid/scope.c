/* SPDX-License-Identifier: Apache-2.0 */
/* scope.c: the table role → grants, and what it comes to for one person at one instant. */
#include "grid/scope.h"

#include "ledger/ledger.h"

const Err SCOPE_DENIED =
    ERROR(ERR_DENIED, "denied", "您的岗位没有权限办理此事", "None of your seats may do this");
const Err SCOPE_HAT = ERROR(ERR_DENIED, "not-your-seat", "所选岗位现在不由您担任",
                            "The seat chosen is not one of yours now");

#define BIT(role)    (UINT64_C(1) << ROLE_##role)
#define HOUSEKEEPERS (BIT(AUDITOR) | BIT(SECURITY_ADMIN) | BIT(SYSTEM_ADMIN))
#define ALL_ROLES    ((UINT64_C(1) << ROLE_COUNT) - 1 - BIT(NONE))
#define CHAIN_ROLES                                                                            \
    (BIT(GRID_MEMBER) | BIT(RESPONSIBLE_OFFICER) | BIT(DEPUTY_IN_CHARGE) | BIT(DUTY_ROOM) |    \
     BIT(STREET_CONTACT) | BIT(VOLUNTEER))
#define INNER_ROLES                                                                            \
    (BIT(SAFETY_OFFICER) | BIT(WORKSHOP_HEAD) | BIT(TEAM_HEAD) | BIT(POST_HOLDER))

enum {
    READS = CAN_SEE,
    WORKS = CAN_SEE | CAN_FILE | CAN_MOVE,
    GUIDES = WORKS | CAN_HAND,
    SENT_CAN = CAN_SEE | CAN_MOVE, /* by what was sent to the seat */
    EVERYTHING = (1 << CAN_COUNT) - 1
};

typedef struct {
    Role role;
    Reach reach;
    unsigned can;
    uint64_t seats;
} GrantRow;

/*
 * What a seat gives beyond what is sent to it (REACH_SEAT, see and move, every role but the
 * three administrators) and what its person filed (REACH_OWN, see). The three administrators
 * are kept apart and see no case (GB/T 22239-2019, 8.1.5: system, audit and security
 * management): one makes persons, one gives them authority, one reads the logs. Why a chief
 * fills seats but makes no persons, and a street contact moves nothing: field.md §2.
 */
/* clang-format off */
static const GrantRow rows[] = {
    {ROLE_GRID_MEMBER,             REACH_AREA,       WORKS | CAN_PROPOSE, 0},
    {ROLE_RESPONSIBLE_OFFICER,     REACH_AREA,       WORKS | CAN_PROPOSE | CAN_SUBJECTS, 0},
    {ROLE_DEPUTY_IN_CHARGE,        REACH_AREA,       GUIDES | CAN_PROPOSE | CAN_SUBJECTS, 0},
    {ROLE_GRID_CHIEF,              REACH_AREA,       GUIDES | CAN_PROPOSE | CAN_SUBJECTS | CAN_SEATS, CHAIN_ROLES},
    {ROLE_DUTY_ROOM,               REACH_AREA,       WORKS, 0},
    {ROLE_STREET_CONTACT,          REACH_AREA,       READS | CAN_FILE, 0},
    {ROLE_SAFETY_COMMITTEE_OFFICE, REACH_REGION,     GUIDES | CAN_PROPOSE | CAN_SUBJECTS | CAN_AREAS | CAN_SEATS |
                                                     CAN_DEPARTMENTS | CAN_PERSONS | CAN_IMPORT, ALL_ROLES & ~HOUSEKEEPERS},
    {ROLE_REGION_DEPUTY,           REACH_REGION,     GUIDES, 0},
    {ROLE_LEADER,                  REACH_REGION,     READS | CAN_FILE, 0},
    {ROLE_DEPARTMENT_OFFICER,      REACH_DEPARTMENT, WORKS | CAN_PROPOSE | CAN_SUBJECTS, 0},
    {ROLE_DEPARTMENT_HEAD,         REACH_DEPARTMENT, GUIDES | CAN_PROPOSE | CAN_SUBJECTS | CAN_SEATS,
                                                     BIT(DEPARTMENT_OFFICER) | BIT(INSPECTOR)},
    {ROLE_INSPECTOR,               REACH_DEPARTMENT, WORKS | CAN_PROPOSE, 0},
    {ROLE_GROUP_LEADER,            REACH_REGION,     READS | CAN_FILE, 0},
    {ROLE_GROUP_MEMBER,            REACH_REGION,     READS | CAN_FILE, 0},
    {ROLE_MAIN_RESPONSIBLE_PERSON, REACH_SUBJECT,    READS | CAN_MOVE | CAN_PROPOSE | CAN_SEATS, INNER_ROLES},
    {ROLE_SAFETY_OFFICER,          REACH_SUBJECT,    READS | CAN_MOVE | CAN_PROPOSE, 0},
    {ROLE_VOLUNTEER,               REACH_AREA,       CAN_FILE | CAN_PROPOSE, 0},
    {ROLE_AUDITOR,                 REACH_REGION,     CAN_AUDIT, 0},
    {ROLE_SECURITY_ADMIN,          REACH_REGION,     CAN_SEATS | CAN_UNLOCK, ALL_ROLES},
    {ROLE_SYSTEM_ADMIN,            REACH_REGION,     CAN_AREAS | CAN_DEPARTMENTS | CAN_PERSONS | CAN_IMPORT | CAN_DEFINE |
                                                     CAN_CLOCK, 0},
};
static const char *const can_names[CAN_COUNT] = {
    "see", "file", "move", "hand", "propose", "subjects", "areas", "seats", "departments", "persons", "unlock",
    "import", "define", "audit", "clock",
};
static const struct { const char *name; Tie tie; } tie_names[] = {
    {"area", TIE_AREA}, {"department", TIE_DEPARTMENT}, {"subject", TIE_SUBJECT}, {"parties", TIE_PARTIES},
    {"duty", TIE_DUTY}, {"audit", TIE_AUDIT},
};
static const char *const reach_words[][2] = {
    [REACH_REGION] = {"全区", "the region"},
    [REACH_AREA] = {"本网格及下级", "its area and below"},
    [REACH_DEPARTMENT] = {"本部门", "its department"},
    [REACH_SUBJECT] = {"本单位", "its subject"},
    [REACH_SEAT] = {"交给本岗位的", "what is sent to the seat"},
    [REACH_OWN] = {"本人上报的", "what one filed"},
};
/* clang-format on */

static bool sent_to(Role role)
{
    return !(HOUSEKEEPERS >> role & 1);
}

const char *can_name(Can can)
{
    unsigned i = 0;
    while (i < CAN_COUNT && can != (Can)(1u << i))
        i++;
    assert(i < CAN_COUNT);
    return can_names[i];
}

bool tie_by_name(Str name, Tie *out)
{
    for (size_t i = 0; i < countof(tie_names); i++)
        if (str_is(name, tie_names[i].name)) {
            *out = tie_names[i].tie;
            return true;
        }
    return false;
}

const char *tie_name(Tie tie)
{
    for (size_t i = 0; i < countof(tie_names); i++)
        if (tie_names[i].tie == tie) return tie_names[i].name;
    return "filed";
}

static Access sight_of(unsigned ties, Visibility see)
{
    if (ties & see.sealed) return SIGHT_SEALED;
    if (ties & (see.masked | TIE_DUTY)) return SIGHT_MASKED;
    if (ties & (see.open | TIE_FILED)) return SIGHT_OPEN;
    return SIGHT_NONE;
}

Access tie_sight(Tie tie, Visibility see)
{
    return sight_of(tie, see);
}

/* ---- making a Who ---- */

static void grants_make(Arena *mem, Who *who)
{
    Grant *grants = arena_array(mem, Grant, who->chair_count * (countof(rows) + 1) + 1);
    size_t n = 0;
    for (size_t c = 0; c < who->chair_count; c++) {
        const Chairing *chair = &who->chairs[c];
        for (size_t i = 0; i < countof(rows); i++)
            if (rows[i].role == chair->role)
                grants[n++] = (Grant){rows[i].reach, rows[i].can, rows[i].seats, chair};
        if (sent_to(chair->role)) grants[n++] = (Grant){REACH_SEAT, SENT_CAN, 0, chair};
    }
    grants[n++] = (Grant){REACH_OWN, CAN_SEE, 0, NULL};
    for (size_t i = 0; i < n; i++)
        who->can |= grants[i].can;
    who->grants = grants;
    who->grant_count = n;
}

static int by_first(const void *a, const void *b)
{
    const Range *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static size_t ranges_join(Range *ranges, size_t n)
{
    qsort(ranges, n, sizeof *ranges, by_first);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept && ranges[i].first <= ranges[kept - 1].end) {
            if (ranges[i].end > ranges[kept - 1].end) ranges[kept - 1].end = ranges[i].end;
        } else
            ranges[kept++] = ranges[i];
    }
    return kept;
}

static size_t ids_join(int64_t *ids, size_t n)
{
    qsort(ids, n, sizeof *ids, by_id);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!kept || ids[i] != ids[kept - 1]) ids[kept++] = ids[i];
    return kept;
}

/* CAN_SEE of all grants as sorted sets, so that a page filters rows without asking each grant.
 */
static void sight_make(Arena *mem, Who *who)
{
    size_t n = who->grant_count, areas = 0, departments = 0, subjects = 0, seats = 0;
    Range *ranges = arena_array(mem, Range, n);
    int64_t *ids[3];
    for (size_t i = 0; i < countof(ids); i++)
        ids[i] = arena_array(mem, int64_t, n);
    for (size_t i = 0; i < n; i++) {
        const Grant *g = &who->grants[i];
        if (!(g->can & CAN_SEE)) continue;
        switch (g->reach) {
        case REACH_REGION: who->all = true; break;
        case REACH_AREA: ranges[areas++] = g->chair->range; break;
        case REACH_DEPARTMENT: ids[0][departments++] = g->chair->department; break;
        case REACH_SUBJECT: ids[1][subjects++] = g->chair->subject; break;
        case REACH_SEAT: ids[2][seats++] = g->chair->seat; break;
        case REACH_OWN: break;
        }
    }
    who->areas = ranges;
    who->area_count = ranges_join(ranges, areas);
    who->departments = ids[0];
    who->department_count = ids_join(ids[0], departments);
    who->subjects = ids[1];
    who->subject_count = ids_join(ids[1], subjects);
    who->seats = ids[2];
    who->seat_count = ids_join(ids[2], seats);
}

const Err *who_of(Arena *mem, const Ground *ground, int64_t region, int64_t person, Instant at,
                  int64_t hat, const Chairing *chairs, size_t count, Who *out)
{
    Who who = {.region = region,
               .person = person,
               .at = at,
               .ground = ground,
               .hat = hat,
               .chair_count = count};
    Chairing *copy = arena_array(mem, Chairing, count);
    if (count) memcpy(copy, chairs, count * sizeof *copy);
    who.chairs = copy;
    if (hat != NIL && !who_chair(&who, hat)) return &SCOPE_HAT;
    grants_make(mem, &who);
    sight_make(mem, &who);
    *out = who;
    return NULL;
}

void who_house(Arena *mem, const Ground *ground, int64_t region, Instant at, Who *out)
{
    Chairing *chair = arena_make(mem, Chairing);
    Grant *grant = arena_make(mem, Grant);
    *chair = (Chairing){
        .seat = NIL, .area = NIL, .department = NIL, .subject = NIL, .for_person = NIL};
    *grant = (Grant){REACH_REGION, EVERYTHING, ALL_ROLES, chair};
    *out = (Who){.region = region,
                 .person = PERSON_HOUSE,
                 .at = at,
                 .ground = ground,
                 .hat = NIL,
                 .can = EVERYTHING,
                 .grants = grant,
                 .grant_count = 1,
                 .all = true};
}

/* ---- asking it ---- */

static bool has_id(const int64_t *ids, size_t count, int64_t id)
{
    if (id == NIL) return false;
    for (size_t low = 0; low < count;) {
        size_t middle = low + (count - low) / 2;
        if (ids[middle] == id) return true;
        if (ids[middle] < id)
            low = middle + 1;
        else
            count = middle;
    }
    return false;
}

static bool has_any(const int64_t *ids, size_t count, const int64_t *of, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (has_id(ids, count, of[i])) return true;
    return false;
}

static bool within(Range range, uint32_t order)
{
    return order != ORDER_NONE && order >= range.first && order < range.end;
}

static bool same(int64_t a, int64_t b)
{
    return a != NIL && a == b;
}

bool who_sees_area(const Who *who, uint32_t order)
{
    if (who->all) return true;
    for (size_t i = 0; i < who->area_count; i++)
        if (within(who->areas[i], order)) return true;
    return false;
}

unsigned who_ties(const Who *who, const Relations *t)
{
    unsigned ties = 0;
    if (who_sees_area(who, t->order)) ties |= TIE_AREA;
    if (has_id(who->departments, who->department_count, t->department) ||
        has_any(who->departments, who->department_count, t->helpers, t->helper_count))
        ties |= TIE_DEPARTMENT;
    if (has_id(who->subjects, who->subject_count, t->subject)) ties |= TIE_SUBJECT;
    if (has_any(who->subjects, who->subject_count, t->parties, t->party_count))
        ties |= TIE_PARTIES;
    if (has_id(who->seats, who->seat_count, t->duty) ||
        has_any(who->seats, who->seat_count, t->risen, t->risen_count) ||
        has_any(who->seats, who->seat_count, t->watch, t->watch_count))
        ties |= TIE_DUTY;
    if (who->can & CAN_AUDIT) ties |= TIE_AUDIT;
    if (t->filed_by != PERSON_HOUSE && same(t->filed_by, who->person)) ties |= TIE_FILED;
    return ties;
}

Access who_sees(const Who *who, const Relations *t, Visibility see)
{
    if (who->person == PERSON_HOUSE) return SIGHT_SEALED;
    return sight_of(who_ties(who, t), see);
}

static bool among(int64_t id, const int64_t *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (same(ids[i], id)) return true;
    return false;
}

static bool of_department(const Chairing *c, const Relations *t)
{
    return same(c->department, t->department) ||
           among(c->department, t->helpers, t->helper_count);
}

static bool of_subject(const Chairing *c, const Relations *t)
{
    return same(c->subject, t->subject) || among(c->subject, t->parties, t->party_count);
}

static bool sent(const Chairing *c, const Relations *t)
{
    return same(c->seat, t->duty) || among(c->seat, t->risen, t->risen_count);
}

/* How near the grant is to what is tied so; 0: it does not reach it. The smaller an area the
 * nearer it is. */
static uint64_t nearness(const Who *who, const Grant *g, Can can, const Relations *t)
{
    const Chairing *c = g->chair;
    bool reaches = false;
    uint64_t near = UINT64_C(1) << 32;
    switch (g->reach) {
    case REACH_REGION: return 1;
    case REACH_DEPARTMENT: return of_department(c, t) ? 2 : 0;
    case REACH_AREA:
        reaches = within(c->range, t->order);
        near = 3 + (uint64_t)(UINT32_MAX - (c->range.end - c->range.first));
        break;
    case REACH_SUBJECT:
        reaches = of_subject(c, t);
        near <<= 1;
        break;
    case REACH_SEAT:
        reaches = sent(c, t) || (can == CAN_SEE && among(c->seat, t->watch, t->watch_count));
        near <<= 2;
        break;
    case REACH_OWN:
        reaches = same(t->filed_by, who->person);
        near <<= 3;
        break;
    }
    return reaches ? near : 0;
}

static bool under_hat(const Who *who, const Grant *g)
{
    return who->hat == NIL || !g->chair || g->chair->seat == who->hat;
}

const Grant *who_can(const Who *who, Can can, const Relations *ties)
{
    const Grant *best = NULL;
    uint64_t nearest = 0;
    for (size_t i = 0; i < who->grant_count; i++) {
        const Grant *g = &who->grants[i];
        if (!(g->can & can) || !under_hat(who, g)) continue;
        uint64_t near = ties ? nearness(who, g, can, ties) : 1;
        if (!near && can != CAN_FILE) continue;
        if (!best || near > nearest) {
            best = g;
            nearest = near;
        }
    }
    return best;
}

const Grant *who_seats(const Who *who, Role role, const Relations *anchor)
{
    for (size_t i = 0; i < who->grant_count; i++) {
        const Grant *g = &who->grants[i];
        if (g->can & CAN_SEATS && g->seats >> role & 1 && under_hat(who, g) &&
            nearness(who, g, CAN_SEATS, anchor))
            return g;
    }
    return NULL;
}

const Chairing *who_chair(const Who *who, int64_t seat)
{
    for (size_t i = 0; i < who->chair_count; i++)
        if (who->chairs[i].seat == seat) return &who->chairs[i];
    return NULL;
}

static bool sits_for(const Chairing *c, const Relations *t)
{
    if (!t) return true;
    switch (role_anchor(c->role)) {
    case ANCHOR_AREA: return within(c->range, t->order);
    case ANCHOR_DEPARTMENT: return of_department(c, t);
    case ANCHOR_SUBJECT: return of_subject(c, t);
    case ANCHOR_REGION: return true;
    case ANCHOR_NONE:
    case ANCHOR_LEAD_DEPARTMENT:
    case ANCHOR_COUNT: break;
    }
    return false;
}

const Chairing *who_sits(const Who *who, Role role, const Relations *ties)
{
    const Chairing *best = NULL;
    for (size_t i = 0; i < who->chair_count; i++) {
        const Chairing *c = &who->chairs[i];
        if (c->role != role || (who->hat != NIL && c->seat != who->hat) || !sits_for(c, ties))
            continue;
        if (!best || c->range.end - c->range.first < best->range.end - best->range.first)
            best = c;
    }
    return best;
}

/* ---- for docs ---- */

static void row_describe(Buf *out, Lang lang, const char *role, const char *title, Reach reach,
                         unsigned can)
{
    buf_fmt(out, "| %s | %s | %s |", role, title, reach_words[reach][lang == LANG_EN]);
    for (unsigned i = 0; i < CAN_COUNT; i++)
        if (can >> i & 1) buf_fmt(out, " %s", can_names[i]);
    buf_add(out, S(" |\n"));
}

void act_sit(Act *act, const Chairing *chair)
{
    if (!chair) return;
    act->spec.seat = chair->seat;
    act->spec.for_person = chair->for_person;
}

void scope_describe(Buf *out, Lang lang)
{
    bool zh = lang == LANG_ZH;
    buf_add(out, zh ? S("| 角色 | 名称 | 范围 | 权限 |\n|---|---|---|---|\n")
                    : S("| role | title | reach | capabilities |\n|---|---|---|---|\n"));
    for (Role role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        bool any = false;
        for (size_t i = 0; i < countof(rows); i++) {
            if (rows[i].role != role) continue;
            row_describe(out, lang, role_name(role), zh ? role_zh(role) : role_en(role),
                         rows[i].reach, rows[i].can);
            any = true;
        }
        if (!any)
            row_describe(out, lang, role_name(role), zh ? role_zh(role) : role_en(role),
                         REACH_SEAT, SENT_CAN);
    }
    row_describe(out, lang, "*",
                 zh ? "三类管理员以外的各角色" : "each but the three administrators",
                 REACH_SEAT, SENT_CAN);
    row_describe(out, lang, "*", zh ? "所有人" : "everybody", REACH_OWN, CAN_SEE);
}
