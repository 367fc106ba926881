#include "rules/inheritance/inherited_levels.hpp"

#include "config/platform_manifest.hpp"
#include "rules/policy/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace floe::inheritance {
namespace {

using config::Enforcement;
using config::PlatformManifest;

// A level of a platform, and the keys that set it.
struct Level {
  Enforcement PlatformManifest::* member;
  std::vector<const char*> keys;
};

// What is enforced above, and the section of the manifest that asks for it.
struct Enforced {
  std::string_view title;
  std::string_view section;
};

constexpr const char* kPacks = "plugins.policies";

const yaml::Entry* entry_at(const yaml::Node& root, std::string_view address) {
  const auto dot = address.find('.');
  const yaml::Entry* entry = root.find(address.substr(0, dot));
  if (entry == nullptr || dot == std::string_view::npos) return entry;
  return entry_at(*entry->value, address.substr(dot + 1));
}

// The first policy above that would be enforced less at `after`.
std::optional<Enforced> weakened(const PlatformManifest& above, const Level& level, Enforcement after) {
  PlatformManifest lowered = above;
  lowered.*level.member = after;
  for (const policy::Policy& policy : policy::policies()) {
    if (policy.level(lowered) < policy.level(above)) return Enforced{policy.title, policy.section};
  }
  const bool has_packs = level.member == &PlatformManifest::policies && above.plugin_lists.contains("policies");
  return has_packs ? std::optional(Enforced{"rules of policy plugins", kPacks}) : std::nullopt;
}

bool is_told(const DiagnosticSink& told, std::string_view address) {
  return std::any_of(told.all().begin(), told.all().end(),
                     [&](const Diagnostic& diagnostic) { return diagnostic.address == address; });
}

void report(const yaml::Node& written, const std::string& address, const Enforced& enforced, const yaml::Node& above,
            std::string_view before, std::string_view after, DiagnosticSink& sink) {
  auto diagnostic = error_diagnostic("FLOE-E0322", "policy-weakened",
                                     fmt::format("a policy cannot be weakened: by `{}` the level of {} would go from "
                                                 "`{}` to `{}`",
                                                 address, enforced.title, before, after))
                        .at(yaml::head_span(written), "weaker")
                        .note("a manifest may make what it inherits stricter, never weaker")
                        .help(fmt::format("remove it, or have `{}` written where {} are set", address, enforced.title))
                        .addressed(address);
  if (const yaml::Entry* section = entry_at(above, enforced.section))
    diagnostic.labels.push_back({section->key_span, "enforced above", false});
  sink.report(std::move(diagnostic));
}

}  // namespace

void check_inherited_levels(const yaml::Node& above, const yaml::Node& own, const yaml::Node& merged,
                            const DiagnosticSink& told, DiagnosticSink& sink) {
  const Level levels[] = {
      {&PlatformManifest::naming, {"data_architecture.naming.enforcement"}},
      {&PlatformManifest::policies,
       {"governance.policy_enforcement_level", "governance.quality_gates.block_on_failure"}},
  };
  DiagnosticSink known;  // of documents that are checked elsewhere
  const PlatformManifest before = config::read_members(above, known);
  const PlatformManifest after = config::read_members(merged, known);
  for (const Level& level : levels) {
    if (after.*level.member >= before.*level.member) continue;
    const auto enforced = weakened(before, level, after.*level.member);
    if (!enforced) continue;
    for (const char* key : level.keys) {
      const yaml::Entry* written = entry_at(own, key);
      if (written == nullptr) continue;
      if (!is_told(told, key)) {
        report(*written->value, key, *enforced, above, config::enforcement_name(before.*level.member),
               config::enforcement_name(after.*level.member), sink);
      }
      break;
    }
  }
}

}  // namespace floe::inheritance
