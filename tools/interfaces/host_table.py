"""libfloe-core/src/plugin/generated/<name>_table.cpp: stubs and the host's wrapper of one interface table."""

from interfaces.model import GENERATED, LIFECYCLE, ROOT, TEXT, c_arguments, c_parameters, is_host, pascal, status

REMARKS = ("health", "describe")  # what a plugin says of itself, which is short
GENERATED_DIR = ROOT / "libfloe-core" / "src" / "plugin" / "generated"


def bool_text(value):
    return "true" if value else "false"


def slot_rows(spec):
    """(name, mandatory, capability, any_thread) of every function slot, in the order of the table."""
    rows = [(name, True, "", False) for name in LIFECYCLE]
    for m in spec["methods"]:
        rows.append((m["name"], not m.get("optional"), m.get("capability", ""), m.get("any_thread", False)))
    return rows


def stub(spec, method):
    # Parameters without names: only `call` is used.
    parameters = c_parameters(spec, method)
    unnamed = []
    for part in parameters.split(", "):
        head, name = part.rsplit(" ", 1)
        unnamed.append(f"{head} {name}" if name == "call" else f"{head} /*{name}*/")
    moved = [p["name"] for p in method["params"] if p["kind"] == "arrow"]
    text = ", ".join(unnamed)
    body = [f'return unsupported_method(call, "{spec["name"]}.{method["name"]}");']
    for name in moved:
        text = text.replace(f"/*{name}*/", name)
        body.insert(0, f"drop_stream({name});")
    lines = [f"floe_status FLOE_CALL stub_{method['name']}({text}) noexcept {{"]
    lines += [f"  {line}" for line in body] + ["}", ""]
    return lines


def wrapper(spec, method, slot):
    lines = [f"floe_status FLOE_CALL wrap_{method['name']}({c_parameters(spec, method)}) noexcept {{"]
    arguments = c_arguments(spec, method, "plugin")
    outs = [r["name"] for r in method["returns"] if r["kind"] == "arrow"]
    moved = [p["name"] for p in method["params"] if p["kind"] == "arrow"]
    lines.append("  InstanceState& instance = *static_cast<InstanceState*>(self);")
    lines += [f"  begin_stream({name});" for name in outs]
    keep = "const floe_status status =" if outs or moved else "return"
    enter = "enter_remark(out, call" if method["name"] in REMARKS else "enter(call"
    lines.append(f"  {keep} instance.{enter}, {slot}, [&](const void* table, void* plugin) {{")
    lines.append(f"    return static_cast<const Table*>(table)->{method['name']}({arguments});")
    lines.append("  });")
    lines += [f"  drop_stream({name});" for name in moved]
    if outs:
        assert len(outs) == 1
        lines.append(f"  return instance.adopt_stream(status, call, {slot}, {outs[0]});")
    elif moved:
        lines.append("  return status;")
    lines += ["}", ""]
    return lines


def choice_bits(spec, choice):
    return " | ".join(f"FLOE_{spec['name'].upper()}_{name.upper()}" for name in choice["capabilities"])


def table_source(spec):
    rows = slot_rows(spec)
    methods = [{"name": "health", "params": [], "returns": [{"name": "out", "kind": "json"}]},
               {"name": "describe", "params": [], "returns": [{"name": "out", "kind": "json"}]}] + spec["methods"]
    out = [
        f"// {GENERATED.format(spec['name'] + '.json')}",
        "#include <array>",
        "",
        f'#include "floe/interfaces/{spec["name"]}.h"',
        '#include "plugin/instance_state.hpp"',
        '#include "plugin/interface_info.hpp"',
        "",
        "namespace floe {",
        "namespace {",
        "",
        f"using Table = {spec['table']};",
        "",
        "constexpr std::array kSlots{",
    ]
    out += [f'    SlotInfo{{"{n}", offsetof(Table, {n}), {bool_text(m)}, {bool_text(t)}, "{c}"}},' for n, m, c, t in rows]
    out += ["};", ""]
    caps = spec["capabilities"]
    if caps:
        out.append("constexpr std::array kCapabilities{")
        out += [f'    CapabilityInfo{{"{c["name"]}", FLOE_{spec["name"].upper()}_{c["name"].upper()}}},' for c in caps]
        out += ["};", ""]
    else:
        out += ["constexpr std::array<CapabilityInfo, 0> kCapabilities{};", ""]
    choices = [f"    CapabilityChoice{{{choice_bits(spec, c)}, {bool_text(c['exclusive'])}}}," for c in spec.get("choices", [])]
    out += ["constexpr std::array kChoices{", *choices, "};", ""] if choices else []
    for method in spec["methods"]:
        out += stub(spec, method)
    index = {row[0]: i for i, row in enumerate(rows)}
    for method in methods:
        out += wrapper(spec, method, index[method["name"]])
    out += ["constexpr Table make_stubs() {", "  Table table{};", "  table.struct_size = sizeof(Table);"]
    out += [f"  table.{m['name']} = stub_{m['name']};" for m in spec["methods"]]
    out += ["  return table;", "}", "", "constexpr Table make_wrapper() {", "  Table table{};",
            "  table.struct_size = sizeof(Table);", "  table.threading = FLOE_THREADS_CONCURRENT;",
            "  table.validate_config = wrap_validate_config;", "  table.create = wrap_create;", "  table.destroy = wrap_destroy;"]
    out += [f"  table.{m['name']} = wrap_{m['name']};" for m in methods]
    name = pascal(spec["name"])
    out += [
        "  return table;",
        "}",
        "",
        "constexpr Table kStubs = make_stubs();",
        "constexpr Table kWrapper = make_wrapper();",
        "",
        "}  // namespace",
        "",
        f"extern const InterfaceInfo k{name}Interface{{",
        f'    "{spec["interface"]}", "{spec["name"]}", "{spec["group"]}", {bool_text(spec["lifecycle"] == "draft")}, InterfaceStatus::k{pascal(status(spec))},',
        "    sizeof(Table),",
        f"    kSlots, kCapabilities, {'kChoices' if choices else '{}'}, &kStubs, &kWrapper}};",
        "",
        "}  // namespace floe",
        "",
    ]
    return "\n".join(out)


def index_source(specs):
    names = [pascal(s["name"]) for s in specs]
    out = [
        f"// {GENERATED.format('*.json')}",
        "#include <array>",
        "",
        '#include "plugin/interface_info.hpp"',
        "",
        "namespace floe {",
        "",
        *[f"extern const InterfaceInfo k{n}Interface;" for n in names],
        "",
        "std::span<const InterfaceInfo* const> known_interfaces() {",
        "  static constexpr std::array kAll{",
        *[f"      &k{n}Interface," for n in names],
        "  };",
        "  return kAll;",
        "}",
        "",
        "}  // namespace floe",
        "",
    ]
    return "\n".join(out)


def outputs(specs):
    plugins = [s for s in specs if not is_host(s)]
    for spec in plugins:
        yield GENERATED_DIR / f"{spec['name']}_table.cpp", table_source(spec)
    yield GENERATED_DIR / "known_interfaces.cpp", index_source(plugins)
