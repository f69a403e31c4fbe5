/* SPDX-License-Identifier: Apache-2.0 */
/* security.c: one table that is only added to; ids count up and give the order. */
#include "grid/security.h"

static const Choice events[SECURITY_EVENTS] = {
    [SECURITY_SIGN_IN] = {"sign-in", "登录", "signed in"},
    [SECURITY_SIGN_OUT] = {"sign-out", "退出", "signed out"},
    [SECURITY_REFUSED] = {"refused", "登录失败", "sign-in refused"},
    [SECURITY_LOCKED] = {"locked", "账号锁定", "account locked"},
    [SECURITY_UNLOCKED] = {"unlocked", "账号解锁", "account unlocked"},
    [SECURITY_PASSWORD] = {"password", "修改密码", "password changed"},
    [SECURITY_RESET] = {"reset", "重置密码", "password reset"},
    [SECURITY_OPENED] = {"opened", "开通账号", "account opened"},
    [SECURITY_CLOSED] = {"closed", "停用账号", "account closed"},
    [SECURITY_HEAD] = {"head", "确认账本末端", "head of the ledger accepted"},
};

static const Column columns[] = {
    COLUMN(SecurityNote, id, KIND_INT, "编号", "Id", .flags = COLUMN_REQUIRED),
    COLUMN(SecurityNote, region, KIND_INT, "区域", "Region",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(SecurityNote, at, KIND_INSTANT, "时间", "At", .flags = COLUMN_REQUIRED),
    COLUMN(SecurityNote, event, KIND_CHOICE, "事件", "Event", .flags = COLUMN_REQUIRED,
           .choices = events, .choice_count = SECURITY_EVENTS),
    COLUMN(SecurityNote, login, KIND_TEXT, "账号", "Account"),
    COLUMN(SecurityNote, person, KIND_REF, "人员", "Person", .list = "persons"),
    COLUMN(SecurityNote, by, KIND_REF, "操作人", "By", .list = "persons"),
    COLUMN(SecurityNote, address, KIND_TEXT, "来源地址", "Address"),
    COLUMN(SecurityNote, reason, KIND_TEXT, "理由", "Reason"),
};
const Table security_table = {.name = "security_log",
                              .class = CLASS_HOUSE,
                              .columns = columns,
                              .count = countof(columns),
                              .size = sizeof(SecurityNote)};

const char *security_event_name(SecurityEvent event)
{
    assert(event < SECURITY_EVENTS);
    return events[event].name;
}

const Err *security_note(Db *db, SecurityEvent event, SecurityNote note)
{
    static const Sql last = SQL("SELECT MAX(id) FROM security_log WHERE region = 0");
    const Err *e = db_int(db, &last, NO_ARGS, 0, &note.id);
    if (e) return e;
    note.id++;
    note.region = 0;
    note.event = str(security_event_name(event));
    return db_put_row(db, &security_table, &note);
}

const Err *security_page(Db *db, int64_t before, size_t limit, Arena *mem, SecurityNote **out,
                         size_t *out_count)
{
    static const Sql page = SQL(
        "SELECT * FROM security_log WHERE region = 0 AND id < $1 ORDER BY id DESC LIMIT $2");
    return db_all(db, &page,
                  ARGS(ARG_I(before == NIL ? INT64_MAX : before), ARG_I((int64_t)limit)),
                  &security_table, mem, out, out_count);
}

const Err *security_trim(Db *db, Instant now, int64_t keep_ms, int64_t *out_gone)
{
    static const Sql trim = SQL("DELETE FROM security_log WHERE region = 0 AND at < $1");
    if (keep_ms < SECURITY_KEEP_MIN_MS) keep_ms = SECURITY_KEEP_MIN_MS;
    return db_run(db, &trim, ARGS(ARG_I(now - keep_ms)), out_gone);
}
