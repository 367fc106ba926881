// floe platform show and compile: what holds below a manifest, for people and as an artifact.
#include "artifact/platform_artifact.hpp"
#include "rules/inheritance/chain.hpp"
#include "rules/inheritance/settings.hpp"
#include "secrets/secret_scan.hpp"
#include "verbs/platform_subject.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::run {
Result<Answer> platform_show_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const auto chain = FLOE_TRY(load_platform(context, request, sink)).chain;
  const std::string explain = get_string_or(request, "explain", "");
  json::array found;
  for (const inheritance::Setting& setting : inheritance::settings_of(chain, explain))
    found.push_back(inheritance::setting_json(setting));
  if (found.empty() && !explain.empty()) {
    return failf(ErrorCode::kNotFound, "no manifest of {} sets `{}`", inheritance::chain_text(chain.tiers), explain);
  }
  return Answer{to_json(json::object{{"chain", inheritance::chain_json(chain.tiers)}, {"settings", std::move(found)}}),
                0};
}

Result<Answer> platform_compile_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
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

}  // namespace floe::run
