"""tests/abi/plugins/all_bases.cpp: every C++ base class with all of its methods, so that every thunk is compiled."""

from interfaces.cpp_sdk import CPP_IN, CPP_OUT, base_class
from interfaces.model import GENERATED, ROOT, is_host, pascal

# One result is returned: what comes back, and how it is made.
RESULT = {"str": ("std::string", "return {};"), "json": ("std::string", 'return "{}";'), "bytes": ("std::string", "return {};"),
          "handle": ("std::uint64_t", "return 1;"), "u64": ("std::uint64_t", "return 1;"), "arrow": ("floe::ArrowStream", "return {};")}


def sdk(type_text):
    """The type as a file outside of namespace floe spells it, without the parameter's name."""
    plain = type_text.removesuffix("{n}").strip()
    return f"floe::{plain}" if plain in ("ArrowStream", "Sink&") else plain


def method_source(method):
    outs = method["returns"]
    params = ["floe::Call&"] + [sdk(CPP_IN[p["kind"]]) for p in method["params"]]
    if len(outs) == 1:
        result, body = RESULT[outs[0]["kind"]]
    else:
        result, body = "void", ""
        params += [sdk(CPP_OUT[r["kind"]]) for r in outs]
    return f"  {result} {method['name']}({', '.join(params)}) {{ {body} }}".replace("{  }", "{}")


def outputs(specs):
    plugins = [spec for spec in specs if not is_host(spec)]
    out = [f"// {GENERATED.format('*.json')}", "// Every base class with every method: compiled, never called.", '#include "floe/plugin.hpp"', "", "namespace {", ""]
    for spec in plugins:
        name = pascal(spec["name"])
        out += [f"struct {name} : floe::{base_class(spec)}<{name}> {{", *[method_source(m) for m in spec["methods"]], "};", ""]
    exposed = ",\n             ".join(f'floe::expose<{pascal(s["name"])}>("all")' for s in plugins)
    out += ["}  // namespace", "", f'FLOE_PLUGIN("org.example.all", "1.0.0", "Example Ltd",\n             {exposed});', ""]
    yield ROOT / "tests" / "abi" / "plugins" / "all_bases.cpp", "\n".join(out)
