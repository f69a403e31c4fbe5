/* SPDX-License-Identifier: Apache-2.0 */
/* errors.c: the catalogue of errors: every one that a header names; a lint holds it against the
 * headers. */
#include "base/calendar.h"
#include "base/column.h"
#include "base/conf.h"
#include "base/csv.h"
#include "base/datum.h"
#include "base/err.h"
#include "base/file.h"
#include "base/geo.h"
#include "base/json.h"
#include "base/time.h"
#include "base/time_limit.h"
#include "case/case.h"
#include "case/flow_fault.h"
#include "case/notice.h"
#include "def/codelist.h"
#include "def/field.h"
#include "def/form.h"
#include "def/registry.h"
#include "def/yaml.h"
#include "def/yaml_schema.h"
#include "grid/account.h"
#include "grid/area.h"
#include "grid/department.h"
#include "grid/duty.h"
#include "grid/import.h"
#include "grid/person.h"
#include "grid/saved_view.h"
#include "grid/scope.h"
#include "grid/seat.h"
#include "grid/session.h"
#include "ledger/witness.h"
#include "noun/noun_cell.h"
#include "noun/noun_engine.h"
#include "store/blobs.h"
#include "store/expr.h"
#include "store/store.h"
#include "subject/credit_code.h"
#include "subject/industry.h"
#include "subject/lec.h"
#include "subject/proposal.h"
#include "subject/subject.h"
#include "subject/subject_import.h"
#include "web/openapi.h"

