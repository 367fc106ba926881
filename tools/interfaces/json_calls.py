"""libfloe-core/src/plugin/generated/json_calls.cpp: every method of every plugin interface by name, with JSON in and out."""

from interfaces.host_table import GENERATED_DIR
from interfaces.model import GENERATED, is_host, pascal

COMMON = tuple({"name": name, "params": [], "returns": [{"name": "result", "kind": "json"}]} for name in ("health", "describe"))
READ = {"str": "text", "json": "document", "bytes": "bytes", "u64": "number", "handle": "number", "arrow": "rows"}


def reading(param):
    what = "optional_rows" if param["kind"] == "arrow" and param.get("optional") else READ[param["kind"]]
    return f'  auto {param["name"]} = FLOE_TRY(io.{what}("{param["name"]}"));'


def function(spec, method):
    client = f"{pascal(spec['name'])}Client"
    arguments = ["call"]
    lines = [f"Status {spec['name']}_{method['name']}(const Instance& plugin, floe_call* call, JsonCall& io) {{"]
    for param in method["params"]:
        lines.append(reading(param))
        arguments.append(f"std::move({param['name']})" if param["kind"] == "arrow" else param["name"])
    passed = f"plugin.client<{client}>().{method['name']}({', '.join(arguments)})"
    outs = method["returns"]
    if not outs:
        lines.append(f"  FLOE_TRY({passed});")
    else:
        lines.append(f"  auto out = FLOE_TRY({passed});")
    for out in outs:
        value = "out" if len(outs) == 1 else f"out.{out['name']}"
        value = f"std::move({value})" if out["kind"] == "arrow" else value
        lines.append(f'  FLOE_TRY(io.put_{READ[out["kind"]]}("{out["name"]}", {value}));')
    if not method["params"] and not outs:
        lines[0] = lines[0].replace("& io", "& /*io*/")
    return lines + ["  return ok();", "}", ""]


def source(specs):
    specs = [spec for spec in specs if not is_host(spec)]
    out = [f"// {GENERATED.format('*.json')}", '#include "plugin/json_call.hpp"', "", '#include "floe/client.hpp"', "", "#include <array>", "",
           "namespace floe {", "namespace {", ""]
    for spec in specs:
        methods = [*COMMON, *spec["methods"]]
        for method in methods:
            out += function(spec, method)
        out.append(f"constexpr std::array k{pascal(spec['name'])}{{")
        for method in methods:
            plain = " ".join(p["name"] for p in method["params"] if p["kind"] != "arrow")
            secret = " ".join(r["name"] for r in method["returns"] if r.get("secret"))
            takes_rows = "true" if any(p["kind"] == "arrow" for p in method["params"]) else "false"
            out.append(f'    JsonMethod{{"{method["name"]}", "{plain}", "{secret}", {takes_rows}, {spec["name"]}_{method["name"]}}},')
        out += ["};", ""]
    out += ["}  // namespace", "", "std::span<const JsonMethod> json_methods(std::string_view interface_id) {"]
    out += [f'  if (interface_id == {pascal(spec["name"])}Client::kInterface) return k{pascal(spec["name"])};' for spec in specs]
    return "\n".join(out + ["  return {};", "}", "", "}  // namespace floe", ""])


def outputs(specs):
    yield GENERATED_DIR / "json_calls.cpp", source(specs)
