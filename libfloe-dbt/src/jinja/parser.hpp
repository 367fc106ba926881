// Parser: tokens to the tree of code.hpp, with Jinja2's grammar, precedence and messages, plus dbt's tags.
#pragma once

#include "jinja/code.hpp"
#include "jinja/lexer.hpp"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

class Parser {
 public:
  Parser(std::string_view source, bool dbt_tags) : lexer_(source), dbt_tags_(dbt_tags) { current_ = lexer_.next(); }

  Body parse();

 private:
  using EndTags = std::vector<std::string_view>;

  // Tokens.
  Token take();
  const Token& look();

  [[nodiscard]] bool is(TokenType type) const { return current_.type == type; }

  [[nodiscard]] bool is_name(std::string_view name) const {
    return current_.type == TokenType::kName && current_.text == name;
  }

  bool skip_if(TokenType type);
  bool skip_if_name(std::string_view name);
  Token expect(TokenType type);
  Token expect_name(std::string_view name);
  [[noreturn]] void unexpected(std::string_view expected);

  [[noreturn]] static void fail(std::string message, int line) { raise_syntax_error(std::move(message), line); }

  // Statements, parser_statements.cpp.
  Body subparse(const EndTags* end_tags);
  void parse_tag(Body* body);
  Body parse_statements(const EndTags& end_tags, bool drop_needle = false);
  StmtPtr parse_statement();
  [[noreturn]] void unknown_tag(const std::string* name, const EndTags* extra, int line);
  StmtPtr parse_for();
  StmtPtr parse_if();
  StmtPtr parse_set();
  StmtPtr parse_with();
  StmtPtr parse_macro();
  StmtPtr parse_call_block();
  StmtPtr parse_filter_block();
  StmtPtr parse_print();
  StmtPtr parse_do();
  StmtPtr parse_autoescape();
  StmtPtr parse_materialization();
  StmtPtr parse_test_block();
  StmtPtr parse_docs();
  void parse_signature(MacroStmt* macro);
  std::string parse_type_name();
  ExprPtr parse_assign_target(bool with_namespace);
  std::unique_ptr<NameExpr> parse_name_target();

  // Expressions, parser_expressions.cpp.
  ExprPtr parse_expression(bool with_condexpr = true);
  ExprPtr parse_condexpr();
  ExprPtr parse_or();
  ExprPtr parse_and();
  ExprPtr parse_not();
  ExprPtr parse_compare();
  ExprPtr parse_binary(int level);
  ExprPtr parse_concat();
  ExprPtr parse_unary(bool with_filter = true);
  ExprPtr parse_primary(bool with_namespace = false);
  ExprPtr parse_tuple(bool simplified, bool with_condexpr, bool explicit_parentheses, bool with_namespace = false);

  ExprPtr parse_tuple() { return parse_tuple(false, true, false); }

  ExprPtr parse_list();
  ExprPtr parse_dict();
  ExprPtr parse_postfix(ExprPtr node);
  ExprPtr parse_filter_expr(ExprPtr node);
  ExprPtr parse_subscript(ExprPtr node);
  ExprPtr parse_subscribed();
  ExprPtr parse_call(ExprPtr node);
  CallArguments parse_call_args();
  ExprPtr parse_filter(ExprPtr node, bool start_inline = false);
  ExprPtr parse_test(ExprPtr node);
  std::string parse_dotted_name();

  class Nesting;

  Lexer lexer_;
  Token current_;
  std::optional<Token> pushed_;
  bool dbt_tags_;
  int nesting_ = 0;
  std::vector<std::string> tag_stack_;
  std::vector<const EndTags*> end_stack_;
};

// Refuses trees so deep that walking them could exhaust the stack.
class Parser::Nesting {
 public:
  explicit Nesting(Parser* parser) : parser_(parser) {
    if (++parser_->nesting_ > 200) {
      --parser_->nesting_;
      fail("the template is nested too deeply", parser_->current_.line);
    }
  }

  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

  ~Nesting() { --parser_->nesting_; }

 private:
  Parser* parser_;
};

}  // namespace floe::dbt
