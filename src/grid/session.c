/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.c: a cache of sessions in front of their table, and windows of failures. Both have a
 * fixed size: what was longest unused gives way, so that strangers cannot make them grow.
 */
#include "grid/session.h"

#include <pthread.h>

#include "base/address.h"
#include "base/crypt.h"
#include "base/wall.h"

const Err SIGN_IN_REFUSED = ERROR(ERR_LOGIN, "bad-credentials", "账号或密码不正确",
                                  "The name or the password is wrong");
const Err SIGN_IN_LOCKED = ERROR(ERR_RATE, "locked", "连续输错密码,账号已锁定,{0}分钟后再试",
                                 "Locked after wrong passwords, try again in {0} minutes");
const Err SIGN_IN_RATE = ERROR(ERR_RATE, "too-many", "来自此地址的登录失败过多,请稍后再试",
                               "Too many failed sign-ins from this address, try again later");
const Err SESSION_NONE = ERROR(ERR_LOGIN, "no-session", "请登录", "Please sign in");

#define TOKEN_BYTES  32
#define TOKEN_CHARS  43
#define CSRF_BYTES   16
#define CSRF_CHARS   22
#define WAYS         4u
#define SESSION_SETS 2048u
#define WINDOW_SETS  1024u

typedef struct {
    int64_t region;
    Str token; /* SHA-256 in hex */
    Str csrf, login;
    int64_t person, hat;
    Instant created, seen;
    int64_t must_change;
} SessionRow;

