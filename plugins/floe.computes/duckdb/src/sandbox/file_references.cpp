#include "sandbox/file_references.hpp"

#include "sandbox/refusal.hpp"
#include "sandbox/sql_words.hpp"
#include "sandbox/table_functions.hpp"

#include "base/fail.hpp"

#include <array>
#include <vector>

namespace floe::duckdb_compute {
namespace {

// A table may follow at once.
constexpr std::array<std::string_view, 20> kBeforeTable = {
    "from",    "join",        "into",         "update", "table", "describe", "desc",   "summarize", "show",    "pivot",
    "unpivot", "pivot_wider", "pivot_longer", "using",  "copy",  "analyze",  "vacuum", "truncate",  "lateral", "only"};
// Their arguments may have a FROM that names no table: EXTRACT(year FROM placed_on).
constexpr std::array<std::string_view, 4> kWithFrom = {"extract", "trim", "substring", "overlay"};
// A comma in the clause is followed by another table.
constexpr std::array<std::string_view, 3> kListOfTables = {"from", "join", "using"};
// All of them are reserved: none names a table or a column that a FROM goes on behind.
constexpr std::array<std::string_view, 10> kAfterTables = {"where",  "group", "order",  "having", "qualify",
                                                           "window", "limit", "offset", "select", "returning"};
constexpr std::array<std::string_view, 4> kBeforeValues = {"union", "except", "intersect", "all"};

Error refuse(const char* code, const char* name, std::string message, std::string help) {
  return refused(code, name, std::move(message),
                 "what a statement reads and writes is decided before it runs, from its text", std::move(help));
}

Error unknown_path(std::string_view where) {
  return refuse("FLOE-E0642", "sql-reads-file", fmt::format("SQL names the files of `{}` by an expression", where),
                "write the path as one text in quotes, or a list of them; a template may put it together");
}

class References {
 public:
  References(const FileChecks& files, std::span<const std::string_view> tokens,
             const std::function<Status(const std::string&)>& check_text)
      : files_(files), tokens_(tokens), check_text_(check_text) {}

  Status check() {
    levels_.push_back({});
    while (index_ < tokens_.size())
      FLOE_TRY(check_token());
    return ok();
  }

 private:
  struct Level {
    bool lists_tables = false;
    bool expects_table = false;
    bool is_expression = false;  // arguments of one of kWithFrom
  };

  [[nodiscard]] std::string_view at(std::size_t index) const {
    return index < tokens_.size() ? tokens_[index] : std::string_view();
  }

  Status check_token() {
    const std::string_view token = at(index_);
    if (token == "(") return open(levels_.back());
    if (token == "[" || token == "{") return open({});  // no FROM stands in them without parentheses of its own
    if (token == ")" || token == "]" || token == "}") {
      if (levels_.size() > 1) levels_.pop_back();
      levels_.back().expects_table = false;
    } else if (token == ",") {
      levels_.back().expects_table = levels_.back().lists_tables;
    } else if (is_literal(token)) {
      if (levels_.back().expects_table) {
        if (skip_alias(index_)) return ok();
        FLOE_TRY(check_literal_table(token));
      }
      levels_.back().expects_table = false;
    } else if (is_name(token)) {
      return check_name();
    } else {
      levels_.back().expects_table = false;
    }
    ++index_;
    return ok();
  }

  Status open(Level inner) {
    levels_.back().expects_table = false;
    levels_.push_back(inner);
    ++index_;
    return ok();
  }

  // The FROM of `a IS [NOT] DISTINCT FROM b` or of such arguments.
  [[nodiscard]] bool is_in_expression(std::string_view word) const {
    if (word != "from") return false;
    const auto before = [&](std::size_t count) {
      return index_ < count || at(index_ - count).starts_with('"') ? std::string() : name_of(at(index_ - count));
    };
    return levels_.back().is_expression || (before(1) == "distinct" && (before(2) == "is" || before(2) == "not"));
  }

  // The list of a FROM ends with the clause behind it, and in `(VALUES (1), (2))` there is none. Not with a label (`1
  // AS select`, `x.select`) and not with an alias (`AS values (a)`).
  [[nodiscard]] bool ends_tables(std::string_view word) const {
    const std::string_view before = index_ == 0 ? std::string_view() : at(index_ - 1);
    const std::string name = name_of(before);
    if (word == "values") return at(index_ + 1) == "(" && (before == "(" || is_one_of(name, kBeforeValues));
    return is_one_of(word, kAfterTables) && before != "." && name != "as";
  }

  // FROM alias: 'data/x.csv', PIVOT alias: ...: behind the alias that ends at `end` a table may still follow.
  bool skip_alias(std::size_t end) {
    if (at(end + 1) != ":" || at(end + 2) == ":") return false;
    index_ = end + 2;
    return true;
  }

