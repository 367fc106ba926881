"""floe/interfaces/<name>.h: the C table of one interface."""

import textwrap

from interfaces.model import GENERATED, INCLUDE, c_parameters, is_host

WIDTH = 120


def comment(paragraphs, indent):
    lines = [line for text in paragraphs for line in textwrap.wrap(text, WIDTH - 6 - indent, break_on_hyphens=False)]
    pad = " " * indent
    return "\n".join(
        pad + ("/* " if i == 0 else " * ") + line + (" */" if i == len(lines) - 1 else "")
        for i, line in enumerate(lines)
    )


def slot(spec, method):
    """The function pointer, its parameters aligned where one line is too short for them."""
    head = f"  {'void' if method.get('void') else 'floe_status'}(FLOE_CALL* {method['name']})("
    lines = [head]
    parameters = c_parameters(spec, method).split(", ")
    for i, parameter in enumerate(parameters):
        part = parameter + (");" if i == len(parameters) - 1 else ",")
        if len(lines[-1]) + 1 + len(part) > WIDTH:
            lines.append(" " * len(head) + part)
        else:
            lines[-1] += part if lines[-1].endswith("(") else " " + part
    return "\n".join(lines)


def sentence(text):
    text = text.strip()
    return text if text.endswith((".", ":")) else text + "."


def value_doc(direction, value):
    """What a reader of the header wants to know about a value; nothing when its name says it all."""
    schema = f" (JSON {value['schema']})" if "schema" in value else ""
    description = f": {value['description']}" if value.get("description") else ""
    secret = "; wiped, never logged" if value.get("secret") else ""
    return f"{direction} {value['name']}{schema}{description}{secret}" if schema or description or secret else ""


def method_doc(method):
    lines = [method["description"]]
    lines += [value_doc("in", p) for p in method["params"]]
    lines += [value_doc("out", r) for r in method["returns"]]
    if method.get("any_thread"):
        lines.append("May be called while another method of the instance runs.")
    if method.get("optional"):
        lines.append(f"Optional{' (capability ' + method['capability'] + ')' if method.get('capability') else ''}.")
    return [sentence(line) for line in lines if line.strip()]


def c_header(spec):
    name = spec["name"]
    guard = f"FLOE_INTERFACES_{name.upper()}_H_"
    includes = {"floe/plugin.h"}
    for method in spec["methods"]:
        for param in method["params"]:
            if param["kind"] == "table":
                includes.add(f"floe/interfaces/{param['type'].removeprefix('floe_').removesuffix('_v1')}.h")
    out = [
        f"/* {GENERATED.format(name + '.json')}",
        f" * {spec['interface']}, {spec['lifecycle']}, since {spec['since']}. Payloads with examples:",
        f" * docs/reference/interfaces/{name}.md. */",
        f"#ifndef {guard}",
        f"#define {guard}",
        "",
        *[f'#include "{i}"' for i in sorted(includes)],
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
        "",
        f'#define FLOE_{name.upper()}_INTERFACE "{spec["interface"]}"',
    ]
    if spec["group"]:
        out.append(f'#define FLOE_{name.upper()}_GROUP "{spec["group"]}"')
    for cap in spec["capabilities"]:
        out += [f"/* {cap['description']} */", f"#define FLOE_{name.upper()}_{cap['name'].upper()} (UINT64_C(1) << {cap['bit']})"]
    out += ["", comment([spec["description"]], 0), f"typedef struct {spec['table']} {{"]
    out.append("  FLOE_HOST_TABLE_HEADER" if is_host(spec) else "  FLOE_INTERFACE_HEADER")
    for method in spec["methods"]:
        out.append(comment(method_doc(method), 2))
        out.append(slot(spec, method))
    out += [f"}} {spec['table']};", "", "#ifdef __cplusplus", "}", "#endif", f"#endif /* {guard} */", ""]
    return "\n".join(out)


def outputs(specs):
    for spec in specs:
        yield INCLUDE / "interfaces" / f"{spec['name']}.h", c_header(spec)