static const Column columns[] = {
    COLUMN(SessionRow, region, KIND_INT, "区域", "Region",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(SessionRow, token, KIND_TEXT, "令牌摘要", "Token's hash",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(SessionRow, csrf, KIND_TEXT, "防伪标记", "CSRF token",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(SessionRow, login, KIND_TEXT, "账号", "Account", .flags = COLUMN_REQUIRED),
    COLUMN(SessionRow, person, KIND_REF, "人员", "Person", .flags = COLUMN_REQUIRED,
           .list = "persons"),
    COLUMN(SessionRow, hat, KIND_REF, "所选岗位", "Seat chosen", .list = "seats"),
    COLUMN(SessionRow, created, KIND_INSTANT, "登录时间", "Signed in",
           .flags = COLUMN_REQUIRED),
    COLUMN(SessionRow, seen, KIND_INSTANT, "最近使用", "Last seen", .flags = COLUMN_REQUIRED),
    COLUMN(SessionRow, must_change, KIND_FLAG, "须改密码", "Must change password",
           .flags = COLUMN_REQUIRED),
};
const Table session_table = {.name = "sessions",
                             .class = CLASS_HOUSE,
                             .columns = columns,
                             .count = countof(columns),
                             .size = sizeof(SessionRow),
                             .primary = "(region, token)"};

typedef struct {
    bool used, must_change;
    char token[2 * SHA256_SIZE + 1], csrf[CSRF_CHARS + 1], login[LOGIN_MOST + 1];
    int64_t person, hat;
    Instant created, seen, kept; /* kept: seen as the table has it */
} SessionSlot;

/* Failures of one name or from one address. */
typedef struct {
    uint64_t key;
    int64_t count;
    Instant first, last;
} Window;

struct Sessions {
    Lane *lane;
    Policy policy;
    unsigned char seed[32]; /* of the windows' keys */
    Str nobody;             /* a password's hash to verify when there is no account */
    pthread_mutex_t lock;   /* of all that follows */
    SessionSlot *slots;
    Window *windows;
    uint64_t endings; /* counts sessions ended, so that none is cached that ended meanwhile */
};

const Err *sessions_open(Arena *mem, Lane *lane, Policy policy, Sessions **out)
{
    Sessions *s = arena_make(mem, Sessions);
    s->lane = lane;
    s->policy = policy;
    random_bytes(s->seed, sizeof s->seed);
    s->nobody = password_hash(mem, random_token(mem, TOKEN_BYTES));
    s->slots = arena_array(mem, SessionSlot, SESSION_SETS * WAYS);
    s->windows = arena_array(mem, Window, WINDOW_SETS * WAYS);
    pthread_mutex_init(&s->lock, NULL);
    *out = s;
    return NULL;
}

void sessions_last(Sessions *s, int64_t idle_ms, int64_t session_ms)
{
    s->policy.idle_ms = idle_ms;
    s->policy.session_ms = session_ms;
}

void sessions_close(Sessions *sessions)
{
    if (sessions) pthread_mutex_destroy(&sessions->lock);
}

/* Whether at is less than span ago. A time that lies in the future, beyond what clocks are
 * corrected by, was taken from a clock that was wrong: it counts as over, or a lock or a
 * session would last until that time has come. */
static bool lately(Instant now, Instant at, int64_t span)
{
    return now - at < span && at - now <= WALL_SLACK_MS;
}

/* ---- windows of failures ---- */

/* kind: 'n' of a name, 'a' of an address, which stands for its whole share. */
static uint64_t window_key(const Sessions *s, char kind, Str text)
{
    unsigned char hash[SHA256_SIZE], head[SHA256_SIZE + 1];
    char share[ADDRESS_TEXT];
    Address address;
    if (kind == 'a' && address_read(text, &address)) {
        address_share(&address, share);
        text = str(share);
    }
    sha256(text, head + 1);
    head[0] = (unsigned char)kind;
    hmac_sha256((Str){(const char *)s->seed, sizeof s->seed},
                (Str){(const char *)head, sizeof head}, hash);
    uint64_t key;
    memcpy(&key, hash, sizeof key);
    return key ? key : 1;
}

/* The window of that key, the longest unused of its set made anew for it; the lock is held. */
static Window *window_at(Sessions *s, uint64_t key)
{
    Window *set = &s->windows[key % WINDOW_SETS * WAYS], *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key) return &set[i];
        if (set[i].last < oldest->last) oldest = &set[i];
    }
    *oldest = (Window){.key = key};
    return oldest;
}

static Window window_of(Sessions *s, char kind, Str text)
{
    uint64_t key = window_key(s, kind, text);
    pthread_mutex_lock(&s->lock);
    Window w = *window_at(s, key);
    pthread_mutex_unlock(&s->lock);
    return w;
}

/* since_last: the count begins anew when the last failure, else when the first, is lock_ms ago.
 */
static void window_add(Sessions *s, char kind, Str text, Instant now, bool since_last)
{
    uint64_t key = window_key(s, kind, text);
    pthread_mutex_lock(&s->lock);
    Window *w = window_at(s, key);
    if (!lately(now, since_last ? w->last : w->first, s->policy.lock_ms))
        *w = (Window){.key = key, .first = now};
    w->count++;
    w->last = now;
    pthread_mutex_unlock(&s->lock);
}

/* ---- proving a password ---- */

typedef struct {
    Sessions *sessions;
    Arena *mem;
    Str login; /* null: not even a name */
    Str address;
    Instant now;
    bool known; /* there is such an account */
    Account account;
} SignInAttempt;

/* Failures in a row that still count. */
static int64_t failures_of(const SignInAttempt *a, Instant *out_last)
{
    int64_t count = a->account.failures;
    *out_last = a->account.failed_at;
    if (!a->known) {
        Window w = window_of(a->sessions, 'n', a->login);
        count = w.count;
        *out_last = w.last;
    }
    return count && lately(a->now, *out_last, a->sessions->policy.lock_ms) ? count : 0;
}

static const Err *locked(const SignInAttempt *a)
{
    const Policy *policy = &a->sessions->policy;
    Instant last;
    if (failures_of(a, &last) < policy->failures_most) return NULL;
    int64_t minutes = (last + policy->lock_ms - a->now + 59999) / 60000;
    return err_make(a->mem, &SIGN_IN_LOCKED, str_fmt(a->mem, "%lld", (long long)minutes),
                    STR_NULL);
}

static const Err *failure_write(void *context, Db *db)
{
    static const Sql count =
        SQL("UPDATE accounts SET failures = CASE WHEN failed_at > $3 AND failed_at <= $4 THEN "
            "failures + 1 ELSE 1 END, failed_at = $2 WHERE region = 0 AND login = $1");
    static const Sql asked =
        SQL("SELECT failures FROM accounts WHERE region = 0 AND login = $1");
    SignInAttempt *a = context;
    const Policy *policy = &a->sessions->policy;
    SecurityNote note = {.at = a->now, .person = NIL, .by = NIL, .address = a->address};
    if (!a->known) return security_note(db, SECURITY_REFUSED, note);
    note.login = a->account.login;
    note.person = a->account.person;
    int64_t failures;
    const Err *e = db_run(db, &count,
                          ARGS(ARG_S(a->login), ARG_I(a->now), ARG_I(a->now - policy->lock_ms),
                               ARG_I(a->now + WALL_SLACK_MS)),
                          NULL);
    if (!e) e = db_int(db, &asked, ARGS(ARG_S(a->login)), 0, &failures);
    if (!e) e = security_note(db, SECURITY_REFUSED, note);
    if (!e && failures == policy->failures_most) e = security_note(db, SECURITY_LOCKED, note);
    return e;
}

static const Err *failed(SignInAttempt *a)
{
    if (a->address.p) window_add(a->sessions, 'a', a->address, a->now, false);
    if (!a->known && a->login.p) window_add(a->sessions, 'n', a->login, a->now, true);
    const Err *e = lane_write(a->sessions->lane, failure_write, a);
    return e ? e : &SIGN_IN_REFUSED;
}

/* The same steps and the same time whether there is such an account or not. */
static const Err *prove(SignInAttempt *a, Db *db, Str name, Str password)
{
    Sessions *s = a->sessions;
    if (a->address.p) {
        Window from = window_of(s, 'a', a->address);
        if (from.count >= s->policy.address_most &&
            lately(a->now, from.first, s->policy.lock_ms))
            return &SIGN_IN_RATE;
    }
    if (password.n > PASSWORD_MOST || login_clean(a->mem, name, &a->login)) return failed(a);
    const Err *e = account_load(db, a->login, a->mem, &a->account);
    if (e && e->kind != ERR_MISSING) return e;
    a->known = !e;
    if ((e = locked(a))) return e;
    bool open = a->known && str_is(a->account.state, "open");
    bool has = open && a->account.password.n;
    bool right = password_verify(has ? a->account.password : s->nobody, password);
    return right && has ? NULL : failed(a);
}

/* ---- the cache ---- */

static bool token_hash(Str token, char out[2 * SHA256_SIZE + 1])
{
    if (token.n != TOKEN_CHARS) return false;
    unsigned char hash[SHA256_SIZE];
    sha256(token, hash);
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof hash; i++) {
        out[2 * i] = hex[hash[i] >> 4];
        out[2 * i + 1] = hex[hash[i] & 15];
    }
    out[2 * sizeof hash] = 0;
    return true;
}

