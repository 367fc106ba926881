#include "sandbox/sql_monitor.hpp"

#include "sandbox/file_references.hpp"
#include "sandbox/refusal.hpp"
#include "sandbox/settings.hpp"
#include "sandbox/sql_words.hpp"
#include "sandbox/table_functions.hpp"

#include "base/fail.hpp"
#include "base/text/sql_tokens.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <span>
#include <vector>

namespace floe::duckdb_compute {
namespace {

using Tokens = std::span<const std::string_view>;

enum class Kind : std::uint8_t { kQuery, kChange, kCreate, kDrop, kSet, kPragma, kCopy, kUpdate, kCall, kPrefix };

// What a statement may begin with. What is not here is refused.
const std::map<std::string, Kind>& kinds() {
  static const std::map<std::string, Kind> kKinds = {
      {"select", Kind::kQuery},      {"with", Kind::kQuery},     {"from", Kind::kQuery},
      {"values", Kind::kQuery},      {"table", Kind::kQuery},    {"describe", Kind::kQuery},
      {"desc", Kind::kQuery},        {"show", Kind::kQuery},     {"summarize", Kind::kQuery},
      {"pivot", Kind::kQuery},       {"unpivot", Kind::kQuery},  {"explain", Kind::kPrefix},
      {"prepare", Kind::kPrefix},    {"execute", Kind::kChange}, {"insert", Kind::kChange},
      {"delete", Kind::kChange},     {"merge", Kind::kChange},   {"truncate", Kind::kChange},
      {"alter", Kind::kChange},      {"begin", Kind::kChange},   {"start", Kind::kChange},
      {"commit", Kind::kChange},     {"end", Kind::kChange},     {"abort", Kind::kChange},
      {"rollback", Kind::kChange},   {"analyze", Kind::kChange}, {"vacuum", Kind::kChange},
      {"comment", Kind::kChange},    {"use", Kind::kChange},     {"checkpoint", Kind::kChange},
      {"deallocate", Kind::kChange}, {"update", Kind::kUpdate},  {"create", Kind::kCreate},
      {"drop", Kind::kDrop},         {"set", Kind::kSet},        {"reset", Kind::kSet},
      {"pragma", Kind::kPragma},     {"copy", Kind::kCopy},      {"call", Kind::kCall}};
  return kKinds;
}

constexpr std::array<std::string_view, 14> kPragmas = {
    "version",        "database_list", "database_size", "show_tables",  "show_tables_expanded",
    "show_databases", "show",          "table_info",    "storage_info", "functions",
    "collations",     "platform",      "user_agent",    "metadata_info"};

Error refused_statement(const std::string& what, std::string help) {
  return refused("FLOE-E0641", "sql-statement-refused", fmt::format("SQL of a project may not use {}", what),
                 "it would fetch, attach, log or change what other nodes and the platform rely on", std::move(help));
}

// What a name without a schema means.
constexpr std::array<std::string_view, 2> kNameSettings = {"schema", "search_path"};
constexpr const char* kWholeName = "write each relation with its schema; `ref()` and `source()` do";

// A query begins with one of these where an expression might stand.
constexpr std::array<std::string_view, 10> kQueryStarts = {
    "pivot_wider", "pivot_longer", "from", "table", "describe", "desc", "show", "pivot", "summarize", "unpivot"};

// Whether a definition holds a query, or runs a text as one.
bool has_query(Tokens tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_name(tokens[i])) continue;
    const std::string word = name_of(tokens[i]);
    if (word == "select" || word == "query" || word == "query_table") return true;
    const std::string before = i == 0 ? "" : name_of(tokens[i - 1]);
    if (is_one_of(word, kQueryStarts) && (before == "(" || before == "as" || before == "table")) return true;
  }
  return false;
}

constexpr const char* kNoWayAround = "take it out; what a project does, it does with models, seeds, tests and hooks";

class Monitor {
 public:
  Monitor(const Grants& grants, const IsBuiltIn& is_built_in, FileUses* uses)
      : grants_(grants), is_built_in_(is_built_in), files_{grants, uses} {}

