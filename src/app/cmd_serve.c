/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_serve.c: the server: house, sweep and web, until SIGTERM or SIGINT asks it to drain. */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/demo.h"
#include "app/maintenance.h"
#include "base/log.h"
#include "base/time.h"
#include "web/web.h"

static const Err SERVE_PROXIES =
    ERROR(ERR_INVALID, "bad-proxies", "trusted-proxies 应为以逗号分隔的地址或网段，{0} 不是",
          "trusted-proxies takes addresses or networks separated by commas; {0} is none");

typedef struct {
    House *house;
    Sweep *sweep;
    Web *web;
    const Args *args;
    bool demo;
    Upkeep upkeep;
} Server;

static const Err *read_demo(Server *s)
{
    Db *db;
    const Err *e = db_open(s->house->store, DB_READ, &db);
    if (e) return e;
    e = demo_is(db, &s->demo);
    db_close(db);
    return e;
}

static const Err *set_clock(void *context, Instant to)
{
    Server *s = context;
    const Err *e = sweep_until(s->sweep, to, house_set_clock, s->house);
    if (!e) upkeep_clock(&s->upkeep, s->house);
    return e;
}

static const Err *read_now(const Args *args, Instant *out)
{
    *out = NIL;
    if (!conf_flag(args->conf, "test-clock")) return NULL;
    Str text = conf_text(args->conf, "now");
    *out = time_wall();
    return text.p ? instant_parse(text, out) : NULL;
}

/* Ends the process after so many seconds, whatever still runs: what was acknowledged is on
 * disk, and a thread that does not come to its end cannot be waited for. */
static void *last_limit(void *arg)
{
    struct timespec left = {.tv_sec = *(const int *)arg};
    while (nanosleep(&left, &left) != 0)
        ;
    log_error("serve=killed why=\"something does not come to its end\"");
    _exit(EXIT_REFUSED);
}

static void limit_begin(const int *seconds)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, last_limit, (void *)(uintptr_t)seconds) == 0)
        pthread_detach(thread);
}

/* A worker does not come out of reading a request. What waits in the lane is committed, then
 * the process ends, and its supervisor starts it anew. */
static void stuck(void *context)
{
    static const int seconds = 5;
    Server *s = context;
    limit_begin(&seconds);
    lane_stop(ledger_lane(s->house->ledger));
    log_error("serve=stuck");
    _exit(EXIT_REFUSED);
}

static const Err *guard(House *house)
{
    const Err *e = house_guard(house);
    int64_t astray = ledger_astray(house->ledger);
    if (!e && astray)
        log_warn(
            "clock=astray ms=%lld text=\"it stands before the last entry; acts are refused "
            "until it is right or accepted\"",
            (long long)astray);
    return e;
}

static VaultLimits read_limits(const Conf *conf)
{
    int64_t reserve = conf_int(conf, "files-reserve");
    return (VaultLimits){.day = conf_int(conf, "files-day") << 20,
                         .loose = conf_int(conf, "files-loose") << 20,
                         .reserve = reserve == NIL ? NIL : reserve << 20};
}

