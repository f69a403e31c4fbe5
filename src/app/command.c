/* SPDX-License-Identifier: Apache-2.0 */
/* command.c: finds the row, checks words and options against it, prints help. */
#include "app/command.h"

#include <unistd.h>

#include "base/file.h"

#define CONFIG_MOST (1 << 20)

static Str lang_said; /* by --lang */

Lang args_lang(void)
{
    if (lang_said.p) return str_is(lang_said, "zh") ? LANG_ZH : LANG_EN;
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < countof(names); i++) {
        const char *v = getenv(names[i]);
        if (v && *v) return strncmp(v, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
    }
    return LANG_EN;
}

int args_refuse(const Args *args, const Err *e)
{
    Lang lang = args_lang();
    Buf b = BUF(args->mem);
    err_text(e, lang, &b);
    if (e->field.n)
        fprintf(stderr, "gridward: %.*s: %.*s\n", STR(e->field), STR(buf_str(&b)));
    else
        fprintf(stderr, "gridward: %.*s\n", STR(buf_str(&b)));
    for (const Err *f = e->next; f; f = f->next) {
        Buf line = BUF(args->mem);
        err_text(f, lang, &line);
        fprintf(stderr, "%.*s: %s: %.*s\n", STR(f->field), f->code, STR(buf_str(&line)));
    }
    return EXIT_REFUSED;
}

int args_usage(const Args *args, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("gridward: ", stderr);
    vfprintf(stderr, format, list);
    fprintf(stderr, "; see gridward %s --help\n", args->command ? args->command->name : "");
    va_end(list);
    return EXIT_USAGE;
}

static void help_command(const Args *args)
{
    const Command *c = args->command;
    printf("usage: gridward %s%s%s%s\n\n%s\n", c->name, *c->words ? " " : "", c->words,
           c->option_count ? " [OPTIONS]" : "", c->help);
    if (c->more) c->more(args);
    if (c->option_count) puts("\noptions:");
    for (size_t i = 0; i < c->option_count; i++) {
        const ConfKey *o = &c->options[i];
        char left[64];
        snprintf(left, sizeof left, "--%s%s", o->name, o->kind == CONF_FLAG ? "" : " VALUE");
        printf("  %-22s %s", left, args_lang() == LANG_ZH ? o->zh : o->en);
        if (o->kind != CONF_FLAG && o->def) printf(" (%s)", o->def);
        putchar('\n');
    }
    if (c->option_count)
        puts("  --lang zh|en           the language of what is said\n"
             "  --config FILE          key = value lines; the environment's GRIDWARD_KEY and "
             "flags go before it");
}

static bool asks_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Whether the command is one of a family: "import" of "import subjects"; STR_NULL: of all. */
static bool of_family(const Command *c, Str family)
{
    Str first, second;
    return !family.p || (str_cut(str(c->name), ' ', &first, &second) && str_eq(first, family));
}

/* What there is, of a family or at all. */
static void help_list(const Tables *all, Str family)
{
    printf("usage: gridward %.*s [WORDS] [OPTIONS]\n\n%s\n\ncommands:\n",
           STR(family.p ? family : S("COMMAND")),
           family.p ? "One of several commands."
                    : "gridward supervises work safety by grid: one binary, one store.");
    for (size_t t = 0; t < all->count; t++)
        for (size_t i = 0; i < all->counts[t]; i++)
            if (of_family(&all->tables[t][i], family))
                printf("  %-22s %s\n", all->tables[t][i].name, all->tables[t][i].help);
    puts("\ngridward COMMAND --help tells more.");
}

/* How many words of argv the command's name takes when it fits, else 0. */
static int name_fits(const Command *c, int argc, char **argv)
{
    Str first, second;
    bool two = str_cut(str(c->name), ' ', &first, &second);
    if (!str_is(first, argv[0])) return 0;
    if (!two) return 1;
    return argc > 1 && str_is(second, argv[1]) ? 2 : 0;
}

static const ConfKey *option_of(const Command *c, Str name)
{
    for (size_t i = 0; i < c->option_count; i++)
        if (str_is(name, c->options[i].name)) return &c->options[i];
    return NULL;
}

static int read_option(Args *args, int *i, int argc, char **argv, Str *config)
{
    Str name, value;
    bool joined = str_cut(str(argv[*i] + 2), '=', &name, &value);
    bool file = str_is(name, "config"), lang = str_is(name, "lang");
    const ConfKey *key = option_of(args->command, name);
    if (!key && !file && !lang) return args_usage(args, "there is no option --%.*s", STR(name));
    bool flag = key && key->kind == CONF_FLAG;
    if (flag && joined) return args_usage(args, "--%.*s takes no value", STR(name));
    if (!flag && !joined) {
        if (*i + 1 >= argc) return args_usage(args, "--%.*s needs a value", STR(name));
        value = str(argv[++*i]);
    }
    if (lang && !str_is(value, "zh") && !str_is(value, "en"))
        return args_usage(args, "--lang is zh or en");
    if (lang || file) {
        *(lang ? &lang_said : config) = value;
        return EXIT_FINE;
    }
    const Err *e = conf_set(args->conf, CONF_COMMAND, name, flag ? S("yes") : value);
    if (!e) return EXIT_FINE;
    args_refuse(args, e);
    return EXIT_USAGE;
}

