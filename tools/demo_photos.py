#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draw the neutral pictures of the demo, seven pairs of before and after, each marked 示例.

    tools/demo_photos.py            writes defs/demo/photos/NAME-before.png and NAME-after.png

Run by hand; the output is committed. No faces, no number plates, no place that exists.
"""
import os
import struct
import zlib

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../defs/demo/photos/")
W, H = 400, 300
PAINT = {"wall": (222, 217, 206), "floor": (168, 160, 148), "dark": (62, 64, 70), "steel": (150, 156, 164),
         "light": (240, 240, 236), "red": (190, 52, 44), "green": (48, 138, 84), "yellow": (236, 190, 60),
         "orange": (224, 126, 48), "blue": (66, 110, 160), "brown": (166, 124, 82), "box": (196, 154, 104),
         "black": (30, 30, 32), "pit": (96, 78, 62), "glass": (176, 206, 222), "flame": (90, 150, 220)}
NAMES = list(PAINT)
# 示例 and its frame, as strokes on a field of 20 by 20 each
SIGN = [[(4, 4, 16, 4)], [(2, 9, 18, 9)], [(10, 9, 10, 18), (10, 18, 7, 17)], [(6, 12, 3, 16)], [(14, 12, 17, 16)]]
EXAMPLE = [[(5, 3, 2, 9)], [(4, 7, 4, 18)], [(7, 4, 13, 4)], [(10, 4, 7, 11)], [(9, 7, 12, 7), (12, 7, 7, 18)],
           [(9, 11, 11, 13)], [(15, 5, 15, 13)], [(18, 3, 18, 18), (18, 18, 16, 17)]]


class Picture:
    def __init__(self, ground="wall"):
        self.dots = [bytearray([NAMES.index(ground)]) * W for _ in range(H)]

    def poly(self, colour, *points):
        n = NAMES.index(colour)
        for y in range(max(0, int(min(p[1] for p in points))), min(H, int(max(p[1] for p in points)) + 1)):
            xs = []
            for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1]):
                if (y1 > y + .5) != (y2 > y + .5):
                    xs.append(x1 + (y + .5 - y1) * (x2 - x1) / (y2 - y1))
            xs.sort()
            for a, b in zip(xs[::2], xs[1::2]):
                a, b = max(0, round(a)), min(W, round(b))
                self.dots[y][a:b] = bytes([n]) * max(0, b - a)

    def rect(self, colour, x, y, w, h):
        self.poly(colour, (x, y), (x + w, y), (x + w, y + h), (x, y + h))

    def disc(self, colour, x, y, r):
        self.poly(colour, *[(x + r * c, y + r * s) for c, s in ROUND])

    def ring(self, colour, inner, x, y, r, thick):
        self.disc(colour, x, y, r)
        self.disc(inner, x, y, r - thick)

    def line(self, colour, thick, *points):
        for (x1, y1), (x2, y2) in zip(points, points[1:]):
            d = max(1e-9, ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** .5)
            ox, oy = (y1 - y2) / d * thick / 2, (x2 - x1) / d * thick / 2
            self.poly(colour, (x1 + ox, y1 + oy), (x2 + ox, y2 + oy), (x2 - ox, y2 - oy), (x1 - ox, y1 - oy))
        for x, y in points:
            self.disc(colour, x, y, thick / 2)

    def mark(self):
        self.rect("light", W - 78, H - 44, 70, 36)
        self.line("red", 2, (W - 78, H - 44), (W - 8, H - 44), (W - 8, H - 8), (W - 78, H - 8), (W - 78, H - 44))
        for strokes, left in ((SIGN, W - 76), (EXAMPLE, W - 44)):
            for stroke in strokes:
                for x1, y1, x2, y2 in stroke:
                    self.line("red", 2.6, (left + x1 * 1.6, H - 43 + y1 * 1.6), (left + x2 * 1.6, H - 43 + y2 * 1.6))

    def save(self, name):
        self.mark()
        rows = b"".join(b"\0" + bytes(row) for row in self.dots)
        palette = b"".join(bytes(c) for c in PAINT.values())
        part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        with open(HERE + name + ".png", "wb") as f:
            f.write(b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", W, H, 8, 3, 0, 0, 0)) +
                    part(b"PLTE", palette) + part(b"IDAT", zlib.compress(rows, 9)) + part(b"IEND", b""))


ROUND = [(1, 0), (.966, .259), (.866, .5), (.707, .707), (.5, .866), (.259, .966), (0, 1), (-.259, .966), (-.5, .866),
         (-.707, .707), (-.866, .5), (-.966, .259), (-1, 0), (-.966, -.259), (-.866, -.5), (-.707, -.707), (-.5, -.866),
         (-.259, -.966), (0, -1), (.259, -.966), (.5, -.866), (.707, -.707), (.866, -.5), (.966, -.259)]


def room():
    p = Picture()
    p.rect("floor", 0, 210, W, 90)
    p.rect("dark", 0, 206, W, 4)
    return p


def corridor():
    p = Picture("wall")
    p.poly("floor", (0, 300), (400, 300), (270, 190), (130, 190))
    p.poly("light", (0, 0), (400, 0), (270, 60), (130, 60))
    p.rect("steel", 130, 60, 140, 130)
    p.rect("dark", 160, 84, 80, 106)
    p.rect("steel", 164, 88, 34, 102)
    p.rect("steel", 202, 88, 34, 102)
    p.rect("black", 168, 136, 64, 5)
    p.rect("green", 168, 64, 64, 16)
    p.line("light", 3, (182, 72), (216, 72))
    p.poly("light", (214, 67), (224, 72), (214, 77))
    return p


def exit_way(after):
    p = corridor()
    if after:
        p.poly("yellow", (60, 300), (70, 300), (152, 190), (147, 190))
        p.poly("yellow", (340, 300), (330, 300), (248, 190), (253, 190))
        return p
    for x, y, w in ((96, 196, 74), (176, 206, 82), (120, 150, 66), (196, 160, 58), (244, 214, 70), (110, 246, 96)):
        p.rect("box", x, y, w, w * .62)
        p.rect("brown", x + w * .44, y, w * .12, w * .62)
        p.line("dark", 1, (x, y), (x + w, y), (x + w, y + w * .62), (x, y + w * .62), (x, y))
    return p


def extinguisher(after):
    p = room()
    for x in (120, 230):
        p.rect("dark", x + 14, 66, 26, 12)
        p.line("black", 7, (x + 40, 72), (x + 66, 96), (x + 62, 150))
        p.rect("red", x, 96, 54, 132)
        p.disc("red", x + 27, 98, 27)
        p.rect("light", x + 8, 140, 38, 46)
        p.ring("black", "light", x + 27, 108, 15, 2)
        p.poly("green" if after else "red", (x + 27, 108), (x + 19, 97), (x + 35, 97))
        p.line("black", 2, (x + 27, 108), (x + 27, 96) if after else (x + 16, 112))
        for k in range(3):
            p.line("blue" if after else "steel", 2, (x + 13, 150 + 11 * k), (x + 41, 150 + 11 * k))
        if not after:
            p.line("dark", 1, (x + 4, 200), (x + 50, 214))
            p.line("dark", 1, (x + 10, 220), (x + 44, 196))
    return p


def wiring(after):
    p = room()
    p.rect("light", 60, 60, 48, 48)
    for x, y in ((76, 78), (92, 78), (84, 92)):
        p.rect("black", x - 2, y - 4, 4, 8)
    if after:
        p.rect("steel", 180, 40, 130, 100)
        p.rect("light", 186, 46, 118, 88)
        for k in range(5):
            p.rect("dark", 196 + 21 * k, 74, 15, 34)
            p.rect("green", 200 + 21 * k, 80, 7, 8)
        p.line("steel", 8, (108, 84), (180, 84))
        p.line("steel", 8, (245, 140), (245, 206))
        return p
    p.line("black", 4, (84, 108), (84, 150), (150, 190), (128, 226), (190, 236))
    for x, y in ((190, 226), (276, 250)):
        p.rect("light", x, y, 84, 20)
        for k in range(4):
            p.rect("black", x + 9 + 19 * k, y + 7, 8, 6)
    p.line("black", 4, (200, 232), (168, 262), (240, 278), (280, 262))
    p.line("orange", 4, (232, 234), (270, 180), (310, 170), (318, 120))
    p.line("blue", 4, (252, 234), (226, 186), (160, 214), (120, 276))
    p.rect("dark", 296, 70, 60, 56)
    for k in range(4):
        p.line("orange", 4, (302, 80 + 12 * k), (350, 80 + 12 * k))
    p.disc("brown", 196, 238, 9)
    return p


def gas(after):
    p = room()
    p.rect("steel", 40, 120, 190, 18)
    p.rect("dark", 50, 138, 170, 72)
    for x in (90, 180):
        p.rect("black", x - 24, 112, 48, 8)
        for k in (-14, -4, 6):
            p.poly("flame", (x + k, 112), (x + k + 4, 98), (x + k + 8, 112))
    if after:
        p.line("steel", 8, (222, 180), (300, 180), (300, 90))
        for k in range(9):
            p.line("light", 2, (226 + 8 * k, 176), (226 + 8 * k, 184))
        p.rect("yellow", 286, 60, 28, 34)
        p.line("red", 6, (284, 77), (316, 77))
        p.rect("light", 330, 60, 44, 40)
        p.disc("green", 352, 80, 7)
        return p
    p.rect("steel", 290, 150, 66, 100)
    p.disc("steel", 323, 152, 33)
    p.rect("dark", 312, 106, 22, 16)
    p.line("orange", 7, (222, 176), (250, 240), (276, 262), (262, 200), (284, 140), (312, 114))
    p.line("orange", 7, (262, 200), (236, 278))
    p.disc("black", 262, 200, 8)
    p.line("black", 2, (270, 252), (282, 262))
    return p


def bike(p, x, y):
    for dx in (0, 92):
        p.ring("black", "floor", x + dx, y, 25, 7)
    p.poly("blue", (x + 10, y - 14), (x + 30, y - 46), (x + 74, y - 46), (x + 88, y - 12), (x + 44, y - 6))
    p.line("dark", 5, (x + 88, y - 8), (x + 74, y - 74), (x + 60, y - 80))
    p.rect("black", x + 10, y - 58, 40, 11)


def charging(after):
    if not after:
        p = corridor()
        p.poly("floor", (0, 300), (400, 300), (330, 236), (60, 236))
        bike(p, 110, 262)
        p.line("orange", 4, (176, 212), (220, 150), (300, 120), (352, 40))
        p.rect("light", 338, 28, 40, 22)
        return p
    p = Picture("glass")
    p.rect("floor", 0, 220, W, 80)
    p.poly("steel", (20, 70), (380, 50), (380, 64), (20, 84))
    for x in (40, 200, 356):
        p.rect("dark", x, 64, 8, 160)
    p.rect("light", 232, 120, 60, 70)
    for k in range(3):
        p.disc("green", 246 + 16 * k, 140, 5)
        p.rect("dark", 242 + 16 * k, 156, 8, 14)
    bike(p, 80, 256)
    p.line("black", 4, (138, 204), (190, 190), (246, 170))
    p.rect("red", 306, 130, 26, 62)
    return p


def guard(after):
    p = Picture("glass")
    p.rect("brown", 0, 170, W, 130)
    p.poly("pit", (0, 214), (400, 196), (400, 300), (0, 300))
    for k in range(7):
        p.line("dark", 2, (0, 228 + 13 * k), (400, 212 + 14 * k))
    p.poly("floor", (0, 170), (400, 156), (400, 198), (0, 216))
    if after:
        for x in range(20, 400, 60):
            p.rect("dark", x, 104 - x / 30, 6, 100)
        for y in (112, 146):
            for k in range(16):
                p.line("red" if k % 2 else "light", 7, (k * 26, y - k * .9), (k * 26 + 24, y - k * .9 - .8))
        p.rect("yellow", 160, 116, 64, 46)
        p.poly("black", (192, 122), (212, 154), (172, 154))
        p.poly("yellow", (192, 132), (204, 150), (180, 150))
        return p
    p.line("steel", 5, (40, 196), (150, 206))
    p.rect("box", 300, 140, 46, 34)
    p.line("orange", 3, (250, 180), (280, 204), (330, 190))
    return p


def tidy(after):
    """Any other place: a bench and a shelf, in disorder and in order."""
    p = room()
    for y in (60, 110, 160):
        p.rect("brown", 230, y, 140, 8)
    p.rect("brown", 230, 40, 8, 170)
    p.rect("brown", 362, 40, 8, 170)
    p.rect("steel", 30, 140, 150, 12)
    for x in (38, 164):
        p.rect("dark", x, 152, 8, 90)
    if after:
        for x, y, colour in ((246, 34, "box"), (286, 34, "blue"), (322, 34, "box"), (246, 84, "green"), (290, 84, "box"),
                             (326, 84, "yellow"), (250, 134, "box"), (300, 134, "box")):
            p.rect(colour, x, y, 30, 26)
        p.rect("red", 196, 160, 20, 50)
        p.rect("black", 200, 150, 12, 10)
        p.line("light", 3, (50, 120), (50, 80), (150, 80), (150, 120), (50, 120))
        for k in range(3):
            p.line("blue", 2, (60, 92 + 10 * k), (140, 92 + 10 * k))
        return p
    for x, y, colour in ((40, 112, "box"), (84, 118, "yellow"), (120, 104, "box"), (210, 226, "box"), (262, 236, "green"),
                         (100, 250, "box"), (60, 258, "blue"), (250, 84, "box")):
        p.rect(colour, x, y, 36, 28)
    p.poly("box", (150, 232), (190, 222), (198, 254), (158, 262))
    p.line("black", 4, (20, 230), (70, 244), (60, 276), (140, 286), (210, 262))
    p.line("orange", 3, (300, 118), (330, 190), (280, 214), (250, 282))
    p.disc("pit", 140, 276, 22)
    return p


def main():
    os.makedirs(HERE, exist_ok=True)
    for name, draw in (("exit", exit_way), ("extinguisher", extinguisher), ("wiring", wiring), ("gas", gas),
                       ("charging", charging), ("guard", guard), ("tidy", tidy)):
        for after in (False, True):
            draw(after).save(f"{name}-{'after' if after else 'before'}")


if __name__ == "__main__":
    main()
