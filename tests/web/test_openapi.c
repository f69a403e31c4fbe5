/* SPDX-License-Identifier: Apache-2.0 */
/* The printed interface: JSON, every route in it, every reference leads somewhere, every shape
 * used. */
#include "base/file.h"
#include "web/openapi.h"

#include "test.h"

typedef struct {
    Arena *mem;
    const Json *document;
} Print;

static int setup(void **state)
{
    Print *p = calloc(1, sizeof *p);
    p->mem = arena_new(0);
    Buf b = BUF(p->mem);
    JsonOut w = JSON_OUT(&b);
    openapi_json(&w);
    assert_ok(json_read(p->mem, buf_str(&b), &p->document));
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    Print *p = *state;
    arena_free(p->mem);
    free(p);
    return 0;
}

/* Follows "#/a/b/c". */
static const Json *follow(Arena *mem, const Json *document, Str ref)
{
    Str part, rest = {ref.p + 2, ref.n - 2};
    assert_true(str_starts(ref, S("#/")));
    while (document && rest.p) {
        str_cut(rest, '/', &part, &rest);
        document = json_get(document, str_z(mem, part));
    }
    return document;
}

static void walk(Arena *mem, const Json *document, const Json *at)
{
    if (json_is_array(at))
        for (size_t i = 0; i < json_count(at); i++)
            walk(mem, document, json_at(at, i));
    for (json_each(m, at)) {
        if (str_is(m->key, "$ref") && !follow(mem, document, json_view(&m->value)))
            fail_msg("%s leads nowhere", m->value.text);
        walk(mem, document, &m->value);
    }
}

static void every_reference_leads_somewhere(void **state)
{
    Print *p = *state;
    walk(p->mem, p->document, p->document);
}

static const Json *operation_of(const Json *document, const Route *r)
{
    char method[16] = {0};
    for (size_t i = 0; r->method[i]; i++)
        method[i] = (char)(r->method[i] | 32);
    return json_get(json_get(json_get(document, "paths"), r->path), method);
}

static void every_route_is_there_with_what_it_takes(void **state)
{
    Print *p = *state;
    size_t n;
    const Route *routes = web_routes(&n);
    for (size_t i = 0; i < n; i++) {
        const Route *r = &routes[i];
        const Json *operation = operation_of(p->document, r);
        if (!operation) fail_msg("%s %s is missing", r->method, r->path);
        const Json *answers = json_get(operation, "responses");
        assert_non_null(json_get(answers, "200"));
        assert_int_equal(json_get(answers, "201") != NULL, r->creates);
        assert_int_equal(json_get(operation, "requestBody") != NULL, r->body || r->raw);
        if (!(r->can & CAN_ANYONE)) assert_non_null(json_get(answers, "401"));
        size_t named = 0;
        for (const char *c = r->path; *c; c++)
            named += *c == '{';
        size_t headers = r->tx == TX_WRITE ? 2 : 0;
        assert_int_equal(json_count(json_get(operation, "parameters")),
                         named + r->query_count + headers);
    }
}

/* The pages are typed from it. */
static void the_committed_document_is_the_interface(void **state)
{
    Print *p = *state;
    Str text;
    const Json *kept;
    assert_ok(file_read_all(p->mem, S("docs/openapi.json"), 4 << 20, &text));
    assert_ok(json_read(p->mem, text, &kept));
    if (!str_eq(json_sorted(p->mem, kept), json_sorted(p->mem, p->document)))
        fail_msg("docs/openapi.json is stale: gridward describe openapi >docs/openapi.json");
}

static void names_of_operations_differ(void **state)
{
    Print *p = *state;
    size_t n;
    const Route *routes = web_routes(&n);
    Str *seen = arena_array(p->mem, Str, n);
    for (size_t i = 0; i < n; i++) {
        seen[i] = json_member(operation_of(p->document, &routes[i]), "operationId");
        for (size_t k = 0; k < i; k++)
            if (str_eq(seen[i], seen[k])) fail_msg("%.*s twice", STR(seen[i]));
    }
}

static void a_case_has_what_the_contract_says(void **state)
{
    static const char *const members[] = {
        "id",     "flow",  "flow_version", "state",      "version", "area",  "subject",
        "matter", "duty",  "party",        "department", "opened",  "due",   "due_lines",
        "late",   "risen", "similar",      "fields",     "parent",  "origin"};
    Print *p = *state;
    const Json *shape = follow(p->mem, p->document, S("#/components/schemas/Case/properties"));
    for (size_t i = 0; i < countof(members); i++)
        if (!json_get(shape, members[i])) fail_msg("a case without %s", members[i]);
}

static void every_error_has_both_languages_and_a_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < web_error_count; i++) {
        const Err *e = web_errors[i];
        assert_true(*e->code && *e->zh && *e->en);
        assert_true(problem_status(e) >= 400);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_reference_leads_somewhere, setup, teardown),
        cmocka_unit_test_setup_teardown(every_route_is_there_with_what_it_takes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_committed_document_is_the_interface, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(names_of_operations_differ, setup, teardown),
        cmocka_unit_test_setup_teardown(a_case_has_what_the_contract_says, setup, teardown),
        cmocka_unit_test(every_error_has_both_languages_and_a_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
