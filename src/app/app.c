/* SPDX-License-Identifier: Apache-2.0 */
/* app.c: opens everything in order of floors and closes it in reverse. */
#include "app/app.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/settings.h"
#include "app/tidy.h"
#include "base/crypt.h"
#include "base/log.h"
#include "base/time.h"
#include "case/map_days.h"
#include "case/notice.h"
#include "def/embedded.h"
#include "grid/division.h"
#include "grid/grid_check.h"
#include "grid/import.h"
#include "grid/saved_view.h"
#include "grid/security.h"
#include "store/fulltext.h"
#include "subject/proposal.h"
#include "web/web.h"

const Err HOUSE_EXISTS =
    ERROR(ERR_CONFLICT, "store-exists", "{0} 已经存在", "{0} exists already");
const Err HOUSE_BUSY =
    ERROR(ERR_CONFLICT, "store-busy", "{0} 正由另一个 gridward 进程提供服务或写入,请先停止它",
          "{0} is served or written by another gridward: stop that first");
const Err HOUSE_MISSING =
    ERROR(ERR_MISSING, "store-missing", "没有存储 {0},请先运行 gridward init",
          "There is no store {0}; run gridward init first");

const Err HOUSE_FOREIGN =
    ERROR(ERR_INVALID, "store-foreign", "{0} 不是 gridward 的存储,或已损坏",
          "{0} is no store of gridward, or what was in it is gone");

#define TABLES_MOST 64

/* In the order in which they are folded; those of nouns alone stand in web/nouns.c. */
static const Table *const tables[] = {
    &entry_table,
    &head_table,
    &key_table,
    &definition_table,
    &region_table,
    &area_table,
    &area_span_table,
    &division_table,
    &import_table,
    &outline_table,
    &area_code_table,
    &docking_table,
    &department_table,
    &department_span_table,
    &department_rule_table,
    &authority_table,
    &person_table,
    &person_fact_table,
    &seat_table,
    &seat_hold_table,
    &absence_table,
    &roster_table,
    &subject_table,
    &proposal_table,
    &case_table,
    &case_finder_table,
    &case_text_table,
    &map_day_table,
    &notice_table,
    &paper_table,
    &house_fact_table,
    &account_table,
    &session_table,
    &saved_view_table,
    &security_table,
    &vault_table,
    &file_mark_table,
};

static const Table *all_tables[TABLES_MOST];
static size_t all_count;

/* Those of the nouns, too, each once. */
static void gather_tables(void)
{
    size_t n;
    const WebNoun *nouns = web_nouns(&n);
    for (; all_count < countof(tables); all_count++)
        all_tables[all_count] = tables[all_count];
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < all_count && all_tables[k] != nouns[i].noun->table)
            k++;
        assert(k < TABLES_MOST);
        all_tables[k] = nouns[i].noun->table;
        if (k == all_count) all_count++;
    }
}

const Table *const *house_tables(size_t *out_count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, gather_tables);
    *out_count = all_count;
    return all_tables;
}

static Instant house_now(void *context)
{
    House *house = context;
    int64_t still = atomic_load(&house->test_now);
    return still == NIL ? wall_now(&house->wall, NULL) : still;
}

void house_set_clock(void *context, Instant now)
{
    House *house = context;
    atomic_store(&house->test_now, now);
}

/* Another program's file, or one that was cut to nothing, is not to become an empty store. */
static const Err *make_schema(House *house, HouseMode mode)
{
    Db *db;
    const Err *e = db_open(house->store, DB_WRITE, &db);
    if (e) return e;
    int steps = 0;
    bool ours = true;
    if (mode == HOUSE_EXISTING) e = schema_has(db, &entry_table, &ours);
    if (!e && !ours)
        e = err_make(house->mem, &HOUSE_FOREIGN, store_url(house->store), STR_NULL);
    size_t n;
    const Table *const *made = house_tables(&n);
    if (!e) e = schema_make(db, made, n, &steps);
    if (!e && steps) log_info("schema columns_added=%d", steps);
    db_close(db);
    return e;
}

size_t house_seeds(Arena *mem, Draft **out)
{
    static const struct {
        const char *folder, *suffix, *kind;
    } shelves[] = {
        {"data/codes/", ".yaml", CODES_KIND},
        {"defs/flows/", ".yaml", FLOW_KIND},
    };
    Draft *drafts = arena_array(mem, Draft, seed_files_count + 1);
    size_t n = 0;
    drafts[n++] = (Draft){S(CALENDAR_KIND), S(CALENDAR_NAME),
                          seed_text(S("data/calendar/cn_holidays.csv"))};
    for (size_t i = 0; i < seed_files_count; i++)
        for (size_t k = 0; k < countof(shelves); k++) {
            const SeedFile *f = &seed_files[i];
            if (!seed_is(f, shelves[k].folder, shelves[k].suffix)) continue;
            drafts[n++] = (Draft){
                str(shelves[k].kind), seed_name(f), {f->start, (size_t)(f->end - f->start)}};
        }
    if (out) *out = drafts;
    return n;
}

