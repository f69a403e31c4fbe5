/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes.c: THE table. A row is the whole contract of a route: method, path, capability (never
 * 0), how it touches the store, handler, body and query, what it does. OpenAPI is printed from
 * it.
 */
#include <pthread.h>

#include "subject/proposal.h"
#include "web/api.h"

/* clang-format off */
const Err WEB_NO_ROUTE = ERROR(ERR_MISSING, "no-route", "没有这个地址:{0}", "There is nothing at {0}");
const Err WEB_METHOD = ERROR(ERR_METHOD, "method", "这个地址只支持 {0}", "This address answers only {0}");

#define REQUIRED .flags = COLUMN_REQUIRED
#define ASOF  FIELD("asof", KIND_INSTANT, "截至", "As it was then; now when absent")
#define PAGE  FIELD("limit", KIND_INT, "条数", "1 to 200, 50 when absent"), FIELD("cursor", KIND_TEXT, "游标", "next of the page before", .max = 400)
#define FROM  FIELD("from", KIND_INSTANT, "自", "From then on; now when absent")
#define TO    FIELD("to", KIND_INSTANT, "至", "Until then; now when absent")
#define REASON FIELD("reason", KIND_TEXT, "理由", "Why", .max = 500)

static const Column sign_in_body[] = {
    FIELD("name", KIND_TEXT, "用户名", "Name", REQUIRED),
    FIELD("password", KIND_TEXT, "密码", "Password", REQUIRED, .max = 1024),
};
static const Column password_body[] = {
    FIELD("old", KIND_TEXT, "原密码", "Old password", REQUIRED, .max = 1024),
    FIELD("new", KIND_TEXT, "新密码", "New password", REQUIRED, .max = 1024),
};
static const Column hat_body[] = {FIELD("seat", KIND_REF, "岗位", "Seat; null: whichever fits", .list = "seats")};
static const Column view_body[] = {
    FIELD("name", KIND_TEXT, "名称", "Name", REQUIRED, .max = 40),
    FIELD("query", KIND_TEXT, "查询条件", "Query of the page", REQUIRED, .max = 2000),
};
static const Column view_query[] = {FIELD("name", KIND_TEXT, "名称", "Name", REQUIRED, .max = 40)};
static const Column clock_body[] = {FIELD("now", KIND_INSTANT, "现在", "Now", REQUIRED)};
static const Column clock_accept_body[] = {FIELD("reason", KIND_TEXT, "理由", "Why", REQUIRED, .max = 500)};

static const Column case_body[] = {
    FIELD("flow", KIND_TEXT, "流程", "Flow", REQUIRED),
    FIELD("move", KIND_TEXT, "动作", "Filing move; file when absent"),
    FIELD("place", KIND_PLACE, "位置", "Place; datum WGS84 unless said"),
    FIELD("subject", KIND_REF, "监管对象", "Subject", .list = "subjects"),
    FIELD("matter", KIND_CODE, "监管事项", "Matter", .list = "matter"),
    FIELD("department", KIND_REF, "部门", "Department", .list = "departments"),
    FIELD("fields", KIND_OBJECT, "字段", "The flow's own fields", .list = "Fields"),
    FIELD("for", KIND_REF, "代", "On whose behalf", .list = "persons"),
};
static const Column move_body[] = {
    FIELD("version", KIND_INT, "版本", "The case's version as last seen", REQUIRED),
    FIELD("fields", KIND_OBJECT, "字段", "What the move asks", .list = "Fields"),
    FIELD("for", KIND_REF, "代", "On whose behalf", .list = "persons"),
};
static const Column batch_body[] = {FIELD("items", KIND_LIST, "逐项", "1 to 100 moves, each with its own key", REQUIRED, .list = "BatchItem")};
static const Column paper_body[] = {FIELD("used", KIND_FLAG, "已发出", "Sent, not thrown away", REQUIRED)};
#define CASE_FILTERS \
    FIELD("flow", KIND_TEXT, "流程", "Flow"), \
    FIELD("state", KIND_TEXT, "状态", "State"), \
    FIELD("area", KIND_REF, "区域", "Area and all below it", .list = "areas"), \
    FIELD("department", KIND_REF, "部门", "Department", .list = "departments"), \
    FIELD("subject", KIND_REF, "监管对象", "Subject", .list = "subjects"), \
    FIELD("parent", KIND_REF, "上级事项", "Parent case", .list = "cases"), \
    FIELD("seat", KIND_REF, "承办岗位", "The seat that has the duty", .list = "seats"), \
    FIELD("duty", KIND_TEXT, "待我办", "me: my duty, risen to me, watched by me"), \
    FIELD("filed", KIND_TEXT, "我上报的", "me: what I filed"), \
    FIELD("late", KIND_FLAG, "超期", "1: late ones alone"), \
    FIELD("open", KIND_FLAG, "未结", "1: open, 0: ended, absent: both"), \
    FIELD("fields", KIND_OBJECT, "字段", "fields[category]=21: of a field that its flow marks index"), \
    FIELD("q", KIND_TEXT, "搜索", "Text to search for"), \
    FIELD("period", KIND_CHOICE, "时段依据", "The date that from and to are about: opened when absent", .choices = periods, .choice_count = countof(periods)), \
    FIELD("from", KIND_INSTANT, "自", "At or after"), \
    FIELD("to", KIND_INSTANT, "至", "Before"), \
    FIELD("sort", KIND_TEXT, "排序", "number, due, opened, ended or area, - before it: downwards; open ones by due, then ended ones by number when absent")
