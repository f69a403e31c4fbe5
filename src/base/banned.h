/* SPDX-License-Identifier: Apache-2.0 */
/*
 * banned.h: libc functions that do not compile here, each with a safe one of ours in str.h or
 * time.h: no unbounded copy, no hidden state, no number parsing without an error.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef sprintf /* glibc makes macros of these two for clang with _FORTIFY_SOURCE */
#undef vsprintf
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok strtok_r
#pragma GCC poison atoi atol atoll atof localtime localtime_r gmtime ctime asctime mktime
#pragma GCC poison rand srand

#endif
