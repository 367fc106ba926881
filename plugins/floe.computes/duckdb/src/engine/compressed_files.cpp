#define ZLIB_CONST  // what is decompressed is not written to
#include "engine/compressed_files.hpp"

#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"

#include <zstd.h>

#include <array>
#include <memory>
#include <string_view>
#include <zlib.h>

namespace floe::duckdb_compute {
namespace {

constexpr std::uint64_t kPiece = 1 << 20;  // bytes read at a time
constexpr std::size_t kScratch = 1 << 18;  // bytes decompressed at a time, and forgotten

// What is known of a file after a piece of it.
enum class Place : std::uint8_t { kInside, kBetween, kDamaged };

class GzipMembers {
 public:
  GzipMembers() { is_ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK; }

  GzipMembers(const GzipMembers&) = delete;
  GzipMembers& operator=(const GzipMembers&) = delete;

  ~GzipMembers() { inflateEnd(&stream_); }

  // zlib compares the CRC and the length of each member.
  Place take(std::string_view piece) {
    if (!is_ready_) return Place::kDamaged;
    stream_.next_in = reinterpret_cast<const Bytef*>(piece.data());
    stream_.avail_in = static_cast<uInt>(piece.size());
    while (stream_.avail_in > 0 || has_more_) {
      if (place_ == Place::kBetween) begin_member();
      if (!decompress()) return Place::kDamaged;
    }
    return place_;
  }

 private:
  static constexpr int kGzipOnly = 16 + MAX_WBITS;

  void begin_member() {
    inflateReset(&stream_);
    place_ = Place::kInside;
  }

  bool decompress() {
    stream_.next_out = scratch_.data();
    stream_.avail_out = static_cast<uInt>(scratch_.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_STREAM_END) place_ = Place::kBetween;
    has_more_ = result == Z_OK && stream_.avail_out == 0;
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
  }

  z_stream stream_{};
  std::array<Bytef, kScratch> scratch_{};
  Place place_ = Place::kInside;
  bool is_ready_ = false;
  bool has_more_ = false;  // than the scratch space could take
};

class ZstdFrames {
 public:
  // zstd compares the checksum of each frame that has one.
  Place take(std::string_view piece) {
    if (!stream_) return Place::kDamaged;
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    while (in.pos < in.size || has_more_) {
      ZSTD_outBuffer out{scratch_.data(), scratch_.size(), 0};
      const std::size_t left = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(left) != 0U) return Place::kDamaged;
      has_more_ = left != 0 && out.pos == out.size;
      place_ = left == 0 ? Place::kBetween : Place::kInside;
    }
    return place_;
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  std::unique_ptr<ZSTD_DStream, Free> stream_{ZSTD_createDStream()};
  std::array<char, kScratch> scratch_{};
  Place place_ = Place::kInside;
  bool has_more_ = false;
};

Error damaged(const std::string& path, std::string_view kind) {
  return failf(ErrorCode::kData, "`{}` is damaged: its {} data is broken or fails its checksum; fetch the file again",
               path, kind);
}

template <typename Decoder>
Status check_file(const Runner& runner, const std::string& path, std::string_view kind) {
  const auto files = io::make_disk_file_system();
  const auto decoder = std::make_unique<Decoder>();
  Place place = Place::kBetween;  // a file without bytes
  for (std::uint64_t at = 0;; at += kPiece) {
    FLOE_TRY(runner.check());
    const std::string piece = FLOE_TRY(files->read_range(path, at, kPiece));
    if (piece.empty()) break;
    place = decoder->take(piece);
    if (place == Place::kDamaged) return damaged(path, kind);
  }
  if (place == Place::kBetween) return ok();
  return failf(ErrorCode::kData, "`{}` is cut off: its {} data ends before its end; fetch the file again", path, kind);
}

}  // namespace

Compression compression_of(const FileRequest& request, const std::string& path) {
  const std::string option = lower_name(option_or(request, "compression", "'auto'"));
  if (option == "'gzip'") return Compression::kGzip;
  if (option == "'zstd'") return Compression::kZstd;
  if (option == "'none'" || option == "'uncompressed'" || option == "''") return Compression::kNone;
  if (path.ends_with(".gz")) return Compression::kGzip;
  return path.ends_with(".zst") ? Compression::kZstd : Compression::kNone;
}

Status check_compressed_files(const Runner& runner, const FileRequest& request) {
  if (request.format == FileFormat::kParquet) return ok();
  for (const std::string& path : request.paths) {
    const Compression compression = compression_of(request, path);
    if (compression == Compression::kGzip) FLOE_TRY(check_file<GzipMembers>(runner, path, "gzip"));
    if (compression == Compression::kZstd) FLOE_TRY(check_file<ZstdFrames>(runner, path, "zstd"));
  }
  return ok();
}

}  // namespace floe::duckdb_compute
