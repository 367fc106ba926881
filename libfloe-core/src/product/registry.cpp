#include "product/registry.hpp"

#include "rules/contract/change.hpp"
#include "rules/contract/version.hpp"

#include "base/fail.hpp"
#include "base/io/file_lock.hpp"
#include "base/io/read_document.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::product {
namespace {

constexpr const char* kSchema = "floe.products/1";

Error no_registry(const std::string& path, std::string why) {
  return diagnostics_error(
      ErrorCode::kData,
      error_diagnostic("FLOE-E0794", "damaged-registry", fmt::format("`{}` is no registry of products: {}", path, why))
          .at(Span{path, 0, 0, 0, 0})
          .help("take it back from version control"));
}

Result<Registered> read_registered(const json::object& item) {
  Registered out;
  out.name = FLOE_TRY(require_string(item, "name"));
  out.domain = get_string_or(item, "domain", "");
  out.owner = FLOE_TRY(require_string(item, "owner"));
  out.version = FLOE_TRY(require_string(item, "version"));
  out.registered_at = get_string_or(item, "registered_at", "");
  for (const json::value& table : *FLOE_TRY(require_array(item, "tables"))) {
    if (table.is_string()) out.tables.emplace_back(to_view(table.get_string()));
  }
  const json::object* classes = get_object(item, "classes");  // a registry of an older floe has none
  if (classes != nullptr) out.classes = FLOE_TRY(model::read_classes(*classes));
  for (const json::value& each : *FLOE_TRY(require_array(item, "ports"))) {
    if (!each.is_object()) return fail(ErrorCode::kData, "a port is no object");
    const json::object& port = each.get_object();
    out.ports.push_back({FLOE_TRY(require_string(port, "name")), FLOE_TRY(require_string(port, "version")),
                         get_string_or(port, "contract", "")});
  }
  return out;
}

Result<Registry> parse_registry(const std::string& text) {
  const json::object root = FLOE_TRY(parse_json_object(text));
  if (get_string_or(root, "schema", "") != kSchema) return failf(ErrorCode::kData, "its schema is not {}", kSchema);
  Registry out;
  for (const json::value& item : *FLOE_TRY(require_array(root, "products"))) {
    if (!item.is_object()) return fail(ErrorCode::kData, "a product is no object");
    Registered product = FLOE_TRY(read_registered(item.get_object()));
    out.products.emplace(product.qualified_name(), std::move(product));
  }
  return out;
}

std::string registry_text(const Registry& registry) {
  json::array products;
  for (const auto& [name, product] : registry.products)
    products.push_back(registered_json(product));
  return to_pretty_json(json::object{{"schema", kSchema}, {"products", std::move(products)}});
}

std::optional<contract::Contract> contract_of(const RegisteredPort& port, const std::string& name) {
  DiagnosticSink unused;
  return contract::read_contract(config::parse_document("", name, port.document, unused), unused);
}

class Claim {
 public:
  Claim(const Registry& registry, const Registered& product, const Span& place, const Span& version_place,
        DiagnosticSink& sink)
      : registry_(registry), product_(product), place_(place), version_place_(version_place), sink_(sink) {}

  bool is_free() {
    check_tables();
    const auto before = registry_.products.find(product_.qualified_name());
    if (before != registry_.products.end()) {
      check_owner(before->second);
      check_version(before->second);
      check_contracts(before->second);
    }
    return !sink_.has_errors();
  }

 private:
  void check_owner(const Registered& before) {
    if (before.owner == product_.owner) return;
    sink_.report(error_diagnostic("FLOE-E0795", "product-of-another-owner",
                                  fmt::format("product `{}` belongs to {}, not to {}", before.qualified_name(),
                                              before.owner, product_.owner))
                     .at(place_)
                     .note(fmt::format("registered with version {} at {}", before.version, before.registered_at))
                     .help("choose another name; to hand the product over, its owner changes `owner` in the registry")
                     .addressed("metadata.name"));
  }

