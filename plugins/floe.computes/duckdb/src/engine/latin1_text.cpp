#include "engine/latin1_text.hpp"

#include "engine/duckdb_api.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <string>
#include <string_view>

namespace floe::duckdb_compute {
namespace {

// U+0080 to U+00FF are two bytes of UTF-8 each, the first of them 0xC2 or 0xC3.
std::string bytes_of(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead >= 0x80U && i + 1 < text.size())
      bytes += static_cast<char>((lead << 6U) | (static_cast<unsigned char>(text[++i]) & 0x3FU));
    else
      bytes += text[i];
  }
  return bytes;
}

void texts_of_rows(duckdb_function_info /*info*/, duckdb_data_chunk chunk, duckdb_vector output) {
  duckdb_vector input = duckdb_data_chunk_get_vector(chunk, 0);
  auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(input));
  std::uint64_t* validity = duckdb_vector_get_validity(input);
  duckdb_vector_ensure_validity_writable(output);
  std::uint64_t* is_utf8 = duckdb_vector_get_validity(output);
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    const bool is_text = validity == nullptr || duckdb_validity_row_is_valid(validity, row);
    const std::string bytes =
        is_text ? bytes_of({duckdb_string_t_data(&texts[row]), duckdb_string_t_length(texts[row])}) : std::string();
    if (is_text && text::is_valid_utf8(bytes))
      duckdb_vector_assign_string_element_len(output, row, bytes.data(), bytes.size());
    else
      duckdb_validity_set_row_invalid(is_utf8, row);
  }
}

}  // namespace

Status register_latin1_text(duckdb_connection connection) {
  const ScalarFunction function(duckdb_create_scalar_function());
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  duckdb_scalar_function_set_name(function.get(), "floe_utf8_of_latin1");
  duckdb_scalar_function_add_parameter(function.get(), text.get());
  duckdb_scalar_function_set_return_type(function.get(), text.get());
  duckdb_scalar_function_set_function(function.get(), &texts_of_rows);
  if (duckdb_register_scalar_function(connection, function.get()) == DuckDBSuccess) return ok();
  return fail(ErrorCode::kInternal, "DuckDB did not take the function `floe_utf8_of_latin1`");
}

}  // namespace floe::duckdb_compute
