#include "product/registry.hpp"

#include "floe_test.hpp"

#include "base/diagnostics/render.hpp"

#include <cstdlib>
#include <filesystem>

namespace {

using namespace floe;

product::Registered orders(const std::string& version, const std::string& columns) {
  product::Registered out;
  out.name = "orders";
  out.domain = "sales";
  out.owner = "ada";
  out.version = version;
  out.registered_at = "2026-01-01T00:00:00.000Z";
  out.tables = {"sales.main.orders"};
  out.ports = {{"orders", version,
                "apiVersion: v3.1.0\nkind: DataContract\nid: o\nstatus: active\nversion: '" + version +
                    "'\nschema: [{name: orders, properties: [" + columns + "]}]\n"}};
  return out;
}

// What claiming `product` says, when `orders 1.2` is registered; "" = it is claimed.
std::string refusal(const product::Registered& product) {
  product::Registry registry;
  DiagnosticSink sink;
  const Span place{"floe.yaml", 3, 1, 3, 2};
  REQUIRE(product::claim(&registry, orders("1.2", "{name: id}"), place, place, sink));
  const bool is_claimed = product::claim(&registry, product, place, place, sink);
  RenderOptions render;
  render.format = DiagnosticFormat::kConcise;
  const std::string said = render_diagnostics(sink.all(), render);
  CHECK(is_claimed == said.empty());
  CHECK(registry.products.at("sales.orders").version ==
        (is_claimed && product.name == "orders" ? product.version : "1.2"));
  return said;
}

}  // namespace

TEST_CASE("a product is claimed once, and its versions say what changed") {
  CHECK(refusal(orders("1.2", "{name: id}")).empty());
  CHECK(refusal(orders("1.3", "{name: id}, {name: note}")).empty());
  CHECK(refusal(orders("2.0", "{name: key}")).empty());
  product::Registry damaged;
  damaged.products["sales.orders"] = orders("1.2", "{name: id}, 7");
  DiagnosticSink sink;
  const Span place{"floe.yaml", 3, 1, 3, 2};
  CHECK_FALSE(product::claim(&damaged, orders("1.3", "{name: id}"), place, place, sink));
  CHECK(sink.all().front().code == "FLOE-E0794");
  CHECK(refusal(orders("1.1", "{name: id}")) ==
        "floe.yaml:3:1: error[FLOE-E0797]: product `sales.orders` is registered with version 1.2, which 1.1 does not "
        "follow\n"
        "floe.yaml:3:1: error[FLOE-E0375]: contract `o` has patch changes: version 1.1 does not follow 1.2\n");
  CHECK(refusal(orders("1.3", "{name: key}")) ==
        "floe.yaml:3:1: error[FLOE-E0375]: contract `o` has breaking changes: version 1.3 does not follow 1.2\n");
  product::Registered other = orders("1.2", "{name: id}");
  other.owner = "bob";
  CHECK(refusal(other) == "floe.yaml:3:1: error[FLOE-E0795]: product `sales.orders` belongs to ada, not to bob\n");
  other.name = "web-orders";
  CHECK(refusal(other) ==
        "floe.yaml:3:1: error[FLOE-E0796]: table `sales.main.orders` belongs to product `sales.orders` of ada\n");
  other.tables.clear();
  CHECK(refusal(other).empty());
  product::Registered without_port = orders("1.3", "");
  without_port.ports.clear();
  CHECK(refusal(without_port) ==
        "floe.yaml:3:1: error[FLOE-E0798]: product `sales.orders` 1.2 had output port `orders`, 1.3 has not\n");
  without_port.version = "2.0.0-rc.1";
  CHECK(refusal(without_port).empty());
}

TEST_CASE("a registry is read as it was written, and one that is damaged is refused") {
  const auto files = io::make_disk_file_system();
  std::string pattern = (std::filesystem::temp_directory_path() / "floe-registry-XXXXXX").string();
  const std::string directory = ::mkdtemp(pattern.data());
  const std::string path = directory + "/products.json";
  const auto change = [&](bool keeps) {
    return product::change_registry(path, *files, [&](product::Registry* registry) {
      registry->products["sales.orders"] = orders("1.2", "{name: id}");
      return keeps;
    });
  };
  REQUIRE(change(false));
  CHECK(product::read_registry(path, *files)->products.empty());
  REQUIRE(change(true));
  const auto read = product::read_registry(path, *files);
  REQUIRE(read);
  CHECK(to_json(product::registered_json(read->products.at("sales.orders"))) ==
        to_json(product::registered_json(orders("1.2", "{name: id}"))));
  for (const char* text : {"", "[]", "{\"schema\": \"floe.products/2\", \"products\": []}",
                           "{\"schema\": \"floe.products/1\", \"products\": [{\"name\": \"a\"}]}"}) {
    REQUIRE(files->write_atomic(path, text, io::Durability::kFast));
    CHECK(product::read_registry(path, *files).error().code == ErrorCode::kData);
    CHECK(change(true).error().code == ErrorCode::kData);
    CHECK(*files->read(path) == text);
  }
  std::filesystem::remove_all(directory);
}
