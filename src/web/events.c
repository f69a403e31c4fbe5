/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.c: the ledger's listener leaves short notes; one thread takes them, asks what each
 * viewer may see and writes to their streams. Whoever comes with Last-Event-ID is first brought
 * up to date from the ledger, by the same notes.
 *
 * Two locks, never one inside the other: notes for the listener, which must not wait; viewers
 * for the list of streams, held while a stream is written to and where http says that one
 * ended.
 */
#include "web/events.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/time.h"

#define NOTES_MOST 8192  /* more than that behind: all viewers load anew */
#define CATCH_UP   500   /* entries that are read for somebody who comes back */
#define LOOK_MS    30000 /* how often sessions are looked at, unless said */
#define LOST       INT64_MAX

typedef enum {
    NOTE_CASE,
    NOTE_SUBJECT,
    NOTE_EPOCH,
    NOTE_DEFS,
    NOTE_RESET,
    NOTE_HELLO
} NoteKind;
static const char *const kind_names[] = {"case", "subject", "epoch", "defs", "reset", "hello"};

typedef struct {
    NoteKind kind;
    int64_t region, no, id;
} Note;

typedef struct {
    Note *all;
    size_t count;
    bool lost; /* there were more */
} Notes;

typedef struct Viewer Viewer;
struct Viewer {
    Viewer *next;
    Events *events;
    Stream *stream;
    int64_t number;
    int64_t region, person;
    Str token;
    bool fresh; /* not yet brought up to date */
    int64_t
        last;   /* has all up to that no; NIL: comes for the first time; LOST: must load anew */
    Arena *mem; /* of the viewer */
    Arena *who_mem;
    const Ground *ground;
    Who who;
    Instant until; /* the Who is good until then; NIL: as long as the ground */
};

struct Events {
    WebConf conf;
    pthread_t thread;
    Db *db; /* of the thread */
    pthread_mutex_t notes_lock;
    pthread_cond_t more;
    Notes notes;
    Note *spare; /* what notes are swapped with */
    bool woken, stopping;
    _Atomic int64_t watching; /* viewers, those about to be among them */
    pthread_mutex_t viewers_lock;
    Viewer *viewers;
    int64_t numbers;
};

/* ---- notes ---- */

static bool note_of(const Table *table, NoteKind *out)
{
    *out = table == &case_table         ? NOTE_CASE
           : table == &subject_table    ? NOTE_SUBJECT
           : table == &definition_table ? NOTE_DEFS
                                        : NOTE_EPOCH;
    return *out != NOTE_EPOCH || ground_holds(table);
}

static void note_add(Notes *notes, Note note)
{
    if (notes->count == NOTES_MOST) {
        notes->lost = true;
        return;
    }
    for (size_t i = notes->count; i-- > 0 && notes->all[i].no == note.no;) {
        const Note *n = &notes->all[i];
        if (n->kind == note.kind && n->region == note.region && n->id == note.id) return;
    }
    notes->all[notes->count++] = note;
}

static void notes_of(Notes *notes, int64_t region, int64_t no, const Change *changes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Note note = {.region = region, .no = no, .id = NIL};
        if (!note_of(changes[i].table, &note.kind)) continue;
        if (note.kind == NOTE_CASE || note.kind == NOTE_SUBJECT) note.id = changes[i].id;
        note_add(notes, note);
    }
}

/* On the lane's thread, after COMMIT. */
static void heard(void *context, const Act *act)
{
    Events *e = context;
    if (!atomic_load(&e->watching)) return;
    pthread_mutex_lock(&e->notes_lock);
    if (!e->stopping) {
        notes_of(&e->notes, act->spec.region, act->no, act->changes, act->count);
        pthread_cond_signal(&e->more);
    }
    pthread_mutex_unlock(&e->notes_lock);
}

/* ---- one viewer, under the viewers' lock ---- */

static void viewer_free(Viewer *v)
{
    atomic_fetch_sub(&v->events->watching, 1);
    if (v->ground) ground_unpin(v->ground);
    arena_free(v->who_mem);
    arena_free(v->mem);
}

