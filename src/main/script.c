/* SPDX-License-Identifier: Apache-2.0 */
/* script.c: reads a script; the form has been checked before any of it is taken apart. */
#include "main/script.h"

#include "main/script_shape.h"

/* clang-format off */
const Err SCRIPT_NUMBER = FAULT("number", "这里应是不小于0的整数,不是“{0}”", "A whole number of at least 0 is expected here, not \"{0}\"");
const Err SCRIPT_ACTOR = FAULT("actor", "“{0}”不是 reporter、duty、party,也不是角色", "\"{0}\" is neither reporter, duty, party nor a role");
const Err SCRIPT_CODE = FAULT("no-such", "没有“{0}”", "There is no \"{0}\"");
const Err SCRIPT_SHARES = FAULT("shares", "这些千分比加起来是{0},不是1000", "These shares add up to {0}, not to 1,000");
const Err SCRIPT_FIRST = FAULT("first-step", "路径的第一步提交事项,其他步骤不提交", "The first step of a path files a case, and no other");
/* clang-format on */

typedef struct {
    Reading *r;
    Script *s;
    const Wait *waits;
    size_t wait_count;
    const Node *looks;
    const CodeLists *lists;
} Reader;

const Word *word_find(Words words, Str key)
{
    for (size_t i = 0; i < words.count; i++)
        if (str_eq(words.words[i].key, key)) return &words.words[i];
    return NULL;
}

Str word_value(Words words, const char *key)
{
    const Word *w = word_find(words, str(key));
    return w ? w->value : STR_NULL;
}

/* ---- small things ---- */

static int64_t number(Reader *in, const Node *node)
{
    int64_t n;
    if (str_int(node->text, &n) && n >= 0 && n < INT32_MAX) return n;
    def_fault(in->r, node->spot, &SCRIPT_NUMBER, node->text, STR_NULL);
    return 0;
}

static int64_t number_of(Reader *in, const Node *node, const char *key)
{
    const Node *value = node_get(node, key);
    return value ? number(in, value) : 0;
}

/* Exactly as many numbers as are wanted. */
static void numbers(Reader *in, const Node *node, const char *key, int64_t *out, size_t count)
{
    const Node *list = node_get(node, key);
    if (node_many(list) != count) {
        Str n = str_fmt(in->r->mem, "%zu", count);
        def_fault(in->r, list->spot, &SHAPE_WRONG, n, n);
        return;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = number(in, node_at(list, i));
}

/* One of these words, as its place in the list. */
static int one_of(Reader *in, const Node *node, const char *key, const char *const *names,
                  int count)
{
    Str text = node_text(node, key);
    for (int i = 0; i < count; i++)
        if (str_is(text, names[i])) return i;
    def_fault(in->r, node_spot(node, key), &SCRIPT_CODE, text, STR_NULL);
    return 0;
}

static Date date_of(Reader *in, const Node *node, const char *key)
{
    Date d = 0;
    if (date_parse(node_text(node, key), &d))
        def_fault(in->r, node_spot(node, key), &TIME_DATE, node_text(node, key), STR_NULL);
    return d;
}

static void check_shares(Reader *in, Spot spot, int64_t sum)
{
    if (sum == 1000) return;
    Str said = str_fmt(in->r->mem, "%lld", (long long)sum);
    def_fault(in->r, spot, &SCRIPT_SHARES, said, STR_NULL);
}

static const Str *read_texts(Reader *in, const Node *node, size_t *out_count)
{
    size_t n = node_many(node);
    Str *texts = arena_array(in->r->mem, Str, n);
    for (size_t i = 0; i < n; i++)
        texts[i] = node_at(node, i)->text;
    *out_count = n;
    return texts;
}

static Word read_word(Reader *in, const Node *key, const Node *value)
{
    Word w = {.key = key->text, .value = value->text, .bare = !value->quoted};
    if (value->kind != NODE_LIST) return w;
    w.among = read_texts(in, value, &w.among_count);
    w.bare = !node_at(value, 0)->quoted;
    return w;
}

static Words read_words(Reader *in, const Node *node)
{
    size_t n = node ? node->count : 0;
    Word *words = arena_array(in->r->mem, Word, n);
    for (size_t i = 0; i < n; i++)
        words[i] = read_word(in, &node->keys[i], &node->items[i]);
    return (Words){words, n};
}

static Actor read_actor(Reader *in, const Node *node, const char *key)
{
    static const char *const names[] = {"reporter", "duty", "party"};
    Str text = node_text(node, key);
    Actor a = {.kind = ACTOR_ROLE, .share = 1000};
    for (int i = 0; i < (int)countof(names); i++)
        if (str_is(text, names[i])) a.kind = (ActorKind)i;
    if (a.kind == ACTOR_ROLE && !role_by_name(text, &a.role))
        def_fault(in->r, node_spot(node, key), &SCRIPT_ACTOR, text, STR_NULL);
    return a;
}

/* ---- hours, waits, steps ---- */

static int read_time(Reader *in, const Node *node, const char *key)
{
    Str hour, minute;
    int64_t h = 0, m = 0;
    bool fits = str_cut(node_text(node, key), ':', &hour, &minute) && str_int(hour, &h) &&
                str_int(minute, &m) && h >= 0 && h < 24 && m >= 0 && m < 60;
    if (!fits)
        def_fault(in->r, node_spot(node, key), &SHAPE_WRONG, S("时刻 08:30"),
                  S("a time 08:30"));
    return fits ? (int)(h * 60 + m) : 0;
}

static void read_hours(Reader *in, const Node *node)
{
    size_t n = node_many(node);
    Hour *hours = arena_array(in->r->mem, Hour, n);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        const Node *item = node_at(node, i);
        hours[i] = (Hour){read_time(in, item, "at"), number_of(in, item, "share")};
        sum += hours[i].share;
    }
    check_shares(in, node->spot, sum);
    in->s->hours = hours;
    in->s->hour_count = n;
}

