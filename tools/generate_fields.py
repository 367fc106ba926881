#!/usr/bin/env python3
"""Writes docs/reference/fields-*.md from `floe schema KIND` of the build; --check only compares (CI)."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
DOCUMENTS = {"manifest": "manifest.yaml", "platform": "platform.yaml", "product": "floe.yaml"}
RULES = {
    "replace": "replaces",
    "merge": "member by member",
    "own": "not inherited",
    "fixed": "fixed once set",
    "strengthen": "only stronger",
    "switch-off": "may only be switched off",
    "extend": "only adds",
    "narrow": "only fewer",
}
INHERITANCE = """
What a manifest below another one does with a field it sets too: *replaces* the value above; *member by member*, each by its
own rule; *fixed once set*: only repeats it; *only stronger*: a later one of the accepted values, a higher number, `true`
for `false`; *only adds* items; *only fewer*: items that are above too. **Security**: weakening it breaks a security policy ([FLOE-E0321](../errors/FLOE-E0321.md)).
Below a field that is replaced as a whole nothing is inherited.
"""


def long_spelling(schema):
    """Of floe.yaml, which has several: the one whose fields are those of the others."""
    return {**schema["else"]["then"], "title": schema["title"]} if "if" in schema else schema


def alternatives(schema):
    """The short form, when there is one, and the long form."""
    if "oneOf" in schema and not discriminator(schema):
        return schema["oneOf"]
    return None, schema


def discriminator(schema):
    """The property whose constant tells the variants of a `oneOf` apart."""
    variants = schema.get("oneOf", [])
    names = [name for name, one in variants[0].get("properties", {}).items() if "const" in one] if variants else []
    return names[0] if names else ""


def variants(schema):
    """What the title of each variant ends with, and its schema; one without a title for what has no variants."""
    name = discriminator(schema)
    if not name:
        return [("", schema)]
    return [(f", {name} `{one['properties'][name]['const']}`", one) for one in schema["oneOf"]]


def plural(text):
    return text.replace("mapping", "mappings", 1)


def type_of(schema):
    short, schema = alternatives(schema)
    if short is not None:
        return f"{type_of(short)}, or {type_of(schema)}"
    if "oneOf" in schema:
        return "mapping"
    if "enum" in schema:
        return "text"
    kind = schema.get("type")
    if isinstance(kind, list):
        return "text, number, boolean or null"
    if kind == "array":
        return f"list of {plural(type_of(schema['items']))}"
    if kind == "object" and not schema.get("properties"):
        return f"mapping of names to {plural(type_of(schema['additionalProperties']))}"
    return {"string": "text", "integer": "whole number", "object": "mapping", None: "anything"}.get(kind, kind)


def bounds(schema, least, most, unit=""):
    low, high = schema.get(least), schema.get(most)
    if low is not None and high is not None:
        return f"{low} to {high}{unit}"
    if low is not None:
        return f"{low} or more{unit}"
    return f"at most {high}{unit}" if high is not None else ""


def accepted(schema):
    """What of its type a value may be; "" for anything."""
    short, schema = alternatives(schema)
    if short is not None and not schema.get("properties"):
        return accepted(schema) or accepted(short)
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "pattern" in schema:
        return f"`{schema['pattern'].removeprefix('^(?:').removesuffix(')$')}`"
    if schema.get("type") == "array":
        parts = [accepted(schema["items"]), bounds(schema, "minItems", "maxItems", " items")]
        parts.append("no two equal" if schema.get("uniqueItems") else "")
        return "; ".join(part for part in parts if part)
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return accepted(schema["additionalProperties"])
    if "exclusiveMinimum" in schema:
        return f"above {schema['exclusiveMinimum']}"
    return bounds(schema, "minimum", "maximum")


def inner(schema, path):
    """The mapping that a field's value consists of, and its path, through lists and names; None when it has no fields."""
    _, schema = alternatives(schema)
    if schema.get("properties") or "oneOf" in schema:
        return schema, path
    if schema.get("type") == "array":
        return inner(schema["items"], path + "[]")
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return inner(schema["additionalProperties"], path + ".<name>")
    return None, path


