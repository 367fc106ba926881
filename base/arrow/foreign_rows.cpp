#include "base/arrow/foreign_rows.hpp"

#include "base/arrow/buffer_value.hpp"
#include "base/fail.hpp"
#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <bit>
#include <cstring>

namespace floe::arrow {
namespace {

// Beyond what any machine holds: a length that is one cannot be meant.
constexpr std::int64_t kMostBytes = std::int64_t{1} << 46;
constexpr std::int64_t kMostBuffers = 100'000;  // of string views
constexpr std::int64_t kBitsOfByte = 8;

std::int64_t count_set(const void* bits, std::int64_t begin, std::int64_t end) {
  std::int64_t set = 0;
  for (; begin < end && begin % kBitsOfByte != 0; ++begin)
    set += bit(bits, begin) ? 1 : 0;
  for (; end - begin >= 64; begin += 64)
    set += std::popcount(load<std::uint64_t>(static_cast<const char*>(bits) + begin / kBitsOfByte, 0));
  for (; begin < end; ++begin)
    set += bit(bits, begin) ? 1 : 0;
  return set;
}

std::int64_t expected_buffers(Shape shape) {
  switch (shape) {
    case Shape::kNone:
      return 0;
    case Shape::kStruct:
    case Shape::kFixedList:
      return 1;
    case Shape::kOffsets32:
    case Shape::kOffsets64:
    case Shape::kListView32:
    case Shape::kListView64:
    case Shape::kViews:  // at least
      return 3;
    default:
      return 2;
  }
}

// Bytes of one value in the buffer after the bitmap, at most; 0 when there is no such buffer.
std::int64_t bytes_of_value(const ForeignField& field) {
  switch (field.shape) {
    case Shape::kNone:
    case Shape::kStruct:
    case Shape::kFixedList:
      return 0;
    case Shape::kBits:
      return 1;
    case Shape::kFixed:
      return field.width;
    case Shape::kViews:
      return 16;
    default:
      return 8;
  }
}

// One array and the rows of it that are asked for: [begin, end) of its buffers.
class ColumnCheck {
 public:
  ColumnCheck(const ForeignSchema& schema, const ForeignField& field, const ArrowArray& array)
      : schema_(schema),
        field_(field),
        array_(array),
        begin_(array.offset),
        end_(static_cast<std::int64_t>(static_cast<std::uint64_t>(array.offset) +
                                       static_cast<std::uint64_t>(array.length))) {}  // looked at by check_counts

  Status check() const {
    FLOE_TRY(check_counts());
    FLOE_TRY(check_buffers());
    FLOE_TRY(check_nulls());
    FLOE_TRY(check_dictionary());
    return check_shape();
  }

 private:
  template <class... Arguments>
  [[nodiscard]] Error wrong(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
    const std::string what = fmt::format(text, std::forward<Arguments>(arguments)...);
    if (field_.path.empty()) return failf(ErrorCode::kData, "a batch of rows {}", what);
    return failf(ErrorCode::kData, "column `{}` {}", text::printable(field_.path), what);
  }

  [[nodiscard]] std::string rows() const { return text::counted(array_.length, "row"); }

  [[nodiscard]] Status check_counts() const {
    if (array_.length < 0) return wrong("has the length {}", array_.length);
    if (array_.offset < 0) return wrong("has the offset {}", array_.offset);
    const std::int64_t width = std::max<std::int64_t>(bytes_of_value(field_), 1);
    if (array_.length > kMostBytes / width - array_.offset) {
      return wrong("has the length {} at the offset {}, which no memory holds", array_.length, array_.offset);
    }
    if (array_.null_count < -1 || array_.null_count > array_.length) {
      return wrong("has {} in {}", text::counted(array_.null_count, "null"), rows());
    }
    return ok();
  }

  [[nodiscard]] Status check_buffers() const {
    const bool has_views = field_.shape == Shape::kViews;  // which may have further ones
    const std::int64_t least = expected_buffers(field_.shape);
    if (array_.n_buffers < least || array_.n_buffers > (has_views ? kMostBuffers : least)) {
      return wrong("has {} where its type has {}{}", text::counted(array_.n_buffers, "buffer"),
                   has_views ? "at least " : "", least);
    }
    if (least > 0 && array_.buffers == nullptr) return wrong("has no list of its buffers");
    if (bytes_of_value(field_) > 0 && array_.length > 0 && array_.buffers[1] == nullptr) {
      return wrong("has no buffer for its {}", rows());
    }
    return ok();
  }

  [[nodiscard]] const void* validity() const { return array_.n_buffers > 0 ? array_.buffers[0] : nullptr; }

  [[nodiscard]] bool is_null(std::int64_t index) const { return validity() != nullptr && !bit(validity(), index); }

