#include "engine/duckdb_api.hpp"

#include <array>

namespace floe::duckdb_compute {

std::string take_text(char* text) {
  if (text == nullptr) return {};
  std::string copy(text);
  duckdb_free(text);
  return copy;
}

std::string Rows::text(idx_t column, idx_t row) const {
  const duckdb_string value = duckdb_value_string(&result_, column, row);
  if (value.data == nullptr) return {};
  std::string copy(value.data, value.size);
  duckdb_free(value.data);
  return copy;
}

namespace {

ErrorCode code_of(duckdb_error_type type) {
  switch (type) {
    case DUCKDB_ERROR_OUT_OF_RANGE:
    case DUCKDB_ERROR_CONVERSION:
    case DUCKDB_ERROR_DECIMAL:
    case DUCKDB_ERROR_DIVIDE_BY_ZERO:
    case DUCKDB_ERROR_OBJECT_SIZE:
    case DUCKDB_ERROR_CONSTRAINT:
    case DUCKDB_ERROR_SERIALIZATION:
      return ErrorCode::kData;
    case DUCKDB_ERROR_TRANSACTION:
      return ErrorCode::kConflict;
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
    case DUCKDB_ERROR_MISSING_EXTENSION:
    case DUCKDB_ERROR_AUTOLOAD:
      return ErrorCode::kUnsupported;
    case DUCKDB_ERROR_NETWORK:
    case DUCKDB_ERROR_HTTP:
      return ErrorCode::kUnavailable;
    case DUCKDB_ERROR_IO:
      return ErrorCode::kIo;
    case DUCKDB_ERROR_INTERRUPT:
      return ErrorCode::kCancelled;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return ErrorCode::kExhausted;
    case DUCKDB_ERROR_PERMISSION:
      return ErrorCode::kPermission;
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_NULL_POINTER:
      return ErrorCode::kInternal;
    default:
      return ErrorCode::kInvalidArgument;  // parser, binder, catalog, ...: the SQL is wrong
  }
}

struct Prefix {
  std::string_view text;
  duckdb_error_type type;
};

// The names DuckDB puts before a message, for places that lose the type.
constexpr std::array kPrefixes = {
    Prefix{"Out of Range Error", DUCKDB_ERROR_OUT_OF_RANGE},
    Prefix{"Conversion Error", DUCKDB_ERROR_CONVERSION},
    Prefix{"Constraint Error", DUCKDB_ERROR_CONSTRAINT},
    Prefix{"TransactionContext Error", DUCKDB_ERROR_TRANSACTION},
    Prefix{"Not implemented Error", DUCKDB_ERROR_NOT_IMPLEMENTED},
    Prefix{"Missing Extension Error", DUCKDB_ERROR_MISSING_EXTENSION},
    Prefix{"HTTP Error", DUCKDB_ERROR_HTTP},
    Prefix{"IO Error", DUCKDB_ERROR_IO},
    Prefix{"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
    Prefix{"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY},
    Prefix{"Permission Error", DUCKDB_ERROR_PERMISSION},
    Prefix{"FATAL Error", DUCKDB_ERROR_FATAL},
    Prefix{"INTERNAL Error", DUCKDB_ERROR_INTERNAL},
};

std::string_view without_trailing_space(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n^");
  if (end == std::string_view::npos) return text;
  // The caret line is part of the message: cut only what follows it.
  const std::size_t caret = text.find('^', end + 1);
  return text.substr(0, caret == std::string_view::npos ? end + 1 : caret + 1);
}

}  // namespace

Error duckdb_failure(duckdb_error_type type, std::string_view message) {
  if (type == DUCKDB_ERROR_INVALID) return duckdb_failure(message);
  // A full disk has no type of its own.
  if (message.find("No space left on device") != std::string_view::npos) {
    return fail(ErrorCode::kExhausted, std::string(without_trailing_space(message)));
  }
  return fail(code_of(type), std::string(without_trailing_space(message)));
}

Error duckdb_failure(std::string_view message) {
  for (const Prefix& prefix : kPrefixes) {
    if (message.starts_with(prefix.text)) return duckdb_failure(prefix.type, message);
  }
  // What DuckDB did not throw itself: its Parquet reader on bytes that are no Parquet.
  std::string text(without_trailing_space(message));
  if (!message.starts_with("Invalid Error:")) return fail(ErrorCode::kInvalidArgument, std::move(text));
  return fail(ErrorCode::kData, std::move(text)).with_detail("floe.unreadable-file", "unknown");
}

}  // namespace floe::duckdb_compute
