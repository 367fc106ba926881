#include "secrets/secret_scan.hpp"

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
constexpr std::array<std::string_view, 38> kIdentifierEndings{
    "_ref",       "_name",   "_id",     "_url",      "_uri",     "_endpoint", "_path",     "_file",
    "_type",      "_arn",    "_mode",   "_backend",  "_version", "_ttl",      "_env",      "_column",
    "_lifetime",  "_length", "_header", "_provider", "_store",   "_manager",  "_audience", "_policy",
    "_namespace", "_engine", "_expiry", "_field",    "_bucket",  "_interval", "_timeout",  "_duration",
    "_prefix",    "_region", "_scope",  "_issuer",   "_format",  "_kind"};

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

// clientSecret, client-secret: client_secret
std::string snake_case(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool is_upper = key[i] >= 'A' && key[i] <= 'Z';
    const bool is_after_lower = i > 0 && key[i - 1] >= 'a' && key[i - 1] <= 'z';
    if (is_upper && is_after_lower) out += '_';
    out += key[i] == '-' ? '_' : key[i];
  }
  return text::to_lower_ascii(out);
}

}  // namespace

bool is_secret_key(std::string_view raw_key) {
  const std::string key = snake_case(raw_key);
  // AWS calls its public half a key id, and plural or qualified names are identifiers. `secrets` is the category of
  // plugins, and what Kubernetes calls a list of names.
  if (key == "access_key_id" || key == "keys" || key == "key" || key == "secrets") return false;
  for (const std::string_view ending : kIdentifierEndings) {
    if (key.ends_with(ending)) return false;
  }
  if (key == "pass" || key.ends_with("_pass") || key == "bearer") return true;
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

// `Server=db;Password=x`: a connection in settings.
bool has_password_setting(std::string_view value) {
  if (value.find(';') == std::string_view::npos) return false;
  for (const std::string_view setting : text::split(value, ';')) {
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string key = text::to_lower_ascii(text::trim(setting.substr(0, equals)));
    if ((key == "password" || key == "pwd") && is_plain_value(text::trim(setting.substr(equals + 1)))) return true;
  }
  return false;
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

// What to write instead. The address of a server takes no reference: a user and a password have members of their own.
std::string help_for(std::string_view key, std::string_view value) {
  if (value.find("://") != std::string_view::npos && value.find('@') != std::string_view::npos)
    return fmt::format("leave user and password out of `{}`; credentials are members of their own, as references", key);
  std::string name =
      text::to_lower_ascii(key.substr(key.rfind('.') == std::string_view::npos ? 0 : key.rfind('.') + 1));
  std::replace(name.begin(), name.end(), '_', '-');
  return fmt::format("write `{}: {{secret_ref: {}}}` and put the value into the secret backend", key, name);
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
                  .help(help_for(key, node.text))
                  .addressed(address));
}

}  // namespace

bool is_plain_secret(std::string_view key, std::string_view value) {
  if (!is_plain_value(value)) return false;
  return looks_like_secret(value) || has_password_setting(value) ||
         (is_secret_key(key) && !is_number_of_things(key, value));
}

void scan_for_secrets(const yaml::Node& node, const std::string& address, bool strict, DiagnosticSink& sink) {
  scan_node(node, "", {}, address, strict, sink);
}

namespace {

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

// One line of YAML as masking sees it; it may be broken.
class YamlLine {
 public:
  explicit YamlLine(std::string_view line) : text_(line), indent_(line.find_first_not_of(" -")) {
    if (indent_ == std::string_view::npos) indent_ = line.size();
    for (auto colon = line.find(':'); colon != std::string_view::npos && secret_at_ > line.size();
         colon = line.find(':', colon + 1))
      look_at_key(colon);
    secret_at_ = std::min(secret_at_, known_secret());
  }

  [[nodiscard]] bool is_empty() const { return indent_ == text_.size(); }

  [[nodiscard]] std::size_t indent() const { return indent_; }

  // Where what is secret in it begins; the size of the line or more when there is nothing.
  [[nodiscard]] std::size_t secret_at() const { return secret_at_; }

  // Whether the value of a secret key may go on below, in lines that are indented more.
  [[nodiscard]] bool opens_secret() const { return opens_secret_; }

  // `password: |`: all that stands there is the value, whatever it looks like.
  [[nodiscard]] bool opens_block() const { return opens_block_; }

  [[nodiscard]] bool has_key() const { return text_.find(": ") != std::string_view::npos || text_.ends_with(':'); }