static SessionSlot *slot_set(Sessions *s, const char *hash)
{
    return &s->slots[str_hash(str(hash)) % SESSION_SETS * WAYS];
}

static SessionSlot *slot_find(Sessions *s, const char *hash)
{
    SessionSlot *set = slot_set(s, hash);
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].used && strcmp(set[i].token, hash) == 0) return &set[i];
    return NULL;
}

static void slot_text(char *to, size_t room, Str from)
{
    assert(from.n < room);
    memcpy(to, from.p, from.n);
    to[from.n] = 0;
}

static SessionSlot slot_of(const SessionRow *row)
{
    SessionSlot slot = {.used = true,
                        .must_change = row->must_change,
                        .person = row->person,
                        .hat = row->hat,
                        .created = row->created,
                        .seen = row->seen,
                        .kept = row->seen};
    slot_text(slot.token, sizeof slot.token, row->token);
    slot_text(slot.csrf, sizeof slot.csrf, row->csrf);
    slot_text(slot.login, sizeof slot.login, row->login);
    return slot;
}

/* Instead of the longest unused of its set, when it is not there; the lock is held. */
static void slot_put(Sessions *s, const SessionSlot *new)
{
    if (slot_find(s, new->token)) return;
    SessionSlot *set = slot_set(s, new->token), *place = set;
    for (size_t i = 0; i < WAYS && place->used; i++)
        if (!set[i].used || set[i].seen < place->seen) place = &set[i];
    *place = *new;
}

