#include "rules/inheritance/chain.hpp"

#include "rules/inheritance/merge.hpp"
#include "schema/document_shapes.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"
#include "base/yaml/to_json.hpp"

#include <algorithm>

namespace floe::inheritance {
namespace {

using config::Scope;

constexpr std::string_view kCompiledSchema = "floe.platform/1";

// What a manifest says about the one above it.
struct ParentReference {
  std::string key;  // parent_manifest, parent_domain
  yaml::NodePtr value;
};

// nullptr stands for what is not written. False when the days are outside.
bool check_days(const yaml::NodePtr& days, const yaml::NodePtr& least, const yaml::NodePtr& most,
                const std::string& address, DiagnosticSink& sink) {
  if (days == nullptr) return true;
  const bool is_low = least != nullptr && days->integer < least->integer;
  const bool is_high = most != nullptr && days->integer > most->integer;
  if (!is_low && !is_high) return true;
  const yaml::Node& limit = is_low ? *least : *most;
  sink.report(error_diagnostic("FLOE-E0332", "retention-outside-bounds",
                               fmt::format("`{}` is {}, {} {}", address, days->integer,
                                           is_low ? "below the least" : "above the most", limit.integer))
                  .at(days->span)
                  .beside(limit.span, "the limit")
                  .addressed(address));
  return false;
}

// `retention` in itself, and data_retention_days by it.
void check_bounds(const yaml::Node& manifest, DiagnosticSink& sink) {
  const yaml::NodePtr governance = manifest.get("governance");
  const yaml::NodePtr bounds = governance == nullptr ? nullptr : governance->get("retention");
  if (bounds == nullptr) return;
  const yaml::NodePtr least = bounds->get("min");
  const yaml::NodePtr most = bounds->get("max");
  // Between bounds that are the wrong way round lies nothing: more findings would not help.
  if (!check_days(most, least, nullptr, "governance.retention.max", sink)) return;
  check_days(bounds->get("default"), least, most, "governance.retention.default", sink);
  check_days(governance->get("data_retention_days"), least, most, "governance.data_retention_days", sink);
}

// A short manifest got its name from a folder that is no longer around it.
yaml::NodePtr without_short_name(const yaml::NodePtr& manifest, std::string* name) {
  const yaml::NodePtr metadata = manifest->get("metadata");
  if (metadata == nullptr || metadata->find("version") != nullptr) return manifest;
  *name = config::member_text(*metadata, "name");
  auto out = std::make_shared<yaml::Node>(*manifest);
  std::erase_if(out->entries, [](const yaml::Entry& entry) { return entry.key == "metadata"; });
  out->index_entries();
  return out;
}

// {"schema": "floe.platform/1", "manifest": {...}, "origins": {...}, "inheritance_chain": [...]}: what `floe platform
// compile` writes.
void unwrap(Tier* tier) {
  const yaml::NodePtr root = tier->document.root;
  if (root == nullptr || config::member_text(*root, "schema") != kCompiledSchema) return;
  const yaml::NodePtr manifest = root->get("manifest");
  const yaml::NodePtr above = root->get("inheritance_chain");
  if (manifest == nullptr || !manifest->is_mapping()) return;
  tier->is_resolved = true;
  tier->document.root = without_short_name(manifest, &tier->document.called);
  if (const yaml::NodePtr origins = root->get("origins"); origins != nullptr && origins->is_mapping())
    tier->origins = yaml::to_json_value(*origins).as_object();
  if (above != nullptr && above->is_sequence()) tier->above = yaml::to_json_value(*above).as_array();
}

// Each over the one above, the outermost first.
void digest_chain(std::vector<Tier>* tiers) {
  std::string above;
  for (Tier& tier : *tiers) {
    tier.chain_digest = above.empty() ? tier.digest : "sha256:" + text::sha256_hex(above + "\n" + tier.digest + "\n");
    above = tier.chain_digest;
  }
}

class ChainLoader {
 public:
  ChainLoader(const ReferenceContext& context, const IsInstalled& is_installed, DiagnosticSink& sink)
      : context_(context), is_installed_(is_installed), sink_(sink) {}

