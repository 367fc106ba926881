// A plugin in Python on the base class of its interface.
#include "scaffold/scaffold.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <set>

namespace floe::scaffold {
namespace {

using conformance::MethodSpec;
using conformance::ValueSpec;

std::string type_of(const ValueSpec& value) {
  if (value.kind == "json") return "Json";
  if (value.kind == "str" || value.kind == "bytes") return value.kind;
  if (value.kind == "arrow") return "ArrowStream";
  if (value.kind == "handle") return "Handle";
  return value.kind == "f64" ? "float" : "int";
}

std::string returned(const MethodSpec& method) {
  if (method.returns.empty()) return "None";
  if (method.returns.size() == 1) return type_of(method.returns.front());
  std::vector<std::string> types;
  for (const ValueSpec& value : method.returns)
    types.push_back(type_of(value));
  return "Tuple[" + text::join(types, ", ") + "]";
}

std::string function(const MethodSpec& method) {
  std::vector<std::string> parameters{"self", "call: Call"};
  for (const ValueSpec& param : method.params) {
    const std::string type = type_of(param);
    parameters.push_back(param.name + ": " + (param.kind == "arrow" ? "Optional[" + type + "]" : type));
  }
  return fmt::format("\n    def {0}({1}) -> {2}:\n        raise NotImplementedError(\"{0} is not written yet\")\n",
                     method.name, text::join(parameters, ", "), returned(method));
}

// Those that no method implies.
std::vector<std::string> plain_capabilities(const conformance::InterfaceSpec& interface) {
  std::vector<std::string> found;
  const auto methods = chosen_methods(interface);
  for (const std::string& one : chosen_capabilities(interface)) {
    const bool is_implied = std::any_of(methods.begin(), methods.end(),
                                        [&](const MethodSpec* method) { return method->capability == one; });
    if (!is_implied) found.push_back("\"" + one + "\",");
  }
  return found;
}

// What the source names of `module`.
std::string import_line(const std::string& source, std::string_view module, std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string& name) { return source.find(name) == std::string::npos; });
  return names.empty() ? std::string() : fmt::format("from {} import {}\n", module, text::join(names, ", "));
}

}  // namespace

std::string python_source(const Request& request) {
  const conformance::InterfaceSpec& interface = *request.interface;
  std::string made = fmt::format("class {}({}):\n    \"\"\"What {} does, in one line.\"\"\"\n", type_name(request.name),
                                 interface.base_class, request.name);
  if (const auto capabilities = plain_capabilities(interface); !capabilities.empty())
    made += fmt::format("\n    CAPABILITIES = ({})\n", text::join(capabilities, " "));
  for (const MethodSpec* method : chosen_methods(interface))
    made += function(*method);
  const std::string typing = import_line(made, "typing", {"Optional", "Tuple"});
  return fmt::format(
      "\"\"\"{}: a {} plugin. Write what the methods answer; floe has checked what they get.\"\"\"\n\n{}{}{}"
      "from floe.plugins import {}\n\n\n{}",
      request.name, interface.id, typing, typing.empty() ? "" : "\n",
      import_line(made, "floe.plugin_call", {"ArrowStream", "Call", "Handle", "Json"}), interface.base_class, made);
}

std::string python_readme(const Request& request) {
  return fmt::format(
      "# {0}\n\nWhat {0} does, in one line. A plugin of floe for `{1}`, in Python.\n\n"
      "    make            # does floe find a plugin in plugin.py?\n"
      "    make check      # does it keep the rules?\n"
      "    make install    # puts it where floe looks for plugins\n\n"
      "Each takes `PREFIX=` of an installed floe. Packages that it imports come from the active virtualenv, or from "
      "the "
      "Python that `FLOE_PYTHON` names.\n",
      request.name, request.interface->id);
}

}  // namespace floe::scaffold
