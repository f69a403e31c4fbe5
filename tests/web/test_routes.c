/* SPDX-License-Identifier: Apache-2.0 */
/* The table of routes: what fits, what is refused how, and laws that every row keeps. */
#include "web/web.h"

#include "test.h"

static Arena *mem;

static int setup(void **state)
{
    (void)state;
    mem = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static const Err *find(const char *method, const char *path, const Route **out,
                       Str params[CALL_PARAMS])
{
    return route_find(mem, str(method), str(path), out, params);
}

static void parameters_are_the_segments_in_braces(void **state)
{
    (void)state;
    const Route *r;
    Str params[CALL_PARAMS];
    assert_ok(find("POST", "/api/v1/cases/17/moves/inform", &r, params));
    assert_string_equal(r->path, "/api/v1/cases/{id}/moves/{move}");
    assert_str(params[0], "17");
    assert_str(params[1], "inform");
}

static void a_word_goes_before_a_parameter(void **state)
{
    (void)state;
    const Route *r;
    Str params[CALL_PARAMS];
    assert_ok(find("GET", "/api/v1/cases/count", &r, params));
    assert_string_equal(r->path, "/api/v1/cases/count");
    assert_null(params[0].p);
}

static void other_methods_are_told(void **state)
{
    (void)state;
    const Route *r;
    Str params[CALL_PARAMS];
    const Err *e = find("DELETE", "/api/v1/cases", &r, params);
    assert_err(e, WEB_METHOD);
    assert_str(e->args[0], "POST, GET, HEAD");
    e = find("GET", "/api/v1/session", &r, params);
    assert_err(e, WEB_METHOD);
    assert_str(e->args[0], "POST, DELETE");
    e = find("POST", "/healthz", &r, params);
    assert_err(e, WEB_METHOD);
    assert_str(e->args[0], "GET, HEAD");
}

static void what_is_not_there_is_not_there(void **state)
{
    (void)state;
    static const char *const paths[] = {"/api/v1/nothing",
                                        "/api/v1/cases/",
                                        "/api/v1/cases//moves",
                                        "/api/v1/cases/1/moves/a/b",
                                        "//",
                                        "/api/v1",
                                        "",
                                        "/api/v1/cases/1/"};
    const Route *r;
    Str params[CALL_PARAMS];
    for (size_t i = 0; i < countof(paths); i++) {
        const Err *e = find("GET", paths[i], &r, params);
        if (!e) fail_msg("%s is there: %s", paths[i], r->path);
        assert_err(e, WEB_NO_ROUTE);
    }
}

static void every_row_is_whole(void **state)
{
    (void)state;
    size_t n;
    const Route *routes = web_routes(&n);
    for (size_t i = 0; i < n; i++) {
        const Route *r = &routes[i];
        Str params[CALL_PARAMS];
        const Route *found;
        assert_non_null(r->handler);
        assert_non_null(r->answers);
        assert_true(*r->zh && *r->en);
        if (!r->can) fail_msg("%s %s needs no capability: say CAN_ANYONE", r->method, r->path);
        if (r->tx == TX_WRITE && !r->again)
            fail_msg("%s %s has no answer to a key that comes again", r->method, r->path);
        if (r->tx == TX_WRITE && !r->body)
            fail_msg("%s %s is an act without inputs", r->method, r->path);
        if (r->tx == TX_WRITE && r->can & CAN_ANYONE)
            fail_msg("%s %s: nobody acts without signing in", r->method, r->path);
        assert_ok(find(r->method, r->path, &found, params));
        if (found != r) fail_msg("%s %s is hidden by %s", r->method, r->path, found->path);
    }
}

/* One bit of the capabilities, or one of the two words of routes. */
static void every_capability_is_one(void **state)
{
    (void)state;
    size_t n;
    const Route *routes = web_routes(&n);
    for (size_t i = 0; i < n; i++) {
        unsigned can = routes[i].can;
        assert_int_equal(can & (can - 1), 0);
        assert_true(can == CAN_ANYONE || can == CAN_SIGN_IN || can < 1u << CAN_COUNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parameters_are_the_segments_in_braces, setup, teardown),
        cmocka_unit_test_setup_teardown(a_word_goes_before_a_parameter, setup, teardown),
        cmocka_unit_test_setup_teardown(other_methods_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(every_row_is_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(every_capability_is_one, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
