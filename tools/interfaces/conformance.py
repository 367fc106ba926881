"""docs/reference/conformance.json: which checks of spec/conformance.json apply to which interface and method."""

import json

from interfaces.model import LIFECYCLE, ROOT, TEXT, is_host

CHECKS = ROOT / "libfloe-core" / "spec" / "conformance.json"
LIST = ROOT / "docs" / "reference" / "conformance.json"
HEADER_SLOTS = len(LIFECYCLE)


KNOWN = {"always", "choices", "text-in", "utf8-in", "json-in", "handle-in", "arrow-in", "json-out", "sink-out", "arrow-out", "any-thread",
         "secret"}


def traits(method):
    """What `applies` may ask of a method."""
    ins = {p["kind"] for p in method["params"]}
    outs = {r["kind"] for r in method["returns"]}
    values = method["params"] + method["returns"]
    found = {
        "text-in": ins & set(TEXT), "utf8-in": ins & {"str", "json"}, "json-in": "json" in ins, "handle-in": "handle" in ins,
        "arrow-in": "arrow" in ins, "json-out": "json" in outs, "sink-out": outs & set(TEXT), "arrow-out": "arrow" in outs,
        "any-thread": method.get("any_thread"), "secret": any(v.get("secret") for v in values)}
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
    yield LIST, json.dumps(document, indent=1) + "\n"
