#include "engine/transform_functions.hpp"

#include "engine/duckdb_api.hpp"

#include "base/fail.hpp"
#include "base/transform/transform.hpp"

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {
namespace {

using Function = void (*)(duckdb_function_info, duckdb_data_chunk, duckdb_vector);
__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

// One column of an input chunk.
struct Input {
  explicit Input(duckdb_data_chunk chunk, idx_t column)
      : vector(duckdb_data_chunk_get_vector(chunk, column)),
        data(duckdb_vector_get_data(vector)),
        validity(duckdb_vector_get_validity(vector)) {}

  [[nodiscard]] bool valid(idx_t row) const {
    return validity == nullptr || duckdb_validity_row_is_valid(validity, row);
  }

  template <class T>
  [[nodiscard]] T at(idx_t row) const {
    return static_cast<const T*>(data)[row];
  }

  [[nodiscard]] std::string_view text(idx_t row) const {
    auto* value = &static_cast<duckdb_string_t*>(data)[row];
    return {duckdb_string_t_data(value), duckdb_string_t_length(*value)};
  }

  duckdb_vector vector;
  void* data;
  std::uint64_t* validity;
};

// Calls body(row) for rows whose inputs are all there; the others become NULL.
template <class Body>
void for_rows(duckdb_data_chunk chunk, duckdb_vector output, std::initializer_list<const Input*> inputs, Body&& body) {
  const idx_t count = duckdb_data_chunk_get_size(chunk);
  for (idx_t row = 0; row < count; ++row) {
    bool valid = true;
    for (const Input* input : inputs)
      valid = valid && input->valid(row);
    if (valid) {
      body(row);
    } else {
      duckdb_vector_ensure_validity_writable(output);
      duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), row);
    }
  }
}

Int128 wide(duckdb_hugeint value) {
  return static_cast<Int128>((static_cast<Uint128>(static_cast<std::uint64_t>(value.upper)) << 64) | value.lower);
}

// Two's complement, big-endian, as few bytes as keep the sign.
std::int32_t hash_unscaled(Int128 value) {
  std::array<char, 16> bytes{};
  for (std::size_t i = 0; i < 16; ++i)
    bytes[15 - i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  std::size_t start = 0;
  while (start < 15) {
    const auto high = static_cast<unsigned char>(bytes[start]);
    const bool next_negative = (static_cast<unsigned char>(bytes[start + 1]) & 0x80) != 0;
    if (!((high == 0 && !next_negative) || (high == 0xff && next_negative))) break;
    ++start;
  }
  return transform::hash_decimal({bytes.data() + start, bytes.size() - start});
}

std::int32_t hash_uuid(duckdb_hugeint value) {
  // DuckDB keeps UUIDs sortable as signed numbers: the top bit is flipped.
  const std::uint64_t high = static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63);
  std::array<char, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(static_cast<unsigned char>(high >> (56 - 8 * i)));
    bytes[8 + i] = static_cast<char>(static_cast<unsigned char>(value.lower >> (56 - 8 * i)));
  }
  return transform::hash_bytes({bytes.data(), bytes.size()});
}

Int128 decimal_at(const Input& input, duckdb_type internal, idx_t row) {
  switch (internal) {
    case DUCKDB_TYPE_SMALLINT:
      return input.at<std::int16_t>(row);
    case DUCKDB_TYPE_INTEGER:
      return input.at<std::int32_t>(row);
    case DUCKDB_TYPE_BIGINT:
      return input.at<std::int64_t>(row);
    default:
      return wide(input.at<duckdb_hugeint>(row));
  }
}

enum class Hashed : std::uint8_t { kInt, kLong, kText, kUuid };

std::int32_t hash_at(const Input& input, Hashed kind, idx_t row) {
  switch (kind) {
    case Hashed::kInt:
      return transform::hash_long(input.at<std::int32_t>(row));
    case Hashed::kLong:
      return transform::hash_long(input.at<std::int64_t>(row));
    case Hashed::kText:
      return transform::hash_bytes(input.text(row));
    case Hashed::kUuid:
      break;
  }
  return hash_uuid(input.at<duckdb_hugeint>(row));
}

template <Hashed Kind>
void bucket(duckdb_function_info /*info*/, duckdb_data_chunk chunk, duckdb_vector output) {
  const Input count(chunk, 0);
  const Input value(chunk, 1);
  auto* out = static_cast<std::int32_t*>(duckdb_vector_get_data(output));
  for_rows(chunk, output, {&count, &value},
           [&](idx_t row) { out[row] = transform::bucket_of(hash_at(value, Kind, row), count.at<std::int32_t>(row)); });
}

