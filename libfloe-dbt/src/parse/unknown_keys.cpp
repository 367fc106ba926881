#include "parse/unknown_keys.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {
namespace {

struct KeyTable;

struct KnownKey {
  std::string_view name;
  const KeyTable* items = nullptr;  // of the entries of a list
};

struct KeyTable {
  std::string_view what;
  std::vector<KnownKey> keys;
};

const KeyTable& column_keys() {
  static const KeyTable kTable{"a column",
                               {{"name"},
                                {"description"},
                                {"data_type"},
                                {"tests"},
                                {"data_tests"},
                                {"constraints"},
                                {"quote"},
                                {"meta"},
                                {"tags"},
                                {"config"},
                                {"docs"},
                                {"policy_tags"},
                                {"granularity"},
                                {"dimension"},
                                {"entity"},
                                {"include"},
                                {"exclude"}}};
  return kTable;
}

std::vector<KnownKey> described(std::vector<KnownKey> more) {
  std::vector<KnownKey> keys{{"name"}, {"description"}, {"config"}, {"meta"}, {"docs"}, {"tags"}};
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

std::vector<KnownKey> tested(std::vector<KnownKey> more) {
  std::vector<KnownKey> keys = described(std::move(more));
  keys.insert(keys.end(), {{"columns", &column_keys()}, {"tests"}, {"data_tests"}});
  return keys;
}

const KeyTable& model_keys() {
  static const KeyTable kTable{"a model", tested({{"constraints"},
                                                  {"access"},
                                                  {"group"},
                                                  {"contract"},
                                                  {"latest_version"},
                                                  {"versions"},
                                                  {"version"},
                                                  {"deprecation_date"},
                                                  {"time_spine"},
                                                  {"freshness"},
                                                  {"semantic_model"},
                                                  {"derived_semantics"},
                                                  {"agg_time_dimension"},
                                                  {"metrics"}})};
  return kTable;
}

const KeyTable& seed_keys() {
  static const KeyTable kTable{"a seed", tested({{"quote_columns"}, {"group"}})};
  return kTable;
}

const KeyTable& snapshot_keys() {
  static const KeyTable kTable{"a snapshot", tested({{"relation"}, {"group"}})};
  return kTable;
}

const KeyTable& table_keys() {
  static const KeyTable kTable{"a table of a source", tested({{"identifier"},
                                                              {"loader"},
                                                              {"loaded_at_field"},
                                                              {"loaded_at_query"},
                                                              {"freshness"},
                                                              {"external"},
                                                              {"quoting"}})};
  return kTable;
}

const KeyTable& source_keys() {
  static const KeyTable kTable{"a source", described({{"tables", &table_keys()},
                                                      {"database"},
                                                      {"schema"},
                                                      {"catalog"},
                                                      {"loader"},
                                                      {"loaded_at_field"},
                                                      {"loaded_at_query"},
                                                      {"freshness"},
                                                      {"quoting"},
                                                      {"overrides"},
                                                      {"tests"},
                                                      {"data_tests"}})};
  return kTable;
}

const KeyTable& macro_keys() {
  static const KeyTable kTable{"a macro", described({{"arguments"}})};
  return kTable;
}

const KeyTable& analysis_keys() {
  static const KeyTable kTable{"an analysis", described({{"columns", &column_keys()}})};
  return kTable;
}

const KeyTable& exposure_keys() {
  static const KeyTable kTable{
      "an exposure", described({{"label"}, {"type"}, {"url"}, {"maturity"}, {"depends_on"}, {"owner"}, {"enabled"}})};
  return kTable;
}

const KeyTable& group_keys() {
  static const KeyTable kTable{"a group", described({{"owner"}})};
  return kTable;
}

const KeyTable& file_keys() {
  static const KeyTable kTable{"a schema file",
                               {{"version"},
                                {"models", &model_keys()},
                                {"seeds", &seed_keys()},
                                {"snapshots", &snapshot_keys()},
                                {"sources", &source_keys()},
                                {"macros", &macro_keys()},
                                {"analyses", &analysis_keys()},
                                {"exposures", &exposure_keys()},
                                {"groups", &group_keys()},
                                {"data_tests"},
                                {"tests"},
                                {"anchors"},
                                {"unit_tests"},
                                {"fixtures"},
                                {"metrics"},
                                {"semantic_models"},
                                {"saved_queries"},
                                {"functions"}}};
  return kTable;
}

void warn(const yaml::Entry& entry, const KeyTable& table, DiagnosticSink& sink) {
  std::vector<std::string> names;
  std::string listed;
  for (const KnownKey& key : table.keys) {
    names.emplace_back(key.name);
    listed += fmt::format("{}`{}`", listed.empty() ? "" : ", ", key.name);
  }
  auto warning = warning_diagnostic("FLOE-W1606", "unknown-dbt-key",
                                    fmt::format("unknown key `{}` in {} does nothing", entry.key, table.what))
                     .at(entry.key_span)
                     .note("known: " + listed);
  if (const auto near = text::nearest(entry.key, names)) warning.helps.push_back("write `" + *near + "`");
  sink.report(std::move(warning));
}

// Of one file. Whoever has more of them has another kind of file.
constexpr std::size_t kMostWarnings = 100;

void check(const yaml::Node& node, const KeyTable& table, std::size_t* unknown, DiagnosticSink& sink) {
  for (const yaml::Entry& entry : node.entries) {
    const auto known =
        std::find_if(table.keys.begin(), table.keys.end(), [&](const KnownKey& key) { return key.name == entry.key; });
    if (known == table.keys.end()) {
      if (++*unknown <= kMostWarnings) warn(entry, table, sink);
    } else if (known->items != nullptr && entry.value->is_sequence()) {
      for (const yaml::NodePtr& item : entry.value->items) {
        if (item->is_mapping()) check(*item, *known->items, unknown, sink);
      }
    }
  }
}

}  // namespace

void warn_unknown_keys(const yaml::Node& document, DiagnosticSink& sink) {
  std::size_t unknown = 0;
  check(document, file_keys(), &unknown, sink);
  if (unknown <= kMostWarnings) return;
  sink.report(warning_diagnostic("FLOE-W1606", "unknown-dbt-key",
                                 fmt::format("{} more unknown keys do nothing", unknown - kMostWarnings))
                  .at(document.span));
}

}  // namespace floe::dbt
