#include "jinja/lexer.hpp"

#include "value/operations.hpp"
#include "value/python_literal.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

std::string_view describe(TokenType type) {
  switch (type) {
    case TokenType::kEof:
      return "end of template";
    case TokenType::kData:
      return "template data / text";
    case TokenType::kBlockBegin:
      return "begin of statement block";
    case TokenType::kBlockEnd:
      return "end of statement block";
    case TokenType::kVariableBegin:
      return "begin of print statement";
    case TokenType::kVariableEnd:
      return "end of print statement";
    case TokenType::kName:
      return "name";
    case TokenType::kString:
      return "string";
    case TokenType::kInteger:
      return "integer";
    case TokenType::kFloat:
      return "float";
    case TokenType::kAdd:
      return "+";
    case TokenType::kSub:
      return "-";
    case TokenType::kMul:
      return "*";
    case TokenType::kDiv:
      return "/";
    case TokenType::kFloorDiv:
      return "//";
    case TokenType::kMod:
      return "%";
    case TokenType::kPow:
      return "**";
    case TokenType::kTilde:
      return "~";
    case TokenType::kLeftBracket:
      return "[";
    case TokenType::kRightBracket:
      return "]";
    case TokenType::kLeftParen:
      return "(";
    case TokenType::kRightParen:
      return ")";
    case TokenType::kLeftBrace:
      return "{";
    case TokenType::kRightBrace:
      return "}";
    case TokenType::kEq:
      return "==";
    case TokenType::kNe:
      return "!=";
    case TokenType::kGt:
      return ">";
    case TokenType::kGtEq:
      return ">=";
    case TokenType::kLt:
      return "<";
    case TokenType::kLtEq:
      return "<=";
    case TokenType::kAssign:
      return "=";
    case TokenType::kDot:
      return ".";
    case TokenType::kColon:
      return ":";
    case TokenType::kPipe:
      return "|";
    case TokenType::kComma:
      return ",";
    case TokenType::kSemicolon:
      return ";";
  }
  return "";
}

std::string_view describe(const Token& token) {
  return token.type == TokenType::kName ? token.text : describe(token.type);
}

namespace {

PythonException syntax_error(std::string message, int line) {
  PythonException exception(ExceptionKind::kSyntaxError, std::move(message));
  exception.frames().push_back(TemplateFrame{{}, {}, line});
  return exception;
}

}  // namespace

void raise_syntax_error(std::string message, int line) { throw syntax_error(std::move(message), line); }

