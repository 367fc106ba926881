#include "execute/node_compiler.hpp"

#include "parse/parse.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::size_t skip_quoted(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] != quote) continue;
    if (at + 1 < sql.size() && sql[at + 1] == quote) {
      ++at;
    } else {
      return at + 1;
    }
  }
  return sql.size();
}

std::size_t skip_comment(std::string_view sql, std::size_t at) {
  if (sql.substr(at, 2) == "--") return std::min(sql.find('\n', at), sql.size());
  const auto end = sql.find("*/", at + 2);
  return end == std::string_view::npos ? sql.size() : end + 2;
}

bool starts_comment(std::string_view sql, std::size_t at) {
  return sql.substr(at, 2) == "--" || sql.substr(at, 2) == "/*";
}

std::size_t end_of_word(std::string_view sql, std::size_t at) {
  while (at < sql.size() && is_word_character(sql[at]))
    ++at;
  return at;
}

std::size_t skip_spaces(std::string_view sql, std::size_t at) {
  while (at < sql.size() && is_space(sql[at]))
    ++at;
  return at;
}

bool is_word(std::string_view sql, std::size_t at, std::size_t end, std::string_view word) {
  return text::equals_ignore_case_ascii(sql.substr(at, end - at), word);
}

struct WithClause {
  bool found = false;
  std::size_t end = 0;  // behind WITH or WITH RECURSIVE
};

WithClause clause_behind(std::string_view sql, std::size_t with_end) {
  const std::size_t next = skip_spaces(sql, with_end);
  const std::size_t end = end_of_word(sql, next);
  return {true, is_word(sql, next, end, "recursive") ? end : with_end};
}

// The first WITH outside of parentheses, quotes and comments.
WithClause find_with(std::string_view sql) {
  int depth = 0;
  for (std::size_t at = 0; at < sql.size();) {
    if (starts_comment(sql, at)) {
      at = skip_comment(sql, at);
    } else if (sql[at] == '\'' || sql[at] == '"') {
      at = skip_quoted(sql, at);
    } else if (is_word_character(sql[at])) {
      const std::size_t end = end_of_word(sql, at);
      if (depth == 0 && is_word(sql, at, end, "with")) return clause_behind(sql, end);
      at = end;
    } else {
      depth += sql[at] == '(' ? 1 : (sql[at] == ')' ? -1 : 0);
      ++at;
    }
  }
  return {};
}

std::string joined(const std::vector<InjectedCte>& ctes) {
  std::string out;
  for (const InjectedCte& cte : ctes)
    out += (out.empty() ? "" : ", ") + cte.sql;
  return out;
}

}  // namespace

std::string inject_ctes(std::string_view sql, const std::vector<InjectedCte>& ctes) {
  if (ctes.empty()) return std::string(sql);
  const WithClause clause = find_with(sql);
  const std::size_t at = skip_spaces(sql, clause.end);  // behind the keyword, or where one is put
  const std::string inserted = clause.found ? joined(ctes) + ", " : "with" + joined(ctes) + " ";
  return std::string(sql.substr(0, at)) + inserted + std::string(sql.substr(at));
}

Status NodeCompiler::render(Node& node, RenderScope& scope) {
  if (node.tpl == nullptr) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("`{}` is a {} model; this version runs SQL models", node.name, node.language));
  }
  if (node.is_generic_test) {
    scope.set("_dbt_generic_test_kwargs", FLOE_TRY(render_test_kwargs(session_, scope, node)));
  }
  node.compilation.compiled_code = FLOE_TRY(session_.text.render(*node.tpl, scope));
  node.compilation.compiled = true;
  return ok();
}

Status NodeCompiler::compile_ephemeral(Node& node, NodeBackend& backend) {
  if (node.compilation.extra_ctes_injected) return ok();
  RenderScope scope(session_, ScopeMode::kRun,
                    {.node = &node, .macro = nullptr, .package = {}, .backend = &backend, .recorder = nullptr});
  FLOE_TRY(render(node, scope));
  return inject_ephemerals(node, scope, backend);
}

Status NodeCompiler::inject_ephemerals(Node& node, const RenderScope& scope, NodeBackend& backend) {
  const std::string own = node.compilation.compiled_code;
  std::vector<InjectedCte> ctes;
  const auto add = [&](const InjectedCte& cte) {
    const bool is_known =
        std::any_of(ctes.begin(), ctes.end(), [&](const InjectedCte& each) { return each.id == cte.id; });
    if (!is_known) ctes.push_back(cte);
  };
  if (!scope.ephemerals().empty()) {
    const std::lock_guard lock(ephemerals_);
    for (Node* ephemeral : scope.ephemerals()) {
      FLOE_TRY(compile_ephemeral(*ephemeral, backend));
      // What it reads comes first; its own text is the one without those.
      for (const InjectedCte& cte : ephemeral->compilation.extra_ctes) {
        if (cte.id != ephemeral->unique_id) add(cte);
      }
      add({ephemeral->unique_id, ephemeral_sql_.at(ephemeral->unique_id)});
    }
  }
  if (node.is_ephemeral()) ephemeral_sql_[node.unique_id] = fmt::format(" {} as (\n{}\n)", ephemeral_name(node), own);
  node.compilation.extra_ctes = ctes;
  node.compilation.extra_ctes_injected = true;
  node.compilation.compiled_code = inject_ctes(own, ctes);
  return write_compiled(node);
}

std::string written_path(const Node& node) {
  std::string file = node.original_file_path;
  // Models may lie outside of the project; what is made of them stays below the target path.
  for (std::size_t at = 0; file.compare(at, 3, "../") == 0; at += 2)
    file.replace(at, 2, "_");
  if (node.is_generic_test) return io::join_path(file, node.path);
  const bool is_in_yaml = file.ends_with(".yml") || file.ends_with(".yaml");
  return is_in_yaml ? io::join_path(file, node.name + ".sql") : file;
}

Status NodeCompiler::write_compiled(Node& node) {
  const std::string base = io::join_path(session_.workspace->target_path, "compiled/" + node.package_name);
  const std::string path = io::join_path(base, written_path(node));
  node.compilation.compiled_path = io::relative_path(path, session_.workspace->root->root);
  FLOE_TRY(session_.files->create_directories(io::parent_path(path)));
  return session_.files->write_atomic(path, node.compilation.compiled_code, io::Durability::kFast);
}

Status NodeCompiler::compile(Node& node, RenderScope& scope, NodeBackend& backend) {
  if (node.type == ResourceType::kSeed) return ok();
  if (node.is_ephemeral()) {
    const std::lock_guard lock(ephemerals_);
    return compile_ephemeral(node, backend);
  }
  FLOE_TRY(render(node, scope));
  return inject_ephemerals(node, scope, backend);
}

}  // namespace floe::dbt