/* All of them as one act. */
static const Err *seed(House *house)
{
    Draft *drafts;
    size_t n = house_seeds(house->mem, &drafts), changed;
    return defs_publish(house->defs, drafts, n, house->mem, &changed);
}

static const Err *last_entry(House *house, Instant *out)
{
    static const Sql last = SQL("SELECT max(at) FROM ledger_head");
    Db *db;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (e) return e;
    e = db_int(db, &last, NO_ARGS, INT64_MIN, out);
    db_close(db);
    return e;
}

/* A clock that stands still begins no earlier than the last entry. */
static const Err *settle_clock(House *house)
{
    Instant at;
    if (atomic_load(&house->test_now) == NIL) return NULL;
    const Err *e = last_entry(house, &at);
    if (!e && at > atomic_load(&house->test_now)) atomic_store(&house->test_now, at);
    return e;
}

const Err *house_guard(House *house)
{
    Instant last;
    const Err *e = last_entry(house, &last);
    if (e) return e;
    wall_start(&house->wall, last);
    ledger_guard(house->ledger, &house->wall);
    return NULL;
}

/* What a case asks of its subject. */
static const Err *house_subject(Db *db, Arena *mem, int64_t id, CaseSubject *out)
{
    Subject s;
    const Err *e = subject_raw(db, mem, id, &s);
    if (e) return e;
    const Json *matters = NULL;
    if (s.matters.p && json_read(mem, s.matters, &matters)) matters = NULL;
    *out = (CaseSubject){.name = s.name,
                         .matter = json_view(json_at(matters, 0)),
                         .area = s.area,
                         .placed = s.lon != NIL,
                         .person = s.main_person};
    if (out->placed) out->place = (Point){(int32_t)s.lon, (int32_t)s.lat};
    return NULL;
}

static const Err *house_follow(void *context)
{
    return subjects_follow(context);
}

static bool file_there(void *context, Str hash)
{
    return vault_has(context, hash);
}

static const Err *open_lower(House *house, Str url, HouseMode mode)
{
    size_t kind_count;
    const DefKind *kinds = house_kinds(&kind_count);
    size_t made_count;
    const Table *const *made = house_tables(&made_count);
    const Err *e = store_open(house->mem, url, mode != HOUSE_EXISTING, &house->store);
    if (!e && mode == HOUSE_DRAFT) store_haste(house->store);
    if (!e) e = make_schema(house, mode);
    if (!e) e = settle_clock(house);
    if (!e) e = ledger_open(house->store, made, made_count, house_now, house, &house->ledger);
    if (!e) e = defs_open(house->ledger, kinds, kind_count, &house->defs);
    if (!e) e = grounds_open(house->ledger, &house->grounds);
    return e;
}

static const Err *open_upper(House *house, Str url, HouseMode mode)
{
    Lane *lane = ledger_lane(house->ledger);
    const Err *e = mode != HOUSE_EXISTING ? seed(house) : NULL;
    if (!e)
        e = vault_open(house->mem, lane, str_fmt(house->mem, "%.*s.files", STR(url)),
                       &house->vault);
    if (!e) e = sessions_open(house->mem, lane, POLICY_DEFAULT, &house->sessions);
    SubjectsSpec subjects = {house->ledger, house->defs, house->grounds};
    if (!e) e = subjects_open(&subjects, &house->subjects);
    WorkSpec work = {.ledger = house->ledger,
                     .defs = house->defs,
                     .grounds = house->grounds,
                     .subject = house_subject,
                     .file = file_there,
                     .file_context = house->vault,
                     .follow = house_follow,
                     .follow_context = house->subjects};
    return e ? e : work_open(&work, &house->work);
}

/* What a new store that could not be finished has left. */
static void forget(Arena *mem, Str url)
{
    static const char *const parts[] = {"", "-wal", "-shm", ".head"};
    for (size_t i = 0; i < countof(parts); i++)
        unlink(str_fmt(mem, "%.*s%s", STR(url), parts[i]).p);
    rmdir(str_fmt(mem, "%.*s.files", STR(url)).p);
}