static const Err *start(Server *s)
{
    const Conf *conf = s->args->conf;
    Instant now;
    const Err *e = read_now(s->args, &now);
    if (!e) e = house_open(conf_text(conf, "store"), HOUSE_EXISTING, now, &s->house);
    if (!e) e = house_claim(s->house);
    if (!e && now == NIL) e = guard(s->house);
    if (!e) e = read_demo(s);
    if (!e) e = sweep_open(s->house->work, now != NIL, &s->sweep);
    if (e) return e;
    House *h = s->house;
    s->upkeep.still = now != NIL;
    h->syslog = conf_flag(conf, "witness-syslog");
    sessions_last(h->sessions, conf_int(conf, "session-idle") * MS_MINUTE,
                  conf_int(conf, "session-most") * MS_HOUR);
    vault_limit(h->vault, read_limits(conf));
    WebConf web = {.ledger = h->ledger,
                   .grounds = h->grounds,
                   .defs = h->defs,
                   .sessions = h->sessions,
                   .wall = &h->wall,
                   .vault = h->vault,
                   .work = h->work,
                   .subjects = h->subjects,
                   .set_clock = now == NIL ? NULL : set_clock,
                   .clock_context = s,
                   .rows_most = conf_int(conf, "rows-most"),
                   .demo = s->demo,
                   .secure = conf_flag(conf, "secure"),
                   .stuck = stuck,
                   .stuck_context = s};
    HttpConf http = http_conf();
    http.listen = conf_text(conf, "listen");
    http.spool = conf_text(conf, "spool");
    if (!http.spool.p)
        http.spool = str_fmt(h->mem, "%.*s.files", STR(conf_text(conf, "store")));
    http.threads = (int)conf_int(conf, "threads");
    http.connections = (int)conf_int(conf, "connections");
    http.streams = (int)conf_int(conf, "streams");
    http.address_percent = (int)conf_int(conf, "address-share");
    http.account_percent = (int)conf_int(conf, "account-share");
    Str proxies = conf_text(conf, "trusted-proxies");
    if (!networks_read(h->mem, proxies.p ? proxies : S(""), &http.proxies, &http.proxy_count))
        return err_make(s->args->mem, &SERVE_PROXIES, proxies, STR_NULL);
    e = web_start(h->mem, &web, &http, &s->web);
    return e ? err_make(s->args->mem, e, http.listen, STR_NULL) : NULL;
}

static void stop(Server *s)
{
    web_stop(s->web);
    if (s->sweep) sweep_close(s->sweep);
    house_close(s->house);
}

/* The signals are blocked in every thread and waited for in this one. */
static void block(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void say_accounts(const Server *s)
{
    DemoAccount *all;
    size_t n = demo_accounts(s->args->mem, &all);
    printf("演示数据 · demonstration data. Accounts, each with the password %s:\n ",
           DEMO_PASSWORD);
    for (size_t i = 0; i < n; i++)
        printf(" %.*s", STR(all[i].name));
    putchar('\n');
}

static void say_hello(const Server *s)
{
    Str host = conf_text(s->args->conf, "listen");
    while (host.n && host.p[host.n - 1] != ':') /* the last one: "[::1]:8080" */
        host.n--;
    printf("gridward listens on http://%.*s%d/\n", STR(host), web_port(s->web));
    if (s->demo) say_accounts(s);
    fflush(stdout);
}

static void wait_for_signal(Server *s, const sigset_t *set)
{
    struct timespec minute = {60, 0};
    int signal_no;
    while ((signal_no = sigtimedwait(set, NULL, &minute)) < 0)
        upkeep_minute(&s->upkeep, s->house);
    log_info("signal=%d stopping", signal_no);
}

/* What a large request took goes back to the system. Left alone, glibc raises both limits with
 * the largest block that was ever freed, and then keeps as much for each thread. Not lower: a
 * batch of acts takes and gives back as much all the time. */
#define KEPT_BY_MALLOC (2 << 20)

static void limit_malloc(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_BY_MALLOC);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BY_MALLOC);
}

static int serve(const Args *args)
{
    static const int stop_seconds = 9; /* a supervisor waits for ten */
    Server s = {.args = args};
    sigset_t set;
    if (conf_text(args->conf, "now").n && !conf_flag(args->conf, "test-clock"))
        return args_usage(args, "--now needs --test-clock");
    limit_malloc();
    block(&set);
    const Err *e = start(&s);
    if (e) {
        int code = args_refuse(args, e);
        bool taken = err_is(e, &HTTP_TAKEN) || err_is(e, &HOUSE_BUSY);
        if (s.house) stop(&s);
        return taken ? EXIT_USAGE : code;
    }
    say_hello(&s);
    wait_for_signal(&s, &set);
    limit_begin(&stop_seconds);
    stop(&s);
    return EXIT_FINE;
}