  void check_tables() {
    for (const auto& [name, other] : registry_.products) {
      if (name == product_.qualified_name()) continue;
      for (const std::string& table : product_.tables) {
        if (std::find(other.tables.begin(), other.tables.end(), table) == other.tables.end()) continue;
        sink_.report(error_diagnostic("FLOE-E0796", "table-of-another-product",
                                      fmt::format("table `{}` belongs to product `{}` of {}", table, name, other.owner))
                         .at(place_, fmt::format("`{}` writes it too", product_.qualified_name()))
                         .note("a table has one product, or two would overwrite each other")
                         .help("give the model another name or schema"));
      }
    }
  }

  void check_version(const Registered& before) {
    const auto older = contract::parse_version(before.version);
    const auto newer = contract::parse_version(product_.version);
    if (!older || !newer || *newer >= *older) return;
    sink_.report(error_diagnostic("FLOE-E0797", "version-goes-back",
                                  fmt::format("product `{}` is registered with version {}, which {} does not follow",
                                              product_.qualified_name(), before.version, product_.version))
                     .at(version_place_)
                     .addressed("metadata.version"));
  }

  void check_contracts(const Registered& before) {
    for (const RegisteredPort& port : before.ports) {
      const auto now = std::find_if(product_.ports.begin(), product_.ports.end(),
                                    [&](const RegisteredPort& each) { return each.name == port.name; });
      if (now == product_.ports.end()) {
        contract::check_lost_port({before.qualified_name(), port.name, before.version, product_.version},
                                  version_place_, sink_);
        continue;
      }
      const auto older = contract_of(port, "registered contract");
      auto newer = contract_of(*now, "contract");
      if (!older) {
        sink_.report(error_diagnostic("FLOE-E0794", "damaged-registry",
                                      fmt::format("the registered contract of port `{}` cannot be read", port.name))
                         .at(place_)
                         .help("take the registry back from version control"));
      }
      if (!older || !newer) continue;
      newer->version_span = now->version_span.valid() ? now->version_span : version_place_;
      auto changes = contract::compare_contracts(*older, *newer);
      for (contract::Change& change : changes)
        change.span = place_;
      contract::check_version_step(*older, *newer, changes, sink_);
    }
  }

  const Registry& registry_;
  const Registered& product_;
  const Span& place_;
  const Span& version_place_;
  DiagnosticSink& sink_;
};

}  // namespace

std::string Registered::qualified_name() const { return domain.empty() ? name : domain + "." + name; }

json::object registered_json(const Registered& product) {
  json::array tables;
  for (const std::string& table : product.tables)
    tables.emplace_back(table);
  json::array ports;
  for (const RegisteredPort& port : product.ports)
    ports.push_back(json::object{{"name", port.name}, {"version", port.version}, {"contract", port.document}});
  return {{"name", product.name},
          {"domain", product.domain.empty() ? json::value(nullptr) : json::value(product.domain)},
          {"owner", product.owner},
          {"version", product.version},
          {"registered_at", product.registered_at},
          {"tables", std::move(tables)},
          {"classes", model::classes_json(product.classes)},
          {"ports", std::move(ports)}};
}

Result<Registry> read_registry(const std::string& path, io::FileSystem& files) {
  const auto text = io::read_document(files, path, io::kMaxFileBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return Registry();
  if (!text) return text.error();
  auto registry = parse_registry(*text);
  if (!registry) return no_registry(path, registry.error().message);
  return registry;
}

Result<contract::Contract> registered_contract(const RegisteredPort& port, const std::string& path) {
  auto contract = contract_of(port, "registered contract");
  if (!contract) return no_registry(path, fmt::format("the contract of port `{}` cannot be read", port.name));
  return *std::move(contract);
}

bool claim(Registry* registry, const Registered& product, const Span& place, const Span& version_place,
           DiagnosticSink& sink) {
  DiagnosticSink found;
  const bool is_free = Claim(*registry, product, place, version_place, found).is_free();
  sink.merge(std::move(found));
  if (is_free) registry->products[product.qualified_name()] = product;
  return is_free;
}

Status change_registry(const std::string& path, io::FileSystem& files, const std::function<bool(Registry*)>& change) {
  FLOE_TRY(files.create_directories(io::parent_path(path)));
  const io::FileLock lock = FLOE_TRY(io::FileLock::wait(path + ".lock"));
  Registry registry = FLOE_TRY(read_registry(path, files));
  if (!change(&registry)) return ok();
  return files.write_atomic(path, registry_text(registry), io::Durability::kFull);
}

}  // namespace floe::product
