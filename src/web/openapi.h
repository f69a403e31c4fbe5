/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openapi.h: the interface described by itself: OpenAPI 3.1 from the table of routes, the
 * Column tables and the schemas of answers (openapi_schemas.c); routes and errors for people.
 */
#ifndef WEB_OPENAPI_H
#define WEB_OPENAPI_H

#include "web/web.h"

/* The whole document. */
void openapi_json(JsonOut *out);

/* The shape of an answer: members as "name type", parted by ";". A type is int, number, text,
 * bool, instant, date, object, any, value (of a definition's field) or the name of a shape;
 * [type] is a list, type? may be null, name? may be absent, "a|b" one of these texts, "* type"
 * further members. The shapes of nouns come from their descriptors.
 */
typedef struct {
    const char *name;
    const char *members;
} Shaped;
extern const Shaped openapi_shapes[];
extern const size_t openapi_shape_count;

/* A Markdown table of the routes. */
void routes_describe(Buf *out, Lang lang);
/* A Markdown table of all errors: code, status, sentence. */
void errors_describe(Buf *out);
extern const Err *const web_errors[];
extern const size_t web_error_count;

#endif
