#include "warehouse/arrow_json.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"
#include "floe/arrow.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace floe::warehouse {
namespace {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

template <class T>
T value_at(const ArrowArray& array, std::int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const T*>(array.buffers[1]) + index, sizeof(T));
  return value;
}

bool bit_at(const void* bits, std::int64_t index) {
  return (static_cast<const std::uint8_t*>(bits)[index / 8] >> (index % 8) & 1) != 0;
}

bool is_null_at(const ArrowArray& array, std::int64_t index) {
  return array.n_buffers > 0 && array.buffers[0] != nullptr && !bit_at(array.buffers[0], index);
}

template <class Offset>
std::string_view bytes_at(const ArrowArray& array, std::int64_t index) {
  const auto* offsets = static_cast<const Offset*>(array.buffers[1]);
  if (offsets[index] == offsets[index + 1]) return {};  // there may be no bytes at all
  return {static_cast<const char*>(array.buffers[2]) + offsets[index],
          static_cast<std::size_t>(offsets[index + 1] - offsets[index])};
}

template <class T>
void append_number(T value, std::string* out) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out->append(buffer, end.ptr);
}

template <class T>
void append_real(T value, std::string* out) {
  if (std::isnan(value)) {
    *out += "\"NaN\"";
  } else if (std::isinf(value)) {
    *out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    const std::size_t start = out->size();
    append_number(value, out);
    // A double stays one for readers that tell integers from reals.
    if (out->find_first_of(".eE", start) == std::string::npos) *out += ".0";
  }
}

// 128-bit two's complement, little-endian halves, to decimal digits with a point.
void append_decimal(const void* data, int scale, std::string* out) {
  std::uint64_t halves[2];
  std::memcpy(halves, data, sizeof(halves));
  auto unscaled = static_cast<Int128>((static_cast<UInt128>(halves[1]) << 64) | halves[0]);
  const bool negative = unscaled < 0;
  auto rest = negative ? -static_cast<UInt128>(unscaled) : static_cast<UInt128>(unscaled);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  const auto wanted = static_cast<std::size_t>(scale < 0 ? 0 : scale);
  if (digits.size() <= wanted) digits.insert(0, wanted + 1 - digits.size(), '0');
  if (wanted > 0) digits.insert(digits.size() - wanted, ".");
  *out += '"';
  if (negative) *out += '-';
  *out += digits;
  *out += '"';
}

void append_quoted(std::string_view text, std::string* out) {
  *out += '"';
  *out += text;
  *out += '"';
}

// How one Arrow column becomes JSON: decided once per stream, applied per value.
class Writer {
 public:
  static Result<Writer> make(const ArrowSchema& schema, bool numbers_as_text);

  void append(const ArrowArray& array, std::int64_t row, std::string* out) const {
    const std::int64_t index = row + array.offset;
    if (kind_ == Kind::kNull || is_null_at(array, index)) {
      *out += "null";
      return;
    }
    if (dictionary_.empty()) {
      append_value(array, row, index, out);
    } else {
      dictionary_.front().append(*array.dictionary, entry_at(array, index), out);
    }
  }

 private:
  enum class Kind : std::uint8_t {
    kNull,
    kBool,
    kInt8,
    kUInt8,
    kInt16,
    kUInt16,
    kInt32,
    kUInt32,
    kInt64,
    kUInt64,
    kFloat,
    kDouble,
    kDecimal,
    kText,
    kLargeText,
    kBinary,
    kLargeBinary,
    kFixed,
    kDate,
    kTime,
    kTimestamp,
    kList,
    kLargeList,
    kFixedList,
    kStruct,
    kMap
  };

  Status read_format(std::string_view format);
  void append_value(const ArrowArray& array, std::int64_t row, std::int64_t index, std::string* out) const;
  void append_integer(const ArrowArray& array, std::int64_t index, std::string* out) const;
  [[nodiscard]] std::int64_t entry_at(const ArrowArray& array, std::int64_t index) const;
  void append_temporal(const ArrowArray& array, std::int64_t index, std::string* out) const;
  void append_items(const ArrowArray& array, std::int64_t begin, std::int64_t end, std::string* out) const;
  void append_struct(const ArrowArray& array, std::int64_t row, std::string* out) const;

