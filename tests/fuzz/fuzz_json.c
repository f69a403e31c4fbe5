/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_json.c: any bytes as JSON. What is read can be written, and reads again as the same. */
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *mem = arena_new(0);
    const Json *tree, *again;
    if (!json_read(mem, (Str){(const char *)data, size}, &tree)) {
        Str once = json_sorted(mem, tree);
        const Err *e = json_read(mem, once, &again);
        assert(!e);
        assert(str_eq(once, json_sorted(mem, again)));
        assert(again->kind == tree->kind || json_is_number(tree));
    }
    arena_free(mem);
    return 0;
}
