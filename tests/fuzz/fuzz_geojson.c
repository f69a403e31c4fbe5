/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_geojson.c: any bytes as GeoJSON geometry and as stored text. What is taken must come
 * back the same from both forms, the check must end, and the index must agree with the book. */
#include "grid/locate.h"
#include "tiling.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(Arena *mem, const Outline *o)
{
    const Locate *l = locate_build(mem, o, 1);
    for (uint32_t k = 0; k < o->n; k++)
        for (uint32_t i = 0; i < o->rings[k].n && i < 100; i++) {
            Point p = o->rings[k].at[i], q = {p.lon / 2, p.lat / 2};
            assert(outline_has(o, p) == oracle_has(o, p));
            assert((locate_find(l, p) == 0) == oracle_has(o, p));
            assert((locate_find(l, q) == 0) == oracle_has(o, q));
        }
}

static void taken(Arena *mem, const Outline *o)
{
    Buf json = BUF(mem), text = BUF(mem), again = BUF(mem);
    Outline back;
    outline_write(&json, o);
    outline_encode(&text, o);
    const Json *tree;
    const Err *e = json_read(mem, buf_str(&json), &tree);
    assert(!e);
    e = outline_read(mem, tree, &back);
    assert(!e && outline_eq(o, &back));
    outline_write(&again, &back);
    assert(str_eq(buf_str(&json), buf_str(&again)));
    e = outline_decode(mem, buf_str(&text), &back);
    assert(!e && outline_eq(o, &back));
    assert(memcmp(&o->box, &back.box, sizeof o->box) == 0);
    e = outline_check(mem, o);
    if (!e) assert(outline_area2(o) > 0);
    Point label = outline_label(mem, o);
    assert(outline_distance(o, label) >= 0);
    compare(mem, o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *mem = arena_new(0);
    Str text = {(const char *)data, size};
    Outline o;
    const Json *tree;
    if (!json_read(mem, text, &tree) && !outline_read(mem, tree, &o)) taken(mem, &o);
    if (!outline_decode(mem, text, &o)) {
        Buf same = BUF(mem);
        outline_encode(&same, &o);
        assert(str_eq(text, buf_str(&same)));
        taken(mem, &o);
    }
    arena_free(mem);
    return 0;
}