  Result<Chain> load(const ChainRequest& request) {
    ChainRequest next = request;
    while (true) {
      auto fetched = fetch_manifest(next.reference, next.directory, next.span, next.address, context_);
      if (!fetched) return with_chain(std::move(fetched).error());
      if (is_cycle(*fetched, next)) break;
      pins_.push_back({fetched->pin, next.span, next.address});
      FLOE_TRY(add(std::move(*fetched), next.reference));
      const auto parent = parent_of(tiers_.back());
      if (!parent) break;
      next = {parent->value->text, io::parent_path(tiers_.back().document.path), parent->value->span, parent->key};
    }
    check_places();
    std::reverse(tiers_.begin(), tiers_.end());
    std::reverse(pins_.begin(), pins_.end());
    digest_chain(&tiers_);
    FLOE_TRY(check_pins());
    Chain chain{std::move(tiers_), nullptr};
    if (!is_broken_) chain.merged = merge_all(chain.tiers);
    return chain;
  }

 private:
  struct Pin {
    std::string digest;  // "" = the reference has none
    Span span;           // of the reference
    std::string address;
  };

  // Only a digest over all of them says that none above was exchanged.
  Status check_pins() const {
    for (std::size_t i = 0; i < tiers_.size(); ++i) {
      const Pin& pin = pins_[i];
      const Tier& tier = tiers_[i];
      if (pin.digest.empty() || pin.digest == tier.chain_digest) continue;
      auto diagnostic = error_diagnostic("FLOE-E0324", "platform-digest-mismatch",
                                         fmt::format("`{}` is not what is pinned", tier.document.name))
                            .note("pinned " + pin.digest)
                            .note("found  " + tier.chain_digest);
      if (i > 0) {
        diagnostic.notes.push_back("the digest is that of the chain: " +
                                   chain_text({tiers_.begin(), tiers_.begin() + static_cast<std::ptrdiff_t>(i) + 1}));
      }
      if (pin.span.valid()) diagnostic.labels.push_back({pin.span, "pinned here", true});
      return diagnostics_error(
          ErrorCode::kIo,
          std::move(diagnostic).help("compare the two, then pin the digest that you trust").addressed(pin.address));
    }
    return ok();
  }

  // Innermost first while loading.
  Status add(ManifestText fetched, const std::string& reference) {
    const std::string tag = fetched.tag;
    Tier tier = read_tier(std::move(fetched), reference, is_installed_, sink_);
    is_broken_ = is_broken_ || tier.is_broken;
    if (tier.document.root != nullptr && tier.document.root->is_mapping()) check_tag(tier, tag);
    tiers_.push_back(std::move(tier));
    return ok();
  }

  // A tag is the version of what it names; a leading `v` is how registries like to write it.
  void check_tag(const Tier& tier, std::string_view tag) {
    if (tag.starts_with('v')) tag.remove_prefix(1);
    if (tag.empty() || tag.find_first_not_of("0123456789.") != std::string_view::npos || tag == tier.version) return;
    sink_.report(error_diagnostic("FLOE-E0326", "platform-version-mismatch",
                                  fmt::format("`{}` holds version {}", tier.reference, tier.version))
                     .at(Span{tier.document.name, 0, 0, 0, 0})
                     .note("a tag of numbers is the version of the platform it names")
                     .addressed("metadata.version"));
    is_broken_ = true;
  }

  static std::optional<ParentReference> parent_of(const Tier& tier) {
    if (tier.document.root == nullptr || !tier.document.root->is_mapping()) return std::nullopt;
    for (const char* key : {"parent_domain", "parent_manifest"}) {
      const yaml::NodePtr value = tier.document.root->get(key);
      if (value != nullptr && value->is_string()) return ParentReference{key, value};
    }
    return std::nullopt;
  }

