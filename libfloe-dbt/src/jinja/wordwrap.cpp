// textwrap.wrap and urlize, which the filters of those names use.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "jinja/filter_functions.hpp"
#include "value/str_methods.hpp"
#include "value/unicode.hpp"

#include <pcre2.h>

#include <algorithm>

namespace floe::dbt::filter {

namespace {

bool is_wrap_space(char32_t code) { return code == ' ' || (code >= 9 && code <= 13); }

bool is_word(char32_t code) { return code == '_' || unicode::is_alnum(code); }

bool is_letter(char32_t code) { return is_word(code) && !unicode::is_in(unicode::kDecimal, code) && code != '_'; }

bool is_word_or_punctuation(char32_t code) {
  return is_word(code) || code == '!' || code == '"' || code == '\'' || code == '&' || code == '.' || code == ',' ||
         code == '?';
}

// Splits one line into words, hyphenated parts, dashes and runs of space, as textwrap's word separator does.
class Chunker {
 public:
  explicit Chunker(std::u32string text) : text_(std::move(text)) {}

  std::vector<std::u32string> split(bool on_hyphens) {
    while (position_ < text_.size()) {
      std::size_t end = position_;
      if (is_wrap_space(text_[position_])) {
        while (end < text_.size() && is_wrap_space(text_[end]))
          ++end;
      } else if (!on_hyphens) {
        while (end < text_.size() && !is_wrap_space(text_[end]))
          ++end;
      } else if (std::size_t dash = dash_end(position_)) {
        end = dash;
      } else {
        end = word_end();
      }
      chunks_.push_back(text_.substr(position_, end - position_));
      position_ = end;
    }
    return std::move(chunks_);
  }

 private:
  [[nodiscard]] char32_t at(std::size_t index) const { return index < text_.size() ? text_[index] : 0; }

  // A dash of two or more hyphens after a word or punctuation and before a word: where it ends, else 0.
  [[nodiscard]] std::size_t dash_end(std::size_t start) const {
    if (start == 0 || !is_word_or_punctuation(text_[start - 1])) return 0;
    std::size_t end = start;
    while (at(end) == '-')
      ++end;
    return end - start >= 2 && is_word(at(end)) ? end : 0;
  }

  [[nodiscard]] std::size_t word_end() const {
    for (std::size_t end = position_ + 1; end <= text_.size(); ++end) {
      if (end == text_.size() || is_wrap_space(text_[end])) return end;
      if (is_hyphen_break(end)) return end + 1;
      if (dash_end(end) != 0) return end;
    }
    return text_.size();
  }

  // A hyphen at `index` between letters, where a line may break after it.
  [[nodiscard]] bool is_hyphen_break(std::size_t index) const {
    if (text_[index] != '-' || index < 1) return false;
    bool two_letters = index >= 2 && is_letter(text_[index - 1]) && is_letter(text_[index - 2]);
    bool letter_hyphen_letter =
        index >= 3 && is_letter(text_[index - 1]) && text_[index - 2] == '-' && is_letter(text_[index - 3]);
    if (!two_letters && !letter_hyphen_letter) return false;
    if (!is_letter(at(index + 1))) return false;
    return is_letter(at(index + 2)) || (at(index + 2) == '-' && is_letter(at(index + 3)));
  }

  std::u32string text_;
  std::size_t position_ = 0;
  std::vector<std::u32string> chunks_;
};

bool is_blank(const std::u32string& chunk) { return std::all_of(chunk.begin(), chunk.end(), unicode::is_space); }

}  // namespace

// NOLINTNEXTLINE(readability-function-cognitive-complexity)
std::vector<std::string> wrap_text(std::string_view line, std::int64_t width, bool break_long_words,
                                   bool break_on_hyphens) {
  if (width <= 0) {
    raise(ExceptionKind::kValueError, "invalid width " + std::to_string(width) + " (must be > 0)");
  }
  auto limit = static_cast<std::size_t>(width);
  std::vector<std::u32string> chunks = Chunker(unicode::to_utf32(line)).split(break_on_hyphens);
  std::reverse(chunks.begin(), chunks.end());
  std::vector<std::string> lines;
  while (!chunks.empty()) {
    std::u32string current;
    std::size_t last_start = 0;
    if (is_blank(chunks.back()) && !lines.empty()) chunks.pop_back();
    while (!chunks.empty() && current.size() + chunks.back().size() <= limit) {
      last_start = current.size();
      current += chunks.back();
      chunks.pop_back();
    }
    if (!chunks.empty() && chunks.back().size() > limit) {
      std::u32string& chunk = chunks.back();
      if (break_long_words) {
        std::size_t end = limit - current.size();
        if (break_on_hyphens && chunk.size() > end) {
          std::size_t hyphen = end == 0 ? std::u32string::npos : chunk.rfind(U'-', end - 1);
          if (hyphen != std::u32string::npos && hyphen > 0 &&
              chunk.substr(0, hyphen).find_first_not_of(U'-') != std::u32string::npos) {
            end = hyphen + 1;
          }
        }
        last_start = current.size();
        current += chunk.substr(0, end);
        chunk.erase(0, end);
      } else if (current.empty()) {
        last_start = 0;
        current = chunk;
        chunks.pop_back();
      }
    }
    if (!current.empty() && is_blank(current.substr(last_start))) current.resize(last_start);
    if (!current.empty()) lines.push_back(unicode::to_utf8(current));
  }
  return lines;
}

namespace {

class Pattern {
 public:
  explicit Pattern(const char* source) {
    int code = 0;
    PCRE2_SIZE offset = 0;
    code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(source), PCRE2_ZERO_TERMINATED,
                          PCRE2_CASELESS | PCRE2_EXTENDED | PCRE2_UTF | PCRE2_UCP, &code, &offset, nullptr);
  }

  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  ~Pattern() { pcre2_code_free(code_); }

