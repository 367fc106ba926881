#include "scaffold/scaffold.hpp"

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

std::string config_schema(const Request& request) {
  return to_pretty_json(json::object{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                     {"title", request.interface->group + "/" + request.name},
                                     {"type", "object"},
                                     {"properties", json::object()},
                                     {"additionalProperties", false},
                                     {"examples", json::array{json::object()}}});
}

constexpr std::string_view kMakeHead =
    R"(# make builds the plugin, make check runs the conformance checks, make install puts it where floe looks for it.
# PREFIX is where floe is installed, ROOT the plugin directory to install into.
PREFIX ?= /usr/local
ROOT ?= $(PREFIX)/lib/floe/plugins
FLOE ?= $(PREFIX)/bin/floe
LIBRARY := @LIBRARY@

.PHONY: all check install clean
all: $(LIBRARY)
)";

constexpr std::string_view kMakeC = R"(
CFLAGS ?= -O2 -g -Wall -Wextra
HARDENING := -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
MAP := $(PREFIX)/lib/cmake/floe/floe-plugin.map

$(LIBRARY): plugin.c
	$(CC) -std=c99 $(CFLAGS) -fPIC -fvisibility=hidden -I$(PREFIX)/include -shared -Wl,--version-script=$(MAP) $(HARDENING) -o $@ $<

clean:
	rm -f $(LIBRARY)
)";

constexpr std::string_view kMakeCpp = R"(
CXXFLAGS ?= -O2 -g -Wall -Wextra
HARDENING := -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
MAP := $(PREFIX)/lib/cmake/floe/floe-plugin.map

$(LIBRARY): plugin.cpp
	$(CXX) -std=c++17 $(CXXFLAGS) -fPIC -fvisibility=hidden -I$(PREFIX)/include -shared -Wl,--version-script=$(MAP) $(HARDENING) -o $@ $<

clean:
	rm -f $(LIBRARY)
)";

constexpr std::string_view kMakeRust = R"(
CARGO ?= cargo

# The declarations of the plugin ABI come with floe.
vendor/floe-sys:
	mkdir -p vendor
	ln -sfn $(PREFIX)/share/floe/rust/floe-sys $@

$(LIBRARY): Cargo.toml src/lib.rs src/json.rs | vendor/floe-sys
	$(CARGO) build --release --offline --quiet
	cp target/release/$(LIBRARY) $@

clean:
	rm -rf $(LIBRARY) target vendor
)";

// There is nothing to build: floe opens the file.
constexpr std::string_view kMakePython = R"(	$(FLOE) plugin check --only load.entry .

clean:
	rm -rf __pycache__
)";

constexpr std::string_view kMakeTail = R"(
check: all
	$(FLOE) plugin check .

install: all
	install -d $(ROOT)/@GROUP@/@NAME@
	install -m 644 plugin.json config.schema.json $(ROOT)/@GROUP@/@NAME@
	install -m 755 $(LIBRARY) $(ROOT)/@GROUP@/@NAME@
)";

constexpr std::string_view kCargo = R"([package]
name = "@IDENTIFIER@"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[dependencies]
floe-sys = { path = "vendor/floe-sys" }
)";

std::string filled(std::string text, const Request& request) {
  for (const auto& [place, value] : {std::pair<std::string, std::string>{"@LIBRARY@", library_name(request)},
                                     {"@GROUP@", request.interface->group},
                                     {"@NAME@", request.name},
                                     {"@IDENTIFIER@", identifier(request.name)}}) {
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
      text.replace(at, place.size(), value);
  }
  return text;
}

std::string makefile(const Request& request) {
  const std::string_view build = request.language == Language::kC      ? kMakeC
                                 : request.language == Language::kCpp  ? kMakeCpp
                                 : request.language == Language::kRust ? kMakeRust
                                                                       : kMakePython;
  return filled(std::string(kMakeHead) + std::string(build) + std::string(kMakeTail), request);
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
  return made;
}

std::vector<File> make_files(const Request& request) {
  std::vector<File> files{{"plugin.json", plugin_json(request)},
                          {"config.schema.json", config_schema(request)},
                          {"Makefile", makefile(request)}};
  if (request.language == Language::kC) files.push_back({"plugin.c", c_source(request)});
  if (request.language == Language::kCpp) files.push_back({"plugin.cpp", cpp_source(request)});
  if (request.language == Language::kRust) {
    files.push_back({"Cargo.toml", filled(std::string(kCargo), request)});
    files.push_back({"src/lib.rs", rust_source(request)});
    files.push_back({"src/json.rs", rust_json_module()});
  }
  if (request.language == Language::kPython) {
    files.push_back({"plugin.py", python_source(request)});
    files.push_back({"README.md", python_readme(request)});
  }
  return files;
}

}  // namespace floe::scaffold
