// libFuzzer: any text as the first record of a CSV file: it ends at a newline or with the text.
// sources: plugins/floe.computes/duckdb/src/csv/csv_record.cpp
#include "csv/csv_record.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using floe::duckdb_compute::CsvMarks;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const CsvMarks& marks :
       {CsvMarks{.delimiters = {",", "\t", ";", "|"}}, CsvMarks{.delimiters = {"||"}, .escape = '\\'},
        CsvMarks{.delimiters = {""}, .quote = '\0', .escape = '\0'}}) {
    const auto record = floe::duckdb_compute::read_record(text, marks);
    require(record.length <= text.size());
    require(record.is_open || record.length == text.size() || text[record.length] == '\n' ||
            text[record.length] == '\r');
    std::size_t bytes = 0;
    for (const std::string& field : record.fields)
      bytes += field.size();
    require(!record.fields.empty() && bytes <= record.length);
  }
  return 0;
}