static const Choice periods[] = {{"opened", "登记", "opened"}, {"ended", "办结", "ended"}, {"due", "到期", "due"}};
static const Column case_query[] = {PAGE, CASE_FILTERS};
static const Column page_query[] = {PAGE};

static const Column locate_query[] = {
    FIELD("lon", KIND_DECIMAL, "经度", "Longitude in degrees", REQUIRED, .scale = 7),
    FIELD("lat", KIND_DECIMAL, "纬度", "Latitude in degrees", REQUIRED, .scale = 7),
    FIELD("datum", KIND_TEXT, "坐标系", "WGS84, CGCS2000 or GCJ02; case and dash do not matter"),
    ASOF,
};
static const Column asof_query[] = {ASOF};
static const Column asof_page_query[] = {ASOF, PAGE};
static const Column outlines_query[] = {FIELD("level", KIND_TEXT, "层级", "Which areas below: cell when absent, or region, street, village, micro_cell"), ASOF};
static const Column map_query[] = {FIELD("area", KIND_REF, "区域", "Area and all below it; the region when absent", .list = "areas"), ASOF};
static const Column blind_query[] = {FIELD("area", KIND_REF, "区域", "Area and all below it", .list = "areas"), ASOF, PAGE};
static const Column end_body[] = {TO, REASON};
static const Column shifts_query[] = {FROM, TO};
static const Column shift_end_body[] = {TO};
static const Choice away_kinds[] = {
    {"leave", "休假", "leave"}, {"sick", "病假", "sick"}, {"training", "培训", "training"},
    {"duty_elsewhere", "外派", "duty elsewhere"}, {"other", "其他", "other"}};
static const Column absence_body[] = {
    FIELD("reason", KIND_CHOICE, "原因", "Why", REQUIRED, .choices = away_kinds, .choice_count = countof(away_kinds)),
    FROM,
    FIELD("to", KIND_INSTANT, "至", "Until then; until further notice when absent"),
};

static const Column points_query[] = {
    FIELD("box", KIND_TEXT, "范围", "west,south,east,north in degrees WGS84", .max = 200),
    FIELD("cursor", KIND_TEXT, "游标", "next of the answer before", .max = 400),
};
static const Column proposal_body[] = {
    FIELD("kind", KIND_TEXT, "变动", "new, moved, renamed, closed, paused, resumed or facts", REQUIRED),
    FIELD("subject", KIND_REF, "监管对象", "Subject; none for a new one", .list = "subjects"),
    FIELD("place", KIND_PLACE, "位置", "Where it is; datum WGS84 unless said"),
    FIELD("fields", KIND_OBJECT, "内容", "Columns of the subject", .list = "SubjectFields"),
    FIELD("note", KIND_TEXT, "说明", "Note", .max = 500),
    FIELD("photos", KIND_FILES, "照片", "Photos"),
};
static const Column reason_body[] = {REASON};

