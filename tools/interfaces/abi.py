"""Structs and functions of the ABI by the types of their members: what C layout, ctypes and Rust have in common.

A member is {"name", "type"}, or {"name", "returns", "params": [{"name", "type"}]} for a function pointer. Types are spelled as in C;
`text` is a const char* with a NUL at its end, `floe_wake` the callback of on_cancel.
"""

import functools
import json

from interfaces.model import ROOT, is_host

PLUGIN_H = ROOT / "libfloe-core" / "spec" / "plugin.json"
STREAM = "struct ArrowArrayStream*"
IN = {"u64": "uint64_t", "i64": "int64_t", "f64": "double", "handle": "uint64_t", "arrow": STREAM, "pointer": "void*"}
OUT = {"str": "floe_sink*", "json": "floe_sink*", "bytes": "floe_sink*", "arrow": STREAM, "handle": "uint64_t*", "u64": "uint64_t*",
       "pointer": "void**"}


@functools.cache
def plugin_h():
    return json.loads(PLUGIN_H.read_text())


def is_function(member):
    return "params" in member


def parameter(name, type_name):
    return {"name": name, "type": type_name}


def inputs(value):
    name, kind = value["name"], value["kind"]
    if kind in ("str", "json"):
        return [parameter(name, "const char*"), parameter(f"{name}_length", "size_t")]
    if kind == "bytes":
        return [parameter(name, "const void*"), parameter(f"{name}_length", "size_t")]
    if kind == "table":
        return [parameter(name, f"const {value['type']}*")]
    return [parameter(name, IN[kind])]


def slot(spec, method):
    """The function pointer of one method."""
    if method.get("void"):
        return {"name": method["name"], "returns": "void", "params": [parameter("self", "void*")]}
    params = [] if method.get("static") else [parameter("self", "void*")]
    if is_host(spec):
        params.append(parameter("host", "const floe_host*"))
    params.append(parameter("call", "floe_call*"))
    for value in method["params"]:
        params += inputs(value)
    params += [parameter(value["name"], OUT[value["kind"]]) for value in method["returns"]]
    return {"name": method["name"], "returns": "floe_status", "params": params}


def table(spec):
    """The struct of one interface, header included."""
    header = plugin_h()["interface_header"]
    if is_host(spec):
        header = [member for member in header if not is_function(member)]
    return {"name": spec["table"], "members": header + [slot(spec, method) for method in spec["methods"]]}


def structs(specs):
    """All structs in the order in which C can declare them."""
    tables = [table(spec) for spec in specs]
    used = {s["name"]: {p["type"].removeprefix("const ").removesuffix("*") for m in s["members"] if is_function(m) for p in m["params"]}
            for s in tables}
    # A table that others take as a parameter comes before them.
    return plugin_h()["structs"] + sorted(tables, key=lambda s: any(t["name"] in used[s["name"]] for t in tables))


def constants(spec):
    """(name, value) of the capability bits of an interface."""
    return [(f"FLOE_{spec['name'].upper()}_{c['name'].upper()}", 1 << c["bit"]) for c in spec["capabilities"]]


def layout(struct, pointer):
    """(offset of every member, size) with natural alignment; `pointer` is its size."""
    offset, offsets, widest = 0, [], 1
    for member in struct["members"]:
        size = pointer
        if not is_function(member):
            size = {"uint32_t": 4, "int32_t": 4, "uint64_t": 8}.get(member["type"], pointer)
        widest = max(widest, size)
        offset = -(-offset // size) * size
        offsets.append((member["name"], offset))
        offset += size
    return offsets, -(-offset // widest) * widest
