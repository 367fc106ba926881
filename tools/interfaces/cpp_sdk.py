"""floe/interfaces/<name>.hpp (C++ base class of one interface) and floe/plugin.hpp (all of them)."""

from interfaces.model import GENERATED, INCLUDE, TEXT, c_parameters, is_host, load_schema, pascal

CPP_IN = {
    "str": "std::string_view {n}",
    "json": "std::string_view {n}",
    "bytes": "std::string_view {n}",
    "u64": "std::uint64_t {n}",
    "i64": "std::int64_t {n}",
    "f64": "double {n}",
    "handle": "std::uint64_t {n}",
    "arrow": "ArrowStream {n}",
    "pointer": "void* {n}",
    "table": "const {t}* {n}",
}
CPP_OUT = {
    "str": "Sink& {n}",
    "json": "Sink& {n}",
    "bytes": "Sink& {n}",
    "arrow": "ArrowArrayStream& {n}",
    "handle": "std::uint64_t& {n}",
    "u64": "std::uint64_t& {n}",
    "pointer": "void*& {n}",
}
VALUE = {"str": "string", "json": "string", "bytes": "string", "arrow": "ArrowStream", "handle": "uint64",
         "u64": "uint64", "pointer": "unique_ptr"}


def base_class(spec):
    return spec.get("base_class") or pascal(spec["name"]) + "Provider"


def cpp_parameters(method, outs):
    parts = ["Call& call"] + [CPP_IN[p["kind"]].format(n=p["name"], t=p.get("type", "")) for p in method["params"]]
    if outs:
        parts += [CPP_OUT[r["kind"]].format(n=r["name"]) for r in method["returns"]]
    return ", ".join(parts)


PROBE_IN = {
    "str": "std::declval<std::string_view>()",
    "json": "std::declval<std::string_view>()",
    "bytes": "std::declval<std::string_view>()",
    "u64": "std::uint64_t{{}}",
    "i64": "std::int64_t{{}}",
    "f64": "double{{}}",
    "handle": "std::uint64_t{{}}",
    "arrow": "std::declval<ArrowStream>()",
    "pointer": "std::declval<void*>()",
    "table": "std::declval<const {t}*>()",
}


def probe(spec, method, outs):
    """The call that a class with the method allows, as the type of an alias."""
    arguments = ["std::declval<Call&>()"] + [PROBE_IN[p["kind"]].format(t=p.get("type", "")) for p in method["params"]]
    if outs:
        arguments += [f"std::declval<{CPP_OUT[r['kind']].removesuffix(' {n}')}>()" for r in method["returns"]]
    receiver = "X::" if method.get("static") else "std::declval<X&>()."
    return f"decltype({receiver}{method['name']}({', '.join(arguments)}))"


JSON_ROOT = {"object": "'{'", "array": "'['"}


def text_argument(spec, param):
    """Refused before the method runs: text that is no UTF-8, JSON that is none or of another type."""
    arguments = f"{param['name']}, {param['name']}_length"
    if is_host(spec) or param["kind"] == "bytes":
        return f"plugin_detail::text({arguments})"
    if param["kind"] == "str":
        return f"plugin_detail::utf8_text(frame, {arguments}, \"{param['name']}\")"
    root = JSON_ROOT.get(load_schema(param["schema"]).get("type"), "0")
    return f"plugin_detail::json_text(frame, {arguments}, {root}, \"{param['name']}\")"


def thunk_arguments(spec, method, outs):
    parts = ["frame"]
    for p in method["params"]:
        if p["kind"] in TEXT:
            parts.append(text_argument(spec, p))
        elif p["kind"] == "arrow":
            parts.append(f"std::move({p['name']}_owner)")
        else:
            parts.append(p["name"])
    if outs:
        for r in method["returns"]:
            parts.append(f"{r['name']}_out" if r["kind"] in TEXT else f"*{r['name']}")
    return ", ".join(parts)


def has(method):
    """The constant that says whether a class has the method."""
    return f"kHas{pascal(method['name'])}"


