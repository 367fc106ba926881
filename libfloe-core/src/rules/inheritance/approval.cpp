#include "rules/inheritance/approval.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::inheritance {
namespace {

constexpr const char* kNameNote =
    "a name alone approves the plugin that came with floe; `NAME@ID` and `NAME@sha256:...` approve another one";

std::vector<std::string> entries_of(const yaml::Node& list) {
  if (list.is_scalar()) return {list.text};
  std::vector<std::string> out;
  out.reserve(list.items.size());
  for (const yaml::NodePtr& item : list.items)
    out.push_back(item->text);
  return out;
}

bool is_among(const std::vector<std::string>& entries, const std::string& type, std::string_view category,
              const Approves& approves) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const std::string& entry) { return approves(category, entry, type); });
}

// A name that is the one that is listed, and yet not the plugin that is meant by it.
bool is_other_plugin_of_name(const std::vector<std::string>& entries, const std::string& type) {
  return std::find(entries.begin(), entries.end(), type.substr(0, type.find('@'))) != entries.end();
}

std::string approved_note(const std::vector<std::string>& entries) {
  return "approved: " + (entries.empty() ? "none" : text::join(entries, ", "));
}

}  // namespace

bool check_approved_plugins(const Chain& chain, const std::multimap<std::string, compile::PluginChoice>& plugins,
                            const Approves& approves, DiagnosticSink& sink) {
  const yaml::NodePtr approved = chain.merged == nullptr ? nullptr : chain.merged->get("approved_plugins");
  if (approved == nullptr) return true;
  bool are_all = true;
  for (const auto& [category, choice] : plugins) {
    const yaml::Entry* list = approved->find(category);
    if (list == nullptr) continue;
    const std::vector<std::string> entries = entries_of(*list->value);
    if (is_among(entries, choice.type, category, approves)) continue;
    are_all = false;
    const bool is_default = !choice.span.valid();
    auto diagnostic = error_diagnostic("FLOE-E0329", "plugin-not-approved",
                                       fmt::format("{} plugin `{}` is not approved", category, choice.type))
                          .at(is_default ? list->key_span : choice.span,
                              is_default ? "no plugin is chosen, so the default is used" : "chosen here")
                          .note(approved_note(entries))
                          .help(choice.is_of_environment
                                    ? "name one of them, or ask for approval"
                                    : fmt::format("choose one of them in `plugins.{}`, or ask for approval", category))
                          .addressed("plugins." + category);
    if (is_other_plugin_of_name(entries, choice.type)) diagnostic.notes.emplace_back(kNameNote);
    if (!is_default) diagnostic.labels.push_back({list->key_span, "what is approved", false});
    sink.report(std::move(diagnostic));
  }
  return are_all;
}

bool check_approved_sinks(const Chain& chain, const std::vector<compile::Destination>& destinations,
                          const Approves& approves, DiagnosticSink& sink) {
  if (chain.merged == nullptr) return true;
  bool are_all = true;
  const yaml::NodePtr plugins = chain.merged->get("approved_plugins");
  for (const yaml::Entry* list :
       {chain.merged->find("approved_sinks"), plugins == nullptr ? nullptr : plugins->find("sinks")}) {
    if (list == nullptr) continue;
    const std::vector<std::string> entries = entries_of(*list->value);
    for (const compile::Destination& destination : destinations) {
      if (is_among(entries, destination.sink.type, "sinks", approves)) continue;
      are_all = false;
      sink.report(error_diagnostic("FLOE-E0329", "plugin-not-approved",
                                   fmt::format("destination `{}` uses sink `{}`, which is not approved",
                                               destination.name, destination.sink.type))
                      .at(destination.sink.span, "chosen here")
                      .beside(list->key_span, "what is approved")
                      .note(approved_note(entries))
                      .help("name one of them in `sink_type`, or ask for approval")
                      .addressed("destinations." + destination.name + ".sink_type"));
    }
  }
  return are_all;
}

void check_product(const Chain& chain, const config::Product& product, const yaml::Node& root, DiagnosticSink& sink) {
  const yaml::NodePtr metadata = root.get("metadata");
  for (const Tier& tier : chain.tiers) {
    const yaml::Entry* approved =
        tier.document.root == nullptr ? nullptr : tier.document.root->find("approved_products");
    if (approved == nullptr) continue;
    const std::vector<std::string> names = entries_of(*approved->value);
    if (std::find(names.begin(), names.end(), product.name) != names.end()) continue;
    sink.report(error_diagnostic("FLOE-E0330", "product-not-approved",
                                 fmt::format("domain `{}` does not approve product `{}`", tier.name, product.name))
                    .at(metadata->get("name")->span, "not listed")
                    .beside(approved->key_span, "the products of the domain")
                    .note(fmt::format("approved: {}", names.empty() ? "none" : text::join(names, ", ")))
                    .help(fmt::format("have `{}` added to `approved_products` of {}", product.name, tier.document.name))
                    .addressed("metadata.name"));
  }
  const Tier* domain = domain_of(chain);
  const yaml::NodePtr said = metadata->get("domain");
  if (said != nullptr && (domain == nullptr || domain->name != said->text)) {
    sink.report(error_diagnostic("FLOE-E0331", "domain-mismatch",
                                 domain == nullptr ? fmt::format("the platform has no domain `{}`", said->text)
                                                   : fmt::format("the platform is of domain `{}`, not `{}`",
                                                                 domain->name, said->text))
                    .at(said->span)
                    .note("a product has one domain: the one its platform belongs to")
                    .help(domain == nullptr ? "remove `domain`, or let `platform.ref` name the domain's manifest"
                                            : fmt::format("write `domain: {}`, or leave it out", domain->name))
                    .addressed("metadata.domain"));
  }
  if (domain != nullptr && product.description.empty()) {
    const char* missing = "a product of a domain needs `metadata.description`";
    sink.report((product.is_short ? warning_diagnostic("FLOE-W1203", "undescribed-product", missing)
                                  : error_diagnostic("FLOE-E0203", "missing-key", missing))
                    .at(metadata->get("name")->span)
                    .note("other domains find it by what it says of itself")
                    .addressed("metadata.description"));
  }
}

}  // namespace floe::inheritance
