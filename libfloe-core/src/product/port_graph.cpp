#include "product/port_graph.hpp"

#include "rules/contract/version.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::product {
namespace {

std::vector<std::string> keys_of(const auto& map) {
  std::vector<std::string> out;
  out.reserve(map.size());
  for (const auto& [key, value] : map)
    out.push_back(key);
  return out;
}

void report(const char* code, const char* name, std::string message, const config::NamedPlace& place,
            const std::vector<std::string>& known, const std::string& what, DiagnosticSink& sink) {
  constexpr std::size_t kMost = 20;  // a mesh has hundreds of products
  auto diagnostic = error_diagnostic(code, name, std::move(message)).at(place.span);
  if (const auto near = text::nearest(place.name, known)) {
    diagnostic.helps.push_back(fmt::format("write `{}`", *near));
  } else if (known.size() <= kMost) {
    diagnostic.notes.push_back(known.empty() ? "there are no " + what : what + ": " + text::join(known, ", "));
  }
  sink.report(std::move(diagnostic));
}

}  // namespace

std::string_view match_name(Match match) {
  switch (match) {
    case Match::kFine:
      return "ok";
    case Match::kNoProduct:
      return "unknown-product";
    case Match::kNoPort:
      return "unknown-port";
    case Match::kVersion:
      return "version";
  }
  return "";
}

PortIndex::PortIndex(std::vector<Producer> producers) {
  for (Producer& producer : producers) {
    const std::string& name = producer.name;
    by_short_name_[name.substr(name.rfind('.') + 1)].push_back(name);
    by_name_.emplace(name, std::move(producer));
  }
}

const Producer* PortIndex::find(const std::string& written, const std::string& domain) const {
  for (const std::string& name : {domain.empty() ? written : fmt::format("{}.{}", domain, written), written}) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return &found->second;
  }
  const auto only = by_short_name_.find(written);
  if (only == by_short_name_.end() || only->second.size() != 1) return nullptr;
  return &by_name_.at(only->second.front());
}

Edge PortIndex::match(const std::string& consumer, const std::string& domain, const config::InputPort& input,
                      DiagnosticSink& sink) const {
  Edge edge{consumer, input.product.name, input.port.name, input.version.name, "", Match::kFine};
  const Producer* producer = find(input.product.name, domain);
  if (producer == nullptr) {
    edge.match = Match::kNoProduct;
    report("FLOE-E0790", "unknown-product",
           fmt::format("product `{}` reads `{}`, which is no product", consumer, input.product.name), input.product,
           keys_of(by_name_), "products", sink);
    return edge;
  }
  edge.producer = producer->name;
  const auto port = producer->ports.find(input.port.name);
  if (port == producer->ports.end()) {
    edge.match = Match::kNoPort;
    report("FLOE-E0791", "unknown-port",
           fmt::format("product `{}` has no output port `{}`, which `{}` reads", producer->name, input.port.name,
                       consumer),
           input.port, keys_of(producer->ports), "output ports", sink);
    return edge;
  }
  edge.version = port->second;
  if (input.version.name.empty() || contract::satisfies(edge.version, input.version.name)) return edge;
  edge.match = Match::kVersion;
  sink.report(error_diagnostic("FLOE-E0792", "port-version",
                               fmt::format("product `{}` needs version {} of `{}.{}`, which is at {}", consumer,
                                           input.version.name, producer->name, input.port.name, edge.version))
                  .at(input.version.span, "not satisfied")
                  .help(fmt::format("read what changed, then write `version: \"{}\"`", edge.version)));
  return edge;
}

}  // namespace floe::product
