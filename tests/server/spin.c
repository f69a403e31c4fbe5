/* SPDX-License-Identifier: Apache-2.0 */
/* spin.c: preloaded into a server, it looks without end for the line that begins with SPIN, as
 * if the reader of requests had a fault. */
#include <stddef.h>
#include <string.h>

void *memchr(const void *in, int c, size_t n)
{
    const unsigned char *p = in;
    int spins = c == '\n' && n >= 4 && p[0] == 'S' && p[1] == 'P' && p[2] == 'I' && p[3] == 'N';
    for (volatile int forever = spins; forever;)
        ;
    for (size_t i = 0; i < n; i++)
        if (p[i] == (unsigned char)c) return (void *)(p + i);
    return NULL;
}
