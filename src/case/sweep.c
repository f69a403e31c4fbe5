/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep.c: the thread that waits for instants, finds in the book and on the ground whom they
 * concern, and hands one act per case to the lane, many at a time so that they are committed
 * together.
 */
#include "case/sweep.h"

#include <pthread.h>

#include "base/log.h"
#include "base/time.h"
#include "case/sweep_act.h"

#define TOGETHER 256  /* acts on the lane at a time */
#define RETRY_MS 1000 /* after a sweep that could not do all */

/* The ground on which a region's cases were looked at. */
typedef struct Sighted Sighted;
struct Sighted {
    Sighted *next;
    int64_t region;
    uint64_t mark;
};

struct Sweep {
    Work *work;
    pthread_t thread;
    pthread_mutex_t running;   /* one sweep at a time; guards the next two */
    const Published *calendar; /* by which open cases are counted; NULL: not looked at yet */
    Sighted *sighted;          /* by region; likewise */
    Instant grounded;          /* the seats were looked at then; NIL: look again */
    pthread_mutex_t lock;      /* guards the rest */
    pthread_cond_t wake, done;
    bool still, stopping, woken, ground, failed;
    Instant asleep; /* until then; NIL: until woken */
    size_t waiting; /* acts that the lane has */
    int64_t acts;
};

/* ---- acts ---- */

typedef struct {
    ActJob job; /* first */
    Sweep *sweep;
    Tick tick;
    bool *answered; /* set when done was called; may be NULL */
} TickJob;

static void tick_done(ActJob *job, const Err *e)
{
    TickJob *tick = (TickJob *)job;
    Sweep *s = tick->sweep;
    if (tick->answered) *tick->answered = true;
    if (e) log_error("sweep case=%lld err=%s", (long long)tick->tick.id, e->code);
    pthread_mutex_lock(&s->lock);
    s->acts += !e && job->no != NIL;
    s->failed |= e != NULL;
    s->waiting--;
    pthread_cond_broadcast(&s->done);
    pthread_mutex_unlock(&s->lock);
    arena_free(job->mem);
}

