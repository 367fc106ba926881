#include "jinja/block_scanner.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace floe::dbt {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

struct ScanError {
  std::string message;
};

struct Tag {
  std::string_view type;
  std::string_view name;
  std::size_t start = 0;
  std::size_t end = 0;
};

bool is_space(char each) { return std::isspace(static_cast<unsigned char>(each)) != 0; }

bool is_name_start(char each) { return std::isalpha(static_cast<unsigned char>(each)) != 0 || each == '_'; }

bool is_name(char each) { return std::isalnum(static_cast<unsigned char>(each)) != 0 || each == '_'; }

// A match of one of the scanner's patterns.
struct Match {
  std::size_t start = kNone;
  std::size_t end = kNone;

  [[nodiscard]] bool found() const { return start != kNone; }
};

class TagScanner {
 public:
  explicit TagScanner(std::string_view text) : text_(text) {}

  // The next statement tag outside comments and print statements.
  std::optional<Tag> next() {
    while (true) {
      Tag tag;
      Match block = find_block(&tag);
      Match comment = find_marker("{#", true);
      Match expression = find_marker("{{", false);
      // dbt takes the match that ends first.
      Match* first = nullptr;
      for (Match* match : {&block, &comment, &expression}) {
        if (match->found() && (first == nullptr || match->end < first->end)) first = match;
      }
      if (first == nullptr) return std::nullopt;
      position_ = first->start;
      if (first == &comment) {
        skip_comment(comment);
      } else if (first == &expression) {
        skip_expression(expression);
      } else {
        finish_tag(block, &tag);
        return tag;
      }
    }
  }

  [[nodiscard]] std::string line_position(std::size_t end) const {
    std::string_view before = text_.substr(0, end);
    std::size_t line_start = before.rfind('\n') + 1;
    return fmt::format("{}:{}", std::count(before.begin(), before.end(), '\n') + 1, end - line_start);
  }

 private:
  [[nodiscard]] std::size_t skip_space(std::size_t at) const {
    while (at < text_.size() && is_space(text_[at]))
      ++at;
    return at;
  }

  // White space directly before `at` counts as part of what starts there, back to the current position.
  [[nodiscard]] std::size_t with_space_before(std::size_t at) const {
    while (at > position_ && is_space(text_[at - 1]))
      --at;
    return at;
  }

  Match find_marker(std::string_view marker, bool space_before) const {
    std::size_t at = text_.find(marker, position_);
    if (at == kNone) return {};
    if (space_before) return {with_space_before(at), at + 2};
    return {at, skip_space(at + 2)};
  }

  // `{%` or `{%-`, a word, and perhaps a second word.
  Match find_block(Tag* tag) const {
    for (std::size_t at = text_.find("{%", position_); at != kNone; at = text_.find("{%", at + 1)) {
      std::size_t inside = at + 2;
      bool dash = inside < text_.size() && text_[inside] == '-';
      std::size_t word = skip_space(dash ? inside + 1 : inside);
      if (word >= text_.size() || !is_name_start(text_[word])) continue;
      std::size_t end = word;
      while (end < text_.size() && is_name(text_[end]))
        ++end;
      tag->type = text_.substr(word, end - word);
      tag->name = {};
      std::size_t second = skip_space(end);
      if (second > end && second < text_.size() && is_name_start(text_[second])) {
        end = second;
        while (end < text_.size() && is_name(text_[end]))
          ++end;
        tag->name = text_.substr(second, end - second);
      }
      return {dash ? with_space_before(at) : at, end};
    }
    return {};
  }

  [[noreturn]] void unexpected_end(std::string_view expected) const {
    // NOLINTNEXTLINE(hicpp-exception-baseclass)
    throw ScanError{fmt::format("unexpected EOF, expected {}, got \"{}\"", expected, text_.substr(position_))};
  }

  void skip_comment(const Match& match) {
    position_ = match.end;
    std::size_t end = text_.find("#}", position_);
    if (end == kNone) unexpected_end("#}");
    position_ = end + 2;
  }

  // Behind the string literal that starts at or after the current position.
  void skip_string() {
    for (std::size_t at = text_.find_first_of("'\"", position_); at != kNone; at = text_.find_first_of("'\"", at + 1)) {
      std::size_t end = at + 1;
      while (end < text_.size() && text_[end] != text_[at])
        end += text_[end] == '\\' ? 2 : 1;
      if (end >= text_.size()) continue;
      position_ = end + 1;
      return;
    }
    unexpected_end("string");
  }

  void skip_expression(const Match& match) {
    position_ = match.end;
    while (true) {
      std::size_t close = text_.find("}}", position_);
      std::size_t quote = text_.find_first_of("'\"", position_);
      if (close == kNone && quote == kNone) unexpected_end("}}");
      if (close != kNone && (quote == kNone || close + 2 < quote + 1)) {
        position_ = close + 2;
        return;
      }
      skip_string();
    }
  }

  void skip_to_tag_end() {
    while (true) {
      std::size_t close = text_.find("%}", position_);
      std::size_t quote = text_.find_first_of("'\"", position_);
      if (close == kNone && quote == kNone) unexpected_end("tag close (\"%}\")");
      bool dash = close != kNone && close > position_ && text_[close - 1] == '-';
      std::size_t end = close == kNone ? kNone : dash ? skip_space(close + 2) : close + 2;
      if (close != kNone && (quote == kNone || end < quote + 1)) {
        position_ = end;
        return;
      }
      position_ = quote;
      skip_string();
    }
  }

