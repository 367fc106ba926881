// Avro object container files: header, blocks, codecs.
#pragma once

#include "avro/schema.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::iceberg::avro {

enum class Codec : std::uint8_t { kNull, kDeflate, kZstd, kSnappy };

using Metadata = std::vector<std::pair<std::string, std::string>>;

struct Block {
  std::int64_t record_count = 0;
  std::string_view data;  // decompressed; valid until the next call
};

// Reads block by block. Every length is checked against what is left and against `max_block_bytes`.
class ContainerReader {
 public:
  static constexpr std::size_t kMaxBlockBytes = std::size_t{256} << 20;

  static Result<ContainerReader> open(std::string_view bytes, std::size_t max_block_bytes = kMaxBlockBytes);
  ContainerReader(ContainerReader&&) noexcept;
  ContainerReader& operator=(ContainerReader&&) noexcept;
  ~ContainerReader();

  [[nodiscard]] const Metadata& metadata() const;
  [[nodiscard]] const std::string* find(std::string_view key) const;  // nullptr when absent
  [[nodiscard]] const NodePtr& schema() const;
  // Nothing at the end of the file.
  Result<std::optional<Block>> next_block();

 private:
  struct Impl;
  explicit ContainerReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Collects encoded records and cuts blocks of about 64 KiB.
class ContainerWriter {
 public:
  // `metadata` without avro.codec and avro.schema. kUnsupported for snappy. `sync_marker` (16 bytes) is random when
  // empty. level -1: deflate 6, zstd 3.
  static Result<ContainerWriter> make(std::string_view schema_json, const Metadata& metadata, Codec codec,
                                      std::int32_t level = -1, std::string sync_marker = {});
  ContainerWriter(ContainerWriter&&) noexcept;
  ContainerWriter& operator=(ContainerWriter&&) noexcept;
  ~ContainerWriter();

  // The buffer to append one record's encoding to; then end_record().
  std::string* record_buffer();
  Status end_record();
  [[nodiscard]] std::size_t size_estimate() const;
  Result<std::string> finish();

 private:
  struct Impl;
  explicit ContainerWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace floe::iceberg::avro
