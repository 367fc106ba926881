// floe docs build: the product as one HTML page, from what compile found out, what dbt parsed and what runs left.
#include "artifact/compiled_artifacts.hpp"
#include "docs_page/page.hpp"
#include "docs_page/project_nodes.hpp"
#include "engine/compiled_project.hpp"
#include "engine/run_history.hpp"
#include "rules/inheritance/settings.hpp"
#include "rules/lineage/lineage_graph.hpp"
#include "verbs/pipeline.hpp"
#include "verbs/pipeline_arguments.hpp"
#include "verbs/platform_subject.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace floe::run {
namespace {

constexpr const char* kPageFile = "index.html";

// What a compile knows of a product, whether it takes it or not.
struct Examined {
  compile::Compiled compiled;
  json::object artifact;
  lineage::Graph graph;
  json::array findings = {};
  bool is_refused = false;
};

json::array finding_list(const std::vector<Diagnostic>& findings) {
  json::array out;
  for (const Diagnostic& finding : findings) {
    const Span* place = finding.primary();
    json::object item{{"code", finding.code},
                      {"severity", severity_name(finding.severity)},
                      {"message", finding.message},
                      {"file", place == nullptr ? json::value(nullptr) : json::value(place->file)},
                      {"line", place == nullptr || !place->valid() ? json::value(nullptr) : json::value(place->line)},
                      {"notes", json::array(finding.notes.begin(), finding.notes.end())},
                      {"helps", json::array(finding.helps.begin(), finding.helps.end())}};
    out.push_back(std::move(item));
  }
  return out;
}

// An error when there is nothing to show: documents that cannot be found, someone who may not compile.
Result<Examined> examine(Context& context, const json::object& request, DiagnosticSink& sink) {
  compile::CompileRequest wanted = compile_request(context, request);
  wanted.wants_lineage = true;
  std::optional<Examined> seen;
  const auto compiled = compile_project(
      context, wanted, sink, [&](const artifact::ArtifactInput& examined, const policy::ColumnLineage& traced) {
        seen.emplace(Examined{.compiled = examined.compiled,
                              .artifact = artifact::compiled_artifacts(examined),
                              .graph = lineage::make_graph(examined.graph, traced, examined.compiled)});
      });
  if (!compiled && (compiled.error().code != ErrorCode::kData || !seen)) return compiled.error();
  if (!compiled) report_findings(compiled.error(), sink);
  // An equal compile came before: what it wrote says the same.
  if (!seen) {
    seen.emplace(Examined{.compiled = *compiled,
                          .artifact = FLOE_TRY(read_artifact(context, *compiled)),
                          .graph = FLOE_TRY(read_lineage(context, *compiled))});
  }
  seen->findings = finding_list(findings_in_project(sink, seen->compiled.project_root));
  seen->is_refused = !compiled;
  return std::move(*seen);
}

Result<json::array> dbt_nodes(Context& context, const compile::Compiled& compiled, const json::object& request) {
  if (!compiled.dbt_project) return json::array();
  DiagnosticSink known;  // the compile has found it before
  const Answer parsed = FLOE_TRY(read_project(context, compiled, "parse", request, known));
  if (parsed.exit_code != 0) return fail(ErrorCode::kData, "the dbt project has problems");
  const std::string path = io::join_path(compiled.target_path, "manifest.json");
  const std::string manifest = FLOE_TRY(context.files().read(path));
  return docs_page::project_nodes(manifest);
}

void add_setting(const inheritance::Setting& setting, std::string_view tier, json::array* out) {
  json::object item = inheritance::setting_json(setting);
  item["tier"] = tier;
  out->push_back(std::move(item));
}

// What the manifests and the product say, each with its tier, file and line; of what can be read.
json::array all_settings(Context& context, const compile::Compiled& compiled) {
  DiagnosticSink known;  // the compile has found it before
  json::array out;
  if (compiled.platform_ref) {
    const auto chain = load_manifests(context, *compiled.platform_ref, compiled.project_root, known);
    const bool is_readable = chain && chain->merged != nullptr;
    const auto settings = is_readable ? inheritance::settings_of(*chain) : std::vector<inheritance::Setting>();
    for (const inheritance::Setting& setting : settings) {
      add_setting(setting, setting.manifest.empty() ? "platform" : setting.manifest, &out);
    }
  }
  const auto location = compile::locate_project(compiled.project_root, context.files());
  if (!location || location->product_file.empty()) return out;
  const auto product = config::read_document(location->product_file, location->root, context.files(), known);
  if (!product || product->root == nullptr) return out;
  for (const inheritance::Setting& setting : inheritance::settings_of(*product->root))
    add_setting(setting, "product", &out);
  return out;
}

Status write_page(Context& context, const std::string& path, const std::string& page) {
  const Status made = context.files().create_directories(io::parent_path(path));
  Status written = made ? context.files().write_atomic(path, page, io::Durability::kFast) : made;
  if (written) return ok();
  return diagnostics_error(
      written.error().code,
      error_diagnostic("FLOE-E0827", "report-not-written", fmt::format("the report cannot be written to `{}`", path))
          .note(written.error().message)
          .help("name a folder that can be written: floe docs build --out DIR"));
}

Result<Answer> build_docs(Context& context, const json::object& request, DiagnosticSink& sink) {
  Examined examined = FLOE_TRY(examine(context, request, sink));
  const compile::Compiled& compiled = examined.compiled;
  auto parsed = dbt_nodes(context, compiled, request);
  // Of a refused product the page has what can be read.
  json::array nodes = examined.is_refused ? std::move(parsed).value_or(json::array()) : FLOE_TRY(std::move(parsed));
  examined.artifact.erase("lineage");  // the nodes carry it
  docs_page::add_column_lineage(examined.graph, &nodes);
  docs_page::add_product_nodes(examined.artifact, compiled.product_name, &nodes);
  RunHistory history = FLOE_TRY(read_run_history(io::join_path(compiled.state_directory, "runs"), context.files()));
  const std::size_t node_count = nodes.size();
  const std::size_t run_count = history.runs.size();
  const json::object data{{"schema", "floe.report/1"},
                          {"refused", examined.is_refused},
                          {"findings", examined.findings},
                          {"artifact", std::move(examined.artifact)},
                          {"settings", all_settings(context, compiled)},
                          {"nodes", std::move(nodes)},
                          {"runs", std::move(history.runs)},
                          {"results", std::move(history.results)},
                          {"tables", std::move(history.tables)}};
  const std::string folder = io::join_path(context.options().directory, get_string_or(request, "out", ""));
  const std::string path = get_string(request, "out").has_value()
                               ? io::normalize_path(io::join_path(folder, kPageFile))
                               : io::join_path(compiled.state_directory, "docs/index.html");
  const std::string page = context.redact(docs_page::page_html(data, compiled.product_name));
  FLOE_TRY(write_page(context, path, page));
  return Answer{to_json(json::object{{"success", !examined.is_refused},
                                     {"path", path},
                                     {"bytes", page.size()},
                                     {"nodes", node_count},
                                     {"runs", run_count}}),
                examined.is_refused ? 1 : 0};
}

AnswerText docs_build_text(const json::object& answer, const TextStyle& /*style*/) {
  return {"", get_string_or(answer, "path", "") + "\n"};
}

}  // namespace

Verb docs_build_verb() {
  return {
      .name = "docs build",
      .summary = "write one HTML page: lineage, models, tests, policies, settings, runs",
      .details =
          R"(Compiles, then writes the product as one HTML page that reads nothing but itself. Results are those of the records under
.floe/runs; nothing is run. FLOE_IO or FLOE_PERMISSION when the folder cannot be written.)",
      .request = Arguments().path("--out", "out", "folder of index.html (default .floe/docs)").add(vars_argument()),
      .answer = R"({"type": "object", "required": ["success", "path"], "properties": {"success": {"type": "boolean"},
  "path": {"type": "string"}, "bytes": {"type": "integer"}, "nodes": {"type": "integer"}, "runs": {"type": "integer"}}})",
      .run = build_docs,
      .text = docs_build_text};
}

}  // namespace floe::run