  bool is_cycle(const ManifestText& fetched, const ChainRequest& from) {
    const auto seen = std::find_if(tiers_.begin(), tiers_.end(),
                                   [&](const Tier& tier) { return tier.document.path == fetched.path; });
    if (seen == tiers_.end()) return false;
    std::string circle = seen->document.name;
    for (auto tier = seen + 1; tier != tiers_.end(); ++tier)
      circle += " -> " + tier->document.name;
    sink_.report(error_diagnostic("FLOE-E0327", "inheritance-cycle", "a manifest inherits from itself")
                     .at(from.span, "leads back")
                     .note(circle + " -> " + fetched.name)
                     .help("remove one of the references; the outermost manifest has none")
                     .addressed(from.address));
    is_broken_ = true;
    return true;
  }

  // A missing parent is told with the way that leads to it.
  Error with_chain(Error error) const {
    const std::string* details = error.detail("floe.diagnostics");
    auto diagnostics = details == nullptr ? Result<std::vector<Diagnostic>>(error) : diagnostics_from_json(*details);
    if (tiers_.empty() || !diagnostics) return error;
    std::string way;
    for (const Tier& tier : tiers_)
      way += (way.empty() ? "" : " -> ") + tier.document.name;
    DiagnosticSink own;
    for (Diagnostic& diagnostic : *diagnostics)
      own.report(std::move(diagnostic).note("inherited through " + way));
    return diagnostics_error(error.code, own);
  }

  // Who may stand above whom.
  void check_places() {
    for (std::size_t i = 0; i < tiers_.size(); ++i) {
      if (tiers_[i].document.root == nullptr || !tiers_[i].document.root->is_mapping()) continue;
      check_own_place(tiers_[i]);
      if (i + 1 < tiers_.size()) check_parent_scope(tiers_[i], tiers_[i + 1]);
    }
  }

  void report_scope(const Span& span, std::string message, const std::string& address, const std::string& help) {
    sink_.report(
        error_diagnostic("FLOE-E0328", "scope-mismatch", std::move(message)).at(span).help(help).addressed(address));
    is_broken_ = true;
  }

  // Only one of two is followed: what the other one demands would be lost.
  void check_one_parent(const yaml::Node& root) {
    const yaml::Entry* enterprise = root.find("parent_manifest");
    const yaml::Entry* domain = root.find("parent_domain");
    if (enterprise == nullptr || domain == nullptr) return;
    sink_.report(error_diagnostic("FLOE-E0328", "scope-mismatch", "a domain has one parent, and here are two")
                     .at(enterprise->key_span, "an enterprise")
                     .beside(domain->key_span, "a domain, which has an enterprise itself")
                     .help("keep `parent_domain` in a domain that lies in another one, else `parent_manifest`")
                     .addressed("parent_manifest"));
    is_broken_ = true;
  }

  void check_own_place(const Tier& tier) {
    const yaml::Node& root = *tier.document.root;
    const bool is_domain = tier.scope == Scope::kDomain;
    const auto refuse = [&](const char* key, const char* message, const char* help) {
      if (const yaml::Entry* entry = root.find(key)) report_scope(entry->key_span, message, key, help);
    };
    if (tier.is_resolved) return;  // its parts were checked when it was made
    if (is_domain) {
      refuse("approved_plugins", "a domain cannot approve plugins: the enterprise does",
             "remove it; `plugins` selects from what is approved");
      refuse("approved_sinks", "a domain cannot approve sinks: the enterprise does", "remove it");
      check_one_parent(root);
      if (parent_of(tier).has_value()) return;
      const yaml::NodePtr scope = root.get("scope");
      report_scope(scope == nullptr ? yaml::head_span(root) : scope->span, "a domain needs `parent_manifest`",
                   "parent_manifest", "write the reference of the enterprise manifest, or of `parent_domain`");
      return;
    }
    refuse("parent_manifest", "only a domain has a `parent_manifest`", "add `scope: domain`, or remove it");
    refuse("parent_domain", "only a domain lies in a domain", "add `scope: domain`, or remove it");
    refuse("approved_products", "only a domain approves products", "add `scope: domain`, or remove it");
    if (tier.scope == Scope::kEnterprise) return;
    refuse("approved_plugins", "only an enterprise approves plugins", "add `scope: enterprise`, or remove it");
    refuse("approved_sinks", "only an enterprise approves sinks", "add `scope: enterprise`, or remove it");
  }

