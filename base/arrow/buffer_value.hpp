// Values in the buffers of Arrow arrays, whatever their alignment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace floe::arrow {

template <class T>
T load(const void* buffer, std::int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
  return value;
}

inline bool bit(const void* buffer, std::int64_t index) {
  return ((static_cast<const std::uint8_t*>(buffer)[index >> 3] >> (index & 7)) & 1) != 0;
}

}  // namespace floe::arrow
