#include "jinja/parser.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

namespace {

std::string quoted(std::string_view text) { return to_repr(Value(text)); }

// The lower-case class name jinja2 has for a node, as in `can't assign to 'call'`.
std::string_view node_name(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kName:
      return "name";
    case ExprKind::kConst:
      return "const";
    case ExprKind::kTuple:
      return "tuple";
    case ExprKind::kList:
      return "list";
    case ExprKind::kDict:
      return "dict";
    case ExprKind::kCondExpr:
      return "condexpr";
    case ExprKind::kNeg:
      return "neg";
    case ExprKind::kPos:
      return "pos";
    case ExprKind::kNot:
      return "not";
    case ExprKind::kAnd:
      return "and";
    case ExprKind::kOr:
      return "or";
    case ExprKind::kCompare:
      return "compare";
    case ExprKind::kConcat:
      return "concat";
    case ExprKind::kGetattr:
      return "getattr";
    // NOLINTNEXTLINE(bugprone-branch-clone)
    case ExprKind::kGetitem:
      return "getitem";
    case ExprKind::kSlice:
      return "getitem";
    case ExprKind::kCall:
      return "call";
    case ExprKind::kFilter:
      return "filter";
    case ExprKind::kTest:
      return "test";
    case ExprKind::kNSRef:
      return "nsref";
    case ExprKind::kBinary:
      break;
  }
  switch (static_cast<const BinaryExpr&>(expr).op) {
    case BinaryOperator::kAdd:
      return "add";
    case BinaryOperator::kSubtract:
      return "sub";
    case BinaryOperator::kMultiply:
      return "mul";
    case BinaryOperator::kDivide:
      return "div";
    case BinaryOperator::kFloorDivide:
      return "floordiv";
    case BinaryOperator::kModulo:
      return "mod";
    case BinaryOperator::kPower:
      return "pow";
  }
  return "expr";
}

bool mark_assigned(Expr& expr) {
  if (expr.kind == ExprKind::kName) {
    static_cast<NameExpr&>(expr).use = NameUse::kStore;
    return true;
  }
  if (expr.kind == ExprKind::kNSRef) return true;
  if (expr.kind != ExprKind::kTuple) return false;
  bool fits = true;
  for (ExprPtr& item : static_cast<SequenceExpr&>(expr).items)
    fits = mark_assigned(*item) && fits;
  return fits;
}

bool is_constant_name(std::string_view name) {
  return name == "true" || name == "True" || name == "false" || name == "False" || name == "none" || name == "None";
}

void mark_parameters(Expr& expr) {
  if (expr.kind == ExprKind::kName) static_cast<NameExpr&>(expr).use = NameUse::kParam;
  if (expr.kind == ExprKind::kTuple) {
    for (ExprPtr& item : static_cast<SequenceExpr&>(expr).items)
      mark_parameters(*item);
  }
}

}  // namespace

Token Parser::take() {
  Token token = std::move(current_);
  if (pushed_) {
    current_ = *std::move(pushed_);
    pushed_.reset();
  } else if (token.type != TokenType::kEof) {
    current_ = lexer_.next();
  }
  return token;
}

const Token& Parser::look() {
  if (!pushed_) pushed_ = lexer_.next();
  return *pushed_;
}

bool Parser::skip_if(TokenType type) {
  if (!is(type)) return false;
  take();
  return true;
}

bool Parser::skip_if_name(std::string_view name) {
  if (!is_name(name)) return false;
  take();
  return true;
}

void Parser::unexpected(std::string_view expected) {
  if (is(TokenType::kEof)) {
    fail(fmt::format("unexpected end of template, expected {}.", quoted(expected)), current_.line);
  }
  fail(fmt::format("expected token {}, got {}", quoted(expected), quoted(describe(current_))), current_.line);
}

Token Parser::expect(TokenType type) {
  if (!is(type)) unexpected(describe(type));
  return take();
}

Token Parser::expect_name(std::string_view name) {
  if (!is_name(name)) unexpected(name);
  return take();
}

Body Parser::parse() { return subparse(nullptr); }

void Parser::parse_tag(Body* body) {
  StmtPtr statement = parse_statement();
  body->push_back(std::move(statement));
  expect(TokenType::kBlockEnd);
}

