/* SPDX-License-Identifier: Apache-2.0 */
/*
 * datum.h: which earth a coordinate is measured on. The house keeps WGS84; CGCS2000 differs
 * from it by less than a decimetre and is taken as the same; GCJ02 is the shifted map of
 * Chinese consumer services (100 to 700 m away). Turning GCJ02 back is an operator's act, with
 * a reason; this file only knows how.
 */
#ifndef BASE_DATUM_H
#define BASE_DATUM_H

#include "base/geo.h"

typedef enum { DATUM_WGS84, DATUM_CGCS2000, DATUM_GCJ02 } Datum;

extern const Err DATUM_UNKNOWN; /* "datum": none of the three names */

/* WGS84, CGCS2000 or GCJ02; case and dashes do not matter. DATUM_UNKNOWN. */
MUST const Err *datum_parse(Str name, Datum *out);
MUST const char *datum_name(Datum datum);

/* Between a datum and WGS84. GCJ02 forward is the published formula (eviltransform,
 * https://github.com/googollee/eviltransform, MIT; first seen in emq and on4wp7 in 2010–2013);
 * back is its inverse by iteration, not the usual approximation: going there and back again
 * ends within one grid unit. Points outside the formula's box of China are left as they are. */
MUST Point point_to_wgs84(Point p, Datum from);
MUST Point point_from_wgs84(Point p, Datum to);
/* Corner by corner, so that shared borders stay shared. OUTLINE_SHORT or OUTLINE_FLAT when a
 * ring of a few cm collapses. */
MUST const Err *outline_to_wgs84(Arena *mem, const Outline *o, Datum from, Outline *out);

#endif
