#include "csv/csv_head.hpp"

#include "engine/duck_type.hpp"
#include "engine/raw_lines.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

namespace floe::duckdb_compute {
namespace {

// How much of a file is looked at until its header ends: bytes, up to the longest line, or lines of files that DuckDB
// has to decode.
constexpr std::array<std::size_t, 3> kBytes = {std::size_t{64} << 10, std::size_t{4} << 20, std::size_t{64} << 20};
constexpr std::array<std::size_t, 3> kLines = {16, 1024, 65536};

// How much of the rows may say which delimiter it is.
constexpr std::size_t kRowBytes = std::size_t{16} << 10;

// The beginning of a file.
struct Start {
  std::string text;
  bool is_whole = true;
  bool has_newlines = true;  // as they are in the file
  bool has_mark = false;     // began with a byte order mark, which `text` is without
};

// Takes it away.
bool take_mark(std::string* text) {
  const bool has_mark = text->starts_with("\xEF\xBB\xBF");
  if (has_mark) text->erase(0, 3);
  return has_mark;
}

// DuckDB leaves it out.
bool has_utf16_mark(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return file.get() == 0xFF && file.get() == 0xFE;
}

// The character of a SQL text such as '"'; nothing when the sniffer shall find it.
std::optional<char> character_of(const FileRequest& request, std::string_view name, const char* fallback) {
  const std::string value = option_or(request, name, fallback);
  if (value == "''") return '\0';
  if (value == "''''") return '\'';
  if (value.size() != 3 || value.front() != '\'' || value.back() != '\'') return std::nullopt;
  return value[1];
}

// The text of a SQL text, or of a number.
std::string plain_value(std::string value) {
  if (value.size() >= 2 && value.front() == '\'') value = value.substr(1, value.size() - 2);
  return value;
}

std::string encoding_of(const FileRequest& request) {
  return text::to_lower_ascii(plain_value(option_or(request, "encoding", "utf-8")));
}

// DuckDB's errors say `CSV Error on Line: 7`.
std::size_t line_of(const Error& error) {
  const std::string_view label = "CSV Error on Line: ";
  const std::size_t at = error.message.find(label);
  return at == std::string::npos ? 0 : static_cast<std::size_t>(std::atoll(error.message.c_str() + at + label.size()));
}

std::size_t newline_length(std::string_view text) {
  if (text.empty() || (text.front() != '\n' && text.front() != '\r')) return 0;
  return text.starts_with("\r\n") ? 2 : 1;
}

// Where the line at `begin` ends, and where the next one begins.
std::pair<std::size_t, std::size_t> line_at(std::string_view text, std::size_t begin) {
  const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
  return {end, end + newline_length(text.substr(end))};
}

std::optional<Start> start_of_plain(const std::string& path, std::size_t bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  Start start;
  start.text.resize(bytes);
  file.read(start.text.data(), static_cast<std::streamsize>(bytes));
  if (file.bad()) return std::nullopt;
  start.text.resize(static_cast<std::size_t>(file.gcount()));
  start.is_whole = start.text.size() < bytes;
  start.has_mark = take_mark(&start.text);
  return start;
}

// By DuckDB, which knows compressions and encodings.
Result<Start> start_of_decoded(Statement& statement, const FileRequest& request, const std::string& path,
                               std::size_t lines) {
  const auto read = [&](const char* more) {
    return statement.runner().run("SELECT content FROM " + raw_lines(request, {path}, longest_line(request), more) +
                                  " LIMIT " + std::to_string(lines));
  };
  auto rows = read("");
  // A later line that cannot be read is none of the header's business.
  if (!rows && line_of(rows.error()) > 1 + skipped_lines(request)) {
    rows = read(", ignore_errors = true");
  }
  if (!rows) return rows.error();
  Start start;
  start.is_whole = rows->row_count() < lines;
  start.has_newlines = false;
  for (idx_t row = 0; row < rows->row_count(); ++row)
    start.text += std::string(rows->is_null(0, row) ? "" : rows->text(0, row)) + "\n";
  start.has_mark = take_mark(&start.text) || (encoding_of(request) == "utf-16" && has_utf16_mark(path));
  return start;
}

// Whether what DuckDB decoded as UTF-16, which it takes for little-endian, may be it: of texts in the other byte order
// and of other encodings, delimiters and line ends decode to something else, and all rows would be one header.
bool is_little_endian(const Start& start) {
  if (start.has_mark || start.text.empty()) return true;
  const std::string_view decoded = start.text;
  std::size_t ascii = 0;
  std::size_t swapped_ascii = 0;
  for (std::size_t at = 0; at < decoded.size();) {
    const char32_t code_point = text::next_code_point(decoded, &at);
    if (code_point == 0xFFFE) return false;                                  // a byte order mark
    if (code_point > 0 && code_point < 0x80 && code_point != '\n') ++ascii;  // line ends are put in for each row
    if (code_point > 0 && code_point <= 0x7F00 && code_point % 0x100 == 0) ++swapped_ascii;
  }
  return ascii > swapped_ascii;
}

// With the newline that ends the record DuckDB takes the others for what they are, a part of a value. Where the
// newlines are not known it must not be strict: else it would skip all rows as a header that never ends.
std::pair<std::string, std::string> record_option(const Start& start, std::string_view record, std::string_view after) {
  if (record.find_first_of("\r\n") == std::string_view::npos) return {};
  if (!start.has_newlines) return {"strict_mode", "false"};
  if (after.empty()) return {};
  if (after.front() == '\n') return {"new_line", "'\\n'"};
  return {"new_line", after.starts_with("\r\n") ? "'\\r\\n'" : "'\\r'"};
}

// Lines before the first record that are none of the data. `size` of the text when there is no record.
struct Preface {
  std::size_t size = 0;
  std::size_t blank_lines = 0;
  std::string_view blank_end;  // the newline of the last blank line
};

Preface preface_of(std::string_view text, const FileRequest& request, const CsvMarks& marks) {
  Preface preface;
  std::size_t skipped = 0;
  while (preface.size < text.size()) {
    const auto [end, next] = line_at(text, preface.size);
    const std::string_view line = text.substr(preface.size, end - preface.size);
    std::size_t after = next;
    if (marks.comment != '\0' && line.starts_with(marks.comment)) {
      // DuckDB does not count them.
    } else if (skipped < skipped_lines(request)) {
      ++skipped;
      const std::size_t length = read_record(text.substr(preface.size), marks).length;
      after = line_at(text, preface.size + length).second;
    } else if (has_header(request) && text::trim(line).empty() && line.find('\t') == std::string_view::npos) {
      ++preface.blank_lines;
      preface.blank_end = text.substr(end, next - end);
    } else {
      break;
    }
    preface.size = after;
  }
  return preface;
}

// Nothing when the record goes on behind `start`.
std::optional<CsvHead> head_of(const Start& start, const FileRequest& request, const CsvMarks& marks, bool is_last) {
  const std::string_view text = start.text;
  const Preface preface = preface_of(text, request, marks);
  const std::string_view rest = text.substr(preface.size);
  CsvHead head;
  head.is_empty = rest.empty();
  if (rest.empty()) return start.is_whole ? std::optional(head) : std::nullopt;
  const CsvRecord record = read_record(rest, marks);
  // A newline at the end may be the first half of one.
  if (record.length + 1 >= rest.size() && !start.is_whole && !is_last) return std::nullopt;
  const std::size_t length = record.is_open ? line_at(rest, 0).first : record.length;
  const std::string_view after = rest.substr(length, newline_length(rest.substr(length)));
  head.is_open = record.is_open;
  head.has_mark = start.has_mark;
  head.record = rest.substr(0, length);
  head.blank_lines = preface.blank_lines;
  head.option = record_option(start, head.record, after);
  if (record.delimiters.size() > 1) head.rows = rest.substr(length + after.size(), kRowBytes);
  head.has_other_blanks = start.has_newlines && preface.blank_lines > 0 && preface.blank_end != after && !after.empty();
  return head;
}

Result<std::optional<Start>> start_of(Statement& statement, const FileRequest& request, const std::string& path,
                                      std::size_t step) {
  if (is_plain_text(request, path)) {
    if (auto start = start_of_plain(path, std::min<std::size_t>(kBytes.at(step), longest_line(request) + 1)))
      return start;
  }
  auto decoded = start_of_decoded(statement, request, path, kLines.at(step));
  if (decoded && encoding_of(request) == "utf-16" && !is_little_endian(*decoded)) {
    return failf(ErrorCode::kData,
                 "`{}` is not UTF-16 in little-endian byte order; say what it is, or convert it: `iconv -f UTF-16BE -t "
                 "UTF-8`",
                 path);
  }
  if (decoded) return std::optional<Start>(std::move(*decoded));
  FLOE_TRY(statement.runner().check());
  const std::string said = decoded.error().message;
  Error error = encoding_error(path, std::move(decoded).error());
  if (error.message != said) return error;
  return std::optional<Start>();
}

Status check_head(const CsvHead& head, const FileRequest& request, const CsvMarks& marks, const std::string& path) {
  // Of UTF-16 every other byte is 0.
  if (!text::is_valid_utf8(head.record) || head.record.find('\0') != std::string::npos) {
    return failf(ErrorCode::kData,
                 "`{}` is not UTF-8 in its first line; say what it is, such as `options: {{encoding: latin-1}}` or "
                 "`utf-16`",
                 path);
  }
  if (has_header(request) && head.record.size() > longest_line(request)) {
    return failf(ErrorCode::kData, "the header of `{}` is longer than {} bytes; the option `max_line_size` allows more",
                 path, longest_line(request))
        .with_detail("floe.option", "max_line_size");
  }
  if (head.record.size() > kMaxColumns && read_record(head.record, marks).fields.size() > kMaxColumns) {
    return failf(ErrorCode::kData, "the first line of `{}` has more than {} columns, which no table may have", path,
                 kMaxColumns);
  }
  // To DuckDB all of the file would be the header.
  if (head.is_open && has_header(request) && option_or(request, "strict_mode", "true") == "true")
    return failf(ErrorCode::kData, "the header of `{}` has a quote that is never closed", path);
  if (!head.has_other_blanks) return ok();
  return failf(ErrorCode::kData,
               "`{}` begins with an empty line that ends in another newline than its header; remove the line", path);
}

}  // namespace

bool is_plain_text(const FileRequest& request, const std::string& path) {
  const std::string compression = text::to_lower_ascii(plain_value(option_or(request, "compression", "auto")));
  if (encoding_of(request) != "utf-8") return false;
  if (compression != "auto") return compression == "none";
  return !path.ends_with(".gz") && !path.ends_with(".zst");
}

Result<CsvMarks> marks_of(const FileRequest& request) {
  CsvMarks marks;
  std::string delimiter = plain_value(option_or(request, "delim", "','"));
  if (delimiter == "\\t") delimiter = "\t";
  const auto quote = character_of(request, "quote", "'\"'");
  const auto escape = character_of(request, "escape", "'\"'");
  const auto comment = character_of(request, "comment", "''");
  if (text::to_lower_ascii(delimiter) == "auto" || !quote || !escape || !comment)
    return fail(ErrorCode::kUnsupported, "the options leave the dialect of CSV files open");
  if (!delimiter.empty()) marks.delimiters.push_back(delimiter);
  marks.quote = *quote;
  marks.escape = *escape;
  marks.comment = *comment;
  return marks;
}

Result<std::optional<CsvHead>> look_at_file(Statement& statement, const FileRequest& request, const std::string& path) {
  auto marks = marks_of(request);
  if (!marks) return std::optional<CsvHead>();
  if (!has_option(request, "delim") && has_header(request))
    marks->delimiters = {kDelimiters.begin(), kDelimiters.end()};
  std::optional<CsvHead> head;
  for (std::size_t step = 0; step < kBytes.size() && !head; ++step) {
    const auto start = FLOE_TRY(start_of(statement, request, path, step));
    if (!start) return head;
    head = head_of(*start, request, *marks, step + 1 == kBytes.size());
  }
  if (head) FLOE_TRY(check_head(*head, request, *marks, path));
  return head;
}

std::size_t skipped_lines(const FileRequest& request) {
  const long long lines = std::atoll(plain_value(option_or(request, "skip", "0")).c_str());
  return lines > 0 ? static_cast<std::size_t>(lines) : 0;
}

Error encoding_error(const std::string& path, Error error) {
  if (error.message.find("does not support the encoding") != std::string::npos) {
    return fail(ErrorCode::kInvalidArgument, "unknown encoding; known are utf-8, utf-16, latin-1")
        .with_detail("floe.option", "encoding");
  }
  if (error.message.find("File is not utf-16 encoded") != std::string::npos) {
    return failf(
        ErrorCode::kData,
        "`{}` has a character beyond U+FFFF, such as an emoji, or bytes that are not UTF-16; convert it: `iconv -f "
        "UTF-16 -t UTF-8`",
        path);
  }
  // Of UTF-16 every other byte is 0, which DuckDB shows as \0.
  const std::size_t original = std::min(error.message.find("Original Line: "), error.message.size());
  const std::string shown = error.message.substr(original, error.message.find('\n', original) - original);
  const bool is_foreign =
      error.message.find("not utf-8 encoded") != std::string::npos || shown.find("\\0") != std::string::npos;
  if (!is_foreign) return error;
  const std::size_t line = line_of(error);
  return failf(ErrorCode::kData,
               "`{}` is not UTF-8{}; say what it is, such as `options: {{encoding: latin-1}}` or `utf-16`", path,
               line > 0 ? fmt::format(" in line {}", line) : "");
}

}  // namespace floe::duckdb_compute