// Statements up to one of the end tags, which stays the current token.
Body Parser::subparse(const EndTags* end_tags) {
  Body body;
  std::unique_ptr<OutputStmt> output;
  auto open_output = [&]() -> OutputStmt& {
    if (!output) output = std::make_unique<OutputStmt>(current_.line);
    return *output;
  };
  auto flush = [&] {
    if (output) body.push_back(std::move(output));
  };
  if (end_tags != nullptr) end_stack_.push_back(end_tags);
  while (!is(TokenType::kEof)) {
    if (is(TokenType::kData)) {
      OutputStmt& target = open_output();
      target.items.push_back({std::string(take().text), nullptr});
    } else if (is(TokenType::kVariableBegin)) {
      OutputStmt& target = open_output();
      take();
      target.items.push_back({{}, parse_tuple()});
      expect(TokenType::kVariableEnd);
    } else {
      flush();
      expect(TokenType::kBlockBegin);
      if (end_tags != nullptr && is(TokenType::kName) &&
          std::find(end_tags->begin(), end_tags->end(), current_.text) != end_tags->end()) {
        end_stack_.pop_back();
        return body;
      }
      parse_tag(&body);
    }
  }
  flush();
  if (end_tags != nullptr) end_stack_.pop_back();
  return body;
}

Body Parser::parse_statements(const EndTags& end_tags, bool drop_needle) {
  skip_if(TokenType::kColon);
  expect(TokenType::kBlockEnd);
  Body body = subparse(&end_tags);
  if (is(TokenType::kEof)) unknown_tag(nullptr, &end_tags, current_.line);
  if (drop_needle) take();
  return body;
}

void Parser::unknown_tag(const std::string* name, const EndTags* extra, int line) {
  std::vector<const EndTags*> stack = end_stack_;
  if (extra != nullptr) stack.push_back(extra);
  std::string looking;
  bool expected = false;
  if (!stack.empty()) {
    for (std::string_view tag : *stack.back())
      looking += (looking.empty() ? "" : " or ") + quoted(tag);
    for (const EndTags* tags : stack) {
      expected = expected || (name != nullptr && std::find(tags->begin(), tags->end(), *name) != tags->end());
    }
  }
  std::string message =
      name == nullptr ? "Unexpected end of template." : fmt::format("Encountered unknown tag {}.", quoted(*name));
  if (!looking.empty()) {
    message += expected ? fmt::format(
                              " You probably made a nesting mistake. Jinja is expecting this tag, but "
                              "currently looking for {}.",
                              looking)
                        : fmt::format(" Jinja was looking for the following tags: {}.", looking);
  }
  if (!tag_stack_.empty()) {
    message += fmt::format(" The innermost block that needs to be closed is {}.", quoted(tag_stack_.back()));
  }
  fail(std::move(message), line);
}

StmtPtr Parser::parse_statement() {
  Nesting nesting(this);
  if (!is(TokenType::kName)) fail("tag name expected", current_.line);
  std::string tag(current_.text);
  int line = current_.line;
  using Handler = StmtPtr (Parser::*)();

  struct Entry {
    std::string_view tag;
    Handler handler;
    bool dbt;
  };

  static constexpr Entry kTags[] = {
      {"if", &Parser::parse_if, false},
      {"set", &Parser::parse_set, false},
      {"for", &Parser::parse_for, false},
      {"macro", &Parser::parse_macro, false},
      {"do", &Parser::parse_do, false},
      {"call", &Parser::parse_call_block, false},
      {"filter", &Parser::parse_filter_block, false},
      {"with", &Parser::parse_with, false},
      {"print", &Parser::parse_print, false},
      {"autoescape", &Parser::parse_autoescape, false},
      {"materialization", &Parser::parse_materialization, true},
      {"test", &Parser::parse_test_block, true},
      {"data_test", &Parser::parse_test_block, true},
      {"docs", &Parser::parse_docs, true},
  };
  tag_stack_.push_back(tag);
  StmtPtr result;
  if (tag == "break" || tag == "continue") {
    take();
    result = std::make_unique<JumpStmt>(tag == "break" ? StmtKind::kBreak : StmtKind::kContinue, line);
  } else {
    const auto* entry = std::find_if(std::begin(kTags), std::end(kTags),
                                     [&](const Entry& each) { return each.tag == tag && (dbt_tags_ || !each.dbt); });
    if (entry == std::end(kTags)) {
      tag_stack_.pop_back();
      for (std::string_view other : {"include", "import", "from", "extends", "block"}) {
        if (tag == other) fail(fmt::format("the tag `{}` is not available: dbt templates stand alone", tag), line);
      }
      unknown_tag(&tag, nullptr, line);
    }
    result = (this->*entry->handler)();
  }
  tag_stack_.pop_back();
  return result;
}

