/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml.c: the only file that knows libfyaml. It walks the parser's events, not its documents,
 * so that what we refuse is refused before anything is resolved, and with its place.
 */
#include "def/yaml.h"

#include <libfyaml.h>

#define BYTES_MOST  (1 << 20)
#define DEPTH_MOST  16
#define NODES_MOST  50000
#define KEYS_MOST   5000 /* of one map */
#define FAULTS_MOST 500

/* clang-format off */
const Err DEF_YAML = FAULT("yaml", "YAML 写法有误:{0}", "Not valid YAML: {1}");
const Err DEF_WIDE = FAULT("full-width", "这里是全角的“{0}”,YAML 只认半角的 {1}", "A full-width \"{0}\" stands here; YAML knows the plain {1} only");
const Err DEF_REFUSED = FAULT("refused", "定义中不允许使用{0}", "A definition must not use {1}");
const Err DEF_KEY = FAULT("key", "“{0}”不能作键名:{1}", "\"{0}\" cannot be a key: {2}");
const Err DEF_TWICE = FAULT("twice", "键“{0}”重复,第 {1} 行已有", "The key \"{0}\" is already there in line {1}");
const Err DEF_TOO_LARGE = FAULT("too-large", "定义过大:{0}", "The definition is too large: {1}");
/* clang-format on */

void def_fault4(Reading *r, Spot spot, const Err *like, Str a, Str b, Str c, Str d)
{
    if (r->count >= FAULTS_MOST) return;
    size_t cap = r->cap; /* of both arrays */
    r->faults = arena_grow(r->mem, r->faults, r->count, &cap, sizeof *r->faults);
    r->spots = arena_grow(r->mem, r->spots, r->count, &r->cap, sizeof *r->spots);
    Err *e = &r->faults[r->count];
    *e = *err_make4(r->mem, like, a, b, c, d);
    e->field = str_fmt(r->mem, "%.*s:%d:%d", STR(r->file), spot.line, spot.column);
    r->spots[r->count++] = spot;
}

void def_fault(Reading *r, Spot spot, const Err *like, Str a, Str b)
{
    def_fault4(r, spot, like, a, b, STR_NULL, STR_NULL);
}

void def_fault_of(Reading *r, const Node *text, const Err *like)
{
    def_fault(r, text->spot, like, text->text, STR_NULL);
}

static bool before(Spot a, Spot b)
{
    return a.line < b.line || (a.line == b.line && a.column < b.column);
}