  Status check(Tokens tokens) {
    while (!tokens.empty() && tokens.front() == "(")
      tokens = tokens.subspan(1);
    if (tokens.empty()) return ok();
    const std::string word = word_at(tokens, 0);
    const auto found = kinds().find(word);
    if (found == kinds().end()) return refused_statement(fmt::format("`{}`", text::to_upper_ascii(word)), kNoWayAround);
    if (found->second == Kind::kPrefix) return check_prefixed(tokens);
    if (grants_.only_queries && found->second != Kind::kQuery && found->second != Kind::kSet) {
      return refused_statement(fmt::format("`{}` while it is compiled", text::to_upper_ascii(word)),
                               "put it into a hook, or ask `flags.WHICH` before it runs");
    }
    FLOE_TRY(check_kind(found->second, tokens));
    return check_references(files_, tokens, [this](const std::string& sql) { return check_text(sql); });
  }

  Status check_text(std::string_view sql) {
    std::vector<std::string_view> statement;
    text::SqlTokens tokens(sql);
    for (std::string_view token = tokens.next(); !token.empty(); token = tokens.next()) {
      if (token != ";") {
        statement.push_back(token);
        continue;
      }
      FLOE_TRY(check(statement));
      statement.clear();
    }
    return check(statement);
  }

 private:
  static std::string word_at(Tokens tokens, std::size_t index) {
    return index < tokens.size() ? name_of(tokens[index]) : "";
  }

  // EXPLAIN [ANALYZE] [(...)] and PREPARE name [(types)] AS.
  Status check_prefixed(Tokens tokens) {
    if (word_at(tokens, 0) == "prepare") {
      std::size_t index = 1;
      while (index < tokens.size() && word_at(tokens, index) != "as")
        ++index;
      return check(tokens.subspan(std::min(index + 1, tokens.size())));
    }
    tokens = tokens.subspan(1);
    if (word_at(tokens, 0) == "analyze") tokens = tokens.subspan(1);
    if (!tokens.empty() && tokens.front() == "(" && kinds().find(word_at(tokens, 1)) == kinds().end()) {
      std::size_t index = 0;
      while (index < tokens.size() && tokens[index] != ")")
        ++index;
      tokens = tokens.subspan(std::min(index + 1, tokens.size()));
    }
    return check(tokens);
  }

  Status check_kind(Kind kind, Tokens tokens) {
    switch (kind) {
      case Kind::kCreate:
        return check_create(tokens);
      case Kind::kDrop:
        return check_object(tokens, 1, "DROP");
      case Kind::kSet:
        return check_set(tokens);
      case Kind::kPragma:
        return check_pragma(tokens);
      case Kind::kCopy:
        return check_copy(files_, tokens);
      case Kind::kUpdate:
        if (word_at(tokens, 1) == "extensions") return refused_statement("`UPDATE EXTENSIONS`", kNoWayAround);
        return ok();
      case Kind::kChange:
        if (grants_.reads_granted && word_at(tokens, 0) == "use") return refused_statement("`USE`", kWholeName);
        if (word_at(tokens, 0) == "alter") return check_object(tokens, 1, "ALTER");
        return ok();
      default:
        return ok();
    }
  }

  static Status check_object(Tokens tokens, std::size_t index, const char* verb) {
    std::string object = word_at(tokens, index);
    if (object == "persistent" || object == "temporary" || object == "temp") object = word_at(tokens, index + 1);
    if (object != "secret" && object != "database") return ok();
    return refused_statement(fmt::format("`{} {}`", verb, text::to_upper_ascii(object)), kNoWayAround);
  }

  // CREATE [OR REPLACE] [TEMP | ...] kind [IF NOT EXISTS] name
  Status check_create(Tokens tokens) {
    std::size_t index = 1;
    const auto is_prefix = [](const std::string& word) {
      return word == "or" || word == "replace" || word == "temp" || word == "temporary" || word == "local" ||
             word == "global" || word == "persistent" || word == "unlogged";
    };
    bool is_temporary = false;
    while (is_prefix(word_at(tokens, index))) {
      const std::string word = word_at(tokens, index++);
      is_temporary = is_temporary || word == "temp" || word == "temporary";
    }
    FLOE_TRY(check_object(tokens, index, "CREATE"));
    if (grants_.reads_granted && !is_temporary) FLOE_TRY(check_shared(tokens.subspan(index)));
    const std::string object = word_at(tokens, index);
    if (grants_.reads_granted && object == "type" && has_query(tokens.subspan(index))) {
      return refused_statement("a type whose names are rows of a query", "write the names of the ENUM, or use VARCHAR");
    }
    if (object != "macro" && object != "function") return ok();
    ++index;
    if (word_at(tokens, index) == "if") index += 3;
    while (index + 2 < tokens.size() && tokens[index + 1] == ".")
      index += 2;
    const std::string name = word_at(tokens, index);
    if (!FLOE_TRY(is_built_in_(name))) return ok();
    return refused_statement(fmt::format("a macro `{}`, which would stand before DuckDB's own", name),
                             fmt::format("give it another name, such as `my_{}`", name));
  }

