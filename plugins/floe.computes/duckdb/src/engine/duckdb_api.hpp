// Owners of the objects of DuckDB's C API, and its errors as ours.
#pragma once

#include "base/result.hpp"

#include <duckdb.h>

#include <string>
#include <string_view>
#include <utility>

namespace floe::duckdb_compute {

// Owns one handle of the C API; `Destroy` takes a pointer to it, as all of DuckDB's do.
template <class Handle, void (*Destroy)(Handle*)>
class Owned {
 public:
  Owned() = default;

  explicit Owned(Handle handle) : handle_(handle) {}

  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

  Owned& operator=(Owned&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }

  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  ~Owned() { reset(); }

  [[nodiscard]] Handle get() const { return handle_; }

  [[nodiscard]] Handle* out() { return &handle_; }

  [[nodiscard]] explicit operator bool() const { return handle_ != nullptr; }

  void reset() {
    if (handle_ != nullptr) Destroy(&handle_);
    handle_ = nullptr;
  }

 private:
  Handle handle_ = nullptr;
};

using Database = Owned<duckdb_database, duckdb_close>;
using Connection = Owned<duckdb_connection, duckdb_disconnect>;
using LogicalType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;
using Prepared = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Pending = Owned<duckdb_pending_result, duckdb_destroy_pending>;
using Extracted = Owned<duckdb_extracted_statements, duckdb_destroy_extracted>;
using DataChunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using Value = Owned<duckdb_value, duckdb_destroy_value>;
using ErrorData = Owned<duckdb_error_data, duckdb_destroy_error_data>;
using ArrowOptions = Owned<duckdb_arrow_options, duckdb_destroy_arrow_options>;
using ScalarFunction = Owned<duckdb_scalar_function, duckdb_destroy_scalar_function>;
using ScalarFunctionSet = Owned<duckdb_scalar_function_set, duckdb_destroy_scalar_function_set>;

// Text that DuckDB allocated.
std::string take_text(char* text);

// One row-major view over a finished result: small answers of our own statements. Values are read as text.
class Rows {
 public:
  Rows() = default;

  explicit Rows(duckdb_result result) : result_(result), open_(true) {}

  Rows(Rows&& other) noexcept : result_(other.result_), open_(std::exchange(other.open_, false)) {}

  Rows& operator=(Rows&& other) noexcept {
    if (this != &other) {
      reset();
      result_ = other.result_;
      open_ = std::exchange(other.open_, false);
    }
    return *this;
  }

  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  ~Rows() { reset(); }

  [[nodiscard]] duckdb_result* raw() const { return &result_; }

  [[nodiscard]] idx_t row_count() const { return duckdb_row_count(&result_); }

  [[nodiscard]] idx_t column_count() const { return duckdb_column_count(&result_); }

  [[nodiscard]] bool is_null(idx_t column, idx_t row) const { return duckdb_value_is_null(&result_, column, row); }

  [[nodiscard]] std::string text(idx_t column, idx_t row) const;

  [[nodiscard]] std::int64_t integer(idx_t column, idx_t row) const {
    return duckdb_value_int64(&result_, column, row);
  }

  [[nodiscard]] bool boolean(idx_t column, idx_t row) const { return duckdb_value_boolean(&result_, column, row); }

  [[nodiscard]] std::int64_t rows_changed() const { return static_cast<std::int64_t>(duckdb_rows_changed(&result_)); }

  void reset() {
    if (open_) duckdb_destroy_result(&result_);
    open_ = false;
  }

 private:
  mutable duckdb_result result_{};
  bool open_ = false;
};

// DuckDB's message, with its LINE and caret, under the code that says what to do next.
Error duckdb_failure(duckdb_error_type type, std::string_view message);
// The same for parts of the API that give only a text ("Parser Error: ...").
Error duckdb_failure(std::string_view message);

}  // namespace floe::duckdb_compute
