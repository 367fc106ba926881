// A platform with everything above it: fetched, checked, merged (design: configuration.md 2).
#pragma once

#include "config/document.hpp"
#include "config/platform_manifest.hpp"
#include "rules/inheritance/reference.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"
#include "base/yaml/node.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::inheritance {

// One manifest of the chain.
struct Tier {
  config::Document document;
  std::string reference;  // as written where it is referred to
  std::string digest;     // `sha256:...`
  // Over the digests of this manifest and of all above it: what a pin names. Its own digest where nothing stands above.
  std::string chain_digest = {};
  config::Scope scope = config::Scope::kPlatform;
  std::string name;
  std::string version;
  // A compiled platform: what stood above it is merged into it already; `above` names it, the outermost first.
  bool is_resolved = false;
  json::array above = {};
  json::object origins = {};  // of a compiled platform: name of the manifest that says a setting, by its address
  bool is_broken = false;     // its document has errors
};

struct Chain {
  std::vector<Tier> tiers;  // the outermost first; the last is what the product refers to
  yaml::NodePtr merged;     // null when a document of the chain has errors
};

struct ChainRequest {
  std::string reference;
  std::string directory;  // absolute, that `reference` is relative to
  Span span;              // of the reference
  std::string address;    // platform.ref
};

// Whether a plugin of that name is installed in a category of `plugins`.
using IsInstalled = std::function<bool(std::string_view category, const std::string& type)>;

// One manifest by itself, whatever spelling it has; the findings of its document go to `sink`.
Tier read_tier(ManifestText text, const std::string& reference, const IsInstalled& is_installed, DiagnosticSink& sink);

// Findings of the documents and of what they do to each other go to `sink`. Fails with a diagnostic where a document
// cannot be had at all, see fetch_manifest, and with FLOE-E0324 of kIo where a manifest, with all above it, is not what
// its reference pins (`...@sha256:<hex>`).
Result<Chain> load_chain(const ChainRequest& request, const ReferenceContext& context, const IsInstalled& is_installed,
                         DiagnosticSink& sink);

// The innermost domain of a chain; nullptr when it has none.
const Tier* domain_of(const Chain& chain);

// The tier whose document has that display name, see Setting::file; nullptr when none has.
const Tier* tier_of(const Chain& chain, std::string_view file);

// Whether a reference pins what it names.
bool is_pinned(std::string_view reference);

// [{"ref", "digest", "scope", "name", "version"}], the outermost first.
json::array chain_json(const std::vector<Tier>& tiers);

// `enterprise 1.0.0 (file) > domain sales 2.1.0 (file)`: for messages and people.
std::string chain_text(const std::vector<Tier>& tiers);

}  // namespace floe::inheritance
