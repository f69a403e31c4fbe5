/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_media.c: any bytes as a file. No header reads past its end, and what is a picture has a
 * size. */
#include "base/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t pixels;
    const char *type = media_type((Str){(const char *)data, size}, &pixels);
    bool picture = type && strncmp(type, "image/", 6) == 0;
    assert(picture == (pixels > 0));
    return 0;
}
