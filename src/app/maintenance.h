/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maintenance.h: what a running house does for itself beside the sweep of cases: each minute
 * sessions are written back, the heads of the ledger witnessed and files looked through that no
 * entry names; each day the security log is trimmed to what must be kept, and subjects that
 * nobody has seen for long are asked about.
 */
#ifndef APP_MAINTENANCE_H
#define APP_MAINTENANCE_H

#include <stdatomic.h>

#include "app/app.h"

typedef struct {
    _Atomic(Instant) daily;     /* when the daily work was last done; 0: not since the start */
    _Atomic(Instant) asked;     /* when subjects were last asked about, by the ledger's clock */
    _Atomic(Instant) witnessed; /* when upkeep_clock last witnessed the heads, likewise */
    unsigned folder;            /* of the vault, which is looked at next */
    bool still;                 /* the ledger's clock is a test's: who moves it looks at it */
} Upkeep;

/* What is due by a clock that is a test's and was moved: the witness once a minute of it,
 * asking about subjects that nobody has seen for long once a day; files that no entry has named
 * for a week go, however long it takes. */
void upkeep_clock(Upkeep *upkeep, House *house);
/* Once a minute, from a thread that may wait. Faults are logged. */
void upkeep_minute(Upkeep *upkeep, House *house);

#endif