/* clang-format off */
const Err *const web_errors[] = {
    /* base/calendar.h */
    &CALENDAR_OFFICE, &CALENDAR_FLAG, &CALENDAR_YEAR, &CALENDAR_TWICE,
    /* base/column.h */
    &COLUMN_REQUIRED_ERR, &COLUMN_TYPE, &COLUMN_CONTROL, &COLUMN_TOO_LONG, &COLUMN_RANGE, &COLUMN_CHOICE, &COLUMN_CODE, &COLUMN_REF, &COLUMN_FILE, &COLUMN_UNKNOWN, &COLUMN_ID_CARD,
    /* base/conf.h */
    &CONF_UNKNOWN, &CONF_VALUE, &CONF_LINE, &CONF_TWICE,
    /* base/csv.h */
    &CSV_NAMES, &CSV_QUOTE, &CSV_OPEN, &CSV_BREAK, &CSV_COUNT, &CSV_UTF8, &CSV_COLUMN,
    /* base/datum.h */
    &DATUM_UNKNOWN,
    /* base/err.h */
    &ERR_FAULTS, &ERR_NOT_FOUND,
    /* base/file.h */
    &FILE_MISSING, &FILE_LARGE, &FILE_GZIP, &FILE_SPACE, &FILE_FAULT,
    /* base/geo.h */
    &OUTLINE_SHAPE, &OUTLINE_NUMBER, &OUTLINE_RANGE, &OUTLINE_OPEN, &OUTLINE_SHORT, &OUTLINE_FLAT, &OUTLINE_LARGE, &OUTLINE_TEXT, &OUTLINE_CROSS, &OUTLINE_DOUBLE, &OUTLINE_TOUCH, &OUTLINE_NEST,
    /* base/json.h */
    &JSON_BAD,
    /* base/time_limit.h */
    &LIMIT_TEXT, &MARK_TEXT,
    /* base/time.h */
    &TIME_INSTANT, &TIME_DATE,
    /* store/expr.h */
    &EXPR_BAD, &EXPR_NAME, &EXPR_FUNCTION, &EXPR_SELECT, &EXPR_FLOAT, &EXPR_STEPS, &EXPR_KIND,
    /* store/store.h */
    &STORE_OPEN, &STORE_BUSY, &STORE_FULL, &STORE_BROKEN, &STORE_THREADS, &STORE_CLASH,
    /* store/blobs.h */
    &VAULT_TYPE, &VAULT_LARGE, &VAULT_PIXELS, &VAULT_DAY, &VAULT_LOOSE, &VAULT_RESERVE, &VAULT_BROKEN, &VAULT_TORN,
    /* ledger/ledger.h */
    &KEY_REUSED, &STALE, &CLOCK_ASTRAY, &CLOCK_RIGHT, &ENTRY_BROKEN,
    /* ledger/witness.h */
    &WITNESS_BROKEN, &WITNESS_AGAINST,
    /* def/codelist.h */
    &CODE_BAD, &CODE_ATTR, &CODE_RESERVED,
    /* def/yaml.h */
    &DEF_YAML, &DEF_WIDE, &DEF_REFUSED, &DEF_KEY, &DEF_TWICE, &DEF_TOO_LARGE,
    /* def/field.h */
    &FIELD_KIND, &FIELD_STRAY, &FIELD_CHOICES, &FIELD_LIST, &FIELD_NUMBER,
    /* def/form.h */
    &FORM_CHECK, &FORM_FIELD, &FORM_TERM, &FORM_LIST, &FORM_TABLE, &FORM_RESERVED, &FORM_SQL_WORD, &FORM_REPEATED, &FORM_MANY, &FORM_DEFAULT, &FORM_DEFAULT_OF, &FORM_NO_ATTR, &FORM_ATTR_EMPTY, &FORM_ATTR_KIND,
    /* def/registry.h */
    &DEF_NO_KIND, &DEF_DOUBLE, &FAULT_CIRCLE, &DEF_STORED,
    /* def/yaml_schema.h */
    &SHAPE_WRONG, &SHAPE_UNKNOWN, &SHAPE_MISSING,
    /* grid/account.h */
    &ACCOUNT_TAKEN, &ACCOUNT_NAME, &PASSWORD_WEAK, &PASSWORD_LONG,
    /* grid/area.h */
    &AREA_MISSING, &AREA_CODE, &AREA_TAKEN, &AREA_LEVEL, &AREA_ROOT, &AREA_IN_USE, &SPAN_ORDER,
    /* grid/department.h */
    &DEPARTMENT_MISSING, &DEPARTMENT_TAKEN, &AUTHORITY_BODY, &RULE_KNOWN,
    /* grid/duty.h */
    &DUTY_NOBODY,
    /* grid/import.h */
    &IMPORT_DATUM, &IMPORT_GEOJSON, &IMPORT_TREE, &IMPORT_LEVEL, &IMPORT_REGION, &IMPORT_TWICE, &IMPORT_UNKNOWN, &IMPORT_THEN, &IMPORT_HELD,
    /* grid/person.h */
    &PERSON_MISSING, &PERSON_TAKEN, &ABSENCE_KNOWN,
    /* grid/saved_view.h */
    &VIEW_MOST,
    /* grid/scope.h */
    &SCOPE_DENIED, &SCOPE_HAT,
    /* grid/seat.h */
    &SEAT_MISSING, &SEAT_ANCHOR, &SEAT_TAKEN, &SEAT_HELD, &SEAT_ROSTER, &WOULD_ORPHAN,
    /* grid/session.h */
    &SIGN_IN_REFUSED, &SIGN_IN_LOCKED, &SIGN_IN_RATE, &SESSION_NONE,
    /* noun/noun_cell.h */
    &CELL_DATE, &CELL_NONE, &CELL_MANY,
    /* subject/industry.h */
    &INDUSTRY_CODE,
    /* subject/lec.h */
    &LEC_LIKELIHOOD, &LEC_EXPOSURE, &LEC_CONSEQUENCE, &LS_STEP,
    /* subject/proposal.h */
    &PROPOSAL_KNOWN, &PROPOSAL_DONE, &PROPOSAL_EMPTY,
    /* subject/subject.h */
    &SUBJECT_TAKEN, &NOUN_OUTSIDE, &NOUN_PLACE, &SUBJECT_REASON, &SUBJECT_COLOUR, &SUBJECT_LEC, &SUBJECT_ORDER, &SUBJECT_PHONE, &NOUN_CURSOR,
    /* subject/subject_import.h */
    &SUBJECT_CONVERT,
    /* subject/credit_code.h */
    &USCC_LENGTH, &USCC_CHARACTER, &USCC_CHECK, &USCC_ORGANISATION,
    /* case/case.h */
    &CASE_OUTSIDE, &CASE_NOT_NOW, &CASE_BARRED, &CASE_NO_FLOW, &CASE_NO_MOVE, &CASE_INTO, &CASE_SEAT,
    /* case/notice.h */
    &PAPER_CLOSED,
    /* web/http.h */
    &HTTP_TAKEN, &HTTP_LISTEN, &HTTP_FILES, &HTTP_MALFORMED, &HTTP_LARGE, &HTTP_HEADERS, &HTTP_TARGET, &HTTP_CODING, &HTTP_VERSION, &HTTP_EXPECT, &HTTP_SLOW, &HTTP_CROWDED, &HTTP_BUSY, &HTTP_STOPPING, &HTTP_FULL,
    /* web/web.h */
    &WEB_NO_ROUTE, &WEB_METHOD, &WEB_LOGIN, &WEB_CSRF, &WEB_KEY_MISSING, &WEB_KEY_BAD, &WEB_HEADER, &WEB_CODING, &WEB_BODY, &WEB_ID, &WEB_TWICE, &WEB_TYPE, &WEB_VALUES, &WEB_CHANGE, &WEB_BUSY, &WEB_OUTSIDE, &WEB_NO_CLOCK, &WEB_CLOCK_BACK,
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
