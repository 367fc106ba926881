#include "product/port_graph.hpp"

#include "floe_test.hpp"

#include "base/diagnostics/render.hpp"

using namespace floe;

TEST_CASE("input ports find the output ports of other products") {
  const product::PortIndex index({{"sales.orders", {{"orders", "1.2"}}},
                                  {"web.orders", {{"clicks", "2.0.1"}}},
                                  {"sales.customers", {{"customers", "0.3"}}}});

  struct Case {
    const char* product;
    const char* port;
    const char* version;
    const char* producer;  // as found
    const char* match;
    const char* said;
  };

  const std::vector<Case> cases = {
      {"sales.orders", "orders", "1.1", "sales.orders", "ok", ""},
      {"orders", "orders", "", "sales.orders", "ok", ""},  // of the reader's own domain
      {"web.orders", "clicks", ">=1", "web.orders", "ok", ""},
      {"customers", "customers", "0.3", "sales.customers", "ok", ""},
      {"sales.order", "orders", "", "sales.order", "unknown-product",
       "f.yaml:1:1: error[FLOE-E0790]: product `sales.reader` reads `sales.order`, which is no product\n"},
      {"web.orders", "orders", "", "web.orders", "unknown-port",
       "f.yaml:2:1: error[FLOE-E0791]: product `web.orders` has no output port `orders`, which `sales.reader` reads\n"},
      {"web.orders", "clicks", "1.9", "web.orders", "version",
       "f.yaml:3:1: error[FLOE-E0792]: product `sales.reader` needs version 1.9 of `web.orders.clicks`, which is at "
       "2.0.1\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.product, c.port);
    const auto at = [](const char* name, std::int32_t line) {
      return config::NamedPlace{name, {"f.yaml", line, 1, line, 2}};
    };
    DiagnosticSink sink;
    const product::Edge edge =
        index.match("sales.reader", "sales", {at(c.product, 1), at(c.port, 2), at(c.version, 3)}, sink);
    CHECK(edge.producer == c.producer);
    CHECK(product::match_name(edge.match) == c.match);
    RenderOptions render;
    render.format = DiagnosticFormat::kConcise;
    CHECK(render_diagnostics(sink.all(), render) == c.said);
  }
  // From outside, a name that two domains have needs its domain.
  DiagnosticSink sink;
  const config::NamedPlace nowhere{"orders", {}};
  CHECK(index.match("finance.reader", "finance", {nowhere, nowhere, {}}, sink).match == product::Match::kNoProduct);
}
