#include "policy/secret_scan.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace floe::policy {
namespace {

constexpr std::array<std::string_view, 15> kSecretWords{
    "password",      "passwd",      "pwd",        "secret",     "token",       "apikey", "api_key",
    "access_key",    "private_key", "passphrase", "credential", "account_key", "sas",    "connection_string",
    "encryption_key"};

// Keys that hold names of things, not the things.
constexpr std::array<std::string_view, 24> kIdentifierEndings{
    "_ref",      "_name",   "_id",     "_url",      "_uri",     "_endpoint", "_path",     "_file",
    "_type",     "_arn",    "_mode",   "_backend",  "_version", "_ttl",      "_env",      "_column",
    "_lifetime", "_length", "_header", "_provider", "_store",   "_manager",  "_audience", "_policy"};

// What people choose themselves may be all digits; tokens and keys that machines make are not.
constexpr std::array<std::string_view, 4> kChosenSecrets{"password", "passwd", "pwd", "passphrase"};

bool contains_word(const std::string& key, std::string_view word) {
  for (std::size_t at = key.find(word); at != std::string::npos; at = key.find(word, at + 1)) {
    const bool starts = at == 0 || key[at - 1] == '_' || key[at - 1] == '.';
    const std::size_t end = at + word.size();
    const bool ends = end == key.size() || key[end] == '_' || key[end] == 's';
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace

bool is_secret_key(std::string_view raw_key) {
  std::string key = text::to_lower_ascii(raw_key);
  std::replace(key.begin(), key.end(), '-', '_');
  // AWS calls its public half a key id, and plural or qualified names are identifiers. `secrets` is the category of
  // plugins, and what Kubernetes calls a list of names.
  if (key == "access_key_id" || key == "keys" || key == "key" || key == "secrets") return false;
  for (const std::string_view ending : kIdentifierEndings) {
    if (key.ends_with(ending)) return false;
  }
  return std::any_of(kSecretWords.begin(), kSecretWords.end(),
                     [&](std::string_view word) { return contains_word(key, word); });
}

bool is_plain_value(std::string_view value) {
  return !(value.empty() || value.find("{{") != std::string_view::npos || value.find("${") != std::string_view::npos ||
           value.starts_with("$") || value.starts_with("secret:") || value.starts_with("vault:") ||
           value.starts_with("env:") || value.starts_with("env_var(") || value == "***");
}

namespace {

bool is_upper_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// max_tokens: 5
bool is_number_of_things(std::string_view raw_key, std::string_view value) {
  if (value.empty() || value.find_first_not_of("0123456789.") != std::string_view::npos) return false;
  const std::string key = text::to_lower_ascii(raw_key);
  return std::none_of(kChosenSecrets.begin(), kChosenSecrets.end(),
                      [&](std::string_view word) { return key.ends_with(word); });
}

// `Bearer <token>`: a word that is too long for prose.
bool holds_bearer_token(std::string_view value) {
  constexpr std::string_view kScheme = "Bearer ";
  constexpr std::string_view kTokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
  constexpr std::size_t kShortest = 16;
  const auto at = value.find(kScheme);
  if (at == std::string_view::npos) return false;
  const std::string_view token = value.substr(at + kScheme.size());
  return std::min(token.find_first_not_of(kTokenCharacters), token.size()) >= kShortest;
}

// Who knows the address of an incoming webhook of Slack may post there.
bool holds_webhook(std::string_view value) {
  constexpr std::string_view kHook = "https://hooks.slack.com/services/";
  const auto at = value.find(kHook);
  return at != std::string_view::npos && value.size() > at + kHook.size() &&
         is_plain_value(value.substr(at + kHook.size()));
}

// Wherever it stands in the text.
bool holds_known_secret(std::string_view text) { return holds_bearer_token(text) || holds_webhook(text); }

}  // namespace

bool looks_like_secret(std::string_view value) {
  constexpr std::size_t kAwsKeyLength = 20;
  if ((value.starts_with("AKIA") || value.starts_with("ASIA")) && value.size() == kAwsKeyLength &&
      std::all_of(value.begin(), value.end(), is_upper_or_digit)) {
    return true;
  }
  for (const std::string_view prefix : {"ghp_", "gho_", "github_pat_", "xoxb-", "xoxp-", "sk_live_", "glpat-"}) {
    if (value.starts_with(prefix) && value.size() >= prefix.size() + 16) return true;
  }
  if (value.find("-----BEGIN ") != std::string_view::npos && value.find("PRIVATE KEY") != std::string_view::npos)
    return true;
  if (holds_known_secret(value)) return true;
  // scheme://user:password@host
  const auto scheme = value.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view authority = value.substr(scheme + 3, value.find('/', scheme + 3) - scheme - 3);
  const auto at = authority.rfind('@');
  const auto colon = authority.find(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon >= at) return false;
  return is_plain_value(authority.substr(colon + 1, at - colon - 1));
}

namespace {

std::string secret_name(std::string_view address) {
  std::string out(address.substr(address.rfind('.') == std::string_view::npos ? 0 : address.rfind('.') + 1));
  std::replace(out.begin(), out.end(), '_', '-');
  return text::to_lower_ascii(out);
}

void scan_node(const yaml::Node& node, std::string_view key, const Span& key_span, const std::string& address,
               bool strict, DiagnosticSink& sink) {
  for (const yaml::Entry& entry : node.entries) {
    scan_node(*entry.value, entry.key, entry.key_span, address.empty() ? entry.key : address + "." + entry.key, strict,
              sink);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    scan_node(*node.items[i], key, key_span, fmt::format("{}[{}]", address, i), strict, sink);
  }
  const bool is_text = node.is_string() || node.kind == yaml::Kind::kInt;
  if (!is_text || !is_plain_secret(key, node.text)) return;
  const std::string message = fmt::format("`{}` holds a secret in plain text", address);
  auto diagnostic = strict ? error_diagnostic("FLOE-E0731", "plain-text-secret", message)
                           : warning_diagnostic("FLOE-E0731", "plain-text-secret", message);
  sink.report(std::move(diagnostic)
                  .at(key_span.valid() ? key_span : node.span, "its value is not shown")
                  .help(fmt::format("write `{}: {{secret_ref: {}}}` and put the value into the secret backend", key,
                                    secret_name(address)))
                  .addressed(address));
}

}  // namespace

bool is_plain_secret(std::string_view key, std::string_view value) {
  if (!is_plain_value(value)) return false;
  return looks_like_secret(value) || (is_secret_key(key) && !is_number_of_things(key, value));
}

void scan_for_secrets(const yaml::Node& node, const std::string& address, bool strict, DiagnosticSink& sink) {
  scan_node(node, "", {}, address, strict, sink);
}

namespace {

// One line of YAML as masking sees it.
struct YamlLine {
  explicit YamlLine(std::string_view line) : text(line) {
    indent = line.find_first_not_of(" -");
    if (indent == std::string_view::npos) indent = line.size();
    const auto colon = line.find(':');
    key = text::trim(line.substr(0, colon == std::string_view::npos ? 0 : colon));
    while (key.starts_with("- ") || key.starts_with("{"))
      key = text::trim(key.substr(1));
    key = unquoted(key);
    value = colon == std::string_view::npos ? line : text::trim(line.substr(colon + 1));
  }

  static std::string_view unquoted(std::string_view scalar) {
    const bool is_quoted = scalar.size() >= 2 && (scalar.front() == '"' || scalar.front() == '\'');
    return is_quoted ? scalar.substr(1, scalar.size() - 2) : scalar;
  }

  // Inside a flow mapping the key is not the first word of the line.
  [[nodiscard]] bool has_secret_key_in_flow() const {
    if (text.find('{') == std::string_view::npos) return false;
    for (std::string word : text::split_words(text)) {
      while (!word.empty() && (word.front() == '{' || word.front() == ','))
        word.erase(0, 1);
      if (!word.empty() && word.back() == ':' && is_secret_key(word.substr(0, word.size() - 1))) return true;
    }
    return false;
  }

  [[nodiscard]] bool holds_secret() const {
    if (is_plain_secret(key, unquoted(value))) return true;
    const auto words = text::split_words(text);
    return holds_known_secret(text) || std::any_of(words.begin(), words.end(), looks_like_secret) ||
           has_secret_key_in_flow();
  }

  // `password: |` and the like: the value is on the lines below.
  [[nodiscard]] bool opens_secret_block() const {
    return is_secret_key(key) && (value.starts_with("|") || value.starts_with(">"));
  }

  std::string_view text;
  std::size_t indent = 0;
  std::string_view key;
  std::string_view value;
};

}  // namespace

std::string mask_secrets(std::string_view yaml_text) {
  std::string out;
  out.reserve(yaml_text.size());
  bool in_private_key = false;
  std::optional<std::size_t> block_indent;  // of the key of the secret block the line is in
  for (const std::string_view text : text::split(yaml_text, '\n')) {
    if (text.data() != yaml_text.data()) out += '\n';
    const YamlLine line(text);
    if (text.find("-----BEGIN ") != std::string_view::npos) in_private_key = true;
    if (block_indent && line.indent <= *block_indent && line.indent != text.size()) block_indent.reset();
    const bool masks_all = in_private_key || block_indent.has_value();
    if (text.find("-----END ") != std::string_view::npos) in_private_key = false;
    if (!masks_all && line.opens_secret_block()) {
      block_indent = line.indent;
      out += text;
      continue;
    }
    const bool is_reference = line.value.starts_with("{") && text.find("_ref") != std::string_view::npos;
    if ((!masks_all && !line.holds_secret()) || line.value.empty() || is_reference) {
      out += text;
      continue;
    }
    const std::size_t start = masks_all ? line.indent : static_cast<std::size_t>(line.value.data() - text.data());
    out += text.substr(0, start);
    out += std::string(text::code_point_count(text.substr(start)), '*');
  }
  return out;
}

}  // namespace floe::policy
