// A plugin in C++17 on the base class of its interface.
#include "scaffold/scaffold.hpp"

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
  return fmt::format("\n  {0} {1}({2}) {{\n    call.fail(FLOE_UNSUPPORTED, \"{1} is not written yet\");\n  }}\n",
                     returned(method), method.name, text::join(parameters, ", "));
}

}  // namespace

std::string cpp_source(const Request& request) {
  const conformance::InterfaceSpec& interface = *request.interface;
  const std::string type = type_name(request.name);
  const std::string macro = "FLOE_" + text::to_upper_ascii(interface.name);
  std::string source = fmt::format(
      "// {}: a {} plugin. Write what the methods answer. Inputs have been checked: they are UTF-8, JSON ones are "
      "JSON.\n"
      "#include \"floe/interfaces/{}.hpp\"\n\n#include <string>\n#include <string_view>\n\nnamespace {{\n\n"
      "class {} : public floe::{}<{}> {{\n public:\n  static constexpr std::uint32_t kThreads = "
      "FLOE_THREADS_CONCURRENT;\n",
      request.name, interface.id, interface.name, type, interface.base_class, type);
  std::vector<std::string> bits;
  for (const std::string& capability : chosen_capabilities(interface))
    bits.push_back(macro + "_" + text::to_upper_ascii(capability));
  if (!bits.empty())
    source += fmt::format("  static constexpr std::uint64_t kCapabilities = {};\n", text::join(bits, " | "));
  source +=
      "\n  // A config with problems makes no instance.\n"
      "  static std::string validate_config(floe::Call& /*call*/, std::string_view config) {\n"
      "    if (floe_json_is_empty_object(config.data(), config.size()) != 0) return \"[]\";\n"
      "    return R\"([{\"path\":\"\",\"message\":\"there are no settings\"}])\";\n  }\n";
  for (const MethodSpec* method : chosen_methods(interface))
    source += function(*method);
  return source + fmt::format(
                      "}};\n\n}}  // namespace\n\nFLOE_PLUGIN(\"org.example.{0}\", \"0.1.0\", \"Example Ltd\", "
                      "floe::expose<{1}>(\"{0}\"));\n",
                      request.name, type);
}

}  // namespace floe::scaffold