static Wait read_wait(Reader *in, const Node *node)
{
    static const char *const of[] = {"step", "limit", "due"}, *const by[] = {"clock", "day",
                                                                             "office"};
    const Node *list = node_get(node, "buckets");
    size_t n = node_many(list);
    Bucket *buckets = arena_array(in->r->mem, Bucket, n);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        const Node *b = node_at(list, i);
        buckets[i] = (Bucket){number_of(in, b, "share"), number_of(in, b, "from"),
                              number_of(in, b, "to")};
        sum += buckets[i].share;
    }
    check_shares(in, list->spot, sum);
    return (Wait){.code = node_text(node, "code"),
                  .of = (WaitOf)one_of(in, node, "of", of, countof(of)),
                  .in = (WaitIn)one_of(in, node, "in", by, countof(by)),
                  .buckets = buckets,
                  .count = n};
}

static void read_waits(Reader *in, const Node *node)
{
    size_t n = node_many(node);
    Wait *waits = arena_array(in->r->mem, Wait, n);
    for (size_t i = 0; i < n; i++)
        waits[i] = read_wait(in, node_at(node, i));
    in->waits = waits;
    in->wait_count = n;
}

static const Step *find_step(const Script *s, Str code)
{
    for (size_t i = 0; i < s->step_count; i++)
        if (str_eq(s->steps[i].code, code)) return &s->steps[i];
    return NULL;
}

static Step read_step(Reader *in, const Node *node)
{
    Step step = {.code = node_text(node, "code"),
                 .flow = node_text(node, "flow"),
                 .move = node_text(node, "move"),
                 .matter = node_text(node, "matter"),
                 .by = read_actor(in, node, "by"),
                 .set = read_words(in, node_get(node, "set")),
                 .opens = str_is(node_text(node, "opens"), "true")};
    Str wait = node_text(node, "wait");
    for (size_t i = 0; i < in->wait_count; i++)
        if (str_eq(in->waits[i].code, wait)) step.wait = &in->waits[i];
    if (!step.wait) def_fault(in->r, node_spot(node, "wait"), &SCRIPT_CODE, wait, STR_NULL);
    return step;
}

static void read_steps(Reader *in, const Node *node)
{
    size_t n = node_many(node);
    Step *steps = arena_array(in->r->mem, Step, n);
    in->s->steps = steps;
    in->s->step_count = n;
    for (size_t i = 0; i < n; i++)
        steps[i] = read_step(in, node_at(node, i));
    for (size_t i = 0; i < n; i++) {
        Str code = node_text(node_at(node, i), "through");
        if (!code.p) continue;
        steps[i].through = find_step(in->s, code);
        if (!steps[i].through || !steps[i].through->flow.p)
            def_fault(in->r, node_spot(node_at(node, i), "through"), &SCRIPT_CODE, code,
                      STR_NULL);
    }
}