  // Readers may ask the bitmap or the count: they have to agree.
  [[nodiscard]] Status check_nulls() const {
    if (field_.shape == Shape::kNone) return ok();
    if (validity() == nullptr) {
      return array_.null_count <= 0
                 ? ok()
                 : wrong("has {} and no bitmap that says which", text::counted(array_.null_count, "null"));
    }
    const std::int64_t nulls = array_.length - count_set(validity(), begin_, end_);
    if (array_.null_count >= 0 && array_.null_count != nulls) {
      return wrong("says that it has {}, and its bitmap has {}", text::counted(array_.null_count, "null"), nulls);
    }
    if (field_.path.empty() && nulls > 0) return wrong("has {} as a whole", text::counted(nulls, "null row"));
    return ok();
  }

  [[nodiscard]] Status check_dictionary() const {
    if (field_.dictionary == 0)
      return array_.dictionary == nullptr ? ok() : wrong("has a dictionary, and its schema none");
    if (array_.dictionary == nullptr || array_.dictionary->release == nullptr) {
      return wrong("has no dictionary, and its schema one");
    }
    const ForeignField& entries = schema_.fields()[field_.dictionary];
    FLOE_TRY(ColumnCheck(schema_, entries, *array_.dictionary).check());
    for (std::int64_t i = begin_; i < end_; ++i) {
      const std::uint64_t entry = entry_at(i);
      if (entry >= static_cast<std::uint64_t>(array_.dictionary->length) && !is_null(i)) {
        return wrong("names entry {} of a dictionary of {} in row {}", static_cast<std::int64_t>(entry),
                     array_.dictionary->length, i - begin_);
      }
    }
    return ok();
  }

  // A negative one becomes greater than any.
  [[nodiscard]] std::uint64_t entry_at(std::int64_t index) const {
    const void* data = array_.buffers[1];
    switch (field_.width) {
      case 1:
        return field_.is_signed ? static_cast<std::uint64_t>(load<std::int8_t>(data, index))
                                : load<std::uint8_t>(data, index);
      case 2:
        return field_.is_signed ? static_cast<std::uint64_t>(load<std::int16_t>(data, index))
                                : load<std::uint16_t>(data, index);
      case 4:
        return field_.is_signed ? static_cast<std::uint64_t>(load<std::int32_t>(data, index))
                                : load<std::uint32_t>(data, index);
      default:
        return load<std::uint64_t>(data, index);
    }
  }

  [[nodiscard]] Status check_shape() const {
    switch (field_.shape) {
      case Shape::kOffsets32:
        return check_bytes<std::int32_t>();
      case Shape::kOffsets64:
        return check_bytes<std::int64_t>();
      case Shape::kViews:
        return check_views();
      case Shape::kList32:
        return check_list<std::int32_t>();
      case Shape::kList64:
        return check_list<std::int64_t>();
      case Shape::kListView32:
        return check_list_view<std::int32_t>();
      case Shape::kListView64:
        return check_list_view<std::int64_t>();
      case Shape::kFixedList:
        return end_ <= kMostBytes / std::max<std::int64_t>(field_.width, 1)
                   ? check_children(end_ * field_.width)
                   : wrong("has the length {} for lists of {}, which no memory holds", array_.length, field_.width);
      case Shape::kStruct:
        return check_children(end_);
      default:
        return check_children(0);
    }
  }

  // Those of the type, each with at least `rows` rows.
  [[nodiscard]] Status check_children(std::int64_t rows) const {
    const auto expected = static_cast<std::int64_t>(field_.children.size());
    if (array_.n_children != expected) {
      return wrong("has {} {}, and its schema {}", array_.n_children, field_.path.empty() ? "columns" : "children",
                   expected);
    }
    if (expected > 0 && array_.children == nullptr) return wrong("has no list of its children");
    for (std::size_t i = 0; i < field_.children.size(); ++i) {
      const ArrowArray* child = array_.children[i];
      const ColumnCheck below(schema_, schema_.fields()[field_.children[i]], child == nullptr ? array_ : *child);
      if (child == nullptr) return below.wrong("is NULL");
      if (child->release == nullptr) return below.wrong("is released already");
      FLOE_TRY(below.check_counts());
      if (child->length < rows) return below.wrong("has {} where {} are needed", below.rows(), rows);
      FLOE_TRY(below.check());
    }
    return ok();
  }

  // The greatest offset, after a look at all of them.
  template <class Offset>
  Result<std::int64_t> last_offset() const {
    if (array_.length == 0) return 0;
    const void* offsets = array_.buffers[1];
    Offset before = load<Offset>(offsets, begin_);
    if (before < 0) return wrong("has the offset {} in row 0", before);
    for (std::int64_t i = begin_ + 1; i <= end_; ++i) {
      const auto next = load<Offset>(offsets, i);
      if (next < before) return wrong("has offsets that descend from {} to {} in row {}", before, next, i - 1 - begin_);
      before = next;
    }
    return static_cast<std::int64_t>(before);
  }

