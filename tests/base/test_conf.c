/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/conf.h"

static const ConfKey keys[] = {
    {"listen", CONF_TEXT, "127.0.0.1:8080", "监听地址", "Where to listen", 0, 0},
    {"store", CONF_TEXT, NULL, "库", "The store", 0, 0},
    {"read-threads", CONF_INT, "4", "读线程数", "Threads that read", 1, 64},
    {"most", CONF_INT, NULL, "上限", "The most", -5, 5},
    {"behind-tls", CONF_FLAG, "no", "前面有 TLS", "TLS ends before us", 0, 0},
    {"quiet", CONF_FLAG, NULL, "安静", "Say less", 0, 0},
};

static Arena *mem;

static int begin(void **state)
{
    (void)state;
    mem = arena_new(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static Str faults(const Err *e)
{
    Buf out = BUF(mem);
    assert_err(e, ERR_FAULTS);
    for (e = e->next; e; e = e->next)
        buf_fmt(&out, "%.*s %s;", STR(e->field), e->code);
    return buf_str(&out);
}

static void defaults_stand_until_something_is_set(void **state)
{
    (void)state;
    Conf *conf = conf_new(mem, keys, countof(keys));
    assert_str(conf_text(conf, "listen"), "127.0.0.1:8080");
    assert_null(conf_text(conf, "store").p);
    assert_int_equal(conf_int(conf, "read-threads"), 4);
    assert_true(conf_int(conf, "most") == NIL);
    assert_false(conf_flag(conf, "behind-tls"));
    assert_false(conf_flag(conf, "quiet"));
    assert_int_equal(conf_source(conf, "listen"), CONF_DEFAULT);
}

static void flags_go_before_the_environment_and_that_before_the_file(void **state)
{
    (void)state;
    static const char *const variables[] = {"PATH=/bin",
                                            "GRIDWARD_LISTEN=e:1",
                                            "GRIDWARD_STORE=e.db",
                                            "GRIDWARD_READ_THREADS=",
                                            "GRIDWARD_TEST_PG=x",
                                            "GRIDWARD_BEHIND_TLS=true",
                                            "broken",
                                            NULL};
    Str text = S("listen = f:1\nstore=f.db\nread-threads = 8\n");
    for (int order = 0; order < 2; order++) {
        Conf *conf = conf_new(mem, keys, countof(keys));
        if (order) assert_ok(conf_read(conf, text, S("f")));
        assert_ok(conf_set(conf, CONF_COMMAND, S("listen"), S("c:1")));
        assert_ok(conf_environment(conf, variables));
        if (!order) assert_ok(conf_read(conf, text, S("f")));
        assert_str(conf_text(conf, "listen"), "c:1");
        assert_str(conf_text(conf, "store"), "e.db");
        assert_int_equal(conf_int(conf, "read-threads"), 8);
        assert_true(conf_flag(conf, "behind-tls"));
        assert_int_equal(conf_source(conf, "listen"), CONF_COMMAND);
        assert_int_equal(conf_source(conf, "store"), CONF_ENVIRONMENT);
        assert_int_equal(conf_source(conf, "read-threads"), CONF_FILE);
    }
}

static void files_have_comments_and_plain_values(void **state)
{
    (void)state;
    Conf *conf = conf_new(mem, keys, countof(keys));
    Str text =
        S("# 配置\r\n\r\n  store =  /var/lib/a b#c=d.db  \r\n\t# x\nbehind-tls=1\nmost = -5");
    assert_ok(conf_read(conf, text, S("f")));
    assert_str(conf_text(conf, "store"), "/var/lib/a b#c=d.db");
    assert_true(conf_flag(conf, "behind-tls"));
    assert_int_equal(conf_int(conf, "most"), -5);
    assert_ok(conf_read(conf, S(""), S("f")));
    assert_ok(conf_read(conf, S("store =\n"), S("f")));
    assert_str(conf_text(conf, "store"), "");
}

static void all_faults_of_a_file_are_told_with_their_lines(void **state)
{
    (void)state;
    Conf *conf = conf_new(mem, keys, countof(keys));
    const Err *e =
        conf_read(conf,
                  S("store = a.db\nlisten\nlissen = x\nread-threads = 65\n\nquiet = maybe\n"
                    "store = b.db\nmost = 1.5\nlisten = \xff\n = x\nread-threads = 65 # no\n"),
                  S("gridward.conf"));
    assert_str(faults(e), "gridward.conf:2 conf-line;gridward.conf:3 conf-unknown;"
                          "gridward.conf:4 conf-value;gridward.conf:6 conf-value;"
                          "gridward.conf:7 conf-twice;gridward.conf:8 conf-value;"
                          "gridward.conf:9 conf-line;gridward.conf:10 conf-unknown;"
                          "gridward.conf:11 conf-twice;");
    Buf said = BUF(mem);
    err_text(e->next->next->next, LANG_EN, &said);
    assert_str(buf_str(&said), "\"read-threads\" cannot be \"65\"; expected 1..64");
    assert_null(conf_text(conf, "store").p); /* nothing of a bad file is set */
}

static void bad_words_and_variables_are_refused(void **state)
{
    (void)state;
    Conf *conf = conf_new(mem, keys, countof(keys));
    assert_err(conf_set(conf, CONF_COMMAND, S("lissen"), S("x")), CONF_UNKNOWN);
    assert_err(conf_set(conf, CONF_COMMAND, S("most"), S("6")), CONF_VALUE);
    assert_err(conf_set(conf, CONF_COMMAND, S("store"), S("\xff")), CONF_VALUE);
    /* Also when another source goes before. */
    assert_ok(conf_set(conf, CONF_COMMAND, S("most"), S("1")));
    assert_err(conf_set(conf, CONF_FILE, S("most"), S("6")), CONF_VALUE);
    static const char *const variables[] = {"GRIDWARD_MOST=6", "GRIDWARD_QUIET=on", NULL};
    assert_str(faults(conf_environment(conf, variables)),
               "GRIDWARD_MOST conf-value;GRIDWARD_QUIET conf-value;");
}

static void the_description_is_a_file_that_reads(void **state)
{
    (void)state;
    Buf out = BUF(mem);
    conf_describe(&out, LANG_EN, keys, 3);
    assert_str(buf_str(&out), "# Where to listen\n"
                              "# --listen, GRIDWARD_LISTEN (UTF-8)\n"
                              "listen = 127.0.0.1:8080\n\n"
                              "# The store\n"
                              "# --store, GRIDWARD_STORE (UTF-8)\n"
                              "# store = \n\n"
                              "# Threads that read\n"
                              "# --read-threads, GRIDWARD_READ_THREADS (1..64)\n"
                              "read-threads = 4\n");
    Buf all = BUF(mem);
    conf_describe(&all, LANG_ZH, keys, countof(keys));
    Conf *conf = conf_new(mem, keys, countof(keys));
    assert_ok(conf_read(conf, buf_str(&all), S("f")));
    assert_int_equal(conf_source(conf, "read-threads"), CONF_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_stand_until_something_is_set),
        cmocka_unit_test(flags_go_before_the_environment_and_that_before_the_file),
        cmocka_unit_test(files_have_comments_and_plain_values),
        cmocka_unit_test(all_faults_of_a_file_are_told_with_their_lines),
        cmocka_unit_test(bad_words_and_variables_are_refused),
        cmocka_unit_test(the_description_is_a_file_that_reads),
    };
    return cmocka_run_group_tests_name("conf", tests, begin, end);
}
