/* SPDX-License-Identifier: Apache-2.0 */
/* The lane: jobs wait for one commit; what a job refuses does not stand, what others wrote
 * does. */
#include "store/lane.h"

#include <unistd.h>

#include "test.h"

typedef struct {
    int64_t id, n;
} Row;
static const Column columns[] = {
    COLUMN(Row, id, KIND_INT, "编号", "Id", .flags = COLUMN_REQUIRED),
    COLUMN(Row, n, KIND_INT, "数", "Number"),
};
static const Table table = {.name = "numbers",
                            .class = CLASS_HOUSE,
                            .columns = columns,
                            .count = 2,
                            .size = sizeof(Row)};
static const Table *const tables[] = {&table};

typedef struct {
    Arena *mem;
    Store *store;
    Lane *lane;
    Db *db;
    char path[32];
} Room;

static int setup(void **state)
{
    Room *r = calloc(1, sizeof *r);
    memcpy(r->path, "/tmp/gridward-lane-XXXXXX", 26);
    close(mkstemp(r->path));
    r->mem = arena_new(0);
    assert_ok(store_open(r->mem, str(r->path), true, &r->store));
    Db *db;
    int steps;
    assert_ok(db_open(r->store, DB_WRITE, &db));
    assert_ok(schema_make(db, tables, countof(tables), &steps));
    db_close(db);
    assert_ok(db_open(r->store, DB_READ, &r->db));
    assert_ok(lane_start(r->store, NULL, 2, &r->lane));
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    Room *r = *state;
    lane_stop(r->lane);
    db_close(r->db);
    store_close(r->store);
    unlink(r->path);
    unlink(str_fmt(r->mem, "%s-wal", r->path).p);
    unlink(str_fmt(r->mem, "%s-shm", r->path).p);
    arena_free(r->mem);
    free(r);
    return 0;
}

static int64_t count(Room *r)
{
    static const Sql sql = SQL("SELECT count(*) FROM numbers");
    int64_t n;
    assert_ok(db_int(r->db, &sql, NO_ARGS, 0, &n));
    return n;
}

static const Err *put(void *context, Db *db)
{
    return db_put_row(db, &table, context);
}

static const Err *put_and_refuse(void *context, Db *db)
{
    const Err *e = db_put_row(db, &table, context);
    return e ? e : &ERR_NOT_FOUND;
}

static void what_is_written_is_there_when_the_call_returns(void **state)
{
    Room *r = *state;
    Row row = {1, 7};
    assert_ok(lane_write(r->lane, put, &row));
    assert_int_equal(count(r), 1);
}

static void what_is_refused_does_not_stand(void **state)
{
    Room *r = *state;
    Row row = {1, 7};
    assert_err(lane_write(r->lane, put_and_refuse, &row), ERR_NOT_FOUND);
    assert_int_equal(count(r), 0);
    assert_ok(lane_write(r->lane, put, &row));
    assert_err(lane_write(r->lane, put, &row), STORE_CLASH);
    assert_int_equal(count(r), 1);
}

/* ---- several jobs of one batch ---- */

typedef struct {
    LaneJob lane;
    Row row;
    bool refuse, rolls_back;
    const Err *said;
    int done;
} Job;

static const Err *job_run(LaneJob *lane, Db *db)
{
    Job *job = (Job *)lane;
    if (job->rolls_back) db_rollback(db);
    if (job->refuse) return &ERR_NOT_FOUND;
    return db_put_row(db, &table, &job->row);
}

static void job_done(LaneJob *lane, const Err *e)
{
    Job *job = (Job *)lane;
    job->said = e;
    job->done++;
}

typedef struct {
    Room *r;
    Job jobs[2], *late;
    bool taken[3];
} Queue;

/* While the lane runs this, others queue behind it: two find room, the third is refused. */
static const Err *fill_queue(void *context, Db *db)
{
    Queue *q = context;
    (void)db;
    for (int i = 0; i < 2; i++)
        q->taken[i] = lane_submit(q->r->lane, &q->jobs[i].lane);
    q->taken[2] = lane_submit(q->r->lane, &q->late->lane);
    return NULL;
}

