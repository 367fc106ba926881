#include "compile/port_contracts.hpp"

#include "compile/untrusted.hpp"
#include "rules/contract/change.hpp"
#include "rules/contract/port_contract.hpp"

#include "base/fail.hpp"
#include "base/io/read_document.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace floe::compile {
namespace {

std::string contracts_directory(const Compiled& compiled) {
  return io::join_path(compiled.state_directory, "contracts");
}

std::string contract_path(const Compiled& compiled, const std::string& port) {
  return io::join_path(contracts_directory(compiled), port + ".yaml");
}

// The contract as the last compile left it; nullopt when there was none, or floe cannot read it any more.
Result<std::optional<contract::Contract>> contract_before(const Compiled& compiled, const std::string& port,
                                                          io::FileSystem& files) {
  const std::string path = contract_path(compiled, port);
  DiagnosticSink unused;
  const auto document = config::read_document(path, compiled.project_root, files, unused);
  if (document) return contract::read_contract(*document, unused);
  if (document.error().code == ErrorCode::kNotFound) return std::optional<contract::Contract>();
  return document.error();
}

std::string version_path(const Compiled& compiled) {
  return io::join_path(contracts_directory(compiled), "product-version");
}

// Ports whose contracts the last compile left, in the order of their names.
Result<std::vector<std::string>> ports_before(const Compiled& compiled, io::FileSystem& files) {
  std::vector<std::string> out;
  const std::string directory = contracts_directory(compiled);
  const io::FileInfo info = FLOE_TRY(files.stat(directory));
  if (info.kind != io::FileKind::kDirectory) return out;
  for (const io::DirectoryEntry& entry : FLOE_TRY(files.list(directory))) {
    if (entry.kind == io::FileKind::kRegular && io::file_extension(entry.name) == ".yaml")
      out.push_back(io::file_stem(entry.name));
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Of the product, as the last compile left it; "" when there was none.
Result<std::string> version_before(const Compiled& compiled, io::FileSystem& files) {
  auto text = files.read(version_path(compiled));
  if (text || text.error().code == ErrorCode::kNotFound) return text ? *text : std::string();
  return text.error();
}

// What the next version is compared with.
struct Before {
  std::string version;                              // of the product; "" = there was none
  std::map<std::string, contract::Contract> ports;  // those that floe can read
  std::vector<std::string> names;                   // of all ports
};

// What readers were promised: the registry of the platform, which everybody has who has its manifests.
Result<std::optional<Before>> registered_before(const Compiled& compiled, const product::Registry& registry) {
  const auto found = registry.products.find(qualified_name(compiled));
  if (found == registry.products.end()) return std::optional<Before>();
  Before out;
  out.version = found->second.version;
  for (const product::RegisteredPort& port : found->second.ports) {
    out.names.push_back(port.name);
    out.ports.emplace(port.name, FLOE_TRY(product::registered_contract(port, *compiled.registry_path)));
  }
  return std::optional(std::move(out));
}

// Of a product that nobody registered: what the last compile here left.
Result<Before> compiled_before(const Compiled& compiled, io::FileSystem& files) {
  Before out;
  out.version = FLOE_TRY(version_before(compiled, files));
  out.names = FLOE_TRY(ports_before(compiled, files));
  for (const std::string& port : out.names) {
    if (auto contract = FLOE_TRY(contract_before(compiled, port, files))) out.ports.emplace(port, *std::move(contract));
  }
  return out;
}

Result<Before> promised_before(const Compiled& compiled, const config::PlatformManifest& manifest,
                               const product::Registry& registry, io::FileSystem& files) {
  if (manifest.contracts == config::Enforcement::kOff) return Before();
  auto registered = FLOE_TRY(registered_before(compiled, registry));
  return registered ? Result<Before>(*std::move(registered)) : compiled_before(compiled, files);
}

// Findings of one port as verdicts; a pass when there are none.
void add_verdicts(const std::string& port, const std::vector<Diagnostic>& findings, config::Action action,
                  std::vector<policy::Verdict>* verdicts) {
  for (const Diagnostic& finding : findings) {
    std::string problem = "has a contract that is not valid";
    if (finding.code == "FLOE-E0381") problem = "promises less than the platform demands";
    if (finding.code == "FLOE-E0375") problem = "changed without a version that says so";
    if (finding.code == "FLOE-E0798") problem = "is gone without a version that says so";
    verdicts->push_back({.model = port,
                         .problem = std::move(problem),
                         .expected = finding.helps.empty() ? finding.message : finding.helps.front(),
                         .action = action,
                         .diagnostic = finding});
  }
}

// What is wrong with the version of a contract that changed.
std::vector<Diagnostic> version_findings(const contract::PortContract& made, const contract::Contract& before,
                                         const Span& version) {
  contract::Contract after = made.contract;
  if (made.is_generated) after.version_span = version;
  std::vector<contract::Change> changes = contract::compare_contracts(before, after);
  for (contract::Change& change : changes)
    change.span = made.span;  // the contract comes from there
  DiagnosticSink found;
  contract::check_version_step(before, after, changes, found);
  return found.all();
}

// The ports that are gone, when the version of the product does not say so.
void add_lost_ports(const Compiled& compiled, const config::Product& product, config::Action action,
                    const Before& before, PortContracts* out) {
  const Span& place = product.ports.outputs_span.valid() ? product.ports.outputs_span : product.version_span;
  for (const std::string& port : before.names) {
    const auto& now = product.ports.outputs;
    const bool is_there = std::any_of(now.begin(), now.end(), [&](const auto& each) { return each.name == port; });
    if (is_there || before.version.empty()) continue;
    DiagnosticSink found;
    contract::check_lost_port({qualified_name(compiled), port, before.version, product.version}, place, found);
    add_verdicts(port, found.all(), action, &out->verdicts);
    if (!found.all().empty()) out->held_back.insert(port);
  }
}

// nullopt when the port names no contract, or it cannot be read; then with a finding.
Result<std::optional<config::Document>> written_contract(const Compiled& compiled, const config::OutputPort& port,
                                                         io::FileSystem& files, DiagnosticSink& sink) {
  if (port.contract.name.empty()) return std::optional<config::Document>();
  const std::string path = io::normalize_path(io::join_path(compiled.project_root, port.contract.name));
  FLOE_TRY(check_document(compiled, path, files));
  auto document = config::read_document(path, compiled.project_root, files, sink);
  if (document) return std::optional(*std::move(document));
  if (document.error().code != ErrorCode::kNotFound) return document.error();
  sink.report(
      error_diagnostic("FLOE-E0303", "not-found", fmt::format("there is no data contract `{}`", port.contract.name))
          .at(port.contract.span, fmt::format("of port `{}`", port.name)));
  return std::optional<config::Document>();
}

}  // namespace

Result<PortContracts> make_port_contracts(const Compiled& compiled, const config::Product& product,
                                          const config::PlatformManifest& manifest, const policy::ModelGraph& graph,
                                          const product::Registry& registry, io::FileSystem& files) {
  const config::Action action =
      manifest.contracts == config::Enforcement::kStrict ? config::Action::kBlock : config::Action::kWarn;
  const Before promised = FLOE_TRY(promised_before(compiled, manifest, registry, files));
  PortContracts out;
  for (const config::OutputPort& port : product.ports.outputs) {
    const policy::Model* model = policy::find_model(graph, port.model.name);
    if (model == nullptr) continue;
    DiagnosticSink found;
    const std::string domain = compiled.domain.value_or("");
    const auto written = FLOE_TRY(written_contract(compiled, port, files, found));
    std::optional<contract::PortContract> made;
    if (!found.has_errors()) {
      made =
          contract::make_port_contract({product, port, *model, domain, manifest, written ? &*written : nullptr}, found);
    }
    add_verdicts(port.name, found.all(), config::Action::kBlock, &out.verdicts);
    std::vector<Diagnostic> versions;
    const auto before = promised.ports.find(port.name);
    if (made && before != promised.ports.end())
      versions = version_findings(*made, before->second, product.version_span);
    add_verdicts(port.name, versions, action, &out.verdicts);
    if (!versions.empty()) out.held_back.insert(port.name);
    if (found.all().empty() && versions.empty())
      out.verdicts.push_back({.model = port.name, .problem = "", .expected = ""});
    if (made) out.made.push_back(*std::move(made));
  }
  add_lost_ports(compiled, product, action, promised, &out);
  return out;
}

Status add_written_contracts(const config::Product& product, const std::string& project_root, io::FileSystem& files,
                             std::vector<std::string>* paths) {
  for (const config::OutputPort& port : product.ports.outputs) {
    if (port.contract.name.empty()) continue;
    std::string path = io::normalize_path(io::join_path(project_root, port.contract.name));
    if (FLOE_TRY(io::is_document(files, path))) paths->push_back(std::move(path));
  }
  return ok();
}

Result<std::string> contracts_digest(const Compiled& compiled, const std::optional<config::Product>& product,
                                     io::FileSystem& files) {
  std::string all;
  if (!product) return all;
  all = FLOE_TRY(version_before(compiled, files)) + "\n";
  for (const std::string& port : FLOE_TRY(ports_before(compiled, files))) {
    const std::string text = FLOE_TRY(files.read(contract_path(compiled, port)));
    all += port + "\n" + text::sha256_hex(text) + "\n";
  }
  const auto registry = compiled.registry_path ? product::read_registry(*compiled.registry_path, files)
                                               : Result<product::Registry>(product::Registry());
  if (!registry) return text::sha256_hex(all + "damaged");
  const auto found = registry->products.find(qualified_name(compiled));
  if (found != registry->products.end()) all += to_json(product::registered_json(found->second));
  return text::sha256_hex(all);
}

Status write_port_contracts(const Compiled& compiled, const PortContracts& contracts, io::FileSystem& files) {
  const std::string directory = contracts_directory(compiled);
  const io::FileInfo info = FLOE_TRY(files.stat(directory));
  if (info.kind == io::FileKind::kMissing && contracts.made.empty()) return ok();
  FLOE_TRY(files.create_directories(directory));
  for (const std::string& port : FLOE_TRY(ports_before(compiled, files))) {
    const bool is_used =
        contracts.held_back.contains(port) ||
        std::any_of(contracts.made.begin(), contracts.made.end(), [&](const auto& made) { return made.port == port; });
    if (!is_used) FLOE_TRY(files.remove(contract_path(compiled, port)));
  }
  for (const contract::PortContract& made : contracts.made) {
    if (contracts.held_back.contains(made.port)) continue;
    FLOE_TRY(files.write_atomic(contract_path(compiled, made.port), made.document, io::Durability::kFast));
  }
  // While something is held back, what changed is told from the version that had all of it.
  if (!contracts.held_back.empty()) return ok();
  return files.write_atomic(version_path(compiled), compiled.product_version, io::Durability::kFast);
}

}  // namespace floe::compile