static void wait_for(Sweep *s, size_t most)
{
    pthread_mutex_lock(&s->lock);
    while (s->waiting > most)
        pthread_cond_wait(&s->done, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

static const Err *tick_decide(Act *act, void *context)
{
    TickJob *job = context;
    return tick_act(act, job->sweep->work, &job->tick);
}

static void hand_in(Sweep *s, TickKind kind, int64_t id)
{
    Arena *mem = arena_new(0);
    TickJob *job = arena_make(mem, TickJob);
    *job = (TickJob){.job = {.mem = mem,
                             .spec = {.region = ID_REGION(id),
                                      .actor = PERSON_HOUSE,
                                      .seat = NIL,
                                      .for_person = NIL,
                                      .verb = S("sweep"),
                                      .client = NIL},
                             .decide = tick_decide,
                             .done = tick_done,
                             .context = job},
                     .sweep = s,
                     .tick = {kind, id}};
    wait_for(s, TOGETHER - 1);
    pthread_mutex_lock(&s->lock);
    s->waiting++;
    pthread_mutex_unlock(&s->lock);
    if (ledger_submit(s->work->spec.ledger, &job->job)) return;
    /* the lane is full of people's acts: wait like one of them */
    bool answered = false;
    job->answered = &answered;
    const Err *e = ledger_call(s->work->spec.ledger, &job->job);
    if (!answered) tick_done(&job->job, e); /* it is stopping */
}

/* ---- whom it concerns ---- */

static void hand_in_all(Sweep *s, TickKind kind, const Ids *ids)
{
    for (size_t i = 0; i < ids->count; i++)
        hand_in(s, kind, ids->ids[i]);
    wait_for(s, 0);
}

static void find_marks(Sweep *s, Instant now, Ids *out)
{
    Book *book = s->work->book;
    const Order *order = book_order(book, BOOK_BY_NEXT);
    book_hold(book);
    OrderSpot spot = order_from(order, ORDER_KEY(INT64_MIN, 0, 0));
    for (const OpenCase *slip; (slip = order_next(order, &spot, NULL)) && slip->next_at <= now;)
        ids_add(out, slip->id);
    book_leave(book);
}

/* Those that were there when the calendar was published: later ones were counted by it. */
static void find_older(Sweep *s, Instant published, Ids *out)
{
    Book *book = s->work->book;
    const Order *order = book_order(book, BOOK_BY_DUE);
    book_hold(book);
    OrderSpot spot = order_from(order, ORDER_KEY(0, INT64_MIN, 0));
    for (const OpenCase *slip; (slip = order_next(order, &spot, NULL));)
        if (slip->opened <= published) ids_add(out, slip->id);
    book_leave(book);
}

/* The regions that have open cases. */
static void find_regions(Sweep *s, Ids *out)
{
    Book *book = s->work->book;
    const Order *order = book_order(book, BOOK_BY_DUE);
    int64_t next = 0;
    book_hold(book);
    for (;;) {
        OrderSpot spot = order_from(order, ORDER_KEY(next, INT64_MIN, 0));
        const OpenCase *slip = order_next(order, &spot, NULL);
        if (!slip) break;
        ids_add(out, slip->region);
        next = slip->region + 1;
    }
    book_leave(book);
}

/* The duty cases of a region's seats that nobody holds. Each seat is asked once. */
static void find_unheld(Sweep *s, int64_t region, Instant now, Ids *out)
{
    const Ground *ground = ground_pin(s->work->spec.grounds, region);
    Book *book = s->work->book;
    const Order *order = book_order(book, BOOK_BY_SEAT);
    int64_t asked = NIL;
    bool held = true;
    OrderKey key;
    book_hold(book);
    OrderSpot spot = order_from(order, ORDER_KEY(ID_MAKE(region, 0), INT64_MIN, 0));
    for (const OpenCase *slip;
         (slip = order_next(order, &spot, &key)) && ID_REGION(key.a) == region;) {
        if (key.a != asked) held = seat_person(ground, key.a, now) != NIL;
        asked = key.a;
        if (!held && slip->duty == key.a) ids_add(out, slip->id);
    }
    book_leave(book);
    ground_unpin(ground);
}

/* The cases of a region that lie in another cell now than they did, or whose department ended.
 */
static void find_astray(Sweep *s, int64_t region, Instant now, Ids *out)
{
    const Ground *ground = ground_pin(s->work->spec.grounds, region);
    Book *book = s->work->book;
    const Order *order = book_order(book, BOOK_BY_DUE);
    Sighted *seen = s->sighted;
    while (seen && seen->region != region)
        seen = seen->next;
    uint64_t mark = ground_mark(ground, now);
    bool same = seen && seen->mark == mark;
    if (!seen) {
        seen = arena_make(s->work->mem, Sighted);
        *seen = (Sighted){.next = s->sighted, .region = region};
        s->sighted = seen;
    }
    seen->mark = mark;
    book_hold(book);
    OrderSpot spot = order_from(order, ORDER_KEY(region, INT64_MIN, 0));
    for (const OpenCase *slip;
         !same && (slip = order_next(order, &spot, NULL)) && slip->region == region;) {
        int64_t area = area_find(ground, slip->place, now);
        bool moved = area != slip->area && (area != NIL || !area_at(ground, slip->area, now));
        bool ended = slip->department != NIL && !department_at(ground, slip->department, now);
        if (moved || ended) ids_add(out, slip->id);
    }
    book_leave(book);
    ground_unpin(ground);
}

/* The next instant after t at which somebody comes to a seat or leaves it, where cases are
 * open. */
static Instant ground_wakes(Sweep *s, Instant t)
{
    Ids regions = {.mem = arena_new(0)};
    Instant first = NIL;
    find_regions(s, &regions);
    for (size_t i = 0; i < regions.count; i++) {
        const Ground *ground = ground_pin(s->work->spec.grounds, regions.ids[i]);
        Instant at = ground_next(ground, t);
        ground_unpin(ground);
        if (at != NIL && (first == NIL || at < first)) first = at;
    }
    arena_free(regions.mem);
    return first;
}

/* ---- one sweep ---- */

static void sweep_seats(Sweep *s, Instant now, Arena *mem)
{
    Ids regions = {.mem = mem}, astray = {.mem = mem}, cases = {.mem = mem};
    find_regions(s, &regions);
    for (size_t i = 0; i < regions.count; i++)
        find_astray(s, regions.ids[i], now, &astray);
    hand_in_all(s, TICK_FOLLOW, &astray);
    for (size_t i = 0; i < regions.count; i++)
        find_unheld(s, regions.ids[i], now, &cases);
    hand_in_all(s, TICK_RESEAT, &cases);
    const Err *e =
        s->work->spec.follow ? s->work->spec.follow(s->work->spec.follow_context) : NULL;
    if (e) log_error("sweep follow err=%s", e->code);
    s->grounded = now;
}

static void sweep_calendar(Sweep *s, Instant now, Arena *mem)
{
    const Published *calendar =
        defs_at(s->work->spec.defs, CALENDAR_KIND, S(CALENDAR_NAME), now);
    if (!calendar || calendar == s->calendar) return;
    Ids cases = {.mem = mem};
    find_older(s, calendar->row.starts, &cases);
    hand_in_all(s, TICK_RECOUNT, &cases);
    s->calendar = calendar;
}

static bool seats_may_differ(Sweep *s, Instant now)
{
    pthread_mutex_lock(&s->lock);
    bool changed = s->ground;
    s->ground = false;
    pthread_mutex_unlock(&s->lock);
    /* in the future: by a clock that was accepted and turned out wrong */
    if (changed || s->grounded == NIL || s->grounded > now) return true;
    Instant next = ground_wakes(s, s->grounded);
    return next != NIL && next <= now;
}

/* running is held. */
static const Err *sweep_once(Sweep *s)
{
    if (ledger_astray(s->work->spec.ledger)) return &CLOCK_ASTRAY;
    Arena *mem = arena_new(0);
    Instant now = ledger_clock(s->work->spec.ledger);
    Ids cases = {.mem = mem};
    sweep_calendar(s, now, mem);
    if (seats_may_differ(s, now)) sweep_seats(s, now, mem);
    find_marks(s, now, &cases);
    hand_in_all(s, TICK_MARKS, &cases);
    arena_free(mem);
    pthread_mutex_lock(&s->lock);
    bool failed = s->failed;
    s->failed = false;
    pthread_mutex_unlock(&s->lock);
    return failed ? &STORE_BROKEN : NULL;
}

const Err *sweep_run(Sweep *s)
{
    pthread_mutex_lock(&s->running);
    const Err *e = sweep_once(s);
    pthread_mutex_unlock(&s->running);
    return e;
}

static Instant earlier(Instant a, Instant b)
{
    return a == NIL ? b : b == NIL || a < b ? a : b;
}

const Err *sweep_until(Sweep *s, Instant until, void (*set)(void *context, Instant now),
                       void *context)
{
    pthread_mutex_lock(&s->running);
    const Err *e = sweep_once(s);
    Instant now = ledger_clock(s->work->spec.ledger);
    while (!e && now < until) {
        Instant next = earlier(book_next(s->work->book, now), ground_wakes(s, now));
        now = next == NIL || next > until ? until : next;
        set(context, now);
        e = sweep_once(s);
    }
    pthread_mutex_unlock(&s->running);
    return e;
}

/* ---- the thread ---- */

/* Called on the lane's thread after each commit: is there anything to wake for? */
static void woken(void *context, bool ground, bool defs)
{
    Sweep *s = context;
    Instant next = book_next(s->work->book, INT64_MIN);
    pthread_mutex_lock(&s->lock);
    s->ground |= ground;
    bool sooner = !s->still && next != NIL && (s->asleep == NIL || next < s->asleep);
    if (ground || defs || sooner) {
        s->woken = true;
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->lock);
}

/*
 * An instant is waited for by the wall's clock, so that a wall that is set wakes the sweep in
 * time. A second is not: a wall that was astray and is set right would make it last for days.
 */
static void sleep_until(Sweep *s, Instant at, bool soon)
{
    clockid_t clock = soon ? CLOCK_MONOTONIC : CLOCK_REALTIME;
    int64_t ms = soon ? time_ticks() / 1000000 + RETRY_MS : at;
    struct timespec until = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    pthread_mutex_lock(&s->lock);
    s->asleep = at;
    while (!s->woken && !s->stopping) {
        if (at == NIL && !soon)
            pthread_cond_wait(&s->wake, &s->lock);
        else if (pthread_cond_clockwait(&s->wake, &s->lock, clock, &until))
            break;
    }
    s->woken = false;
    pthread_mutex_unlock(&s->lock);
}

static void sweep_rest(Sweep *s, bool failed)
{
    Instant now = ledger_clock(s->work->spec.ledger), at = NIL;
    if (!s->still) at = earlier(book_next(s->work->book, INT64_MIN), ground_wakes(s, now));
    sleep_until(s, at, !s->still && (failed || (at != NIL && at <= now)));
}

static void *sweep_main(void *arg)
{
    Sweep *s = arg;
    for (;;) {
        pthread_mutex_lock(&s->lock);
        bool stopping = s->stopping;
        pthread_mutex_unlock(&s->lock);
        if (stopping) return NULL;
        const Err *e = sweep_run(s);
        sweep_rest(s, e != NULL);
    }
}

const Err *sweep_open(Work *work, bool still, Sweep **out)
{
    Sweep *s = arena_make(work->mem, Sweep);
    *s = (Sweep){.work = work, .still = still, .grounded = NIL, .asleep = NIL};
    int failed = pthread_mutex_init(&s->running, NULL);
    failed |= pthread_mutex_init(&s->lock, NULL);
    failed |= pthread_cond_init(&s->wake, NULL);
    failed |= pthread_cond_init(&s->done, NULL);
    work->wake_context = s;
    work->wake = woken;
    assert(!failed);
    if (pthread_create(&s->thread, NULL, sweep_main, s) != 0) return &STORE_THREADS;
    *out = s;
    return NULL;
}

void sweep_close(Sweep *s)
{
    if (!s) return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    wait_for(s, 0);
}

void sweep_stats(Sweep *s, SweepStats *out)
{
    pthread_mutex_lock(&s->lock);
    *out = (SweepStats){.acts = s->acts, .next = s->asleep};
    pthread_mutex_unlock(&s->lock);
}