#define BODY(array)  .body = array, .body_count = countof(array)
#define QUERY(array) .query = array, .query_count = countof(array)
#define WORDS(chinese, english) .zh = chinese, .en = english
#define V1 "/api/v1"

static const Route fixed[] = {
    {"GET",    "/healthz",                      CAN_ANYONE,  TX_NONE,  api_health,        WORDS("是否就绪", "Whether it is ready"), .answers = "Health"},
    {"GET",    "/metrics",                      CAN_ANYONE,  TX_NONE,  api_metrics,       WORDS("运行指标", "Figures for Prometheus"), .answers = "Text"},
    {"GET",    "/api/openapi.json",             CAN_ANYONE,  TX_NONE,  api_openapi,       WORDS("接口描述", "This description"), .answers = "OpenApi"},
    {"GET",    V1 "/house",                     CAN_ANYONE,  TX_NONE,  api_house,         WORDS("系统概况", "What house this is"), .answers = "House"},

    {"POST",   V1 "/session",                   CAN_ANYONE,  TX_SLOW,  api_sign_in,       BODY(sign_in_body), WORDS("登录", "Sign in; a stale cookie does not matter"), .answers = "Session"},
    {"DELETE", V1 "/session",                   CAN_SIGN_IN, TX_SLOW,  api_sign_out,      .early = true, WORDS("退出", "Sign out"), .answers = "Done"},
    {"PUT",    V1 "/session/hat",               CAN_SIGN_IN, TX_SLOW,  api_hat,           BODY(hat_body), WORDS("选择岗位", "Choose the seat to act from"), .answers = "Me"},
    {"PUT",    V1 "/session/password",          CAN_SIGN_IN, TX_SLOW,  api_password,      .early = true, BODY(password_body), WORDS("修改密码", "Change my password; other sessions end"), .answers = "Me"},
    {"GET",    V1 "/views",                     CAN_SIGN_IN, TX_READ,  api_views,         WORDS("我的视图", "Views of the register that I keep"), .answers = "Views"},
    {"PUT",    V1 "/views",                     CAN_SIGN_IN, TX_SLOW,  api_view_put,      BODY(view_body), WORDS("保存视图", "Keep a view by its name, in the place of one of that name"), .answers = "Views"},
    {"DELETE", V1 "/views",                     CAN_SIGN_IN, TX_SLOW,  api_view_drop,     QUERY(view_query), WORDS("删除视图", "Forget a view; fine when there is none"), .answers = "Views"},
    {"GET",    V1 "/me",                        CAN_SIGN_IN, TX_READ,  api_me,            .early = true, WORDS("我", "Who I am, my seats and what they give"), .answers = "Me"},

    {"POST",   V1 "/cases",                     CAN_FILE,    TX_WRITE, api_case_file,     .again = api_case_again, .creates = true, BODY(case_body), WORDS("上报事项", "File a case; same key, same case"), .answers = "Case|Id"},
    {"GET",    V1 "/cases",                     CAN_SIGN_IN, TX_READ,  api_cases,         QUERY(case_query), WORDS("事项列表", "Cases that I may see, by (due, id)"), .answers = "CasePage"},
    {"GET",    V1 "/cases/count",               CAN_SIGN_IN, TX_READ,  api_case_count,    QUERY(case_query), WORDS("事项数", "How many of them"), .answers = "Count"},
    {"GET",    V1 "/cases/export",              CAN_SIGN_IN, TX_SLOW,  api_case_export,   .whole = true, QUERY(case_query), WORDS("导出事项", "All of them as a table for spreadsheets, CSV in UTF-8; limit and cursor do not count"), .answers = "Table"},
    {"GET",    V1 "/cases/{id}",                CAN_SIGN_IN, TX_READ,  api_case,          WORDS("事项", "One case"), .answers = "Case"},
    {"GET",    V1 "/cases/{id}/moves",          CAN_SIGN_IN, TX_READ,  api_case_moves,    WORDS("可办动作", "What I may do with it now, and why not"), .answers = "Moves"},
    {"POST",   V1 "/cases/{id}/moves/{move}",   CAN_SIGN_IN, TX_WRITE, api_case_move,     .again = api_case_again, BODY(move_body), WORDS("办理", "Move a case along its flow"), .answers = "Case|Id"},
    {"GET",    V1 "/cases/{id}/ledger",         CAN_SIGN_IN, TX_READ,  api_case_ledger,   WORDS("办理过程", "Its entries, in order of time"), .answers = "History"},
    {"GET",    V1 "/cases/{id}/sights",         CAN_SIGN_IN, TX_READ,  api_case_sights,   WORDS("谁能看到、为什么是他", "Who sees it by which relation, and why the duty sits where it does"), .answers = "Sights"},
    {"GET",    V1 "/cases/{id}/papers",         CAN_SIGN_IN, TX_READ,  api_papers,        WORDS("拟稿", "Papers that clocks have drafted"), .answers = "Papers"},
    {"POST",   V1 "/papers/{id}/close",         CAN_SIGN_IN, TX_WRITE, api_paper_close,   .again = api_id_again, .verb = "close_paper", BODY(paper_body), WORDS("处理拟稿", "Say that a draft was sent, or throw it away"), .answers = "Id"},
    {"POST",   V1 "/batch",                     CAN_SIGN_IN, TX_SLOW,  api_batch,         .most = 1 << 20, BODY(batch_body), WORDS("批量办理", "Many moves, each an act with its own key; one answer for each"), .answers = "BatchAnswer"},
    {"POST",   V1 "/preview",                   CAN_FILE,    TX_READ,  api_preview,       BODY(case_body), WORDS("上报前预览", "Who would get it and by when; nothing is stored"), .answers = "Preview"},
    {"GET",    V1 "/notices",                   CAN_SIGN_IN, TX_READ,  api_notices,       QUERY(page_query), WORDS("提醒", "Warnings and what has risen, to my seats, the newest first"), .answers = "Notices"},
    {"GET",    V1 "/events",                    CAN_SIGN_IN, TX_NONE,  api_events,        WORDS("事件流", "Server-sent events: what has changed, by id and kind"), .answers = "Events"},

    {"GET",    V1 "/locate",                    CAN_SIGN_IN, TX_NONE,  api_locate,        QUERY(locate_query), WORDS("定位", "The cell of a point, and who answers there"), .answers = "Located"},
    {"GET",    V1 "/areas/{id}/children",       CAN_SIGN_IN, TX_NONE,  api_area_children, QUERY(asof_page_query), WORDS("下级区域", "Its children, by code"), .answers = "Areas"},
    {"GET",    V1 "/areas/{id}/outline",        CAN_SIGN_IN, TX_NONE,  api_area_outline,  QUERY(asof_query), WORDS("区域边界", "Its outline as a GeoJSON Feature, WGS84, exact"), .answers = "Feature"},
    {"GET",    V1 "/areas/{id}/outlines",       CAN_SIGN_IN, TX_SLOW,  api_area_outlines, .known = true, QUERY(outlines_query), WORDS("下级区域边界", "The outlines of one level below an area as a GeoJSON FeatureCollection, WGS84, exact; conditional, packed"), .answers = "Features"},
    {"GET",    V1 "/areas/{id}/duty",           CAN_SIGN_IN, TX_NONE,  api_area_duty,     QUERY(asof_query), WORDS("区域责任链", "Who answers in an area, with the street contact; phones in part for who does not see it"), .answers = "AreaDuty"},
    {"GET",    V1 "/map",                       CAN_SIGN_IN, TX_SLOW,  api_map,           QUERY(map_query), WORDS("指挥图", "Figures of what I may see, by area; vacant cells; who is on duty; the next holiday. asof: as the ledger knew it then"), .answers = "Map"},
    {"GET",    V1 "/blindspots",                CAN_SIGN_IN, TX_READ,  api_blindspots,    QUERY(blind_query), WORDS("责任盲区", "Cells and subjects that nobody answers for"), .answers = "BlindSpots"},

    {"POST",   V1 "/holds/{id}/end",            CAN_SIGN_IN, TX_WRITE, api_hold_end,      .again = api_seat_again, .alone = true, .verb = "leave_seat", BODY(end_body), WORDS("离岗", "Get up; refused when work or a cell would be nobody's, unless left vacant with a reason"), .answers = "Seat"},
    {"GET",    V1 "/seats/{id}/shifts",         CAN_SIGN_IN, TX_READ,  api_shifts,        QUERY(shifts_query), WORDS("值班表", "The duty roster of a seat, a month before and after unless said"), .answers = "Shifts"},
    {"POST",   V1 "/shifts/{id}/end",           CAN_SIGN_IN, TX_WRITE, api_shift_end,     .again = api_seat_again, .alone = true, .verb = "end_shift", BODY(shift_end_body), WORDS("撤班", "Cut a shift short or call it off"), .answers = "Seat"},
    {"POST",   V1 "/persons/{id}/absences",     CAN_SIGN_IN, TX_WRITE, api_absence_open,  .again = api_id_again, .creates = true, .alone = true, .verb = "be_absent", BODY(absence_body), WORDS("请假、外出", "Be away: the stand-ins sit in"), .answers = "Id"},
    {"POST",   V1 "/absences/{id}/end",         CAN_SIGN_IN, TX_WRITE, api_absence_end,   .again = api_id_again, .alone = true, .verb = "be_back", BODY(shift_end_body), WORDS("返岗", "Be back"), .answers = "Id"},

    {"GET",    V1 "/subjects/points",           CAN_SIGN_IN, TX_SLOW,  api_points,        .noun = &subject_noun, QUERY(points_query), WORDS("监管对象点位", "Where they lie: [id, lon, lat, colour], at most 5,000 an answer"), .answers = "Points"},
    {"POST",   V1 "/proposals",                 CAN_PROPOSE, TX_WRITE, api_proposal_open, .again = api_proposal_again, .creates = true, .verb = "propose_subject", BODY(proposal_body), WORDS("上报变动", "Say that a subject is new, moved, renamed or closed"), .answers = "Proposal"},
    {"POST",   V1 "/proposals/{id}/accept",     CAN_SIGN_IN, TX_WRITE, api_proposal_accept, .again = api_proposal_again, .verb = "accept_proposal", BODY(reason_body), WORDS("确认变动", "Confirm: the subject is what was said"), .answers = "Proposal"},
    {"POST",   V1 "/proposals/{id}/refuse",     CAN_SIGN_IN, TX_WRITE, api_proposal_refuse, .again = api_proposal_again, .verb = "refuse_proposal", BODY(reason_body), WORDS("不采纳", "Refuse, with a reason"), .answers = "Proposal"},

    {"GET",    V1 "/nouns",                     CAN_SIGN_IN, TX_NONE,  api_nouns,         WORDS("台账目录", "The kinds of records there are: columns, filters, what I may do"), .answers = "Nouns"},
    {"GET",    V1 "/flows",                     CAN_SIGN_IN, TX_NONE,  api_flows,         WORDS("流程", "Flows in force: states, moves, fields"), .answers = "Flows"},
    {"GET",    V1 "/codes/{list}",              CAN_SIGN_IN, TX_NONE,  api_codes,         WORDS("代码表", "A code list"), .answers = "Codes"},
    {"PUT",    V1 "/files",                     CAN_SIGN_IN, TX_SLOW,  api_file_put,      .raw = true, .most = VAULT_MOST, .admits = api_file_admit, .creates = true, WORDS("上传文件", "Keep a JPEG, PNG, WebP or PDF of at most 20 MB"), .answers = "File"},
    {"GET",    V1 "/files/{hash}",              CAN_SIGN_IN, TX_READ,  api_file_get,      .known = true, WORDS("文件", "A file by its hash"), .answers = "Bytes"},
    {"POST",   V1 "/clock",                     CAN_SIGN_IN, TX_SLOW,  api_clock,         BODY(clock_body), WORDS("测试时钟", "Set the test clock forwards (serve --test-clock)"), .answers = "Clock"},
    {"POST",   V1 "/clock/accept",              CAN_CLOCK,   TX_WRITE, api_clock_accept,  .again = api_clock_again, .accepts_clock = true, .verb = "accept_clock", BODY(clock_accept_body), WORDS("确认时钟", "Accept the server's clock as it is now, after it was moved; until then acts answer 503 clock"), .answers = "Clock"},

    {"GET",    "/",                             CAN_ANYONE,  TX_NONE,  api_asset,         .known = true, WORDS("首页", "The page"), .answers = "Page"},
    {"GET",    "/{asset}",                      CAN_ANYONE,  TX_NONE,  api_asset,         .known = true, WORDS("页面文件", "What the page is made of"), .answers = "Page"},
    {"GET",    "/m/",                      CAN_ANYONE,  TX_NONE,  api_asset,         .known = true, WORDS("手机页面", "The phone's page"), .answers = "Page"},
    {"GET",    "/m/{asset}",                      CAN_ANYONE,  TX_NONE,  api_asset,         .known = true, WORDS("页面文件", "What the page is made of"), .answers = "Page"},
    {"GET",    "/assets/{asset}",                      CAN_ANYONE,  TX_NONE,  api_asset,         .known = true, WORDS("页面文件", "What the page is made of"), .answers = "Page"},
};
/* clang-format on */