  [[nodiscard]] bool matches(std::string_view text) const {
    pcre2_match_data* data = pcre2_match_data_create_from_pattern(code_, nullptr);
    int count = pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data, nullptr);
    pcre2_match_data_free(data);
    return count >= 0;
  }

 private:
  pcre2_code* code_ = nullptr;
};

bool is_web_address(std::string_view text) {
  // NOLINTNEXTLINE(readability-identifier-naming)
  static const Pattern pattern(R"(^(?:
      (?:https?://|www\.) (?:(?:[\w%-]+\.)+)? (?:[a-z]{2,63}|xn--[\w%]{2,59})
      | (?:[\w%-]{2,63}\.)+ (?:com|net|int|edu|gov|org|info|mil)
      | https?:// (?:\d{1,3}(?:\.\d{1,3}){3} | \[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\])
    ) (?::\d{1,5})? (?:[/?\#]\S*)? $)");
  return pattern.matches(text);
}

bool is_mail_address(std::string_view text) {
  // NOLINTNEXTLINE(readability-identifier-naming)
  static const Pattern pattern(R"(^\S+@\w[\w.-]*\.\w+$)");
  return pattern.matches(text);
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t total = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++total;
  return total;
}

// Closing brackets and punctuation move from the middle to the tail, and back while brackets stay open.
void split_punctuation(std::string* head, std::string* middle, std::string* tail) {
  while (middle->starts_with("(") || middle->starts_with("<") || middle->starts_with("&lt;")) {
    std::size_t length = middle->starts_with("&lt;") ? 4 : 1;
    *head += middle->substr(0, length);
    middle->erase(0, length);
  }
  while (!middle->empty()) {
    std::size_t length = middle->ends_with("&gt;")                                                   ? 4
                         : std::string_view(")>.,\n").find(middle->back()) != std::string_view::npos ? 1
                                                                                                     : 0;
    if (length == 0) break;
    *tail = middle->substr(middle->size() - length) + *tail;
    middle->resize(middle->size() - length);
  }
  static constexpr std::pair<std::string_view, std::string_view> kPairs[] = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};
  for (const auto& [open, close] : kPairs) {
    std::size_t opened = count_of(*middle, open);
    if (opened <= count_of(*middle, close)) continue;
    for (std::size_t left = std::min(opened, count_of(*tail, close)); left > 0; --left) {
      std::size_t end = tail->find(close) + close.size();
      *middle += tail->substr(0, end);
      tail->erase(0, end);
    }
  }
}

}  // namespace

std::string urlize_text(std::string_view text, std::int64_t trim_limit, const std::string& rel,
                        const std::string& target, const std::vector<std::string>& extra_schemes) {
  std::string escaped = escape_html(text);
  std::string attributes = rel.empty() ? "" : " rel=\"" + escape_html(rel) + '"';
  if (!target.empty()) attributes += " target=\"" + escape_html(target) + '"';
  auto shown = [&](const std::string& url) {
    if (trim_limit < 0 || unicode::count(url) <= static_cast<std::size_t>(trim_limit)) return url;
    return url.substr(0, unicode::offset_of(url, static_cast<std::size_t>(trim_limit))) + "...";
  };
  auto link = [&](const std::string& word) -> std::string {
    std::string head;
    std::string middle = word;
    std::string tail;
    split_punctuation(&head, &middle, &tail);
    if (is_web_address(middle)) {
      bool schemed = middle.starts_with("https://") || middle.starts_with("http://");
      middle = "<a href=\"" + std::string(schemed ? "" : "https://") + middle + '"' + attributes + '>' + shown(middle) +
               "</a>";
    } else if (middle.starts_with("mailto:") && is_mail_address(std::string_view(middle).substr(7))) {
      middle = "<a href=\"" + middle + "\">" + middle.substr(7) + "</a>";
    } else if (middle.find('@') != std::string::npos && !middle.starts_with("www.") && middle[0] != '@' &&
               middle.find(':') == std::string::npos && is_mail_address(middle)) {
      middle = "<a href=\"mailto:" + middle + "\">" + middle + "</a>";
    } else {
      for (const std::string& scheme : extra_schemes) {
        if (middle != scheme && middle.starts_with(scheme)) {
          // NOLINTNEXTLINE(performance-inefficient-string-concatenation)
          middle = "<a href=\"" + middle + '"' + attributes + '>' + middle + "</a>";
        }
      }
    }
    return head + middle + tail;
  };
  std::string out;
  std::string word;
  for (std::size_t position = 0; position < escaped.size();) {
    std::size_t start = position;
    bool space = unicode::is_space(unicode::decode(escaped, &position));
    if (space) {
      if (!word.empty()) out += link(word);
      word.clear();
      out += escaped.substr(start, position - start);
    } else {
      word += escaped.substr(start, position - start);
    }
  }
  if (!word.empty()) out += link(word);
  return out;
}

}  // namespace floe::dbt::filter
