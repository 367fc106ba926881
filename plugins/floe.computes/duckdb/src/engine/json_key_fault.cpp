#include "engine/json_key_fault.hpp"

#include "engine/duckdb_api.hpp"
#include "json_keys.h"

#include "base/fail.hpp"

#include <array>

namespace floe::duckdb_compute {
namespace {

constexpr std::size_t kLongest = 1024;  // bytes of a sentence

void faults_of_rows(duckdb_function_info /*info*/, duckdb_data_chunk chunk, duckdb_vector output) {
  duckdb_vector input = duckdb_data_chunk_get_vector(chunk, 0);
  auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(input));
  std::uint64_t* validity = duckdb_vector_get_validity(input);
  duckdb_vector_ensure_validity_writable(output);
  std::uint64_t* has_fault = duckdb_vector_get_validity(output);
  std::array<char, kLongest> message{};
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    const bool is_text = validity == nullptr || duckdb_validity_row_is_valid(validity, row);
    const std::size_t bytes =
        is_text ? floe_duckdb_json_key_fault(duckdb_string_t_data(&texts[row]), duckdb_string_t_length(texts[row]),
                                             message.data(), message.size())
                : 0;
    if (bytes == 0)
      duckdb_validity_set_row_invalid(has_fault, row);
    else
      duckdb_vector_assign_string_element_len(output, row, message.data(), bytes);
  }
}

}  // namespace

Status register_json_key_fault(duckdb_connection connection) {
  const ScalarFunction function(duckdb_create_scalar_function());
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  duckdb_scalar_function_set_name(function.get(), "floe_json_key_fault");
  duckdb_scalar_function_add_parameter(function.get(), text.get());
  duckdb_scalar_function_set_return_type(function.get(), text.get());
  duckdb_scalar_function_set_function(function.get(), &faults_of_rows);
  if (duckdb_register_scalar_function(connection, function.get()) == DuckDBSuccess) return ok();
  return fail(ErrorCode::kInternal, "DuckDB did not take the function `floe_json_key_fault`");
}

}  // namespace floe::duckdb_compute