/* On http's thread: the client left, or the stream was closed. */
static void ended(void *context)
{
    Viewer *v = context;
    Events *e = v->events;
    pthread_mutex_lock(&e->viewers_lock);
    for (Viewer **at = &e->viewers; *at; at = &(*at)->next)
        if (*at == v) {
            *at = v->next;
            break;
        }
    pthread_mutex_unlock(&e->viewers_lock);
    viewer_free(v);
}

/* Who the viewer is now, by the newest ground. */
static const Who *viewer_who(Viewer *v, Instant now)
{
    const Ground *ground = ground_pin(v->events->conf.grounds, v->region);
    if (ground == v->ground && (v->until == NIL || now < v->until)) {
        ground_unpin(ground);
        return &v->who;
    }
    if (v->ground) ground_unpin(v->ground);
    v->ground = ground;
    v->until = ground_next(ground, now);
    arena_reset(v->who_mem);
    const Err *e = who_at(v->who_mem, ground, v->person, now, NIL, &v->who);
    assert(!e); /* only a hat is refused */
    return &v->who;
}

static void say(Viewer *v, const Note *note, int64_t version, Arena *mem)
{
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    buf_fmt(&b, "event: %s\n", kind_names[note->kind]);
    if (note->kind != NOTE_DEFS) buf_fmt(&b, "id: %lld\n", (long long)note->no);
    buf_add(&b, S("data: "));
    json_open(&w, '{');
    json_put_int(&w, "no", note->no);
    json_put_text(&w, "kind", str(kind_names[note->kind]));
    if (note->id != NIL) json_put_int(&w, "id", note->id);
    if (version != NIL) json_put_int(&w, "version", version);
    json_close(&w, '}');
    buf_add(&b, S("\n\n"));
    http_stream_send(v->stream, buf_str(&b)); /* whoever does not read any more ends soon */
}

/* ---- what a note says, and who may hear it ---- */

/* What the note speaks of, as it is now. */
typedef struct {
    const Note *note;
    bool there;
    Case c;
    int64_t version;
} News;

static CaseView view_of(const Events *e, const Who *who, Arena *mem, Instant now)
{
    return (CaseView){.work = e->conf.work, .db = e->db, .mem = mem, .who = who, .now = now};
}

static void news_load(Events *e, const Note *note, Arena *mem, Instant now, News *out)
{
    *out = (News){.note = note, .there = true, .version = NIL};
    if (note->kind != NOTE_CASE) return;
    Who house;
    Access sight;
    const Ground *ground = ground_pin(e->conf.grounds, note->region);
    who_house(mem, ground, note->region, now, &house);
    CaseView view = view_of(e, &house, mem, now);
    out->there = !case_load(&view, note->id, &out->c, &sight);
    if (out->there) out->version = out->c.version;
    ground_unpin(ground);
}

static bool may_hear(Events *e, Viewer *v, const News *news, Arena *mem, Instant now)
{
    if (news->note->kind == NOTE_DEFS) return true;
    if (!news->there || v->region != news->note->region) return false;
    const Who *who = viewer_who(v, now);
    if (news->note->kind == NOTE_CASE) {
        CaseView view = view_of(e, who, mem, now);
        return case_sight(&view, &news->c) != SIGHT_NONE;
    }
    Subject subject;
    Access sight;
    if (news->note->kind != NOTE_SUBJECT) return true;
    return !subject_load(e->conf.subjects, e->db, mem, who, news->note->id, &subject, &sight);
}

static void tell_all(Events *e, const Notes *notes)
{
    if (!atomic_load(&e->watching)) return;
    Arena *mem = arena_new(0);
    Instant now = ledger_clock(e->conf.ledger);
    for (size_t i = 0; i < notes->count; i++) {
        News news;
        arena_reset(mem);
        news_load(e, &notes->all[i], mem, now, &news);
        pthread_mutex_lock(&e->viewers_lock);
        for (Viewer *v = e->viewers; v; v = v->next)
            if (!v->fresh &&
                (v->last < notes->all[i].no || notes->all[i].region != v->region) &&
                may_hear(e, v, &news, mem, now))
                say(v, &notes->all[i], news.version, mem);
        pthread_mutex_unlock(&e->viewers_lock);
    }
    arena_free(mem);
}

