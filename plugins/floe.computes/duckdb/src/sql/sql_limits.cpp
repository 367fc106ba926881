#include "sql/sql_limits.hpp"

#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/text/sql_tokens.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace floe::duckdb_compute {
namespace {

// Measured with DuckDB 1.5.5 on two cores.
constexpr std::size_t kMaxBytes = std::size_t{16} << 20;  // of VALUES: 10 s, 1.2 GB
constexpr std::size_t kMaxSetOperations = 10'000;         // 6 s, 1.7 GB, by the square
constexpr std::size_t kMaxConditions = 50'000;            // 3 s, by the square
constexpr std::size_t kMaxStatements = 10'000;            // 1 s
constexpr std::size_t kMaxNameParts = 1'000;              // 40,000 are the stack
constexpr std::size_t kMaxArrows = 20;                    // 1 s, doubled by each
constexpr std::size_t kMaxOperator = 64;                  // marks in a row; 3,000 are 12 s, by the cube

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 3> kSetOperations = {"union", "except", "intersect"};
constexpr std::array<std::string_view, 2> kConditions = {"and", "or"};
// What ends an expression, as a comma does.
constexpr std::array<std::string_view, 15> kClauses = {"select", "from",  "where", "group", "having",
                                                       "order",  "limit", "join",  "on",    "qualify",
                                                       "when",   "then",  "else",  "end",   "as"};

bool is_operator(char c) { return std::string_view("+-*/<>=~!@#%^&|?:").find(c) != std::string_view::npos; }

class Census {
 public:
  void add(std::string_view token) {
    count_operator(token);
    if (token == "->" || token == "->>") {
      most_arrows_ = std::max(most_arrows_, ++levels_.back().arrows);
    } else if (token == "." || is_name(token)) {
      add_name(token);
      return;
    } else {
      add_mark(token);
    }
    parts_ = 0;
    after_dot_ = false;
  }

  [[nodiscard]] Status check() const {
    FLOE_TRY(
        check(set_operations_, kMaxSetOperations, "UNION, EXCEPT and INTERSECT", "write VALUES, or several models"));
    FLOE_TRY(check(conditions_, kMaxConditions, "AND and OR", "write `IN`, or join with a table"));
    FLOE_TRY(check(statements_, kMaxStatements, "statements", "run them in several hooks"));
    FLOE_TRY(check(most_parts_, kMaxNameParts, "parts in one name", "name what is in the middle in a subquery"));
    FLOE_TRY(check(most_marks_, kMaxOperator, "operators without a space between", "write spaces between them"));
    return check(most_arrows_, kMaxArrows, "`->` in one expression", "write one path: `j->'$.a.b.c'`");
  }

 private:
  static bool is_name(std::string_view token) {
    const char c = token.front();
    return c == '"' || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
  }

  static Status check(std::size_t count, std::size_t most, const char* what, const char* help) {
    if (count <= most) return ok();
    return failf(ErrorCode::kUnsupported, "the SQL has {} {}, more than the {} that DuckDB can be given; {}", count,
                 what, most, help);
  }

  void count_operator(std::string_view token) {
    if (!is_operator(token.front())) {
      marks_ = 0;
      return;
    }
    if (token.data() != end_of_mark_) marks_ = 0;
    marks_ += token.size();
    most_marks_ = std::max(most_marks_, marks_);
    end_of_mark_ = token.data() + token.size();
  }

  // a.b.c: a name begins anew unless a dot is before it.
  void add_name(std::string_view token) {
    if (token == ".") {
      after_dot_ = true;
      most_parts_ = std::max(most_parts_, ++parts_ + 1);
      return;
    }
    if (!std::exchange(after_dot_, false)) parts_ = 0;
    if (token.size() > 9 || token.front() == '"') return;
    const std::string word = lower_name(token);
    if (is_one_of(word, kSetOperations)) ++set_operations_;
    if (is_one_of(word, kConditions)) ++conditions_;
    if (is_one_of(word, kClauses)) end_expression();
  }

  // An expression in parentheses is a part of the one around it.
  void add_mark(std::string_view token) {
    if (token == "(" || token == "[" || token == "{") {
      levels_.push_back({levels_.back().arrows, levels_.back().arrows, 0});
    } else if ((token == ")" || token == "]" || token == "}") && levels_.size() > 1) {
      end_expression();
      const std::size_t most = levels_.back().most;
      levels_.pop_back();
      levels_.back().arrows = std::max(levels_.back().arrows, most);
    } else if (token == ",") {
      end_expression();
    } else if (token == ";") {
      ++statements_;
    }
  }

  void end_expression() {
    Level& level = levels_.back();
    level.most = std::max(level.most, level.arrows);
    level.arrows = level.around;
  }

  // Arrows between parentheses: before them, in the expression that is read, and the most of those that ended.
  struct Level {
    std::size_t around = 0;
    std::size_t arrows = 0;
    std::size_t most = 0;
  };

  std::vector<Level> levels_ = {Level()};
  std::size_t most_arrows_ = 0;
  std::size_t set_operations_ = 0;
  std::size_t conditions_ = 0;
  std::size_t statements_ = 0;
  std::size_t parts_ = 0;
  std::size_t most_parts_ = 0;
  bool after_dot_ = false;
  std::size_t marks_ = 0;
  std::size_t most_marks_ = 0;
  const char* end_of_mark_ = nullptr;
};

// Short, without so many dots, and without runs of marks: what nearly all SQL is, found without telling its tokens
// apart.
bool is_harmless(std::string_view sql) {
  if (sql.size() > 2 * kMaxStatements) return false;
  std::size_t dots = 0;
  std::size_t arrows = 0;
  std::size_t marks = 0;
  for (const char c : sql) {
    marks = is_operator(c) ? marks + 1 : 0;
    dots += c == '.' ? 1 : 0;
    arrows += c == '>' && marks > 1 ? 1 : 0;
    if (dots >= kMaxNameParts || arrows > kMaxArrows || marks > kMaxOperator) return false;
  }
  return true;
}

}  // namespace

Status check_sql(std::string_view sql) {
  if (is_harmless(sql)) return ok();
  if (sql.size() > kMaxBytes) {
    return failf(ErrorCode::kUnsupported,
                 "the SQL has {} bytes, more than the {} that DuckDB can be given; load data as a seed "
                 "or through an ingestion source",
                 sql.size(), kMaxBytes);
  }
  Census census;
  text::SqlTokens tokens(sql);
  for (std::string_view token = tokens.next(); !token.empty(); token = tokens.next())
    census.add(token);
  return census.check();
}

}  // namespace floe::duckdb_compute
