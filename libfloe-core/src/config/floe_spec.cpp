#include "config/floe_spec.hpp"

#include "config/schedule.hpp"
#include "config/unique_names.hpp"
#include "schema/document_shapes.hpp"

namespace floe::config {
namespace {

ModelAnnotation read_annotation(const yaml::Node& node) {
  ModelAnnotation out;
  out.model = member_text(node, "name");
  out.span = node.get("name")->span;
  out.compute = member_text(node, "compute");
  out.tier = member_text(node, "tier");
  out.tags = member_texts(node, "tags");
  for (const char* key : {"dependsOn", "depends_on"}) {
    const yaml::NodePtr list = node.get(key);
    if (list == nullptr) continue;
    for (const yaml::NodePtr& item : list->items)
      out.reads.push_back({item->text, item->span});
  }
  return out;
}

}  // namespace

bool is_floe_spec(const Document& document) {
  return document.root != nullptr && member_text(*document.root, "kind") == "FloeSpec";
}

std::optional<Product> read_floe_spec(const Document& document, DiagnosticSink& sink) {
  DiagnosticSink own;
  const yaml::Node& root = *document.root;
  check_shape(root, kFloeSpecShape, "", own);
  Product product;
  if (!own.has_errors()) {
    read_product_head(root, "manifest", &product);
    UniqueNames names("FLOE-E0359", "duplicate-transform", "transforms", "", own);
    for (const yaml::NodePtr& item : root.get("transforms")->items) {
      product.annotations.push_back(read_annotation(*item));
      names.add(product.annotations.back().model, product.annotations.back().span);
    }
    product.schedule = root.get("schedule");
    if (product.schedule != nullptr) check_schedule(*product.schedule, "schedule", own);
    product.destinations = read_destinations(root, own);
    product.labels = root.get("metadata")->get("labels");
  }
  const bool is_usable = !own.has_errors();
  sink.merge(std::move(own));
  if (!is_usable) return std::nullopt;
  return product;
}

}  // namespace floe::config
