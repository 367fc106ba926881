#include "parse/key_shapes.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace floe::dbt {
namespace {

constexpr std::array<std::string_view, 5> kSections = {"models", "seeds", "snapshots", "sources", "analyses"};
constexpr std::array<std::string_view, 3> kLists = {"tests", "data_tests", "constraints"};
// Lists of what has the same keys again.
constexpr std::array<std::string_view, 3> kParts = {"columns", "versions", "tables"};

void report(const yaml::Entry& entry, std::string_view shape, std::string_view example, DiagnosticSink& sink) {
  sink.report(error_diagnostic("FLOE-E0613", "schema-file", fmt::format("`{}` must be a {}", entry.key, shape))
                  .at(entry.value->span)
                  .help(fmt::format("write `{}: {}`", entry.key, example)));
}

std::string_view example_of(std::string_view key) {
  if (key == "versions") return "[{v: ...}]";
  return key == "columns" || key == "tables" ? "[{name: ...}]" : "[...]";
}

bool is_list(const yaml::Entry& entry, DiagnosticSink& sink) {
  if (entry.value->is_null()) return false;
  if (!entry.value->is_sequence()) report(entry, "list", example_of(entry.key), sink);
  return entry.value->is_sequence();
}

// Jinja may render to a mapping.
void check_config(const yaml::Entry& entry, DiagnosticSink& sink) {
  const yaml::Node& config = *entry.value;
  const bool is_rendered = config.is_scalar() && config.text.find("{{") != std::string::npos;
  if (!config.is_mapping() && !config.is_null() && !is_rendered) report(entry, "mapping", "{...}", sink);
}

void check_tests(const yaml::Node& node, DiagnosticSink& sink) {
  const yaml::Entry* old = node.find("tests");
  const yaml::Entry* current = node.find("data_tests");
  if (old == nullptr || current == nullptr || old->value->is_null()) return;
  if (old->value->is_sequence() && old->value->items.empty()) return;
  sink.report(error_diagnostic("FLOE-E0613", "schema-file", "`tests` and `data_tests` are one key, and stand here both")
                  .at(old->key_span)
                  .beside(current->key_span, "the other one")
                  .help("write all tests under `data_tests`"));
}

void check(const yaml::Node& node, DiagnosticSink& sink) {
  if (!node.is_mapping()) return;
  check_tests(node, sink);
  if (const yaml::Entry* config = node.find("config")) check_config(*config, sink);
  for (const std::string_view key : kLists) {
    if (const yaml::Entry* entry = node.find(key)) is_list(*entry, sink);
  }
  for (const std::string_view key : kParts) {
    const yaml::Entry* entry = node.find(key);
    if (entry == nullptr || !is_list(*entry, sink)) continue;
    for (const yaml::NodePtr& item : entry->value->items)
      check(*item, sink);
  }
}

}  // namespace

void check_key_shapes(const yaml::Node& document, DiagnosticSink& sink) {
  for (const std::string_view key : kSections) {
    const yaml::NodePtr list = document.get(key);
    if (list == nullptr || !list->is_sequence()) continue;  // said where the entries are read
    for (const yaml::NodePtr& item : list->items)
      check(*item, sink);
  }
}

}  // namespace floe::dbt
