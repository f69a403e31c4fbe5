/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes.c: THE table. A row is the whole contract of a route: method, path, capability (never
 * 0), how it touches the store, handler, body and query, what it does. OpenAPI is printed from it.
 */
#include "web/api.h"

#define BODY(array)  .body = array, .body_count = countof(array)
#define QUERY(array) .query = array, .query_count = countof(array)

static const Column sign_in_body[] = {
    FIELD("name", KIND_TEXT, "用户名", "Name", .flags = COLUMN_REQUIRED),
    FIELD("password", KIND_TEXT, "密码", "Password", .flags = COLUMN_REQUIRED, .max = 1024),
};
static const Column hat_body[] = {FIELD("seat", KIND_REF, "岗位", "Seat", .list = "seats")};
static const Column clock_body[] = {FIELD("now", KIND_INSTANT, "现在", "Now", .flags = COLUMN_REQUIRED)};
static const Column case_body[] = {
    FIELD("flow", KIND_TEXT, "流程", "Flow", .flags = COLUMN_REQUIRED),
    FIELD("move", KIND_TEXT, "动作", "Filing move; file when absent"),
    FIELD("place", KIND_PLACE, "位置", "Place; datum WGS84 unless said"),
    FIELD("subject", KIND_REF, "监管对象", "Subject", .list = "subjects"),
    FIELD("matter", KIND_CODE, "事由", "Matter", .list = "matter"),
    FIELD("department", KIND_REF, "部门", "Department", .list = "departments"),
    FIELD("fields", KIND_OBJECT, "字段", "The flow's own fields"),
    FIELD("for", KIND_REF, "代", "On whose behalf", .list = "persons"),
};
static const Column move_body[] = {
    FIELD("version", KIND_INT, "版本", "The case's version as last seen", .flags = COLUMN_REQUIRED),
    FIELD("fields", KIND_OBJECT, "字段", "What the move asks"),
    FIELD("for", KIND_REF, "代", "On whose behalf", .list = "persons"),
};
#define PAGE_QUERY                                                                             \
    FIELD("limit", KIND_INT, "条数", "1 to 200, 50 when absent"),                              \
        FIELD("cursor", KIND_TEXT, "游标", "next of the page before", .max = 400)
static const Column case_query[] = {
    PAGE_QUERY,
    FIELD("flow", KIND_TEXT, "流程", "Flow"),
    FIELD("state", KIND_TEXT, "状态", "State"),
    FIELD("area", KIND_REF, "区域", "Area and all below it", .list = "areas"),
    FIELD("department", KIND_REF, "部门", "Department", .list = "departments"),
    FIELD("subject", KIND_REF, "监管对象", "Subject", .list = "subjects"),
    FIELD("parent", KIND_REF, "上级事项", "Parent case", .list = "cases"),
    FIELD("duty", KIND_TEXT, "待我办", "me: my duty, risen to me, watched by me"),
    FIELD("filed", KIND_TEXT, "我上报的", "me: what I filed"),
    FIELD("late", KIND_FLAG, "超期", "1: late ones alone"),
    FIELD("open", KIND_FLAG, "未结", "1: open, 0: ended, absent: both"),
    FIELD("q", KIND_TEXT, "搜索", "Text to search for"),
    FIELD("from", KIND_INSTANT, "自", "Opened at or after"),
    FIELD("to", KIND_INSTANT, "至", "Opened before"),
};
static const Column locate_query[] = {
    FIELD("lon", KIND_DECIMAL, "经度", "Longitude in degrees", .flags = COLUMN_REQUIRED, .scale = 7),
    FIELD("lat", KIND_DECIMAL, "纬度", "Latitude in degrees", .flags = COLUMN_REQUIRED, .scale = 7),
    FIELD("datum", KIND_TEXT, "坐标系", "WGS84, CGCS2000 or GCJ02"),
    FIELD("asof", KIND_INSTANT, "截至", "As it was then"),
};
static const Column asof_query[] = {FIELD("asof", KIND_INSTANT, "截至", "As it was then")};
static const Column area_query[] = {
    FIELD("area", KIND_REF, "区域", "Area and all below it", .list = "areas"),
    FIELD("asof", KIND_INSTANT, "截至", "As it was then"),
};