const Err *def_err(const Reading *r)
{
    size_t *order = arena_array(r->mem, size_t, r->count);
    for (size_t n = 0; n < r->count; n++) { /* stable insertion: faults come nearly in order */
        size_t at = n;
        for (; at > 0 && before(r->spots[n], r->spots[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = n;
    }
    Faults all = {.mem = r->mem};
    for (size_t n = 0; n < r->count; n++)
        faults_add(&all, STR_NULL, &r->faults[order[n]]);
    return faults_err(&all);
}

void def_print(const Err *e, Lang lang, Buf *out)
{
    for (const Err *one = e && e->next ? e->next : e; one; one = one->next) {
        if (one->field.n) {
            buf_add(out, one->field);
            buf_add(out, S(": "));
        }
        buf_fmt(out, "%s: ", one->code);
        err_text(one, lang, out);
        buf_char(out, '\n');
    }
}

/* ---- the walk ---- */

typedef struct {
    Reading *r;
    struct fy_parser *parser;
    size_t nodes;
    bool stop; /* nothing more can be read */
} NodeWalk;

static Spot spot_of(const struct fy_mark *m)
{
    return m ? (Spot){m->line + 1, m->column + 1} : (Spot){1, 1};
}

/* libfyaml marks anchors, aliases and quoted text behind their sign. */
static Spot spot_sign(const struct fy_mark *m)
{
    Spot spot = spot_of(m);
    return spot.column > 1 ? (Spot){spot.line, spot.column - 1} : spot;
}

static Spot spot_event(struct fy_event *e)
{
    return spot_of(fy_event_start_mark(e));
}

static void refuse(NodeWalk *w, Spot spot, const char *zh, const char *en)
{
    def_fault(w->r, spot, &DEF_REFUSED, str(zh), str(en));
}

static void refuse_tokens(NodeWalk *w, struct fy_event *e)
{
    struct fy_token *anchor = fy_event_get_anchor_token(e), *tag = fy_event_get_tag_token(e);
    if (anchor) refuse(w, spot_sign(fy_token_start_mark(anchor)), "锚点(&)", "anchors (&)");
    if (tag) refuse(w, spot_of(fy_token_start_mark(tag)), "标签(!)", "tags (!)");
}

/* libfyaml 0.7.12 loses a kilobyte here over text with many escapes, and its iterators, which
 * do not, garble it; definitions are read at start and when published, so be it. */
static void text_event(NodeWalk *w, struct fy_event *e, Node *out)
{
    size_t n = 0;
    const char *p = e->scalar.value ? fy_token_get_text(e->scalar.value, &n) : NULL;
    out->kind = NODE_TEXT;
    out->text = p ? str_dup(w->r->mem, (Str){p, n}) : S("");
    enum fy_scalar_style style = fy_token_scalar_style(e->scalar.value);
    out->quoted = style != FYSS_PLAIN;
    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
        out->spot = spot_sign(fy_event_start_mark(e));
    if (utf8_fault(out->text) != SIZE_MAX) {
        def_fault(w->r, out->spot, &DEF_YAML, S("文字含空字符或不是 UTF-8"),
                  S("text holds a NUL or is not UTF-8"));
        out->text = S("");
    }
}

static void check_key(NodeWalk *w, const Node *keys, size_t n)
{
    static const char *const odd[] = {"on", "off", "yes", "no", "y", "n"};
    const Node *key = &keys[n];
    if (key->kind != NODE_TEXT || !key->text.n) {
        def_fault4(w->r, key->spot, &DEF_KEY, key->kind == NODE_TEXT ? S("") : S("…"),
                   S("键须是一个词"), S("a key is one word"), STR_NULL);
        return;
    }
    if (str_is(key->text, "<<")) {
        refuse(w, key->spot, "合并键(<<)", "merge keys (<<)");
        return;
    }
    for (size_t i = 0; i < countof(odd); i++)
        if (key->text.n == strlen(odd[i]) && strncasecmp(key->text.p, odd[i], key->text.n) == 0)
            def_fault4(w->r, key->spot, &DEF_KEY, key->text,
                       S("许多 YAML 读取程序会把它当作真或假"),
                       S("many readers of YAML take it for true or false"), STR_NULL);
    for (size_t i = 0; i < n; i++)
        if (keys[i].kind == NODE_TEXT && str_eq(keys[i].text, key->text)) {
            def_fault(w->r, key->spot, &DEF_TWICE, key->text,
                      str_fmt(w->r->mem, "%d", keys[i].spot.line));
            return;
        }
}

static bool walk_node(NodeWalk *w, struct fy_event *e, int depth, Node *out);

/* Nodes side by side while their number is not yet known. */
typedef struct {
    Node *p;
    size_t n, cap;
} NodeRow;

static Node *row_next(NodeWalk *w, NodeRow *row)
{
    row->p = arena_grow(w->r->mem, row->p, row->n, &row->cap, sizeof *row->p);
    return &row->p[row->n++];
}

static bool too_large(NodeWalk *w, Spot spot, const char *zh, const char *en)
{
    def_fault(w->r, spot, &DEF_TOO_LARGE, str(zh), str(en));
    w->stop = true;
    return false;
}

static bool walk_list(NodeWalk *w, int depth, Node *out)
{
    NodeRow items = {0};
    for (;;) {
        struct fy_event *e = fy_parser_parse(w->parser);
        bool end = !e || e->type == FYET_SEQUENCE_END;
        Node *item = end ? NULL : row_next(w, &items);
        bool well = e && (end || walk_node(w, e, depth, item));
        fy_parser_event_free(w->parser, e);
        if (!well) return false;
        if (end) break;
    }
    out->kind = NODE_LIST;
    out->items = items.p;
    out->count = items.n;
    return true;
}

static bool walk_map(NodeWalk *w, int depth, Node *out)
{
    NodeRow keys = {0}, items = {0};
    for (;;) {
        struct fy_event *e = fy_parser_parse(w->parser);
        bool end = !e || e->type == FYET_MAPPING_END;
        bool well = e && (end || walk_node(w, e, depth, row_next(w, &keys)));
        fy_parser_event_free(w->parser, e);
        if (!well) return false;
        if (end) break;
        e = fy_parser_parse(w->parser);
        well = e && walk_node(w, e, depth, row_next(w, &items));
        fy_parser_event_free(w->parser, e);
        if (!well) return false;
        if (keys.n > KEYS_MOST)
            return too_large(w, keys.p[keys.n - 1].spot, "一处超过五千个键",
                             "more than 5,000 keys in one map");
        check_key(w, keys.p, keys.n - 1);
    }
    out->kind = NODE_MAP;
    out->keys = keys.p;
    out->items = items.p;
    out->count = items.n;
    return true;
}

static bool walk_node(NodeWalk *w, struct fy_event *e, int depth, Node *out)
{
    out->spot = spot_event(e);
    if (++w->nodes > NODES_MOST)
        return too_large(w, out->spot, "超过五万个节点", "more than 50,000 nodes");
    if (depth >= DEPTH_MOST)
        return too_large(w, out->spot, "超过十六层", "more than 16 levels");
    refuse_tokens(w, e);
    if (e->type == FYET_SEQUENCE_START) return walk_list(w, depth + 1, out);
    if (e->type == FYET_MAPPING_START) return walk_map(w, depth + 1, out);
    if (e->type == FYET_SCALAR)
        text_event(w, e, out);
    else {
        refuse(w, spot_sign(fy_event_start_mark(e)), "引用(*)", "aliases (*)");
        out->kind = NODE_TEXT;
        out->text = S("");
    }
    return true;
}

/* The stream: one document without directives. */
static const Node *walk_stream(NodeWalk *w)
{
    Node *root = NULL;
    bool well = true;
    for (int documents = 0; well;) {
        struct fy_event *e = fy_parser_parse(w->parser);
        if (!e || e->type == FYET_STREAM_END) {
            fy_parser_event_free(w->parser, e);
            break;
        }
        if (e->type == FYET_DOCUMENT_START) {
            struct fy_document_state *state = e->document_start.document_state;
            if (fy_document_state_version_explicit(state) ||
                fy_document_state_tags_explicit(state))
                refuse(w, spot_event(e), "指令(%)", "directives (%)");
            if (++documents > 1) {
                refuse(w, spot_event(e), "第二份文档(---)", "a second document (---)");
                well = false;
            }
        } else if (e->type != FYET_STREAM_START && e->type != FYET_DOCUMENT_END) {
            root = arena_make(w->r->mem, Node);
            well = walk_node(w, e, 0, root);
        }
        fy_parser_event_free(w->parser, e);
    }
    return root;
}

static Spot spot_at(Str text, size_t byte)
{
    Spot m = {1, 1};
    for (size_t i = 0; i < byte; i++) {
        if (text.p[i] == '\n')
            m = (Spot){m.line + 1, 1};
        else if (((unsigned char)text.p[i] & 0xC0) != 0x80)
            m.column++;
    }
    return m;
}

static Str line_of(Str text, int line)
{
    Str one = STR_NULL;
    for (int i = 0; i < line; i++)
        str_cut(text, '\n', &one, &text);
    return one;
}

/* Signs that a Chinese keyboard types where YAML wants the plain ones. */
static bool full_width(Reading *r, Str line, int number)
{
    static const char *const signs[][2] = {{"：", ":"}, {"，", ","}, {"｛", "{"}, {"｝", "}"},
                                           {"［", "["}, {"］", "]"}, {"“", "\""}, {"”", "\""}};
    for (size_t i = 0; i < countof(signs); i++) {
        size_t at = str_find(line, str(signs[i][0]));
        if (at == SIZE_MAX) continue;
        Spot spot = {number, (int)utf8_count((Str){line.p, at}) + 1};
        def_fault(r, spot, &DEF_WIDE, str(signs[i][0]), str(signs[i][1]));
        return true;
    }
    return false;
}

/* The commonest slips as libfyaml says them, in Chinese; further ones stay as they are. */
static Str slip_zh(Str said)
{
    static const char *const slips[][2] = {
        {"tab", "不能用制表符(Tab)缩进,请用空格"},
        {"indent", "缩进不对:同一层要左对齐,下一层多两个空格"},
        {"missing comma", "括号里缺逗号,或括号没有闭合"},
        {"expected ':'", "这一行没有冒号:键后要写冒号和一个空格"},
        {"multiline plain key", "这一行没有冒号:键后要写冒号和一个空格"},
        {"mapping on the same line", "一行里有两个“: ”,文字含冒号时要加引号"},
        {"block mapping key on same line", "一行里有两个“: ”,文字含冒号时要加引号"},
    };
    for (size_t i = 0; i < countof(slips); i++)
        if (str_find(said, str(slips[i][0])) != SIZE_MAX) return str(slips[i][1]);
    return said;
}

static void syntax_fault(Reading *r, Str text, struct fy_diag *diag)
{
    void *at = NULL;
    struct fy_diag_error *e = fy_diag_errors_iterate(diag, &at);
    Str said = e && e->msg ? str_trim(str(e->msg)) : S("unreadable");
    Spot spot = {e && e->line > 0 ? e->line : 1, e && e->column > 0 ? e->column : 1};
    if (full_width(r, line_of(text, spot.line), spot.line)) return;
    def_fault(r, spot, &DEF_YAML, slip_zh(said), said);
}

const Node *def_read(Reading *r, Str text)
{
    if (text.n > BYTES_MOST) {
        def_fault(r, (Spot){1, 1}, &DEF_TOO_LARGE, S("超过 1 MiB"), S("more than 1 MiB"));
        return NULL;
    }
    size_t bad = utf8_fault(text);
    if (bad != SIZE_MAX) {
        def_fault(r, spot_at(text, bad), &DEF_YAML, S("不是 UTF-8 文本,或含空字符"),
                  S("not UTF-8, or a NUL"));
        return NULL;
    }
    struct fy_diag_cfg how = {.level = FYET_ERROR, .module_mask = ~0U};
    struct fy_diag *diag = fy_diag_create(&how);
    assert(diag);
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE,
                               .diag = diag};
    NodeWalk w = {.r = r, .parser = fy_parser_create(&cfg)};
    assert(w.parser);
    const Node *root = NULL;
    if (fy_parser_set_string(w.parser, text.n ? text.p : "", text.n) == 0)
        root = walk_stream(&w);
    if (fy_parser_get_stream_error(w.parser) && !w.stop) {
        syntax_fault(r, text, diag);
        root = NULL;
    } else if (!root && !r->count)
        def_fault(r, (Spot){1, 1}, &DEF_YAML, S("文件是空的"), S("nothing there"));
    fy_parser_destroy(w.parser);
    fy_diag_destroy(diag);
    return w.stop ? NULL : root;
}

/* ---- reading the tree ---- */

static const Node *find(const Node *node, const char *key)
{
    if (!node || node->kind != NODE_MAP) return NULL;
    for (size_t i = 0; i < node->count; i++)
        if (node->keys[i].kind == NODE_TEXT && str_is(node->keys[i].text, key))
            return &node->items[i];
    return NULL;
}

const Node *node_get(const Node *node, const char *key)
{
    return find(node, key);
}

Str node_text(const Node *node, const char *key)
{
    const Node *value = find(node, key);
    return value && value->kind == NODE_TEXT ? value->text : STR_NULL;
}

Spot node_spot(const Node *node, const char *key)
{
    const Node *value = find(node, key);
    return value ? value->spot : node ? node->spot : (Spot){1, 1};
}

size_t node_many(const Node *node)
{
    return !node ? 0 : node->kind == NODE_LIST ? node->count : 1;
}

const Node *node_at(const Node *node, size_t i)
{
    return node->kind == NODE_LIST ? &node->items[i] : node;
}
