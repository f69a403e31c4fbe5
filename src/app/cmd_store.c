/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_store.c: commands that keep a store: init, check, rebuild, export ledger, describe
 * tables, flow check, defs apply. */
#include "app/commands.h"

#include <dirent.h>

#include "app/app.h"
#include "base/file.h"
#include "case/case.h"
#include "case/flow_load.h"

#define DEFINITION_MOST (1 << 20) /* bytes of a file; def_read takes no more either */

static const ConfKey store_only[] = {STORE_KEY};

static int init(const Args *args, House *house)
{
    (void)args;
    printf("made %.*s\n", STR(store_url(house->store)));
    return EXIT_FINE;
}

static void print_fault(void *context, const char *text)
{
    (void)context;
    puts(text);
}

static const Err *accept_head(const Args *args, House *house, Str reason)
{
    Faults was = {.mem = args->mem};
    const Err *e = heads_accept(house, reason, &was);
    for (const Err *one = was.first; one && !e; one = one->next) {
        Buf b = BUF(args->mem);
        err_text(one, args_lang(), &b);
        printf("accepted: %.*s\n", STR(buf_str(&b)));
    }
    return e;
}

static int reason_said(const Args *args)
{
    ConfSource said = conf_source(args->conf, "accept-head");
    bool reason = str_trim(conf_text(args->conf, "accept-head")).n > 0;
    if (said == CONF_DEFAULT || (said == CONF_COMMAND && reason)) return EXIT_FINE;
    return args_usage(args, "--accept-head takes a reason, on the command line alone");
}

static int check(const Args *args, House *house)
{
    Str reason = str_trim(conf_text(args->conf, "accept-head"));
    Report report = {print_fault, NULL, 0};
    Buf notes = BUF(args->mem);
    int64_t entries, rows;
    const Err *e = reason.n ? accept_head(args, house, reason) : NULL;
    if (!e) e = house_check(house, &report, &notes, &entries, &rows);
    if (e) return args_refuse(args, e);
    if (report.faults) return EXIT_REFUSED;
    printf("%.*sok: %lld entries, %lld rows\n", STR(buf_str(&notes)), (long long)entries,
           (long long)rows);
    return EXIT_FINE;
}

static int rebuild(const Args *args, House *house)
{
    int64_t entries, rows;
    const Err *e = house_rebuild(house, &entries, &rows);
    if (e) return args_refuse(args, e);
    printf("rebuilt: %lld entries, %lld rows\n", (long long)entries, (long long)rows);
    return EXIT_FINE;
}

static void print_entry(const Entry *e, Arena *mem)
{
    Buf b = BUF(mem), hash = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    buf_hex(&hash, e->hash.p, e->hash.n);
    json_open(&w, '{');
    json_put_int(&w, "region", e->region);
    json_put_int(&w, "no", e->no);
    json_put_int(&w, "at", e->at);
    json_put_int(&w, "actor", e->actor);
    json_put_int(&w, "seat", e->seat);
    json_put_int(&w, "for", e->for_person);
    json_put_text(&w, "verb", e->verb);
    json_put_text(&w, "on_table", e->on_table);
    json_put_int(&w, "on_id", e->on_id);
    json_put_int(&w, "v", e->v);
    json_put_text(&w, "key", e->key);
    json_put_text(&w, "body", e->body);
    json_put_text(&w, "hash", buf_str(&hash));
    json_close(&w, '}');
    buf_char(&b, '\n');
    fwrite(b.p, 1, b.n, stdout);
}

static int export_ledger(const Args *args, House *house)
{
    static const Sql sql = SQL("SELECT * FROM ledger ORDER BY id");
    Db *db = NULL;
    Rows rows;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (!e && !(e = db_rows(db, &sql, NO_ARGS, &rows))) {
        Arena *mem = arena_new(1 << 14);
        while (rows_next(&rows)) {
            Entry entry;
            arena_reset(mem);
            rows_read(&rows, &entry_table, mem, &entry);
            print_entry(&entry, mem);
        }
        e = rows_close(&rows);
        arena_free(mem);
    }
    db_close(db);
    return e ? args_refuse(args, e) : fflush(stdout) ? EXIT_REFUSED : EXIT_FINE;
}

