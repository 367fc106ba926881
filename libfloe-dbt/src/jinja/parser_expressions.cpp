#include "jinja/filters.hpp"
#include "jinja/parser.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

namespace {

class DepthVisitor final : public ChildVisitor {
 public:
  void visit(ExprPtr& child) override {
    if (child) depth = std::max(depth, child->depth);
  }

  void visit(Body& /*body*/) override {}

  std::uint16_t depth = 0;
};

// Records the depth of a finished node.
template <class T>
ExprPtr seal(std::unique_ptr<T> node) {
  DepthVisitor visitor;
  node->children(visitor);
  if (visitor.depth > 1000) raise_syntax_error("the expression is nested too deeply", node->line);
  node->depth = static_cast<std::uint16_t>(visitor.depth + 1);
  return node;
}

std::string quoted(std::string_view text) { return to_repr(Value(text)); }

}  // namespace

ExprPtr Parser::parse_expression(bool with_condexpr) { return with_condexpr ? parse_condexpr() : parse_or(); }

ExprPtr Parser::parse_condexpr() {
  Nesting nesting(this);
  int line = current_.line;
  ExprPtr expr = parse_or();
  while (skip_if_name("if")) {
    auto node = std::make_unique<CondExpr>(line);
    node->then = std::move(expr);
    node->test = parse_or();
    if (skip_if_name("else")) node->otherwise = parse_condexpr();
    expr = seal(std::move(node));
    line = current_.line;
  }
  return expr;
}

ExprPtr Parser::parse_or() {
  int line = current_.line;
  ExprPtr left = parse_and();
  while (skip_if_name("or")) {
    auto node = std::make_unique<LogicExpr>(ExprKind::kOr, line);
    node->left = std::move(left);
    node->right = parse_and();
    left = seal(std::move(node));
    line = current_.line;
  }
  return left;
}

ExprPtr Parser::parse_and() {
  int line = current_.line;
  ExprPtr left = parse_not();
  while (skip_if_name("and")) {
    auto node = std::make_unique<LogicExpr>(ExprKind::kAnd, line);
    node->left = std::move(left);
    node->right = parse_not();
    left = seal(std::move(node));
    line = current_.line;
  }
  return left;
}

ExprPtr Parser::parse_not() {
  if (!is_name("not")) return parse_compare();
  Nesting nesting(this);
  auto node = std::make_unique<UnaryExpr>(ExprKind::kNot, take().line);
  node->operand = parse_not();
  return seal(std::move(node));
}

ExprPtr Parser::parse_compare() {
  int line = current_.line;
  ExprPtr first = parse_binary(0);
  std::unique_ptr<CompareExpr> node;
  auto add = [&](CompareOp op) {
    if (!node) {
      node = std::make_unique<CompareExpr>(line);
      node->first = std::move(first);
    }
    node->rest.emplace_back(op, parse_binary(0));
  };
  while (true) {
    CompareOp op = CompareOp::kEq;
    switch (current_.type) {
      case TokenType::kEq:
        op = CompareOp::kEq;
        break;
      case TokenType::kNe:
        op = CompareOp::kNe;
        break;
      case TokenType::kLt:
        op = CompareOp::kLt;
        break;
      case TokenType::kLtEq:
        op = CompareOp::kLtEq;
        break;
      case TokenType::kGt:
        op = CompareOp::kGt;
        break;
      case TokenType::kGtEq:
        op = CompareOp::kGtEq;
        break;
      case TokenType::kName:
        if (current_.text == "in") {
          op = CompareOp::kIn;
          break;
        }
        if (current_.text == "not" && look().type == TokenType::kName && look().text == "in") {
          take();
          op = CompareOp::kNotIn;
          break;
        }
        [[fallthrough]];
      default:
        return node ? seal(std::move(node)) : std::move(first);
    }
    take();
    add(op);
  }
}

