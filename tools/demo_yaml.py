# SPDX-License-Identifier: Apache-2.0
"""Read the plain YAML that the demo's definitions are written in, with nothing but the standard library.

Understood: block maps and lists by indentation; flow maps and lists; plain and "quoted" scalars;
comments; a flow collection may run over lines. Every scalar is text. Anything else (anchors, tags, several documents, folded text) is refused.
"""
import csv
import os
import re

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\[\]{},:"\s](?:[^\[\]{},:]|:(?! ))*)')


class Fault(Exception):
    pass


def load(path):
    with open(path, encoding="utf-8") as f:
        lines = joined([(n, len(t) - len(t.lstrip()), t.strip()) for n, t in enumerate(map(bare, f), 1) if t.strip()])
    try:
        value, rest = block(lines, lines[0][1])
    except Fault as fault:
        raise SystemExit(f"{path}:{fault}")
    if rest:
        raise SystemExit(f"{path}:{rest[0][0]}: unexpected indentation")
    return value


def bare(line):
    """The line without its comment."""
    quoted = False
    for i, c in enumerate(line):
        if c == '"':
            quoted = not quoted
        elif c == "#" and not quoted and (i == 0 or line[i - 1] in " \t"):
            return line[:i].rstrip()
    return line.rstrip()


def joined(lines):
    """The lines, those of one flow collection made into one."""
    out, depth = [], 0
    for n, indent, text in lines:
        if depth:
            out[-1] = (*out[-1][:2], out[-1][2] + " " + text)
        else:
            out.append((n, indent, text))
        plain = re.sub(r'"[^"]*"', "", text)
        depth += sum(plain.count(c) for c in "[{") - sum(plain.count(c) for c in "]}")
    return out


def block(lines, indent):
    """A block list or map whose items stand at this indentation; (value, lines behind it)."""
    if lines[0][2].startswith("- "):
        out = []
        while lines and lines[0][1] == indent and lines[0][2].startswith("- "):
            n, _, text = lines[0]
            text = text[2:].strip()
            if re.match(r"[^\s{\[\"]+:( |$)", text):                     # - key: value
                inner = [(n, indent + 2, text)] + lines[1:]
                value, lines = block(inner, indent + 2)
            else:
                value, lines = scalar(n, text), lines[1:]
            out.append(value)
        return out, lines
    out = {}
    while lines and lines[0][1] == indent and not lines[0][2].startswith("- "):
        n, _, text = lines[0]
        key, colon, rest = text.partition(":")
        if not colon or key.strip('"') in out:
            raise Fault(f"{n}: a key, once, and a colon expected")
        lines = lines[1:]
        if rest.strip():
            out[key.strip('"')] = scalar(n, rest.strip())
        elif lines and lines[0][1] > indent:
            if lines[0][2][0] in "{[":
                out[key.strip('"')], lines = scalar(lines[0][0], lines[0][2]), lines[1:]
            else:
                out[key.strip('"')], lines = block(lines, lines[0][1])
        else:
            out[key.strip('"')] = ""
    return out, lines


def scalar(n, text):
    """A one-line value: flow list, flow map, quoted or plain text."""
    if text[0] not in '[{"':
        if text[0] in "&*!|>%@`" or ": " in text:
            raise Fault(f"{n}: {text}: not understood")
        return text
    tokens = TOKEN.findall(text)
    value, rest = flow(n, tokens)
    if rest:
        raise Fault(f"{n}: {rest[0]} is too much")
    return value


def flow(n, tokens):
    if not tokens:
        raise Fault(f"{n}: a value expected")
    head, tokens = tokens[0].strip(), tokens[1:]
    if head == "[":
        out = []
        while tokens and tokens[0] != "]":
            value, tokens = flow(n, tokens)
            out.append(value)
            tokens = comma(n, tokens, "]")
        return out, tokens[1:]
    if head == "{":
        out = {}
        while tokens and tokens[0] != "}":
            key, tokens = flow(n, tokens)
            if not tokens or tokens[0] != ":" or key in out:
                raise Fault(f"{n}: {key}: a key, once, and a colon expected")
            out[key], tokens = flow(n, tokens[1:])
            tokens = comma(n, tokens, "}")
        return out, tokens[1:]
    if head in "]},:":
        raise Fault(f"{n}: {head} is out of place")
    return (head[1:-1] if head[0] == '"' else head), tokens


def comma(n, tokens, end):
    if tokens and tokens[0] == ",":
        return tokens[1:]
    if not tokens or tokens[0] != end:
        raise Fault(f"{n}: , or {end} expected")
    return tokens


def rest_days():
    """Whether a day is off, by the published calendar in data/; where none is published, Saturday and Sunday."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/calendar/cn_holidays.csv")
    with open(path, encoding="utf-8") as f:
        listed = {r["date"]: r["is_off_day"] == "1" for r in csv.DictReader(f)}
    return lambda day: listed.get(str(day), day.weekday() >= 5)
