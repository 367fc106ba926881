"""floe/client/<name>.hpp: typed C++ calls of one table, for floe's own libraries."""

from interfaces.model import GENERATED, INCLUDE, TEXT, is_host, pascal

IN = {
    "str": "const TextArgument& {n}",
    "json": "const TextArgument& {n}",
    "bytes": "std::string_view {n}",
    "u64": "std::uint64_t {n}",
    "i64": "std::int64_t {n}",
    "f64": "double {n}",
    "handle": "std::uint64_t {n}",
    "arrow": "ArrowStream {n}",
    "pointer": "void* {n}",
    "table": "const {t}* {n}",
}
OUT = {"str": "std::string", "json": "std::string", "bytes": "std::string", "arrow": "ArrowStream",
       "handle": "std::uint64_t", "u64": "std::uint64_t", "pointer": "void*"}


def result_type(method):
    outs = method["returns"]
    if not outs:
        return "void"
    if len(outs) == 1:
        return OUT[outs[0]["kind"]]
    return pascal(method["name"]) + "Result"


def body(spec, method, client):
    name, table = method["name"], spec["table"]
    qualified = f"{spec['name']}.{name}"
    receiver = "" if method.get("static") else "self_, "
    host = "host_, " if is_host(spec) else ""
    arguments = []
    lines = [f'    if (!FLOE_HAS({table}, table_, {name})) return missing("{qualified}");']
    for p in method["params"]:
        n = p["name"]
        if p["kind"] in TEXT:
            arguments += [f"{n}.data()", f"{n}.size()"]
        elif p["kind"] == "arrow":
            lines.append(f"    ArrowArrayStream {n}_moved{{}};")
            lines.append(f"    {n}.move_to(&{n}_moved);")
            arguments.append(f"{n}_moved.release == nullptr ? nullptr : &{n}_moved")
        else:
            arguments.append(n)
    for r in method["returns"]:
        n = r["name"]
        if r["kind"] in TEXT:
            lines.append(f"    SinkBuffer {n}_out(host_);")
            arguments.append(f"{n}_out.raw()")
        elif r["kind"] == "arrow":
            lines.append(f"    ArrowStream {n}_out;")
            arguments.append(f"{n}_out.get()")
        else:
            lines.append(f"    {OUT[r['kind']]} {n}_out{{}};")
            arguments.append(f"&{n}_out")
    passed = ", ".join(arguments)
    lines.append(f"    const floe_status status = table_->{name}({receiver}{host}call{', ' + passed if passed else ''});")
    lines.append(f'    if (status != FLOE_OK) return take_call_error(host_, call, status, "{qualified}");')
    values = []
    for r in method["returns"]:
        n = r["name"]
        values.append(f"{n}_out.take()" if r["kind"] in TEXT else f"std::move({n}_out)" if r["kind"] == "arrow" and len(method["returns"]) > 1 else f"{n}_out")
    if not values:
        lines.append("    return ok();")
    elif len(values) == 1:
        lines.append(f"    return {values[0]};")
    else:
        lines.append(f"    return {result_type(method)}{{{', '.join(values)}}};")
    return lines


def client_header(spec):
    name = spec["name"]
    cls = pascal(name) + "Client"
    out = [
        f"// {GENERATED.format(name + '.json')}",
        f"// Typed calls of {spec['interface']}; payloads: docs/reference/interfaces/{name}.md. Not installed.",
        "#pragma once",
        "",
        '#include "floe/client_call.hpp"',
        f'#include "floe/interfaces/{name}.h"',
        "",
        "namespace floe {",
        "",
        "// Copyable, owns nothing. As thread-safe as the table behind it; one call serves one thread at a time. After an",
        "// error the slot of the call is empty again.",
        f"class {cls} {{",
        " public:",
        f"  using Table = {spec['table']};",
        f"  static constexpr const char* kInterface = FLOE_{name.upper()}_INTERFACE;",
        "",
        f"  {cls}() = default;",
    ]
    if is_host(spec):
        out.append("  // `host` is whose calls are passed; `self` may be nullptr for static methods.")
    out += [
        f"  {cls}(const floe_host* host, const {spec['table']}* table, void* self) : host_(host), table_(table), self_(self) {{}}",
        "",
        "  [[nodiscard]] bool has_value() const { return table_ != nullptr; }",
        "  [[nodiscard]] bool can(std::uint64_t capability) const { return (table_->capabilities & capability) == capability; }",
        "  [[nodiscard]] const floe_host* host() const { return host_; }",
        f"  [[nodiscard]] const {spec['table']}* table() const {{ return table_; }}",
        "  [[nodiscard]] void* self() const { return self_; }",
        "",
    ]
    methods = list(spec["methods"])
    if not is_host(spec):
        common = lambda n: {"name": n, "params": [], "returns": [{"name": "result", "kind": "json"}]}
        methods = [common("health"), common("describe")] + methods
    for method in methods:
        if method.get("void"):
            out += [f"  void {method['name']}() const {{", f"    if (self_ != nullptr) table_->{method['name']}(self_);", "  }", ""]
            continue
        if len(method["returns"]) > 1:
            out.append(f"  struct {result_type(method)} {{")
            out += [f"    {OUT[r['kind']]} {r['name']}{{}};" for r in method["returns"]]
            out += ["  };", ""]
        params = ", ".join(["floe_call* call"] + [IN[p["kind"]].format(n=p["name"], t=p.get("type", "")) for p in method["params"]])
        out.append(f"  Result<{result_type(method)}> {method['name']}({params}) const {{")
        out += body(spec, method, cls)
        out += ["  }", ""]
    out += [
        " private:",
        "  static Error missing(std::string_view method) {",
        '    return fail(ErrorCode::kUnsupported, "`" + std::string(method) + "` is not implemented by this plugin");',
        "  }",
        "",
        "  const floe_host* host_ = nullptr;",
        f"  const {spec['table']}* table_ = nullptr;",
        "  void* self_ = nullptr;",
        "};",
        "",
        "}  // namespace floe",
        "",
    ]
    return "\n".join(out)


def outputs(specs):
    for spec in specs:
        yield INCLUDE / "client" / f"{spec['name']}.hpp", client_header(spec)
    lines = [f"// {GENERATED.format('*.json')}", "// All typed clients of interface tables. Uses base/; not installed.", "#pragma once", ""]
    lines += [f'#include "floe/client/{s["name"]}.hpp"' for s in specs]
    yield INCLUDE / "client.hpp", "\n".join(lines) + "\n"
