/* SPDX-License-Identifier: Apache-2.0 */
/* routes_describe.c: the routes for people, from their table. */
#include "web/openapi.h"

void routes_describe(Buf *out, Lang lang)
{
    static const char *const txs[] = {"", "read", "act", "slow"};
    buf_add(out, lang == LANG_EN ? S("| method | path | needs | how | what |\n")
                                 : S("| 方法 | 地址 | 权限 | 方式 | 作用 |\n"));
    buf_add(out, S("|---|---|---|---|---|\n"));
    size_t n;
    const Route *routes = web_routes(&n);
    for (size_t i = 0; i < n; i++) {
        const Route *r = &routes[i];
        const char *can = r->can & CAN_ANYONE    ? "-"
                          : r->can & CAN_SIGN_IN ? "sign-in"
                                                 : can_name((Can)r->can);
        buf_fmt(out, "| %s | `%s` | %s | %s | %s |\n", r->method, r->path, can, txs[r->tx],
                lang == LANG_EN ? r->en : r->zh);
    }
}
