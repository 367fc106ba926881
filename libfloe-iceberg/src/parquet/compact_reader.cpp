#include "parquet/compact_reader.hpp"

namespace floe::iceberg::parquet {

bool CompactReader::enter() {
  if (has_failed_ || depth_ >= kMaxDepth) {
    has_failed_ = true;
    return false;
  }
  ++depth_;
  return true;
}

std::uint8_t CompactReader::byte() {
  if (has_failed_ || position_ == bytes_.size()) {
    has_failed_ = true;
    return 0;
  }
  return static_cast<std::uint8_t>(bytes_[position_++]);
}

std::uint64_t CompactReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t part = byte();
    if (has_failed_ || (shift == 63 && part > 1)) break;
    value |= (part & 0x7f) << shift;
    if (part < 0x80) return value;
  }
  has_failed_ = true;
  return 0;
}

std::int64_t CompactReader::zigzag() {
  const std::uint64_t bits = varint();
  return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
}

std::string_view CompactReader::take(std::uint64_t size) {
  if (has_failed_ || size > bytes_.size() - position_) {
    has_failed_ = true;
    return {};
  }
  const std::string_view found = bytes_.substr(position_, static_cast<std::size_t>(size));
  position_ += static_cast<std::size_t>(size);
  return found;
}

bool CompactReader::next_field(std::int16_t* last_id, WireField* field) {
  const std::uint8_t header = byte();
  if (has_failed_ || header == 0) return false;
  const std::uint8_t type = header & 0x0f;
  if (type == 0 || type > static_cast<std::uint8_t>(WireType::kUuid)) {
    fail();
    return false;
  }
  const std::int64_t delta = header >> 4;
  const std::int64_t id = delta == 0 ? zigzag() : *last_id + delta;
  if (has_failed_ || id < INT16_MIN || id > INT16_MAX) {
    fail();
    return false;
  }
  *last_id = static_cast<std::int16_t>(id);
  *field = {*last_id, static_cast<WireType>(type)};
  return true;
}

bool CompactReader::list_header(WireType* element, std::uint64_t* size) {
  const std::uint8_t header = byte();
  const std::uint8_t type = header & 0x0f;
  *size = header >> 4;
  if (*size == 15) *size = varint();
  if (has_failed_ || type == 0 || type > static_cast<std::uint8_t>(WireType::kUuid) ||
      *size > bytes_.size() - position_) {
    has_failed_ = true;
    return false;
  }
  *element = static_cast<WireType>(type);
  return true;
}

std::int64_t CompactReader::read_integer(WireType type) {
  if (type == WireType::kByte) return static_cast<std::int8_t>(byte());
  if (type == WireType::kI16 || type == WireType::kI32 || type == WireType::kI64) return zigzag();
  fail();
  return 0;
}

std::int32_t CompactReader::read_int32(WireType type) {
  const std::int64_t value = read_integer(type);
  if (value < INT32_MIN || value > INT32_MAX) fail();
  return static_cast<std::int32_t>(value);
}

bool CompactReader::read_bool(WireType type) {
  if (type != WireType::kTrue && type != WireType::kFalse) fail();
  return type == WireType::kTrue;
}

std::string_view CompactReader::read_binary(WireType type) {
  if (type != WireType::kBinary) {
    fail();
    return {};
  }
  return take(varint());
}

void CompactReader::skip(WireType type, bool inside_list) {
  switch (type) {
    case WireType::kTrue:
    case WireType::kFalse:
      if (inside_list) byte();
      break;
    case WireType::kByte:
      byte();
      break;
    case WireType::kI16:
    case WireType::kI32:
    case WireType::kI64:
      varint();
      break;
    case WireType::kDouble:
      take(8);
      break;
    case WireType::kUuid:
      take(16);
      break;
    case WireType::kBinary:
      read_binary(type);
      break;
    case WireType::kStruct:
      read_struct([this](const WireField& field) { skip(field.type); });
      break;
    case WireType::kList:
    case WireType::kSet:
      read_list(type, [this](WireType element) { skip(element, true); });
      break;
    case WireType::kMap: {
      const std::uint64_t size = varint();
      if (size == 0 || !enter()) break;
      const std::uint8_t types = byte();
      if (size > bytes_.size() - position_) fail();
      for (std::uint64_t i = 0; i < size && !has_failed_; ++i) {
        skip(static_cast<WireType>(types >> 4), true);
        skip(static_cast<WireType>(types & 0x0f), true);
      }
      --depth_;
      break;
    }
    default:
      fail();
  }
}

}  // namespace floe::iceberg::parquet
