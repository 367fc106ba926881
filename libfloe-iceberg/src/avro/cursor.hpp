// Avro's binary primitives over bytes nobody vouches for: every read is checked against the end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace floe::iceberg::avro {

// Reads return false, and leave the position anywhere, when bytes are missing or malformed.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes)
      : position_(reinterpret_cast<const unsigned char*>(bytes.data())), end_(position_ + bytes.size()) {}

  [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - position_); }

  [[nodiscard]] bool at_end() const { return position_ == end_; }

  bool read_long(std::int64_t* out) {
    if (position_ == end_) return false;
    std::uint64_t bits = *position_++;
    if (bits >= 0x80) {
      bits &= 0x7f;
      unsigned shift = 7;
      std::uint64_t byte = 0;
      do {
        if (position_ == end_ || shift > 63) return false;
        byte = *position_++;
        if (shift == 63 && byte > 1) return false;  // more than 64 bits
        bits |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte >= 0x80);
    }
    *out = static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
    return true;
  }

  bool read_int(std::int32_t* out) {
    std::int64_t wide = 0;
    if (!read_long(&wide) || wide < INT32_MIN || wide > INT32_MAX) return false;
    *out = static_cast<std::int32_t>(wide);
    return true;
  }

  bool read_bool(bool* out) {
    if (position_ == end_ || *position_ > 1) return false;
    *out = *position_++ != 0;
    return true;
  }

  bool read_float(float* out) { return read_raw(out); }

  bool read_double(double* out) { return read_raw(out); }

  bool read_fixed(std::size_t size, std::string_view* out) {
    if (size > remaining()) return false;
    *out = {reinterpret_cast<const char*>(position_), size};
    position_ += size;
    return true;
  }

  bool read_bytes(std::string_view* out) {
    std::int64_t length = 0;
    return read_long(&length) && length >= 0 && read_fixed(static_cast<std::size_t>(length), out);
  }

  // Count of an array's or map's next block, 0 at its end. `*byte_size` is -1 unless the writer stored it. Every item
  // takes at least one byte, so a count beyond what remains is malformed.
  bool read_block(std::int64_t* count, std::int64_t* byte_size) {
    *byte_size = -1;
    if (!read_long(count)) return false;
    if (*count < 0) {
      if (*count == INT64_MIN || !read_long(byte_size) || *byte_size < 0) return false;
      if (static_cast<std::uint64_t>(*byte_size) > remaining()) return false;
      *count = -*count;
    }
    return static_cast<std::uint64_t>(*count) <= remaining();
  }

 private:
  template <class Value>
  bool read_raw(Value* out) {
    static_assert(std::endian::native == std::endian::little, "Avro stores reals in little-endian order");
    if (remaining() < sizeof(Value)) return false;
    std::memcpy(out, position_, sizeof(Value));
    position_ += sizeof(Value);
    return true;
  }

  const unsigned char* position_;
  const unsigned char* end_;
};

inline void write_long(std::string* out, std::int64_t value) {
  std::uint64_t bits = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  while (bits >= 0x80) {
    out->push_back(static_cast<char>(bits | 0x80));
    bits >>= 7;
  }
  out->push_back(static_cast<char>(bits));
}

inline void write_bytes(std::string* out, std::string_view bytes) {
  write_long(out, static_cast<std::int64_t>(bytes.size()));
  out->append(bytes);
}

inline void write_bool(std::string* out, bool value) { out->push_back(value ? '\1' : '\0'); }

template <class Real>
void write_real(std::string* out, Real value) {
  char bytes[sizeof(Real)];
  std::memcpy(bytes, &value, sizeof(Real));
  out->append(bytes, sizeof(Real));
}

}  // namespace floe::iceberg::avro
