// One record of a CSV file (RFC 4180), as DuckDB splits it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

// The characters that make fields; '\0' stands for none.
struct CsvMarks {
  std::vector<std::string> delimiters;  // one, or those it may be
  char quote = '"';
  char escape = '"';
  char comment = '\0';
};

struct CsvRecord {
  std::vector<std::string> fields;
  std::vector<std::string> delimiters;  // those that stand between the fields, each once
  std::size_t length = 0;               // up to the newline that ends it
  bool is_open = false;                 // a quote is never closed
};

// The record at the beginning of `text`. A quote opens a field only at its start, as in DuckDB.
CsvRecord read_record(std::string_view text, const CsvMarks& marks);

}  // namespace floe::duckdb_compute
