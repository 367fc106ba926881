// floe plugin new: a folder with a plugin that builds against an installed floe and fails no conformance check. No
// method answers anything yet: each says FLOE_UNSUPPORTED, so that nobody takes an example for an answer.
#pragma once

#include "conformance/specification.hpp"
#include "devkit/devkit.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::scaffold {

enum class Language : std::uint8_t { kC, kCpp, kRust, kPython };

struct Request {
  Language language = Language::kC;
  const conformance::InterfaceSpec* interface = nullptr;
  std::string name;  // what users write: polaris
};

using devkit::File;

Result<Language> parse_language(std::string_view text);  // c, cpp, rust, python
Status check_name(std::string_view name);

// What goes into the folder `name`.
std::vector<File> make_files(const Request& request);

// The methods that the plugin has: the mandatory ones, and those of the capabilities that the interface makes it
// choose.
std::vector<const conformance::MethodSpec*> chosen_methods(const conformance::InterfaceSpec& interface);
std::vector<std::string> chosen_capabilities(const conformance::InterfaceSpec& interface);

// The capabilities as bits of C and Rust: `FLOE_QUALITY_SQL | ...`; "" without any.
std::string capability_bits(const conformance::InterfaceSpec& interface);

// What `function` makes of each chosen method, with an empty line between them.
std::string joined_methods(const conformance::InterfaceSpec& interface,
                           std::string (*function)(const conformance::MethodSpec& method));
std::string without_last_newline(std::string text);

// '{', '[' or 0 for any: what floe_json_kind says of the right text.
char json_root(const conformance::ValueSpec& param);
// `secret-store` as an identifier: secret_store, SecretStore.
std::string identifier(std::string_view name);
std::string type_name(std::string_view name);

std::string c_source(const Request& request);
std::string python_source(const Request& request);
std::string cpp_source(const Request& request);
std::string rust_source(const Request& request);

}  // namespace floe::scaffold