/* ---- bringing somebody up to date ---- */

/* The notes of (from, to] from the ledger. */
static const Err *read_notes(Events *e, int64_t region, int64_t from, int64_t to, Notes *out)
{
    Arena *mem = arena_new(0);
    const Err *err = NULL;
    for (int64_t no = from + 1; !err && no <= to; no++) {
        Entry entry;
        Change *changes;
        size_t n;
        arena_reset(mem);
        err = ledger_entry(e->db, region, no, mem, &entry);
        if (!err) err = entry_changes(e->conf.ledger, mem, &entry, &changes, &n);
        if (!err) notes_of(out, region, no, changes, n);
    }
    arena_free(mem);
    return err;
}

static Viewer *viewer_find(Events *e, int64_t number)
{
    Viewer *v = e->viewers;
    while (v && v->number != number)
        v = v->next;
    return v;
}

/* Says what was missed, or that it was too much, and lets the viewer take part from head on. */
static void tell_missed(Events *e, int64_t number, const Notes *missed, bool reset,
                        int64_t head)
{
    Arena *mem = arena_new(0);
    Instant now = ledger_clock(e->conf.ledger);
    for (size_t i = 0; !reset && i < missed->count; i++) {
        News news;
        news_load(e, &missed->all[i], mem, now, &news);
        pthread_mutex_lock(&e->viewers_lock);
        Viewer *v = viewer_find(e, number);
        if (v && may_hear(e, v, &news, mem, now)) say(v, &missed->all[i], news.version, mem);
        pthread_mutex_unlock(&e->viewers_lock);
    }
    pthread_mutex_lock(&e->viewers_lock);
    Viewer *v = viewer_find(e, number);
    if (v) {
        Note note = {reset ? NOTE_RESET : NOTE_HELLO, v->region, head, NIL};
        say(v, &note, NIL, mem);
        v->last = head;
        v->fresh = false;
    }
    pthread_mutex_unlock(&e->viewers_lock);
    arena_free(mem);
}

/* False: nobody is fresh. */
static bool greet(Events *e)
{
    pthread_mutex_lock(&e->viewers_lock);
    Viewer *v = e->viewers;
    while (v && !v->fresh)
        v = v->next;
    int64_t number = v ? v->number : 0, region = v ? v->region : 0, last = v ? v->last : 0;
    pthread_mutex_unlock(&e->viewers_lock);
    if (!v) return false;
    int64_t head = 0;
    Arena *mem = arena_new(0);
    Notes missed = {.all = arena_array(mem, Note, NOTES_MOST)};
    const Err *err = ledger_last(e->db, region, &head);
    bool reset = !err && last != NIL && (last > head || head - last > CATCH_UP);
    if (!err && !reset && last != NIL) err = read_notes(e, region, last, head, &missed);
    tell_missed(e, number, &missed, reset || err || missed.lost, head);
    arena_free(mem);
    return true;
}

/* ---- the thread ---- */

static void look_at_sessions(Events *e)
{
    Instant now = wall_now(e->conf.wall, NULL);
    pthread_mutex_lock(&e->viewers_lock);
    for (Viewer *v = e->viewers; v; v = v->next)
        if (!session_alive(e->conf.sessions, e->db, v->token, now))
            http_stream_close(v->stream);
    pthread_mutex_unlock(&e->viewers_lock);
}

static void reset_all(Events *e)
{
    pthread_mutex_lock(&e->viewers_lock);
    for (Viewer *v = e->viewers; v; v = v->next) {
        v->fresh = true;
        v->last = LOST;
    }
    pthread_mutex_unlock(&e->viewers_lock);
}

/* Waits for notes, somebody new, or the time to look at sessions. */
static void wait_for(Events *e, int64_t look, Notes *taken, bool *stopping)
{
    struct timespec until = {.tv_sec = look / 1000, .tv_nsec = look % 1000 * 1000000};
    int late = 0;
    pthread_mutex_lock(&e->notes_lock);
    while (!e->notes.count && !e->notes.lost && !e->woken && !e->stopping && !late)
        late = pthread_cond_clockwait(&e->more, &e->notes_lock, CLOCK_MONOTONIC, &until);
    *taken = e->notes;
    e->notes = (Notes){.all = e->spare};
    e->spare = taken->all;
    e->woken = false;
    *stopping = e->stopping;
    pthread_mutex_unlock(&e->notes_lock);
}