def thunk(spec, method):
    name = method["name"]
    receiver = "T::" if method.get("static") else "plugin."
    if method.get("void"):
        return [f"  static void FLOE_CALL {name}(void* self) noexcept {{ delete static_cast<T*>(self); }}", ""]
    single = len(method["returns"]) == 1
    forms = {"by_reference": probe(spec, method, True)}
    if single:
        forms["by_value"] = probe(spec, method, False)
    lines = []
    for form, expression in forms.items():
        lines.append("  template <class X>")
        lines.append(f"  using {name}_{form}_t = {expression};")
    lines.append("  template <class X>")
    lines.append(f"  using {name}_member_t = decltype(&X::{name});")
    constant = {form: "k" + pascal(f"{name}_{form}") for form in forms}
    lines += [f"  static constexpr bool {constant[form]} = kDetected<{name}_{form}_t, T>;" for form in forms]
    lines.append(f"  static constexpr bool {has(method)} = {' || '.join(constant.values())};")
    lines.append(f"  static_assert({has(method)} || !kDetected<{name}_member_t, T>, \"T::{name} is there with other parameters\");")
    lines.append("")
    arrow_outs = [r["name"] for r in method["returns"] if r["kind"] == "arrow"]
    lines.append(f"  static floe_status FLOE_CALL {name}({c_parameters(spec, method)}) noexcept {{")
    for p in method["params"]:
        if p["kind"] == "arrow":
            lines.append(f"    ArrowStream {p['name']}_owner({p['name']});")
    lines += [f"    plugin_detail::begin_stream({name});" for name in arrow_outs]
    if is_host(spec):
        host = "host"
    else:
        host = "plugin_detail::host_of<T>(self)"
    lines.append(f"    {'const floe_status status =' if arrow_outs else 'return'} plugin_detail::guard({host}, call, [&](Call& frame) {{")
    if not method.get("static"):
        lines.append("      T& plugin = *static_cast<T*>(self);")
    for r in method["returns"]:
        if r["kind"] in TEXT:
            lines.append(f"      Sink {r['name']}_out(frame.raw_host(), {r['name']});")
    by_reference = f"return plugin_detail::finish(frame, [&] {{ return {receiver}{name}({thunk_arguments(spec, method, True)}); }});"
    if single:
        r = method["returns"][0]
        out = f"{r['name']}_out" if r["kind"] in TEXT else f"*{r['name']}"
        by_value = f"return plugin_detail::deliver(frame, {out}, [&] {{ return {receiver}{name}({thunk_arguments(spec, method, False)}); }});"
        lines.append(f"      if constexpr ({constant['by_value']}) {{")
        lines.append(f"        {by_value}")
        lines.append("      } else {")
        lines.append(f"        {by_reference}")
        lines.append("      }")
    else:
        lines.append(f"      {by_reference}")
    lines.append("    });")
    if arrow_outs:
        assert len(arrow_outs) == 1
        lines.append(f"    return plugin_detail::drop_on_failure(status, {arrow_outs[0]});")
    lines += ["  }", ""]
    return lines


def declaration_docs(method):
    """How an author writes the method, as a comment of the base class."""
    outs = method["returns"]
    plain = ", ".join(["Call&"] + [CPP_IN[p["kind"]].format(n=p["name"], t=p.get("type", "")) for p in method["params"]])
    if len(outs) == 1:
        text = f"{VALUE[outs[0]['kind']]} {method['name']}({plain})"
    else:
        text = f"void {method['name']}({', '.join([plain] + [CPP_OUT[r['kind']].format(n=r['name']) for r in outs])})"
    if method.get("static"):
        text = "static " + text
    if method.get("optional"):
        text += "   [optional" + (f": {method['capability']}" if method.get("capability") else "") + "]"
    return f"//   {text}"


