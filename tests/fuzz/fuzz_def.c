/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_def.c: any bytes as a flow and as a code list. Reading ends, what is wrong is said at a
 * place that exists, and what passes can be printed. */
#include "base/json.h"
#include "case/flow_ask.h"
#include "case/flow_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 loses memory over text with many escapes: yaml.c, text_event. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

static void check_faults(const Reading *r, Str text)
{
    int lines = 1; /* YAML knows more ends of a line than one */
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n' || text.p[i] == '\r' || (text.p[i] & 0x80);
    for (size_t i = 0; i < r->count; i++) {
        assert(r->spots[i].line >= 1 && r->spots[i].column >= 1);
        assert(r->spots[i].line <= lines + 1);
    }
    Buf b = BUF(r->mem);
    buf_add(&b, S(""));
    def_print(def_err(r), LANG_ZH, &b);
    def_print(def_err(r), LANG_EN, &b);
    assert(utf8_fault(buf_str(&b)) == SIZE_MAX);
}

static void check_json(Arena *mem, const Buf *b)
{
    const Json *tree;
    const Err *e = json_read(mem, buf_str(b), &tree);
    assert(!e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Expr *expr;
    if (!expr) expr = expr_new();
    Arena *mem = arena_new(0);
    Str text = {(const char *)data, size};
    Reading codes = READING(mem, S("codes.yaml")), flows = READING(mem, S("flow.yaml"));
    const CodeList *list = code_list_read(&codes, text);
    check_faults(&codes, text);
    CodeLists lists = {&list, list && !codes.count};
    Flow *flow = flow_read(&flows, expr, text);
    FlowWorld world = {.expr = expr, .lists = &lists};
    if (flow) (void)flow_check(&flows, flow, &world);
    check_faults(&flows, text);
    Buf b = BUF(mem), c = BUF(mem);
    if (flow && !flows.count) {
        flow_json(flow, LANG_ZH, &JSON_OUT(&b));
        check_json(mem, &b);
    }
    if (list && !codes.count) {
        code_list_json(list, LANG_EN, &JSON_OUT(&c));
        check_json(mem, &c);
    }
    arena_free(mem);
    return 0;
}