// Level 0: + -, level 1: * / // %, level 2: **. Concatenation stands between 0 and 1.
ExprPtr Parser::parse_binary(int level) {
  auto operand = [&] { return level == 0 ? parse_concat() : level == 1 ? parse_binary(2) : parse_unary(); };
  int line = current_.line;
  ExprPtr left = operand();
  while (true) {
    BinaryOperator op = BinaryOperator::kAdd;
    int found = 0;
    switch (current_.type) {
      case TokenType::kAdd:
        op = BinaryOperator::kAdd, found = 0;
        break;
      case TokenType::kSub:
        op = BinaryOperator::kSubtract, found = 0;
        break;
      case TokenType::kMul:
        op = BinaryOperator::kMultiply, found = 1;
        break;
      case TokenType::kDiv:
        op = BinaryOperator::kDivide, found = 1;
        break;
      case TokenType::kFloorDiv:
        op = BinaryOperator::kFloorDivide, found = 1;
        break;
      case TokenType::kMod:
        op = BinaryOperator::kModulo, found = 1;
        break;
      case TokenType::kPow:
        op = BinaryOperator::kPower, found = 2;
        break;
      default:
        return left;
    }
    if (found != level) return left;
    take();
    auto node = std::make_unique<BinaryExpr>(line);
    node->op = op;
    node->left = std::move(left);
    node->right = operand();
    left = seal(std::move(node));
    line = current_.line;
  }
}

ExprPtr Parser::parse_concat() {
  int line = current_.line;
  ExprPtr first = parse_binary(1);
  if (!is(TokenType::kTilde)) return first;
  auto node = std::make_unique<ConcatExpr>(line);
  node->items.push_back(std::move(first));
  while (skip_if(TokenType::kTilde))
    node->items.push_back(parse_binary(1));
  return seal(std::move(node));
}

ExprPtr Parser::parse_unary(bool with_filter) {
  Nesting nesting(this);
  ExprPtr node;
  if (is(TokenType::kSub) || is(TokenType::kAdd)) {
    ExprKind kind = is(TokenType::kSub) ? ExprKind::kNeg : ExprKind::kPos;
    auto unary = std::make_unique<UnaryExpr>(kind, take().line);
    unary->operand = parse_unary(false);
    node = seal(std::move(unary));
  } else {
    node = parse_primary();
  }
  node = parse_postfix(std::move(node));
  return with_filter ? parse_filter_expr(std::move(node)) : std::move(node);
}

ExprPtr Parser::parse_primary(bool with_namespace) {
  int line = current_.line;
  switch (current_.type) {
    case TokenType::kName: {
      std::string_view text = take().text;
      if (text == "true" || text == "True") return std::make_unique<ConstExpr>(Value(true), line);
      if (text == "false" || text == "False") return std::make_unique<ConstExpr>(Value(false), line);
      if (text == "none" || text == "None") return std::make_unique<ConstExpr>(Value(), line);
      auto name = std::make_unique<NameExpr>(intern(text), line);
      if (!with_namespace || !skip_if(TokenType::kDot)) return name;
      Token attr = expect(TokenType::kName);
      return std::make_unique<NSRefExpr>(std::move(name), intern(attr.text), line);
    }
    case TokenType::kString: {
      Token token = take();
      if (!is(TokenType::kString)) return std::make_unique<ConstExpr>(std::move(token.value), line);
      std::string text = token.value.as_string();
      while (is(TokenType::kString))
        text += take().value.as_string();
      return std::make_unique<ConstExpr>(Value(std::move(text)), line);
    }
    case TokenType::kInteger:
    case TokenType::kFloat:
      return std::make_unique<ConstExpr>(take().value, line);
    case TokenType::kLeftParen: {
      take();
      ExprPtr node = parse_tuple(false, true, true);
      expect(TokenType::kRightParen);
      return node;
    }
    case TokenType::kLeftBracket:
      return parse_list();
    case TokenType::kLeftBrace:
      return parse_dict();
    default:
      fail(fmt::format("unexpected {}", quoted(describe(current_))), line);
  }
}

