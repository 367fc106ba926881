#include "avro/codec.hpp"
#include "avro/container.hpp"
#include "avro/cursor.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"

namespace floe::iceberg::avro {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} * 1024;
constexpr std::size_t kSyncSize = 16;

}  // namespace

struct ContainerWriter::Impl {
  Impl(Compressor made, std::string marker) : compressor(std::move(made)), sync(std::move(marker)) {}

  Compressor compressor;
  std::string sync;
  std::string file;
  std::string block;  // encoded records not yet written
  std::string compressed;
  std::int64_t records = 0;

  Status flush() {
    if (records == 0) return ok();
    compressed.clear();
    FLOE_TRY(compressor.compress(block, &compressed));
    write_long(&file, records);
    write_bytes(&file, compressed);
    file += sync;
    block.clear();
    records = 0;
    return ok();
  }
};

ContainerWriter::ContainerWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ContainerWriter::ContainerWriter(ContainerWriter&&) noexcept = default;
ContainerWriter& ContainerWriter::operator=(ContainerWriter&&) noexcept = default;
ContainerWriter::~ContainerWriter() = default;

Result<ContainerWriter> ContainerWriter::make(std::string_view schema_json, const Metadata& metadata, Codec codec,
                                              std::int32_t level, std::string sync_marker) {
  if (sync_marker.empty()) sync_marker = io::random_bytes(kSyncSize);
  if (sync_marker.size() != kSyncSize) return fail(ErrorCode::kInvalidArgument, "a sync marker has 16 bytes");
  Compressor compressor = FLOE_TRY(Compressor::make(codec, level));
  auto impl = std::make_unique<Impl>(std::move(compressor), std::move(sync_marker));
  std::string& file = impl->file;
  file.append("Obj\1", 4);
  write_long(&file, static_cast<std::int64_t>(metadata.size() + 2));
  for (const auto& [key, value] : metadata) {
    write_bytes(&file, key);
    write_bytes(&file, value);
  }
  write_bytes(&file, "avro.codec");
  write_bytes(&file, codec_name(codec));
  write_bytes(&file, "avro.schema");
  write_bytes(&file, schema_json);
  write_long(&file, 0);
  file += impl->sync;
  return ContainerWriter(std::move(impl));
}

std::string* ContainerWriter::record_buffer() { return &impl_->block; }

Status ContainerWriter::end_record() {
  ++impl_->records;
  if (impl_->block.size() < kBlockBytes) return ok();
  return impl_->flush();
}

std::size_t ContainerWriter::size_estimate() const { return impl_->file.size() + impl_->block.size(); }

Result<std::string> ContainerWriter::finish() {
  FLOE_TRY(impl_->flush());
  return std::move(impl_->file);
}

}  // namespace floe::iceberg::avro
