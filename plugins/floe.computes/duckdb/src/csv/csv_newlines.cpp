#include "csv/csv_newlines.hpp"

#include "csv/csv_head.hpp"

#include <fmt/format.h>

#include <fstream>
#include <vector>

namespace floe::duckdb_compute {
namespace {

// Follows the records of a file byte by byte.
class RecordEnds {
 public:
  explicit RecordEnds(const CsvMarks& marks) : marks_(marks) {
    for (const std::string& delimiter : marks.delimiters)
      if (!delimiter.empty()) delimiter_ends_ += delimiter.back();
  }

  // The change that this byte completes.
  std::optional<NewlineChange> next(char c) {
    std::optional<NewlineChange> change;
    if (has_return_) {
      has_return_ = false;
      if (c == '\n') return end_of_line("\\r\\n");
      change = end_of_line("\\r");
      if (change) return change;
    }
    if (c == '\r') {
      has_return_ = true;
    } else if (c == '\n') {
      change = end_of_line("\\n");
    } else {
      field_byte(c);
    }
    return change;
  }

  std::optional<NewlineChange> finish() { return has_return_ ? end_of_line("\\r") : std::nullopt; }

 private:
  void field_byte(char c) {
    const bool is_quote = marks_.quote != '\0' && c == marks_.quote;
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (is_open_ && c == marks_.escape && marks_.escape != marks_.quote) {
      is_escaped_ = true;
    } else if (is_quote && (is_open_ || is_field_start_ || was_quote_)) {
      is_open_ = !is_open_;
    }
    was_quote_ = is_quote && !is_open_;
    is_field_start_ = delimiter_ends_.find(c) != std::string::npos || (is_field_start_ && c == ' ');
  }

  std::optional<NewlineChange> end_of_line(const char* newline) {
    ++line_;
    is_escaped_ = false;
    if (is_open_) return std::nullopt;
    is_field_start_ = true;
    was_quote_ = false;
    if (before_.empty()) before_ = newline;
    if (before_ == newline) return std::nullopt;
    return NewlineChange{line_, before_, newline};
  }

  const CsvMarks& marks_;
  std::string delimiter_ends_;
  std::string before_;
  std::int64_t line_ = 0;
  bool has_return_ = false;
  bool is_open_ = false;        // inside of quotes
  bool is_field_start_ = true;  // a quote opens a field here
  bool was_quote_ = false;      // the byte before closed one; another one makes both a quote in the value
  bool is_escaped_ = false;
};

}  // namespace

std::optional<NewlineChange> newline_change(const std::string& path, const CsvMarks& marks) {
  constexpr std::size_t kChunk = std::size_t{1} << 20;
  std::ifstream file(path, std::ios::binary);
  std::vector<char> chunk(kChunk);
  RecordEnds ends(marks);
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    for (std::streamsize i = 0; i < file.gcount(); ++i) {
      if (auto change = ends.next(chunk[static_cast<std::size_t>(i)])) return change;
    }
  }
  return ends.finish();
}

void report_newlines(const FileRequest& request, DiagnosticSink& sink) {
  const auto marks = marks_of(request);
  if (!marks) return;
  for (const std::string& path : request.paths) {
    const auto change = is_plain_text(request, path) ? newline_change(path, *marks) : std::nullopt;
    if (!change) continue;
    Span span;
    span.file = path;
    span.line = static_cast<std::int32_t>(change->line);
    span.end_line = span.line;
    span.column = 1;
    span.end_column = 1;
    sink.report(error_diagnostic("FLOE-E0801", "malformed-row",
                                 fmt::format("line {} ends in {}, the lines before it in {}", change->line,
                                             change->after, change->before))
                    .at(std::move(span))
                    .help("write the file with one kind of newline, or read it with `options: {strict_mode: false}`, "
                          "which takes each of them for the end of a row"));
  }
}

}  // namespace floe::duckdb_compute