def cpp_header(spec):
    name = spec["name"]
    macro = name.upper()
    thunks = pascal(name) + "Thunks"
    out = [
        f"// {GENERATED.format(name + '.json')}",
        f"// C++ base class of {spec['interface']}. Header-only C++17, no ABI meaning.",
        "#pragma once",
        "",
        f'#include "floe/interfaces/{name}.h"',
        '#include "floe/plugin_entry.hpp"',
        "",
        "namespace floe {",
        "inline namespace v1 {",
        # As many parameters as the ABI gives them, and bases that have no state to protect.
        *(["// NOLINTBEGIN(readability-function-size, bugprone-crtp-constructor-accessibility)"] if is_host(spec) else []),
        "namespace plugin_detail {",
        "",
        "template <class T>",
        f"struct {thunks} {{",
    ]
    for method in spec["methods"]:
        out += thunk(spec, method)
    out += [f"  static constexpr {spec['table']} table() {{", f"    {spec['table']} made{{}};"]
    implied = [(has(m), m["capability"]) for m in spec["methods"] if m.get("capability")]
    if is_host(spec):
        out += [f"    made.struct_size = sizeof({spec['table']});", "    made.threading = FLOE_THREADS_CONCURRENT;",
                "    made.capabilities = T::kCapabilities;"]
    else:
        out.append("    std::uint64_t capabilities = 0;")
        out += [f"    if constexpr ({m}) capabilities |= FLOE_{macro}_{c.upper()};" for m, c in implied]
        out.append("    Lifecycle<T>::fill(made, capabilities);")
    for method in spec["methods"]:
        if method.get("void"):
            out.append(f"    made.{method['name']} = &{thunks}::{method['name']};")
        else:
            out.append(f"    if constexpr ({has(method)}) made.{method['name']} = &{thunks}::{method['name']};")
    out += ["    return made;", "  }", "};", "", "}  // namespace plugin_detail", ""]
    cls = base_class(spec)
    out.append(f"// `struct X : floe::{cls}<X>` with public methods of these names; a method without its counterpart stays a NULL")
    out.append("// slot. One result: return it, or a Result of it, or take `Sink&` (or `std::uint64_t&`, `ArrowArrayStream&`) last.")
    out.append("// Several: take them last, return void, floe_status or Result<void>. Errors: throw PluginError or return a Result.")
    out += [declaration_docs(m) for m in spec["methods"] if not m.get("void")]
    out.append("template <class T>")
    if is_host(spec):
        out += [f"class {cls} {{", " public:", "  static constexpr std::uint64_t kCapabilities = 0;"]
    else:
        out += [f"class {cls} : public PluginInstance {{", " public:"]
    out += [
        f"  using Table = {spec['table']};",
        f"  static constexpr const char* kInterface = FLOE_{macro}_INTERFACE;",
        f"  static constexpr {spec['table']} table() {{ return plugin_detail::{thunks}<T>::table(); }}",
        "};",
        *(["// NOLINTEND(readability-function-size, bugprone-crtp-constructor-accessibility)"] if is_host(spec) else []),
        "",
        "}  // namespace v1",
        "}  // namespace floe",
        "",
    ]
    return "\n".join(out)


UMBRELLA = """\
// {generated}
// The C++ SDK of plugins: include this, derive from a base class, name it in FLOE_PLUGIN, link nothing of floe's. A file
// that needs one interface compiles faster with floe/interfaces/<name>.hpp alone.
//
//   struct Polaris : floe::CatalogPlugin<Polaris> {{
//     Polaris(floe::Call& call, std::string_view config);
//     std::string list_namespaces(floe::Call& call, std::string_view request);
//     ...
//   }};
//   FLOE_PLUGIN("org.example.polaris", "1.4.2", "Example Ltd", floe::expose<Polaris>("polaris"))
#pragma once

{includes}
"""


def umbrella(specs):
    names = [s["name"] for s in specs if not is_host(s)]
    includes = "\n".join(f'#include "floe/interfaces/{n}.hpp"' for n in names)
    return UMBRELLA.format(generated=GENERATED.format("*.json"), includes=includes)


def outputs(specs):
    for spec in specs:
        yield INCLUDE / "interfaces" / f"{spec['name']}.hpp", cpp_header(spec)
    yield INCLUDE / "plugin.hpp", umbrella(specs)
