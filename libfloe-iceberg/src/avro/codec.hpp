// Block codecs of Avro containers.
#pragma once

#include "avro/container.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace floe::iceberg::avro {

std::string_view codec_name(Codec codec);  // as in avro.codec
Result<Codec> parse_codec(std::string_view name);

// Keeps its buffer and library contexts between blocks.
class Decompressor {
 public:
  Decompressor(Codec codec, std::size_t max_bytes);
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;
  ~Decompressor();
  Result<std::string_view> decompress(std::string_view block);  // valid until the next call

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Compressor {
 public:
  static Result<Compressor> make(Codec codec, std::int32_t level);
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;
  ~Compressor();
  Status compress(std::string_view data, std::string* out);  // appends

 private:
  struct Impl;
  explicit Compressor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Raw snappy (no framing). The declared length is checked against `max_bytes` before anything is allocated.
std::optional<std::size_t> snappy_length(std::string_view block);
bool snappy_decompress(std::string_view block, char* out, std::size_t size);

}  // namespace floe::iceberg::avro
