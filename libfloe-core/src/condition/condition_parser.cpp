// The parser of conditions: recursive descent, one function per rule of the grammar in docs/reference/conditions.md.
#include "condition/condition_ast.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>

namespace floe::policy {
namespace {

enum class TokenKind : std::uint8_t { kEnd, kName, kNumber, kText, kSign };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;  // of names and signs as written, of texts without quotes and escapes
  json::value number = 0;
};

// Thrown out of the recursion, caught in Condition::parse.
struct Refusal : std::exception {
  explicit Refusal(ConditionProblem found) : problem(std::move(found)) {}

  ConditionProblem problem;
};

[[noreturn]] void refuse(std::size_t begin, std::size_t end, std::string message) {
  throw Refusal({std::move(message), begin, end});
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
    if (at_ == text_.size()) return {TokenKind::kEnd, at_, at_, "", 0};
    const char c = text_[at_];
    if (is_name_start(c)) return name();
    if (is_digit(c)) return number();
    if (c == '\'' || c == '"') return quoted();
    return sign();
  }

 private:
  Token name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_name_start(text_[at_]) || is_digit(text_[at_])))
      ++at_;
    return {TokenKind::kName, begin, at_, std::string(text_.substr(begin, at_ - begin)), 0};
  }

  Token number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_]))
      ++at_;
    const bool has_fraction = at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1]);
    if (has_fraction) {
      ++at_;
      while (at_ < text_.size() && is_digit(text_[at_]))
        ++at_;
    }
    Token token{TokenKind::kNumber, begin, at_, std::string(text_.substr(begin, at_ - begin)), 0};
    const auto parsed = parse_json(token.text);
    if (!parsed) refuse(begin, at_, fmt::format("`{}` is no number", token.text));
    token.number = *parsed;
    return token;
  }

  Token quoted() {
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    Token token{TokenKind::kText, begin, begin, "", 0};
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\') {
        const char escaped = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (escaped != '\\' && escaped != '\'' && escaped != '"') {
          refuse(at_, std::min(at_ + 2, text_.size()), "a backslash stands before a quote or a backslash only");
        }
        ++at_;
      }
      token.text += text_[at_];
    }
    if (at_ == text_.size()) refuse(begin, at_, "the text has no closing quote");
    token.end = ++at_;
    return token;
  }

  Token sign() {
    static constexpr std::array<std::string_view, 14> kSigns{"==", "!=", "<=", ">=", "<", ">", "(",
                                                             ")",  "[",  "]",  ",",  ".", "-", "="};
    const std::size_t begin = at_;
    for (const std::string_view sign : kSigns) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      at_ += sign.size();
      return {TokenKind::kSign, begin, at_, std::string(sign), 0};
    }
    std::size_t end = begin;
    text::next_code_point(text_, &end);
    refuse(begin, end, fmt::format("`{}` has no meaning here", text_.substr(begin, end - begin)));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { advance(); }

  Condition::Ast parse() {
    ast_.root = parse_or();
    if (token_.kind != TokenKind::kEnd) refuse_token("`and`, `or` or the end");
    return std::move(ast_);
  }

 private:
  // Counts how deep the recursion is.
  class Depth {
   public:
    explicit Depth(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > Condition::kDeepest) {
        refuse(parser_.token_.begin, parser_.token_.end, "the condition is nested too deeply");
      }
    }

    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

    ~Depth() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  void advance() {
    last_end_ = token_.end;
    token_ = lexer_.next();
  }

  [[noreturn]] void refuse_token(std::string_view expected) {
    const std::string found = token_.kind == TokenKind::kEnd ? "the end" : "this";
    refuse(token_.begin, token_.end, fmt::format("expected {}, not {}", expected, found));
  }

  [[nodiscard]] bool is_sign(std::string_view sign) const {
    return token_.kind == TokenKind::kSign && token_.text == sign;
  }

  [[nodiscard]] bool is_word(std::string_view word) const {
    return token_.kind == TokenKind::kName && token_.text == word;
  }

  bool take_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    advance();
    return true;
  }

  bool take_word(std::string_view word) {
    if (!is_word(word)) return false;
    advance();
    return true;
  }

  void need_sign(std::string_view sign) {
    if (!take_sign(sign)) refuse_token(fmt::format("`{}`", sign));
  }

  std::string need_name(std::string_view what) {
    if (token_.kind != TokenKind::kName) refuse_token(what);
    std::string name = token_.text;
    advance();
    return name;
  }

  std::uint32_t add(ConditionNode node) {
    ast_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(ast_.nodes.size() - 1);
  }

  std::uint32_t add(ConditionKind kind, std::size_t begin, std::vector<std::uint32_t> children) {
    return add({kind, begin, last_end_, 0, nullptr, std::move(children)});
  }

  std::uint32_t parse_or() {
    const Depth depth(*this);
    const std::size_t begin = token_.begin;
    std::vector<std::uint32_t> parts{parse_and()};
    while (take_word("or"))
      parts.push_back(parse_and());
    return parts.size() == 1 ? parts.front() : add(ConditionKind::kOr, begin, std::move(parts));
  }

  std::uint32_t parse_and() {
    const std::size_t begin = token_.begin;
    std::vector<std::uint32_t> parts{parse_not()};
    while (take_word("and"))
      parts.push_back(parse_not());
    return parts.size() == 1 ? parts.front() : add(ConditionKind::kAnd, begin, std::move(parts));
  }

  std::uint32_t parse_not() {
    const Depth depth(*this);
    const std::size_t begin = token_.begin;
    if (!take_word("not")) return parse_comparison();
    const std::uint32_t negated = parse_not();
    return add(ConditionKind::kNot, begin, {negated});
  }

  std::optional<ConditionKind> take_comparison() {
    struct Operator {
      std::string_view sign;
      ConditionKind kind;
    };

    static constexpr std::array kOperators{
        Operator{"==", ConditionKind::kEqual},  Operator{"!=", ConditionKind::kUnequal},
        Operator{"<", ConditionKind::kLess},    Operator{"<=", ConditionKind::kLessEqual},
        Operator{">", ConditionKind::kGreater}, Operator{">=", ConditionKind::kGreaterEqual},
    };
    for (const Operator& candidate : kOperators) {
      if (take_sign(candidate.sign)) return candidate.kind;
    }
    if (is_sign("=")) refuse(token_.begin, token_.end, "write `==` to compare");
    if (take_word("in")) return ConditionKind::kIn;
    if (!take_word("not")) return std::nullopt;
    if (!take_word("in")) refuse_token("`in`");
    return ConditionKind::kNotIn;
  }

  std::uint32_t parse_comparison() {
    const std::size_t begin = token_.begin;
    const std::uint32_t left = parse_path();
    const auto kind = take_comparison();
    if (!kind) return left;
    const std::uint32_t right = parse_path();
    const std::size_t end = token_.end;
    if (take_comparison()) refuse(begin, end, "write two comparisons with `and` between them");
    return add(*kind, begin, {left, right});
  }

  // A value with its members, items and methods: model.meta['owner'].lower()
  std::uint32_t parse_path() {
    const std::size_t begin = token_.begin;
    std::uint32_t value = parse_primary();
    for (std::size_t links = 1;; ++links) {
      if (links > Condition::kDeepest) refuse(begin, token_.end, "the condition is nested too deeply");
      if (take_sign(".")) {
        const Token name = token_;
        need_name("a name");
        value = is_sign("(") ? parse_call(name, begin, value) : member(begin, value, name.text);
      } else if (take_sign("[")) {
        const std::uint32_t key = parse_or();
        need_sign("]");
        value = add(ConditionKind::kItem, begin, {value, key});
      } else {
        return value;
      }
    }
  }

  std::uint32_t member(std::size_t begin, std::uint32_t base, const std::string& name) {
    return add({ConditionKind::kMember, begin, last_end_, 0, json::value(name), {base}});
  }

  std::uint32_t literal(std::size_t begin, json::value value) {
    return add({ConditionKind::kLiteral, begin, last_end_, 0, std::move(value), {}});
  }

  std::uint32_t parse_primary() {
    const Token token = token_;
    if (take_sign("(")) {
      const std::uint32_t inner = parse_or();
      need_sign(")");
      return inner;
    }
    if (is_sign("[")) return literal(token.begin, parse_list());
    if (is_constant()) return literal(token.begin, parse_constant());
    const std::string name = need_name("a value");
    if (is_sign("(")) return parse_call(token, token.begin, std::nullopt);
    return variable(token, name);
  }

  [[nodiscard]] bool is_constant() const {
    static constexpr std::array<std::string_view, 6> kWords{"true", "false", "null", "True", "False", "None"};
    if (token_.kind == TokenKind::kName) return std::find(kWords.begin(), kWords.end(), token_.text) != kWords.end();
    return token_.kind == TokenKind::kNumber || token_.kind == TokenKind::kText || is_sign("-");
  }

  json::value parse_constant() {
    const bool is_negative = take_sign("-");
    const Token token = token_;
    if (is_negative && token.kind != TokenKind::kNumber) refuse_token("a number");
    advance();
    if (token.kind == TokenKind::kText) return json::value(token.text);
    if (token.kind == TokenKind::kName) {
      if (token.text == "null" || token.text == "None") return nullptr;
      return token.text == "true" || token.text == "True";
    }
    if (!is_negative) return token.number;
    const auto negated = parse_json("-" + token.text);
    return negated ? *negated : json::value(nullptr);  // digits with a minus are a number
  }

  // Of constants only: an evaluation then never makes a list.
  json::value parse_list() {
    json::array out;
    need_sign("[");
    while (!is_sign("]")) {
      if (!out.empty()) need_sign(",");
      if (!is_constant()) refuse_token("a text, a number, true, false, null or `]`");
      out.push_back(parse_constant());
    }
    advance();
    return out;
  }

  std::uint32_t variable(const Token& token, const std::string& name) {
    for (std::size_t slot = variables_.size(); slot-- > 0;) {
      if (variables_[slot] != name) continue;
      return add({ConditionKind::kVariable, token.begin, token.end, slot, nullptr, {}});
    }
    std::string known;
    for (const std::string& one : variables_)
      known += fmt::format("{}`{}`", known.empty() ? "" : ", ", one);
    refuse(token.begin, token.end, fmt::format("`{}` is unknown; known here: {}", name, known));
  }

  // `name` was read, `(` follows. `receiver`: of a method, its first argument.
  std::uint32_t parse_call(const Token& name, std::size_t begin, std::optional<std::uint32_t> receiver) {
    advance();
    if (name.text == "all" || name.text == "any") return parse_quantifier(name, begin, receiver);
    const auto* function = std::find_if(kConditionFunctions.begin(), kConditionFunctions.end(),
                                        [&](const ConditionFunction& known) { return known.name == name.text; });
    if (function == kConditionFunctions.end()) refuse(name.begin, name.end, unknown_function(name.text));
    std::vector<std::uint32_t> arguments;
    if (receiver) arguments.push_back(*receiver);
    while (!is_sign(")")) {
      if (arguments.size() > (receiver ? 1U : 0U)) need_sign(",");
      arguments.push_back(parse_or());
    }
    advance();
    if (arguments.size() != function->arguments) {
      refuse(name.begin, last_end_,
             fmt::format("`{}` takes {}", name.text,
                         text::counted(static_cast<std::int64_t>(function->arguments), "value")));
    }
    return add({ConditionKind::kCall, begin, last_end_,
                static_cast<std::size_t>(function - kConditionFunctions.begin()), nullptr, std::move(arguments)});
  }

  static std::string unknown_function(const std::string& name) {
    std::vector<std::string> names{"all", "any"};
    for (const ConditionFunction& function : kConditionFunctions)
      names.emplace_back(function.name);
    if (const auto near = text::nearest(name, names)) return fmt::format("there is no `{}`; write `{}`", name, *near);
    return fmt::format("there is no `{}`; known: {}", name, text::join(names, ", "));
  }

  // all(model.columns, c, c.description != '')
  std::uint32_t parse_quantifier(const Token& name, std::size_t begin, std::optional<std::uint32_t> receiver) {
    if (!receiver) {
      receiver = parse_or();
      need_sign(",");
    }
    const std::string variable = need_name("a name for one item");
    need_sign(",");
    variables_.push_back(variable);
    ast_.slots = std::max(ast_.slots, variables_.size());
    const std::uint32_t body = parse_or();
    variables_.pop_back();
    need_sign(")");
    const ConditionKind kind = name.text == "all" ? ConditionKind::kAll : ConditionKind::kAny;
    return add({kind, begin, last_end_, variables_.size(), nullptr, {*receiver, body}});
  }

  Lexer lexer_;
  Token token_;
  std::size_t last_end_ = 0;
  std::size_t depth_ = 0;
  std::vector<std::string> variables_{"model"};
  Condition::Ast ast_;
};

}  // namespace

std::optional<Condition> Condition::parse(std::string_view text, ConditionProblem* problem) {
  if (text.size() > kLongest) {
    *problem = {fmt::format("the condition is longer than {} bytes", kLongest), 0, text.size()};
    return std::nullopt;
  }
  if (!text::is_valid_utf8(text)) {
    *problem = {"the condition is not UTF-8", 0, text.size()};
    return std::nullopt;
  }
  try {
    return Condition(std::make_shared<const Ast>(Parser(text).parse()));
  } catch (Refusal& refusal) {
    *problem = std::move(refusal.problem);
    return std::nullopt;
  }
}

}  // namespace floe::policy
