#include "avro/codec.hpp"
#include "avro/container.hpp"
#include "avro/cursor.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::iceberg::avro {

namespace {

constexpr std::string_view kMagic("Obj\1", 4);
constexpr std::size_t kSyncSize = 16;

Error truncated_header() { return fail(ErrorCode::kData, "the Avro header is truncated or malformed"); }

Status read_metadata(Cursor* cursor, Metadata* metadata) {
  for (;;) {
    std::int64_t count = 0;
    std::int64_t byte_size = 0;
    if (!cursor->read_block(&count, &byte_size)) return truncated_header();
    if (count == 0) return ok();
    for (std::int64_t i = 0; i < count; ++i) {
      std::string_view key;
      std::string_view value;
      if (!cursor->read_bytes(&key) || !cursor->read_bytes(&value)) return truncated_header();
      metadata->emplace_back(key, value);
    }
  }
}

}  // namespace

struct ContainerReader::Impl {
  Impl(std::string_view bytes, Codec codec, std::size_t max_block_bytes)
      : cursor(bytes), decompressor(codec, max_block_bytes) {}

  Metadata metadata;
  NodePtr schema;
  std::string_view sync;
  Cursor cursor;
  Decompressor decompressor;
};

ContainerReader::ContainerReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ContainerReader::ContainerReader(ContainerReader&&) noexcept = default;
ContainerReader& ContainerReader::operator=(ContainerReader&&) noexcept = default;
ContainerReader::~ContainerReader() = default;

Result<ContainerReader> ContainerReader::open(std::string_view bytes, std::size_t max_block_bytes) {
  Cursor cursor(bytes);
  std::string_view magic;
  if (!cursor.read_fixed(kMagic.size(), &magic) || magic != kMagic) {
    return fail(ErrorCode::kData, "not an Avro file: it does not begin with `Obj` and version 1");
  }
  Metadata metadata;
  FLOE_TRY(read_metadata(&cursor, &metadata));
  std::string_view sync;
  if (!cursor.read_fixed(kSyncSize, &sync)) return truncated_header();
  std::string_view codec_text = "null";
  const std::string* schema_text = nullptr;
  for (const auto& [key, value] : metadata) {
    if (key == "avro.codec") codec_text = value;
    if (key == "avro.schema") schema_text = &value;
  }
  if (schema_text == nullptr) return fail(ErrorCode::kData, "the Avro header has no `avro.schema`");
  const Codec codec = FLOE_TRY(parse_codec(codec_text));
  NodePtr schema = FLOE_TRY(parse_schema(*schema_text));
  auto impl = std::make_unique<Impl>(bytes, codec, max_block_bytes);
  impl->metadata = std::move(metadata);
  impl->schema = std::move(schema);
  impl->sync = sync;
  impl->cursor = cursor;
  return ContainerReader(std::move(impl));
}

const Metadata& ContainerReader::metadata() const { return impl_->metadata; }

const NodePtr& ContainerReader::schema() const { return impl_->schema; }

const std::string* ContainerReader::find(std::string_view key) const {
  const std::string* found = nullptr;
  for (const auto& [name, value] : impl_->metadata) {
    if (name == key) found = &value;  // the last one wins
  }
  return found;
}

Result<std::optional<Block>> ContainerReader::next_block() {
  Cursor& cursor = impl_->cursor;
  for (;;) {
    if (cursor.at_end()) return std::optional<Block>();
    Block block;
    std::string_view compressed;
    std::string_view sync;
    if (!cursor.read_long(&block.record_count) || block.record_count < 0 || !cursor.read_bytes(&compressed) ||
        !cursor.read_fixed(kSyncSize, &sync)) {
      return fail(ErrorCode::kData, "an Avro block is truncated or malformed");
    }
    if (sync != impl_->sync) return fail(ErrorCode::kData, "an Avro block does not end with the file's sync marker");
    block.data = FLOE_TRY(impl_->decompressor.decompress(compressed));
    if (block.record_count == 0 && block.data.empty()) continue;
    if (static_cast<std::uint64_t>(block.record_count) > block.data.size()) {
      return failf(ErrorCode::kData, "an Avro block of {} claims {}", text::counted(std::ssize(block.data), "byte"),
                   text::counted(block.record_count, "record"));
    }
    return std::optional<Block>(block);
  }
}

}  // namespace floe::iceberg::avro