static int64_t ticks_ms(void)
{
    return time_ticks() / 1000000;
}

static void *run(void *arg)
{
    Events *e = arg;
    bool stopping = false;
    Notes taken;
    int every = e->conf.look_ms ? e->conf.look_ms : LOOK_MS;
    int64_t look = ticks_ms() + every; /* not the wall's time: that may be set */
    while (!stopping) {
        wait_for(e, look, &taken, &stopping);
        if (stopping) break;
        if (taken.lost) reset_all(e);
        while (greet(e))
            ;
        if (!taken.lost) tell_all(e, &taken);
        if (ticks_ms() < look) continue;
        look_at_sessions(e);
        look = ticks_ms() + every;
    }
    return NULL;
}

const Err *events_start(Arena *mem, const WebConf *conf, Events **out)
{
    Events *e = arena_make(mem, Events);
    e->conf = *conf;
    const Err *err = db_open(ledger_store(conf->ledger), DB_READ, &e->db);
    if (err) return err;
    e->notes.all = arena_array(mem, Note, NOTES_MOST);
    e->spare = arena_array(mem, Note, NOTES_MOST);
    atomic_init(&e->watching, 0);
    pthread_mutex_init(&e->notes_lock, NULL);
    pthread_mutex_init(&e->viewers_lock, NULL);
    pthread_cond_init(&e->more, NULL);
    ledger_listen(conf->ledger, heard, e);
    if (pthread_create(&e->thread, NULL, run, e) != 0) {
        e->stopping = true; /* the ledger's listener stays, and does nothing */
        db_close(e->db);
        return &STORE_THREADS;
    }
    *out = e;
    return NULL;
}

static void wake(Events *e)
{
    pthread_mutex_lock(&e->notes_lock);
    e->woken = true;
    pthread_cond_signal(&e->more);
    pthread_mutex_unlock(&e->notes_lock);
}

const Err *events_open(Events *e, Call *call)
{
    Arena *mem = arena_new(1024);
    Viewer *v = arena_make(mem, Viewer);
    Str seen = request_header(call->request, S("Last-Event-ID"), NULL);
    *v = (Viewer){.events = e,
                  .region = call->who.region,
                  .person = call->session.person,
                  .token = str_dup(mem, call->token),
                  .fresh = true,
                  .last = NIL,
                  .mem = mem,
                  .who_mem = arena_new(0),
                  .until = NIL};
    if (seen.p && (!str_int(seen, &v->last) || v->last < 0)) v->last = LOST;
    call->type = S("text/event-stream; charset=utf-8");
    call_header(call, S("X-Accel-Buffering"), S("no"));
    size_t n;
    HttpPair *headers = call_headers(call, 0, &n);
    call_let_go(call, 200);
    atomic_fetch_add(&e->watching, 1);
    pthread_mutex_lock(&e->viewers_lock);
    const Err *err = http_stream_open(call->request, headers, n, ended, v, &v->stream);
    if (!err) {
        v->number = ++e->numbers;
        v->next = e->viewers;
        e->viewers = v;
    }
    pthread_mutex_unlock(&e->viewers_lock);
    if (err) {
        viewer_free(v);
        return err;
    }
    wake(e);
    return &CALL_SENT;
}

void events_leave(Events *e, Str token)
{
    pthread_mutex_lock(&e->viewers_lock);
    for (Viewer *v = e->viewers; v; v = v->next)
        if (str_eq(v->token, token)) http_stream_close(v->stream);
    pthread_mutex_unlock(&e->viewers_lock);
}

void events_stop(Events *e)
{
    pthread_mutex_lock(&e->notes_lock);
    e->stopping = true;
    pthread_cond_signal(&e->more);
    pthread_mutex_unlock(&e->notes_lock);
    pthread_join(e->thread, NULL);
    db_close(e->db);
}