/* clang-format off */
const Route web_routes[] = {
    {"GET",    "/healthz",                         CAN_ANYONE,  TX_NONE,  api_health,         .zh = "是否就绪", .en = "Whether it is ready", .answers = "Health"},
    {"GET",    "/metrics",                         CAN_ANYONE,  TX_NONE,  api_metrics,        .zh = "运行指标", .en = "Figures for Prometheus", .answers = "Text"},
    {"GET",    "/api/openapi.json",                CAN_ANYONE,  TX_NONE,  api_openapi,        .zh = "接口描述", .en = "This description", .answers = "OpenApi"},
    {"POST",   "/api/v1/session",                  CAN_ANYONE,  TX_SLOW,  api_sign_in,        BODY(sign_in_body), .zh = "登录", .en = "Sign in", .answers = "Session"},
    {"DELETE", "/api/v1/session",                  CAN_SIGN_IN, TX_SLOW,  api_sign_out,       .zh = "退出", .en = "Sign out", .answers = "Done"},
    {"PUT",    "/api/v1/session/hat",              CAN_SIGN_IN, TX_SLOW,  api_hat,            BODY(hat_body), .zh = "选择岗位", .en = "Choose the seat to act from", .answers = "Me"},
    {"GET",    "/api/v1/me",                       CAN_SIGN_IN, TX_READ,  api_me,             .zh = "我", .en = "Who I am, my seats and what they give", .answers = "Me"},
    {"POST",   "/api/v1/cases",                    CAN_FILE,    TX_WRITE, api_case_file,      .again = api_case_again, BODY(case_body), .zh = "上报事项", .en = "File a case; same key, same case", .answers = "Case"},
    {"GET",    "/api/v1/cases",                    CAN_SIGN_IN, TX_READ,  api_cases,          QUERY(case_query), .zh = "事项列表", .en = "Cases that I may see, by (due, id)", .answers = "CasePage"},
    {"GET",    "/api/v1/cases/count",              CAN_SIGN_IN, TX_READ,  api_case_count,     QUERY(case_query), .zh = "事项数", .en = "How many of them", .answers = "Count"},
    {"GET",    "/api/v1/cases/{id}",               CAN_SIGN_IN, TX_READ,  api_case,           .zh = "事项", .en = "One case", .answers = "Case"},
    {"GET",    "/api/v1/cases/{id}/moves",         CAN_SIGN_IN, TX_READ,  api_case_moves,     .zh = "可办动作", .en = "What I may do with it now, and why not", .answers = "Moves"},
    {"POST",   "/api/v1/cases/{id}/moves/{move}",  CAN_SIGN_IN, TX_WRITE, api_case_move,      .again = api_case_again, BODY(move_body), .zh = "办理", .en = "Move a case along its flow", .answers = "Case"},
    {"GET",    "/api/v1/cases/{id}/ledger",        CAN_SIGN_IN, TX_READ,  api_case_ledger,    .zh = "办理过程", .en = "Its entries, the newest first", .answers = "History"},
    {"POST",   "/api/v1/preview",                  CAN_FILE,    TX_READ,  api_preview,        BODY(case_body), .zh = "上报前预览", .en = "Who would get it and by when; nothing is stored", .answers = "Preview"},
    {"GET",    "/api/v1/locate",                   CAN_SIGN_IN, TX_READ,  api_locate,         QUERY(locate_query), .zh = "定位", .en = "The cell of a point, and who answers there", .answers = "Located"},
    {"GET",    "/api/v1/areas/{id}",               CAN_SIGN_IN, TX_READ,  api_area,           QUERY(asof_query), .zh = "区域", .en = "One area", .answers = "Area"},
    {"GET",    "/api/v1/areas/{id}/children",      CAN_SIGN_IN, TX_READ,  api_area_children,  QUERY(asof_query), .zh = "下级区域", .en = "Its children", .answers = "Areas"},
    {"GET",    "/api/v1/areas/{id}/outline",       CAN_SIGN_IN, TX_READ,  api_area_outline,   QUERY(asof_query), .zh = "区域边界", .en = "Its outline as a GeoJSON Feature", .answers = "Feature"},
    {"GET",    "/api/v1/blindspots",               CAN_SIGN_IN, TX_READ,  api_blindspots,     QUERY(area_query), .zh = "责任盲区", .en = "Cells and subjects that nobody answers for", .answers = "BlindSpots"},
    {"GET",    "/api/v1/seats",                    CAN_SIGN_IN, TX_READ,  api_seats,          QUERY(area_query), .zh = "岗位", .en = "Seats of an area and who sits there", .answers = "Seats"},
    {"GET",    "/api/v1/departments",              CAN_SIGN_IN, TX_READ,  api_departments,    QUERY(asof_query), .zh = "部门", .en = "Departments", .answers = "Departments"},
    {"GET",    "/api/v1/flows",                    CAN_SIGN_IN, TX_READ,  api_flows,          .zh = "流程", .en = "Flows in force: states, moves, fields", .answers = "Flows"},
    {"GET",    "/api/v1/codes/{list}",             CAN_SIGN_IN, TX_READ,  api_codes,          .zh = "代码表", .en = "A code list", .answers = "Codes"},
    {"POST",   "/api/v1/clock",                    CAN_SIGN_IN, TX_SLOW,  api_clock,          BODY(clock_body), .zh = "测试时钟", .en = "Set the test clock forwards (serve --test-clock)", .answers = "Clock"},
};
/* clang-format on */
const size_t web_route_count = countof(web_routes);

/* Whether path fits the pattern; {name} takes one segment that is not empty. */
static bool fits(Str pattern, Str path, Str params[CALL_PARAMS])
{
    size_t n = 0;
    while (pattern.n && path.n) {
        Str want, have, want_rest, have_rest;
        bool more_want = str_cut(pattern, '/', &want, &want_rest), more_have = str_cut(path, '/', &have, &have_rest);
        if (more_want != more_have) return false;
        if (want.n && want.p[0] == '{') {
            if (!have.n || n == CALL_PARAMS) return false;
            params[n++] = have;
        } else if (!str_eq(want, have))
            return false;
        if (!more_want) return true;
        pattern = want_rest;
        path = have_rest;
    }
    return !pattern.n && !path.n;
}

const Err *route_find(Str method, Str path, const Route **out, Str params[CALL_PARAMS])
{
    bool other = false;
    for (size_t i = 0; i < web_route_count; i++) {
        Str found[CALL_PARAMS] = {{0}};
        if (!fits(str(web_routes[i].path), path, found)) continue;
        other = true;
        if (!str_is(method, web_routes[i].method)) continue;
        memcpy(params, found, sizeof found);
        *out = &web_routes[i];
        return NULL;
    }
    return other ? &WEB_METHOD : &WEB_NO_ROUTE;
}
