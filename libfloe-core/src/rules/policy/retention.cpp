// Retention: how long a model says that its rows are kept, against what the platform allows.
#include "rules/policy/policy.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

namespace floe::policy {
namespace {

constexpr const char* kMember = "retention_days";

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

struct Days {
  std::int64_t least;
  std::int64_t most;
};

std::string shown(const Days& days) {
  if (days.least == days.most) return text::counted(days.most, "day");
  if (days.most == kNoLimit) return "at least " + text::counted(days.least, "day");
  if (days.least == 1) return "at most " + text::counted(days.most, "day");
  return fmt::format("{} to {} days", days.least, days.most);
}

// Nothing is kept longer than what holds for all, where no other bound is written.
std::optional<Days> allowed_days(const config::PlatformManifest& manifest) {
  if (manifest.governance == nullptr) return std::nullopt;
  const yaml::NodePtr bounds = manifest.governance->get("retention");
  const auto written = [&](const char* key) { return bounds == nullptr ? nullptr : bounds->get(key); };
  yaml::NodePtr all = manifest.governance->get("data_retention_days");
  if (all == nullptr) all = written("default");
  const yaml::NodePtr least = written("min");
  const yaml::NodePtr most = written("max") == nullptr ? all : written("max");
  if (least == nullptr && most == nullptr) return std::nullopt;
  return Days{least == nullptr ? 1 : least->integer, most == nullptr ? kNoLimit : most->integer};
}

}  // namespace

bool limits_retention(const config::PlatformManifest& manifest) { return allowed_days(manifest).has_value(); }

void check_retention(PolicyRun& run) {
  const auto allowed = allowed_days(run.manifest);
  if (!allowed) return;
  for (const Model& model : run.graph.models) {
    const auto meta = parse_json_object(model.meta_json);
    const json::value* said = meta ? meta->if_contains(kMember) : nullptr;
    const std::int64_t* days = said == nullptr ? nullptr : said->if_int64();
    if (said == nullptr || (days != nullptr && *days >= allowed->least && *days <= allowed->most)) {
      run.pass(model);
      continue;
    }
    const std::string problem = fmt::format("has `meta.{}: {}`", kMember, to_json(*said));
    run.violate(
        model, problem, shown(*allowed),
        error_diagnostic("FLOE-E0742", "retention-of-a-model", fmt::format("model `{}` {}", model.name, problem))
            .note(fmt::format("the platform allows {}", shown(*allowed)))
            .help("remove it: what a model does not say is the platform's"));
  }
}

}  // namespace floe::policy