static int read_settings(Args *args, Str config)
{
    const Err *e = conf_environment(args->conf, (const char *const *)environ);
    Str text;
    if (!e && config.p && !(e = file_read_all(args->mem, config, CONFIG_MOST, &text)))
        e = conf_read(args->conf, text, config);
    if (!e) return EXIT_FINE;
    args_refuse(args, e);
    return EXIT_USAGE;
}

static int run_on_store(const Args *args)
{
    const Command *c = args->command;
    House *house = NULL;
    int wrong = c->usage ? c->usage(args) : EXIT_FINE;
    if (wrong) return wrong;
    const Err *e = house_open(conf_text(args->conf, "store"),
                              c->makes ? HOUSE_NEW : HOUSE_EXISTING, NIL, &house);
    if (!e && c->writes) e = house_claim(house);
    int code = e ? args_refuse(args, e) : c->on_store(args, house);
    house_close(house);
    return code;
}

static int run_print(const Args *args)
{
    Buf b = BUF(args->mem);
    args->command->print(args, &b);
    fwrite(b.p, 1, b.n, stdout);
    return fflush(stdout) ? EXIT_REFUSED : EXIT_FINE;
}

static int run(Args *args, int argc, char **argv)
{
    Str config = STR_NULL;
    void (*asked)(const Args *) = NULL; /* for help, or a template, instead of its run */
    args->conf = conf_new(args->mem, args->command->options, args->command->option_count);
    for (int i = 0; i < argc; i++) {
        if (asks_help(argv[i]))
            asked = help_command;
        else if (args->command->blank && strcmp(argv[i], "--template") == 0)
            asked = args->command->blank;
        else if (strncmp(argv[i], "--", 2) == 0 && argv[i][2]) {
            int code = read_option(args, &i, argc, argv, &config);
            if (code) return code;
        } else if (args->word_count == countof(args->words))
            return args_usage(args, "too many words");
        else
            args->words[args->word_count++] = str(argv[i]);
    }
    if (asked) {
        asked(args);
        return EXIT_FINE;
    }
    if (args->word_count < args->command->least || args->word_count > args->command->most)
        return args_usage(args, "expected: gridward %s %s", args->command->name,
                          args->command->words);
    int code = read_settings(args, config);
    if (!code && option_of(args->command, S("store")) && !conf_text(args->conf, "store").n)
        code = args_usage(args, "say which store with --store");
    if (code) return code;
    return args->command->on_store ? run_on_store(args)
           : args->command->print  ? run_print(args)
                                   : args->command->run(args);
}

/* Neither a command nor a family of them; or a family, of which something is to be said. */
static int run_none(const Tables *all, int argc, char **argv)
{
    Str family = str(argv[1]);
    Arena *mem = arena_new(0);
    Buf names = BUF(mem);
    for (size_t t = 0; t < all->count; t++)
        for (size_t i = 0; i < all->counts[t]; i++)
            if (of_family(&all->tables[t][i], family))
                buf_fmt(&names, "%s%s", names.n ? ", " : "",
                        all->tables[t][i].name + family.n + 1);
    int code = EXIT_USAGE;
    if (names.n && argc > 2 && asks_help(argv[2])) {
        help_list(all, family);
        code = EXIT_FINE;
    } else if (names.n)
        fprintf(stderr, "gridward: %s takes one of %.*s; see gridward %s --help\n", argv[1],
                STR(buf_str(&names)), argv[1]);
    else
        fprintf(stderr, "gridward: there is no command %s; see gridward --help\n", argv[1]);
    arena_free(mem);
    return code;
}

int command_run(const Tables *all, int argc, char **argv)
{
    if (argc < 2 || asks_help(argv[1]) || strcmp(argv[1], "help") == 0) {
        help_list(all, STR_NULL);
        return argc < 2 ? EXIT_USAGE : EXIT_FINE;
    }
    for (size_t t = 0; t < all->count; t++)
        for (size_t i = 0; i < all->counts[t]; i++) {
            const Command *c = &all->tables[t][i];
            int taken = name_fits(c, argc - 1, argv + 1);
            if (!taken) continue;
            Args args = {.mem = arena_new(0), .command = c};
            int code = run(&args, argc - 1 - taken, argv + 1 + taken);
            arena_free(args.mem);
            return code;
        }
    return run_none(all, argc, argv);
}
