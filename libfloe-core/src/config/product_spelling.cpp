#include "config/product_spelling.hpp"

#include "config/floe_spec.hpp"

#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>

namespace floe::config {
namespace {

// What `metadata` holds in the long form.
constexpr std::array<std::string_view, 5> kHeadKeys{"name", "version", "owner", "description", "domain"};

constexpr const char* kNoVersion = "0.0.0";

bool belongs_to_head(const yaml::Entry& entry) {
  return std::find(kHeadKeys.begin(), kHeadKeys.end(), entry.key) != kHeadKeys.end();
}

yaml::Entry head_text(const char* key, std::string text, const Span& span) {
  auto node = std::make_shared<yaml::Node>();
  node->kind = yaml::Kind::kString;
  node->span = span;
  node->text = std::move(text);
  return {key, span, std::move(node), nullptr};
}

bool has_any(const yaml::Node& root, std::initializer_list<const char*> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return root.find(key) != nullptr; });
}

// A floe.yaml with nothing of a head, as migrations from a bare platform have it: called like its folder.
void name_after_folder(const Document& document, yaml::Node* metadata, DiagnosticSink& sink) {
  const Span span{document.name, 0, 0, 0, 0};
  const std::string folder = product_name(io::file_name(io::parent_path(document.path)));
  metadata->span = document.root->entries.front().key_span;
  metadata->entries.push_back(head_text("name", folder, metadata->span));
  metadata->entries.push_back(head_text("version", kNoVersion, metadata->span));
  sink.report(warning_diagnostic("FLOE-W1202", "short-product", "the product has no name and version")
                  .at(span)
                  .note(fmt::format("it is named `{}` after its folder, version {}", folder, kNoVersion))
                  .help("write `name: ...` and `version: \"1.0\"`"));
}

// Whether there was something to expand.
bool expand(Document* document, DiagnosticSink& sink) {
  const yaml::NodePtr root = document->root;
  if (root == nullptr || !root->is_mapping() || has_any(*root, {"metadata", "kind", "apiVersion"})) return false;
  if (!has_any(*root, {"name", "platform", "transforms"})) return false;
  auto metadata = std::make_shared<yaml::Node>();
  metadata->kind = yaml::Kind::kMapping;
  if (const yaml::Entry* name = root->find("name")) {
    metadata->span = name->key_span;
  } else if (root->find("version") == nullptr) {
    name_after_folder(*document, metadata.get(), sink);
  } else {
    return false;
  }
  auto expanded = std::make_shared<yaml::Node>();
  expanded->kind = yaml::Kind::kMapping;
  expanded->span = root->span;
  for (const yaml::Entry& entry : root->entries)
    (belongs_to_head(entry) ? metadata->entries : expanded->entries).push_back(entry);
  metadata->index_entries();
  expanded->entries.push_back(head_text("apiVersion", "floe.dev/v1", metadata->span));
  expanded->entries.push_back(head_text("kind", "DataProduct", metadata->span));
  expanded->entries.push_back({"metadata", metadata->span, metadata, nullptr});
  expanded->index_entries();
  document->root = std::move(expanded);
  return true;
}

}  // namespace

std::string product_name(std::string_view text) {
  constexpr std::size_t kLongest = 63;
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  for (const char c : text::to_lower_ascii(text)) {
    const bool is_plain = kPlain.find(c) != std::string_view::npos;
    if (is_plain || (!out.empty() && out.back() != '-')) out += is_plain ? c : '-';
  }
  out.resize(std::min(out.size(), kLongest));
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out.empty() ? "product" : out;
}

std::optional<Product> read_any_product(Document* document, DiagnosticSink& sink) {
  const bool is_short = expand(document, sink);
  auto product = document->root != nullptr && is_floe_spec(*document) ? read_floe_spec(*document, sink)
                                                                      : read_product(*document, sink);
  if (product) product->is_short = is_short;
  return product;
}

yaml::NodePtr platform_reference(const Document& document) {
  const yaml::NodePtr platform = document.root == nullptr ? nullptr : document.root->get("platform");
  const yaml::NodePtr reference =
      platform == nullptr ? nullptr : platform->get(is_floe_spec(document) ? "manifest" : "ref");
  return reference != nullptr && reference->is_string() && !reference->text.empty() ? reference : nullptr;
}

}  // namespace floe::config
