#include "config/product_spelling.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace floe::config {
namespace {

// What `metadata` holds in the long form.
constexpr std::array<std::string_view, 5> kHeadKeys{"name", "version", "owner", "description", "domain"};

bool belongs_to_head(const yaml::Entry& entry) {
  return std::find(kHeadKeys.begin(), kHeadKeys.end(), entry.key) != kHeadKeys.end();
}

yaml::Entry head_text(const char* key, const char* text, const Span& span) {
  auto node = std::make_shared<yaml::Node>();
  node->kind = yaml::Kind::kString;
  node->span = span;
  node->text = text;
  return {key, span, std::move(node), nullptr};
}

}  // namespace

void expand_short_product(Document* document) {
  const yaml::NodePtr root = document->root;
  if (root == nullptr || !root->is_mapping()) return;
  const bool is_long =
      root->find("metadata") != nullptr || root->find("kind") != nullptr || root->find("apiVersion") != nullptr;
  if (is_long || root->find("name") == nullptr) return;
  auto metadata = std::make_shared<yaml::Node>();
  metadata->kind = yaml::Kind::kMapping;
  metadata->span = root->find("name")->key_span;
  auto expanded = std::make_shared<yaml::Node>();
  expanded->kind = yaml::Kind::kMapping;
  expanded->span = root->span;
  for (const yaml::Entry& entry : root->entries)
    (belongs_to_head(entry) ? metadata->entries : expanded->entries).push_back(entry);
  expanded->entries.push_back(head_text("apiVersion", "floe.dev/v1", metadata->span));
  expanded->entries.push_back(head_text("kind", "DataProduct", metadata->span));
  expanded->entries.push_back({"metadata", metadata->span, metadata, nullptr});
  expanded->index_entries();
  document->root = std::move(expanded);
}

}  // namespace floe::config
