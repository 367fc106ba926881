// floe docs build: the product as one HTML page, from what compile wrote, what dbt parsed and what runs left.
#include "inheritance/settings.hpp"
#include "report/page.hpp"
#include "report/project_nodes.hpp"
#include "report/run_history.hpp"
#include "run/platform_subject.hpp"
#include "run/verbs.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

constexpr const char* kPageFile = "index.html";

Result<json::array> dbt_nodes(Context& context, const compile::Compiled& compiled, const json::object& request,
                              DiagnosticSink& sink) {
  if (compiled.dbt_project_directory.empty()) return json::array();
  const Answer parsed = FLOE_TRY(read_project(context, "parse", request, sink));
  if (parsed.exit_code != 0) return fail(ErrorCode::kData, "the dbt project has problems");
  const std::string path = io::join_path(compiled.target_path, "manifest.json");
  const std::string manifest = FLOE_TRY(context.files().read(path));
  return report::project_nodes(manifest);
}

void add_settings(const std::vector<inheritance::Setting>& settings, std::string_view fallback,
                  const std::vector<inheritance::Tier>& tiers, json::array* out) {
  for (const inheritance::Setting& setting : settings) {
    std::string tier(fallback);
    for (const inheritance::Tier& candidate : tiers) {
      if (candidate.document.name == setting.file) tier = candidate.name;
    }
    json::object item = inheritance::setting_json(setting);
    item["tier"] = tier;
    out->push_back(std::move(item));
  }
}

// What the manifests and the product say, each with its tier, file and line.
Result<json::array> all_settings(Context& context, const compile::Compiled& compiled, DiagnosticSink& sink) {
  json::array out;
  if (!compiled.platform_ref.empty()) {
    const auto chain = FLOE_TRY(load_platform(context, json::object(), sink));
    add_settings(inheritance::settings_of(chain), "platform", chain.tiers, &out);
  }
  const auto location = FLOE_TRY(compile::locate_project(context.options().directory, context.files()));
  if (location.product_file.empty()) return out;
  const auto product = FLOE_TRY(config::read_document(location.product_file, location.root, context.files(), sink));
  if (product.root != nullptr) add_settings(inheritance::settings_of(*product.root), "product", {}, &out);
  return out;
}

Status write_page(Context& context, const std::string& path, const std::string& page) {
  const Status made = context.files().create_directories(io::parent_path(path));
  const Status written = made ? context.files().write_atomic(path, page, io::Durability::kFast) : made;
  if (written) return written;
  return diagnostics_error(
      written.error().code,
      error_diagnostic("FLOE-E0827", "report-not-written", fmt::format("the report cannot be written to `{}`", path))
          .note(written.error().message)
          .help("name a folder that can be written: floe docs build --out DIR"));
}

}  // namespace

Result<Answer> docs_build_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  compile::CompileRequest wanted = compile_request(context, request);
  wanted.wants_lineage = true;
  const auto compiled = FLOE_TRY(compile_project(context, wanted, sink));
  json::object artifact = FLOE_TRY(read_artifact(context, compiled));
  json::array nodes = FLOE_TRY(dbt_nodes(context, compiled, request, sink));
  const lineage::Graph graph = FLOE_TRY(read_lineage(context, compiled));
  artifact.erase("lineage");  // the nodes carry it
  report::add_column_lineage(graph, &nodes);
  report::add_product_nodes(artifact, compiled.product_name, &nodes);
  json::array settings = FLOE_TRY(all_settings(context, compiled, sink));
  report::RunHistory history =
      FLOE_TRY(report::read_run_history(io::join_path(compiled.state_directory, "runs"), context.files()));
  const std::size_t node_count = nodes.size();
  const std::size_t run_count = history.runs.size();
  const json::object data{{"schema", "floe.report/1"},          {"artifact", artifact},
                          {"settings", std::move(settings)},    {"nodes", std::move(nodes)},
                          {"runs", std::move(history.runs)},    {"results", std::move(history.results)},
                          {"tables", std::move(history.tables)}};
  const std::string folder = io::join_path(context.options().directory, get_string_or(request, "out", ""));
  const std::string path = get_string(request, "out").has_value()
                               ? io::normalize_path(io::join_path(folder, kPageFile))
                               : io::join_path(compiled.state_directory, "docs/index.html");
  const std::string page = context.redact(report::page_html(data, compiled.product_name));
  FLOE_TRY(write_page(context, path, page));
  return Answer{
      to_json(json::object{{"path", path}, {"bytes", page.size()}, {"nodes", node_count}, {"runs", run_count}}), 0};
}

}  // namespace floe::run
