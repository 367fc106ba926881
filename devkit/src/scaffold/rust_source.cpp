// A plugin in Rust on floe-sys, without other crates.
#include "scaffold/plugin_files.hpp"
#include "scaffold/template_files.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::scaffold {
namespace {

using conformance::MethodSpec;
using conformance::ValueSpec;

std::string parameter(const ValueSpec& param) {
  const std::string& name = param.name;
  if (param.kind == "bytes") return fmt::format("_{0}: *const c_void, _{0}_length: usize", name);
  if (param.is_text()) return fmt::format("{0}: *const c_char, {0}_length: usize", name);
  if (param.kind == "arrow") return name + ": *mut ArrowArrayStream";
  if (param.kind == "f64") return "_" + name + ": f64";
  return "_" + name + (param.kind == "i64" ? ": i64" : ": u64");
}

std::string result(const ValueSpec& value) {
  if (value.is_text()) return "_" + value.name + ": *mut floe_sink";
  if (value.kind == "arrow") return value.name + ": *mut ArrowArrayStream";
  return "_" + value.name + ": *mut u64";
}

// Refuses what the method must not be given.
std::string guard(const ValueSpec& param) {
  if (param.kind == "str") {
    return fmt::format(
        "        if utf8({0}, {0}_length).is_none() {{ return refuse(host, call, \"`{0}` is no UTF-8\"); }}\n",
        param.name);
  }
  if (param.kind != "json") return {};
  const char root = json_root(param);
  const std::string wanted =
      root == '\0' ? "is_some()" : fmt::format("map_or(false, |text| json::kind(text) == '{}')", root);
  const char* what = root == '{' ? "JSON object" : root == '[' ? "JSON array" : "JSON";
  return fmt::format("        if !utf8({0}, {0}_length).{1} {{ return refuse(host, call, \"`{0}` is no {2}\"); }}\n",
                     param.name, wanted, what);
}

std::string function(const MethodSpec& method) {
  std::vector<std::string> parameters{"host: *mut c_void", "call: *mut floe_call"};
  std::string streams;  // first: a refusal leaves them as it must
  std::string guards;
  for (const ValueSpec& param : method.params) {
    parameters.push_back(parameter(param));
    if (param.kind == "arrow") streams += fmt::format("        release({});\n", param.name);
    if (param.is_text()) guards += guard(param);
  }
  for (const ValueSpec& value : method.returns) {
    parameters.push_back(result(value));
    if (value.kind == "arrow") streams += fmt::format("        (*{}).release = None;\n", value.name);
  }
  return from_template("rust/method.rs.in", {{"METHOD", method.name},
                                             {"PARAMETERS", text::join(parameters, ", ")},
                                             {"GUARDS", without_last_newline(streams + guards)}});
}

// The table has an entry for each method of the interface.
std::string entries(const conformance::InterfaceSpec& interface) {
  const auto chosen = chosen_methods(interface);
  std::string made;
  for (const MethodSpec& method : interface.methods) {
    const bool is_there = std::find(chosen.begin(), chosen.end(), &method) != chosen.end();
    made += fmt::format("    {}: {},\n", method.name, is_there ? "Some(" + method.name + ")" : "None");
  }
  return without_last_newline(std::move(made));
}

}  // namespace

std::string rust_source(const Request& request) {
  const conformance::InterfaceSpec& interface = *request.interface;
  const std::string bits = capability_bits(interface);
  return from_template("rust/lib.rs.in", {{"NAME", request.name},
                                          {"INTERFACE", interface.id},
                                          {"TABLE", "floe_" + interface.name + "_v1"},
                                          {"MACRO", "FLOE_" + text::to_upper_ascii(interface.name)},
                                          {"METHODS", joined_methods(interface, function)},
                                          {"CAPABILITIES", bits.empty() ? "0" : bits},
                                          {"ENTRIES", entries(interface)}});
}

}  // namespace floe::scaffold
