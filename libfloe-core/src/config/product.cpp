#include "config/product.hpp"

#include "config/schedule.hpp"
#include "config/unique_names.hpp"
#include "schema/document_shapes.hpp"

#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace floe::config {
namespace {

// `keys` and `write_mode: merge` belong together, and a key is a column.
void check_keys(const yaml::Node& node, const compile::IngestionSource& source, DiagnosticSink& sink) {
  const bool merges = source.write_mode == compile::WriteMode::kMerge;
  const auto report = [&](std::string message, const Span& span, std::string help) {
    sink.report(error_diagnostic("FLOE-E0351", "merge-keys", std::move(message)).at(span).help(std::move(help)));
  };
  if (merges && source.keys.empty()) {
    report(fmt::format("source `{}` merges and has no `keys`", source.name), node.get("write_mode")->span,
           "name the columns that identify a row, such as `keys: [id]`");
  }
  if (!merges && !source.keys.empty()) {
    report(fmt::format("source `{}` has `keys`, which only write_mode `merge` uses", source.name), source.keys_span,
           "write `write_mode: merge`, or leave `keys` out");
  }
  for (std::size_t i = 0; i < source.keys.size() && !source.columns.empty(); ++i) {
    const bool is_column =
        std::any_of(source.columns.begin(), source.columns.end(), [&](const compile::IngestionColumn& column) {
          return text::equals_ignore_case_ascii(column.name, source.keys[i]);
        });
    if (is_column) continue;
    std::vector<std::string> names;
    names.reserve(source.columns.size());
    for (const compile::IngestionColumn& column : source.columns)
      names.push_back(column.name);
    report(fmt::format("key `{}` of source `{}` is none of its `columns`", source.keys[i], source.name),
           node.get("keys")->items[i]->span, "there are " + text::quoted_list(names));
  }
}

compile::IngestionSource read_source(const yaml::Node& node) {
  compile::IngestionSource source;
  source.name = member_text(node, "name");
  source.format = member_text(node, "format");
  source.path = member_text(node, "path");
  const std::string table = member_text(node, "table");
  for (const std::string_view level : text::split(table, '.'))
    source.table.emplace_back(level);
  const std::string mode = member_text(node, "write_mode");
  if (mode == "append") source.write_mode = compile::WriteMode::kAppend;
  if (mode == "merge") source.write_mode = compile::WriteMode::kMerge;
  if (const yaml::NodePtr keys = node.get("keys")) {
    for (const yaml::NodePtr& key : keys->items)
      source.keys.push_back(key->text);
    source.keys_span = keys->span;
  }
  if (const yaml::NodePtr contract = node.get("schema_contract")) {
    if (contract->text == "freeze") source.contract = compile::SchemaContract::kFreeze;
    if (contract->text == "discard") source.contract = compile::SchemaContract::kDiscard;
    source.contract_span = contract->span;
  }
  if (const yaml::NodePtr bad_rows = node.get("on_bad_rows")) {
    if (bad_rows->text == "rejects") source.bad_rows = compile::BadRows::kRejects;
    source.bad_rows_span = bad_rows->span;
  }
  source.options = "{}";
  if (const yaml::NodePtr options = node.get("options"); options != nullptr && options->is_mapping()) {
    source.options = to_json(yaml::to_json_value(*options));
    for (const yaml::Entry& entry : options->entries)
      source.option_spans.emplace_back(entry.key, entry.key_span);
  }
  if (const yaml::NodePtr columns = node.get("columns")) {
    for (const yaml::NodePtr& column : columns->items) {
      source.columns.push_back({member_text(*column, "name"), member_text(*column, "type"), column->get("name")->span,
                                column->get("type")->span});
    }
  }
  if (const yaml::NodePtr properties = node.get("properties")) {
    for (const yaml::Entry& entry : properties->entries)
      source.properties.emplace_back(entry.key, entry.value->text);
  }
  source.span = node.get("name")->span;
  source.path_span = node.get("path")->span;
  source.table_span = node.get("table")->span;
  return source;
}

// sink/target of floe.sink/1.
json::object read_target(const yaml::Node& node) {
  json::object target{{"name", member_text(node, "name")}, {"mode", "replace"}};
  if (const yaml::NodePtr config = node.get("config")) {
    for (const yaml::Entry& entry : config->entries)
      target[entry.key] = yaml::to_json_value(*entry.value);
  }
  if (const yaml::NodePtr mapping = node.get("field_mapping")) target["field_mapping"] = yaml::to_json_value(*mapping);
  if (const yaml::NodePtr rows = node.get("batch_size")) target["batch_rows"] = rows->integer;
  return target;
}

compile::Destination read_destination(const yaml::Node& node) {
  compile::Destination destination;
  destination.name = member_text(node, "name");
  destination.span = node.get("name")->span;
  json::object config;
  const std::string secret = member_text(node, "connection_secret_ref");
  if (!secret.empty()) config["connection_secret_ref"] = secret;
  destination.sink = {member_text(node, "sink_type"), to_json(config), node.get("sink_type")->span};
  destination.source_table = member_text(node, "source_table");
  destination.source_span = node.get("source_table")->span;
  destination.target = to_json(read_target(node));
  return destination;
}

void report_shared_names(UniqueNames given, const auto& list) {
  for (const auto& each : list)
    given.add(each.name, each.span);
}

// A schedule runs the transform of a name, not two of them.
std::vector<std::string> transform_names(const std::vector<TransformPath>& transforms, DiagnosticSink& sink) {
  UniqueNames given("FLOE-E0359", "duplicate-transform", "transforms", "", sink);
  std::vector<std::string> names;
  for (const TransformPath& transform : transforms) {
    if (transform.name.empty()) continue;
    given.add(transform.name, transform.name_span);
    names.push_back(transform.name);
  }
  return names;
}

// Schedules name transforms that there are; names are given once.
void check_schedules(const yaml::Node& schedules, const std::vector<std::string>& known, DiagnosticSink& sink) {
  std::map<std::string, Span> seen;
  for (std::size_t i = 0; i < schedules.items.size(); ++i) {
    const yaml::Node& schedule = *schedules.items[i];
    const std::string address = fmt::format("schedules[{}]", i);
    check_schedule(schedule, address, sink);
    const yaml::NodePtr name = schedule.get("name");
    const auto [first, is_new] = seen.emplace(name->text, name->span);
    if (!is_new) {
      sink.report(
          error_diagnostic("FLOE-E0345", "duplicate-schedule", fmt::format("there are two schedules `{}`", name->text))
              .at(name->span)
              .beside(first->second, "the first one")
              .addressed(address + ".name"));
    }
    const yaml::NodePtr wanted = schedule.get("transforms");
    if (wanted == nullptr) continue;
    for (const yaml::NodePtr& transform : wanted->items) {
      if (std::find(known.begin(), known.end(), transform->text) != known.end()) continue;
      auto diagnostic =
          error_diagnostic("FLOE-E0344", "unknown-transform",
                           fmt::format("schedule `{}` names `{}`, which is no transform", name->text, transform->text))
              .at(transform->span)
              .note(known.empty() ? "no transform has a name" : "there are " + text::join(known, ", "))
              .addressed(address + ".transforms");
      if (const auto near = text::nearest(transform->text, known))
        diagnostic.helps.push_back(fmt::format("write `{}`", *near));
      sink.report(std::move(diagnostic));
    }
  }
}

// The directory a glob lies in, as far as it has no wildcard.
std::string directory_of_glob(std::string_view glob) {
  const std::string_view fixed = glob.substr(0, glob.find_first_of("*?["));
  const auto slash = fixed.rfind('/');
  return std::string(slash == std::string_view::npos ? "." : fixed.substr(0, slash));
}

void read_transform(const yaml::Node& node, const std::string& address, Product* product, DiagnosticSink& sink) {
  TransformPath transform;
  transform.name = member_text(node, "name");
  if (const yaml::NodePtr name = node.get("name")) transform.name_span = name->span;
  transform.project = member_text(node, "project");
  if (const yaml::NodePtr compute = node.get("compute")) transform.compute = {compute->text, compute->span};
  const yaml::NodePtr path = node.get("path");
  const yaml::NodePtr models = node.get("models");
  if ((path == nullptr) == (models == nullptr || models->items.empty())) {
    sink.report(error_diagnostic("FLOE-E0203", "missing-key", "a transform needs either `path` or `models`")
                    .at(node.get("type")->span)
                    .note("`path` is a directory of models, `models` a list of globs")
                    .addressed(address));
    return;
  }
  if (path != nullptr) {
    transform.path = path->text;
    transform.span = path->span;
    return product->transform_paths.push_back(std::move(transform));
  }
  for (const yaml::NodePtr& item : models->items)
    transform.globs.push_back(item->get("path")->text);
  transform.path = io::join_path(transform.project, directory_of_glob(transform.globs.front()));
  transform.span = models->items.front()->get("path")->span;
  product->transform_paths.push_back(std::move(transform));
}

// One table has one source: two would overwrite each other.
void report_shared_tables(const std::vector<compile::IngestionSource>& sources, DiagnosticSink& sink) {
  std::map<std::string, Span> seen;
  for (const auto& source : sources) {
    for (const std::string& written : compile::written_tables(source)) {
      const std::string table = text::to_lower_ascii(written);
      const auto [found, is_new] = seen.emplace(table, source.span);
      if (is_new) continue;
      sink.report(error_diagnostic(
                      "FLOE-E0304", "shared-table",
                      fmt::format("source `{}` writes table `{}`, which another source writes", source.name, table))
                      .at(source.span)
                      .beside(found->second, "already written by this one"));
    }
  }
}

NamedPlace read_profile_name(const yaml::Node& profiles, std::string_view key) {
  const yaml::NodePtr name = profiles.get(key);
  return name == nullptr ? NamedPlace() : NamedPlace{name->text, name->span};
}

}  // namespace