static void a_full_queue_refuses_at_once_and_each_job_is_answered_once(void **state)
{
    Room *r = *state;
    Job late = {.lane = {.run = job_run, .done = job_done}, .row = {3, 0}};
    Queue q = {.r = r, .late = &late};
    for (int i = 0; i < 2; i++)
        q.jobs[i] = (Job){
            .lane = {.run = job_run, .done = job_done}, .row = {1 + i, 0}, .refuse = i == 1};
    assert_ok(lane_write(r->lane, fill_queue, &q));
    Row row = {9, 0};
    assert_ok(lane_write(r->lane, put, &row)); /* behind them: they are done when it returns */
    assert_true(q.taken[0] && q.taken[1]);
    assert_false(q.taken[2]);
    assert_int_equal(q.jobs[0].done, 1);
    assert_null(q.jobs[0].said);
    assert_int_equal(q.jobs[1].done, 1);
    assert_err(q.jobs[1].said, ERR_NOT_FOUND);
    assert_int_equal(late.done, 0);
    assert_int_equal(count(r), 2);
    LaneStats stats;
    lane_stats(r->lane, &stats);
    assert_int_equal(stats.jobs, 4);
    assert_int_equal(stats.refused, 1);
    assert_int_equal(stats.waiting, 0);
}

static void who_takes_the_batch_back_is_refused_alone_and_the_others_may_try_again(void **state)
{
    Room *r = *state;
    Job late = {.lane = {.run = job_run, .done = job_done}};
    Queue q = {.r = r, .late = &late};
    for (int i = 0; i < 2; i++)
        q.jobs[i] = (Job){.lane = {.run = job_run, .done = job_done},
                          .row = {1 + i, 0},
                          .refuse = i == 1,
                          .rolls_back = i == 1};
    assert_ok(lane_write(r->lane, fill_queue, &q));
    Row row = {9, 0};
    while (lane_write(r->lane, put, &row)) /* in the same batch it is taken back, too */
        ;
    assert_err(q.jobs[0].said, STORE_BUSY);
    assert_err(q.jobs[1].said, ERR_NOT_FOUND);
    assert_int_equal(q.jobs[0].done + q.jobs[1].done, 2);
    assert_int_equal(count(r), 1);
}

/* ---- many ---- */

#define CROWD (LANE_BATCH_MOST + 1)

typedef struct {
    Lane *lane;
    Job *jobs;
} Crowd;

static const Err *fill_crowd(void *context, Db *db)
{
    Crowd *c = context;
    (void)db;
    for (int i = 0; i < CROWD; i++)
        assert_true(lane_submit(c->lane, &c->jobs[i].lane));
    return NULL;
}

static void a_batch_is_no_longer_than_it_is_said_to_be(void **state)
{
    Room *r = *state;
    Crowd crowd = {.jobs = arena_array(r->mem, Job, CROWD)};
    for (int i = 0; i < CROWD; i++)
        crowd.jobs[i] =
            (Job){.lane = {.run = job_run, .done = job_done}, .row = {.id = 1 + i, .n = 0}};
    assert_ok(lane_start(r->store, NULL, CROWD, &crowd.lane));
    assert_ok(lane_write(crowd.lane, fill_crowd, &crowd));
    Row last = {.id = CROWD + 1, .n = 0};
    assert_ok(lane_write(crowd.lane, put, &last)); /* behind them: they are done */
    LaneStats stats;
    lane_stats(crowd.lane, &stats);
    assert_int_equal(stats.largest, LANE_BATCH_MOST);
    assert_int_equal(count(r), CROWD + 1);
    lane_stop(crowd.lane);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_there_when_the_call_returns),
        TEST(what_is_refused_does_not_stand),
        TEST(a_full_queue_refuses_at_once_and_each_job_is_answered_once),
        TEST(a_batch_is_no_longer_than_it_is_said_to_be),
        TEST(who_takes_the_batch_back_is_refused_alone_and_the_others_may_try_again),
    };
    return cmocka_run_group_tests_name("lane", tests, NULL, NULL);
}
