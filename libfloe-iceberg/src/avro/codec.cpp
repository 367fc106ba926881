#include "avro/codec.hpp"

#include "base/fail.hpp"

#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>

namespace floe::iceberg::avro {

namespace {

constexpr std::int32_t kDeflateLevel = 6;
constexpr std::int32_t kZstdLevel = 3;
// No deflate stream expands more than that.
constexpr std::size_t kMaxDeflateRatio = 1032;

struct FreeDeflateReader {
  void operator()(libdeflate_decompressor* reader) const { libdeflate_free_decompressor(reader); }
};

struct FreeDeflateWriter {
  void operator()(libdeflate_compressor* writer) const { libdeflate_free_compressor(writer); }
};

struct FreeZstdReader {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

struct FreeZstdWriter {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

Error too_large(std::size_t limit) {
  return failf(ErrorCode::kExhausted, "an Avro block decompresses to more than {} bytes", limit);
}

}  // namespace

std::string_view codec_name(Codec codec) {
  switch (codec) {
    case Codec::kNull:
      return "null";
    case Codec::kDeflate:
      return "deflate";
    case Codec::kZstd:
      return "zstandard";
    case Codec::kSnappy:
      return "snappy";
  }
  return "null";
}

Result<Codec> parse_codec(std::string_view name) {
  for (const Codec codec : {Codec::kNull, Codec::kDeflate, Codec::kZstd, Codec::kSnappy}) {
    if (name == codec_name(codec)) return codec;
  }
  return failf(ErrorCode::kUnsupported, "Avro codec `{}` is not supported: floe reads null, deflate, zstandard, snappy",
               name);
}

struct Decompressor::Impl {
  Codec codec;
  std::size_t max_bytes;
  std::unique_ptr<char[]> buffer;
  std::size_t capacity = 0;
  std::size_t ratio = 8;  // of the largest expansion seen, so that one attempt is enough from the second block on
  std::unique_ptr<libdeflate_decompressor, FreeDeflateReader> deflate;
  std::unique_ptr<ZSTD_DCtx, FreeZstdReader> zstd;

  // Not a string: resizing one writes zeros nobody reads.
  void reserve(std::size_t bytes) {
    if (bytes <= capacity) return;
    buffer.reset();
    buffer = std::make_unique_for_overwrite<char[]>(bytes);
    capacity = bytes;
  }

  Result<std::string_view> inflate(std::string_view block) {
    if (!deflate) deflate.reset(libdeflate_alloc_decompressor());
    if (!deflate) return fail(ErrorCode::kExhausted, "out of memory");
    const std::size_t limit = std::min(max_bytes, block.size() * kMaxDeflateRatio + 64);
    reserve(std::min(limit, std::max<std::size_t>(block.size() * ratio, 4096)));
    for (;;) {
      std::size_t size = 0;
      switch (libdeflate_deflate_decompress(deflate.get(), block.data(), block.size(), buffer.get(),
                                            std::min(capacity, max_bytes), &size)) {
        case LIBDEFLATE_SUCCESS:
          ratio = std::max(ratio, size / std::max<std::size_t>(block.size(), 1) + 2);
          return std::string_view(buffer.get(), size);
        case LIBDEFLATE_INSUFFICIENT_SPACE:
          if (capacity >= limit) return too_large(std::min(limit, max_bytes));
          reserve(std::min(limit, capacity * 4));
          break;
        default:
          return fail(ErrorCode::kData, "an Avro block is not valid deflate data");
      }
    }
  }

  Result<std::string_view> unzstd(std::string_view block) {
    if (!zstd) zstd.reset(ZSTD_createDCtx());
    if (!zstd) return fail(ErrorCode::kExhausted, "out of memory");
    ZSTD_DCtx_reset(zstd.get(), ZSTD_reset_session_only);
    const unsigned long long declared = ZSTD_getFrameContentSize(block.data(), block.size());
    if (declared == ZSTD_CONTENTSIZE_ERROR) return fail(ErrorCode::kData, "an Avro block is not valid zstd data");
    const bool is_known = declared != ZSTD_CONTENTSIZE_UNKNOWN;
    if (is_known && declared > max_bytes) return too_large(max_bytes);
    reserve(std::clamp<std::size_t>(is_known ? static_cast<std::size_t>(declared) : block.size() * ratio, 4096,
                                    std::max<std::size_t>(max_bytes, 4096)));
    ZSTD_inBuffer input{block.data(), block.size(), 0};
    ZSTD_outBuffer output{buffer.get(), capacity, 0};
    std::size_t left = 1;
    while (input.pos < input.size || left != 0) {
      const std::size_t input_before = input.pos;
      const std::size_t output_before = output.pos;
      left = ZSTD_decompressStream(zstd.get(), &output, &input);
      if (ZSTD_isError(left) != 0) return fail(ErrorCode::kData, "an Avro block is not valid zstd data");
      if (left == 0 && input.pos == input.size) break;
      if (output.pos == output.size) {
        if (capacity >= max_bytes) return too_large(max_bytes);
        grow_keeping(std::min(max_bytes, capacity * 4), output.pos);
        output.dst = buffer.get();
        output.size = capacity;
      } else if (input.pos == input_before && output.pos == output_before) {
        return fail(ErrorCode::kData, "an Avro block ends within its zstd data");
      }
    }
    if (output.pos > max_bytes) return too_large(max_bytes);
    return std::string_view(buffer.get(), output.pos);
  }

