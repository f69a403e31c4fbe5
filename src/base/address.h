/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.h: addresses of the net, networks of them, and which address counts as one client.
 * An IPv4 address is its IPv6 form ::ffff:a.b.c.d, so that there is one kind of address.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/str.h"

typedef struct {
    unsigned char b[16];
} Address;

typedef struct {
    Address base;
    int bits; /* of the IPv6 form: 96 more than an IPv4 network says */
} Network;

#define ADDRESS_TEXT 56 /* room for the text of an address or a share, with its NUL byte */

/* "127.0.0.1", "2001:db8::1", also "[2001:db8::1]" and either with ":port" behind. */
MUST bool address_read(Str text, Address *out);
/* "127.0.0.1" or "2001:db8::1"; out has ADDRESS_TEXT bytes. */
void address_text(const Address *a, char *out);
/* What counts as one client: an IPv4 address, the /64 network of an IPv6 address, since one
 * household or phone is given so many ("2001:db8:1:2::/64"). out has ADDRESS_TEXT bytes. */
void address_share(const Address *a, char *out);
/* "10.0.0.0/8, 2001:db8::/32, 127.0.0.1": false when one is none, or has bits behind its
 * prefix. "" is no network. */
MUST bool networks_read(Arena *mem, Str list, const Network **out, size_t *out_count);
MUST bool networks_hold(const Network *all, size_t count, const Address *a);

#endif
