#include "engine/parameters.hpp"

#include "engine/duck_type.hpp"

#include "base/fail.hpp"

#include <duckdb.h>

namespace floe::duckdb_compute {
namespace {

using Schema = Owned<duckdb_arrow_converted_schema, duckdb_destroy_arrow_converted_schema>;

Status check(const ErrorData& error) {
  if (!duckdb_error_data_has_error(error.get())) return ok();
  return duckdb_failure(duckdb_error_data_error_type(error.get()), duckdb_error_data_message(error.get()));
}

std::string stream_error(ArrowStream& stream) {
  const char* message = stream->get_last_error(stream.get());
  return message != nullptr ? message : "the stream of parameters failed";
}

duckdb_value decimal_value(duckdb_logical_type type, const void* data) {
  duckdb_hugeint number{};
  const auto widen = [&](std::int64_t value) {
    number.lower = static_cast<std::uint64_t>(value);
    number.upper = value < 0 ? -1 : 0;
  };
  switch (duckdb_decimal_internal_type(type)) {
    case DUCKDB_TYPE_SMALLINT:
      widen(*static_cast<const std::int16_t*>(data));
      break;
    case DUCKDB_TYPE_INTEGER:
      widen(*static_cast<const std::int32_t*>(data));
      break;
    case DUCKDB_TYPE_BIGINT:
      widen(*static_cast<const std::int64_t*>(data));
      break;
    default:
      number = *static_cast<const duckdb_hugeint*>(data);
  }
  return duckdb_create_decimal({duckdb_decimal_width(type), duckdb_decimal_scale(type), number});
}

template <class T>
const T& as(const void* data) {
  return *static_cast<const T*>(data);
}

// The first value of a vector; a null handle when the type cannot be a parameter.
duckdb_value first_value(duckdb_vector vector) {
  const LogicalType type(duckdb_vector_get_column_type(vector));
  void* data = duckdb_vector_get_data(vector);
  switch (duckdb_get_type_id(type.get())) {
    case DUCKDB_TYPE_BOOLEAN:
      return duckdb_create_bool(as<bool>(data));
    case DUCKDB_TYPE_TINYINT:
      return duckdb_create_int8(as<std::int8_t>(data));
    case DUCKDB_TYPE_SMALLINT:
      return duckdb_create_int16(as<std::int16_t>(data));
    case DUCKDB_TYPE_INTEGER:
      return duckdb_create_int32(as<std::int32_t>(data));
    case DUCKDB_TYPE_BIGINT:
      return duckdb_create_int64(as<std::int64_t>(data));
    case DUCKDB_TYPE_UTINYINT:
      return duckdb_create_uint8(as<std::uint8_t>(data));
    case DUCKDB_TYPE_USMALLINT:
      return duckdb_create_uint16(as<std::uint16_t>(data));
    case DUCKDB_TYPE_UINTEGER:
      return duckdb_create_uint32(as<std::uint32_t>(data));
    case DUCKDB_TYPE_UBIGINT:
      return duckdb_create_uint64(as<std::uint64_t>(data));
    case DUCKDB_TYPE_HUGEINT:
      return duckdb_create_hugeint(as<duckdb_hugeint>(data));
    case DUCKDB_TYPE_FLOAT:
      return duckdb_create_float(as<float>(data));
    case DUCKDB_TYPE_DOUBLE:
      return duckdb_create_double(as<double>(data));
    case DUCKDB_TYPE_DATE:
      return duckdb_create_date(as<duckdb_date>(data));
    case DUCKDB_TYPE_TIME:
      return duckdb_create_time(as<duckdb_time>(data));
    case DUCKDB_TYPE_TIMESTAMP:
      return duckdb_create_timestamp(as<duckdb_timestamp>(data));
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return duckdb_create_timestamp_tz(as<duckdb_timestamp>(data));
    case DUCKDB_TYPE_TIMESTAMP_S:
      return duckdb_create_timestamp_s(as<duckdb_timestamp_s>(data));
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return duckdb_create_timestamp_ms(as<duckdb_timestamp_ms>(data));
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return duckdb_create_timestamp_ns(as<duckdb_timestamp_ns>(data));
    case DUCKDB_TYPE_INTERVAL:
      return duckdb_create_interval(as<duckdb_interval>(data));
    case DUCKDB_TYPE_DECIMAL:
      return decimal_value(type.get(), data);
    case DUCKDB_TYPE_SQLNULL:
      return duckdb_create_null_value();
    case DUCKDB_TYPE_VARCHAR: {
      auto* text = static_cast<duckdb_string_t*>(data);
      return duckdb_create_varchar_length(duckdb_string_t_data(text), duckdb_string_t_length(*text));
    }
    case DUCKDB_TYPE_BLOB: {
      auto* text = static_cast<duckdb_string_t*>(data);
      return duckdb_create_blob(reinterpret_cast<const std::uint8_t*>(duckdb_string_t_data(text)),
                                duckdb_string_t_length(*text));
    }
    default:
      return nullptr;
  }
}

Result<DataChunk> read_row(Runner& runner, ArrowStream& stream) {
  ArrowSchemaOwner schema;
  if (stream->get_schema(stream.get(), schema.get()) != 0)
    return fail(ErrorCode::kInvalidArgument, stream_error(stream));
  Schema converted;
  FLOE_TRY(check(ErrorData(duckdb_schema_from_arrow(runner.connection(), schema.get(), converted.out()))));
  ArrowArrayOwner row;
  if (stream->get_next(stream.get(), row.get()) != 0) return fail(ErrorCode::kInvalidArgument, stream_error(stream));
  if (!row.has_value() || row->length != 1) {
    return fail(ErrorCode::kInvalidArgument, "the parameters of a query are one row");
  }
  DataChunk chunk;
  FLOE_TRY(
      check(ErrorData(duckdb_data_chunk_from_arrow(runner.connection(), row.get(), converted.get(), chunk.out()))));
  return chunk;
}

}  // namespace

Status bind_parameters(Runner& runner, duckdb_prepared_statement prepared, ArrowStream parameters) {
  const DataChunk chunk = FLOE_TRY(read_row(runner, parameters));
  const idx_t count = duckdb_data_chunk_get_column_count(chunk.get());
  for (idx_t i = 0; i < count; ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), i);
    std::uint64_t* validity = duckdb_vector_get_validity(vector);
    const bool valid = validity == nullptr || duckdb_validity_row_is_valid(validity, 0);
    const Value value(valid ? first_value(vector) : duckdb_create_null_value());
    if (!value) return failf(ErrorCode::kUnsupported, "parameter {} has a type that cannot be bound", i + 1);
    if (duckdb_bind_value(prepared, i + 1, value.get()) != DuckDBSuccess) {
      const char* message = duckdb_prepare_error(prepared);
      return failf(ErrorCode::kInvalidArgument, "parameter {} was not taken: {}", i + 1,
                   message != nullptr ? message : "the statement has no such parameter");
    }
  }
  return ok();
}

}  // namespace floe::duckdb_compute
