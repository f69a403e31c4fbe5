/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.h: GET /api/v1/events: server-sent events that say what has changed, to those who may
 * see it, by id and kind alone: {"no":812,"kind":"case","id":…,"version":3}. Each event's id is
 * the no of its entry in the viewer's region, but for definitions, which are region 0's:
 * whoever comes back with Last-Event-ID gets what was missed from the ledger, or the event
 * "reset" when that is too much: load anew.
 *
 * One thread writes to all streams. It is told of acts by the ledger after their COMMIT and
 * asks, for each stream, whether its person sees the case now.
 */
#ifndef WEB_EVENTS_H
#define WEB_EVENTS_H

#include "web/web.h"

/* Listens to the ledger; lives in mem, which must outlive it. Errors: db_open's, STORE_THREADS.
 */
MUST const Err *events_start(Arena *mem, const WebConf *conf, Events **out);
/* Answers the call with a stream. CALL_SENT; HTTP_BUSY, HTTP_CROWDED. */
MUST const Err *events_open(Events *events, Call *call);
/* Ends the streams of a session that was ended. */
void events_leave(Events *events, Str token);
/* Ends the thread; before http stops, which ends the streams. */
void events_stop(Events *events);

#endif