static void describe_tables(const Args *args, Buf *out)
{
    size_t n = 0;
    const Table *const *tables = house_tables(&n);
    for (size_t i = 0; i < n; i++)
        schema_text(tables[i], conf_flag(args->conf, "postgres"), out);
}

/* ---- definitions ---- */

/* A file's kind by its ending, and by its keys for YAML; its name is what it says itself, or
 * the file's when it is too broken to say. */
static const Err *read_draft(Arena *mem, Str path, Draft *out)
{
    Str text;
    const Err *e = file_read_all(mem, path, DEFINITION_MOST, &text);
    if (e) return e;
    const char *slash = strrchr(str_z(mem, path), '/');
    Str base = slash ? str(slash + 1) : path, name, ignored;
    str_cut(base, '.', &name, &ignored);
    bool table = str_ends(base, S(".csv"));
    Reading r = READING(mem, base);
    const Node *root = table ? NULL : def_read(&r, text);
    Str list = node_text(root, "list"), flow = node_text(root, "flow");
    *out = (Draft){table    ? S(CALENDAR_KIND)
                   : list.p ? S(CODES_KIND)
                            : S(FLOW_KIND),
                   list.n   ? list
                   : flow.n ? flow
                            : name,
                   text};
    return NULL;
}

static const Err *empty_defs(Defs **out)
{
    size_t n = 0;
    const DefKind *kinds = house_kinds(&n);
    return defs_open(NULL, kinds, n, out);
}

static int print_faults(const Args *args, const Err *e)
{
    Buf b = BUF(args->mem);
    def_print(e, args_lang(), &b);
    fwrite(b.p, 1, b.n, stdout);
    return EXIT_REFUSED;
}

/* The same faults, said of the files as they were named instead of the definitions: paths go
 * with the first drafts. */
static const Err *name_files(Arena *mem, const Err *e, const Draft *drafts, const Str *paths,
                             size_t count)
{
    Faults all = {.mem = mem};
    for (const Err *one = e->next; one; one = one->next) {
        Str field = one->field;
        for (size_t i = 0; i < count; i++) {
            Str prefix = str_fmt(mem, "%.*s.yaml:", STR(drafts[i].name));
            if (!str_starts(one->field, prefix)) continue;
            field = str_fmt(mem, "%.*s:%.*s", STR(paths[i]), (int)(one->field.n - prefix.n),
                            one->field.p + prefix.n);
            break;
        }
        faults_add(&all, field, one);
    }
    return all.first ? faults_err(&all) : e;
}

static int flow_check_files(const Args *args)
{
    Defs *defs;
    const Err *e = empty_defs(&defs);
    if (e) return args_refuse(args, e);
    Draft *shipped;
    size_t seeds = house_seeds(args->mem, &shipped), n = 0;
    Draft *drafts = arena_array(args->mem, Draft, seeds + args->word_count);
    for (size_t i = 0; i < args->word_count; i++)
        if ((e = read_draft(args->mem, args->words[i], &drafts[n++]))) {
            defs_close(defs);
            return args_refuse(args, e);
        }
    for (size_t i = 0; i < seeds; i++) { /* code lists and the other flows, unless replaced */
        bool replaced = false;
        for (size_t k = 0; k < args->word_count; k++)
            replaced |= str_eq(shipped[i].kind, drafts[k].kind) &&
                        str_eq(shipped[i].name, drafts[k].name);
        if (!replaced) drafts[n++] = shipped[i];
    }
    e = defs_check(defs, args->mem, drafts, n);
    int code = EXIT_FINE;
    if (e)
        code =
            print_faults(args, name_files(args->mem, e, drafts, args->words, args->word_count));
    else
        for (size_t i = 0; i < args->word_count; i++)
            printf("ok: %.*s\n", STR(args->words[i]));
    defs_close(defs);
    return code;
}

