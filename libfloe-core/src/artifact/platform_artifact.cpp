#include "artifact/platform_artifact.hpp"

#include "rules/inheritance/settings.hpp"

#include "base/fail.hpp"
#include "base/io/read_document.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/yaml/to_json.hpp"

#include <algorithm>

namespace floe::artifact {
namespace {

constexpr std::string_view kArtifactType = "application/vnd.floe.platform.v1+json";
constexpr std::string_view kEmptyType = "application/vnd.oci.empty.v1+json";
constexpr std::string_view kImageType = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view kTag = "org.opencontainers.image.ref.name";
constexpr std::string_view kTitle = "org.opencontainers.image.title";

// A member by its address; null when there is none.
json::value member_at(const json::object& root, std::string_view address) {
  const json::object* object = &root;
  while (true) {
    const auto dot = address.find('.');
    const json::value* value = object->if_contains(address.substr(0, dot));
    if (value == nullptr) return nullptr;
    if (dot == std::string_view::npos) return *value;
    if (!value->is_object()) return nullptr;
    object = &value->get_object();
    address.remove_prefix(dot + 1);
  }
}

// A field and what a file calls it: the last part of its address, unless that is the name of another field there.
struct Member {
  // Implicit: most members are their address.
  Member(const char* field) : address(field), name(address.substr(address.rfind('.') + 1)) {}  // NOLINT(*-explicit-*)

  Member(std::string_view field, std::string_view name_there) : address(field), name(name_there) {}

  std::string_view address;
  std::string_view name;
};

json::object members(const json::object& root, std::initializer_list<Member> wanted) {
  json::object out;
  for (const Member& member : wanted)
    out[member.name] = member_at(root, member.address);
  return out;
}

json::array layers_array(const config::PlatformManifest& manifest) {
  json::array out;
  for (const config::Layer& layer : manifest.layers) {
    json::array reads;
    for (const std::string& name : layer.reads_from)
      reads.emplace_back(name);
    out.push_back(json::object{{"name", layer.name}, {"prefix", layer.prefix}, {"reads_from", std::move(reads)}});
  }
  return out;
}

// Which manifest says what: the merged one does not tell.
json::object origins(const inheritance::Chain& chain) {
  json::object out;
  for (const inheritance::Setting& setting : inheritance::settings_of(chain)) {
    if (!setting.manifest.empty()) out[setting.address] = setting.manifest;
  }
  return out;
}

json::object resolved_manifest(const inheritance::Chain& chain) {
  json::object manifest = yaml::to_json_value(*chain.merged).as_object();
  for (const char* reference : {"parent_manifest", "parent_domain"})
    manifest.erase(reference);  // what stands above is merged in
  return {{"schema", "floe.platform/1"},
          {"manifest", std::move(manifest)},
          {"origins", origins(chain)},
          {"inheritance_chain", inheritance::chain_json({chain.tiers.begin(), chain.tiers.end() - 1})}};
}

class LayoutWriter {
 public:
  LayoutWriter(const std::string& directory, io::FileSystem& files) : directory_(directory), files_(files) {}

  Result<std::string> write(const std::vector<PlatformFile>& platform, const std::string& tag) {
    FLOE_TRY(files_.create_directories(io::join_path(directory_, "blobs/sha256")));
    json::array layers;
    for (const PlatformFile& file : platform) {
      json::object layer = FLOE_TRY(add_blob(file.media_type, file.content));
      layer["annotations"] = json::object{{kTitle, file.path}};
      layers.push_back(std::move(layer));
    }
    const json::object config = FLOE_TRY(add_blob(kEmptyType, "{}"));
    const json::object image{{"schemaVersion", 2},
                             {"mediaType", kImageType},
                             {"artifactType", kArtifactType},
                             {"config", config},
                             {"layers", std::move(layers)}};
    json::object descriptor = FLOE_TRY(add_blob(kImageType, to_json(image)));
    const std::string digest = get_string_or(descriptor, "digest", "");
    descriptor["artifactType"] = kArtifactType;
    descriptor["annotations"] = json::object{{kTag, tag}};
    FLOE_TRY(add_to_index(std::move(descriptor), tag, digest));
    FLOE_TRY(put("oci-layout", R"({"imageLayoutVersion":"1.0.0"})"));
    return digest;
  }