  // A raw tag runs to its endraw.
  void skip_raw() {
    for (std::size_t at = text_.find("{%", position_ + 1); at != kNone; at = text_.find("{%", at + 1)) {
      std::size_t inside = at + 2;
      if (inside < text_.size() && text_[inside] == '-') ++inside;
      std::size_t word = skip_space(inside);
      if (text_.substr(word, 6) != "endraw") continue;
      std::size_t close = skip_space(word + 6);
      if (text_.substr(close, 3) == "-%}") {
        position_ = skip_space(close + 3);
        return;
      }
      if (text_.substr(close, 2) == "%}") {
        position_ = close + 2;
        return;
      }
    }
    unexpected_end("{% raw %}...{% endraw %}");
  }

  void finish_tag(const Match& match, Tag* tag) {
    tag->start = position_;
    if (tag->type == "raw") {
      skip_raw();
    } else {
      position_ = match.end;
      skip_to_tag_end();
    }
    tag->end = position_;
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

class BlockScanner {
 public:
  BlockScanner(std::string_view text, const std::vector<std::string>& allowed, bool keep_text)
      : text_(text), tags_(text), allowed_(allowed), keep_text_(keep_text) {}

  BlockScan run() {
    while (auto tag = tags_.next())
      take(*tag);
    if (open_) {
      // NOLINTNEXTLINE(hicpp-exception-baseclass)
      throw ScanError{fmt::format("Reached EOF without finding a close tag for {} (searched from line {})", open_->type,
                                  line_of(open_->end))};
    }
    if (keep_text_) add_text(text_.size());
    return std::move(scan_);
  }

 private:
  [[nodiscard]] int line_of(std::size_t at) const {
    return static_cast<int>(std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1;
  }

  void add_text(std::size_t end) {
    if (end <= last_) return;
    std::string_view part = text_.substr(last_, end - last_);
    scan_.blocks.push_back({"", "", part, part, line_of(last_)});
    last_ = end;
  }

  void track_control_flow(const Tag& tag) {
    if (tag.type == "if" || tag.type == "for") {
      stack_.push_back(tag.type);
    } else if (tag.type == "endif" || tag.type == "endfor") {
      std::string_view opener = tag.type.substr(3);
      if (stack_.empty()) {
        // NOLINTNEXTLINE(hicpp-exception-baseclass)
        throw ScanError{
            fmt::format("Got an unexpected control flow end tag, got {} but never saw a preceding {} (@ {})", tag.type,
                        opener, tags_.line_position(tag.start))};
      }
      std::string_view found = stack_.back();
      stack_.pop_back();
      if (found != opener) {
        // NOLINTNEXTLINE(hicpp-exception-baseclass)
        throw ScanError{fmt::format("Got an unexpected control flow end tag, got {} but expected end{} next (@ {})",
                                    tag.type, found, tags_.line_position(tag.start))};
      }
    }
  }

  void take(const Tag& tag) {
    track_control_flow(tag);
    bool allowed = std::find(allowed_.begin(), allowed_.end(), tag.type) != allowed_.end();
    if (allowed) {
      if (!stack_.empty()) {
        // NOLINTNEXTLINE(hicpp-exception-baseclass)
        throw ScanError{
            fmt::format("Got a block definition inside control flow at {}. All dbt block definitions must "
                        "be at the top level",
                        tags_.line_position(tag.start))};
      }
      if (open_) {
        // NOLINTNEXTLINE(hicpp-exception-baseclass)
        throw ScanError{fmt::format(
            "Got nested tags: {} (started at {}) did not have a matching {{% end{} %}} before a subsequent {} was "
            "found (started at {})",
            open_->type, open_->start, open_->type, tag.type, tag.start)};
      }
      if (keep_text_) add_text(tag.start);
      last_ = tag.start;
      open_ = tag;
    } else if (open_ && tag.type.starts_with("end") && tag.type.substr(3) == open_->type) {
      last_ = tag.end;
      scan_.blocks.push_back({std::string(open_->type), std::string(open_->name),
                              text_.substr(open_->end, tag.start - open_->end),
                              text_.substr(open_->start, tag.end - open_->start), line_of(open_->start)});
      open_.reset();
    } else if (!open_) {
      scan_.warnings.push_back(fmt::format("Found unexpected '{}' block tag.", tag.type));
    }
  }

  std::string_view text_;
  TagScanner tags_;
  const std::vector<std::string>& allowed_;
  bool keep_text_;
  std::vector<std::string_view> stack_;
  std::optional<Tag> open_;
  std::size_t last_ = 0;
  BlockScan scan_;
};

}  // namespace

Result<BlockScan> scan_blocks(std::string_view text, const std::vector<std::string>& allowed, bool keep_text) {
  try {
    return BlockScanner(text, allowed, keep_text).run();
  } catch (const ScanError& problem) {
    return fail(ErrorCode::kData, problem.message);
  }
}

}  // namespace floe::dbt
