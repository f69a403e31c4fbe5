/* SPDX-License-Identifier: Apache-2.0 */
/* conf.c: one value a key, kept with the rank of its source, so that the order of reading does
 * not matter. */
#include "base/conf.h"

typedef struct {
    Str text;
    int64_t n; /* the number, or 0 and 1 of a flag */
    ConfSource source;
} Setting;

struct Conf {
    Arena *mem;
    const ConfKey *keys;
    size_t count;
    Setting settings[];
};

const Err CONF_UNKNOWN = {.kind = ERR_INVALID,
                          .code = "conf-unknown",
                          .zh = "没有配置项“{0}”",
                          .en = "There is no setting \"{0}\""};
const Err CONF_VALUE = {.kind = ERR_INVALID,
                        .code = "conf-value",
                        .zh = "配置项“{0}”的值“{1}”不对,应为 {2}",
                        .en = "\"{0}\" cannot be \"{1}\"; expected {2}"};
const Err CONF_LINE = {.kind = ERR_INVALID,
                       .code = "conf-line",
                       .zh = "应为 key = value,或以 # 开头的注释",
                       .en = "Expected key = value, or a comment that begins with #"};
const Err CONF_TWICE = {.kind = ERR_INVALID,
                        .code = "conf-twice",
                        .zh = "配置项“{0}”前面已有一行",
                        .en = "An earlier line sets \"{0}\""};

static const ConfKey *find(const ConfKey *keys, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, keys[i].name)) return &keys[i];
    return NULL;
}

static void kind_text(Buf *out, const ConfKey *key)
{
    switch (key->kind) {
    case CONF_TEXT: buf_add(out, S("UTF-8")); break;
    case CONF_INT:
        buf_fmt(out, "%lld..%lld", (long long)key->least, (long long)key->most);
        break;
    case CONF_FLAG: buf_add(out, S("yes | no")); break;
    }
}

static bool read_flag(Str text, int64_t *out)
{
    static const char *const words[] = {"no", "yes", "false", "true", "0", "1"};
    for (size_t i = 0; i < countof(words); i++) {
        if (!str_is(text, words[i])) continue;
        *out = i % 2;
        return true;
    }
    return false;
}

static const Err *read_value(Arena *mem, const ConfKey *key, Str text, Setting *out)
{
    Setting s = {.text = text, .n = NIL};
    bool well = utf8_fault(text) == SIZE_MAX;
    if (well && key->kind == CONF_INT)
        well = str_int(text, &s.n) && s.n >= key->least && s.n <= key->most;
    if (well && key->kind == CONF_FLAG) well = read_flag(text, &s.n);
    if (!well) {
        Buf wanted = BUF(mem);
        kind_text(&wanted, key);
        return err_make4(mem, &CONF_VALUE, str(key->name),
                         utf8_fault(text) == SIZE_MAX ? text : S("?"), buf_str(&wanted),
                         STR_NULL);
    }
    *out = s;
    return NULL;
}

Conf *conf_new(Arena *mem, const ConfKey *keys, size_t count)
{
    Conf *conf = arena_alloc(mem, sizeof *conf + count * sizeof *conf->settings);
    conf->mem = mem;
    conf->keys = keys;
    conf->count = count;
    for (size_t i = 0; i < count; i++) {
        conf->settings[i].n = keys[i].kind == CONF_FLAG ? 0 : NIL;
        if (!keys[i].def) continue;
        const Err *e = read_value(mem, &keys[i], str(keys[i].def), &conf->settings[i]);
        assert(!e);
    }
    return conf;
}

const Err *conf_set(Conf *conf, ConfSource source, Str name, Str value)
{
    const ConfKey *key = find(conf->keys, conf->count, name);
    if (!key) return err_make(conf->mem, &CONF_UNKNOWN, name, STR_NULL);
    Setting *now = &conf->settings[key - conf->keys], s;
    const Err *e = read_value(conf->mem, key, value, &s);
    if (e || now->source > source) return e;
    s.text = str_dup(conf->mem, value);
    s.source = source;
    *now = s;
    return NULL;
}