void read_product_head(const yaml::Node& root, std::string_view reference_key, Product* product) {
  const yaml::Node& metadata = *root.get("metadata");
  product->name = member_text(metadata, "name");
  product->version = member_text(metadata, "version");
  product->name_span = metadata.get("name")->span;
  product->version_span = metadata.get("version")->span;
  product->owner = member_text(metadata, "owner");
  product->description = member_text(metadata, "description");
  const yaml::NodePtr platform = root.get("platform");
  if (platform == nullptr) return;
  product->platform_ref = member_text(*platform, reference_key);
  product->platform_ref_span = platform->get(reference_key)->span;
}

std::vector<compile::Destination> read_destinations(const yaml::Node& root, DiagnosticSink& sink) {
  std::vector<compile::Destination> out;
  const yaml::NodePtr destinations = root.get("destinations");
  if (destinations == nullptr) return out;
  for (const yaml::NodePtr& item : destinations->items)
    out.push_back(read_destination(*item));
  // The name is its node in run results, as that of a source.
  report_shared_names(UniqueNames("FLOE-E0352", "duplicate-destination", "destinations", "", sink), out);
  return out;
}

std::string qualified_port_name(std::string_view domain, const Product& product, const OutputPort& port) {
  return (domain.empty() ? "" : std::string(domain) + ".") + product.name + "." + port.name;
}