static bool over(const Sessions *s, const SessionSlot *slot, Instant now)
{
    return !lately(now, slot->seen, s->policy.idle_ms) ||
           !lately(now, slot->created, s->policy.session_ms);
}

static void session_of(Arena *mem, const SessionSlot *slot, Session *out)
{
    *out = (Session){.login = str_dup(mem, str(slot->login)),
                     .csrf = str_dup(mem, str(slot->csrf)),
                     .person = slot->person,
                     .hat = slot->hat,
                     .created = slot->created,
                     .must_change = slot->must_change};
}

static const Err *row_load(Db *db, Arena *mem, const char *hash, SessionRow *out)
{
    static const Sql sql = SQL("SELECT * FROM sessions WHERE region = 0 AND token = $1");
    const Err *e = db_one(db, &sql, ARGS(ARG_S(str(hash))), &session_table, mem, out);
    return e && e->kind == ERR_MISSING ? &SESSION_NONE : e;
}

const Err *session_find(Sessions *s, Db *db, Arena *mem, Str token, Instant now, Session *out)
{
    char hash[2 * SHA256_SIZE + 1];
    if (!token_hash(token, hash)) return &SESSION_NONE;
    pthread_mutex_lock(&s->lock);
    uint64_t endings = s->endings;
    SessionSlot *here = slot_find(s, hash), found = {0};
    if (here) {
        found = *here;
        if (now > here->seen && !over(s, &found, now)) here->seen = now;
    }
    pthread_mutex_unlock(&s->lock);
    if (!here) {
        SessionRow row;
        const Err *e = row_load(db, mem, hash, &row);
        if (e) return e;
        found = slot_of(&row);
    }
    if (over(s, &found, now)) return &SESSION_NONE;
    if (!here) {
        SessionSlot fresh = found;
        fresh.seen = now;
        pthread_mutex_lock(&s->lock);
        if (s->endings == endings)
            slot_put(s, &fresh); /* else it might be one that ended meanwhile */
        pthread_mutex_unlock(&s->lock);
    }
    session_of(mem, &found, out);
    return NULL;
}

bool session_alive(Sessions *s, Db *db, Str token, Instant now)
{
    char hash[2 * SHA256_SIZE + 1];
    if (!token_hash(token, hash)) return false;
    pthread_mutex_lock(&s->lock);
    SessionSlot *here = slot_find(s, hash);
    bool alive = here && !over(s, here, now);
    pthread_mutex_unlock(&s->lock);
    if (here) return alive;
    SessionRow row;
    Arena *mem = arena_new(0);
    const Err *e = row_load(db, mem, hash, &row);
    SessionSlot slot = e ? (SessionSlot){0} : slot_of(&row);
    arena_free(mem);
    return !e && !over(s, &slot, now);
}

/* ---- signing in and out ---- */

typedef struct {
    SignInAttempt *attempt;
    SessionRow row;
} SignIn;

static const Err *sign_in_write(void *context, Db *db)
{
    static const Sql clear = SQL(
        "UPDATE accounts SET failures = 0, failed_at = NULL WHERE region = 0 AND login = $1");
    SignIn *in = context;
    const SignInAttempt *a = in->attempt;
    const Err *e = a->account.failures ? db_run(db, &clear, ARGS(ARG_S(a->login)), NULL) : NULL;
    if (!e) e = db_put_row(db, &session_table, &in->row);
    if (e) return e;
    return security_note(db, SECURITY_SIGN_IN,
                         (SecurityNote){.at = a->now,
                                        .login = a->login,
                                        .person = a->account.person,
                                        .by = NIL,
                                        .address = a->address});
}

