// Builds Arrow record batches and streams: rows that a plugin or core makes itself.
//
//   BatchBuilder batch({{"uri", of(Kind::kUtf8), false, {}}, {"size", of(Kind::kInt64), false, {}}});
//   batch.column(0).append_bytes(uri);
//   batch.column(1).append_int(size);
//   ArrowStream rows = FLOE_TRY(finish_stream(std::move(batch)));
#pragma once

#include "base/arrow/type.hpp"
#include "base/result.hpp"
#include "floe/arrow.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace floe::arrow {

// One column. Appending a value of another kind than the column's is our own bug (asserted).
class ColumnBuilder {
 public:
  explicit ColumnBuilder(const Type& type);
  ColumnBuilder(ColumnBuilder&&) noexcept;
  ColumnBuilder& operator=(ColumnBuilder&&) noexcept;
  ~ColumnBuilder();

  void append_null();  // fixed-size children of a struct get a null too
  void append_bool(bool value);
  void append_int(std::int64_t value);  // all integers, dates, times, timestamps, durations; truncates to the width
  void append_uint(std::uint64_t value);
  void append_double(double value);                           // float and double
  void append_bytes(std::string_view value);                  // utf8, binary, fixed binary (exact width)
  void append_decimal(std::int64_t high, std::uint64_t low);  // two's complement, 128 bits

  // Nested values: append to the children, then close. list: `child(0)`; map: `child(0)` keys, `child(1)` values;
  // struct: every child gets exactly one value.
  ColumnBuilder& child(std::size_t index);
  void close();

  [[nodiscard]] std::int64_t length() const;

 private:
  friend class BatchBuilder;
  struct State;
  std::unique_ptr<State> state_;
};

class BatchBuilder {
 public:
  explicit BatchBuilder(std::vector<Field> fields);
  BatchBuilder(BatchBuilder&&) noexcept = default;
  BatchBuilder& operator=(BatchBuilder&&) noexcept = default;

  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

  ColumnBuilder& column(std::size_t index) { return columns_[index]; }

  [[nodiscard]] std::int64_t rows() const { return columns_.empty() ? 0 : columns_.front().length(); }

  // The batch as a struct array; the builder is empty again. kExhausted when text of one column passes 2 GiB,
  // kInvalidState when columns differ in length.
  Result<ArrowArrayOwner> finish();

 private:
  std::vector<Field> fields_;
  std::vector<ColumnBuilder> columns_;
};

// The schema of a batch: a struct of `fields`.
ArrowSchemaOwner make_schema(const std::vector<Field>& fields);

// A stream of batches that are there already, of one builder, or made on demand (nullopt = end).
ArrowStream make_stream(const std::vector<Field>& fields, std::vector<ArrowArrayOwner> batches);
Result<ArrowStream> finish_stream(BatchBuilder batch);
ArrowStream make_stream(const std::vector<Field>& fields, std::function<Result<std::optional<ArrowArrayOwner>>()> next);

}  // namespace floe::arrow
