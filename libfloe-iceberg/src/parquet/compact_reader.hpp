// Thrift's compact protocol over bytes nobody vouches for. The first malformed byte makes every later read fail.
#pragma once

#include <cstdint>
#include <string_view>

namespace floe::iceberg::parquet {

enum class WireType : std::uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
  kUuid = 13,
};

struct WireField {
  std::int16_t id = 0;
  WireType type = WireType::kStop;
};

class CompactReader {
 public:
  explicit CompactReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool has_failed() const { return has_failed_; }

  [[nodiscard]] std::size_t position() const { return position_; }

  // Calls on_field(id, type) for each field; it must read the value or skip(type).
  template <class OnField>
  void read_struct(OnField on_field) {
    if (!enter()) return;
    std::int16_t last_id = 0;
    WireField field;
    while (next_field(&last_id, &field))
      on_field(field);
    --depth_;
  }

  // Calls on_item(element type) for each element. Every element takes at least one byte, which bounds the count.
  template <class OnItem>
  void read_list(WireType type, OnItem on_item) {
    if (type != WireType::kList && type != WireType::kSet) return fail();
    if (!enter()) return;
    WireType element = WireType::kStop;
    std::uint64_t size = 0;
    if (list_header(&element, &size)) {
      for (std::uint64_t i = 0; i < size && !has_failed_; ++i)
        on_item(element);
    }
    --depth_;
  }

  // Reads of a field of that wire type; another type fails.
  std::int64_t read_integer(WireType type);  // byte, i16, i32, i64
  std::int32_t read_int32(WireType type);
  bool read_bool(WireType type);
  std::string_view read_binary(WireType type);
  // Inside lists a boolean is a byte of its own.
  void skip(WireType type, bool inside_list = false);

  void fail() { has_failed_ = true; }

 private:
  static constexpr int kMaxDepth = 48;

  bool enter();
  bool next_field(std::int16_t* last_id, WireField* field);
  bool list_header(WireType* element, std::uint64_t* size);
  std::uint64_t varint();
  std::int64_t zigzag();
  std::uint8_t byte();
  std::string_view take(std::uint64_t size);

  std::string_view bytes_;
  std::size_t position_ = 0;
  int depth_ = 0;
  bool has_failed_ = false;
};

}  // namespace floe::iceberg::parquet
