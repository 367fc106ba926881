"""docs/reference/conformance.json: which checks of spec/conformance.json apply to which interface and method; conformance.md: the list."""

import json

from interfaces.model import GENERATED, LIFECYCLE, ROOT, TEXT, is_host

CHECKS = ROOT / "libfloe-core" / "spec" / "conformance.json"
LIST = ROOT / "docs" / "reference" / "conformance.json"
PAGE = ROOT / "docs" / "reference" / "conformance.md"
HEADER_SLOTS = len(LIFECYCLE)


KNOWN = {"always", "choices", "text-in", "utf8-in", "json-in", "handle-in", "arrow-in", "json-out", "sink-out", "arrow-out", "any-thread",
         "secret", "delivers"}


def traits(method):
    """What `applies` may ask of a method."""
    ins = {p["kind"] for p in method["params"]}
    outs = {r["kind"] for r in method["returns"]}
    values = method["params"] + method["returns"]
    found = {
        "text-in": ins & set(TEXT), "utf8-in": ins & {"str", "json"}, "json-in": "json" in ins, "handle-in": "handle" in ins,
        "arrow-in": "arrow" in ins, "json-out": "json" in outs, "sink-out": outs & set(TEXT), "arrow-out": "arrow" in outs,
        "any-thread": method.get("any_thread"), "secret": any(v.get("secret") for v in values),
        "delivers": any(r.get("schema") == "sink/write_result" for r in method["returns"])}
    return {"always", *(name for name, holds in found.items() if holds)}


def ids(checks, scope, holding):
    return [c["id"] for c in checks if c["scope"] == scope and c.get("applies", "always") in holding]


def method_entry(checks, number, method):
    entry = {"name": method["name"], "slot": HEADER_SLOTS + number}
    if method.get("optional"):
        entry["optional"] = True
    if method.get("capability"):
        entry["capability"] = method["capability"]
    return {**entry, "checks": ids(checks, "method", traits(method))}


INTRODUCTION = """<!-- {generated} -->
# Conformance

`floe plugin check PATH` asks a plugin what the list below says. PATH is its folder, its plugin.json or its library; it needs not be
installed. Every check runs in a process of its own, in an empty folder, for at most 45 s: a crash or a hang of the plugin is a failure of
that check.

| option | |
| --- | --- |
| `--level N` | 0 static: the files alone; 1 load: the library in a process; 2 contract (default): instances and every method |
| `--only ID...` | these checks, whatever they need |
| `--config JSON` | to make instances with; without it `{{}}`, then the `examples` of the config schema. Without an instance the contract is skipped |
| `--json`, `--junit` | the report for programs ([floe.check/1](cli.md#plugin)), for CI systems |

Exit code 0: nothing failed; 1: something did. A warning is no failure. A check is skipped when one that it needs failed, or when it has
nothing to ask. Methods are called with the examples of their [payloads](interfaces/README.md); nothing is granted to the plugin, so
`get_service` answers NULL. Methods do what they do: check a plugin that deletes or sends with a configuration for tests.

Which check applies to which method: [conformance.json](conformance.json).
"""
LEVELS = ("Static", "Load", "Contract")


def page(checks):
    lines = [INTRODUCTION.format(generated=GENERATED.replace("interfaces/{}", "conformance.json"))]
    for level, title in enumerate(LEVELS):
        lines += [f"## {title}", "", "| check | asks |", "| --- | --- |"]
        lines += [f"| `{c['id']}` | {c['title']}{' (native plugins)' if c.get('runtime') else ''}{' (warning)' if c.get('failure') == 'warn' else ''} |" for c in checks if c["level"] == level]
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def outputs(specs):
    checks = json.loads(CHECKS.read_text())["checks"]
    unknown = {c.get("applies", "always") for c in checks} - KNOWN
    if unknown:
        raise ValueError(f"conformance.json: nothing has the trait {', '.join(sorted(unknown))}")
    interfaces = []
    for spec in specs:
        if is_host(spec):
            continue
        holding = {"always"} | ({"choices"} if spec.get("choices") else set())
        interfaces.append({"interface": spec["interface"], "lifecycle": spec["lifecycle"], "checks": ids(checks, "interface", holding),
                           "methods": [method_entry(checks, i, m) for i, m in enumerate(spec["methods"])]})
    document = {"schema": "floe.conformance/1", "plugin_checks": ids(checks, "plugin", {"always"}), "interfaces": interfaces, "checks": checks}
    yield PAGE, page(checks)
    yield LIST, json.dumps(document, indent=1) + "\n"
