/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budget.h: how much one request may look at. What reads as far as history reaches (a list, a
 * count, a search, the map of a day) takes from it before each thing that it looks at, stops
 * when nothing is left, and says so: a count counts "at least", a list is "partial" and goes on
 * from where it stopped. The unit is one thing that lies in memory, about a fifth of a
 * microsecond; so that the same request is cut at the same place on any machine, no clock is
 * asked.
 */
#ifndef BASE_BUDGET_H
#define BASE_BUDGET_H

#include "base/base.h"

#define BUDGET_MOST  5000000 /* of a request, unless the house is told otherwise: a second */
#define BUDGET_ROW   10      /* a row of an index */
#define BUDGET_WHOLE 50      /* a whole one, and its JSON */

typedef struct {
    int64_t most, spent;
    bool cut; /* something was not looked at */
} Budget;

/* What was looked at in any case. A budget that is NULL has no end, here and below. */
static inline void budget_spend(Budget *budget, int64_t cost)
{
    if (budget) budget->spent += cost;
}

/* Before the next thing is looked at: false, and cut, when nothing is left. The first is always
 * given, so that who comes again from where it stopped gets on. */
static inline bool budget_take(Budget *budget, int64_t cost)
{
    if (budget && budget->spent >= budget->most) budget->cut = true;
    budget_spend(budget, cost);
    return !budget || !budget->cut;
}

#endif