ExprPtr Parser::parse_tuple(bool simplified, bool with_condexpr, bool explicit_parentheses, bool with_namespace) {
  int line = current_.line;
  std::vector<ExprPtr> items;
  bool is_tuple = false;
  while (true) {
    if (!items.empty()) expect(TokenType::kComma);
    if (is(TokenType::kVariableEnd) || is(TokenType::kBlockEnd) || is(TokenType::kRightParen)) {
      break;
    }
    items.push_back(simplified ? parse_primary(with_namespace) : parse_expression(with_condexpr));
    if (!is(TokenType::kComma)) break;
    is_tuple = true;
    line = current_.line;
  }
  if (!is_tuple) {
    if (!items.empty()) return std::move(items[0]);
    if (!explicit_parentheses) {
      fail(fmt::format("Expected an expression, got {}", quoted(describe(current_))), current_.line);
    }
  }
  auto node = std::make_unique<SequenceExpr>(ExprKind::kTuple, line);
  node->items = std::move(items);
  return seal(std::move(node));
}

ExprPtr Parser::parse_list() {
  auto node = std::make_unique<SequenceExpr>(ExprKind::kList, expect(TokenType::kLeftBracket).line);
  while (!is(TokenType::kRightBracket)) {
    if (!node->items.empty()) expect(TokenType::kComma);
    if (is(TokenType::kRightBracket)) break;
    node->items.push_back(parse_expression());
  }
  expect(TokenType::kRightBracket);
  return seal(std::move(node));
}

ExprPtr Parser::parse_dict() {
  auto node = std::make_unique<DictExpr>(expect(TokenType::kLeftBrace).line);
  while (!is(TokenType::kRightBrace)) {
    if (!node->items.empty()) expect(TokenType::kComma);
    if (is(TokenType::kRightBrace)) break;
    ExprPtr key = parse_expression();
    expect(TokenType::kColon);
    ExprPtr value = parse_expression();
    node->items.emplace_back(std::move(key), std::move(value));
  }
  expect(TokenType::kRightBrace);
  return seal(std::move(node));
}

ExprPtr Parser::parse_postfix(ExprPtr node) {
  while (true) {
    if (is(TokenType::kDot) || is(TokenType::kLeftBracket)) {
      node = parse_subscript(std::move(node));
    } else if (is(TokenType::kLeftParen)) {
      node = parse_call(std::move(node));
    } else {
      return node;
    }
  }
}

ExprPtr Parser::parse_filter_expr(ExprPtr node) {
  while (true) {
    if (is(TokenType::kPipe)) {
      node = parse_filter(std::move(node));
    } else if (is_name("is")) {
      node = parse_test(std::move(node));
    } else if (is(TokenType::kLeftParen)) {
      node = parse_call(std::move(node));
    } else {
      return node;
    }
  }
}

ExprPtr Parser::parse_subscript(ExprPtr node) {
  Token token = take();
  if (token.type == TokenType::kDot) {
    Token attr = take();
    if (attr.type == TokenType::kName) {
      return seal(std::make_unique<GetattrExpr>(std::move(node), intern(attr.text), token.line));
    }
    if (attr.type != TokenType::kInteger) fail("expected name or number", attr.line);
    auto item = std::make_unique<GetitemExpr>(token.line);
    item->object = std::move(node);
    item->key = std::make_unique<ConstExpr>(std::move(attr.value), attr.line);
    return seal(std::move(item));
  }
  std::vector<ExprPtr> keys;
  while (!is(TokenType::kRightBracket)) {
    if (!keys.empty()) expect(TokenType::kComma);
    keys.push_back(parse_subscribed());
  }
  expect(TokenType::kRightBracket);
  if (keys.size() == 1 && keys[0]->kind == ExprKind::kSlice && !static_cast<SliceExpr&>(*keys[0]).object) {
    auto* slice = static_cast<SliceExpr*>(keys[0].get());
    slice->object = std::move(node);
    slice->line = token.line;
    return seal(std::unique_ptr<SliceExpr>(static_cast<SliceExpr*>(keys[0].release())));
  }
  auto item = std::make_unique<GetitemExpr>(token.line);
  item->object = std::move(node);
  if (keys.size() == 1) {
    item->key = std::move(keys[0]);
  } else {
    auto tuple = std::make_unique<SequenceExpr>(ExprKind::kTuple, token.line);
    tuple->items = std::move(keys);
    item->key = seal(std::move(tuple));
  }
  return seal(std::move(item));
}

