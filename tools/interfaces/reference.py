"""docs/reference/interfaces/<name>.md: every method with who owns what, threads, and payload examples."""

import json

from interfaces.cpp_sdk import base_class
from interfaces.model import GENERATED, ROOT, STATUSES, STATUS_TITLES, c_parameters, is_host, load_schema, status

DOCS = ROOT / "docs" / "reference" / "interfaces"
SCHEMA_LINK = "../../../libfloe-core/spec/schemas/{}.schema.json"

# kind: (what crosses, who owns it)
OWNERSHIP_IN = {
    "str": ("UTF-8 text", "caller; borrowed for the call"),
    "json": ("JSON", "caller; borrowed for the call"),
    "bytes": ("bytes", "caller; borrowed for the call"),
    "arrow": ("Arrow stream", "callee: moved on every return, failed ones too; NULL where the text allows it"),
    "handle": ("handle", "callee; lent"),
    "u64": ("number", "-"),
    "i64": ("number", "-"),
    "f64": ("number", "-"),
    "pointer": ("pointer", "caller; borrowed for the lifetime of the result"),
    "table": ("interface table", "caller; borrowed for the lifetime of the result"),
}
OWNERSHIP_OUT = {
    "str": ("UTF-8 text", "caller: a sink; the host copies"),
    "json": ("JSON", "caller: a sink; the host copies"),
    "bytes": ("bytes", "caller: a sink; the host copies"),
    "arrow": ("Arrow stream", "caller, who releases it; empty on failure"),
    "handle": ("handle", "callee"),
    "u64": ("number", "-"),
    "pointer": ("pointer", "callee"),
}
THREADS = {
    "serial": "the host calls one method of an instance at a time unless the table says CONCURRENT",
    "concurrent": "a plugin should say CONCURRENT: several methods of an instance are wanted at once",
}
COMMON = """\
## Common to all

| method | in the Python floe | out |
| --- | --- | --- |
| `validate_config(config)` | | [problems]({problems}) |
| `create(config)` | constructor, `startup` | the instance |
| `destroy()` | `shutdown` | |
| `health()` | `health_check` | [state, message, details]({health}) |
| `describe()` | `name`, `version`, `get_config_schema` | [name, version, capabilities, limits]({description}) |

Every method blocks, returns a `floe_status`, and returns within 1 s of a cancel. Errors go into the call; rules:
[the plugin ABI](../plugin-abi.md).
""".format(**{name: SCHEMA_LINK.format(f"shared/{name}") for name in ("problems", "health", "description")})


def value_row(direction, value, ownership):
    crosses, owner = ownership[value["kind"]]
    if "schema" in value:
        crosses = f"JSON [{value['schema']}]({SCHEMA_LINK.format(value['schema'])})"
    if value.get("closed_by"):
        owner += f"; ended by `{value['closed_by']}`"
    if value.get("ends"):
        owner = "callee; ended by this call, also when it fails"
    if value.get("secret"):
        owner += "; wiped afterwards, never logged"
    return f"| {direction} | `{value['name']}` | {crosses} | {owner} | {value.get('description', '')} |"


def example_lines(value):
    if "schema" not in value:
        return []
    example = json.dumps(load_schema(value["schema"])["examples"][0], indent=2, ensure_ascii=False)
    return ["", f"`{value['name']}`, for example:", "", "```json", example, "```"]


def method_section(spec, method):
    notes = []
    if method.get("optional"):
        notes.append(f"optional, capability `{method['capability']}`" if method.get("capability") else "optional")
    if method.get("any_thread"):
        notes.append("may be called while another method of the instance runs")
    result = "void" if method.get("void") else "floe_status"
    lines = [f"### {method['name']}", ""]
    if method["description"]:
        lines += [method["description"], ""]
    if notes:
        lines += ["*" + "; ".join(notes) + ".*", ""]
    lines += ["```c", f"{result} {method['name']}({c_parameters(spec, method)});", "```", ""]
    values = method["params"] + method["returns"]
    if values:
        lines += ["| | value | what crosses | owner | |", "| --- | --- | --- | --- | --- |"]
        lines += [value_row("in", p, OWNERSHIP_IN) for p in method["params"]]
        lines += [value_row("out", r, OWNERSHIP_OUT) for r in method["returns"]]
    for value in values:
        lines += example_lines(value)
    return lines + [""]


def overview(spec):
    lines = ["| method | in the Python floe | |", "| --- | --- | --- |"]
    for m in spec["methods"]:
        optional = f"optional: `{m['capability']}`" if m.get("capability") else "optional" if m.get("optional") else ""
        python = f"`{m['mission_name']}`" if m.get("mission_name") else ""
        lines.append(f"| [{m['name']}](#{m['name']}) | {python} | {optional} |")
    lines += [f"| {here} | `{name}` | |" for name, here in spec.get("mission_methods", {}).items()]
    return lines + [""]


def page(spec):
    out = [
        f"<!-- {GENERATED.format(spec['name'] + '.json')} -->",
        f"# {spec['interface']}",
        "",
        spec["description"],
        "",
        "| | |",
        "| --- | --- |",
        f"| header | `floe/interfaces/{spec['name']}.h`, table `{spec['table']}` |",
    ]
    if spec["group"]:
        out.append(f"| entry-point group | `{spec['group']}` |")
    if not is_host(spec):
        out += [f"| class in C++ and Python | `floe::{base_class(spec)}` (`floe/plugin.hpp`), `floe.plugins.{base_class(spec)}` |",
                f"| threads | {THREADS[spec['threading']]} |", f"| status | {STATUSES[status(spec)].format('../')} |"]
    out += [f"| lifecycle | {spec['lifecycle']}, since {spec['since']} |", ""]
    if spec["capabilities"]:
        out += ["| capability | bit | promises |", "| --- | --- | --- |"]
        out += [f"| `{c['name']}` | {c['bit']} | {c['description']} |" for c in spec["capabilities"]] + [""]
    for choice in spec.get("choices", []):
        names = " or ".join(f"`{name}`" for name in choice["capabilities"])
        out += [f"A plugin has {names}, {'never both' if choice['exclusive'] else 'or both'}.", ""]
    if is_host(spec):
        out += ["Provided by floe itself; every method takes the host and the call it works for.", ""]
    else:
        out += [COMMON]
    out += ["## Methods", ""]
    if not is_host(spec):
        out += overview(spec)
    for method in spec["methods"]:
        out += method_section(spec, method)
    return "\n".join(out).rstrip() + "\n"


def outputs(specs):
    for spec in specs:
        yield DOCS / f"{spec['name']}.md", page(spec)
    rows = [f"| [{s['interface']}]({s['name']}.md) | {s['group'] or 'host table'} | {'' if is_host(s) else f'`{base_class(s)}`'} | "
            f"{s['lifecycle']} | {'' if is_host(s) else STATUS_TITLES[status(s)]} | {len(s['methods'])} |" for s in specs]
    yield DOCS / "README.md", "\n".join(
        [f"<!-- {GENERATED.format('*.json')} -->", "# Interfaces", "",
         "Payloads are JSON Schemas in [spec/schemas](../../../libfloe-core/spec/schemas); which checks `floe plugin check` makes of each",
         "method: [conformance.json](../conformance.json).", "", "| interface | group | class | lifecycle | called by | methods |",
         "| --- | --- | --- | --- | --- | --- |", *rows, ""])