  Kind kind_ = Kind::kNull;
  bool numbers_as_text_ = false;
  bool is_utc_ = false;
  int scale_ = 0;
  std::int64_t width_ = 0;             // fixed sizes
  std::int64_t units_per_second_ = 0;  // times
  std::vector<Writer> children_;
  std::vector<Writer> dictionary_;       // none or one: then the column holds numbers of its entries
  std::vector<std::string> child_keys_;  // `"name":`
};

constexpr std::int64_t kMicrosPerSecond = 1'000'000;

std::int64_t units_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 1'000;
    case 'u':
      return kMicrosPerSecond;
    default:
      return 1'000'000'000;
  }
}

std::int64_t to_micros(std::int64_t value, std::int64_t units_per_second) {
  if (units_per_second <= kMicrosPerSecond) {
    std::int64_t micros = 0;
    const bool is_beyond = __builtin_mul_overflow(value, kMicrosPerSecond / units_per_second, &micros);
    if (!is_beyond) return micros;
    return value < 0 ? INT64_MIN : INT64_MAX;
  }
  const std::int64_t divisor = units_per_second / kMicrosPerSecond;
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

Status Writer::read_format(std::string_view format) {
  static constexpr std::string_view kLetters = "nbcCsSiIlLfguUzZ";
  static constexpr Kind kKinds[] = {Kind::kNull,  Kind::kBool,      Kind::kInt8,   Kind::kUInt8,
                                    Kind::kInt16, Kind::kUInt16,    Kind::kInt32,  Kind::kUInt32,
                                    Kind::kInt64, Kind::kUInt64,    Kind::kFloat,  Kind::kDouble,
                                    Kind::kText,  Kind::kLargeText, Kind::kBinary, Kind::kLargeBinary};
  const auto starts = [&](std::string_view prefix) { return format.substr(0, prefix.size()) == prefix; };
  if (format.size() == 1 && kLetters.find(format[0]) != std::string_view::npos) {
    kind_ = kKinds[kLetters.find(format[0])];
  } else if (starts("d:")) {
    kind_ = Kind::kDecimal;
    const auto comma = format.find(',');
    std::from_chars(format.data() + comma + 1, format.data() + format.size(), scale_);
    if (format.find(',', comma + 1) != std::string_view::npos && !format.ends_with(",128")) {
      return failf(ErrorCode::kUnsupported, "Arrow decimals of format `{}` are not read", format);
    }
  } else if (starts("w:") || starts("+w:")) {
    kind_ = format[0] == 'w' ? Kind::kFixed : Kind::kFixedList;
    const auto colon = format.find(':');
    std::from_chars(format.data() + colon + 1, format.data() + format.size(), width_);
  } else if (format == "tdD") {
    kind_ = Kind::kDate;
  } else if (starts("tt") && format.size() > 2) {
    kind_ = Kind::kTime;
    units_per_second_ = units_of(format[2]);
  } else if (starts("ts") && format.size() > 2) {
    kind_ = Kind::kTimestamp;
    units_per_second_ = units_of(format[2]);
    is_utc_ = format.size() > 4;
  } else if (format == "+l" || format == "+L") {
    kind_ = format == "+l" ? Kind::kList : Kind::kLargeList;
  } else if (format == "+s") {
    kind_ = Kind::kStruct;
  } else if (format == "+m") {
    kind_ = Kind::kMap;
  } else {
    return failf(ErrorCode::kUnsupported, "Arrow format `{}` has no JSON form", format);
  }
  return ok();
}

Result<Writer> Writer::make(const ArrowSchema& schema, bool numbers_as_text) {
  Writer writer;
  FLOE_TRY(writer.read_format(schema.format));
  // Iceberg has no unsigned 64-bit integer: such a column is a decimal(20, 0), at any depth.
  writer.numbers_as_text_ = numbers_as_text || writer.kind_ == Kind::kUInt64;
  if (schema.dictionary != nullptr) writer.dictionary_.push_back(FLOE_TRY(make(*schema.dictionary, false)));
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    writer.children_.push_back(FLOE_TRY(make(*schema.children[i], false)));
    std::string key;
    append_json_string(schema.children[i]->name != nullptr ? schema.children[i]->name : "", &key);
    writer.child_keys_.push_back(key + ":");
  }
  return writer;
}