static const ConfKey options[] = {
    STORE_KEY,
    {"listen", CONF_TEXT, "127.0.0.1:8080", "监听地址",
     "HOST:PORT to listen on; port 0 takes a free one", 0, 0},
    {"threads", CONF_INT, "2", "处理请求的线程数", "threads that read and answer requests", 1,
     16},
    {"connections", CONF_INT, "4096", "同时打开的连接数上限",
     "connections open at once; fewer when the system allows fewer open files", 16, 100000},
    {"streams", CONF_INT, "1024", "同时打开的事件流（实时刷新）数上限",
     "event streams open at once, each one of the connections", 1, 100000},
    {"address-share", CONF_INT, "25", "同一地址最多占用连接和事件流的百分比",
     "percent of connections and streams that one address may take; more where a whole office "
     "is behind one address",
     1, 100},
    {"account-share", CONF_INT, "25", "同一账号最多占用连接和事件流的百分比",
     "percent of connections and streams that one account may take", 1, 100},
    {"trusted-proxies", CONF_TEXT, NULL,
     "可信代理的地址或网段，以逗号分隔；仅采信其 X-Forwarded-For",
     "addresses or networks of proxies whose X-Forwarded-For is believed, \"127.0.0.1, "
     "10.0.0.0/8\"",
     0, 0},
    {"secure", CONF_FLAG, "no", "位于 TLS 之后:Cookie 使用 __Host- 与 Secure",
     "behind TLS: cookies are __Host- and Secure", 0, 0},
    {"session-idle", CONF_INT, "480", "多少分钟无操作后须重新登录",
     "minutes without a request after which one signs in again", 5, 10080},
    {"session-most", CONF_INT, "24", "登录最多保持几小时",
     "hours after which one signs in again in any case", 1, 720},
    {"spool", CONF_TEXT, NULL, "大文件上传中的暂存目录(默认:存储旁的文件目录)",
     "folder for large bodies on their way; the store's own folder of files unless said", 0, 0},
    {"witness-syslog", CONF_FLAG, "no", "账本末端每次变化时也写入 syslog",
     "each minute tell the syslog, too, which heads of the ledger have changed", 0, 0},
    {"files-day", CONF_INT, "500", "每个账号一天最多上传多少 MB 文件，0 为不限",
     "MB of files that one account may send within a day; 0: any number", 0, 1 << 20},
    {"files-loose", CONF_INT, "200", "每个账号最多有多少 MB 已上传而未被引用的文件，0 为不限",
     "MB of files that one account may have sent and not named yet; 0: any number", 0, 1 << 20},
    {"files-reserve", CONF_INT, NULL,
     "文件须给磁盘留出多少 MB，0 为不留（默认：1 GiB 与磁盘的 5% 中较小者）",
     "MB of the disk that files leave free, 0: none; the smaller of 1 GiB and 5 % unless said",
     0, 1 << 30},
    {"rows-most", CONF_INT, "5000000",
     "一次请求最多查看多少条（内存中的一条计 1，存储中的计 10，通读的计 50）；"
     "超出时数目答“至少”，清单注明未查完",
     "how much one request may look at (in memory 1 each, in the store 10, read whole 50); "
     "beyond it a count says \"at least\" and a list that it is partial",
     1, INT64_C(1) << 40},
    {"test-clock", CONF_FLAG, "no", "时钟静止,由 POST /api/v1/clock 拨动(仅供测试)",
     "time stands still until POST /api/v1/clock moves it; for tests", 0, 0},
    {"now", CONF_TEXT, NULL, "测试时钟的起点",
     "where the test clock begins, 2026-11-22T09:00:00+08:00", 0, 0},
};
const Command serve_commands[] = {
    {"serve", "", 0, 0, .options = options, .option_count = countof(options),
     .help = "serve a store over HTTP", .run = serve},
};
const size_t serve_command_count = countof(serve_commands);
