#include "read/staged_rows.hpp"

#include "engine/methods.hpp"
#include "sql/sql_text.hpp"

#include "base/text/text.hpp"

#include <utility>

namespace floe::duckdb_compute {
namespace {

constexpr std::size_t kMaxRowShown = 300;  // characters of a bad row

}  // namespace

Result<json::object> staged_result(Statement& statement, const std::string& name) {
  const auto columns = FLOE_TRY(table_columns(statement.runner(), name));
  FLOE_TRY(check_columns(columns));
  json::array described = FLOE_TRY(columns_to_json(columns));
  const Rows count = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + quote_name(name)));
  return json::object{
      {"name", name}, {"columns", std::move(described)}, {"rows", count.integer(0, 0)}, {"rejects", nullptr}};
}

Result<json::object> read_plain(Statement& statement, const FileRequest& request) {
  const std::string reader = FLOE_TRY(reader_sql(request, nullptr));
  const std::string name = fresh_name(statement.engine(), "floe_stage_");
  std::string select = request.select;
  if (request.format == FileFormat::kParquet && request.text_columns) select = "CAST(COLUMNS(*) AS VARCHAR)";
  const auto created =
      statement.runner().run("CREATE TEMP TABLE " + quote_name(name) + " AS SELECT " + select + " FROM " + reader);
  if (!created) return created.error();
  return staged_result(statement, name);
}

void drop_staged(Statement& statement, const json::object& staged) {
  statement.runner().run_always("DROP TABLE " + quote_name(get_string_or(staged, "name", "")));
  if (const json::object* rejects = get_object(staged, "rejects")) drop_staged(statement, *rejects);
}

void report_rejects(const Rows& rows, DiagnosticSink& sink) {
  for (idx_t row = 0; row < rows.row_count() && sink.all().size() < kMaxDiagnostics; ++row) {
    Span span;
    span.file = rows.text(0, row);
    span.line = static_cast<std::int32_t>(rows.integer(1, row));
    span.end_line = span.line;
    span.column = 1;
    std::string content = rows.text(4, row);
    content.erase(content.find_last_not_of("\r\n") + 1);
    span.end_column = static_cast<std::int32_t>(text::code_point_count(content)) + 1;
    auto diagnostic =
        error_diagnostic("FLOE-E0801", "malformed-row", rows.text(3, row))
            .at(std::move(span))
            .note("the row reads: " + text::shortened(content, kMaxRowShown))
            .help("correct the row, or write `on_bad_rows: rejects` to keep bad rows of an ingestion source apart");
    if (diagnostic.message.find("not utf-8 encoded") != std::string::npos)
      diagnostic.helps.emplace_back("say what the encoding of the file is, such as `options: {encoding: latin-1}`");
    if (diagnostic.message == "the line is not UTF-8")
      diagnostic.helps.emplace_back("JSON lines are UTF-8: convert the file, such as with `iconv -f LATIN1 -t UTF-8`");
    sink.report(std::move(diagnostic));
  }
}

Error rejects_error(const Rows& rows) {
  DiagnosticSink sink;
  report_rejects(rows, sink);
  return diagnostics_error(ErrorCode::kData, sink);
}

Error without_advice(Error error) {
  error.message = error.message.substr(0, error.message.find('\n'));
  return error;
}

}  // namespace floe::duckdb_compute
