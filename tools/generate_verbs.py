#!/usr/bin/env python3
"""Writes what follows from the verbs of floe.h (floe_verbs of the build): the methods of floe.Project, the names in
floe-sys, and docs/reference/verbs.md; --check only compares (CI)."""

import argparse
import ctypes
import json
import pathlib
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "build/release/lib/libfloe-core.so.1"
WIDTH = 125  # of generated Python

PYTHON_HEADER = '''"""The verbs of floe.h as methods; written by tools/generate_verbs.py."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

from floe._answer import Answer

Path = Union[str, "os.PathLike[str]"]
Text = Union[str, int]
Words = Union[str, Iterable[str]]


def _text(value: Optional[Text]) -> Optional[str]:
    return None if value is None else str(value)


def _path(value: Optional[Path]) -> Optional[str]:
    return None if value is None else os.path.abspath(value)


def _words(value: Optional[Words]) -> Optional[List[str]]:
    if value is None:
        return None
    return [value] if isinstance(value, str) else list(value)


class Verbs:
    """One method for each verb; see docs/reference/verbs.md for what they answer."""

    def call(self, verb: str, request: Mapping[str, Any]) -> Answer:
        raise NotImplementedError
'''
HINTS = {"text": "Text", "path": "Path", "number": "int", "flag": "bool", "words": "Words", "mapping": "Mapping[str, Any]",
         "paths": "Iterable[Path]"}
RUST_HEADER = """//! The verbs of `floe/floe.h`: names for `floe_context_call`. Requests and answers: docs/reference/verbs.md. Written by
//! tools/generate_verbs.py.
use std::ffi::CStr;

const fn name(bytes: &'static [u8]) -> &'static CStr {
    // Checked when this crate is compiled.
    match CStr::from_bytes_with_nul(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a NUL inside"),
    }
}
"""
DOCS_HEADER = """# Verbs

What `floe` does, one section for each verb. The command line, `floe_context_call` of [floe.h](embedding.md), `floe::Project::call`
of `floe.hpp`, and the methods of `floe.Project` in [Python](../guides/python.md) take the same keys and give the same answer,
which `--output json` prints. A key that a verb does not take is refused. `floe_verbs` gives all of this as JSON Schema.

Relative paths start at the folder of the project's context (`-C`; in Python the current folder). A text that may also be something
else than a path (a platform: a manifest, its folder or `oci://`) starts at the folder of the context in Python, too; the `platform` of
`init` is written into the product, so it starts there. An empty text is refused wherever it stands.
"""


def load_verbs(path):
    library = ctypes.CDLL(str(path))
    library.floe_verbs.restype = ctypes.c_char_p
    return json.loads(library.floe_verbs(None))


def own_verbs(verbs):
    """Without those of groups that are like another one."""
    return [verb for verb in verbs["verbs"] if not verb["name"].startswith(("enterprise ", "domain "))]


def method_name(verb):
    return verb["name"].replace(" ", "_").replace("-", "_")


def kind_of(schema):
    kind = schema["type"]
    if isinstance(kind, list):
        return "paths" if schema.get("x-path") else "words"
    if kind == "string":
        return "path" if schema.get("x-path") else "text"
    return {"integer": "number", "boolean": "flag", "object": "mapping"}[kind]


def is_positional(schema):
    return bool(schema.get("x-flags")) and not schema["x-flags"].startswith("-")


# ---- Python


def python_value(key, kind):
    convert = {"text": f"_text({key})", "path": f"_path({key})", "words": f"_words({key})", "flag": f"{key} or None"}
    return convert.get(kind, key)


def parameters(request):
    """The signature behind `self`, and what each key of the request is given."""
    positional, named, values = [], [], []
    required = request.get("required", [])
    for key, schema in request["properties"].items():
        kind = kind_of(schema)
        if is_positional(schema) and kind in ("words", "paths"):
            element = "Path" if kind == "paths" else "str"
            positional.append(f"*{key}: {element}")
            values.append((key, f"[os.path.abspath(each) for each in {key}] or None" if kind == "paths" else f"list({key}) or None"))
            continue
        if key in required:
            declared = f"{key}: {HINTS[kind]}"
        elif kind == "flag":
            declared = f"{key}: bool = False"
        else:
            declared = f"{key}: Optional[{HINTS[kind]}] = None"
        (positional if is_positional(schema) else named).append(declared)
        values.append((key, python_value(key, kind)))
    has_star = any(one.startswith("*") for one in positional)
    return ["self", *positional, *([] if has_star or not named else ["*"]), *named], values


def wrapped(text, indent, first=""):
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent=first or indent, subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)


