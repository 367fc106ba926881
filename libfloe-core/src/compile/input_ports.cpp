#include "compile/input_ports.hpp"

#include "product/port_graph.hpp"
#include "product/registry.hpp"

#include "base/text/text.hpp"

namespace floe::compile {

std::string registry_path(const inheritance::Chain* chain, const io::Environment& environment,
                          const std::string& directory) {
  const auto named = environment.get("FLOE_PRODUCT_REGISTRY");
  if (named && !named->empty()) return io::normalize_path(io::join_path(directory, *named));
  if (chain == nullptr || chain->tiers.empty()) return "";
  const std::string& path = chain->tiers.front().document.path;
  const std::string extension = io::file_extension(path);
  if (extension != ".yaml" && extension != ".yml") return "";
  return io::join_path(io::parent_path(path), "products.json");
}

void identify(const config::Product& product, Compiled* compiled) {
  compiled->product_owner = product.owner;
  compiled->product_span = product.name_span;
  compiled->version_span = product.version_span;
}

std::vector<std::string> tables_of(const policy::ModelGraph& graph) {
  std::vector<std::string> out;
  for (const policy::Model& model : graph.models)
    out.push_back(model.schema + "." + model.table);
  return out;
}

Result<std::string> registry_digest(const std::optional<config::Product>& product, const std::string& path,
                                    io::FileSystem& files) {
  if (!product || product->ports.inputs.empty() || path.empty()) return std::string();
  const auto text = files.read(path);
  if (!text && text.error().code != ErrorCode::kNotFound) return text.error();
  return text ? text::sha256_hex(*text) : std::string();
}

Status check_input_ports(const config::Ports& ports, const Compiled& compiled, io::FileSystem& files,
                         DiagnosticSink& sink) {
  if (ports.inputs.empty()) return ok();
  const std::string& path = compiled.registry_path;
  const product::Registry registry = path.empty() ? product::Registry() : FLOE_TRY(product::read_registry(path, files));
  if (registry.products.empty()) {
    sink.report(warning_diagnostic("FLOE-W1303", "input-ports-not-checked",
                                   "no product is registered, so input ports cannot be checked")
                    .at(ports.inputs.front().product.span)
                    .help("register the products that are read: floe product register; or check them all at once: "
                          "floe product graph"));
    return ok();
  }
  std::vector<product::Producer> producers;
  for (const auto& [name, registered] : registry.products) {
    product::Producer producer{name, {}};
    for (const product::RegisteredPort& port : registered.ports)
      producer.ports.emplace(port.name, port.version);
    producers.push_back(std::move(producer));
  }
  const product::PortIndex index(std::move(producers));
  const std::string consumer = (compiled.domain.empty() ? "" : compiled.domain + ".") + compiled.product_name;
  for (const config::InputPort& input : ports.inputs)
    static_cast<void>(index.match(consumer, compiled.domain, input, sink));
  return ok();
}

}  // namespace floe::compile