  void grow_keeping(std::size_t bytes, std::size_t used) {
    auto larger = std::make_unique_for_overwrite<char[]>(bytes);
    std::copy_n(buffer.get(), used, larger.get());
    buffer = std::move(larger);
    capacity = bytes;
  }

  Result<std::string_view> unsnappy(std::string_view block) {
    if (block.size() < 4) return fail(ErrorCode::kData, "an Avro block is too short for snappy");
    const std::string_view data = block.substr(0, block.size() - 4);
    const std::optional<std::size_t> length = snappy_length(data);
    if (!length) return fail(ErrorCode::kData, "an Avro block is not valid snappy data");
    if (*length > max_bytes) return too_large(max_bytes);
    reserve(*length);
    if (!snappy_decompress(data, buffer.get(), *length)) {
      return fail(ErrorCode::kData, "an Avro block is not valid snappy data");
    }
    std::uint32_t stored = 0;
    for (const char byte : block.substr(data.size()))
      stored = (stored << 8) | static_cast<unsigned char>(byte);
    if (libdeflate_crc32(0, buffer.get(), *length) != stored) {
      return fail(ErrorCode::kData, "the checksum of a snappy block is wrong");
    }
    return std::string_view(buffer.get(), *length);
  }
};

Decompressor::Decompressor(Codec codec, std::size_t max_bytes) : impl_(std::make_unique<Impl>()) {
  impl_->codec = codec;
  impl_->max_bytes = max_bytes;
}

Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

Result<std::string_view> Decompressor::decompress(std::string_view block) {
  switch (impl_->codec) {
    case Codec::kDeflate:
      return impl_->inflate(block);
    case Codec::kZstd:
      return impl_->unzstd(block);
    case Codec::kSnappy:
      return impl_->unsnappy(block);
    default:
      if (block.size() > impl_->max_bytes) return too_large(impl_->max_bytes);
      return block;
  }
}

struct Compressor::Impl {
  Codec codec = Codec::kNull;
  std::int32_t level = 0;
  std::unique_ptr<libdeflate_compressor, FreeDeflateWriter> deflate;
  std::unique_ptr<ZSTD_CCtx, FreeZstdWriter> zstd;
};

Compressor::Compressor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;
Compressor::~Compressor() = default;

Result<Compressor> Compressor::make(Codec codec, std::int32_t level) {
  auto impl = std::make_unique<Impl>();
  impl->codec = codec;
  switch (codec) {
    case Codec::kNull:
      break;
    case Codec::kDeflate:
      impl->level = level < 0 ? kDeflateLevel : std::min(level, 12);
      impl->deflate.reset(libdeflate_alloc_compressor(impl->level));
      if (!impl->deflate) return fail(ErrorCode::kExhausted, "out of memory");
      break;
    case Codec::kZstd:
      impl->level = level < 0 ? kZstdLevel : std::min(level, ZSTD_maxCLevel());
      impl->zstd.reset(ZSTD_createCCtx());
      if (!impl->zstd) return fail(ErrorCode::kExhausted, "out of memory");
      break;
    case Codec::kSnappy:
      return fail(ErrorCode::kUnsupported, "floe does not write snappy Avro files");
  }
  return Compressor(std::move(impl));
}

Status Compressor::compress(std::string_view data, std::string* out) {
  const std::size_t start = out->size();
  std::size_t size = 0;
  switch (impl_->codec) {
    case Codec::kDeflate:
      out->resize(start + libdeflate_deflate_compress_bound(impl_->deflate.get(), data.size()));
      size = libdeflate_deflate_compress(impl_->deflate.get(), data.data(), data.size(), out->data() + start,
                                         out->size() - start);
      if (size == 0) return fail(ErrorCode::kInternal, "deflate failed");
      break;
    case Codec::kZstd:
      out->resize(start + ZSTD_compressBound(data.size()));
      size = ZSTD_compressCCtx(impl_->zstd.get(), out->data() + start, out->size() - start, data.data(), data.size(),
                               impl_->level);
      if (ZSTD_isError(size) != 0) return fail(ErrorCode::kInternal, "zstd failed");
      break;
    default:
      out->append(data);
      return ok();
  }
  out->resize(start + size);
  return ok();
}

}  // namespace floe::iceberg::avro