static Arena *all_mem;
static Route *all;
static size_t all_count;

/* A route about a noun takes its filters, too. */
static void add_filters(Arena *mem, Route *r)
{
    const Noun *noun = r->noun;
    if (!noun) return;
    Column *query = arena_array(mem, Column, r->query_count + noun->filter_count);
    memcpy(query, r->query, r->query_count * sizeof *query);
    for (size_t i = 0; i < noun->filter_count; i++)
        query[r->query_count++] = noun->filters[i].param;
    r->query = query;
}

static void free_all(void)
{
    arena_free(all_mem);
}

static void make_all(void)
{
    Arena *mem = all_mem = arena_new(0);
    (void)atexit(free_all);
    size_t more = noun_routes(mem, NULL);
    all = arena_array(mem, Route, countof(fixed) + more);
    memcpy(all, fixed, sizeof fixed);
    for (size_t i = 0; i < countof(fixed); i++)
        add_filters(mem, &all[i]);
    all_count = countof(fixed) + noun_routes(mem, all + countof(fixed));
}

const Route *web_routes(size_t *out_count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_all);
    *out_count = all_count;
    return all;
}

/* Whether path fits the pattern; {name} takes one segment that is not empty. */
static bool fits(const char *pattern, Str path, Str params[CALL_PARAMS])
{
    const char *at = path.p, *end = path.p + path.n;
    size_t n = 0;
    while (*pattern) {
        if (*pattern != '{') {
            if (at == end || *at++ != *pattern++) return false;
            continue;
        }
        const char *from = at;
        while (at < end && *at != '/')
            at++;
        if (at == from || n == CALL_PARAMS) return false;
        params[n++] = (Str){from, (size_t)(at - from)};
        pattern = strchr(pattern, '}') + 1;
    }
    return at == end;
}