const Err *session_sign_in(Sessions *s, Db *db, Arena *mem, Str name, Str password, Str address,
                           Instant now, Session *out, Str *out_token)
{
    SignInAttempt a = {.sessions = s, .mem = mem, .address = address, .now = now};
    const Err *e = prove(&a, db, name, password);
    if (e) return e;
    Str token = random_token(mem, TOKEN_BYTES);
    char hash[2 * SHA256_SIZE + 1];
    if (!token_hash(token, hash)) assert(false);
    SignIn in = {.attempt = &a,
                 .row = {.token = str(hash),
                         .csrf = random_token(mem, CSRF_BYTES),
                         .login = a.login,
                         .person = a.account.person,
                         .hat = NIL,
                         .created = now,
                         .seen = now,
                         .must_change = a.account.must_change}};
    if ((e = lane_write(s->lane, sign_in_write, &in))) return e;
    SessionSlot slot = slot_of(&in.row);
    pthread_mutex_lock(&s->lock);
    slot_put(s, &slot);
    pthread_mutex_unlock(&s->lock);
    *out = (Session){in.row.login, in.row.csrf, in.row.person, NIL, now, in.row.must_change};
    *out_token = token;
    return NULL;
}

/* What ends sessions or changes them. */
typedef struct {
    Sessions *sessions;
    const char *token; /* hash */
    Str login, password;
    int64_t hat;
    SecurityNote note;
} PasswordChange;

static const Err *sign_out_write(void *context, Db *db)
{
    static const Sql gone = SQL("DELETE FROM sessions WHERE region = 0 AND token = $1");
    PasswordChange *c = context;
    SessionRow row;
    Arena *mem = arena_new(0);
    const Err *e = row_load(db, mem, c->token, &row);
    if (!e) e = db_run(db, &gone, ARGS(ARG_S(str(c->token))), NULL);
    if (!e) {
        c->note.login = row.login;
        c->note.person = row.person;
        e = security_note(db, SECURITY_SIGN_OUT, c->note);
    }
    arena_free(mem);
    return e == &SESSION_NONE ? NULL : e;
}