  template <class Offset>
  [[nodiscard]] Status check_bytes() const {
    const std::int64_t last = FLOE_TRY(last_offset<Offset>());
    if (array_.length == 0) return check_children(0);
    const auto first = static_cast<std::int64_t>(load<Offset>(array_.buffers[1], begin_));
    if (last > kMostBytes) return wrong("has {} bytes, which no memory holds", last);
    if (last > first && array_.buffers[2] == nullptr) return wrong("has no buffer for its {} bytes", last - first);
    if (field_.is_text && last > first) FLOE_TRY(check_text<Offset>(first, last));
    return check_children(0);
  }

  // All texts lie behind each other: one look over them, and at where each begins. Only what is null may be anything.
  template <class Offset>
  [[nodiscard]] Status check_text(std::int64_t first, std::int64_t last) const {
    const char* data = static_cast<const char*>(array_.buffers[2]);
    const auto invalid = text::find_invalid_utf8({data + first, static_cast<std::size_t>(last - first)});
    bool is_good = !invalid.has_value();
    for (std::int64_t i = begin_; i < end_ && is_good; ++i) {
      const auto at = static_cast<std::int64_t>(load<Offset>(array_.buffers[1], i));
      is_good = at == last || (static_cast<unsigned char>(data[at]) & 0xC0U) != 0x80U;
    }
    if (is_good) return ok();
    for (std::int64_t i = begin_; i < end_; ++i) {
      const auto at = static_cast<std::int64_t>(load<Offset>(array_.buffers[1], i));
      const auto end = static_cast<std::int64_t>(load<Offset>(array_.buffers[1], i + 1));
      if (!is_null(i) && !text::is_valid_utf8({data + at, static_cast<std::size_t>(end - at)})) {
        return wrong("has text that is no UTF-8 in row {}", i - begin_);
      }
    }
    return ok();
  }

  // Length, then 12 bytes of text, or 4 of them, a buffer and an offset. The last buffer holds the sizes of the others.
  [[nodiscard]] Status check_views() const {
    constexpr std::int32_t kInline = 12;
    const std::int64_t texts = array_.n_buffers - 3;
    const void* sizes = array_.buffers[array_.n_buffers - 1];
    if (texts > 0 && sizes == nullptr) return wrong("has no sizes of its {} buffers", texts);
    for (std::int64_t i = begin_; i < end_; ++i) {
      if (is_null(i)) continue;
      const char* view = static_cast<const char*>(array_.buffers[1]) + i * 16;
      const auto length = load<std::int32_t>(view, 0);
      const auto buffer = load<std::int32_t>(view, 2);
      const auto offset = load<std::int32_t>(view, 3);
      const char* content = view + 4;
      if (length < 0) return wrong("has a text of {} bytes in row {}", length, i - begin_);
      if (length > kInline) {
        const bool is_inside = buffer >= 0 && buffer < texts && offset >= 0 && array_.buffers[2 + buffer] != nullptr &&
                               load<std::int64_t>(sizes, buffer) >= std::int64_t{offset} + length;
        if (!is_inside) return wrong("has a text outside of its buffers in row {}", i - begin_);
        content = static_cast<const char*>(array_.buffers[2 + buffer]) + offset;
      }
      if (field_.is_text && !text::is_valid_utf8({content, static_cast<std::size_t>(length)})) {
        return wrong("has text that is no UTF-8 in row {}", i - begin_);
      }
    }
    return check_children(0);
  }

  template <class Offset>
  [[nodiscard]] Status check_list() const {
    return check_children(FLOE_TRY(last_offset<Offset>()));
  }

  template <class Offset>
  [[nodiscard]] Status check_list_view() const {
    if (array_.length > 0 && array_.buffers[2] == nullptr) return wrong("has no buffer for the sizes of its lists");
    std::int64_t rows = 0;
    for (std::int64_t i = begin_; i < end_; ++i) {
      const auto offset = load<Offset>(array_.buffers[1], i);
      const auto size = load<Offset>(array_.buffers[2], i);
      if (offset < 0 || size < 0 || static_cast<std::int64_t>(offset) > kMostBytes - static_cast<std::int64_t>(size)) {
        return wrong("has a list of {} values at {} in row {}", size, offset, i - begin_);
      }
      rows = std::max(rows, static_cast<std::int64_t>(offset) + static_cast<std::int64_t>(size));
    }
    return check_children(rows);
  }

  const ForeignSchema& schema_;
  const ForeignField& field_;
  const ArrowArray& array_;
  std::int64_t begin_;
  std::int64_t end_;
};

}  // namespace

Status check_rows(const ForeignSchema& schema, const ArrowArray& batch) {
  return ColumnCheck(schema, schema.fields().front(), batch).check();
}

}  // namespace floe::arrow
