#include "manifest/manifest_writer.hpp"

#include "base/text/text.hpp"

namespace floe::iceberg {

std::optional<AvroCodec> parse_manifest_codec(std::string_view text) {
  const std::string name = text::to_lower_ascii(text);
  if (name == "gzip" || name == "deflate") return AvroCodec::kDeflate;
  if (name == "zstd") return AvroCodec::kZstd;
  if (name == "uncompressed" || name == "none") return AvroCodec::kNull;
  return std::nullopt;
}

}  // namespace floe::iceberg