  // A keyword, or a name of parts: a function when a parenthesis follows, a table where one is expected.
  Status check_name() {
    const bool is_quoted = at(index_).starts_with('"');
    const std::string word = name_of(at(index_));
    if (!is_quoted && is_in_expression(word)) {
      ++index_;
      return ok();
    }
    if (!is_quoted && at(index_ + 1) != ".") {
      if (is_one_of(word, kBeforeTable)) {
        levels_.back().expects_table = true;
        if (is_one_of(word, kListOfTables)) levels_.back().lists_tables = true;
        ++index_;
        return ok();
      }
      if (ends_tables(word)) levels_.back() = {};
    }
    std::string last = word;
    std::string whole(word);
    while (at(index_ + 1) == "." && is_name(at(index_ + 2))) {
      index_ += 2;
      last = name_of(at(index_));
      whole += "." + last;
    }
    if (last.starts_with("floe_scan_")) {
      return refuse("FLOE-E0641", "sql-statement-refused", "names that begin with `floe_scan_` are floe's own",
                    "give it another name");
    }
    ++index_;
    if (at(index_) == "(") {
      // INSERT INTO trim (FROM x): a table may have the name.
      const bool is_call = !is_quoted && !levels_.back().expects_table && name_of(at(index_ + 1)) != "from";
      FLOE_TRY(check_call(last));
      return open({.is_expression = is_call && is_one_of(last, kWithFrom)});
    }
    const bool is_table = levels_.back().expects_table;
    if (is_table && skip_alias(index_ - 1)) return ok();
    levels_.back().expects_table = false;
    return is_table && looks_like_file(whole) ? files_.read(whole) : ok();
  }

  Status check_literal_table(std::string_view token) {
    const auto path = literal_text(token);
    if (!path || is_literal(at(index_ + 1))) return unknown_path("FROM");
    return looks_like_file(*path) ? files_.read(*path) : ok();
  }

  Status check_call(const std::string& function) {
    if (is_one_of(function, kRefusedFunctions)) {
      return refuse("FLOE-E0641", "sql-statement-refused",
                    fmt::format("SQL of a project may not use the function `{}`", function), "take it out");
    }
    if (is_one_of(function, kFileFunctions)) return check_files(function);
    if (function != "query" && function != "query_table") return ok();
    const auto text = is_literal(at(index_ + 1)) ? literal_text(at(index_ + 1)) : std::nullopt;
    if (!text || at(index_ + 2) != ")") return unknown_path(function);
    if (function == "query") return check_text_(*text);
    return looks_like_file(*text) ? files_.read(*text) : ok();
  }

  // `('a.csv', ...)` or `(['a.csv', 'b.csv'], ...)`
  Status check_files(const std::string& function) {
    std::size_t next = index_ + 1;
    if (at(next) == ")") return ok();
    const bool is_list = at(next) == "[";
    if (is_list) ++next;
    while (true) {
      const auto path = is_literal(at(next)) ? literal_text(at(next)) : std::nullopt;
      if (!path) return unknown_path(function);
      FLOE_TRY(files_.read(*path));
      ++next;
      if (!is_list || at(next) != ",") break;
      ++next;
    }
    if (is_list && at(next) == "]") ++next;
    return at(next) == "," || at(next) == ")" ? ok() : Status(unknown_path(function));
  }

  const FileChecks& files_;
  std::span<const std::string_view> tokens_;
  const std::function<Status(const std::string&)>& check_text_;
  std::size_t index_ = 0;
  std::vector<Level> levels_;
};

}  // namespace

Status FileChecks::read(const std::string& path) const {
  FLOE_TRY(check_read(grants, path));
  if (uses != nullptr) uses->read.insert(path);
  return ok();
}

Status FileChecks::write(const std::string& path) const {
  FLOE_TRY(check_write(grants, path));
  if (uses != nullptr) uses->written.insert(path);
  return ok();
}

Status check_references(const FileChecks& files, std::span<const std::string_view> tokens,
                        const std::function<Status(const std::string& sql)>& check_text) {
  return References(files, tokens, check_text).check();
}

Status check_copy(const FileChecks& files, std::span<const std::string_view> tokens) {
  int depth = 0;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i] == "(") ++depth;
    if (tokens[i] == ")") --depth;
    const std::string word = depth == 0 && is_name(tokens[i]) ? name_of(tokens[i]) : "";
    if (word != "to" && word != "from") continue;
    const std::string_view place = i + 1 < tokens.size() ? tokens[i + 1] : std::string_view();
    const auto path = is_literal(place) ? literal_text(place) : std::nullopt;
    const bool is_whole = i + 2 >= tokens.size() || !is_literal(tokens[i + 2]);
    if (!path || !is_whole) return unknown_path("COPY");
    for (std::size_t option = i + 2; option + 1 < tokens.size(); ++option) {
      if (name_of(tokens[option]) != "filename_pattern") continue;
      return refuse("FLOE-E0643", "sql-writes-file", "SQL may not choose names of files by `FILENAME_PATTERN`",
                    "leave it out");
    }
    return word == "to" ? files.write(*path) : files.read(*path);
  }
  return unknown_path("COPY");
}

}  // namespace floe::duckdb_compute
