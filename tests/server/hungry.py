# SPDX-License-Identifier: Apache-2.0
"""Requests that could take memory, and how much a process holds: for the test of it and for bench/memory.py."""
import datetime
import re

V1 = "/api/v1"
POINT = {"lon": 109.06, "lat": 34.32}
JSON = {"Content-Type": "application/json"}
WORDS = {"with a word": "消防", "with a letter": "的", "with no such word": "没有这样的词"}
BODIES = {
    "many members": b'{"flow":"hazard","fields":{' + b",".join(b'"%04d":[]' % i for i in range(6500)) + b"}}",
    "many numbers": b'{"flow":"hazard","fields":{"a":[' + b"1," * 32000 + b"1]}}",
    "deep": b'{"flow":' + b"[" * 60000,
    "long text": b'{"flow":"hazard","fields":{"description":"' + b"a" * 60000 + b'"}}',
}
BATCHES = {  # of the megabyte that a batch may have
    "many numbers": b'{"acts":[' + b"1," * 500000 + b"1]}",
    "many keys": b'{"acts":[{' + b",".join(b'"%06d":1' % i for i in range(90000)) + b"}]}",
    "as many values as may be": b'{"acts":[' + b",".join([b"1"] * 49000) + b"," + b'"' + b"a" * 900000 + b'"]}',
}
LISTS = {
    "cases late": ("/cases", {"late": 1}), "cases of mine": ("/cases", {"duty": "me", "limit": 200}),
    "cases filed by me": ("/cases", {"filed": "me", "limit": 200}), "cases of no flow": ("/cases", {"flow": "none"}),
    "cases of a parent": ("/cases", {"parent": 1}), "cases counted": ("/cases/count", {}),
    "cases of a state counted": ("/cases/count", {"state": "closed"}), "subjects": ("/subjects", {"limit": 200}),
    "subjects with a word": ("/subjects", {"q": "公司", "limit": 200}), "subjects counted": ("/subjects/count", {}),
    "subjects with a digit counted": ("/subjects/count", {"q": "1"}), "subjects blind": ("/subjects", {"blind": 1}),
    "a long word": ("/subjects/count", {"q": "%" * 2000}), "points": ("/subjects/points", {}),
    "proposals": ("/proposals", {"limit": 200}), "proposals refused": ("/proposals", {"state": "refused"}),
    "notices": ("/notices", {"limit": 200}), "blind spots": ("/blindspots", {"limit": 200}), "map": ("/map", {}),
    "areas": ("/areas", {"limit": 200}), "departments": ("/departments", {"limit": 200}), "seats": ("/seats", {"limit": 200}),
    "persons": ("/persons", {"limit": 200}), "flows": ("/flows", {}), "codes": ("/codes/industry", {}), "locate": ("/locate", POINT),
}


def held(pid, what="VmRSS"):
    """kB of a process."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return int(re.search(what + r":\s+(\d+)", status.read()).group(1))


def peak(pid, ask):
    """kB by which a process grew at most while ask ran, with nobody else asking."""
    with open(f"/proc/{pid}/clear_refs", "w", encoding="utf-8") as refs:
        refs.write("5")
    before = held(pid)
    ask()
    return held(pid, "VmHWM") - before


def requests(client):
    """{what: ask}. What is asked for by id is what the client sees first."""
    see = lambda path, **query: lambda: client.get(V1 + path, **query)
    send = lambda path, raw: lambda: client.send("POST", V1 + path, raw=raw, headers=JSON)
    me = client.get(V1 + "/me").json
    root, today = me["region"]["id"], datetime.datetime.fromisoformat(me["now"])
    before = lambda days: (today - datetime.timedelta(days=days)).isoformat()
    asked = {what: see(path, **query) for what, (path, query) in LISTS.items()}
    for what, word in WORDS.items():
        asked[f"cases {what}"] = see("/cases", q=word, limit=200)
        asked[f"cases {what} counted"] = see("/cases/count", q=word)
    for what, state in (("", None), (" open", 1), (" ended", 0)):
        asked["cases" + what] = see("/cases", open=state, limit=200)
        asked[f"cases{what} of the region counted"] = see("/cases/count", open=state, area=root)
    for days in (7, 40, 180):
        asked[f"map {days} days ago"] = see("/map", asof=before(days))
        asked[f"blind spots {days} days ago"] = see("/blindspots", asof=before(days))
    for part in ("", "/children", "/outline", "/outlines", "/duty"):
        asked["area" + part] = see(f"/areas/{root}{part}")
    for noun, query, parts in (("cases", {"open": 1}, ("", "/moves", "/ledger", "/sights", "/papers")), ("cases", {"open": 0}, ("", "/ledger")),
                               ("subjects", {}, ("", "/ledger")), ("seats", {}, ("", "/shifts"))):
        for one in client.get(f"{V1}/{noun}", limit=1, **query).json["items"]:
            for part in parts:
                asked[f"one of {noun} {query or ''}{part}"] = see(f"/{noun}/{one['id']}{part}")
    for what, body in BATCHES.items():
        asked[f"a batch of {what}"] = send("/batch", body)
    for what, body in BODIES.items():
        for path in ("/preview", "/cases", "/subjects"):
            asked[f"a body {what} to {path}"] = send(path, body)
    asked["many parameters"] = see("/cases?" + "&".join(f"{i:x}" for i in range(200)))
    return asked
