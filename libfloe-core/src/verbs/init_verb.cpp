// floe init: a new product, or floe.yaml for a dbt project that is there.
#include "config/platform_manifest.hpp"
#include "config/product_spelling.hpp"
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/new_product.hpp"
#include "verbs/platform_subject.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::run {
namespace {

constexpr const char* kManifest = "manifest.yaml";
constexpr const char* kGitignore = ".gitignore";
constexpr const char* kGitignoreText =
    "# What floe writes: tables, catalog, records of runs. `floe.lock` is no part of it: commit that.\n"
    ".floe/\n";

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

Result<ProductRequest> product_request(Context& context, const json::object& request, const std::string& directory,
                                       DiagnosticSink& sink) {
  ProductRequest out;
  const bool has_dbt_project = FLOE_TRY(is_there(context, directory, "dbt_project.yml"));
  out.name = get_string_or(request, "name", "");
  if (out.name.empty()) out.name = FLOE_TRY(default_name(context, directory, has_dbt_project));
  FLOE_TRY(check_product_name(out.name));
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

Status check_new(Context& context, const std::string& directory, const std::vector<ProductFile>& files) {
  DiagnosticSink there;
  for (const ProductFile& file : files) {
    if (!FLOE_TRY(is_there(context, directory, file.path))) continue;
    there.report(error_diagnostic("FLOE-E0116", "would-overwrite", fmt::format("`{}` is there already", file.path))
                     .help("move it away, or start in another folder: `floe init DIRECTORY`"));
  }
  return there.has_errors() ? Status(diagnostics_error(ErrorCode::kAlreadyExists, there)) : ok();
}

// Whether git leaves the tables of the product out, as far as the file beside floe.yaml says.
bool ignores_state(std::string_view gitignore) {
  for (const std::string_view line : text::split(gitignore, '\n')) {
    const std::string_view pattern = text::trim(line);
    if (pattern == ".floe" || pattern == ".floe/" || pattern == "/.floe" || pattern == "/.floe/") return true;
  }
  return false;
}

// Adds a .gitignore to `files` where there is none. False: there is one, which does not leave `.floe/` out.
Result<bool> leave_state_out(Context& context, const std::string& directory, std::vector<ProductFile>& files) {
  const auto text = context.files().read(io::join_path(directory, kGitignore));
  if (text) return ignores_state(*text);
  if (text.error().code != ErrorCode::kNotFound) return text.error();
  files.push_back({kGitignore, kGitignoreText});
  return true;
}

Result<Answer> init_product(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string& here = context.options().directory;
  const std::string directory = io::normalize_path(io::join_path(here, get_string_or(request, "directory", ".")));
  const auto product = FLOE_TRY(product_request(context, request, directory, sink));
  auto files = FLOE_TRY(make_product(product));
  const bool is_ignored = FLOE_TRY(leave_state_out(context, directory, files));
  FLOE_TRY(check_new(context, directory, files));
  json::array written;
  for (const ProductFile& file : files) {
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
                                     {"state_ignored", is_ignored},
                                     {"files", std::move(written)}}),
                compiled ? 0 : 1};
}

AnswerText init_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string out;
  for (const json::value& file : list_of(answer, "files"))
    out += fmt::format("Wrote {}\n", to_view(file.as_string()));
  if (!get_bool_or(answer, "state_ignored", true))
    out += "Add the line `.floe/` to .gitignore: floe keeps the tables and the records of runs there.\n";
  const bool is_fine = get_bool_or(answer, "success", false);
  out += is_fine ? "It compiles. Next: `floe run` there.\n" : "It does not compile yet: see the findings.\n";
  return {"", out};
}

}  // namespace

Verb init_verb() {
  return {
      .name = "init",
      .summary = "a new product, or floe.yaml for a dbt project that is there",
      .details =
          R"(Writes floe.yaml with what else a product needs, in a new folder or beside a dbt project, and says whether it compiles.
Nothing is overwritten: FLOE_ALREADY_EXISTS.)",
      .request = Arguments()
                     .path("directory", "directory", "folder of the product (default: this one)")
                     .text("--name", "name",
                           "small letters, digits and dashes (default: that of the dbt project or of the folder)")
                     .text("--description", "description", "what it is for")
                     .text("--owner", "owner", "who answers for it")
                     .text("--platform", "platform",
                           "a manifest, its folder or oci:// (default: manifest.yaml, made when missing)"),
      .answer =
          R"({"type": "object", "required": ["success", "path", "files"], "properties": {"success": {"type": "boolean"},
  "path": {"type": "string"}, "product": {"type": "string"}, "platform": {"type": "string"},
  "state_ignored": {"type": "boolean"},
  "files": {"type": "array", "items": {"type": "string"}}}})",
      .run = init_product,
      .text = init_text};
}

}  // namespace floe::run