static int is_definition(const struct dirent *d)
{
    return str_ends(str(d->d_name), S(".yaml")) || str_ends(str(d->d_name), S(".csv"));
}

/* The paths of a folder's definitions, by name. */
static const Err *list_folder(Arena *mem, Str folder, Str **out, size_t *out_count)
{
    struct dirent **found;
    int n = scandir(str_z(mem, folder), &found, is_definition, alphasort);
    if (n < 0) return err_make(mem, &FILE_MISSING, folder, STR_NULL);
    *out = arena_array(mem, Str, (size_t)n);
    *out_count = (size_t)n;
    for (int i = 0; i < n; i++) {
        (*out)[i] = str_fmt(mem, "%.*s/%s", STR(folder), found[i]->d_name);
        free(found[i]);
    }
    free(found);
    return NULL;
}

static int defs_apply(const Args *args, House *house)
{
    Str *paths = NULL;
    size_t n = 0, changed = 0;
    const Err *e = list_folder(args->mem, args->words[0], &paths, &n);
    Draft *drafts = arena_array(args->mem, Draft, n);
    for (size_t i = 0; i < n && !e; i++)
        e = read_draft(args->mem, paths[i], &drafts[i]);
    if (e) return args_refuse(args, e);
    e = defs_publish(house->defs, drafts, n, args->mem, &changed);
    if (e) return print_faults(args, name_files(args->mem, e, drafts, paths, n));
    printf("published %zu of %zu definitions\n", changed, n);
    return EXIT_FINE;
}

static void describe_flows(const Args *args, Buf *out)
{
    (void)args;
    flow_schema(&JSON_OUT(out));
    buf_char(out, '\n');
}

static void describe_codes(const Args *args, Buf *out)
{
    (void)args;
    code_schema(&JSON_OUT(out));
    buf_char(out, '\n');
}

static const ConfKey describe_options[] = {
    {"postgres", CONF_FLAG, "no", "按 PostgreSQL 打印", "as PostgreSQL's DDL", 0, 0}};

static const ConfKey check_options[] = {
    STORE_KEY,
    {"accept-head", CONF_TEXT, NULL, "账本末端与见证不符时仍按现有账本继续，须写明理由",
     "go on from the ledger as it is against its witness; the reason is kept", 0, 0},
};

#define OPTIONS(array) .options = array, .option_count = countof(array)
const Command keep_commands[] = {
    {"init", "", 0, 0, OPTIONS(store_only),
     .help = "make a new, empty store with the shipped definitions", .on_store = init,
     .makes = true},
    {"check", "", 0, 0, OPTIONS(check_options),
     .help = "prove that the store keeps the laws: pages, hashes, witness, fold, references, "
             "spans, duties",
     .on_store = check, .usage = reason_said},
    {"rebuild", "", 0, 0, OPTIONS(store_only),
     .help = "throw state away and fold the ledger again", .on_store = rebuild, .writes = true},
    {"export ledger", "", 0, 0, OPTIONS(store_only),
     .help = "print every entry as stored, one JSON object a line", .on_store = export_ledger},
    {"flow check", "FILE…", 1, 15, .help = "prove definitions; needs no store",
     .run = flow_check_files},
    {"defs apply", "FOLDER", 1, 1, OPTIONS(store_only),
     .help = "publish the definitions of a folder that have changed", .on_store = defs_apply,
     .writes = true},
    {"describe tables", "", 0, 0, OPTIONS(describe_options), .help = "print the tables as SQL",
     .print = describe_tables},
    {"describe flows", "", 0, 0, .help = "print the JSON Schema of a flow's definition",
     .print = describe_flows},
    {"describe codes", "", 0, 0, .help = "print the JSON Schema of a code list",
     .print = describe_codes},
};
const size_t keep_command_count = countof(keep_commands);
