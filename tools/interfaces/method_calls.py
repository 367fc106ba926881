"""devkit/src/conformance/generated/method_calls.cpp: every method of every interface behind one signature."""

from interfaces.model import GENERATED, ROOT, TEXT, is_host

FILE = ROOT / "devkit" / "src" / "conformance" / "generated" / "method_calls.cpp"


def argument(i, param):
    kind = param["kind"]
    if kind in TEXT:
        return [f"v.in[{i}].text.data()", f"v.in[{i}].text.size()"]
    return [{"arrow": f"v.in[{i}].stream", "f64": f"static_cast<double>(v.in[{i}].number)", "i64": f"static_cast<std::int64_t>(v.in[{i}].number)"}
            .get(kind, f"v.in[{i}].number")]


def result(i, value):
    kind = value["kind"]
    return f"v.out[{i}].sink" if kind in TEXT else f"&v.out[{i}].stream" if kind == "arrow" else f"&v.out[{i}].number"


def call(spec, method):
    arguments = ["v.self", "v.call"]
    for i, param in enumerate(method["params"]):
        arguments += argument(i, param)
    arguments += [result(i, value) for i, value in enumerate(method["returns"])]
    table = f"static_cast<const {spec['table']}*>(v.table)"
    return (f'    MethodCall{{"{spec["interface"]}", "{method["name"]}", [](const MethodValues& v) {{\n'
            f"                 return {table}->{method['name']}({', '.join(arguments)});\n               }}}},")


def outputs(specs):
    plugins = [s for s in specs if not is_host(s)]
    lines = [f"// {GENERATED.format('*.json')}", '#include "conformance/method_call.hpp"', ""]
    lines += [f'#include "floe/interfaces/{s["name"]}.h"' for s in plugins]
    lines += ["", "#include <array>", "", "namespace floe::conformance {", "namespace {", "", "constexpr std::array kCalls{"]
    lines += [call(s, m) for s in plugins for m in s["methods"]]
    lines += ["};", "", "}  // namespace", "", "std::span<const MethodCall> method_calls() { return kCalls; }", "",
              "}  // namespace floe::conformance", ""]
    yield FILE, "\n".join(lines)
