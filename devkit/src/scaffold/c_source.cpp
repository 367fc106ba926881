// A plugin in C99 that needs nothing but floe's headers.
#include "scaffold/plugin_files.hpp"
#include "scaffold/template_files.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::scaffold {
namespace {

using conformance::MethodSpec;
using conformance::ValueSpec;

std::string parameter(const ValueSpec& param) {
  const std::string& name = param.name;
  if (param.kind == "bytes") return fmt::format("const void* {0}, size_t {0}_length", name);
  if (param.is_text()) return fmt::format("const char* {0}, size_t {0}_length", name);
  if (param.kind == "arrow") return "struct ArrowArrayStream* " + name;
  if (param.kind == "f64") return "double " + name;
  return (param.kind == "i64" ? "int64_t " : "uint64_t ") + name;
}

std::string result(const ValueSpec& value) {
  if (value.is_text()) return "floe_sink* " + value.name;
  if (value.kind == "arrow") return "struct ArrowArrayStream* " + value.name;
  return "uint64_t* " + value.name;
}

// Refuses what the method must not be given.
std::string guard(const ValueSpec& param) {
  const std::string refuse = "return fail(self, call, FLOE_INVALID_ARGUMENT, \"`{0}` is no {1}\");\n";
  if (param.kind == "str") {
    return fmt::format(fmt::runtime("  if (!floe_is_utf8({0}, {0}_length)) " + refuse), param.name, "UTF-8");
  }
  if (param.kind != "json") return {};
  const char root = json_root(param);
  const std::string test = root == '\0' ? fmt::format("!floe_json_kind({0}, {0}_length)", param.name)
                                        : fmt::format("floe_json_kind({0}, {0}_length) != '{1}'", param.name, root);
  const char* what = root == '{' ? "JSON object" : root == '[' ? "JSON array" : "JSON";
  return "  if (" + test + ") " + fmt::format(fmt::runtime(refuse), param.name, what);
}

// `  (void)a, (void)b;`
std::string unused(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : "  (void)" + text::join(names, ", (void)") + ";\n";
}

// What a method does first: it gives up what it was handed, and refuses what it must not be given.
std::string guards(const MethodSpec& method) {
  std::vector<std::string> names;
  std::string streams;  // first: a refusal leaves them as it must
  std::string refusals;
  for (const ValueSpec& param : method.params) {
    refusals += guard(param);
    if (param.kind == "arrow") {
      streams += fmt::format("  if ({0} != NULL && {0}->release != NULL) {0}->release({0});\n", param.name);
    } else if (param.kind != "str" && param.kind != "json") {
      names.push_back(param.name);
    }
    if (param.kind == "bytes") names.push_back(param.name + "_length");
  }
  for (const ValueSpec& value : method.returns) {
    if (value.kind == "arrow") {
      streams += fmt::format("  {}->release = NULL;\n", value.name);
    } else {
      names.push_back(value.name);
    }
  }
  return unused(names) + streams + refusals;
}

std::string function(const MethodSpec& method) {
  std::vector<std::string> parameters{"void* self", "floe_call* call"};
  for (const ValueSpec& param : method.params)
    parameters.push_back(parameter(param));
  for (const ValueSpec& value : method.returns)
    parameters.push_back(result(value));
  return from_template("c/method.c.in", {{"METHOD", method.name},
                                         {"PARAMETERS", text::join(parameters, ", ")},
                                         {"GUARDS", without_last_newline(guards(method))}});
}

// The methods in the table, a line after the other.
std::string entries(const conformance::InterfaceSpec& interface) {
  constexpr std::size_t kWidth = 110;
  std::string made;
  std::size_t column = kWidth;
  for (const MethodSpec* method : chosen_methods(interface)) {
    const std::string entry = fmt::format(".{0} = {0}_method", method->name);
    const bool is_new_line = column + entry.size() > kWidth;
    made += (is_new_line ? ",\n    " : ", ") + entry;
    column = (is_new_line ? 0 : column) + entry.size();
  }
  return made;
}

}  // namespace

std::string c_source(const Request& request) {
  const conformance::InterfaceSpec& interface = *request.interface;
  const std::string bits = capability_bits(interface);
  return from_template("c/plugin.c.in",
                       {{"NAME", request.name},
                        {"INTERFACE", interface.id},
                        {"FILE", interface.name},
                        {"MACRO", "FLOE_" + text::to_upper_ascii(interface.name)},
                        {"METHODS", joined_methods(interface, function)},
                        {"CAPABILITIES", bits.empty() ? bits : fmt::format(" .capabilities = {},", bits)},
                        {"ENTRIES", entries(interface)}});
}

}  // namespace floe::scaffold
