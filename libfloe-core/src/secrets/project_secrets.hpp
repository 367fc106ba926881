// Secrets in the clear in the files of a dbt project (governance.secret_scanning). Nothing here ever gives a value
// away.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace floe::policy {

struct FoundSecret {
  std::size_t begin;  // bytes of the value in the text
  std::size_t end;
  std::string what;  // `api_key` is written out, an access key of AWS, a private key ...
};

// In the order of the text. `file` tells the language by its ending: in SQL a comparison with a text is no assignment,
// so only Jinja is looked at; CSV has no keys. References (env_var, {{ }}, ${ }) and placeholders are no secrets.
std::vector<FoundSecret> find_secrets(std::string_view file, std::string_view text);

// The text with asterisks for every found value, line breaks kept: for source excerpts.
std::string mask_found_secrets(std::string_view file, std::string text);

}  // namespace floe::policy
