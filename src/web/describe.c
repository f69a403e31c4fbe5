/* SPDX-License-Identifier: Apache-2.0 */
/* describe.c: routes and errors for people, from their tables. */
#include "base/file.h"
#include "base/geo.h"
#include "subject/proposal.h"
#include "web/openapi.h"
#include "work/notice.h"

void routes_describe(Buf *out, Lang lang)
{
    static const char *const txs[] = {"", "read", "act", "slow"};
    buf_add(out, lang == LANG_EN ? S("| method | path | needs | how | what |\n")
                                 : S("| 方法 | 地址 | 权限 | 方式 | 作用 |\n"));
    buf_add(out, S("|---|---|---|---|---|\n"));
    for (size_t i = 0; i < web_route_count; i++) {
        const Route *r = &web_routes[i];
        const char *can = r->can & CAN_ANYONE    ? "-"
                          : r->can & CAN_SIGN_IN ? "sign-in"
                                                 : can_name((Can)r->can);
        buf_fmt(out, "| %s | `%s` | %s | %s | %s |\n", r->method, r->path, can, txs[r->tx],
                lang == LANG_EN ? r->en : r->zh);
    }
}

/* clang-format off */
const Err *const web_errors[] = {
    &ERR_FAULTS, &ERR_NOT_FOUND, &JSON_BAD,
    &COLUMN_REQUIRED_ERR, &COLUMN_TYPE, &COLUMN_TOO_LONG, &COLUMN_RANGE, &COLUMN_CHOICE, &COLUMN_CODE, &COLUMN_REF,
    &COLUMN_FILE, &COLUMN_UNKNOWN, &COLUMN_ID_CARD,
    &STORE_BUSY, &STORE_FULL, &STORE_BROKEN, &KEY_REUSED, &STALE,
    &VAULT_TYPE, &VAULT_LARGE, &VAULT_BROKEN, &VAULT_TORN,
    &SIGN_IN_REFUSED, &SIGN_IN_LOCKED, &SIGN_IN_RATE, &SESSION_NONE, &PASSWORD_WEAK, &PASSWORD_LONG,
    &SCOPE_DENIED, &SCOPE_HAT,
    &AREA_MISSING, &DEPARTMENT_MISSING, &PERSON_MISSING, &ABSENCE_KNOWN, &SPAN_ORDER,
    &SEAT_MISSING, &SEAT_ANCHOR, &SEAT_TAKEN, &SEAT_HELD, &SEAT_ROSTER, &WOULD_ORPHAN,
    &SUBJECT_TAKEN, &SUBJECT_OUTSIDE, &SUBJECT_PLACE, &SUBJECT_REASON, &SUBJECT_COLOUR, &SUBJECT_LEC, &SUBJECT_ORDER,
    &SUBJECT_PHONE, &SUBJECT_CURSOR, &PROPOSAL_KNOWN, &PROPOSAL_DONE, &PROPOSAL_EMPTY,
    &CASE_OUTSIDE, &CASE_NOT_NOW, &CASE_BARRED, &CASE_NO_FLOW, &CASE_NO_MOVE, &CASE_INTO, &CASE_SEAT, &CASE_CURSOR,
    &FLOW_CHECK, &DUTY_NOBODY, &PAPER_CLOSED,
    &WEB_NO_ROUTE, &WEB_METHOD, &WEB_LOGIN, &WEB_CSRF, &WEB_CHANGE, &WEB_KEY_MISSING, &WEB_KEY_BAD, &WEB_HEADER, &WEB_BODY,
    &WEB_ID, &WEB_TWICE, &WEB_TYPE, &WEB_BUSY, &WEB_CURSOR, &WEB_OUTSIDE, &WEB_NO_CLOCK, &WEB_CLOCK_BACK,
    &HTTP_MALFORMED, &HTTP_LARGE, &HTTP_HEADERS, &HTTP_CODING, &HTTP_SLOW, &HTTP_BUSY, &HTTP_STOPPING, &HTTP_FULL,
};
/* clang-format on */
const size_t web_error_count = countof(web_errors);

static bool is_said(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(web_errors[k]->code, web_errors[i]->code) == 0 &&
            strcmp(web_errors[k]->en, web_errors[i]->en) == 0)
            return true;
    return false;
}

void errors_describe(Buf *out)
{
    buf_add(out, S("| status | code | zh | en |\n|---|---|---|---|\n"));
    for (size_t i = 0; i < web_error_count; i++) {
        const Err *e = web_errors[i];
        if (!is_said(i))
            buf_fmt(out, "| %d | `%s` | %s | %s |\n", problem_status(e), e->code, e->zh, e->en);
    }
}
