#include "compile/required_platform.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::compile {
namespace {

bool is_met(const config::RequiredPlatform& required, const inheritance::Chain* chain) {
  return chain != nullptr && std::any_of(chain->tiers.begin(), chain->tiers.end(), [&](const inheritance::Tier& tier) {
           return tier.chain_digest == required.digest;
         });
}

void report(const config::RequiredPlatform& required, const inheritance::Chain* chain, const Span& place,
            DiagnosticSink& sink) {
  auto diagnostic = error_diagnostic(
      "FLOE-E0785", "required-platform",
      fmt::format("{} requires the platform `{}`, which this product is not of", required.said_by, required.reference));
  if (place.valid()) diagnostic.labels.push_back({place, "refers to another one", true});
  diagnostic.notes.push_back("required " + required.digest);
  if (chain == nullptr) diagnostic.notes.emplace_back("found    no platform");
  for (std::size_t i = 0; chain != nullptr && i < chain->tiers.size(); ++i)
    diagnostic.notes.push_back(
        fmt::format("found    {} {}", chain->tiers[i].chain_digest, chain->tiers[i].document.name));
  const bool has_name = required.reference != required.digest;
  diagnostic.helps.push_back(
      has_name ? fmt::format("write `platform: {{ref: {}}}` in floe.yaml, or a domain below it", required.reference)
               : "let `platform.ref` in floe.yaml name that platform");
  sink.report(std::move(diagnostic).addressed("platform.ref"));
}

}  // namespace

bool check_required_platform(const config::MachinePolicy& policy, const inheritance::Chain* chain, const Span& place,
                             DiagnosticSink& sink) {
  bool are_met = true;
  for (const config::RequiredPlatform& required : policy.required) {
    if (is_met(required, chain)) continue;
    report(required, chain, place, sink);
    are_met = false;
  }
  return are_met;
}

bool is_continuous_integration(const io::Environment& environment) {
  const std::string value = environment.get("CI").value_or("");
  return !value.empty() && value != "0" && value != "false";
}

void warn_unpinned_platform(const config::MachinePolicy& policy, const inheritance::Chain& chain, const Span& place,
                            DiagnosticSink& sink) {
  if (chain.tiers.empty() || inheritance::is_pinned(chain.tiers.back().reference)) return;
  const inheritance::Tier& platform = chain.tiers.back();
  const auto is_required = [&](const config::RequiredPlatform& each) { return each.digest == platform.chain_digest; };
  if (std::any_of(policy.required.begin(), policy.required.end(), is_required)) return;
  sink.report(warning_diagnostic("FLOE-W0787", "unpinned-platform",
                                 fmt::format("nothing says which `{}` is meant", platform.reference))
                  .at(place, "not pinned")
                  .note("whoever writes the manifests that it leads to says what this compile enforces")
                  .help(fmt::format("pin it: {}@{}", platform.reference, platform.chain_digest))
                  .addressed("platform.ref"));
}

}  // namespace floe::compile
