/* SPDX-License-Identifier: Apache-2.0 */
/* import_account.c: a table of accounts. All lines are held against the persons and the
 * accounts there are; then the accounts are opened, one after the other. */
#include "grid/account.h"
#include "grid/import_rows.h"

typedef struct {
    Line line;
    Str account, person;
    int64_t person_id;
    bool known;
} AccountLine;

static const Column columns[] = {
    LINE_COLUMN(AccountLine, "account", account, KIND_TEXT, "账号", "Account",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = LOGIN_MOST),
    LINE_COLUMN(AccountLine, "person", person, KIND_TEXT, "人员编号", "Person",
                .flags = COLUMN_REQUIRED),
};

static void prepare(Bring *b, void *context)
{
    AccountLine *l = context;
    Str clean;
    const Err *e = login_clean(b->mem, l->account, &clean);
    if (e)
        line_fault(b, l, "account", e, STR_NULL, STR_NULL);
    else
        l->account = clean;
}

static void check(Bring *b, void *context)
{
    AccountLine *l = context;
    const Person *person = person_by_code(b->g, l->person);
    l->person_id = person ? person->id : NIL;
    if (!person) line_unknown(b, l, "person", l->person);
}

static const Form form = {"accounts", columns, countof(columns), sizeof(AccountLine), prepare,
                          check,      NULL};

/* An account of that name is somebody else's, or in already. */
static const Err *check_known(Bring *b, Db *db, AccountLine *l)
{
    Account account;
    const Err *e = account_load(db, l->account, b->mem, &account);
    if (e) return e->kind == ERR_MISSING ? NULL : e;
    l->known = account.person == l->person_id;
    if (!l->known) line_fault(b, l, "account", &ACCOUNT_TAKEN, l->account, STR_NULL);
    return NULL;
}

static const Err *check_all(Bring *b)
{
    Db *db;
    const Err *e = db_open(ledger_store(b->spec->ledger), DB_READ, &db);
    if (e) return e;
    for (size_t i = 0; i < b->n && !e; i++)
        if (!((Line *)LINE(b, i))->bad) e = check_known(b, db, LINE(b, i));
    db_close(db);
    return e ? e : faults_err(&b->faults);
}

const Err *import_accounts(const ImportSpec *spec, const AccountWay *way,
                           const ImportTable *table, ImportAccount **out, size_t *out_count,
                           ImportDone *out_done)
{
    Bring *b = arena_make(spec->mem, Bring);
    import_prove(b, spec, &form, table);
    const Err *e = check_all(b);
    ImportAccount *all = arena_array(spec->mem, ImportAccount, b->n);
    Keeper keeper = {.by = NIL, .now = way->now};
    size_t n = 0;
    for (size_t i = 0; i < b->n && !e; i++) {
        const AccountLine *l = LINE(b, i);
        if (l->known) continue;
        bool change = false;
        Str password = way->password(way->context, spec->mem, l->account, &change);
        e = account_open(way->lane, spec->mem, l->account, l->person_id, password, change,
                         &keeper);
        if (!e) all[n++] = (ImportAccount){l->account, l->person, password};
    }
    *out = all;
    *out_count = n;
    *out_done = b->job.done;
    return e;
}
