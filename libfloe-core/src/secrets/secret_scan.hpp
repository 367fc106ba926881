// Plain-text secrets in floe's own documents: found, named by their key, never echoed.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <string>
#include <string_view>

namespace floe::policy {

// Whether a member of that name holds a secret (password, api_key); names of things, such as key ids, are none.
bool is_secret_key(std::string_view key);

// Whether a text is a secret wherever it stands: an access key of AWS, a token of a known service, a URL with a
// password.
bool looks_like_secret(std::string_view value);

// Not empty, and no reference to something else: {{ }}, ${ }, $NAME, secret:name.
bool is_plain_value(std::string_view value);

// Whether `value` under `key` is a secret in the clear; references, templates and identifiers are not.
bool is_plain_secret(std::string_view key, std::string_view value);

// Reports each under `node`: an error when `strict`, else a warning. `address` is the path of `node`.
void scan_for_secrets(const yaml::Node& node, const std::string& address, bool strict, DiagnosticSink& sink);

// `text` with *** for each secret that is one wherever it stands: for messages that repeat what was written.
std::string mask_known_secrets(std::string_view text);

// YAML text with the values of secrets replaced by asterisks of the same length: for source excerpts.
std::string mask_secrets(std::string_view yaml_text);

}  // namespace floe::policy
