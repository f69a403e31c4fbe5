/* SPDX-License-Identifier: Apache-2.0 */
/* embedded.c: looks into the table that tools/embed.py makes. */
#include "def/embedded.h"

Str seed_text(Str path)
{
    for (size_t i = 0; i < seed_files_count; i++)
        if (str_is(path, seed_files[i].path))
            return (Str){seed_files[i].start,
                         (size_t)(seed_files[i].end - seed_files[i].start)};
    return STR_NULL;
}

Str seed_name(const SeedFile *file)
{
    const char *slash = strrchr(file->path, '/');
    const char *from = slash ? slash + 1 : file->path;
    return (Str){from, strcspn(from, ".")};
}

bool seed_is(const SeedFile *file, const char *folder, const char *suffix)
{
    Str path = str(file->path),
        rest = {file->path + strlen(folder), strlen(file->path) - strlen(folder)};
    return str_starts(path, str(folder)) && str_ends(path, str(suffix)) &&
           str_find(rest, S("/")) == SIZE_MAX;
}
