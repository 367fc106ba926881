#include "scaffold/plugin_files.hpp"

#include "scaffold/template_files.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::scaffold {
namespace {

using conformance::InterfaceSpec;
using conformance::MethodSpec;
using conformance::Specification;
using conformance::ValueSpec;

bool has_streams(const MethodSpec& method) {
  const auto is_stream = [](const ValueSpec& value) { return value.kind == "arrow"; };
  return std::any_of(method.params.begin(), method.params.end(), is_stream) ||
         std::any_of(method.returns.begin(), method.returns.end(), is_stream);
}

// How much there is to write for a capability.
int effort(const InterfaceSpec& interface, const std::string& capability) {
  int sum = 0;
  for (const MethodSpec& method : interface.methods) {
    if (method.capability == capability) sum += has_streams(method) ? 10 : 1;
  }
  return sum;
}

std::string library_name(const Request& request) {
  return request.language == Language::kPython ? "plugin.py" : "lib" + identifier(request.name) + ".so";
}

std::string plugin_json(const Request& request) {
  json::array capabilities;
  for (const std::string& one : chosen_capabilities(*request.interface))
    capabilities.emplace_back(one);
  json::object manifest{{"manifest_version", 1},
                        {"id", "org.example." + request.name},
                        {"version", "0.1.0"},
                        {"vendor", "Example Ltd"},
                        {"license", "Apache-2.0"},
                        {"description", "What " + request.name + " does, in one line"},
                        {"abi", json::object{{"major", 1}, {"min_host_minor", 0}}},
                        {"group", request.interface->group},
                        {"name", request.name},
                        {"interface", request.interface->id},
                        {"capabilities", std::move(capabilities)},
                        {"config_schema", "config.schema.json"},
                        {"isolation", "in-process"}};
  if (request.language == Language::kPython) {
    manifest["runtime"] = "python";
    manifest["library"] = library_name(request);
  } else {
    const std::string library = library_name(request);
    manifest["library"] = json::object{{"linux-x86_64", library}, {"linux-aarch64", library}};
  }
  return to_pretty_json(manifest);
}

std::string folder_of(Language language) {
  switch (language) {
    case Language::kC:
      return "c";
    case Language::kCpp:
      return "cpp";
    case Language::kRust:
      return "rust";
    case Language::kPython:
      return "python";
  }
  return {};
}

// What a file names beside the methods.
text::Places places(const Request& request) {
  return {{"NAME", request.name},
          {"GROUP", request.interface->group},
          {"INTERFACE", request.interface->id},
          {"LIBRARY", library_name(request)},
          {"IDENTIFIER", identifier(request.name)}};
}

std::string makefile(const Request& request) {
  text::Places known = places(request);
  known.emplace_back("BUILD", from_template(folder_of(request.language) + "/build.mk.in", known));
  return from_template("any/Makefile.in", known);
}

}  // namespace

Result<Language> parse_language(std::string_view text) {
  if (text == "c") return Language::kC;
  if (text == "cpp") return Language::kCpp;
  if (text == "rust") return Language::kRust;
  if (text == "python") return Language::kPython;
  return failf(ErrorCode::kInvalidArgument, "`--lang` is `{}`; accepted are c, cpp, rust and python", text);
}

Status check_name(std::string_view name) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool is_good = !name.empty() && name.size() <= 60 && name.front() >= 'a' && name.front() <= 'z' &&
                       std::all_of(name.begin(), name.end(), is_allowed);
  if (is_good) return ok();
  return failf(ErrorCode::kInvalidArgument, "the name is `{}`; accepted are a-z, 0-9 and `-`, a letter first", name);
}

std::vector<std::string> chosen_capabilities(const InterfaceSpec& interface) {
  std::vector<std::string> chosen;
  chosen.reserve(interface.choices.size());
  for (const auto& choice : interface.choices) {
    chosen.push_back(*std::min_element(choice.begin(), choice.end(), [&](const std::string& a, const std::string& b) {
      return effort(interface, a) < effort(interface, b);
    }));
  }
  return chosen;
}

std::vector<const MethodSpec*> chosen_methods(const InterfaceSpec& interface) {
  const auto capabilities = chosen_capabilities(interface);
  std::vector<const MethodSpec*> chosen;
  for (const MethodSpec& method : interface.methods) {
    const bool is_promised =
        std::find(capabilities.begin(), capabilities.end(), method.capability) != capabilities.end();
    if (!method.is_optional || is_promised) chosen.push_back(&method);
  }
  return chosen;
}

char json_root(const ValueSpec& param) {
  const std::string type = Specification::get().root_type(param.schema);
  return type == "object" ? '{' : type == "array" ? '[' : '\0';
}

std::string identifier(std::string_view name) {
  std::string made(name);
  std::replace(made.begin(), made.end(), '-', '_');
  return made;
}

std::string type_name(std::string_view name) {
  std::string made;
  bool is_start = true;
  for (const char c : name) {
    if (c != '-') made += is_start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    is_start = c == '-';
  }
  if (made == "None" || made == "True" || made == "False") made += "Plugin";  // words of Python itself
  return made;
}

std::string capability_bits(const InterfaceSpec& interface) {
  std::vector<std::string> bits;
  for (const std::string& capability : chosen_capabilities(interface))
    bits.push_back("FLOE_" + text::to_upper_ascii(interface.name + "_" + capability));
  return text::join(bits, " | ");
}

std::string without_last_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string joined_methods(const InterfaceSpec& interface, std::string (*function)(const MethodSpec& method)) {
  std::vector<std::string> made;
  for (const MethodSpec* method : chosen_methods(interface))
    made.push_back(function(*method));
  return without_last_newline(text::join(made, "\n"));
}

std::vector<File> make_files(const Request& request) {
  std::vector<File> files{{"plugin.json", plugin_json(request)},
                          {"config.schema.json", from_template("any/config.schema.json.in", places(request))},
                          {"Makefile", makefile(request)}};
  if (request.language == Language::kC) files.push_back({"plugin.c", c_source(request)});
  if (request.language == Language::kCpp) files.push_back({"plugin.cpp", cpp_source(request)});
  if (request.language == Language::kRust) {
    files.push_back({"Cargo.toml", from_template("rust/Cargo.toml.in", places(request))});
    files.push_back({"src/lib.rs", rust_source(request)});
    files.push_back({"src/json.rs", from_template("rust/json.rs.in", {})});
  }
  if (request.language == Language::kPython) {
    files.push_back({"plugin.py", python_source(request)});
    files.push_back({"README.md", from_template("python/README.md.in", places(request))});
  }
  return files;
}

}  // namespace floe::scaffold
