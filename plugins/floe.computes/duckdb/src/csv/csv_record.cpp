#include "csv/csv_record.hpp"

#include "base/text/text.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

const std::string* delimiter_at(std::string_view text, const CsvMarks& marks) {
  const auto found = std::find_if(marks.delimiters.begin(), marks.delimiters.end(),
                                  [&](const std::string& one) { return !one.empty() && text.starts_with(one); });
  return found == marks.delimiters.end() ? nullptr : &*found;
}

}  // namespace

CsvRecord read_record(std::string_view text, const CsvMarks& marks) {
  CsvRecord record;
  record.fields.emplace_back();
  const auto is_mark = [](char c, char mark) { return mark != '\0' && c == mark; };
  for (std::size_t& i = record.length; i < text.size(); ++i) {
    std::string& field = record.fields.back();
    const char c = text[i];
    if (record.is_open) {
      if (is_mark(c, marks.escape) && i + 1 < text.size() && text[i + 1] == marks.quote) {
        field += text[++i];
      } else if (is_mark(c, marks.quote)) {
        record.is_open = false;
      } else {
        field += c;
      }
    } else if (c == '\n' || c == '\r') {
      break;
    } else if (is_mark(c, marks.quote) && text::trim(field).empty()) {
      record.is_open = true;
    } else if (const std::string* delimiter = delimiter_at(text.substr(i), marks)) {
      record.fields.emplace_back();
      if (std::find(record.delimiters.begin(), record.delimiters.end(), *delimiter) == record.delimiters.end())
        record.delimiters.push_back(*delimiter);
      i += delimiter->size() - 1;
    } else {
      field += c;
    }
  }
  return record;
}

}  // namespace floe::duckdb_compute
