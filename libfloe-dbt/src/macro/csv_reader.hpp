// Python's csv.reader with the `excel` dialect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

class CsvReader {
 public:
  CsvReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  // The next record; false at the end. An empty line is an empty record.
  bool next(std::vector<std::string>* record);

  [[nodiscard]] int line() const { return line_; }  // of the record last read

 private:
  // Behind an opening quote, up to the closing one; a pair of quotes stands for one.
  void read_quoted(std::string* field);

  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
  int line_ = 0;
  int next_line_ = 1;
};

}  // namespace floe::dbt