std::string normalize_source(std::string_view source) {
  std::string out;
  out.reserve(source.size());
  if (source.find('\r') == std::string_view::npos) {
    out = source;
  } else {
    for (std::size_t index = 0; index < source.size(); ++index) {
      if (source[index] != '\r') {
        out += source[index];
        continue;
      }
      out += '\n';
      if (index + 1 < source.size() && source[index + 1] == '\n') ++index;
    }
  }
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

void Lexer::fail(std::string message) const { raise_syntax_error(std::move(message), line_); }

void Lexer::advance_to(std::size_t position) {
  line_ += static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(position_),
                                       source_.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
  position_ = position;
}

void Lexer::skip_space() { advance_to(source_.size() - unicode::strip(source_.substr(position_), true, false).size()); }

Token Lexer::next() { return state_ == State::kRoot ? root() : inside(); }

std::size_t Lexer::next_tag() const {
  for (std::size_t tag = position_;; ++tag) {
    tag = source_.find('{', tag);
    if (tag == std::string_view::npos || tag + 1 >= source_.size()) return std::string_view::npos;
    const char kind = source_[tag + 1];
    if (kind == '%' || kind == '{' || kind == '#') return tag;
  }
}

// Text up to the next tag; then the tag itself.
Token Lexer::root() {
  while (true) {
    if (position_ >= source_.size()) return Token{TokenType::kEof, line_, {}, {}};
    const std::size_t tag = next_tag();
    Token token{TokenType::kData, line_, {}, {}};
    if (tag == std::string_view::npos) {
      token.text = source_.substr(position_);
      advance_to(source_.size());
      return token;
    }
    char sign = tag + 2 < source_.size() ? source_[tag + 2] : ' ';
    if (!pending_tag_) {
      std::string_view text = source_.substr(position_, tag - position_);
      advance_to(tag);
      if (sign == '-') text = unicode::strip(text, false, true);
      if (!text.empty()) {
        pending_tag_ = true;
        token.text = text;
        return token;
      }
    }
    pending_tag_ = false;
    if (source_[tag + 1] == '#') {
      position_ = tag + (sign == '-' || sign == '+' ? 3 : 2);
      skip_comment();
      continue;
    }
    Token raw;
    if (source_[tag + 1] == '%' && take_raw(tag, &raw)) {
      if (raw.text.empty()) continue;
      return raw;
    }
    token.line = line_;
    token.type = source_[tag + 1] == '%' ? TokenType::kBlockBegin : TokenType::kVariableBegin;
    state_ = source_[tag + 1] == '%' ? State::kBlock : State::kVariable;
    position_ = tag + (sign == '-' || sign == '+' ? 3 : 2);
    return token;
  }
}

// `{% raw %}` ... `{% endraw %}` at `tag`: the text between as one data token.
bool Lexer::take_raw(std::size_t tag, Token* token) {
  auto skip = [&](std::size_t from) {
    return source_.size() - unicode::strip(source_.substr(from), true, false).size();
  };
  std::size_t at_name = tag + 2;
  if (at_name < source_.size() && (source_[at_name] == '-' || source_[at_name] == '+')) ++at_name;
  at_name = skip(at_name);
  if (!at("raw", at_name)) return false;
  std::size_t close = skip(at_name + 3);
  std::size_t start = 0;
  if (at("-%}", close)) {
    start = skip(close + 3);
  } else if (at("%}", close)) {
    start = close + 2;
  } else {
    return false;
  }
  advance_to(start);
  if (start == source_.size()) return true;  // nothing follows: Jinja forgives the missing end here
  for (std::size_t end = source_.find("{%", start); end != std::string_view::npos; end = source_.find("{%", end + 1)) {
    std::size_t name = end + 2;
    char sign = name < source_.size() ? source_[name] : ' ';
    if (sign == '-' || sign == '+') ++name;
    name = skip(name);
    if (!at("endraw", name)) continue;
    std::size_t finish = skip(name + 6);
    std::size_t after = 0;
    if (at("-%}", finish)) {
      after = skip(finish + 3);
    } else if (at("+%}", finish)) {
      after = finish + 3;
    } else if (at("%}", finish)) {
      after = finish + 2;
    } else {
      continue;
    }
    token->type = TokenType::kData;
    token->line = line_;
    token->text = source_.substr(start, end - start);
    if (sign == '-') token->text = unicode::strip(token->text, false, true);
    advance_to(after);
    return true;
  }
  fail("Missing end of raw directive");
}

void Lexer::skip_comment() {
  if (position_ == source_.size()) return;
  std::size_t end = source_.find("#}", position_);
  if (end == std::string_view::npos) fail("Missing end of comment tag");
  bool strip = end > position_ && source_[end - 1] == '-';
  advance_to(end + 2);
  if (strip) skip_space();
}

bool Lexer::take_end(Token* token) {
  std::string_view close = state_ == State::kBlock ? "%}" : "}}";
  char sign = source_[position_];
  bool signed_close = sign == '-' || (sign == '+' && state_ == State::kBlock);
  std::size_t start = signed_close ? position_ + 1 : position_;
  if (!at(close, start)) return false;
  token->type = state_ == State::kBlock ? TokenType::kBlockEnd : TokenType::kVariableEnd;
  token->text = source_.substr(position_, start + 2 - position_);
  position_ = start + 2;
  if (sign == '-') skip_space();
  state_ = State::kRoot;
  return true;
}

Token Lexer::inside() {
  skip_space();
  Token token{TokenType::kEof, line_, {}, {}};
  if (position_ >= source_.size()) return token;
  if (open_.empty() && take_end(&token)) return token;
  if (take_number(&token) || take_name(&token) || take_string(&token)) return token;
  take_operator(&token);
  return token;
}

bool Lexer::take_number(Token* token) {
  if (source_[position_] < '0' || source_[position_] > '9') return false;
  bool after_dot = position_ > 0 && source_[position_ - 1] == '.';
  std::string_view digits = source_.substr(position_);
  // After a point digits are an attribute (`x.0.5` is x[0][5]), never a float.
  if (after_dot) digits = digits.substr(0, digits.find_first_not_of("0123456789_"));
  std::size_t length = 0;
  token->value = *read_python_number(digits, &length);
  token->type = token->value.is_float() ? TokenType::kFloat : TokenType::kInteger;
  std::size_t end = position_ + length;
  token->text = source_.substr(position_, end - position_);
  position_ = end;
  return true;
}

bool Lexer::take_name(Token* token) {
  std::size_t end = position_;
  bool ascii = true;
  while (end < source_.size()) {
    auto byte = static_cast<unsigned char>(source_[end]);
    if (byte < 0x80) {
      if (byte != '_' && std::isalnum(byte) == 0) break;
      ++end;
      continue;
    }
    std::size_t next = end;
    char32_t code = unicode::decode(source_, &next);
    if (!unicode::is_alnum(code) && !unicode::is_in(unicode::kIdentifierContinue, code)) break;
    ascii = false;
    end = next;
  }
  if (end == position_) return false;
  token->type = TokenType::kName;
  token->text = source_.substr(position_, end - position_);
  if (!ascii) {
    bool first = true;
    for (std::size_t index = 0; index < token->text.size();) {
      char32_t code = unicode::decode(token->text, &index);
      if (!unicode::is_in(first ? unicode::kIdentifierStart : unicode::kIdentifierContinue, code)) {
        fail("Invalid character in identifier");
      }
      first = false;
    }
  }
  position_ = end;
  return true;
}

bool Lexer::take_string(Token* token) {
  char quote = source_[position_];
  if (quote != '\'' && quote != '"') return false;
  std::size_t end = position_ + 1;
  bool escaped = false;
  while (end < source_.size() && source_[end] != quote) {
    if (source_[end] == '\\') {
      escaped = true;
      ++end;
    }
    ++end;
  }
  if (end >= source_.size()) return false;
  std::string_view inside = source_.substr(position_ + 1, end - position_ - 1);
  token->type = TokenType::kString;
  token->text = source_.substr(position_, end + 1 - position_);
  if (escaped) {
    try {
      token->value = Value(decode_python_escapes(inside, true));
    } catch (const PythonException& problem) {
      fail(problem.message());
    }
  } else {
    token->value = Value(inside);
  }
  advance_to(end + 1);
  return true;
}

void Lexer::balance(char symbol) {
  switch (symbol) {
    case '{':
      open_.push_back('}');
      return;
    case '(':
      open_.push_back(')');
      return;
    case '[':
      open_.push_back(']');
      return;
    case '}':
    case ')':
    case ']':
      if (open_.empty()) fail(fmt::format("unexpected '{}'", symbol));
      if (open_.back() != symbol) fail(fmt::format("unexpected '{}', expected '{}'", symbol, open_.back()));
      open_.pop_back();
      return;
    default:
      return;
  }
}

void Lexer::take_operator(Token* token) {
  static constexpr TokenType kTypes[] = {
      TokenType::kPow,         TokenType::kFloorDiv,     TokenType::kEq,        TokenType::kNe,
      TokenType::kGtEq,        TokenType::kLtEq,         TokenType::kAdd,       TokenType::kSub,
      TokenType::kMul,         TokenType::kDiv,          TokenType::kMod,       TokenType::kTilde,
      TokenType::kLeftBracket, TokenType::kRightBracket, TokenType::kLeftParen, TokenType::kRightParen,
      TokenType::kLeftBrace,   TokenType::kRightBrace,   TokenType::kGt,        TokenType::kLt,
      TokenType::kAssign,      TokenType::kDot,          TokenType::kColon,     TokenType::kPipe,
      TokenType::kComma,       TokenType::kSemicolon};
  for (TokenType type : kTypes) {
    std::string_view symbol = describe(type);
    if (!at(symbol, position_)) continue;
    balance(symbol[0]);
    token->type = type;
    token->text = source_.substr(position_, symbol.size());
    position_ += symbol.size();
    return;
  }
  std::size_t after = position_;
  unicode::decode(source_, &after);
  fail(fmt::format("unexpected char {} at {}", to_repr(Value(source_.substr(position_, after - position_))),
                   unicode::count(source_.substr(0, position_))));
}

}  // namespace floe::dbt
