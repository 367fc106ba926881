#include "product/workspace.hpp"

#include "config/floe_spec.hpp"
#include "config/product_spelling.hpp"
#include "rules/inheritance/chain.hpp"
#include "rules/inheritance/reference.hpp"

#include "base/io/enter_directory.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace floe::product {
namespace {

constexpr const char* kProductFile = "floe.yaml";
constexpr std::array<std::string_view, 6> kForeign{"target", "logs", "node_modules", "venv", "dist", "build"};

class Reader {
 public:
  Reader(const std::string& root, io::FileSystem& files, const io::Environment& environment, DiagnosticSink& sink)
      : root_(root), files_(files), environment_(environment), sink_(sink) {}

  Status walk(const std::string& directory, std::vector<std::string> above) {
    if (!FLOE_TRY(io::enter_directory(files_, directory, &above))) return ok();
    const std::vector<io::DirectoryEntry> entries = FLOE_TRY(files_.list(directory));
    for (const io::DirectoryEntry& entry : entries) {
      if (entry.name == kProductFile) FLOE_TRY(read(directory));
    }
    for (const io::DirectoryEntry& entry : entries) {
      const bool is_foreign = std::find(kForeign.begin(), kForeign.end(), entry.name) != kForeign.end();
      if (entry.kind != io::FileKind::kDirectory || entry.name.starts_with('.') || is_foreign) continue;
      FLOE_TRY(walk(io::join_path(directory, entry.name), above));
    }
    return ok();
  }

  Workspace take() {
    std::stable_sort(found_.products.begin(), found_.products.end(),
                     [](const Listed& a, const Listed& b) { return a.name() < b.name(); });
    for (std::size_t i = 1; i < found_.products.size(); ++i) {
      if (found_.products[i].name() == found_.products[i - 1].name())
        report_twice(found_.products[i - 1], found_.products[i]);
    }
    return std::move(found_);
  }

 private:
  Status read(const std::string& directory) {
    auto document = FLOE_TRY(config::read_document(io::join_path(directory, kProductFile), root_, files_, sink_));
    auto product = config::read_any_product(&document, sink_);
    if (!product) return ok();
    Listed listed{io::relative_path(document.path, root_), "", *std::move(product), {}};
    const yaml::NodePtr metadata = document.root->get("metadata");
    listed.domain = metadata == nullptr ? "" : config::member_text(*metadata, "domain");
    if (listed.domain.empty()) listed.domain = domain_of(listed.product, directory);
    for (const config::OutputPort& port : listed.product.ports.outputs)
      listed.offers.push_back(
          {port.name, port.model.name, version_of(listed.product, port, directory), port.classification});
    found_.products.push_back(std::move(listed));
    return ok();
  }

  // Hundreds of products share a manifest.
  std::string domain_of(const config::Product& product, const std::string& directory) {
    const std::string& reference = product.platform_ref;
    if (reference.empty()) return "";
    const bool is_path = !reference.starts_with("oci:") && !reference.starts_with("file:");
    const std::string key = is_path ? io::normalize_path(io::join_path(directory, reference)) : reference;
    const auto known = domains_.find(key);
    if (known != domains_.end()) return known->second;
    std::string& domain = domains_[key];
    auto manifest = inheritance::fetch_manifest(reference, directory, product.platform_ref_span, "platform.ref",
                                                {files_, environment_, root_});
    if (!manifest) {
      sink_.report(warning_diagnostic("FLOE-W1302", "unknown-domain",
                                      fmt::format("the domain of product `{}` is not known: {}", product.name,
                                                  manifest.error().message))
                       .at(product.platform_ref_span));
      return domain;
    }
    DiagnosticSink unused;  // of the platform, which its own commands check
    const inheritance::Tier tier = inheritance::read_tier(*std::move(manifest), reference, {}, unused);
    if (tier.scope == config::Scope::kDomain) domain = tier.name;
    return domain;
  }

  std::string version_of(const config::Product& product, const config::OutputPort& port, const std::string& directory) {
    if (port.contract.name.empty()) return product.version;
    const auto document = config::read_document(io::join_path(directory, port.contract.name), root_, files_, sink_);
    if (!document) {
      sink_.report(
          error_diagnostic("FLOE-E0303", "not-found", fmt::format("there is no data contract `{}`", port.contract.name))
              .at(port.contract.span, fmt::format("of port `{}`", port.name)));
      return product.version;
    }
    return document->root == nullptr ? "" : config::member_text(*document->root, "version");
  }

  void report_twice(const Listed& first, const Listed& second) {
    sink_.report(
        error_diagnostic("FLOE-E0793", "product-twice", fmt::format("product `{}` is there twice", second.name()))
            .at(second.product.name_span)
            .beside(first.product.name_span, "the first one")
            .note("others find a product by its name, and its tables by its namespace")
            .help("rename one of them, or give it to another domain"));
  }

  const std::string& root_;
  io::FileSystem& files_;
  const io::Environment& environment_;
  DiagnosticSink& sink_;
  Workspace found_;
  std::map<std::string, std::string> domains_;
};

}  // namespace

std::string Listed::name() const { return domain.empty() ? product.name : domain + "." + product.name; }

Result<Workspace> read_workspace(const std::string& root, io::FileSystem& files, const io::Environment& environment,
                                 DiagnosticSink& sink) {
  Reader reader(root, files, environment, sink);
  FLOE_TRY(reader.walk(root, {}));
  return reader.take();
}

}  // namespace floe::product
