/* SPDX-License-Identifier: Apache-2.0 */
/* app_syslog.c: the heads told to syslog(3). A file of its own: log.h and syslog.h claim the
 * same names. */
#include <syslog.h>

#include "app/app.h"
#include "base/time.h"

static const WitnessHead *head_of(const Witness *w, int64_t region)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->heads[i].region == region) return &w->heads[i];
    return NULL;
}

void heads_syslog(const Witness *before, const Witness *now, Arena *mem)
{
    for (size_t i = 0; i < now->count; i++) {
        const WitnessHead *h = &now->heads[i], *old = head_of(before, h->region);
        if (old && old->no == h->no && str_eq(old->chain, h->chain)) continue;
        Buf line = BUF(mem);
        buf_fmt(&line, "region=%lld no=%lld chain=", (long long)h->region, (long long)h->no);
        buf_hex(&line, h->chain.p, h->chain.n);
        buf_add(&line, S(" at="));
        instant_print(&line, now->at);
        syslog(LOG_DAEMON | LOG_NOTICE, "gridward %.*s", STR(buf_str(&line)));
    }
}
