/* SPDX-License-Identifier: Apache-2.0 */
/* describe.c: commands that print the interface, the errors, the settings and the roles from their tables. */
#include "grid/scope.h"
#include "main/commands.h"
#include "web/openapi.h"

static int print(const Buf *b)
{
    fwrite(b->p, 1, b->n, stdout);
    return fflush(stdout) ? EXIT_REFUSED : EXIT_FINE;
}

static int describe_routes(const Args *args)
{
    Buf b = BUF(args->mem);
    routes_describe(&b, args_lang());
    return print(&b);
}

static int describe_openapi(const Args *args)
{
    Buf b = BUF(args->mem);
    JsonOut w = JSON_OUT(&b);
    json_t *document;
    openapi_json(&w);
    if (json_read(args->mem, buf_str(&b), &document)) return EXIT_REFUSED;
    /* in lines, for docs/openapi.json, so that a change can be read */
    if (json_dumpf(document, stdout, JSON_INDENT(1)) || putchar('\n') == EOF) return EXIT_REFUSED;
    return fflush(stdout) ? EXIT_REFUSED : EXIT_FINE;
}

static int describe_errors(const Args *args)
{
    Buf b = BUF(args->mem);
    errors_describe(&b);
    return print(&b);
}

static int describe_config(const Args *args)
{
    Buf b = BUF(args->mem);
    conf_describe(&b, args_lang(), serve_commands[0].options, serve_commands[0].option_count);
    return print(&b);
}

static int describe_roles(const Args *args)
{
    Buf b = BUF(args->mem);
    scope_describe(&b, args_lang());
    return print(&b);
}

const Command describe_commands[] = {
    {"describe routes", "", 0, 0, .help = "print the routes of the HTTP interface", .run = describe_routes},
    {"describe openapi", "", 0, 0, .help = "print the HTTP interface as OpenAPI 3.1", .run = describe_openapi},
    {"describe errors", "", 0, 0, .help = "print every error: status, code, sentence", .run = describe_errors},
    {"describe config", "", 0, 0, .help = "print the settings of serve as a file", .run = describe_config},
    {"describe roles", "", 0, 0, .help = "print what each role sees and does", .run = describe_roles},
};
const size_t describe_command_count = countof(describe_commands);
