// SQL token by token: enough to tell what is text, a name or a comment.
#pragma once

#include <cstddef>
#include <string_view>

namespace floe::text {

class SqlTokens {
 public:
  explicit SqlTokens(std::string_view sql) : sql_(sql) {}

  // The next token: a word or number, a name in quotes, a string, `->`, `->>` or one character. Empty at the end. White
  // space and comments lie between tokens.
  std::string_view next();

  // Offset behind the token that next() gave.
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  [[nodiscard]] bool starts_with(std::string_view text) const { return sql_.substr(position_).starts_with(text); }

  void skip_space();
  void skip_line();
  void skip_block();
  void skip_word();
  void skip_digits();
  void skip_number();
  bool skip_parameter();
  void skip_quoted(char quote, bool has_escapes);
  bool skip_dollar_quoted();

  std::string_view sql_;
  std::size_t position_ = 0;
};

}  // namespace floe::text