/* One line into settings, where those the file has set are marked CONF_FILE. */
static const Err *read_line(const Conf *conf, Str line, Setting *settings)
{
    Str name, value;
    line = str_trim(line);
    if (!line.n || line.p[0] == '#') return NULL;
    if (!str_cut(line, '=', &name, &value)) return &CONF_LINE;
    name = str_trim(name);
    value = str_trim(value);
    const ConfKey *key = find(conf->keys, conf->count, name);
    if (!key) return err_make(conf->mem, &CONF_UNKNOWN, name, STR_NULL);
    Setting *s = &settings[key - conf->keys];
    if (s->source == CONF_FILE) return err_make(conf->mem, &CONF_TWICE, name, STR_NULL);
    const Err *e = read_value(conf->mem, key, value, s);
    s->source = CONF_FILE;
    return e;
}

const Err *conf_read(Conf *conf, Str text, Str name)
{
    Faults faults = {.mem = conf->mem};
    Setting *settings = arena_array(conf->mem, Setting, conf->count);
    int64_t number = 0;
    for (Str line, rest = text; rest.p;) {
        str_cut(rest, '\n', &line, &rest);
        number++;
        const Err *e =
            utf8_fault(line) == SIZE_MAX ? read_line(conf, line, settings) : &CONF_LINE;
        if (e)
            faults_add(&faults, str_fmt(conf->mem, "%.*s:%lld", STR(name), (long long)number),
                       e);
    }
    const Err *e = faults_err(&faults);
    for (size_t i = 0; i < conf->count && !e; i++)
        if (settings[i].source == CONF_FILE)
            e = conf_set(conf, CONF_FILE, str(conf->keys[i].name), settings[i].text);
    return e;
}

static void variable_name(Buf *out, const ConfKey *key)
{
    buf_add(out, S("GRIDWARD_"));
    for (const char *p = key->name; *p; p++)
        buf_char(out, *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
}

const Err *conf_environment(Conf *conf, const char *const *variables)
{
    Faults faults = {.mem = conf->mem};
    for (; *variables; variables++) {
        Str name, value;
        if (!str_cut(str(*variables), '=', &name, &value) || !value.n) continue;
        for (size_t i = 0; i < conf->count; i++) {
            Buf wanted = BUF(conf->mem);
            variable_name(&wanted, &conf->keys[i]);
            if (!str_eq(buf_str(&wanted), name)) continue;
            const Err *e = conf_set(conf, CONF_ENVIRONMENT, str(conf->keys[i].name), value);
            if (e) faults_add(&faults, name, e);
        }
    }
    return faults_err(&faults);
}

static const Setting *setting(const Conf *conf, const char *name, ConfKind kind)
{
    const ConfKey *key = find(conf->keys, conf->count, str(name));
    assert(key && key->kind == kind);
    return &conf->settings[key - conf->keys];
}

Str conf_text(const Conf *conf, const char *name)
{
    return setting(conf, name, CONF_TEXT)->text;
}

int64_t conf_int(const Conf *conf, const char *name)
{
    return setting(conf, name, CONF_INT)->n;
}

bool conf_flag(const Conf *conf, const char *name)
{
    return setting(conf, name, CONF_FLAG)->n == 1;
}

ConfSource conf_source(const Conf *conf, const char *name)
{
    const ConfKey *key = find(conf->keys, conf->count, str(name));
    assert(key);
    return conf->settings[key - conf->keys].source;
}

void conf_describe(Buf *out, Lang lang, const ConfKey *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const ConfKey *key = &keys[i];
        buf_fmt(out, "%s# %s\n# --%s, ", i ? "\n" : "", lang == LANG_ZH ? key->zh : key->en,
                key->name);
        variable_name(out, key);
        buf_add(out, S(" ("));
        kind_text(out, key);
        buf_fmt(out, ")\n%s%s = %s\n", key->def ? "" : "# ", key->name,
                key->def ? key->def : "");
    }
}