// Declared over ANY: a decimal's width is part of its type.
void bucket_any(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector output) {
  const Input count(chunk, 0);
  const Input value(chunk, 1);
  const LogicalType type(duckdb_vector_get_column_type(value.vector));
  if (duckdb_get_type_id(type.get()) != DUCKDB_TYPE_DECIMAL) {
    duckdb_scalar_function_set_error(info, "floe_bucket: a column of this type has no buckets");
    return;
  }
  const duckdb_type internal = duckdb_decimal_internal_type(type.get());
  auto* out = static_cast<std::int32_t*>(duckdb_vector_get_data(output));
  for_rows(chunk, output, {&count, &value}, [&](idx_t row) {
    out[row] = transform::bucket_of(hash_unscaled(decimal_at(value, internal, row)), count.at<std::int32_t>(row));
  });
}

template <class T>
void truncate_number(duckdb_function_info /*info*/, duckdb_data_chunk chunk, duckdb_vector output) {
  const Input width(chunk, 0);
  const Input value(chunk, 1);
  auto* out = static_cast<T*>(duckdb_vector_get_data(output));
  for_rows(chunk, output, {&width, &value}, [&](idx_t row) {
    out[row] = static_cast<T>(transform::truncate_long(value.at<T>(row), width.at<std::int32_t>(row)));
  });
}

template <bool IsText>
void truncate_bytes(duckdb_function_info /*info*/, duckdb_data_chunk chunk, duckdb_vector output) {
  const Input width(chunk, 0);
  const Input value(chunk, 1);
  for_rows(chunk, output, {&width, &value}, [&](idx_t row) {
    const std::int32_t length = width.at<std::int32_t>(row);
    const std::string cut = IsText ? transform::truncate_string(value.text(row), length)
                                   : transform::truncate_bytes(value.text(row), length);
    duckdb_vector_assign_string_element_len(output, row, cut.data(), cut.size());
  });
}

void truncate_decimal(duckdb_function_info /*info*/, duckdb_data_chunk chunk, duckdb_vector output) {
  const Input width(chunk, 0);
  const Input value(chunk, 1);
  const LogicalType type(duckdb_vector_get_column_type(value.vector));
  const duckdb_type internal = duckdb_decimal_internal_type(type.get());
  void* out = duckdb_vector_get_data(output);
  for_rows(chunk, output, {&width, &value}, [&](idx_t row) {
    const Int128 unscaled = decimal_at(value, internal, row);
    const Int128 step = width.at<std::int32_t>(row);
    // The transform of longs, on numbers that do not fit one.
    const Int128 cut = unscaled - (((unscaled % step) + step) % step);
    switch (internal) {
      case DUCKDB_TYPE_SMALLINT:
        static_cast<std::int16_t*>(out)[row] = static_cast<std::int16_t>(cut);
        break;
      case DUCKDB_TYPE_INTEGER:
        static_cast<std::int32_t*>(out)[row] = static_cast<std::int32_t>(cut);
        break;
      case DUCKDB_TYPE_BIGINT:
        static_cast<std::int64_t*>(out)[row] = static_cast<std::int64_t>(cut);
        break;
      default:
        static_cast<duckdb_hugeint*>(out)[row] = {static_cast<std::uint64_t>(cut),
                                                  static_cast<std::int64_t>(cut >> 64)};
    }
  });
}

enum class Unit : std::uint8_t { kYear, kMonth, kDay, kHour };

std::int32_t unit_of(Unit unit, std::int64_t days, std::int64_t micros) {
  switch (unit) {
    case Unit::kYear:
      return transform::years_from_days(days);
    case Unit::kMonth:
      return transform::months_from_days(days);
    case Unit::kDay:
      return static_cast<std::int32_t>(days);
    case Unit::kHour:
      break;
  }
  return static_cast<std::int32_t>(transform::hours_from_micros(micros));
}

template <Unit U, bool IsDate>
void time_unit(duckdb_function_info /*info*/, duckdb_data_chunk chunk, duckdb_vector output) {
  const Input value(chunk, 0);
  auto* out = static_cast<std::int32_t*>(duckdb_vector_get_data(output));
  for_rows(chunk, output, {&value}, [&](idx_t row) {
    const std::int64_t micros = IsDate ? 0 : value.at<std::int64_t>(row);
    const std::int64_t days = IsDate ? value.at<std::int32_t>(row) : transform::days_from_micros(micros);
    out[row] = unit_of(U, days, micros);
  });
}

