// floe platform show and compile: what holds below a manifest, for people and as an artifact.
#include "artifact/platform_artifact.hpp"
#include "rules/inheritance/chain.hpp"
#include "rules/inheritance/settings.hpp"
#include "secrets/secret_scan.hpp"
#include "verbs/platform_subject.hpp"
#include "verbs/text_table.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::run {
namespace {

Result<Answer> show_platform(Context& context, const json::object& request, DiagnosticSink& sink) {
  const auto chain = FLOE_TRY(load_platform(context, request, sink)).chain;
  const std::string explain = get_string_or(request, "explain", "");
  json::array found;
  for (const inheritance::Setting& setting : inheritance::settings_of(chain, explain))
    found.push_back(inheritance::setting_json(setting));
  if (found.empty() && !explain.empty()) {
    return failf(ErrorCode::kNotFound, "no manifest of {} sets `{}`", inheritance::chain_text(chain.tiers), explain);
  }
  return Answer{to_json(json::object{{"chain", inheritance::chain_json(chain.tiers)},
                                     {"digest", chain.tiers.back().chain_digest},
                                     {"settings", std::move(found)}}),
                0};
}

Result<Answer> compile_platform(Context& context, const json::object& request, DiagnosticSink& sink) {
  const auto [chain, manifest] = FLOE_TRY(load_platform(context, request, sink));
  // What is published is read by many: a secret in it is one for everybody.
  policy::scan_for_secrets(*chain.merged, "", true, sink);
  if (sink.has_errors()) return fail(ErrorCode::kData, "the platform has problems");
  const auto platform = artifact::platform_files(chain, manifest);
  const std::string& directory = context.options().directory;
  const std::string out = io::normalize_path(io::join_path(directory, get_string_or(request, "out", ".floe/platform")));
  json::array paths;
  for (const artifact::PlatformFile& file : platform) {
    const std::string path = io::join_path(out, file.path);
    FLOE_TRY(context.files().create_directories(io::parent_path(path)));
    FLOE_TRY(context.files().write_atomic(path, file.content, io::Durability::kFast));
    paths.emplace_back(file.path);
  }
  json::object answer{{"path", out}, {"files", std::move(paths)}, {"tag", nullptr}, {"digest", nullptr}};
  const std::string layout = get_string_or(request, "layout", "");
  if (!layout.empty()) {
    if (manifest.version.empty()) return fail(ErrorCode::kInvalidArgument, "the platform has no `metadata.version`");
    const std::string tag = "v" + manifest.version;
    answer["tag"] = tag;
    answer["digest"] = FLOE_TRY(artifact::write_oci_layout(
        platform, tag, io::normalize_path(io::join_path(directory, layout)), context.files()));
  }
  return Answer{to_json(answer), 0};
}

AnswerText platform_compile_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string out;
  if (const json::array* files = get_array(answer, "files")) {
    for (const json::value& file : *files)
      out += fmt::format("{}/{}\n", get_string_or(answer, "path", ""), to_view(file.as_string()));
  }
  const std::string tag = get_string_or(answer, "tag", "");
  if (!tag.empty()) out += fmt::format("{} {}\n", tag, get_string_or(answer, "digest", ""));
  return {out, ""};
}

AnswerText platform_show_text(const json::object& answer, const TextStyle& style) {
  std::vector<std::vector<std::string>> rows;
  if (const json::array* settings = get_array(answer, "settings")) {
    for (const json::value& item : *settings) {
      const json::object& setting = item.as_object();
      const json::value& value = setting.at("value");
      rows.push_back({get_string_or(setting, "address", ""),
                      value.is_string() ? std::string(to_view(value.get_string())) : to_json(value),
                      fmt::format("{}:{}", get_string_or(setting, "file", ""), get_int(setting, "line").value_or(0))});
    }
  }
  return {format_text_table({{"setting"}, {"value"}, {"from"}}, rows, style),
          fmt::format("Pin it with @{}\n", get_string_or(answer, "digest", ""))};
}

}  // namespace

Verb platform_compile_verb() {
  return {
      .name = "platform compile",
      .summary = "write it as an artifact, with all above it merged in",
      .details =
          R"(A tree of JSON files in "out" and, when "layout" names a folder, an image of that OCI layout, tagged v<version>.
FLOE_ALREADY_EXISTS when the layout holds another platform under that tag.)",
      .request = Arguments()
                     .text("ref", "ref",
                           "a manifest, its folder or oci:// (default: the product's platform, else manifest.yaml; "
                           "enterprise-manifest.yaml or domain-manifest.yaml of that scope)")
                     .path("--out", "out", "folder of the files (default .floe/platform)")
                     .path("--layout", "layout", "also an image of this OCI layout, tagged with the version")
                     .text("", "scope", "enterprise or domain: what the manifest has to be")
                     .among({"enterprise", "domain"}),
      .answer =
          R"({"type": "object", "required": ["path", "files", "tag", "digest"], "properties": {"path": {"type": "string"},
  "files": {"type": "array", "items": {"type": "string"}}, "tag": {"type": ["string", "null"]},
  "digest": {"type": ["string", "null"]}}})",
      .run = compile_platform,
      .text = platform_compile_text};
}

Verb platform_show_verb() {
  return {
      .name = "platform show",
      .summary = "what holds, and which manifest says it",
      .details =
          R"("digest" is that of the manifest with all above it: what a pin (`REF@sha256:...`) names. FLOE_NOT_FOUND when nothing lies
at or below "explain".)",
      .request = Arguments()
                     .text("ref", "ref",
                           "a manifest, its folder or oci:// (default: the product's platform, else manifest.yaml; "
                           "enterprise-manifest.yaml or domain-manifest.yaml of that scope)")
                     .text("--explain", "explain", "only this setting and what is below it: governance.quality_gates")
                     .text("", "scope", "enterprise or domain: what the manifest has to be")
                     .among({"enterprise", "domain"}),
      .answer = R"({"type": "object", "required": ["chain", "digest", "settings"], "properties": {
  "digest": {"type": "string"},
  "chain": {"type": "array", "items": {"type": "object", "properties": {
    "ref": {"type": "string"}, "digest": {"type": ["string", "null"]}, "scope": {"type": ["string", "null"]},
    "name": {"type": ["string", "null"]}, "version": {"type": ["string", "null"]}}}},
  "settings": {"type": "array", "items": {"type": "object", "properties": {
    "address": {"type": "string"}, "value": {}, "file": {"type": "string"}, "line": {"type": "integer"}}}}}})",
      .run = show_platform,
      .text = platform_show_text};
}

}  // namespace floe::run
