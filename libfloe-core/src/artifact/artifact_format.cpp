#include "artifact/artifact_format.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/yaml/write.hpp"

#include <fmt/format.h>

namespace floe::artifact {
namespace {

// What the API server accepts for all data of a ConfigMap (MaxSecretSize of k8s.io/api/core/v1).
constexpr std::size_t kMostBytes = std::size_t{1024} * 1024;
constexpr std::size_t kLongestLabel = 63;

// A text as part of names and labels: small letters, digits and `-`, a letter or digit at both ends.
std::string dns_label(std::string_view text, std::size_t longest) {
  std::string out;
  for (const char c : text::to_lower_ascii(text)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_plain || (!out.empty() && out.back() != '-')) out += is_plain ? c : '-';
  }
  out.resize(std::min(out.size(), longest));
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out.empty() ? "product" : out;
}

// Of a label: letters, digits, `-`, `_` and `.`, so that a version stays itself; build metadata is no part of it.
std::string label_value(std::string_view version) {
  std::string out(version.substr(0, std::min(version.find('+'), kLongestLabel)));
  while (!out.empty() && (out.back() == '-' || out.back() == '.'))
    out.pop_back();
  return out;
}

std::string config_map(const std::string& artifact, const compile::Compiled& compiled) {
  constexpr std::string_view kSuffix = "-compiled-artifacts";
  const std::string name = dns_label(compiled.product_name, kLongestLabel);
  json::object labels{{"app.kubernetes.io/name", name}, {"app.kubernetes.io/managed-by", "floe"}};
  const std::string version = label_value(compiled.product_version);
  if (!version.empty()) labels["app.kubernetes.io/version"] = version;
  return yaml::write_yaml(json::object{
      {"apiVersion", "v1"},
      {"kind", "ConfigMap"},
      {"metadata",
       json::object{{"name", dns_label(compiled.product_name, kLongestLabel - kSuffix.size()) + std::string(kSuffix)},
                    {"labels", std::move(labels)}}},
      {"data", json::object{{artifact_file_name(compile::ArtifactFormat::kJson), artifact}}}});
}

Error too_large() {
  return diagnostics_error(
      ErrorCode::kData,
      error_diagnostic("FLOE-E0114", "config-map-too-large",
                       fmt::format("the artifact is larger than the {} bytes that a ConfigMap holds", kMostBytes))
          .help("leave `--output-format` out and mount the JSON from a volume or an image"));
}

}  // namespace

Result<compile::ArtifactFormat> parse_artifact_format(std::string_view name) {
  if (name.empty() || name == "json") return compile::ArtifactFormat::kJson;
  if (name == "yaml") return compile::ArtifactFormat::kYaml;
  if (name == "configmap") return compile::ArtifactFormat::kConfigMap;
  return failf(ErrorCode::kInvalidArgument, "`{}` is no format of an artifact; accepted are json, yaml, configmap",
               name);
}

std::string artifact_file_name(compile::ArtifactFormat format) {
  if (format == compile::ArtifactFormat::kYaml) return "compiled_artifacts.yaml";
  return format == compile::ArtifactFormat::kConfigMap ? "compiled_artifacts.configmap.yaml"
                                                       : "compiled_artifacts.json";
}

Status remove_other_formats(const std::string& directory, compile::ArtifactFormat format, io::FileSystem& files) {
  using compile::ArtifactFormat;
  for (const ArtifactFormat other : {ArtifactFormat::kJson, ArtifactFormat::kYaml, ArtifactFormat::kConfigMap}) {
    if (other == format) continue;
    const Status removed = files.remove(io::join_path(directory, artifact_file_name(other)));
    if (!removed && removed.error().code != ErrorCode::kNotFound) return removed;
  }
  return ok();
}

Result<std::string> in_format(const std::string& artifact, compile::ArtifactFormat format,
                              const compile::Compiled& compiled) {
  if (format == compile::ArtifactFormat::kJson) return artifact;
  if (format == compile::ArtifactFormat::kYaml) return yaml::write_yaml(FLOE_TRY(parse_json(artifact)));
  if (artifact.size() > kMostBytes) return too_large();
  return config_map(artifact, compiled);
}

}  // namespace floe::artifact