void Writer::append_integer(const ArrowArray& array, std::int64_t index, std::string* out) const {
  switch (kind_) {
    case Kind::kInt8:
      return append_number(static_cast<int>(value_at<std::int8_t>(array, index)), out);
    case Kind::kUInt8:
      return append_number(static_cast<int>(value_at<std::uint8_t>(array, index)), out);
    case Kind::kInt16:
      return append_number(value_at<std::int16_t>(array, index), out);
    case Kind::kUInt16:
      return append_number(value_at<std::uint16_t>(array, index), out);
    case Kind::kInt32:
      return append_number(value_at<std::int32_t>(array, index), out);
    case Kind::kUInt32:
      return append_number(value_at<std::uint32_t>(array, index), out);
    case Kind::kInt64:
      return append_number(value_at<std::int64_t>(array, index), out);
    default:
      return append_number(value_at<std::uint64_t>(array, index), out);
  }
}

std::int64_t Writer::entry_at(const ArrowArray& array, std::int64_t index) const {
  switch (kind_) {
    case Kind::kInt8:
      return value_at<std::int8_t>(array, index);
    case Kind::kUInt8:
      return value_at<std::uint8_t>(array, index);
    case Kind::kInt16:
      return value_at<std::int16_t>(array, index);
    case Kind::kUInt16:
      return value_at<std::uint16_t>(array, index);
    case Kind::kInt32:
      return value_at<std::int32_t>(array, index);
    case Kind::kUInt32:
      return value_at<std::uint32_t>(array, index);
    default:
      return value_at<std::int64_t>(array, index);
  }
}

void Writer::append_temporal(const ArrowArray& array, std::int64_t index, std::string* out) const {
  if (kind_ == Kind::kDate) return append_quoted(time::format_date(value_at<std::int32_t>(array, index)), out);
  const bool is_short = kind_ == Kind::kTime && units_per_second_ < kMicrosPerSecond;
  const std::int64_t raw = is_short ? value_at<std::int32_t>(array, index) : value_at<std::int64_t>(array, index);
  const std::int64_t micros = to_micros(raw, units_per_second_);
  if (kind_ == Kind::kTime) return append_quoted(time::format_time_micros(micros), out);
  append_quoted(is_utc_ ? time::format_timestamptz_micros(micros) : time::format_timestamp_micros(micros), out);
}

void Writer::append_items(const ArrowArray& array, std::int64_t begin, std::int64_t end, std::string* out) const {
  const ArrowArray& child = *array.children[0];
  *out += '[';
  for (std::int64_t i = begin; i < end; ++i) {
    if (i > begin) *out += ',';
    if (kind_ != Kind::kMap) {
      children_[0].append(child, i, out);
      continue;
    }
    const Writer& entry = children_[0];
    *out += '[';
    entry.children_[0].append(*child.children[0], i + child.offset, out);
    *out += ',';
    entry.children_[1].append(*child.children[1], i + child.offset, out);
    *out += ']';
  }
  *out += ']';
}

void Writer::append_struct(const ArrowArray& array, std::int64_t row, std::string* out) const {
  *out += '{';
  for (std::size_t i = 0; i < children_.size(); ++i) {
    if (i > 0) *out += ',';
    *out += child_keys_[i];
    children_[i].append(*array.children[i], row + array.offset, out);
  }
  *out += '}';
}