/* ---- lines ---- */

/* What a line has by a rule of `look_up`; STR_NULL when it has nothing. */
static Str look_up(Reader *in, const Node *rule, Str word)
{
    const Node *map = node_get(rule, "map");
    if (map)
        for (size_t i = 0; i < map->count; i++)
            if (str_eq(map->keys[i].text, word)) return map->items[i].text;
    const CodeList *list = code_list(in->lists, node_text(rule, "list"));
    const Code *code = list && word.p ? code_find(list, word) : NULL;
    const Column *column;
    const Value *v = code ? code_attr(list, code, node_text(rule, "attr"), &column) : NULL;
    if (!v || value_is_null(column, v)) return STR_NULL;
    return kind_is_number(column->kind) ? str_fmt(in->r->mem, "%lld", (long long)v->i) : v->s;
}

static Words line_words(Reader *in, const Node *node)
{
    static const char *const own[] = {"kinds", "months", "tag"};
    size_t n = 0, rules = node_many(in->looks);
    Word *words = arena_array(in->r->mem, Word, node->count + rules);
    for (size_t i = 0; i < node->count; i++) {
        bool mine = false;
        for (size_t k = 0; k < countof(own); k++)
            mine |= str_is(node->keys[i].text, own[k]);
        if (!mine) words[n++] = read_word(in, &node->keys[i], &node->items[i]);
    }
    for (size_t i = 0; i < rules; i++) {
        const Node *rule = node_at(in->looks, i);
        const Word *by = word_find((Words){words, n}, node_text(rule, "by"));
        Str found = by ? look_up(in, rule, by->value) : STR_NULL;
        if (found.p) words[n++] = (Word){.key = node_text(rule, "as"), .value = found};
    }
    return (Words){words, n};
}

static Line read_line(Reader *in, const Node *node)
{
    Line line = {.tag = node_text(node, "tag"), .words = line_words(in, node)};
    const Node *kinds = node_get(node, "kinds"), *months = node_get(node, "months");
    if (kinds) line.kinds = read_texts(in, kinds, &line.kind_count);
    for (size_t i = 0; i < node_many(months); i++) {
        int64_t m = number(in, node_at(months, i));
        if (m < 1 || m > 12)
            def_fault(in->r, months->spot, &SHAPE_WRONG, S("1到12"), S("1 to 12"));
        else
            line.months |= 1U << m;
    }
    if (!months) line.months = 0x1ffe;
    return line;
}

/* ---- series ---- */

static Path read_path(Reader *in, const Node *node)
{
    const Node *list = node_get(node, "steps");
    size_t n = node_many(list);
    const Step **steps = arena_array(in->r->mem, const Step *, n);
    for (size_t i = 0; i < n; i++) {
        const Node *item = node_at(list, i);
        steps[i] = find_step(in->s, item->text);
        if (!steps[i])
            def_fault(in->r, item->spot, &SCRIPT_CODE, item->text, STR_NULL);
        else if ((i == 0) != (steps[i]->flow.p != NULL))
            def_fault(in->r, item->spot, &SCRIPT_FIRST, STR_NULL, STR_NULL);
    }
    return (Path){.code = node_text(node, "code"),
                  .weight = number_of(in, node, "weight"),
                  .draw = read_words(in, node_get(node, "draw")),
                  .has = node_text(node, "has"),
                  .steps = steps,
                  .count = n};
}

static void read_reporters(Reader *in, const Node *node, Series *out)
{
    size_t n = node_many(node);
    Actor *actors = arena_array(in->r->mem, Actor, n);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        actors[i] = read_actor(in, node_at(node, i), "by");
        if (actors[i].kind != ACTOR_ROLE)
            def_fault(in->r, node_at(node, i)->spot, &SCRIPT_ACTOR,
                      node_text(node_at(node, i), "by"), STR_NULL);
        sum += actors[i].share = number_of(in, node_at(node, i), "share");
    }
    check_shares(in, node->spot, sum);
    out->reporters = actors;
    out->reporter_count = n;
}

