#include "compile/input_ports.hpp"

#include "compile/dbt_project.hpp"
#include "product/port_graph.hpp"
#include "product/registry.hpp"
#include "rules/contract/contract.hpp"
#include "rules/contract/drift.hpp"
#include "rules/contract/sql_type.hpp"

#include "base/io/read_document.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <set>

namespace floe::compile {
namespace {

using contract::Drift;
using contract::DriftKind;

// What `source` declares that readers of the table are not promised.
std::vector<Drift> broken_promises(const contract::Object& promised, const policy::Model& source) {
  std::vector<contract::TableColumn> declared;
  std::set<std::string> untyped;
  for (const policy::ModelColumn& column : source.columns) {
    declared.push_back({column.name, contract::iceberg_type(column.data_type), true, std::nullopt});
    if (column.data_type.empty()) untyped.insert(column.name);
  }
  std::vector<Drift> drifts = contract::compare_with_table(promised, declared);
  std::erase_if(drifts, [&](const Drift& drift) {
    const bool is_type = drift.kind == DriftKind::kType && !untyped.contains(drift.column);
    return !is_type && drift.kind != DriftKind::kExtra;  // a reader need not read every column
  });
  return drifts;
}

void report(const Drift& drift, const policy::Model& source, const std::string& file, const product::Edge& edge,
            const config::InputPort& input, DiagnosticSink& sink) {
  const std::string port = edge.producer + "." + edge.port;
  const bool is_type = drift.kind == DriftKind::kType;
  sink.report(error_diagnostic("FLOE-E0799", "column-not-promised",
                               is_type ? fmt::format("source `{}` reads column `{}` as {}, port `{}` promises {}",
                                                     source.name, drift.column, drift.found, port, drift.promised)
                                       : fmt::format("source `{}` reads column `{}`, which port `{}` does not promise",
                                                     source.name, drift.column, port))
                  .at(input.port.span, "the port")
                  .note(fmt::format("the source is declared in {}", file))
                  .help(is_type ? fmt::format("declare it as {}", drift.promised)
                                : "leave the column out of the source, or ask the owner of the port for it"));
}

// The tables of a port's contract against the dbt sources that read them.
void check_sources(const std::string& document, const product::Edge& edge, const config::InputPort& input,
                   const policy::ModelGraph& graph, const Compiled& compiled, DiagnosticSink& sink) {
  DiagnosticSink unused;  // registering checks contracts
  const auto contract =
      contract::read_contract(config::parse_document("", edge.producer + "." + edge.port, document, unused), unused);
  if (!contract) return;
  for (const contract::Object& promised : contract->objects) {
    for (const policy::Model& source : graph.other_nodes) {
      const bool is_read =
          source.unique_id.starts_with("source.") && source.schema + "." + source.table == promised.physical_name;
      if (!is_read || promised.properties.empty()) continue;
      for (const Drift& drift : broken_promises(promised, source))
        report(drift, source, dbt_project_prefix(compiled) + source.file, edge, input, sink);
    }
  }
}

}  // namespace

std::optional<std::string> registry_path(const inheritance::Chain* chain, const io::Environment& environment,
                                         const std::string& directory) {
  const std::string path = chain == nullptr || chain->tiers.empty() ? "" : chain->tiers.front().document.path;
  const std::string extension = io::file_extension(path);
  if (extension == ".yaml" || extension == ".yml") return io::join_path(io::parent_path(path), "products.json");
  const auto named = environment.get("FLOE_PRODUCT_REGISTRY");
  if (named && !named->empty()) return io::normalize_path(io::join_path(directory, *named));
  return std::nullopt;
}

void identify(const config::Product& product, Compiled* compiled) {
  compiled->product_owner = product.owner;
  compiled->product_span = product.name_span;
  compiled->version_span = product.version_span;
}

Result<std::string> registry_digest(const std::optional<config::Product>& product,
                                    const std::optional<std::string>& path, io::FileSystem& files) {
  if (!product || !path) return std::string();
  const auto text = io::read_document(files, *path, io::kMaxFileBytes);
  if (!text && text.error().code != ErrorCode::kNotFound) return text.error();
  return text ? text::sha256_hex(*text) : std::string();
}

void check_input_ports(const config::Ports& ports, const Compiled& compiled, const policy::ModelGraph& graph,
                       const product::Registry& registry, DiagnosticSink& sink) {
  if (ports.inputs.empty()) return;
  if (registry.products.empty()) {
    sink.report(warning_diagnostic("FLOE-W1303", "input-ports-not-checked",
                                   "no product is registered, so input ports cannot be checked")
                    .at(ports.inputs.front().product.span)
                    .help("register the products that are read: floe product register; or check them all at once: "
                          "floe product graph"));
    return;
  }
  std::vector<product::Producer> producers;
  for (const auto& [name, registered] : registry.products) {
    product::Producer producer{name, {}};
    for (const product::RegisteredPort& port : registered.ports)
      producer.ports.emplace(port.name, port.version);
    producers.push_back(std::move(producer));
  }
  const product::PortIndex index(std::move(producers));
  const std::string consumer = qualified_name(compiled);
  for (const config::InputPort& input : ports.inputs) {
    const product::Edge edge = index.match(consumer, compiled.domain.value_or(""), input, sink);
    if (edge.match != product::Match::kFine) continue;
    for (const product::RegisteredPort& port : registry.products.at(edge.producer).ports) {
      if (port.name == edge.port) check_sources(port.document, edge, input, graph, compiled, sink);
    }
  }
}

}  // namespace floe::compile
