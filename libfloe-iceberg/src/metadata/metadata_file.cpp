#include "metadata/metadata_file.hpp"

#include "base/fail.hpp"
#include "base/io/content_name.hpp"

#include <libdeflate.h>

#include <charconv>
#include <memory>

namespace floe::iceberg {

namespace {

constexpr std::size_t kLargestMetadata = std::size_t{1} << 30U;
constexpr std::size_t kGzipOverhead = 18;
constexpr int kGzipLevel = 6;

std::string without_slash(std::string text) {
  while (text.size() > 1 && text.ends_with('/'))
    text.pop_back();
  return text;
}

bool is_gzip(std::string_view bytes) { return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

}  // namespace

std::string metadata_directory(std::string_view location, const Properties& properties) {
  return without_slash(property_text(properties, property::kMetadataPath, fmt::format("{}/metadata", location)));
}

std::string data_directory(std::string_view location, const Properties& properties) {
  return without_slash(property_text(properties, property::kDataPath, fmt::format("{}/data", location)));
}

std::int64_t metadata_number(std::string_view location) {
  const auto slash = location.rfind('/');
  auto name = slash == std::string_view::npos ? location : location.substr(slash + 1);
  if (name.starts_with('v')) name.remove_prefix(1);
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end != name.data() ? number : -1;
}

MetadataFileOptions metadata_file_options(std::string_view location, const Properties& properties) {
  return {metadata_directory(location, properties),
          property_text(properties, property::kMetadataCompression, "none") == "gzip"};
}

Result<EncodedMetadata> encode_metadata(std::string text, const MetadataFileOptions& options,
                                        std::string_view previous_location) {
  EncodedMetadata encoded;
  encoded.bytes = options.is_compressed ? FLOE_TRY(gzip(text)) : std::move(text);
  const auto number = previous_location.empty() ? 0 : metadata_number(previous_location) + 1;
  encoded.location = fmt::format("{}/{:05d}-{}{}.metadata.json", options.directory, number,
                                 io::content_uuid(encoded.bytes), options.is_compressed ? ".gz" : "");
  return encoded;
}

Result<std::string> gzip(std::string_view bytes) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kGzipLevel), libdeflate_free_compressor);
  if (compressor == nullptr) return fail(ErrorCode::kExhausted, "no memory to compress metadata");
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  const auto size = libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size());
  if (size == 0) return fail(ErrorCode::kInternal, "metadata could not be compressed");
  out.resize(size);
  return out;
}

Result<std::string> gunzip(std::string_view bytes) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (decompressor == nullptr) return fail(ErrorCode::kExhausted, "no memory to decompress metadata");
  // The stored size is modulo 2^32 and only a hint.
  std::size_t capacity = bytes.size() * 8 + kGzipOverhead;
  while (true) {
    std::string out(capacity, '\0');
    std::size_t size = 0;
    const auto result =
        libdeflate_gzip_decompress(decompressor.get(), bytes.data(), bytes.size(), out.data(), out.size(), &size);
    if (result == LIBDEFLATE_SUCCESS) {
      out.resize(size);
      return out;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return fail(ErrorCode::kData, "the gzip data is broken");
    if (capacity >= kLargestMetadata) return fail(ErrorCode::kData, "the gzip data grows beyond 1 GiB");
    capacity *= 4;
  }
}

Status check_content(std::string_view location, std::string_view bytes) {
  if (io::is_named_by(location, bytes)) return ok();
  return fail(ErrorCode::kData, "its content does not match the digest in its name")
      .with_context(fmt::format("the file `{}` is damaged", location));
}

Result<std::string> decode_metadata(std::string_view bytes) {
  if (!is_gzip(bytes)) return std::string(bytes);
  return gunzip(bytes);
}

Result<TableMetadataPtr> read_metadata_file(const Session& session, const StorageClient& storage,
                                            std::string_view location) {
  const auto content = FLOE_TRY(storage.read(session, location));
  FLOE_TRY(check_content(location, content.view()));
  if (!is_gzip(content.view())) {
    return parse_table_metadata(content.view()).with_context(fmt::format("reading `{}`", location));
  }
  const auto text = FLOE_TRY(gunzip(content.view()).with_context(fmt::format("reading `{}`", location)));
  return parse_table_metadata(text).with_context(fmt::format("reading `{}`", location));
}

}  // namespace floe::iceberg
