#include "secrets/project_secrets.hpp"

#include "secrets/secret_scan.hpp"

#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace floe::policy {
namespace {

constexpr std::size_t kShortestValue = 6;
constexpr std::size_t kShortestRandom = 20;
constexpr double kRandomBits = 4.0;  // Shannon entropy per character

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

double entropy(std::string_view value) {
  std::array<std::size_t, 256> counts{};
  for (const char c : value)
    ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(value.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

// Long, of all kinds of characters, and without order: what nobody types.
bool looks_random(std::string_view value) {
  if (value.size() < kShortestRandom) return false;
  bool has_lower = false;
  bool has_upper = false;
  bool has_digit = false;
  for (const char c : value) {
    has_lower = has_lower || (c >= 'a' && c <= 'z');
    has_upper = has_upper || (c >= 'A' && c <= 'Z');
    has_digit = has_digit || (c >= '0' && c <= '9');
    if (!is_word(c) && c != '/' && c != '+' && c != '=') return false;
  }
  return has_lower && has_upper && has_digit && entropy(value) >= kRandomBits;
}

bool is_placeholder(std::string_view value) {
  const std::string lower = text::to_lower_ascii(value);
  if (value.front() == '<' || value.front() == '*' || value.find("...") != std::string_view::npos) return true;
  return lower.starts_with("your") || lower.starts_with("changeme") || lower.starts_with("example") ||
         lower.starts_with("placeholder") || lower.starts_with("xxx") || lower == "redacted";
}

// Whether `at` lies between {{ }} or {% %}: the mark before it opens.
bool is_in_jinja(std::string_view text, std::size_t at) {
  for (std::size_t i = at; i-- > 1;) {
    const std::string_view mark = text.substr(i - 1, 2);
    if (mark == "{{" || mark == "{%") return true;
    if (mark == "}}" || mark == "%}") return false;
  }
  return false;
}

class Finder {
 public:
  Finder(std::string_view file, std::string_view text) : text_(text), ending_(io::file_extension(std::string(file))) {}

  std::vector<FoundSecret> find() {
    find_private_keys();
    std::size_t begin = 0;
    while (begin < text_.size()) {
      std::size_t end = text_.find('\n', begin);
      if (end == std::string_view::npos) end = text_.size();
      find_in_line(begin, end);
      begin = end + 1;
    }
    std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
    return std::move(found_);
  }

 private:
  void find_private_keys() {
    constexpr std::string_view kBegin = "-----BEGIN ";
    for (auto at = text_.find(kBegin); at != std::string_view::npos; at = text_.find(kBegin, at + 1)) {
      const auto line_end = std::min(text_.find('\n', at), text_.size());
      if (text_.substr(at, line_end - at).find("PRIVATE KEY-----") == std::string_view::npos) continue;
      const auto end = text_.find("-----END ", at);
      add(at, end == std::string_view::npos ? text_.size() : end, "a private key");
    }
  }

  void find_in_line(std::size_t begin, std::size_t end) {
    find_words(begin, end);
    if (ending_ == ".csv" || ending_ == ".md") return;
    find_quoted(begin, end);
    if (ending_ == ".yml" || ending_ == ".yaml") find_plain_scalar(begin, end);
  }

  // Values that are secrets wherever they stand.
  void find_words(std::size_t begin, std::size_t end) {
    std::size_t at = begin;
    while (at < end) {
      while (at < end && is_break(text_[at]))
        ++at;
      std::size_t stop = at;
      while (stop < end && !is_break(text_[stop]))
        ++stop;
      if (stop > at && looks_like_secret(text_.substr(at, stop - at))) add(at, stop, "a key of a known kind");
      at = stop;
    }
  }

  // name = "value", name: 'value'
  void find_quoted(std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      const char quote = text_[at];
      if (quote != '"' && quote != '\'') continue;
      const auto close = text_.find(quote, at + 1);
      if (close == std::string_view::npos || close > end) return;
      judge(key_before(begin, at), at + 1, close);
      at = close;
    }
  }

  // password: hunter2
  void find_plain_scalar(std::size_t begin, std::size_t end) {
    const std::string_view line = text_.substr(begin, end - begin);
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) return;
    const std::string_view value = text::trim(line.substr(colon + 1));
    if (value.empty() || value.front() == '"' || value.front() == '\'' || value.front() == '|' ||
        value.front() == '>' || value.front() == '{' || value.front() == '[')
      return;
    const auto start = static_cast<std::size_t>(value.data() - text_.data());
    judge(key_before(begin, start), start, start + value.size());
  }

  // The name to which what begins at `at` is assigned; "" when it is none.
  [[nodiscard]] std::string_view key_before(std::size_t begin, std::size_t at) const {
    std::size_t end = skip_back(begin, at, " \t");
    const std::size_t operator_end = end;
    end = skip_back(begin, end, ":=");
    if (end == operator_end) return {};
    end = skip_back(begin, end, " \t\"'");
    std::size_t start = end;
    while (start > begin && is_word(text_[start - 1]))
      --start;
    return text_.substr(start, end - start);
  }

  [[nodiscard]] std::size_t skip_back(std::size_t begin, std::size_t at, std::string_view what) const {
    while (at > begin && what.find(text_[at - 1]) != std::string_view::npos)
      --at;
    return at;
  }

  void judge(std::string_view key, std::size_t begin, std::size_t end) {
    const std::string_view value = text_.substr(begin, end - begin);
    if (key.empty() || value.size() < kShortestValue || is_placeholder(value) || !is_plain_value(value)) return;
    const bool is_named = is_secret_key(key);
    if (!is_named && !looks_random(value)) return;
    if (ending_ == ".sql" && !is_in_jinja(text_, begin)) return;
    add(begin, end, fmt::format("`{}` {}", key, is_named ? "is written out" : "looks like a key"));
  }

  void add(std::size_t begin, std::size_t end, std::string what) {
    const bool is_known = std::any_of(found_.begin(), found_.end(),
                                      [&](const FoundSecret& one) { return begin < one.end && one.begin < end; });
    if (!is_known) found_.push_back({begin, end, std::move(what)});
  }

  static bool is_break(char c) { return std::string_view(" \t\r\"',;()[]{}<>|").find(c) != std::string_view::npos; }

  std::string_view text_;
  std::string ending_;
  std::vector<FoundSecret> found_;
};

}  // namespace

std::vector<FoundSecret> find_secrets(std::string_view file, std::string_view text) {
  return Finder(file, text).find();
}

std::string mask_found_secrets(std::string_view file, std::string text) {
  for (const FoundSecret& secret : find_secrets(file, text)) {
    for (std::size_t i = secret.begin; i < secret.end; ++i) {
      if (text[i] != '\n') text[i] = '*';
    }
  }
  return text;
}

}  // namespace floe::policy