const Err *house_open(Str url, HouseMode mode, Instant still, House **out)
{
    static Arena *said; /* a refusal lives in it, and the process ends */
    assert(!said);
    crypt_init();
    Arena *mem = arena_new(0);
    House *house = arena_make(mem, House);
    house->mem = mem;
    house->url = url;
    house->claim = -1;
    house->writes = mode != HOUSE_EXISTING;
    pthread_mutex_init(&house->heads_lock, NULL);
    wall_start(&house->wall, INT64_MIN);
    atomic_init(&house->test_now, still);
    bool there = access(str_z(mem, url), F_OK) == 0, old = mode == HOUSE_EXISTING;
    const Err *e = NULL;
    if (there != old) e = err_make(mem, old ? &HOUSE_MISSING : &HOUSE_EXISTS, url, STR_NULL);
    Str head = str_fmt(mem, "%.*s.head", STR(url)); /* of a store that is lost */
    if (!e && !old && access(head.p, F_OK) == 0)
        e = err_make(mem, &HOUSE_EXISTS, head, STR_NULL);
    if (!e) {
        e = open_lower(house, url, mode);
        if (!e) e = open_upper(house, url, mode);
        if (e && !old) forget(mem, url);
    }
    if (e) {
        said = mem;
        return e;
    }
    *out = house;
    return NULL;
}

const Err *house_take(House *house)
{
    Str folder = str_fmt(house->mem, "%.*s.files", STR(house->url));
    int fd = open(folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        house->claim = fd;
        return NULL;
    }
    if (fd >= 0) close(fd);
    return err_make(house->mem, &HOUSE_BUSY, house->url, STR_NULL);
}

/* The witness is asked first: whoever writes leaves a new one, which would hide what is gone.
 */
const Err *house_claim(House *house)
{
    const Err *e = house_take(house);
    if (!e) e = heads_hold(house);
    house->writes = !e;
    return e;
}

void house_close(House *house)
{
    if (!house) return;
    if (house->writes) heads_write(house); /* whoever acted has had its answer */
    ledger_close(house->ledger);
    work_close(house->work);
    subjects_close(house->subjects);
    sessions_close(house->sessions);
    vault_close(house->vault);
    grounds_close(house->grounds);
    defs_close(house->defs);
    store_close(house->store);
    if (house->claim >= 0) close(house->claim);
    if (house->told_mem) arena_free(house->told_mem);
    pthread_mutex_destroy(&house->heads_lock);
    arena_free(house->mem);
}

static const Err *check_grid(void *context, Db *db, Report *report)
{
    return grid_check(context, db, report);
}

static const Err *check_subjects(void *context, Db *db, Report *report)
{
    return subject_check(context, db, report);
}

static const Err *check_cases(void *context, Db *db, Report *report)
{
    return case_check(context, db, report);
}

static void say_torn(void *context, const char *text)
{
    report_fault(context, "%s", text);
}

static const Err *check_vault(void *context, Db *db, Report *report)
{
    int64_t files;
    return vault_check(context, db, say_torn, report, &files);
}

typedef struct {
    const Witness *witness; /* NULL: there is none */
    Buf *notes;
} HeadsCheck;

static const Err *check_heads(void *context, Db *db, Report *report)
{
    const HeadsCheck *heads = context;
    return heads->witness ? witness_check(db, heads->witness, report, heads->notes) : NULL;
}

const Err *house_check(House *house, Report *report, Buf *notes, int64_t *out_entries,
                       int64_t *out_rows)
{
    HeadsCheck heads = {.notes = notes};
    const Checker more[] = {{"grid", check_grid, house->ledger},
                            {"subjects", check_subjects, house->ledger},
                            {"cases", check_cases, house->work},
                            {"vault", check_vault, house->vault},
                            {"heads", check_heads, &heads}};
    /* read before the ledger: a server may be writing both, the witness behind the entries */
    const Err *broken = heads_read(house, house->mem, &heads.witness);
    if (broken) {
        Buf said = BUF(house->mem);
        err_text(broken, LANG_EN, &said);
        report_fault(report, "witness: %.*s", STR(buf_str(&said)));
    }
    return ledger_check(house->ledger, more, countof(more), report, out_entries, out_rows);
}

const Err *house_rebuild(House *house, int64_t *out_entries, int64_t *out_rows)
{
    /* what idle turns have put beside the state goes, and comes again in idle turns */
    static const Refill refills[] = {{&case_text_table, fulltext_clear}};
    return ledger_rebuild(house->ledger, refills, countof(refills), out_entries, out_rows);
}