namespace {

// The sections without findings, so that what these say is judged in the same run; what refers to a section that has
// some is left out with it.
yaml::Node sound_sections(const yaml::Node& root) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kRefersTo{
      {{"schedules", "transforms"}, {"sensors", "transforms"}, {"sensors", "input_ports"}, {"output_ports", "slas"}}};
  yaml::Node out = root;
  const auto is_sound = [&](std::string_view name) {
    const Key* key = find_key(kProductShape, name);
    const yaml::NodePtr section = root.get(name);
    DiagnosticSink known;
    if (section != nullptr && key != nullptr && key->supported) check_shape(*section, *key->shape, "", known);
    return key != nullptr && key->supported && !known.has_errors();
  };
  std::erase_if(out.entries, [&](const yaml::Entry& entry) {
    return !is_sound(entry.key) || std::any_of(kRefersTo.begin(), kRefersTo.end(), [&](const auto& reference) {
      return reference.first == entry.key && !is_sound(reference.second);
    });
  });
  out.index_entries();
  return out;
}

Product read_sections(const yaml::Node& root, DiagnosticSink& sink) {
  Product product;
  if (root.find("metadata") != nullptr) read_product_head(root, "ref", &product);
  if (const yaml::NodePtr transforms = root.get("transforms")) {
    for (std::size_t i = 0; i < transforms->items.size(); ++i)
      read_transform(*transforms->items[i], fmt::format("transforms[{}]", i), &product, sink);
  }
  if (const yaml::NodePtr profiles = root.get("profiles")) {
    product.profiles = {read_profile_name(*profiles, "storage"), read_profile_name(*profiles, "catalog"),
                        read_profile_name(*profiles, "compute")};
  }
  product.schedule = root.get("schedule");
  if (product.schedule != nullptr) check_schedule(*product.schedule, "schedule", sink);
  product.schedules = root.get("schedules");
  const std::vector<std::string> transforms = transform_names(product.transform_paths, sink);
  if (product.schedules != nullptr) check_schedules(*product.schedules, transforms, sink);
  product.ports = read_ports(root, transforms, sink);
  if (const yaml::NodePtr ingestion = root.get("ingestion")) {
    for (const yaml::NodePtr& item : ingestion->get("sources")->items) {
      product.ingestion.push_back(read_source(*item));
      check_keys(*item, product.ingestion.back(), sink);
      const compile::IngestionSource& source = product.ingestion.back();
      report_shared_names(
          UniqueNames("FLOE-E0360", "duplicate-column", "columns", " of source `" + source.name + "`", sink),
          source.columns);
    }
  }
  report_shared_names(UniqueNames("FLOE-E0361", "duplicate-source", "sources", "", sink), product.ingestion);
  report_shared_tables(product.ingestion, sink);
  product.destinations = read_destinations(root, sink);
  return product;
}

}  // namespace

std::optional<Product> read_product(const Document& document, DiagnosticSink& sink) {
  if (document.root == nullptr) return std::nullopt;
  DiagnosticSink own;
  check_shape(*document.root, kProductShape, "", own);
  const bool is_sound = !own.has_errors() || !document.root->is_mapping();
  Product product = read_sections(is_sound ? *document.root : sound_sections(*document.root), own);
  const bool is_usable = !own.has_errors();
  sink.merge(std::move(own));
  if (!is_usable) return std::nullopt;
  return product;
}

}  // namespace floe::config
