"""A broken document for every field of every document, made from the schemas floe prints: each is refused at its field.

The schema decides what is broken; jsonschema, which knows nothing of floe, has to agree. Hostile files of all kinds get a
diagnostic and never more than that.
"""

import functools
import json
import re
import subprocess

import jsonschema
import pytest
import yaml

from floe_command import BIN

FILES = {"manifest": "manifest.yaml", "product": "floe.yaml", "platform": "platform.yaml"}
VALID = {
    "manifest": {"apiVersion": "floe.dev/v1", "kind": "Manifest", "metadata": {"name": "a", "version": "1.0.0"}},
    "product": {"apiVersion": "floe.dev/v1", "kind": "DataProduct", "metadata": {"name": "a", "version": "1.0"},
                "platform": {"ref": "manifest.yaml"}},
    "platform": {"version": "1.1.0"},
}
# What fits the patterns there are.
WORDS = ["a", "1.0.0", "1.0", "2026-01-31", "https://a.example", "123456789012", "arn:aws:iam::123456789012:role/a", "raw.a", "P1D", "1h",
         "a@b.c", "sales", "gold_a", "5 4 * * *", "UTC"]


@functools.cache
def schema(kind):
    """Of floe.yaml the spelling with a head, whose fields are those of the others."""
    whole = json.loads(subprocess.run([BIN, "schema", kind], capture_output=True, text=True, check=True).stdout)
    return whole["else"]["then"] if kind == "product" else whole


def sample(node):
    """A value that the schema takes; the smallest."""
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return node["enum"][0]
    for choice in ("oneOf", "anyOf"):
        if choice in node:
            return sample(node[choice][0])
    kind = node.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        found = {key: sample(node["properties"][key]) for key in node.get("required", [])}
        extra = node.get("additionalProperties")
        return found or ({"a": sample(extra)} if isinstance(extra, dict) else {})
    if kind == "array":
        return [sample(node.get("items", {}))] * max(1, node.get("minItems", 0))
    if kind in ("integer", "number"):
        return max(node.get("minimum", 1), 1)
    if kind == "boolean":
        return True
    return next(word for word in WORDS if re.search(node.get("pattern", ""), word))


def kinds_of(node):
    """The JSON types a schema takes; None when it takes any."""
    for choice in ("oneOf", "anyOf"):
        if choice in node:
            each = [kinds_of(one) for one in node[choice]]
            return None if None in each else set().union(*each)
    if "enum" in node:
        return {"string"}
    kind = node.get("type")
    return None if kind is None else set(kind if isinstance(kind, list) else [kind])


def broken(node):
    """(what, value) for each way to break a value; the value is of no type, or outside of what its type may be."""
    kinds = kinds_of(node)
    if kinds is None:
        return
    if "object" not in kinds:
        yield "type", {"a": 1}
    elif "array" not in kinds and "string" not in kinds:
        yield "type", ["a"]
    if "enum" in node:
        yield "choice", "no-such-choice"
    if "pattern" in node:
        yield "pattern", next(text for text in ("\u00e4 b\u00df \u2603", "") if not re.search(node["pattern"], text))
    if "minimum" in node:
        yield "minimum", node["minimum"] - 1
    if "maximum" in node:
        yield "maximum", node["maximum"] + 1


def walk(node, place, path):
    """(path, what, document) of every broken document below a node; `place` puts a value where the node is."""
    for what, value in broken(node):
        yield path, what, place(value)
    variants = node.get("oneOf") or node.get("anyOf") or []
    for one in variants or [node]:
        if one.get("type") == "object" and "properties" in one:
            base = sample(one)
            if one.get("additionalProperties") is False:
                yield f"{path}.no_such_key" if path else "no_such_key", "key", place({**base, "no_such_key": 1})
            for key in one.get("required", []):
                if "const" not in one["properties"][key]:
                    yield f"{path}.{key}" if path else key, "missing", place({name: value for name, value in base.items() if name != key})
            for key, child in one["properties"].items():
                yield from walk(child, lambda value, key=key, base=base: place({**base, key: value}), f"{path}.{key}" if path else key)
        elif one.get("type") == "array":
            yield from walk(one.get("items", {}), lambda value: place([value]), f"{path}[0]")
        elif one.get("type") == "object" and isinstance(one.get("additionalProperties"), dict):
            yield from walk(one["additionalProperties"], lambda value: place({"a": value}), f"{path}.a")