static Series read_series(Reader *in, const Node *node)
{
    const Node *paths = node_get(node, "paths"), *lines = node_get(node, "lines");
    Series out = {.code = node_text(node, "code"),
                  .year = number_of(in, node, "year"),
                  .through = number_of(in, node, "through"),
                  .path_count = node_many(paths),
                  .line_count = node_many(lines)};
    read_reporters(in, node_get(node, "reporters"), &out);
    Path *p = arena_array(in->r->mem, Path, out.path_count);
    for (size_t i = 0; i < out.path_count; i++)
        p[i] = read_path(in, node_at(paths, i));
    Line *l = arena_array(in->r->mem, Line, out.line_count);
    for (size_t i = 0; i < out.line_count; i++)
        l[i] = read_line(in, node_at(lines, i));
    out.paths = p;
    out.lines = l;
    return out;
}

/* ---- scenes ---- */

static Scene read_scene(Reader *in, const Node *node)
{
    Str series = node_text(node, "series"), path = node_text(node, "path");
    Scene scene = {.draw = read_words(in, node_get(node, "draw")),
                   .subject = node_text(node, "at"),
                   .steps = number_of(in, node, "steps")};
    if (node_get(node, "ago"))
        scene.ago = number_of(in, node, "ago");
    else {
        scene.days = number_of(in, node, "days");
        scene.minute = read_time(in, node, "time");
    }
    for (size_t i = 0; i < in->s->series_count; i++)
        if (str_eq(in->s->series[i].code, series)) scene.series = &in->s->series[i];
    for (size_t i = 0; scene.series && i < scene.series->path_count; i++)
        if (str_eq(scene.series->paths[i].code, path)) scene.path = &scene.series->paths[i];
    if (!scene.path) def_fault(in->r, node_spot(node, "path"), &SCRIPT_CODE, path, STR_NULL);
    scene.near = !scene.subject.p;
    if (scene.near) scene.subject = node_text(node, "near");
    if (!scene.subject.p) def_fault(in->r, node->spot, &SHAPE_MISSING, S("near"), STR_NULL);
    return scene;
}

static void read_scenes(Reader *in, const Node *node)
{
    size_t n = node_many(node);
    Scene *scenes = arena_array(in->r->mem, Scene, n);
    for (size_t i = 0; i < n; i++)
        scenes[i] = read_scene(in, node_at(node, i));
    in->s->scenes = scenes;
    in->s->scene_count = n;
}

static void read_said(Reader *in, const Node *node)
{
    size_t n = node_many(node);
    Said *said = arena_array(in->r->mem, Said, n);
    for (size_t i = 0; i < n; i++) {
        const Node *item = node_at(node, i);
        said[i] = (Said){.kind = node_text(item, "kind"),
                         .note = node_text(item, "note"),
                         .at = node_text(item, "at"),
                         .days = number_of(in, item, "days"),
                         .fields = read_words(in, node_get(item, "fields"))};
    }
    in->s->said = said;
    in->s->said_count = n;
}

static void read_all(Reader *in, const Node *root)
{
    const Node *days = node_get(root, "days"), *series = node_get(root, "series");
    Script *s = in->s;
    s->seed = number_of(in, root, "seed");
    s->opened = date_of(in, root, "opened");
    s->to = date_of(in, root, "to");
    s->span = number_of(in, root, "span");
    s->apart = number_of(in, root, "apart");
    numbers(in, days, "index", s->index, countof(s->index));
    numbers(in, days, "weekdays", s->weekdays, countof(s->weekdays));
    s->holiday = number_of(in, days, "holiday");
    s->month_end = number_of(in, days, "month_end");
    s->weights = read_words(in, node_get(root, "weights"));
    for (size_t i = 0; i < s->weights.count; i++)
        (void)number(in, &node_get(root, "weights")->items[i]);
    read_hours(in, node_get(root, "hours"));
    read_waits(in, node_get(root, "waits"));
    read_steps(in, node_get(root, "steps"));
    Series *all = arena_array(in->r->mem, Series, node_many(series));
    for (size_t i = 0; i < node_many(series); i++)
        all[i] = read_series(in, node_at(series, i));
    s->series = all;
    s->series_count = node_many(series);
    read_scenes(in, node_get(root, "scenes"));
    read_said(in, node_get(root, "said"));
}

const Script *script_read(Reading *r, Str text, const CodeLists *lists)
{
    const Node *root = def_read(r, text);
    if (!root || r->count || !shape_check(r, &script_shape, root)) return NULL;
    Script *s = arena_make(r->mem, Script);
    Reader in = {.r = r, .s = s, .looks = node_get(root, "look_up"), .lists = lists};
    read_all(&in, root);
    return s;
}