ExprPtr Parser::parse_subscribed() {
  int line = current_.line;
  ExprPtr start;
  if (!skip_if(TokenType::kColon)) {
    start = parse_expression();
    if (!skip_if(TokenType::kColon)) return start;
  }
  auto slice = std::make_unique<SliceExpr>(line);
  slice->start = std::move(start);
  auto at_end = [&] { return is(TokenType::kRightBracket) || is(TokenType::kComma); };
  if (!is(TokenType::kColon) && !at_end()) slice->stop = parse_expression();
  if (skip_if(TokenType::kColon) && !at_end()) slice->step = parse_expression();
  return seal(std::move(slice));
}

CallArguments Parser::parse_call_args() {
  int line = expect(TokenType::kLeftParen).line;
  CallArguments arguments;
  auto ensure = [&](bool fits) {
    if (!fits) fail("invalid syntax for function call expression", line);
  };
  bool need_comma = false;
  while (!is(TokenType::kRightParen)) {
    if (need_comma) {
      expect(TokenType::kComma);
      if (is(TokenType::kRightParen)) break;
    }
    if (is(TokenType::kMul)) {
      ensure(!arguments.star && !arguments.double_star);
      take();
      arguments.star = parse_expression();
    } else if (is(TokenType::kPow)) {
      ensure(!arguments.double_star);
      take();
      arguments.double_star = parse_expression();
    } else if (is(TokenType::kName) && look().type == TokenType::kAssign) {
      ensure(!arguments.double_star);
      Value name = intern(take().text);
      take();
      for (const auto& [other, value] : arguments.named) {
        if (is_same(other, name)) fail(fmt::format("keyword argument repeated: {}", name.as_string()), line);
      }
      arguments.named.emplace_back(name, parse_expression());
    } else {
      ensure(!arguments.star && !arguments.double_star && arguments.named.empty());
      arguments.positional.push_back(parse_expression());
    }
    need_comma = true;
  }
  expect(TokenType::kRightParen);
  return arguments;
}

ExprPtr Parser::parse_call(ExprPtr node) {
  auto call = std::make_unique<CallExpr>(current_.line);
  call->target = std::move(node);
  call->arguments = parse_call_args();
  return seal(std::move(call));
}

std::string Parser::parse_dotted_name() {
  std::string name(expect(TokenType::kName).text);
  while (skip_if(TokenType::kDot)) {
    name += '.';
    name += expect(TokenType::kName).text;
  }
  return name;
}

ExprPtr Parser::parse_filter(ExprPtr node, bool start_inline) {
  while (is(TokenType::kPipe) || start_inline) {
    if (!start_inline) take();
    auto filter = std::make_unique<FilterExpr>(current_.line);
    filter->name = parse_dotted_name();
    filter->filter = find_filter(filter->name);
    filter->subject = std::move(node);
    if (is(TokenType::kLeftParen)) filter->arguments = parse_call_args();
    node = seal(std::move(filter));
    start_inline = false;
  }
  return node;
}

ExprPtr Parser::parse_test(ExprPtr node) {
  int line = take().line;
  bool negated = skip_if_name("not");
  auto test = std::make_unique<TestExpr>(line);
  test->name = parse_dotted_name();
  test->test = find_test(test->name);
  test->subject = std::move(node);
  switch (current_.type) {
    case TokenType::kLeftParen:
      test->arguments = parse_call_args();
      break;
    case TokenType::kName:
      if (is_name("else") || is_name("or") || is_name("and")) break;
      if (is_name("is")) fail("You cannot chain multiple tests with is", current_.line);
      [[fallthrough]];
    case TokenType::kString:
    case TokenType::kInteger:
    case TokenType::kFloat:
    case TokenType::kLeftBracket:
    case TokenType::kLeftBrace:
      test->arguments.positional.push_back(parse_postfix(parse_primary()));
      break;
    default:
      break;
  }
  ExprPtr result = seal(std::move(test));
  if (!negated) return result;
  auto inverse = std::make_unique<UnaryExpr>(ExprKind::kNot, line);
  inverse->operand = std::move(result);
  return seal(std::move(inverse));
}

}  // namespace floe::dbt