/* The methods that an address answers. */
static const Err *other_methods(Arena *mem, Str path)
{
    Buf allowed = BUF(mem);
    size_t n;
    const Route *routes = web_routes(&n);
    for (size_t i = 0; i < n; i++) {
        Str found[CALL_PARAMS], method = str(routes[i].method);
        if (!fits(routes[i].path, path, found)) continue;
        if (str_find(buf_str(&allowed), method) != SIZE_MAX) continue;
        buf_fmt(&allowed, "%s%.*s%s", allowed.n ? ", " : "", STR(method),
                str_is(method, "GET") ? ", HEAD" : "");
    }
    return allowed.n ? err_make(mem, &WEB_METHOD, buf_str(&allowed), STR_NULL)
                     : err_make(mem, &WEB_NO_ROUTE, path, STR_NULL);
}

const Err *route_find(Arena *mem, Str method, Str path, const Route **out,
                      Str params[CALL_PARAMS])
{
    size_t n;
    const Route *routes = web_routes(&n);
    for (size_t i = 0; i < n; i++) {
        Str found[CALL_PARAMS] = {{0}};
        if (!fits(routes[i].path, path, found) || !str_is(method, routes[i].method)) continue;
        memcpy(params, found, sizeof found);
        *out = &routes[i];
        return NULL;
    }
    return other_methods(mem, path);
}
