// A plugin in C++17 on the base class of its interface.
#include "scaffold/plugin_files.hpp"
#include "scaffold/template_files.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::scaffold {
namespace {

using conformance::MethodSpec;
using conformance::ValueSpec;

std::string parameter(const ValueSpec& param) {
  const std::string name = " /*" + param.name + "*/";
  if (param.is_text()) return "std::string_view" + name;
  if (param.kind == "arrow") return "floe::ArrowStream" + name;
  if (param.kind == "f64") return "double" + name;
  return (param.kind == "i64" ? "std::int64_t" : "std::uint64_t") + name;
}

std::string result(const ValueSpec& value) {
  const std::string name = " /*" + value.name + "*/";
  if (value.is_text()) return "floe::Sink&" + name;
  return (value.kind == "arrow" ? "ArrowArrayStream&" : "std::uint64_t&") + name;
}

std::string returned(const MethodSpec& method) {
  if (method.returns.size() != 1) return "void";
  const ValueSpec& value = method.returns.front();
  return value.is_text() ? "std::string" : value.kind == "arrow" ? "floe::ArrowStream" : "std::uint64_t";
}

std::string function(const MethodSpec& method) {
  std::vector<std::string> parameters{"floe::Call& call"};
  for (const ValueSpec& param : method.params)
    parameters.push_back(parameter(param));
  if (method.returns.size() > 1) {
    for (const ValueSpec& value : method.returns)
      parameters.push_back(result(value));
  }
  return from_template(
      "cpp/method.cpp.in",
      {{"RETURNED", returned(method)}, {"METHOD", method.name}, {"PARAMETERS", text::join(parameters, ", ")}});
}

}  // namespace

std::string cpp_source(const Request& request) {
  const conformance::InterfaceSpec& interface = *request.interface;
  const std::string bits = capability_bits(interface);
  const std::string line =
      bits.empty() ? bits : fmt::format("  static constexpr std::uint64_t kCapabilities = {};", bits);
  return from_template("cpp/plugin.cpp.in", {{"NAME", request.name},
                                             {"INTERFACE", interface.id},
                                             {"FILE", interface.name},
                                             {"TYPE", type_name(request.name)},
                                             {"BASE", interface.base_class},
                                             {"CAPABILITIES", line},
                                             {"METHODS", joined_methods(interface, function)}});
}

}  // namespace floe::scaffold