def cases(kind):
    whole = schema(kind)
    for one in whole.get("oneOf", [whole]):
        for key, child in one["properties"].items():
            if key not in ("apiVersion", "kind", "scope"):
                yield from walk(child, lambda value, key=key: {**VALID[kind], key: value}, key)
        yield "no_such_key", "key", {**VALID[kind], "no_such_key": 1}


def compile_in(folder, *words):
    return subprocess.run([BIN, "-C", folder, "compile", "--platform-config", "platform.yaml", *words], capture_output=True, text=True,
                          errors="surrogateescape", timeout=120)


def write_documents(folder):
    for kind, name in FILES.items():
        (folder / name).write_text(json.dumps(VALID[kind]))


@pytest.mark.parametrize("kind", FILES)
def test_every_field(kind, tmp_path):
    write_documents(tmp_path)
    validator = jsonschema.Draft202012Validator(schema(kind))
    seen, wrong = set(), []
    for path, what, document in cases(kind):
        if (path, what) in seen:
            continue
        seen.add((path, what))
        if validator.is_valid(document):
            wrong.append(f"{path} ({what}): the schema takes it: {json.dumps(document)[:200]}")
            continue
        (tmp_path / FILES[kind]).write_text(yaml.safe_dump(document, allow_unicode=True))
        process = compile_in(tmp_path, "--error-format", "json")
        found = json.loads(process.stderr)["diagnostics"] if process.stderr.startswith("{") else []
        here = [one for one in found if one["address"] == path and one["labels"] and one["labels"][0]["span"]["file"] == FILES[kind]]
        if process.returncode not in (1, 2) or not here:  # 2: without its reference there is no platform
            wrong.append(f"{path} ({what}): exit {process.returncode}, {[(one['code'], one['address']) for one in found]} {process.stderr[:200]}")
    assert len(seen) > 40
    assert wrong == []


DEEP = 20_000
HOSTILE = {
    "nothing": b"", "a null byte": b"a: \0", "tabs": b"metadata:\n\tname: a\n", "invalid UTF-8": b"metadata: {name: \xff\xfe}\n",
    "a surrogate": b"a: \xed\xa0\x80\n", "deep lists": b"a: " + b"[" * DEEP, "deep mappings": b"{a: " * DEEP, "deep blocks": b"- " * DEEP,
    "closed deep lists": b"a: " + b"[" * DEEP + b"]" * DEEP, "an alias of itself": b"a: &a [*a]\n", "an unknown alias": b"a: *b\n",
    "many aliases": b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(b"%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n" % (
        (98 + i, 98 + i) + (97 + i,) * 9) for i in range(9)),
    "10 MB of text": b"metadata: {name: '" + b"a" * 10_000_000 + b"'}\n", "10 MB of keys": b"".join(b"k%d: 1\n" % i for i in range(900_000)),
    "an open quote": b"metadata: {name: \"a", "a tag": b"!!python/object/apply:os.system ['true']\n", "a list": b"- a\n", "a number": b"5\n",
    "two documents": b"a: 1\n---\nb: 2\n", "UTF-16": "metadata: {name: a}".encode("utf-16"),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("kind", FILES)
def test_hostile_files(kind, what, tmp_path):
    write_documents(tmp_path)
    (tmp_path / FILES[kind]).write_bytes(HOSTILE[what])
    process = compile_in(tmp_path, "--error-format", "concise")
    assert process.returncode in (1, 2), (process.returncode, process.stderr[:2000])
    assert re.search(rf"(?m)^{re.escape(FILES[kind])}(:\d+:\d+)?: error\[FLOE-E0[0-8]\d\d\]", process.stderr), process.stderr[:2000]
    assert len(process.stderr) < 1_000_000


@pytest.mark.parametrize("form", ["crlf", "bom", "crlf and bom"])
def test_files_of_other_systems(form, tmp_path):
    write_documents(tmp_path)
    for kind, name in FILES.items():
        text = yaml.safe_dump(VALID[kind])
        text = text.replace("\n", "\r\n") if "crlf" in form else text
        (tmp_path / name).write_bytes((b"\xef\xbb\xbf" if "bom" in form else b"") + text.encode())
    process = compile_in(tmp_path)
    assert (process.returncode, process.stderr) == (0, "")


def test_anchors_and_merges(tmp_path):
    write_documents(tmp_path)
    (tmp_path / "manifest.yaml").write_text(
        "metadata: &who {name: a, version: '1.0.0'}\ngovernance: {policies: [&one {name: a, type: max_transforms, action: warn, message: m, "
        "config: {threshold: 3}}, {<<: *one, name: b}]}\n")
    process = compile_in(tmp_path)
    assert process.returncode == 0, process.stderr
