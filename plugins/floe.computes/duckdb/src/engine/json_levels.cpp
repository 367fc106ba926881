#include "engine/json_levels.hpp"

#include "engine/duckdb_api.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

// Behind the string that begins at `begin`.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i;
  }
  return text.size();
}

void levels_of_rows(duckdb_function_info /*info*/, duckdb_data_chunk chunk, duckdb_vector output) {
  duckdb_vector input = duckdb_data_chunk_get_vector(chunk, 0);
  auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(input));
  std::uint64_t* validity = duckdb_vector_get_validity(input);
  auto* levels = static_cast<std::int32_t*>(duckdb_vector_get_data(output));
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    const bool is_text = validity == nullptr || duckdb_validity_row_is_valid(validity, row);
    levels[row] = is_text ? json_levels({duckdb_string_t_data(&texts[row]), duckdb_string_t_length(texts[row])}) : 0;
  }
}

}  // namespace

std::int32_t json_levels(std::string_view text) {
  std::int32_t open = 0;
  std::int32_t most = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') i = end_of_string(text, i);
    if (c == '[' || c == '{') most = std::max(most, ++open);
    if (c == ']' || c == '}') --open;
  }
  return most;
}

std::string shallow_json(std::string_view text, std::int32_t levels) {
  std::string shallow;
  std::int32_t open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t begin = i;
    const char c = text[i];
    const bool is_end = c == ']' || c == '}';
    if (c == '[' || c == '{') ++open;
    if (c == '"') i = std::min(end_of_string(text, i), text.size() - 1);
    if (open <= levels) shallow += text.substr(begin, i + 1 - begin);
    if (is_end && open-- == levels + 1) shallow += "null";
  }
  return shallow;
}

Status register_json_levels(duckdb_connection connection) {
  const ScalarFunction function(duckdb_create_scalar_function());
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  const LogicalType number(duckdb_create_logical_type(DUCKDB_TYPE_INTEGER));
  duckdb_scalar_function_set_name(function.get(), "floe_json_levels");
  duckdb_scalar_function_add_parameter(function.get(), text.get());
  duckdb_scalar_function_set_return_type(function.get(), number.get());
  duckdb_scalar_function_set_function(function.get(), &levels_of_rows);
  if (duckdb_register_scalar_function(connection, function.get()) == DuckDBSuccess) return ok();
  return fail(ErrorCode::kInternal, "DuckDB did not take the function `floe_json_levels`");
}

}  // namespace floe::duckdb_compute