def filled(head, items, tail, indent):
    """Items with commas between them, broken only there."""
    lines = [head]
    for i, item in enumerate(items):
        piece = item + (tail if i + 1 == len(items) else ",")
        if len(lines[-1]) + len(piece) + 1 > WIDTH:
            lines.append(" " * indent + piece)
        else:
            lines[-1] += piece if lines[-1].endswith(("(", "{")) else " " + piece
    return "\n".join(lines) if items else head + tail


def docstring(verb):
    lines = [f'        """{verb["summary"][0].upper()}{verb["summary"][1:]}.']
    if verb["details"]:
        lines += ["", wrapped(verb["details"], " " * 8)]
    properties = verb["request"]["properties"]
    if properties:
        lines.append("")
    for key, schema in properties.items():
        lines.append(wrapped(f"{key}: {schema['description']}", " " * 12, " " * 8))
    if len(lines) == 1:
        return lines[0] + '"""'
    return "\n".join([*lines, '        """'])


def python_method(verb):
    declared, values = parameters(verb["request"])
    head = f"    def {method_name(verb)}("
    signature = filled(head, declared, ") -> Answer:", len(head))
    request = filled("        request: Dict[str, Any] = {", [f'"{key}": {value}' for key, value in values], "}", 12)
    return f'\n{signature}\n{docstring(verb)}\n{request}\n        return self.call("{verb["name"]}", request)\n'


def python_file(verbs):
    return PYTHON_HEADER + "".join(python_method(verb) for verb in own_verbs(verbs))


# ---- Rust


def rust_file(verbs):
    out = RUST_HEADER
    for verb in verbs["verbs"]:
        out += f'\n/// {verb["summary"][0].upper()}{verb["summary"][1:]}.\n'
        out += f'pub const {method_name(verb).upper()}: &CStr = name(b"{verb["name"]}\\0");\n'
    return out


# ---- reference


def type_text(schema):
    names = {"words": "list of texts", "paths": "list of paths", "mapping": "object", "flag": "true or false", "number": "number"}
    return names.get(kind_of(schema), kind_of(schema))


def cell(text):
    return " ".join(text.split()).replace("|", "\\|")


def request_table(request):
    if not request["properties"]:
        return "It takes no keys.\n"
    out = "| key | type | command line | |\n| --- | --- | --- | --- |\n"
    for key, schema in request["properties"].items():
        flags = schema.get("x-flags", "")
        shown = ", ".join(f"`{flag}`" for flag in flags.split(",")) if flags.startswith("-") else flags.upper()
        need = "required: " if key in request.get("required", []) else ""
        out += f"| `{key}` | {type_text(schema)} | {shown} | {need}{cell(schema['description'])} |\n"
    return out


def docs_section(verb):
    group = verb["name"].rpartition(" ")[0]
    aliases = "".join(f", also `floe {f'{group} {alias}'.strip()}`" for alias in verb["aliases"])
    out = f'`floe {verb["name"]}`{aliases}: {verb["summary"]}.'
    if verb["details"]:
        out += " " + " ".join(verb["details"].split())
    out = textwrap.fill(out, 120, break_long_words=False, break_on_hyphens=False)
    answer = pretty(verb["answer"])
    return f'\n## {verb["name"]}\n\n{out}\n\n{request_table(verb["request"])}\nAnswer (JSON Schema):\n\n```json\n{answer}\n```\n'


def pretty(value, indent=0, width=118):
    """JSON whose small parts stand on one line."""
    flat = json.dumps(value)
    if len(flat) + indent <= width or not isinstance(value, (dict, list)):
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, list):
        return "[\n" + ",\n".join(pad + pretty(each, indent + 2) for each in value) + "\n" + " " * indent + "]"
    members = [f"{pad}{json.dumps(key)}: {pretty(each, indent + 2)}" for key, each in value.items()]
    return "{\n" + ",\n".join(members) + "\n" + " " * indent + "}"


def docs_file(verbs):
    out = DOCS_HEADER
    for group in verbs["groups"]:
        if group["name"] in ("enterprise", "domain"):
            out += f"\n`floe {group['name']} ...` is `floe platform ...` with `scope` {group['name']}.\n"
    return out + "".join(docs_section(verb) for verb in own_verbs(verbs))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--library", type=pathlib.Path, default=LIBRARY)
    options = parser.parse_args()
    verbs = load_verbs(options.library)
    files = {
        "bindings/python/floe/_verbs.py": python_file(verbs),
        "bindings/rust/floe-sys/src/verbs.rs": rust_file(verbs),
        "docs/reference/verbs.md": docs_file(verbs),
    }
    stale = []
    for name, text in files.items():
        path = ROOT / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if not options.check:
            path.write_text(text)
    if options.check and stale:
        sys.exit(f"stale: {', '.join(stale)}; run tools/generate_verbs.py")


if __name__ == "__main__":
    main()
