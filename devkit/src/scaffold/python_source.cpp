// A plugin in Python on the base class of its interface.
#include "scaffold/plugin_files.hpp"
#include "scaffold/template_files.hpp"

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
  types.reserve(method.returns.size());
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
  return from_template(
      "python/method.py.in",
      {{"METHOD", method.name}, {"PARAMETERS", text::join(parameters, ", ")}, {"RETURNED", returned(method)}});
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
  return names.empty() ? std::string() : fmt::format("from {} import {}", module, text::join(names, ", "));
}

}  // namespace

std::string python_source(const Request& request) {
  const conformance::InterfaceSpec& interface = *request.interface;
  const std::string methods = joined_methods(interface, function);
  const std::string typing = import_line(methods, "typing", {"Optional", "Tuple"});
  const auto capabilities = plain_capabilities(interface);
  const std::string line =
      capabilities.empty() ? "" : fmt::format("\n    CAPABILITIES = ({})", text::join(capabilities, " "));
  return from_template("python/plugin.py.in",
                       {{"NAME", request.name},
                        {"INTERFACE", interface.id},
                        {"TYPING", typing.empty() ? typing : typing + "\n"},
                        {"CALL", import_line(methods, "floe.plugin_call", {"ArrowStream", "Call", "Handle", "Json"})},
                        {"TYPE", type_name(request.name)},
                        {"BASE", interface.base_class},
                        {"CAPABILITIES", line},
                        {"METHODS", methods}});
}

}  // namespace floe::scaffold
