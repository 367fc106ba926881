#include "rules/inheritance/oci_layout.hpp"

#include "base/fail.hpp"
#include "base/io/read_document.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::inheritance {
namespace {

constexpr std::string_view kSha256 = "sha256:";
constexpr std::string_view kTagAnnotation = "org.opencontainers.image.ref.name";
constexpr std::string_view kTitleAnnotation = "org.opencontainers.image.title";

std::string annotation(const json::object& descriptor, std::string_view name) {
  const json::object* annotations = get_object(descriptor, "annotations");
  return annotations == nullptr ? "" : get_string_or(*annotations, name, "");
}

bool is_digest(std::string_view digest) {
  constexpr std::size_t kHexDigits = 64;
  if (!digest.starts_with(kSha256) || digest.size() != kSha256.size() + kHexDigits) return false;
  return digest.find_first_not_of("0123456789abcdef", kSha256.size()) == std::string_view::npos;
}

Result<std::string> blob_path(const std::string& directory, std::string_view digest) {
  if (!is_digest(digest)) return failf(ErrorCode::kData, "`{}` is no sha256 digest", digest);
  return io::join_path(directory, fmt::format("blobs/sha256/{}", digest.substr(kSha256.size())));
}

Result<std::string> read_blob(const std::string& directory, const std::string& digest, io::FileSystem& files) {
  const std::string path = FLOE_TRY(blob_path(directory, digest));
  auto text = io::read_document(files, path);
  if (!text) return failf(ErrorCode::kData, "blob {} cannot be read: {}", digest, text.error().message);
  const std::string actual = fmt::format("{}{}", kSha256, text::sha256_hex(*text));
  if (actual != digest) return failf(ErrorCode::kData, "blob {} has the digest {}", digest, actual);
  return text;
}

Result<json::array> images_of(const std::string& directory, io::FileSystem& files) {
  const std::string text = FLOE_TRY(io::read_document(files, io::join_path(directory, "index.json")));
  const json::object index = FLOE_TRY(parse_json_object(text));
  const json::array* images = get_array(index, "manifests");
  if (images == nullptr) return fail(ErrorCode::kData, "index.json lists no `manifests`");
  return *images;
}

// `v1.2.0` and `1.2.0` are one version.
std::string_view without_v(std::string_view tag) {
  const bool is_version = tag.size() > 1 && tag[0] == 'v' && tag[1] >= '0' && tag[1] <= '9';
  return is_version ? tag.substr(1) : tag;
}

Result<json::object> choose_image(const json::array& images, const std::string& tag, const std::string& digest) {
  std::vector<std::string> tags;
  const json::object* same_version = nullptr;  // for want of the tag itself
  for (const json::value& image : images) {
    if (!image.is_object()) continue;
    const json::object& descriptor = image.get_object();
    const std::string name = annotation(descriptor, kTagAnnotation);
    const bool is_wanted = !digest.empty() ? get_string_or(descriptor, "digest", "") == digest
                                           : (tag.empty() ? images.size() == 1 : name == tag);
    if (is_wanted) return descriptor;
    if (digest.empty() && !name.empty() && without_v(name) == without_v(tag)) same_version = &descriptor;
    if (!name.empty()) tags.push_back(name);
  }
  if (same_version != nullptr) return *same_version;
  const std::string wanted = !digest.empty() ? digest : (tag.empty() ? "a single image" : "tag " + tag);
  return failf(ErrorCode::kNotFound, "the layout has no {} (tags: {})", wanted, text::join(tags, ", "));
}

}  // namespace

bool is_oci_layout(const std::string& directory, io::FileSystem& files) {
  const auto marker = files.stat(io::join_path(directory, "oci-layout"));
  return marker && marker->kind == io::FileKind::kRegular;
}

Result<OciFile> read_oci_file(const std::string& directory, const std::string& tag, const std::string& digest,
                              const std::string& title, io::FileSystem& files) {
  const json::array images = FLOE_TRY(images_of(directory, files));
  const json::object image = FLOE_TRY(choose_image(images, tag, digest));
  OciFile out;
  out.manifest_digest = get_string_or(image, "digest", "");
  out.tag = annotation(image, kTagAnnotation);
  const std::string manifest_text = FLOE_TRY(read_blob(directory, out.manifest_digest, files));
  const json::object manifest = FLOE_TRY(parse_json_object(manifest_text));
  const json::array* layers = get_array(manifest, "layers");
  if (layers == nullptr) return failf(ErrorCode::kData, "image {} lists no `layers`", out.manifest_digest);
  for (const json::value& layer : *layers) {
    if (!layer.is_object() || annotation(layer.get_object(), kTitleAnnotation) != title) continue;
    const std::string layer_digest = get_string_or(layer.get_object(), "digest", "");
    out.path = FLOE_TRY(blob_path(directory, layer_digest));
    out.text = FLOE_TRY(read_blob(directory, layer_digest, files));
    return out;
  }
  return failf(ErrorCode::kData, "image {} has no layer titled {}: it is no floe platform", out.manifest_digest, title);
}

}  // namespace floe::inheritance