Status define(duckdb_connection connection, const char* name, const std::vector<duckdb_logical_type>& parameters,
              duckdb_logical_type result, Function function, ScalarFunctionSet* set) {
  ScalarFunction scalar(duckdb_create_scalar_function());
  duckdb_scalar_function_set_name(scalar.get(), name);
  for (duckdb_logical_type parameter : parameters)
    duckdb_scalar_function_add_parameter(scalar.get(), parameter);
  duckdb_scalar_function_set_return_type(scalar.get(), result);
  duckdb_scalar_function_set_function(scalar.get(), function);
  const duckdb_state state = set != nullptr ? duckdb_add_scalar_function_to_set(set->get(), scalar.get())
                                            : duckdb_register_scalar_function(connection, scalar.get());
  if (state == DuckDBSuccess) return ok();
  return failf(ErrorCode::kInternal, "DuckDB did not take the function `{}`", name);
}

struct Overload {
  duckdb_type parameter;
  duckdb_type result;
  Function function;
};

template <std::size_t N>
Status define_set(duckdb_connection connection, const char* name, bool with_number,
                  const std::array<Overload, N>& overloads) {
  ScalarFunctionSet set(duckdb_create_scalar_function_set(name));
  const LogicalType number(duckdb_create_logical_type(DUCKDB_TYPE_INTEGER));
  for (const Overload& overload : overloads) {
    const LogicalType parameter(duckdb_create_logical_type(overload.parameter));
    const LogicalType result(duckdb_create_logical_type(overload.result));
    std::vector<duckdb_logical_type> parameters;
    if (with_number) parameters.push_back(number.get());
    parameters.push_back(parameter.get());
    FLOE_TRY(define(connection, name, parameters, result.get(), overload.function, &set));
  }
  if (duckdb_register_scalar_function_set(connection, set.get()) == DuckDBSuccess) return ok();
  return failf(ErrorCode::kInternal, "DuckDB did not take the function `{}`", name);
}

template <Unit U>
Status define_unit(duckdb_connection connection, const char* name) {
  const std::array overloads = {
      Overload{DUCKDB_TYPE_DATE, DUCKDB_TYPE_INTEGER, &time_unit<U, true>},
      Overload{DUCKDB_TYPE_TIMESTAMP, DUCKDB_TYPE_INTEGER, &time_unit<U, false>},
      Overload{DUCKDB_TYPE_TIMESTAMP_TZ, DUCKDB_TYPE_INTEGER, &time_unit<U, false>},
  };
  return define_set(connection, name, false, overloads);
}

}  // namespace

Status register_transform_functions(duckdb_connection connection) {
  const std::array buckets = {
      Overload{DUCKDB_TYPE_INTEGER, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kInt>},
      Overload{DUCKDB_TYPE_DATE, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kInt>},
      Overload{DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kLong>},
      Overload{DUCKDB_TYPE_TIME, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kLong>},
      Overload{DUCKDB_TYPE_TIMESTAMP, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kLong>},
      Overload{DUCKDB_TYPE_TIMESTAMP_TZ, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kLong>},
      Overload{DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kText>},
      Overload{DUCKDB_TYPE_BLOB, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kText>},
      Overload{DUCKDB_TYPE_UUID, DUCKDB_TYPE_INTEGER, &bucket<Hashed::kUuid>},
  };
  const std::array decimal_buckets = {Overload{DUCKDB_TYPE_ANY, DUCKDB_TYPE_INTEGER, &bucket_any}};
  const std::array truncations = {
      Overload{DUCKDB_TYPE_INTEGER, DUCKDB_TYPE_INTEGER, &truncate_number<std::int32_t>},
      Overload{DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT, &truncate_number<std::int64_t>},
      Overload{DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_VARCHAR, &truncate_bytes<true>},
      Overload{DUCKDB_TYPE_BLOB, DUCKDB_TYPE_BLOB, &truncate_bytes<false>},
  };
  FLOE_TRY(define_set(connection, "floe_bucket", true, buckets));
  FLOE_TRY(define_set(connection, "floe_bucket_decimal", true, decimal_buckets));
  FLOE_TRY(define_set(connection, "floe_truncate", true, truncations));
  FLOE_TRY(define_unit<Unit::kYear>(connection, "floe_year"));
  FLOE_TRY(define_unit<Unit::kMonth>(connection, "floe_month"));
  FLOE_TRY(define_unit<Unit::kDay>(connection, "floe_day"));
  return define_unit<Unit::kHour>(connection, "floe_hour");
}

Status register_decimal_truncate(duckdb_connection connection, const std::string& name, int precision, int scale) {
  const LogicalType number(duckdb_create_logical_type(DUCKDB_TYPE_INTEGER));
  const LogicalType decimal(
      duckdb_create_decimal_type(static_cast<std::uint8_t>(precision), static_cast<std::uint8_t>(scale)));
  return define(connection, name.c_str(), {number.get(), decimal.get()}, decimal.get(), &truncate_decimal, nullptr);
}

}  // namespace floe::duckdb_compute