const Err *session_sign_out(Sessions *s, Str token, Str address, Instant now)
{
    char hash[2 * SHA256_SIZE + 1];
    if (!token_hash(token, hash)) return NULL;
    PasswordChange c = {
        .sessions = s, .token = hash, .note = {.at = now, .by = NIL, .address = address}};
    const Err *e = lane_write(s->lane, sign_out_write, &c);
    if (e) return e;
    pthread_mutex_lock(&s->lock);
    s->endings++;
    SessionSlot *slot = slot_find(s, hash);
    if (slot) slot->used = false;
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static const Err *wear_write(void *context, Db *db)
{
    static const Sql sql = SQL("UPDATE sessions SET hat = $2 WHERE region = 0 AND token = $1");
    PasswordChange *c = context;
    int64_t changed;
    const Err *e = db_run(db, &sql, ARGS(ARG_S(str(c->token)), ARG_I(c->hat)), &changed);
    return e ? e : changed ? NULL : &SESSION_NONE;
}

const Err *session_wear(Sessions *s, Str token, int64_t hat)
{
    char hash[2 * SHA256_SIZE + 1];
    if (!token_hash(token, hash)) return &SESSION_NONE;
    PasswordChange c = {.sessions = s, .token = hash, .hat = hat};
    const Err *e = lane_write(s->lane, wear_write, &c);
    if (e) return e;
    pthread_mutex_lock(&s->lock);
    s->endings++; /* nobody may cache the row as it was */
    SessionSlot *slot = slot_find(s, hash);
    if (slot) slot->hat = hat;
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* Forgets an account's sessions but the one of that hash (NULL: all). */
static void cache_end(Sessions *s, Str login, const char *but)
{
    pthread_mutex_lock(&s->lock);
    s->endings++;
    for (size_t i = 0; i < (size_t)SESSION_SETS * WAYS; i++) {
        SessionSlot *slot = &s->slots[i];
        if (!slot->used || !str_is(login, slot->login)) continue;
        if (but && strcmp(slot->token, but) == 0)
            slot->must_change = false;
        else
            slot->used = false;
    }
    pthread_mutex_unlock(&s->lock);
}

static const Err *end_write(void *context, Db *db)
{
    static const Sql sql = SQL("DELETE FROM sessions WHERE region = 0 AND login = $1");
    PasswordChange *c = context;
    return db_run(db, &sql, ARGS(ARG_S(c->login)), NULL);
}

const Err *sessions_end(Sessions *s, Str login)
{
    PasswordChange c = {.sessions = s, .login = login};
    const Err *e = lane_write(s->lane, end_write, &c);
    if (!e) cache_end(s, login, NULL);
    return e;
}

static const Err *password_write(void *context, Db *db)
{
    static const Sql set = SQL(
        "UPDATE accounts SET password = $2, must_change = 0, failures = 0, failed_at = NULL, "
        "changed = $3 WHERE region = 0 AND login = $1");
    static const Sql others =
        SQL("DELETE FROM sessions WHERE region = 0 AND login = $1 AND token <> $2");
    static const Sql keep =
        SQL("UPDATE sessions SET must_change = 0 WHERE region = 0 AND token = $1");
    PasswordChange *c = context;
    const Err *e =
        db_run(db, &set, ARGS(ARG_S(c->login), ARG_S(c->password), ARG_I(c->note.at)), NULL);
    if (!e) e = db_run(db, &others, ARGS(ARG_S(c->login), ARG_S(str(c->token))), NULL);
    if (!e) e = db_run(db, &keep, ARGS(ARG_S(str(c->token))), NULL);
    return e ? e : security_note(db, SECURITY_PASSWORD, c->note);
}

const Err *session_password(Sessions *s, Db *db, Arena *mem, Str token, Str old, Str fresh,
                            Str address, Instant now)
{
    Session session;
    const Err *e = session_find(s, db, mem, token, now, &session);
    if (e || (e = password_fit(session.login, fresh))) return e;
    SignInAttempt a = {.sessions = s, .mem = mem, .address = address, .now = now};
    if ((e = prove(&a, db, session.login, old))) return e;
    char hash[2 * SHA256_SIZE + 1];
    if (!token_hash(token, hash)) assert(false);
    PasswordChange c = {.sessions = s,
                        .token = hash,
                        .login = session.login,
                        .password = password_hash(mem, fresh),
                        .note = {.at = now,
                                 .login = session.login,
                                 .person = session.person,
                                 .by = NIL,
                                 .address = address}};
    if ((e = lane_write(s->lane, password_write, &c))) return e;
    cache_end(s, session.login, hash);
    return NULL;
}

/* ---- writing back ---- */

typedef struct {
    Sessions *sessions;
    Instant now;
    SessionSlot *seen; /* copies of what has to be written */
    size_t count;
} Flush;

static const Err *flush_write(void *context, Db *db)
{
    static const Sql seen =
        SQL("UPDATE sessions SET seen = $2 WHERE region = 0 AND token = $1 AND seen < $2");
    static const Sql gone =
        SQL("DELETE FROM sessions WHERE region = 0 AND (seen <= $1 OR created <= $2 OR seen > "
            "$3 OR created > $3)");
    Flush *f = context;
    const Policy *policy = &f->sessions->policy;
    const Err *e = NULL;
    for (size_t i = 0; i < f->count && !e; i++)
        e = db_run(db, &seen, ARGS(ARG_S(str(f->seen[i].token)), ARG_I(f->seen[i].seen)), NULL);
    if (e) return e;
    return db_run(db, &gone,
                  ARGS(ARG_I(f->now - policy->idle_ms), ARG_I(f->now - policy->session_ms),
                       ARG_I(f->now + WALL_SLACK_MS)),
                  NULL);
}

const Err *sessions_flush(Sessions *s, Instant now)
{
    Arena *mem = arena_new(0);
    Flush f = {
        .sessions = s, .now = now, .seen = arena_array(mem, SessionSlot, SESSION_SETS * WAYS)};
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < (size_t)SESSION_SETS * WAYS; i++) {
        SessionSlot *slot = &s->slots[i];
        if (!slot->used) continue;
        int64_t idle = s->policy.idle_ms;
        if (over(s, slot, now))
            slot->used = false;
        else if (slot->seen > slot->kept &&
                 (slot->seen - slot->kept >= idle / 8 || now - slot->kept >= idle / 2))
            f.seen[f.count++] = *slot;
    }
    pthread_mutex_unlock(&s->lock);
    const Err *e = lane_write(s->lane, flush_write, &f);
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < f.count && !e; i++) {
        SessionSlot *slot = slot_find(s, f.seen[i].token);
        if (slot) slot->kept = f.seen[i].seen;
    }
    pthread_mutex_unlock(&s->lock);
    arena_free(mem);
    return e;
}