def without_notes(schema):
    """A mapping's identity: two that differ only in what is said about them are described once."""
    return json.dumps({key: value for key, value in schema.items() if key != "description"}, sort_keys=True)


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") if text != "" else ""


def code(text):
    """In a table a bar ends the cell, also inside of code."""
    return text.replace("|", "\\|")


def anchor(title):
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


class Page:
    def __init__(self, inherits):
        self.inherits = inherits
        self.lines = []
        self.described = {}  # identity of a mapping to the anchor of its first title
        self.waiting = []  # mappings that a table named: schema, path, end of the title

    def section(self, schema, path, variant_of=""):
        for suffix, variant in variants(schema):
            suffix = variant_of + suffix
            if path:
                self.lines += ["", f"## `{path}`{suffix}"]
            self.table(variant, path, suffix)
        waiting, self.waiting = self.waiting, []
        for inner_schema, inner_path, suffix in waiting:
            self.section(inner_schema, inner_path, suffix)

    def table(self, schema, path, suffix):
        head = ["field", "type", "accepted", "required", "default"] + ["below another manifest"] * self.inherits + ["description"]
        self.lines += ["", "| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
        for name, field in schema["properties"].items():
            self.lines.append("| " + " | ".join(self.row(schema, name, field, f"{path}.{name}".lstrip("."), suffix)) + " |")
        rest = schema.get("additionalProperties")
        if isinstance(rest, dict):
            self.lines.append("| others | " + cell(type_of(rest)) + " |" + " |" * (len(head) - 2))

    def row(self, schema, name, field, path, suffix):
        default = field.get("default", "")
        rule = RULES.get(field.get("x-floe-inherit"), "") + (" **security**" if field.get("x-floe-security") else "")
        cells = [f"`{name}`", cell(type_of(field)), code(accepted(field)), "yes" if name in schema.get("required", []) else "",
                 f"`{json.dumps(default) if not isinstance(default, str) else default}`" if default != "" else ""]
        return cells + [rule] * self.inherits + [cell(field.get("description", "")) + self.link(field, path, suffix)]

    def link(self, field, path, suffix):
        """To the fields of the field's value, which are described once."""
        found, inner_path = inner(field, path)
        if found is None:
            return ""
        identity = without_notes(found)
        if identity not in self.described:
            self.described[identity] = anchor(inner_path + suffix + variants(found)[0][0])
            self.waiting.append((found, inner_path, suffix))
        return f" ([fields](#{self.described[identity]}))"


def page(kind, schema):
    inherits = kind == "manifest"
    about = schema["title"].split(": ", 1)[1]
    body = Page(inherits)
    body.section(schema, "")
    head = ["<!-- Generated by tools/generate_fields.py from `floe schema`. -->", f"# Fields of {DOCUMENTS[kind]}", "",
            f"{about[0].upper()}{about[1:]}: every accepted field. [configuration.md](configuration.md) says what acts on it;",
            f"`floe schema {kind}` prints the same for editors."]
    return "\n".join(head + (INHERITANCE.rstrip().split("\n") if inherits else []) + body.lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a generated page differs")
    parser.add_argument("--floe", default=os.environ.get("FLOE_BIN", str(ROOT / "build/release/bin/floe")))
    options = parser.parse_args()
    stale = []
    for kind in DOCUMENTS:
        answer = subprocess.run([options.floe, "schema", kind], capture_output=True, text=True, check=True).stdout
        path, text = ROOT / f"docs/reference/fields-{kind}.md", page(kind, long_spelling(json.loads(answer)))
        if not path.exists() or path.read_text() != text:
            stale.append(path)
            if not options.check:
                path.write_text(text)
    for path in stale:
        print(("stale: " if options.check else "wrote ") + str(path.relative_to(ROOT)))
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