ExprPtr Parser::parse_assign_target(bool with_namespace) {
  ExprPtr target = parse_tuple(true, true, false, with_namespace);
  if (!mark_assigned(*target)) fail(fmt::format("can't assign to '{}'", node_name(*target)), target->line);
  return target;
}

std::unique_ptr<NameExpr> Parser::parse_name_target() {
  Token token = expect(TokenType::kName);
  if (is_constant_name(token.text)) fail("can't assign to 'name'", token.line);
  auto name = std::make_unique<NameExpr>(intern(token.text), token.line);
  name->use = NameUse::kStore;
  return name;
}

StmtPtr Parser::parse_for() {
  auto node = std::make_unique<ForStmt>(expect_name("for").line);
  node->target = parse_assign_target(false);
  expect_name("in");
  node->iterable = parse_tuple(false, false, false);
  if (skip_if_name("if")) node->test = parse_expression();
  node->recursive = skip_if_name("recursive");
  node->body = parse_statements({"endfor", "else"});
  if (take().text != "endfor") node->otherwise = parse_statements({"endfor"}, true);
  return node;
}

StmtPtr Parser::parse_if() {
  auto node = std::make_unique<IfStmt>(expect_name("if").line);
  while (true) {
    IfStmt::Branch branch;
    branch.test = parse_tuple(false, false, false);
    branch.body = parse_statements({"elif", "else", "endif"});
    node->branches.push_back(std::move(branch));
    Token token = take();
    if (token.text == "elif") continue;
    if (token.text == "else") node->otherwise = parse_statements({"endif"}, true);
    return node;
  }
}

StmtPtr Parser::parse_set() {
  int line = take().line;
  ExprPtr target = parse_assign_target(true);
  if (skip_if(TokenType::kAssign)) {
    auto node = std::make_unique<AssignStmt>(line);
    node->target = std::move(target);
    node->value = parse_tuple();
    return node;
  }
  auto node = std::make_unique<AssignBlockStmt>(line);
  node->target = std::move(target);
  node->filter = parse_filter(nullptr);
  node->body = parse_statements({"endset"}, true);
  return node;
}

StmtPtr Parser::parse_with() {
  auto node = std::make_unique<WithStmt>(take().line);
  while (!is(TokenType::kBlockEnd)) {
    if (!node->assignments.empty()) expect(TokenType::kComma);
    ExprPtr target = parse_assign_target(false);
    mark_parameters(*target);
    expect(TokenType::kAssign);
    node->assignments.emplace_back(std::move(target), parse_expression());
  }
  node->body = parse_statements({"endwith"}, true);
  return node;
}

StmtPtr Parser::parse_autoescape() {
  auto node = std::make_unique<ScopeStmt>(take().line);
  node->option = parse_expression();
  node->body = parse_statements({"endautoescape"}, true);
  return node;
}

std::string Parser::parse_type_name() {
  Nesting nesting(this);
  std::string type(expect(TokenType::kName).text);
  if (!skip_if(TokenType::kLeftBracket)) return type;
  type += '[';
  bool first = true;
  while (!is(TokenType::kRightBracket)) {
    if (!first) {
      expect(TokenType::kComma);
      type += ", ";
    }
    first = false;
    type += parse_type_name();
  }
  expect(TokenType::kRightBracket);
  return type + ']';
}

void Parser::parse_signature(MacroStmt* macro) {
  MacroSignature& signature = macro->signature;
  expect(TokenType::kLeftParen);
  while (!is(TokenType::kRightParen)) {
    if (!signature.parameters.empty()) expect(TokenType::kComma);
    auto name = parse_name_target();
    name->use = NameUse::kParam;
    signature.types.push_back(dbt_tags_ && skip_if(TokenType::kColon) ? parse_type_name() : std::string());
    if (skip_if(TokenType::kAssign)) {
      signature.defaults.push_back(parse_expression());
    } else if (!signature.defaults.empty()) {
      fail("non-default argument follows default argument", current_.line);
    }
    for (const auto& other : signature.parameters) {
      if (is_same(other->name, name->name)) {
        fail(fmt::format("duplicate argument {} in function definition", quoted(name->name.as_string())), name->line);
      }
    }
    signature.parameters.push_back(std::move(name));
  }
  expect(TokenType::kRightParen);
}