  // `kind [IF NOT EXISTS] name ...` of what other sessions see, too. A table or view in floe's own database is refused
  // when the statement ends.
  static Status check_shared(Tokens tokens) {
    const std::string object = word_at(tokens, 0);
    if (object != "table" && object != "view") {
      if (!has_query(tokens.subspan(std::min<std::size_t>(1, tokens.size())))) return ok();
      return refused_statement(
          fmt::format("a `{}` that reads relations and is there for all nodes", object),
          fmt::format("make it TEMP, which is for the node alone: CREATE TEMP {}", text::to_upper_ascii(object)));
    }
    const std::size_t name = word_at(tokens, 1) == "if" ? 4 : 1;
    if (word_at(tokens, name) != "memory") return ok();
    return refused_statement(fmt::format("a {} in the database `memory`, which is there for all nodes", object),
                             fmt::format("make it TEMP: CREATE TEMP {}", text::to_upper_ascii(object)));
  }

  // SET [GLOBAL | SESSION | LOCAL] name = value, SET VARIABLE name = value, RESET ...
  Status check_set(Tokens tokens) {
    std::size_t index = 1;
    std::string name = word_at(tokens, index);
    while (name == "global" || name == "session" || name == "local")
      name = word_at(tokens, ++index);
    if (name == "variable") {
      if (!word_at(tokens, index + 1).starts_with("floe_")) return ok();
      return refused_statement("variables whose names begin with `floe_`", "give it another name");
    }
    if (name == "time" && word_at(tokens, index + 1) == "zone") return ok();
    return check_setting(name, tokens.subspan(std::min(index + 1, tokens.size())));
  }

  // PRAGMA name, name(...) and name = value.
  Status check_pragma(Tokens tokens) {
    const std::string name = word_at(tokens, 1);
    if (is_one_of(name, kPragmas)) return ok();
    return check_setting(name, tokens.subspan(std::min<std::size_t>(2, tokens.size())));
  }

  Status check_setting(const std::string& name, Tokens value) const {
    if (grants_.reads_granted && is_one_of(name, kNameSettings)) {
      return refused("FLOE-E0644", "sql-setting-refused", fmt::format("SQL may not change the setting `{}`", name),
                     "it changes which relations a statement names, and nodes read what they declare", kWholeName);
    }
    if (!is_one_of(name, kOrdinarySettings)) {
      return refused("FLOE-E0644", "sql-setting-refused", fmt::format("SQL may not change the setting `{}`", name),
                     "settings that reach files, the network, memory or other sessions are the platform's",
                     "have the platform set it: `plugins.compute.config` of manifest.yaml");
    }
    if (name != "threads" && name != "worker_threads") return ok();
    std::int64_t wanted = 0;
    if (value.size() == 2) std::from_chars(value[1].data(), value[1].data() + value[1].size(), wanted);
    if (value.empty() || (wanted >= 1 && wanted <= grants_.threads)) return ok();
    return refused("FLOE-E0644", "sql-setting-refused",
                   fmt::format("SQL may not take other than 1 to {} threads", grants_.threads),
                   "the most is `threads` of the compute, else the cores of the machine",
                   fmt::format("write a whole number from 1 to {}", grants_.threads));
  }

  const Grants& grants_;
  const IsBuiltIn& is_built_in_;
  const FileChecks files_;
};

}  // namespace

Status check_statements(const Grants& grants, std::string_view sql, const IsBuiltIn& is_built_in, FileUses* uses) {
  if (!grants.is_limited) return ok();
  return Monitor(grants, is_built_in, uses).check_text(sql);
}

}  // namespace floe::duckdb_compute
