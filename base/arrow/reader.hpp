// Reads Arrow streams: the schema as Fields and the values of a batch cell by cell.
//
//   auto reader = FLOE_TRY(StreamReader::open(std::move(rows)));
//   while (FLOE_TRY(reader.next()))
//     for (std::int64_t row = 0; row < reader.rows(); ++row)
//       if (!reader.column(0).is_null(row)) use(reader.column(0).bytes_at(row));
#pragma once

#include "base/arrow/type.hpp"
#include "base/result.hpp"
#include "floe/arrow.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::arrow {

Result<Type> type_from_schema(const ArrowSchema& schema);
Result<std::vector<Field>> fields_from_schema(const ArrowSchema& schema);  // of a struct (a batch)

struct Int128 {
  std::int64_t high = 0;
  std::uint64_t low = 0;
};

// One column of a batch, or of a nested value. A view: valid while its batch is. Dictionaries are resolved. Asking for
// another kind than the column's is our own bug (asserted where it costs nothing).
class ColumnView {
 public:
  ColumnView() = default;

  [[nodiscard]] const Type& type() const { return *type_; }

  [[nodiscard]] Kind kind() const { return type_->kind; }

  [[nodiscard]] bool is_null(std::int64_t row) const;
  [[nodiscard]] bool bool_at(std::int64_t row) const;
  [[nodiscard]] std::int64_t int_at(
      std::int64_t row) const;  // integers (uint64 wraps), dates, times, timestamps, durations
  [[nodiscard]] std::uint64_t uint_at(std::int64_t row) const;
  [[nodiscard]] double double_at(std::int64_t row) const;           // float and double
  [[nodiscard]] std::string_view bytes_at(std::int64_t row) const;  // utf8, binary, fixed binary
  [[nodiscard]] Int128 decimal_at(std::int64_t row) const;

  // Of a list or map: first row and number of rows in `child(0)` (map: also `child(1)`). Of a struct use the same row.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> range_at(std::int64_t row) const;

  [[nodiscard]] std::size_t child_count() const { return children_.size(); }

  [[nodiscard]] const ColumnView& child(std::size_t index) const { return children_[index]; }

 private:
  friend class StreamReader;
  static Result<ColumnView> make(const ArrowArray& array, const ArrowSchema& schema, const Type& type,
                                 std::int64_t parent_offset);

  Status add_children(const ArrowSchema& schema);
  [[nodiscard]] std::int64_t integer(std::int64_t row) const;

  const ArrowArray* array_ = nullptr;
  const Type* type_ = nullptr;
  Layout layout_ = Layout::kNone;
  std::int32_t bytes_ = 0;
  std::int64_t offset_ = 0;  // of row 0 in the buffers: the array's own and that of the structs around it
  std::vector<ColumnView> children_;
  std::vector<ColumnView> dictionary_;  // none or one; then the buffers of this column hold its indices
  bool index_signed_ = true;
};

class StreamReader {
 public:
  // Takes the stream; an error of the producer is kData with its text.
  static Result<StreamReader> open(ArrowStream stream);

  [[nodiscard]] const std::vector<Field>& fields() const { return *fields_; }

  // The next batch; false at the end. Views of the former one are invalid afterwards.
  Result<bool> next();

  [[nodiscard]] std::int64_t rows() const { return batch_.has_value() ? batch_->length : 0; }

  [[nodiscard]] const ColumnView& column(std::size_t index) const { return columns_[index]; }

 private:
  StreamReader() = default;

  ArrowStream stream_;
  ArrowSchemaOwner schema_;
  std::shared_ptr<const std::vector<Field>> fields_;  // shared: views point into it when the reader moves
  ArrowArrayOwner batch_;
  std::vector<ColumnView> columns_;
};

}  // namespace floe::arrow
