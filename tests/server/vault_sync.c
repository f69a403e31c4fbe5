/* SPDX-License-Identifier: Apache-2.0 */
/* vault_sync.c: preloaded into a server, it writes each sync below .files down in SHIM_LOG, and
 * lets it fail once SHIM_FAILS says so: "d" of folders, "f" of files. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fails(int fd)
{
    char link[40], path[4096], line[4200], which[8] = "";
    struct stat st;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0 || fstat(fd, &st) != 0) return 0;
    path[n] = 0;
    if (!strstr(path, ".files")) return 0;
    int log = open(getenv("SHIM_LOG"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    int size = snprintf(line, sizeof line, "%s\n", path);
    if (write(log, line, (size_t)size) != size) abort();
    close(log);
    int said = open(getenv("SHIM_FAILS"), O_RDONLY);
    if (said < 0) return 0;
    if (read(said, which, sizeof which - 1) < 0) abort();
    close(said);
    if ((*which == 'd') != S_ISDIR(st.st_mode)) return 0;
    errno = EIO;
    return 1;
}

int fsync(int fd)
{
    return fails(fd) ? -1 : ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd)
{
    return fails(fd) ? -1 : ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