  void check_parent_scope(const Tier& child, const Tier& parent) {
    const auto reference = parent_of(child);
    if (!reference || parent.document.root == nullptr) return;
    const Scope wanted = reference->key == "parent_domain" ? Scope::kDomain : Scope::kEnterprise;
    if (parent.scope == wanted) return;
    report_scope(reference->value->span,
                 fmt::format("`{}` refers to `{}`, whose scope is {}", reference->key, parent.document.name,
                             config::scope_name(parent.scope)),
                 reference->key,
                 fmt::format("`{}` is for a manifest with `scope: {}`", reference->key, config::scope_name(wanted)));
  }

  yaml::NodePtr merge_all(const std::vector<Tier>& tiers) {
    yaml::NodePtr merged = tiers.front().document.root;
    // Each by itself too: a child may hide what is wrong above it. What both find is told once.
    for (const Tier& tier : tiers)
      check_bounds(*tier.document.root, sink_);
    for (std::size_t i = 1; i < tiers.size(); ++i)
      merged = merge(merged, tiers[i].document.root, config::kManifestShape, sink_);
    check_bounds(*merged, sink_);
    return merged;
  }

  const ReferenceContext& context_;
  const IsInstalled& is_installed_;
  DiagnosticSink& sink_;
  std::vector<Tier> tiers_;
  std::vector<Pin> pins_;  // of the references that lead to them
  bool is_broken_ = false;
};

}  // namespace

Tier read_tier(ManifestText text, const std::string& reference, const IsInstalled& is_installed, DiagnosticSink& sink) {
  Tier tier;
  tier.reference = reference;
  tier.digest = text.digest;
  tier.document = config::parse_document(text.path, text.name, std::move(text.text), sink);
  unwrap(&tier);
  tier.is_broken = !config::check_manifest(&tier.document, is_installed, sink);
  if (tier.document.root == nullptr || !tier.document.root->is_mapping()) return tier;
  const yaml::Node& root = *tier.document.root;
  tier.scope = config::scope_of(root);
  if (const yaml::NodePtr metadata = root.get("metadata")) {
    tier.name = config::member_text(*metadata, "name");
    tier.version = config::member_text(*metadata, "version");
  } else {
    tier.name = config::short_name(tier.document);
  }
  return tier;
}

Result<Chain> load_chain(const ChainRequest& request, const ReferenceContext& context, const IsInstalled& is_installed,
                         DiagnosticSink& sink) {
  return ChainLoader(context, is_installed, sink).load(request);
}

const Tier* domain_of(const Chain& chain) {
  if (chain.tiers.empty() || chain.tiers.back().scope != config::Scope::kDomain) return nullptr;
  return &chain.tiers.back();
}

const Tier* tier_of(const Chain& chain, std::string_view file) {
  const auto found = std::find_if(chain.tiers.begin(), chain.tiers.end(),
                                  [&](const Tier& tier) { return tier.document.name == file; });
  return found == chain.tiers.end() ? nullptr : &*found;
}

bool is_pinned(std::string_view reference) { return reference.find("@sha256:") != std::string_view::npos; }

json::array chain_json(const std::vector<Tier>& tiers) {
  json::array out;
  for (const Tier& tier : tiers) {
    for (const json::value& above : tier.above)
      out.push_back(above);
    out.push_back(json::object{{"ref", tier.reference},
                               {"digest", tier.digest},
                               {"scope", config::scope_name(tier.scope)},
                               {"name", tier.name},
                               {"version", tier.version}});
  }
  return out;
}

std::string chain_text(const std::vector<Tier>& tiers) {
  std::string out;
  for (const Tier& tier : tiers) {
    out += fmt::format("{}{} {} {}({})", out.empty() ? "" : " > ", config::scope_name(tier.scope), tier.name,
                       tier.version.empty() ? "" : tier.version + " ", tier.reference);
  }
  return out;
}

}  // namespace floe::inheritance
