#include "macro/csv_reader.hpp"

namespace floe::dbt {

void CsvReader::read_quoted(std::string* field) {
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c != '"') {
      if (c == '\n') ++next_line_;
      *field += c;
    } else if (at_ < text_.size() && text_[at_] == '"') {
      *field += text_[at_++];
    } else {
      return;
    }
  }
}

bool CsvReader::next(std::vector<std::string>* record) {
  record->clear();
  if (at_ >= text_.size()) return false;
  line_ = next_line_;
  std::string field;
  bool was_quoted = false;  // the field began with a quote
  bool any = false;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\n' || c == '\r') {
      if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      ++next_line_;
      break;
    }
    if (c == delimiter_) {
      record->push_back(std::move(field));
      field.clear();
      was_quoted = false;
      any = true;
    } else if (c == '"' && field.empty() && !was_quoted) {
      was_quoted = true;
      read_quoted(&field);
    } else {
      field += c;
    }
  }
  if (any || was_quoted || !field.empty()) record->push_back(std::move(field));
  return true;
}

}  // namespace floe::dbt