 private:
  Status put(const std::string& path, std::string_view content) {
    return files_.write_atomic(io::join_path(directory_, path), content, io::Durability::kFull);
  }

  Result<json::object> add_blob(std::string_view media_type, std::string_view content) {
    const std::string hash = text::sha256_hex(content);
    FLOE_TRY(put("blobs/sha256/" + hash, content));
    return json::object{{"mediaType", media_type}, {"digest", "sha256:" + hash}, {"size", content.size()}};
  }

  Status add_to_index(json::object descriptor, const std::string& tag, const std::string& digest) {
    json::object index{{"schemaVersion", 2}, {"mediaType", kIndexType}, {"manifests", json::array()}};
    const std::string path = io::join_path(directory_, "index.json");
    if (const auto text = FLOE_TRY(io::read_document_if_there(files_, path)))
      index = FLOE_TRY(parse_json_object(*text));
    json::array& images =
        index["manifests"].is_array() ? index["manifests"].get_array() : index["manifests"].emplace_array();
    for (const json::value& image : images) {
      const json::object* annotations = image.is_object() ? get_object(image.get_object(), "annotations") : nullptr;
      if (annotations == nullptr || get_string_or(*annotations, kTag, "") != tag) continue;
      const std::string published = get_string_or(image.get_object(), "digest", "");
      if (published == digest) return ok();
      return failf(ErrorCode::kAlreadyExists, "`{}` holds another platform as `{}` ({}): raise `metadata.version`",
                   directory_, tag, published);
    }
    images.push_back(std::move(descriptor));
    return put("index.json", to_json(index));
  }

  const std::string& directory_;
  io::FileSystem& files_;
};

}  // namespace

std::vector<PlatformFile> platform_files(const inheritance::Chain& chain, const config::PlatformManifest& manifest) {
  const json::object root = yaml::to_json_value(*chain.merged).as_object();
  const inheritance::Tier* domain = inheritance::domain_of(chain);
  json::object namespaces = members(root, {"approved_products"});
  namespaces["namespace"] = domain == nullptr ? json::value(nullptr) : json::value(domain->name);
  json::object naming = members(root, {"data_architecture.pattern", "data_architecture.naming.patterns"});
  naming["enforcement"] = config::enforcement_name(manifest.naming);
  json::object gates = members(root, {"governance.quality_gates", "governance.custom_rules", "governance.policies",
                                      "governance.policy_overrides"});
  gates["enforcement"] = config::enforcement_name(manifest.policies);
  const auto file = [](std::string path, std::string_view kind, const json::object& content) {
    return PlatformFile{std::move(path), fmt::format("application/vnd.floe.platform.{}.v1+json", kind),
                        to_pretty_json(content, true)};
  };
  return {
      file("architecture/layer-constraints.json", "layer-constraints", {{"layers", layers_array(manifest)}}),
      file("architecture/naming-rules.json", "naming-rules", naming),
      file("catalog/namespaces.json", "namespaces", namespaces),
      file("catalog/schema-registry.json", "schema-registry",
           members(root, {"governance.data_contracts", {"plugins.data_contracts", "data_contracts_plugin"}})),
      file("manifest.json", "manifest", resolved_manifest(chain)),
      file("policies/access-control.json", "access-control",
           members(root, {"governance.rbac",
                          {"plugins.rbac", "rbac_plugin"},
                          "plugins.identity",
                          "governance.network_policies",
                          "approved_plugins",
                          "approved_sinks"})),
      file("policies/classification.json", "classification",
           members(root, {"governance.classification", "governance.pii_encryption", "governance.retention",
                          "governance.data_retention_days"})),
      file("policies/quality-gates.json", "quality-gates", gates),
  };
}

Result<std::string> write_oci_layout(const std::vector<PlatformFile>& platform, const std::string& tag,
                                     const std::string& directory, io::FileSystem& files) {
  return LayoutWriter(directory, files).write(platform, tag);
}

}  // namespace floe::artifact
