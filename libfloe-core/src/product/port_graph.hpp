// Who reads whose ports: input ports of products against the output ports of others.
#pragma once

#include "config/port.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floe::product {

// A product that offers ports: of a workspace, or of a registry.
struct Producer {
  std::string name;                          // sales.customer-360
  std::map<std::string, std::string> ports;  // version of the contract by name
};

enum class Match : std::uint8_t { kFine, kNoProduct, kNoPort, kVersion };

std::string_view match_name(Match match);  // ok, unknown-product, unknown-port, version

struct Edge {
  std::string consumer;
  std::string producer;  // as found, else as written
  std::string port;
  std::string needs;    // "" = any version
  std::string version;  // that is there; "" = none
  Match match = Match::kFine;
};

class PortIndex {
 public:
  explicit PortIndex(std::vector<Producer> producers);

  // The edge of an input port of a consumer in `domain`, who may leave out that domain. What is wrong with it goes to
  // `sink`: FLOE-E0790 to FLOE-E0792.
  [[nodiscard]] Edge match(const std::string& consumer, const std::string& domain, const config::InputPort& input,
                           DiagnosticSink& sink) const;

 private:
  [[nodiscard]] const Producer* find(const std::string& written, const std::string& domain) const;

  std::map<std::string, Producer> by_name_;
  std::map<std::string, std::vector<std::string>> by_short_name_;  // without the domain
};

}  // namespace floe::product
