/* SPDX-License-Identifier: Apache-2.0 */
/* address.c: addresses and networks as text and bytes; libc's inet_pton reads what is between
 * the brackets. */
#include "base/address.h"

#include <arpa/inet.h>

static const unsigned char v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

static bool is_v4(const Address *a)
{
    return memcmp(a->b, v4_prefix, sizeof v4_prefix) == 0;
}

/* Without brackets and port: "[::1]:80", "[::1]", "1.2.3.4:80"; "::1" is as it is. */
static Str bare(Str text)
{
    Str head, rest;
    if (text.n && text.p[0] == '[') {
        if (!str_cut((Str){text.p + 1, text.n - 1}, ']', &head, &rest)) return text;
        return rest.n == 0 || rest.p[0] == ':' ? head : text;
    }
    if (str_cut(text, ':', &head, &rest) && str_find(rest, S(":")) == SIZE_MAX) return head;
    return text;
}

bool address_read(Str text, Address *out)
{
    char z[INET6_ADDRSTRLEN];
    Str host = bare(text);
    if (host.n == 0 || host.n >= sizeof z || memchr(host.p, 0, host.n)) return false;
    memcpy(z, host.p, host.n);
    z[host.n] = 0;
    Address a;
    memcpy(a.b, v4_prefix, sizeof v4_prefix);
    if (inet_pton(AF_INET, z, a.b + 12) != 1 && inet_pton(AF_INET6, z, a.b) != 1) return false;
    *out = a;
    return true;
}

void address_text(const Address *a, char *out)
{
    bool v4 = is_v4(a);
    inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? a->b + 12 : a->b, out, ADDRESS_TEXT);
}

void address_share(const Address *a, char *out)
{
    Address net = *a;
    if (!is_v4(a)) memset(net.b + 8, 0, 8);
    address_text(&net, out);
    if (!is_v4(a)) memcpy(out + strlen(out), "/64", 4);
}

/* Whether the first bits of both are the same. */
static bool prefix_same(const Address *a, const Address *b, int bits)
{
    size_t whole = (size_t)bits / 8;
    if (memcmp(a->b, b->b, whole) != 0) return false;
    unsigned mask = 0xff00U >> (bits % 8) & 0xff;
    return bits % 8 == 0 || ((a->b[whole] ^ b->b[whole]) & mask) == 0;
}

static bool network_read(Str text, Network *out)
{
    Str host, bits;
    int64_t most, n;
    bool masked = str_cut(text, '/', &host, &bits);
    if (!address_read(host, &out->base) || bare(host).n != host.n) return false;
    most = is_v4(&out->base) ? 32 : 128;
    n = most;
    if (masked && (!str_int(bits, &n) || n < 0 || n > most)) return false;
    out->bits = (int)(n + 128 - most);
    for (int i = out->bits; i < 128; i++) /* bits behind the prefix are a slip of the pen */
        if (out->base.b[i / 8] & 0x80U >> (i % 8)) return false;
    return true;
}

bool networks_read(Arena *mem, Str list, const Network **out, size_t *out_count)
{
    size_t most = 1, n = 0;
    for (size_t i = 0; i < list.n; i++)
        most += list.p[i] == ',';
    Network *all = arena_array(mem, Network, most);
    for (Str rest = list, piece; rest.p && str_trim(list).n;) {
        str_cut(rest, ',', &piece, &rest);
        if (!network_read(str_trim(piece), &all[n++])) return false;
    }
    *out = all;
    *out_count = n;
    return true;
}

bool networks_hold(const Network *all, size_t count, const Address *a)
{
    for (size_t i = 0; i < count; i++)
        if (prefix_same(&all[i].base, a, all[i].bits)) return true;
    return false;
}
