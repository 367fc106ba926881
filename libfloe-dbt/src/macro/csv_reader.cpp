#include "macro/csv_reader.hpp"

namespace floe::dbt {

bool CsvReader::next(std::vector<std::string>* record) {
  record->clear();
  if (at_ >= text_.size()) return false;
  line_ = next_line_;
  std::string field;
  bool quoted = false;      // within quotes
  bool was_quoted = false;  // the field began with a quote
  bool any = false;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (quoted) {
      ++at_;
      if (c == '"') {
        if (at_ < text_.size() && text_[at_] == '"') {
          field += '"';
          ++at_;
        } else {
          quoted = false;
        }
      } else {
        if (c == '\n') ++next_line_;
        field += c;
      }
      continue;
    }
    if (c == '\n' || c == '\r') {
      ++at_;
      if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      ++next_line_;
      if (any || was_quoted || !field.empty()) record->push_back(std::move(field));
      return true;
    }
    ++at_;
    if (c == delimiter_) {
      record->push_back(std::move(field));
      field.clear();
      was_quoted = false;
      any = true;
    } else if (c == '"' && field.empty() && !was_quoted) {
      quoted = true;
      was_quoted = true;
    } else {
      field += c;
    }
  }
  if (any || was_quoted || !field.empty()) record->push_back(std::move(field));
  return true;
}

}  // namespace floe::dbt
