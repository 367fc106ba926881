// floe init: a new product, or floe.yaml for a dbt project that is there.
#include "config/manifest.hpp"
#include "config/product_spelling.hpp"
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "scaffold/product.hpp"
#include "verbs/platform_subject.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

constexpr const char* kManifest = "manifest.yaml";

Result<bool> is_there(Context& context, const std::string& directory, const std::string& file) {
  const io::FileInfo info = FLOE_TRY(context.files().stat(io::join_path(directory, file)));
  return info.kind != io::FileKind::kMissing;
}

// Of the dbt project, else of the folder.
Result<std::string> default_name(Context& context, const std::string& directory, bool has_dbt_project) {
  if (!has_dbt_project) return config::product_name(io::file_name(directory));
  DiagnosticSink sink;
  const auto document =
      FLOE_TRY(config::read_document(io::join_path(directory, "dbt_project.yml"), directory, context.files(), sink));
  const std::string name = document.root == nullptr ? "" : config::member_text(*document.root, "name");
  return config::product_name(name.empty() ? io::file_name(directory) : name);
}

// The prefix that names of the platform's first layer have; "" when it demands none.
Result<std::string> first_prefix(Context& context, const std::string& reference, const std::string& directory,
                                 DiagnosticSink& sink) {
  const auto manifest = FLOE_TRY(load_platform(context, reference, directory, "", sink)).manifest;
  return manifest.layers.empty() ? std::string() : manifest.layers.front().prefix;
}

Result<scaffold::ProductRequest> product_request(Context& context, const json::object& request,
                                                 const std::string& directory, DiagnosticSink& sink) {
  scaffold::ProductRequest out;
  const bool has_dbt_project = FLOE_TRY(is_there(context, directory, "dbt_project.yml"));
  out.name = get_string_or(request, "name", "");
  if (out.name.empty()) out.name = FLOE_TRY(default_name(context, directory, has_dbt_project));
  FLOE_TRY(scaffold::check_product_name(out.name));
  out.description = get_string_or(request, "description", fmt::format("Data product {}.", out.name));
  out.owner = get_string_or(request, "owner", "");
  out.platform = get_string_or(request, "platform", "");
  out.writes_models = !has_dbt_project;
  out.writes_manifest = out.platform.empty() && !FLOE_TRY(is_there(context, directory, kManifest));
  if (out.platform.empty()) out.platform = kManifest;
  if (out.writes_manifest) {
    out.model_prefix = "bronze_";
  } else {
    out.model_prefix = FLOE_TRY(first_prefix(context, out.platform, directory, sink));
  }
  return out;
}

Status check_new(Context& context, const std::string& directory, const std::vector<scaffold::File>& files) {
  DiagnosticSink there;
  for (const scaffold::File& file : files) {
    if (!FLOE_TRY(is_there(context, directory, file.path))) continue;
    there.report(error_diagnostic("FLOE-E0116", "would-overwrite", fmt::format("`{}` is there already", file.path))
                     .help("move it away, or start in another folder: `floe init DIRECTORY`"));
  }
  return there.has_errors() ? Status(diagnostics_error(ErrorCode::kAlreadyExists, there)) : ok();
}

}  // namespace

Result<Answer> init_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string& here = context.options().directory;
  const std::string directory = io::normalize_path(io::join_path(here, get_string_or(request, "directory", ".")));
  const auto product = FLOE_TRY(product_request(context, request, directory, sink));
  const auto files = FLOE_TRY(scaffold::make_product(product));
  FLOE_TRY(check_new(context, directory, files));
  json::array written;
  for (const scaffold::File& file : files) {
    const std::string path = io::join_path(directory, file.path);
    FLOE_TRY(context.files().create_directories(io::parent_path(path)));
    FLOE_TRY(context.files().write_new(path, file.content, io::Durability::kFast));
    written.emplace_back(io::relative_path(path, here));
  }
  // What a platform demands of the product beyond names is told at once.
  compile::CompileRequest check = compile_request(context, request);
  check.directory = directory;
  const auto compiled = compile_dry(context, check, sink, false);
  if (!compiled && compiled.error().code != ErrorCode::kData) return compiled.error();
  if (!compiled) report_findings(compiled.error(), sink);
  return Answer{to_json(json::object{{"success", compiled.has_value()},
                                     {"path", directory},
                                     {"product", product.name},
                                     {"platform", product.platform},
                                     {"files", std::move(written)}}),
                compiled ? 0 : 1};
}

}  // namespace floe::run
