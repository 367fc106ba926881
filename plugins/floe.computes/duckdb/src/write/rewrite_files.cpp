#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/row_numbers.hpp"
#include "engine/scan_sql.hpp"
#include "sql/sql_text.hpp"
#include "write/merge_sql.hpp"
#include "write/rewrite_request.hpp"
#include "write/write_files.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

struct Counts {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
};

struct Rewritten {
  std::vector<std::string> removed;
  std::vector<WrittenFile> added;
  Counts counts;
};

// Copy-on-write in three steps: the rows that are hit (by file and position), the files they lie in, and one SELECT of
// what stays of those files plus what is new.
class Rewriter {
 public:
  Rewriter(Statement& statement, const RewriteRequest& request)
      : statement_(statement),
        runner_(statement.runner()),
        request_(request),
        target_(fresh_name(statement.engine(), "floe_target_")),
        affected_(fresh_name(statement.engine(), "floe_affected_")),
        hits_(fresh_name(statement.engine(), "floe_hits_")) {}

  Rewriter(const Rewriter&) = delete;
  Rewriter& operator=(const Rewriter&) = delete;

  ~Rewriter() {
    runner_.run_always("DROP VIEW IF EXISTS " + quote_name(affected_));
    runner_.run_always("DROP VIEW IF EXISTS " + quote_name(target_));
    runner_.run_always("DROP TABLE IF EXISTS " + quote_name(hits_));
  }

  Result<Rewritten> run() {
    if (!request_.staged.empty()) staged_columns_ = FLOE_TRY(table_columns(runner_, request_.staged));
    names_ = merge_names(request_, staged_columns_);
    FLOE_TRY(bind(target_, request_.files));
    RowNumbers numbers(runner_, request_.staged);
    const bool merges = request_.mode == RewriteMode::kMerge;
    if (merges) FLOE_TRY(numbers.show(staged_columns_));
    const std::string staged = merges ? numbers.numbered(staged_columns_, names_.source) : quote_name(request_.staged);
    const MergeSql sql(request_, staged_columns_, {target_, affected_, hits_, staged, names_});
    FLOE_TRY(sql.check());
    if (merges) FLOE_TRY(check_keys(sql));
    FLOE_TRY(runner_.run("CREATE TEMP TABLE " + quote_name(hits_) + " AS " + sql.hits()));
    if (const std::string query = sql.refused(); !query.empty()) FLOE_TRY(check_refused(query));
    Rewritten result;
    result.counts = FLOE_TRY(count(sql));
    result.removed = FLOE_TRY(affected_files());
    FLOE_TRY(bind(affected_, keep_files(result.removed)));
    const std::string rows = sql.rows(!result.removed.empty());
    if (rows.empty()) return result;
    Source source;
    source.from = "(" + rows + ") AS floe_q";
    source.columns = FLOE_TRY(query_columns(runner_, rows));
    result.added = FLOE_TRY(write_source(statement_, request_.write, source));
    return result;
  }

 private:
  Status bind(const std::string& name, const std::vector<DataFile>& files) {
    const std::string scan =
        FLOE_TRY(iceberg_scan_sql(request_.columns, files, PositionNames{names_.file, names_.row}));
    FLOE_TRY(runner_.run("CREATE TEMP VIEW " + quote_name(name) + " AS " + scan));
    return ok();
  }

  Status check_keys(const MergeSql& sql) {
    const Rows rows = FLOE_TRY(runner_.run(sql.duplicate_keys()));
    if (rows.row_count() == 0) return ok();
    std::string key;
    for (std::size_t i = 0; i < request_.unique_key.size(); ++i) {
      if (i > 0) key += ", ";
      key += request_.unique_key[i] + " = " + rows.text(i, 0);
    }
    return failf(ErrorCode::kData, "{} of the new rows have the same unique key ({}); a merge takes one row per key",
                 rows.integer(request_.unique_key.size(), 0), key);
  }

  Status check_refused(const std::string& query) {
    const Rows rows = FLOE_TRY(runner_.run(query));
    if (rows.integer(0, 0) == 0) return ok();
    return failf(ErrorCode::kData, "a merge clause whose action is `error` applies to {}",
                 text::counted(rows.integer(0, 0), "row"));
  }

  Result<Counts> count(const MergeSql& sql) {
    const Rows rows = FLOE_TRY(runner_.run(sql.counts()));
    return Counts{rows.integer(0, 0), rows.integer(1, 0), rows.integer(2, 0)};
  }

  Result<std::vector<std::string>> affected_files() {
    const Rows rows = FLOE_TRY(runner_.run("SELECT DISTINCT " + quote_name(names_.file) + " FROM " + quote_name(hits_) +
                                           " WHERE " + quote_name(names_.clause) + " <> 0 ORDER BY ALL"));
    std::vector<std::string> paths;
    paths.reserve(rows.row_count());
    for (idx_t i = 0; i < rows.row_count(); ++i)
      paths.push_back(rows.text(0, i));
    return paths;
  }

  std::vector<DataFile> keep_files(const std::vector<std::string>& paths) {
    std::vector<DataFile> files;
    for (const DataFile& file : request_.files) {
      if (std::binary_search(paths.begin(), paths.end(), file.path)) files.push_back(file);
    }
    return files;
  }

  Statement& statement_;
  Runner& runner_;
  const RewriteRequest& request_;
  std::vector<QueryColumn> staged_columns_;
  std::string target_;    // all files
  std::string affected_;  // those with a hit
  std::string hits_;      // what MergeSql::hits gives
  MergeNames names_;
};

// The conditions and values that a model writes, as statements of their own.
Status check_expressions(Statement& statement, const RewriteRequest& request) {
  std::vector<std::string> expressions = request.predicates;
  for (const Clause& clause : request.clauses) {
    if (!clause.condition.empty()) expressions.push_back(clause.condition);
    for (const auto& [column, value] : clause.set)
      expressions.push_back(value);
  }
  for (const std::string& expression : expressions)
    FLOE_TRY(statement.engine().check_sql(statement.runner(), "SELECT " + expression));
  return ok();
}

}  // namespace

Result<std::string> rewrite_files(Statement& statement, std::string_view request) {
  const RewriteRequest parsed = FLOE_TRY(parse_rewrite_request(request));
  FLOE_TRY(check_expressions(statement, parsed));
  const Rewritten result = FLOE_TRY(Rewriter(statement, parsed).run());
  json::array removed;
  for (const std::string& path : result.removed)
    removed.emplace_back(path);
  return to_json(json::object{{"removed", std::move(removed)},
                              {"added", written_to_json(result.added)},
                              {"rows_inserted", result.counts.inserted},
                              {"rows_updated", result.counts.updated},
                              {"rows_deleted", result.counts.deleted}});
}

}  // namespace floe::duckdb_compute
