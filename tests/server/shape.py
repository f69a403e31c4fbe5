# SPDX-License-Identifier: Apache-2.0
"""Holds an answer against its shape in the server's own OpenAPI document: as much of JSON Schema as that uses."""
KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_kind(value, kind):
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


def faults(document, schema, value, at=""):
    """What does not fit, as sentences; nothing: it fits."""
    if "$ref" in schema:
        schema_of = document
        for step in schema["$ref"].split("/")[1:]:
            schema_of = schema_of[step]
        return faults(document, schema_of, value, at)
    if "anyOf" in schema:
        tried = [faults(document, one, value, at) for one in schema["anyOf"]]
        return [] if any(not t for t in tried) else min(tried, key=len)
    if "type" in schema and not is_kind(value, schema["type"]):
        return [f"{at}: {value!r} is no {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is none of {schema['enum']}"]
    found = []
    if isinstance(value, dict) and "properties" in schema:
        found += [f"{at}.{name} is missing" for name in schema.get("required", []) if name not in value]
        for name, member in value.items():
            if name in schema["properties"]:
                found += faults(document, schema["properties"][name], member, f"{at}.{name}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{at}.{name} is not in the description")
    if isinstance(value, list):
        for i, item in enumerate(value):
            found += faults(document, schema.get("items", {}), item, f"{at}[{i}]")
    return found


def operation(document, method, path):
    """The operation of a concrete path: of several that fit the one with the fewest parameters; None: there is none."""
    steps = path.split("?")[0].split("/")
    fits = []
    for pattern in document["paths"]:
        wanted = pattern.split("/")
        if len(wanted) == len(steps) and all(w == s or (w.startswith("{") and s) for w, s in zip(wanted, steps)):
            if method.lower() in document["paths"][pattern]:
                fits.append((pattern.count("{"), pattern))
    return document["paths"][min(fits)[1]][method.lower()] if fits else None


# What the wire itself is answered, whatever the address: too slow, too large a head, an unknown coding.
WIRE = (408, 431, 501)


def answer_faults(document, method, path, answer):
    """What of an answer is not as the document says: its status, its type, its body."""
    described = operation(document, method, path)
    if not described or answer.status in WIRE:
        return []
    said = described["responses"]
    if str(answer.status) not in said:
        return [f"{method} {path}: {answer.status} is not described ({', '.join(sorted(said))})"]
    described = said[str(answer.status)]
    if "$ref" in described:
        described = document["components"]["responses"][described["$ref"].split("/")[-1]]
    if "content" not in described:
        return [f"{method} {path}: {answer.status} has a body"] if answer.bytes else []
    kind = (answer.header("Content-Type") or "").split(";")[0]
    if kind not in described["content"] and "*/*" not in described["content"]:
        return [f"{method} {path}: {kind} is not described"]
    if kind not in described["content"] or not kind.endswith("json"):
        return []
    return faults(document, described["content"][kind]["schema"], answer.json, f"{method} {path}")