void Writer::append_value(const ArrowArray& array, std::int64_t row, std::int64_t index, std::string* out) const {
  switch (kind_) {
    case Kind::kNull:
      *out += "null";
      return;
    case Kind::kBool:
      *out += bit_at(array.buffers[1], index) ? "true" : "false";
      return;
    case Kind::kFloat:
      return append_real(value_at<float>(array, index), out);
    case Kind::kDouble:
      return append_real(value_at<double>(array, index), out);
    case Kind::kDecimal:
      return append_decimal(static_cast<const char*>(array.buffers[1]) + index * 16, scale_, out);
    case Kind::kText:
      return append_json_string(bytes_at<std::int32_t>(array, index), out);
    case Kind::kLargeText:
      return append_json_string(bytes_at<std::int64_t>(array, index), out);
    case Kind::kBinary:
      return append_quoted(text::to_base64(bytes_at<std::int32_t>(array, index)), out);
    case Kind::kLargeBinary:
      return append_quoted(text::to_base64(bytes_at<std::int64_t>(array, index)), out);
    case Kind::kFixed: {
      const auto size = static_cast<std::size_t>(width_);
      const char* data = static_cast<const char*>(array.buffers[1]) + static_cast<std::size_t>(index) * size;
      return append_quoted(text::to_base64({data, size}), out);
    }
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kTimestamp:
      return append_temporal(array, index, out);
    case Kind::kList:
    case Kind::kMap: {
      const auto* offsets = static_cast<const std::int32_t*>(array.buffers[1]);
      return append_items(array, offsets[index], offsets[index + 1], out);
    }
    case Kind::kLargeList: {
      const auto* offsets = static_cast<const std::int64_t*>(array.buffers[1]);
      return append_items(array, offsets[index], offsets[index + 1], out);
    }
    case Kind::kFixedList:
      return append_items(array, index * width_, (index + 1) * width_, out);
    case Kind::kStruct:
      return append_struct(array, row, out);
    default:
      if (numbers_as_text_) *out += '"';
      append_integer(array, index, out);
      if (numbers_as_text_) *out += '"';
  }
}

Error stream_error(ArrowArrayStream* stream, int code) {
  const char* message = stream->get_last_error == nullptr ? nullptr : stream->get_last_error(stream);
  return failf(code == ECANCELED ? ErrorCode::kCancelled : ErrorCode::kData, "{}",
               message != nullptr ? message : "reading rows failed");
}

}  // namespace

Result<std::int64_t> append_rows_json(ArrowArrayStream* stream, const std::vector<AnswerColumn>& columns,
                                      std::string* out) {
  ArrowStream owner(stream);
  ArrowSchemaOwner schema;
  if (const int code = owner->get_schema(owner.get(), schema.get()); code != 0) return stream_error(owner.get(), code);
  std::vector<Writer> writers;
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < schema->n_children; ++i) {
    const auto position = static_cast<std::size_t>(i);
    const bool known = position < columns.size();
    writers.push_back(
        FLOE_TRY(Writer::make(*schema->children[i], known && columns[position].type.starts_with("decimal"))));
    const char* name = schema->children[i]->name;
    names.push_back(known ? columns[position].name : std::string(name == nullptr ? "" : name));
  }
  text::number_repeated(names);
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    append_json_string(name, &keys.emplace_back());
    keys.back() += ":";
  }
  std::int64_t rows = 0;
  *out += '[';
  for (;;) {
    ArrowArrayOwner batch;
    if (const int code = owner->get_next(owner.get(), batch.get()); code != 0) return stream_error(owner.get(), code);
    if (!batch.has_value()) break;
    if (batch->n_children != schema->n_children) {
      return failf(ErrorCode::kData, "a batch of rows has {}, its schema {}",
                   text::counted(batch->n_children, "column"), schema->n_children);
    }
    for (std::int64_t row = 0; row < batch->length; ++row, ++rows) {
      *out += rows == 0 ? "{" : ",\n{";
      for (std::size_t i = 0; i < writers.size(); ++i) {
        if (i > 0) *out += ',';
        *out += keys[i];
        writers[i].append(*batch->children[i], row + batch->offset, out);
      }
      *out += '}';
    }
  }
  *out += ']';
  return rows;
}

}  // namespace floe::warehouse
