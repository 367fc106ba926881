// Lexer: Jinja2's tokens with trim_blocks, lstrip_blocks and keep_trailing_newline off.
#pragma once

#include "value/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

enum class TokenType : std::uint8_t {
  kEof,
  kData,
  kBlockBegin,
  kBlockEnd,
  kVariableBegin,
  kVariableEnd,
  kName,
  kString,
  kInteger,
  kFloat,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kFloorDiv,
  kMod,
  kPow,
  kTilde,
  kLeftBracket,
  kRightBracket,
  kLeftParen,
  kRightParen,
  kLeftBrace,
  kRightBrace,
  kEq,
  kNe,
  kGt,
  kGtEq,
  kLt,
  kLtEq,
  kAssign,
  kDot,
  kColon,
  kPipe,
  kComma,
  kSemicolon,
};

struct Token {
  TokenType type = TokenType::kEof;
  int line = 1;
  std::string_view text;  // data, names and operators: into the source
  Value value;            // strings and numbers
};

// As messages name a token type: `,`, `end of statement block`, `name`.
std::string_view describe(TokenType type);
// As messages name a token: the text of a name, else its type.
std::string_view describe(const Token& token);

// \r\n and \r become \n, and one newline at the end goes.
std::string normalize_source(std::string_view source);

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}  // normalized; must outlive the tokens

  Token next();  // raises TemplateSyntaxError with the line in frames

  [[nodiscard]] int line() const { return line_; }

 private:
  enum class State : std::uint8_t { kRoot, kBlock, kVariable };

  Token root();
  [[nodiscard]] std::size_t next_tag() const;  // its place, npos when there is none
  bool take_raw(std::size_t tag, Token* token);
  void skip_comment();
  Token inside();
  bool take_end(Token* token);
  bool take_number(Token* token);
  bool take_name(Token* token);
  bool take_string(Token* token);
  void take_operator(Token* token);
  void balance(char symbol);
  void advance_to(std::size_t position);
  void skip_space();

  [[nodiscard]] bool at(std::string_view text, std::size_t position) const {
    return source_.substr(position, text.size()) == text;
  }

  [[noreturn]] void fail(std::string message) const;

  std::string_view source_;
  std::size_t position_ = 0;
  int line_ = 1;
  State state_ = State::kRoot;
  std::vector<char> open_;    // closing brackets expected
  bool pending_tag_ = false;  // data was returned; its tag comes next
};

// Raises TemplateSyntaxError at a line.
[[noreturn]] void raise_syntax_error(std::string message, int line);

}  // namespace floe::dbt