namespace {

void name_macro(MacroStmt* macro, const std::string& symbol) {
  macro->name = intern(symbol);
  macro->name_target = std::make_unique<NameExpr>(macro->name, macro->line);
  macro->name_target->use = NameUse::kStore;
}

}  // namespace

StmtPtr Parser::parse_macro() {
  auto node = std::make_unique<MacroStmt>(StmtKind::kMacro, take().line);
  node->plain_name = parse_name_target()->name.as_string();
  name_macro(node.get(), (dbt_tags_ ? "dbt_macro__" : "") + node->plain_name);
  parse_signature(node.get());
  node->body = parse_statements({"endmacro"}, true);
  return node;
}

StmtPtr Parser::parse_call_block() {
  auto node = std::make_unique<MacroStmt>(StmtKind::kCallBlock, take().line);
  if (is(TokenType::kLeftParen)) parse_signature(node.get());
  ExprPtr call = parse_expression();
  if (call->kind != ExprKind::kCall) fail("expected call", node->line);
  node->target.reset(static_cast<CallExpr*>(call.release()));
  node->body = parse_statements({"endcall"}, true);
  return node;
}

StmtPtr Parser::parse_filter_block() {
  auto node = std::make_unique<FilterBlockStmt>(take().line);
  node->filter = parse_filter(nullptr, true);
  node->body = parse_statements({"endfilter"}, true);
  return node;
}

StmtPtr Parser::parse_print() {
  auto node = std::make_unique<OutputStmt>(take().line);
  while (!is(TokenType::kBlockEnd)) {
    if (!node->items.empty()) expect(TokenType::kComma);
    node->items.push_back({{}, parse_expression()});
  }
  return node;
}

StmtPtr Parser::parse_do() {
  auto node = std::make_unique<DoStmt>(take().line);
  node->value = parse_tuple();
  return node;
}

StmtPtr Parser::parse_materialization() {
  auto node = std::make_unique<MacroStmt>(StmtKind::kMacro, take().line);
  node->form = MacroForm::kMaterialization;
  std::string name = parse_name_target()->name.as_string();
  node->adapter = "default";
  while (skip_if(TokenType::kComma)) {
    auto target = parse_name_target();
    const std::string& option = target->name.as_string();
    if (option == "default") continue;
    if (option == "adapter") {
      expect(TokenType::kAssign);
      ExprPtr value = parse_expression();
      if (value->kind != ExprKind::kConst) fail("the adapter of a materialization must be a string", value->line);
      node->adapter = to_str(static_cast<ConstExpr&>(*value).value);
    } else if (option == "supported_languages") {
      target->use = NameUse::kParam;
      expect(TokenType::kAssign);
      node->signature.parameters.push_back(std::move(target));
      node->signature.types.emplace_back();
      node->signature.defaults.push_back(parse_expression());
    } else {
      fail(fmt::format("materialization '{}' received unknown argument '{}'.", name, option), target->line);
    }
  }
  if (node->signature.parameters.empty()) {
    auto parameter = std::make_unique<NameExpr>(intern("supported_languages"), node->line);
    parameter->use = NameUse::kParam;
    node->signature.parameters.push_back(std::move(parameter));
    node->signature.types.emplace_back();
    auto languages = std::make_unique<SequenceExpr>(ExprKind::kList, node->line);
    languages->items.push_back(std::make_unique<ConstExpr>(Value("sql"), node->line));
    node->signature.defaults.push_back(std::move(languages));
  }
  node->plain_name = fmt::format("materialization_{}_{}", name, node->adapter);
  name_macro(node.get(), "dbt_macro__" + node->plain_name);
  node->body = parse_statements({"endmaterialization"}, true);
  return node;
}

StmtPtr Parser::parse_test_block() {
  Token tag = take();
  auto node = std::make_unique<MacroStmt>(StmtKind::kMacro, tag.line);
  node->form = MacroForm::kTest;
  node->plain_name = "test_" + parse_name_target()->name.as_string();
  name_macro(node.get(), "dbt_macro__" + node->plain_name);
  parse_signature(node.get());
  node->body = parse_statements({tag.text == "test" ? "endtest" : "enddata_test"}, true);
  return node;
}

StmtPtr Parser::parse_docs() {
  auto node = std::make_unique<MacroStmt>(StmtKind::kMacro, take().line);
  node->form = MacroForm::kDocs;
  node->plain_name = parse_name_target()->name.as_string();
  name_macro(node.get(), "dbt_docs__" + node->plain_name);
  node->body = parse_statements({"enddocs"}, true);
  return node;
}

}  // namespace floe::dbt
