/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo.c: the command that makes a demo store, beside its place and moved there when it is
 * whole: whoever stops it finds nothing, or what was there before.
 */
#include "app/demo.h"

#include <ftw.h>
#include <signal.h>
#include <unistd.h>

#include "app/commands.h"
#include "base/file.h"
#include "def/embedded.h"

#define DAYS_MOST 400

static const Err DEMO_MOVE =
    ERROR(ERR_BROKEN, "demo-move", "无法把 {0} 移到 {1}", "{0} cannot be moved to {1}");

/* ---- files ---- */

/* What a store is made of, behind its path; the store itself comes last. */
static const char *const parts[] = {".files", ".key", ".head", "-shm", "-wal", ""};

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *at)
{
    (void)stat;
    (void)type;
    (void)at;
    return remove(path);
}

static void remove_parts(Arena *mem, Str path)
{
    for (size_t i = 0; i < countof(parts); i++)
        nftw(str_fmt(mem, "%.*s%s", STR(path), parts[i]).p, remove_one, 8,
             FTW_DEPTH | FTW_PHYS);
}

static const Err *refuse_taken(Arena *mem, Str path)
{
    for (size_t i = 0; i < countof(parts); i++) {
        Str part = str_fmt(mem, "%.*s%s", STR(path), parts[i]);
        if (access(part.p, F_OK) == 0) return err_make(mem, &HOUSE_EXISTS, part, STR_NULL);
    }
    return NULL;
}

static const Err *move_parts(Arena *mem, Str from, Str to)
{
    for (size_t i = 0; i < countof(parts); i++) {
        Str a = str_fmt(mem, "%.*s%s", STR(from), parts[i]);
        Str b = str_fmt(mem, "%.*s%s", STR(to), parts[i]);
        if (access(a.p, F_OK) != 0) continue;
        const Err *e = file_sync(mem, a);
        if (!e && rename(a.p, b.p)) e = err_make(mem, &DEMO_MOVE, a, b);
        if (e) return e;
    }
    return file_sync_folder(mem, to);
}

/* ---- progress ---- */

static volatile sig_atomic_t stopped;

static void stop(int signal_no)
{
    (void)signal_no;
    stopped = 1;
}

typedef struct {
    bool quiet, line; /* line: one that is written over */
    Lang lang;
    int64_t told; /* lines that are not written over come every tenth of the way */
} DemoProgress;

static bool tell(void *context, const char *zh, const char *en, int64_t done, int64_t of)
{
    DemoProgress *p = context;
    const char *words = p->lang == LANG_ZH ? zh : en;
    if (p->quiet) return !stopped;
    if (of && !p->line && done * 10 / of == p->told) return !stopped;
    p->told = of ? done * 10 / of : -1;
    fputs(p->line ? "\r\033[K" : "", stderr);
    if (of)
        fprintf(stderr, "  %s %lld/%lld", words, (long long)done, (long long)of);
    else
        fprintf(stderr, "  %s", words);
    fputs(p->line ? "" : "\n", stderr);
    fflush(stderr);
    return !stopped;
}

/* ---- the command ---- */

static const Err *read_times(const Args *args, Demo *demo)
{
    Str now = conf_text(args->conf, "now");
    int64_t days = conf_int(args->conf, "days");
    demo->end = time_wall();
    const Err *e = now.p ? instant_parse(now, &demo->end) : NULL;
    if (days == NIL) days = script_int(demo->script, "span");
    demo->begin = days && !e ? date_start(instant_date(demo->end) - days + 1) : demo->end;
    return e;
}

static const Err *read_script(Arena *mem, const Node **out)
{
    Reading r = READING(mem, S("defs/demo/play.yaml"));
    *out = def_read(&r, seed_text(r.file));
    return def_err(&r);
}

/* Makes it at one path and moves it to the other; whatever happens nothing is left at the
 * first. */
static int make(const Args *args, Demo *demo, Str making, Str path)
{
    remove_parts(args->mem, making); /* of one that was killed */
    const Err *e = house_open(making, HOUSE_DRAFT, demo->begin, &demo->house);
    if (!e) e = demo_load(demo);
    if (!e) e = demo_play(demo);
    int code =
        e ? args_refuse(args, e) : EXIT_FINE; /* before what it says is closed with the house */
    house_close(demo->house);
    if (!e && (e = move_parts(args->mem, making, path))) code = args_refuse(args, e);
    if (e) remove_parts(args->mem, making);
    return code;
}

static void print_result(const Demo *demo, Str path, Instant began)
{
    const DemoTally *t = &demo->tally;
    Lang lang = args_lang();
    int64_t seconds = (time_wall() - began + 500) / 1000;
    printf(
        lang == LANG_ZH
            ? "已生成 %.*s:%zu 个监管对象,%lld 个事项,办理 %lld 次,时钟动作 %lld 次,%lld 秒\n"
            : "made %.*s: %zu subjects, %lld cases, %lld moves, %lld acts of clocks, in %lld "
              "s\n",
        STR(path), demo->place_count, (long long)t->cases, (long long)t->moves,
        (long long)t->swept, (long long)seconds);
}

static void print_refused(const Args *args, const DemoTally *t)
{
    Buf b = BUF(args->mem);
    if (!t->refused) return;
    err_text(t->refusal, args_lang(), &b);
    fprintf(stderr, "gridward: %lld steps were refused; the first, %.*s: %.*s %.*s\n",
            (long long)t->refused, STR(t->refused_step), STR(t->refusal->field),
            STR(buf_str(&b)));
}

static int demo_make(const Args *args)
{
    DemoProgress progress = {.quiet = conf_flag(args->conf, "quiet"),
                             .line = isatty(STDERR_FILENO),
                             .lang = args_lang(),
                             .told = -1};
    Demo demo = {.mem = args->mem, .tell = tell, .tell_context = &progress};
    Instant began = time_wall();
    Str path = conf_text(args->conf, "store");
    Str making = str_fmt(args->mem, "%.*s.making", STR(path));
    const Err *e = refuse_taken(args->mem, path);
    if (!e) e = read_script(args->mem, &demo.script);
    if (!e) e = read_times(args, &demo);
    if (e) return args_refuse(args, e);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    int code = make(args, &demo, making, path);
    if (progress.line && !progress.quiet) fputs("\r\033[K", stderr);
    if (code) return code;
    print_refused(args, &demo.tally);
    if (!progress.quiet) print_result(&demo, path, began);
    return demo.tally.refused ? EXIT_REFUSED : EXIT_FINE;
}

/* clang-format off */
static const ConfKey options[] = {
    STORE_KEY,
    {"days", CONF_INT, NULL, "演几天,到今天为止(0:只有底数)", "days to play, up to now; 0: nothing has happened yet", 0, DAYS_MOST},
    {"now", CONF_TEXT, NULL, "演到何时(默认此刻)", "up to when, 2026-11-22T09:00:00+08:00; the present unless said", 0, 0},
    {"quiet", CONF_FLAG, "no", "只报错误", "say nothing but errors", 0, 0},
};
/* clang-format on */
const Command demo_commands[] = {
    {"demo", "", 0, 0, .options = options, .option_count = countof(options),
     .help = "make a demo store: an invented district and its last month", .run = demo_make},
};
const size_t demo_command_count = countof(demo_commands);
