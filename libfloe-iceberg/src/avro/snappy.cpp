// Snappy's raw format, reading only: a varint length, then literals and copies.
#include "avro/codec.hpp"

#include <cstring>

namespace floe::iceberg::avro {

namespace {

unsigned byte_at(std::string_view bytes, std::size_t index) { return static_cast<unsigned char>(bytes[index]); }

bool read_length(std::string_view block, std::size_t* position, std::size_t* length) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (*position == block.size()) return false;
    const unsigned byte = byte_at(block, (*position)++);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *length = static_cast<std::size_t>(value);
      return value <= UINT32_MAX;
    }
  }
  return false;
}

// Little-endian number of `size` bytes.
bool read_number(std::string_view block, std::size_t* position, std::size_t size, std::size_t* out) {
  if (block.size() - *position < size) return false;
  *out = 0;
  for (std::size_t i = 0; i < size; ++i)
    *out |= static_cast<std::size_t>(byte_at(block, *position + i)) << (8 * i);
  *position += size;
  return true;
}

}  // namespace

std::optional<std::size_t> snappy_length(std::string_view block) {
  std::size_t position = 0;
  std::size_t length = 0;
  if (!read_length(block, &position, &length)) return std::nullopt;
  return length;
}

bool snappy_decompress(std::string_view block, char* out, std::size_t size) {
  std::size_t position = 0;
  std::size_t declared = 0;
  if (!read_length(block, &position, &declared) || declared != size) return false;
  std::size_t written = 0;
  while (position < block.size()) {
    const unsigned tag = byte_at(block, position++);
    std::size_t length = tag >> 2;
    if ((tag & 3) == 0) {
      if (length >= 60 && !read_number(block, &position, length - 59, &length)) return false;
      ++length;
      if (length > block.size() - position || length > size - written) return false;
      std::memcpy(out + written, block.data() + position, length);
      position += length;
      written += length;
      continue;
    }
    std::size_t offset = 0;
    if ((tag & 3) == 1) {
      std::size_t low = 0;
      if (!read_number(block, &position, 1, &low)) return false;
      length = ((tag >> 2) & 7) + 4;
      offset = (static_cast<std::size_t>(tag >> 5) << 8) | low;
    } else {
      if (!read_number(block, &position, (tag & 3) == 2 ? 2 : 4, &offset)) return false;
      length += 1;
    }
    if (offset == 0 || offset > written || length > size - written) return false;
    // Byte by byte: source and target overlap when the offset is shorter than the copy.
    for (std::size_t i = 0; i < length; ++i, ++written)
      out[written] = out[written - offset];
  }
  return written == size;
}

}  // namespace floe::iceberg::avro
