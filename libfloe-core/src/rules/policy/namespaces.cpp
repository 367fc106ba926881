// Namespaces: the tables of a domain lie under its own name, whoever writes them.
#include "rules/policy/policy.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace floe::policy {
namespace {

struct Outside {
  std::string problem;
  std::string expected;
  Diagnostic diagnostic;
};

// `writer` as people know it: "model `orders`". nullopt when it writes where it may.
std::optional<Outside> outside_of(const std::string& domain, const std::string& writer, const std::string& schema,
                                  const std::string& help) {
  if (schema == domain || schema.starts_with(domain + ".")) return std::nullopt;
  const std::string problem = fmt::format("writes to `{}`, outside of domain `{}`", schema, domain);
  return Outside{problem, fmt::format("a schema such as {}.main", domain),
                 error_diagnostic("FLOE-E0741", "outside-of-domain", fmt::format("{} {}", writer, problem))
                     .note("the tables of a domain lie under its name, so that domains cannot overwrite each other")
                     .help(help)};
}

// False when it is a violation.
bool check_node(PolicyRun& run, std::string_view kind, const Model& node) {
  const std::string& domain = run.manifest.name;
  auto outside = outside_of(domain, fmt::format("{} `{}`", kind, node.name), node.schema,
                            fmt::format("leave `schema` to the default `{0}.main`, or let generate_schema_name give a "
                                        "name under `{0}`",
                                        domain));
  if (!outside) return true;
  run.violate(node, std::move(outside->problem), std::move(outside->expected), std::move(outside->diagnostic));
  return false;
}

// A node as its unique id begins, models being those of packages; "" of what writes nothing.
std::string_view kind_of(const Model& node) {
  for (const std::string_view kind : {"seed", "snapshot", "model"}) {
    const bool is_kind = node.unique_id.starts_with(kind) && node.unique_id.substr(kind.size()).starts_with('.');
    if (is_kind && node.materialized != "ephemeral") return kind;
  }
  return "";
}

void check_source(PolicyRun& run, const compile::IngestionSource& source) {
  const std::string& domain = run.manifest.name;
  const std::string table = text::join(source.table, ".");
  const std::string schema = table.substr(0, table.rfind('.'));
  auto outside = outside_of(domain, fmt::format("ingestion source `{}`", source.name), schema,
                            fmt::format("write `table: {}.{}`", domain, table));
  if (!outside) return;
  run.verdicts.push_back({source.name, std::move(outside->problem), std::move(outside->expected),
                          config::Action::kBlock, std::move(outside->diagnostic).at(source.table_span)});
}

}  // namespace

void check_namespaces(PolicyRun& run) {
  for (const Model& model : run.graph.models) {
    if (check_node(run, "model", model)) run.pass(model);  // what is counted are the product's models
  }
  for (const Model& node : run.graph.other_nodes) {
    if (const std::string_view kind = kind_of(node); !kind.empty()) check_node(run, kind, node);
  }
  for (const Model& test : run.graph.tests) {
    if (test.stores_failures) check_node(run, "test", test);
  }
  for (const compile::IngestionSource& source : run.ingestion)
    check_source(run, source);
}

}  // namespace floe::policy
