/* SPDX-License-Identifier: Apache-2.0 */
/* maintenance.c: a fault is logged and left to the next time; none of it may stop the server.
 */
#include "app/maintenance.h"

#include "app/tidy.h"
#include "base/log.h"
#include "base/time.h"
#include "case/last_visit.h"
#include "case/map_days.h"
#include "subject/proposal.h"

#define SECURITY_KEEP_MS                                                                       \
    (3 * 366 * MS_DAY) /* three years: what enforcement may ask for (domain, audit) */

#define FILE_TURNS 40 /* a minute: some 200,000 entries, or 20,000 photos */

static const Err *trim(void *context, Db *db)
{
    int64_t gone;
    return security_trim(db, *(const Instant *)context, SECURITY_KEEP_MS, &gone);
}

static const Err *ask_unseen(House *house, int64_t *out_asked)
{
    Arena *mem = arena_new(0);
    Db *db;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (!e) {
        e = subjects_ask_unseen(house->subjects, db, ledger_clock(house->ledger), last_visit,
                                last_visits_find(house->work, mem), out_asked);
        db_close(db);
    }
    arena_free(mem);
    return e;
}

/* Whether span has passed since *last, which is now then. A time in the future was taken from a
 * clock that was wrong. */
static bool due(_Atomic(Instant) *last, Instant now, int64_t span)
{
    Instant was = atomic_load(last);
    if (now >= was && now - was < span) return false;
    return atomic_compare_exchange_strong(last, &was, now);
}

static void ask(Upkeep *upkeep, House *house)
{
    int64_t asked = 0;
    if (!due(&upkeep->asked, ledger_clock(house->ledger), MS_DAY)) return;
    const Err *e = ask_unseen(house, &asked);
    if (e)
        log_warn("upkeep=unseen code=%s", e->code);
    else if (asked)
        log_info("upkeep=unseen asked=%lld", (long long)asked);
}

/* Files without a row in one folder of the vault, or in all. */
static const Err *take_in(Upkeep *upkeep, House *house, bool all)
{
    Db *db;
    bool more;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (e) return e;
    for (int left = all ? VAULT_FOLDERS : 1; left && !e; left -= !more) {
        e = vault_take_in(house->vault, db, upkeep->folder, ledger_clock(house->ledger), &more);
        if (!more) upkeep->folder = (upkeep->folder + 1) % VAULT_FOLDERS;
    }
    db_close(db);
    return e;
}

static void files(Upkeep *upkeep, House *house, bool all)
{
    const Err *e = take_in(upkeep, house, all);
    if (!e) e = tidy_files(house, all ? 0 : FILE_TURNS);
    if (e) log_warn("upkeep=files code=%s", e->code);
}

/* A store that comes from before takes many turns: as long as no act waits. */
static void texts(House *house)
{
    bool more = true;
    LaneStats lane = {.waiting = 0};
    while (more && !lane.waiting) {
        const Err *e = case_texts_turn(house->work, &more);
        if (e) {
            log_warn("upkeep=texts code=%s", e->code);
            return;
        }
        lane_stats(ledger_lane(house->ledger), &lane);
    }
}

/* A store that comes from before has many days to be told. */
static void days(House *house)
{
    Db *db;
    bool more = true;
    LaneStats lane = {.waiting = 0};
    const Err *e = db_open(house->store, DB_READ, &db);
    if (e) return;
    while (!e && more && !lane.waiting) {
        e = map_days_turn(house->work, db, ledger_clock(house->ledger), &more);
        lane_stats(ledger_lane(house->ledger), &lane);
    }
    if (e) log_warn("upkeep=days code=%s", e->code);
    db_close(db);
}

void upkeep_clock(Upkeep *upkeep, House *house)
{
    if (due(&upkeep->witnessed, ledger_clock(house->ledger), MS_MINUTE)) heads_write(house);
    ask(upkeep, house);
    files(upkeep, house, true);
    texts(house);
    days(house);
}

void upkeep_minute(Upkeep *upkeep, House *house)
{
    Instant wall = wall_now(&house->wall, NULL);
    int64_t astray = ledger_astray(house->ledger);
    if (astray)
        log_warn("clock=astray ms=%lld text=\"acts are refused until it is right or accepted\"",
                 (long long)astray);
    const Err *e = sessions_flush(house->sessions, wall);
    if (e) log_warn("upkeep=sessions code=%s", e->code);
    heads_write(house);
    if (!upkeep->still && !astray) {
        texts(house);
        days(house);
        ask(upkeep, house);
        files(upkeep, house, false);
    }
    if (!due(&upkeep->daily, wall, MS_DAY)) return;
    e = lane_write(ledger_lane(house->ledger), trim, &wall);
    if (e) log_warn("upkeep=security-log code=%s", e->code);
}
