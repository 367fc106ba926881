#include "base/arrow/reader.hpp"

#include "base/arrow/buffer_value.hpp"
#include "base/fail.hpp"

#include <cstring>

namespace floe::arrow {
namespace {

std::int64_t expected_buffers(Layout layout) {
  switch (layout) {
    case Layout::kNone:
      return 0;
    case Layout::kChildren:
      return 1;
    case Layout::kBits:
    case Layout::kFixed:
    case Layout::kList32:
    case Layout::kList64:
      return 2;
    case Layout::kOffsets32:
    case Layout::kOffsets64:
    case Layout::kViews:  // at least
      return 3;
  }
  return 0;
}

// A string view: length, then 12 bytes inline, or 4 bytes prefix, buffer and offset.
std::string_view view_at(const ArrowArray& array, std::int64_t index) {
  const char* view = static_cast<const char*>(array.buffers[1]) + static_cast<std::size_t>(index) * 16;
  const auto length = load<std::int32_t>(view, 0);
  if (length <= 12) return {view + 4, static_cast<std::size_t>(length)};
  const auto buffer = load<std::int32_t>(view, 2);
  const auto offset = load<std::int32_t>(view, 3);
  return {static_cast<const char*>(array.buffers[2 + buffer]) + offset, static_cast<std::size_t>(length)};
}

Error producer_error(ArrowArrayStream* stream, int code, std::string_view what) {
  const char* text = stream->get_last_error == nullptr ? nullptr : stream->get_last_error(stream);
  return failf(ErrorCode::kData, "{}",
               text == nullptr || *text == '\0' ? std::string(what) + ": " + std::strerror(code) : std::string(text));
}

}  // namespace

Result<ColumnView> ColumnView::make(const ArrowArray& array, const ArrowSchema& schema, const Type& type,
                                    std::int64_t parent_offset) {
  const ParsedFormat parsed = FLOE_TRY(parse_format(schema.format));
  ColumnView view;
  view.array_ = &array;
  view.type_ = &type;
  view.layout_ = parsed.layout;
  view.bytes_ = parsed.bytes;
  view.offset_ = array.offset + parent_offset;
  if (array.n_buffers < expected_buffers(parsed.layout)) {
    return failf(ErrorCode::kData, "an Arrow array of format `{}` has {} buffers", schema.format, array.n_buffers);
  }
  if (schema.dictionary != nullptr) {
    if (array.dictionary == nullptr) return fail(ErrorCode::kData, "an Arrow array lacks its dictionary");
    view.index_signed_ = parsed.type.kind <= Kind::kInt64;
    view.dictionary_.push_back(FLOE_TRY(make(*array.dictionary, *schema.dictionary, type, 0)));
    return view;
  }
  FLOE_TRY(view.add_children(schema));
  return view;
}

Status ColumnView::add_children(const ArrowSchema& schema) {
  if (type_->children.empty()) return ok();
  if (array_->n_children != schema.n_children) return fail(ErrorCode::kData, "an Arrow array lacks children");
  const ArrowArray* owner = array_;
  const ArrowSchema* owner_schema = &schema;
  std::int64_t offset = type_->kind == Kind::kStruct ? offset_ : 0;
  if (type_->kind == Kind::kMap) {
    owner = array_->children[0];
    owner_schema = schema.children[0];
    offset = owner->offset;
    if (owner->n_children != 2) return fail(ErrorCode::kData, "the entries of an Arrow map lack a key or a value");
  }
  children_.reserve(type_->children.size());
  for (std::size_t i = 0; i < type_->children.size(); ++i) {
    children_.push_back(
        FLOE_TRY(make(*owner->children[i], *owner_schema->children[i], type_->children[i].type, offset)));
  }
  return ok();
}

bool ColumnView::is_null(std::int64_t row) const {
  if (layout_ == Layout::kNone) return true;
  const void* validity = array_->buffers[0];
  if (validity != nullptr && array_->null_count != 0 && !bit(validity, row + offset_)) return true;
  return !dictionary_.empty() && dictionary_.front().is_null(integer(row));
}

bool ColumnView::bool_at(std::int64_t row) const {
  if (!dictionary_.empty()) return dictionary_.front().bool_at(integer(row));
  return bit(array_->buffers[1], row + offset_);
}

// The value of a fixed-width integer buffer, sign-extended when the kind (or the index type) is signed.
std::int64_t ColumnView::integer(std::int64_t row) const {
  const void* data = array_->buffers[1];
  const std::int64_t index = row + offset_;
  const bool is_unsigned = dictionary_.empty() ? kind() >= Kind::kUint8 && kind() <= Kind::kUint64 : !index_signed_;
  switch (bytes_) {
    case 1:
      return is_unsigned ? load<std::uint8_t>(data, index) : load<std::int8_t>(data, index);
    case 2:
      return is_unsigned ? load<std::uint16_t>(data, index) : load<std::int16_t>(data, index);
    case 4:
      if (is_unsigned) return load<std::uint32_t>(data, index);
      return load<std::int32_t>(data, index);
    default:
      return load<std::int64_t>(data, index);
  }
}

std::int64_t ColumnView::int_at(std::int64_t row) const {
  return dictionary_.empty() ? integer(row) : dictionary_.front().int_at(integer(row));
}

std::uint64_t ColumnView::uint_at(std::int64_t row) const { return static_cast<std::uint64_t>(int_at(row)); }

double ColumnView::double_at(std::int64_t row) const {
  if (!dictionary_.empty()) return dictionary_.front().double_at(integer(row));
  if (kind() == Kind::kFloat) return static_cast<double>(load<float>(array_->buffers[1], row + offset_));
  return load<double>(array_->buffers[1], row + offset_);
}

std::string_view ColumnView::bytes_at(std::int64_t row) const {
  if (!dictionary_.empty()) return dictionary_.front().bytes_at(integer(row));
  const std::int64_t index = row + offset_;
  const auto cut = [this](auto begin, auto end) {
    const auto* data = static_cast<const char*>(array_->buffers[2]);
    return begin == end ? std::string_view() : std::string_view(data + begin, static_cast<std::size_t>(end - begin));
  };
  switch (layout_) {
    case Layout::kOffsets32:
      return cut(load<std::int32_t>(array_->buffers[1], index), load<std::int32_t>(array_->buffers[1], index + 1));
    case Layout::kOffsets64:
      return cut(load<std::int64_t>(array_->buffers[1], index), load<std::int64_t>(array_->buffers[1], index + 1));
    case Layout::kViews:
      return view_at(*array_, index);
    default:
      return {static_cast<const char*>(array_->buffers[1]) + index * bytes_, static_cast<std::size_t>(bytes_)};
  }
}

Int128 ColumnView::decimal_at(std::int64_t row) const {
  if (!dictionary_.empty()) return dictionary_.front().decimal_at(integer(row));
  const std::int64_t index = (row + offset_) * 2;
  return {load<std::int64_t>(array_->buffers[1], index + 1), load<std::uint64_t>(array_->buffers[1], index)};
}

std::pair<std::int64_t, std::int64_t> ColumnView::range_at(std::int64_t row) const {
  if (!dictionary_.empty()) return dictionary_.front().range_at(integer(row));
  const void* offsets = array_->buffers[1];
  const std::int64_t index = row + offset_;
  if (layout_ == Layout::kList64) {
    const auto begin = load<std::int64_t>(offsets, index);
    return {begin, load<std::int64_t>(offsets, index + 1) - begin};
  }
  const auto begin = load<std::int32_t>(offsets, index);
  return {begin, load<std::int32_t>(offsets, index + 1) - begin};
}

Result<StreamReader> StreamReader::open(ArrowStream stream) {
  StreamReader reader;
  reader.stream_ = std::move(stream);
  if (!reader.stream_.has_value()) return fail(ErrorCode::kInvalidArgument, "an Arrow stream is released already");
  const int code = reader.stream_->get_schema(reader.stream_.get(), reader.schema_.get());
  if (code != 0) return producer_error(reader.stream_.get(), code, "reading an Arrow schema failed");
  reader.fields_ = std::make_shared<const std::vector<Field>>(FLOE_TRY(fields_from_schema(*reader.schema_.get())));
  return reader;
}

Result<bool> StreamReader::next() {
  columns_.clear();
  batch_.reset();
  const int code = stream_->get_next(stream_.get(), batch_.get());
  if (code != 0) return producer_error(stream_.get(), code, "reading an Arrow batch failed");
  if (!batch_.has_value()) return false;
  if (batch_->n_children != static_cast<std::int64_t>(fields_->size())) {
    return fail(ErrorCode::kData, "an Arrow batch does not match its schema");
  }
  columns_.reserve(fields_->size());
  for (std::size_t i = 0; i < fields_->size(); ++i) {
    columns_.push_back(
        FLOE_TRY(ColumnView::make(*batch_->children[i], *schema_->children[i], (*fields_)[i].type, batch_->offset)));
  }
  return true;
}

}  // namespace floe::arrow