 private:
  void look_at_key(std::size_t colon) {
    constexpr std::size_t kMost = 200;  // no reference or template is longer
    const std::size_t end = text_.substr(0, colon).find_last_not_of(" \"'");
    std::size_t begin = end == std::string_view::npos ? colon : end + 1;
    const std::size_t stop = begin;
    while (begin > 0 && is_key_character(text_[begin - 1]))
      --begin;
    const std::string_view key = text_.substr(begin, stop - begin);
    if (!is_secret_key(key)) return;
    const std::size_t at = std::min(text_.find_first_not_of(' ', colon + 1), text_.size());
    const std::string_view value = text_.substr(at, kMost);
    if (is_reference(value)) return;
    opens_secret_ = true;
    opens_block_ = value.starts_with("|") || value.starts_with(">");
    if (!value.empty() && !opens_block_ && !is_harmless(key, value)) secret_at_ = at;
  }

  // {secret_ref: name}
  static bool is_reference(std::string_view value) {
    return value.starts_with("{") && !value.starts_with("{{") &&
           value.substr(0, value.find('}')).find("_ref") != std::string_view::npos;
  }

  // A template or a number, and nothing behind it but what closes: anything more may be a secret.
  static bool is_harmless(std::string_view key, std::string_view value) {
    constexpr std::string_view kClosing = " \t\r\"'}],";
    value.remove_prefix(std::min(value.find_first_not_of("\"'"), value.size()));
    std::size_t end = 0;
    for (const auto& [opening, closing] : {std::pair("{{", "}}"), std::pair("${", "}")}) {
      const auto at = value.starts_with(opening) ? value.find(closing) : std::string_view::npos;
      if (at != std::string_view::npos) end = at + std::string_view(closing).size();
    }
    if (end == 0) end = std::min(value.find_first_of(kClosing), value.size());
    const bool is_closed = value.find_first_not_of(kClosing, end) == std::string_view::npos;
    return is_closed && !is_plain_secret(key, value.substr(0, end));
  }

  // A text that is a secret wherever it stands: the rest of the line goes with it.
  [[nodiscard]] std::size_t known_secret() const {
    if (holds_bearer_token(text_)) return text_.find("Bearer ");
    for (std::size_t at = indent_; at < text_.size();) {
      const auto end = std::min(text_.find_first_of(" ,{}[]\"'", at), text_.size());
      if (looks_like_secret(text_.substr(at, end - at))) return at;
      at = end + 1;
    }
    const auto begin = text_.find(": ");
    const bool is_connection = begin != std::string_view::npos && has_password_setting(text_.substr(begin + 2));
    return is_connection ? begin + 2 : std::string_view::npos;
  }

  std::string_view text_;
  std::size_t indent_;
  std::size_t secret_at_ = std::string_view::npos;
  bool opens_secret_ = false;
  bool opens_block_ = false;
};

// Where to mask from, line by line.
class Masking {
 public:
  std::size_t start_in(std::string_view text) {
    const YamlLine line(text);
    if (text.find("-----BEGIN ") != std::string_view::npos) in_private_key_ = true;
    const bool in_key = in_private_key_;
    if (text.find("-----END ") != std::string_view::npos) in_private_key_ = false;
    if (is_open_ && !line.is_empty() && line.indent() <= indent_) is_open_ = false;
    if (in_key || (is_open_ && (is_block_ || !line.has_key()))) return line.indent();
    if (line.opens_secret()) {
      is_open_ = true;
      is_block_ = line.opens_block();
      indent_ = line.indent();
    }
    return line.secret_at();
  }

 private:
  bool in_private_key_ = false;
  bool is_open_ = false;  // below a secret key
  bool is_block_ = false;
  std::size_t indent_ = 0;  // of that key
};

}  // namespace

std::string mask_secrets(std::string_view yaml_text) {
  std::string out;
  out.reserve(yaml_text.size());
  Masking masking;
  for (const std::string_view text : text::split(yaml_text, '\n')) {
    if (text.data() != yaml_text.data()) out += '\n';
    const std::size_t start = std::min(masking.start_in(text), text.size());
    out += text.substr(0, start);
    out += std::string(text::code_point_count(text.substr(start)), '*');
  }
  return out;
}

std::string mask_known_secrets(std::string_view text) {
  constexpr std::string_view kBreaks = " \t\n\"'`,;()[]{}<>|";
  constexpr std::string_view kScheme = "Bearer ";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of(kBreaks, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const bool is_token = out.ends_with(kScheme) && holds_bearer_token(std::string(kScheme) + std::string(word));
    out += is_token || looks_like_secret(word) ? "***" : word;
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

}  // namespace floe::policy
