// floe verify ARTIFACT --platform DIGEST: whether a verdict that somebody else reached is the one that this project
// gets here, on that platform.
#include "artifact/compiled_artifacts.hpp"
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/pipeline_arguments.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/io/read_document.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::run {
namespace {

constexpr std::size_t kMostTold = 20;

// Addresses of what differs: members of objects by name, lists as a whole.
void compare(const json::value& given, const json::value& made, const std::string& address,
             std::vector<std::string>* differences) {
  if (given == made) return;
  const json::object* left = given.if_object();
  const json::object* right = made.if_object();
  if (left == nullptr || right == nullptr) {
    differences->push_back(address);
    return;
  }
  std::vector<std::string> names;
  for (const json::object* side : {left, right}) {
    for (const auto& [name, value] : *side)
      names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    const json::value* one = left->if_contains(name);
    const json::value* other = right->if_contains(name);
    const std::string place = address.empty() ? name : fmt::format("{}.{}", address, name);
    if (one == nullptr || other == nullptr) {
      differences->push_back(place);
    } else {
      compare(*one, *other, place, differences);
    }
  }
}

// When it was compiled is no part of a verdict.
json::object without_time(json::object artifact) {
  if (json::object* metadata = artifact["metadata"].if_object()) metadata->erase("compiled_at");
  return artifact;
}

// Files of the documents that lie beside the artifact and are not what it says. One that is not there deploys nothing.
Status compare_documents(const json::object& artifact, const std::string& path, io::FileSystem& files,
                         std::vector<std::string>* differences) {
  const json::array* documents = get_array(artifact, "deploy_documents");
  if (documents == nullptr) return ok();
  const std::string folder = io::parent_path(path);
  for (const json::value& one : *documents) {
    const json::object* document = one.if_object();
    const std::string name = document == nullptr ? "" : get_string_or(*document, "path", "");
    const std::string file = io::normalize_path(io::join_path(folder, name));
    // What an artifact names is read only below its folder.
    if (!io::lies_in(file, io::join_path(folder, artifact::kDeployFolder))) {
      differences->push_back("deploy_documents");
      continue;
    }
    const auto text = io::read_document(files, file, io::kMaxFileBytes);
    if (!text && text.error().code == ErrorCode::kNotFound) continue;
    if (!text) return text.error();
    if (text::sha256_hex(*text) != get_string_or(*document, "sha256", "")) differences->push_back(name);
  }
  return ok();
}

Diagnostic mismatch(const std::string& name, const std::vector<std::string>& differences) {
  auto diagnostic = error_diagnostic("FLOE-E0789", "artifact-not-reproduced",
                                     fmt::format("`{}` is not what a compile of this project makes", name))
                        .at(Span{name, 0, 0, 0, 0});
  for (std::size_t i = 0; i < std::min(differences.size(), kMostTold); ++i)
    diagnostic.notes.push_back(fmt::format("`{}` differs", differences[i]));
  if (differences.size() > kMostTold)
    diagnostic.notes.push_back(fmt::format("and {} more", differences.size() - kMostTold));
  return std::move(diagnostic)
      .help(
          "compile the commit that the artifact was made from, with the same `--vars` and `--target`, by the same "
          "floe");
}

Result<json::object> read_given(Context& context, const std::string& path) {
  auto text = io::read_document(context.files(), path, io::kMaxFileBytes);
  if (!text) return text.error();
  auto artifact = parse_json_object(*text);
  if (artifact && get_string_or(*artifact, "schema", "") == "floe.compiled_artifacts/1") return artifact;
  return failf(ErrorCode::kInvalidArgument, "`{}` is no compiled_artifacts.json", path);
}

Result<Answer> verify_artifact(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string name = FLOE_TRY(require_string(request, "artifact"));
  const std::string path = io::normalize_path(io::join_path(context.options().directory, name));
  const json::object given = without_time(FLOE_TRY(read_given(context, path)));
  compile::CompileRequest wanted = compile_request(context, request);
  wanted.required_platform = FLOE_TRY(require_string(request, "platform"));
  json::object made;
  FLOE_TRY(compile_dry(context, wanted, sink, false,
                       [&](const artifact::ArtifactInput& examined, const policy::ColumnLineage& /*traced*/) {
                         made = without_time(artifact::compiled_artifacts(examined));
                       }));
  std::vector<std::string> differences;
  compare(given, made, "", &differences);
  FLOE_TRY(compare_documents(given, path, context.files(), &differences));
  if (!differences.empty()) sink.report(mismatch(name, differences));
  const bool is_same = differences.empty();
  const json::object* metadata = get_object(made, "metadata");
  return Answer{
      to_json(json::object{{"success", is_same},
                           {"artifact", path},
                           {"platform", wanted.required_platform},
                           {"source_hash", metadata == nullptr ? "" : get_string_or(*metadata, "source_hash", "")},
                           {"differences", json::value_from(differences)}}),
      is_same ? 0 : 1};
}

AnswerText verify_text(const json::object& answer, const TextStyle& /*style*/) {
  if (!get_bool_or(answer, "success", false)) return {};
  return {"", fmt::format("Verified: this project, source {}, gets that verdict on platform {}.\n",
                          get_string_or(answer, "source_hash", ""), get_string_or(answer, "platform", ""))};
}

}  // namespace

Verb verify_verb() {
  return {
      .name = "verify",
      .summary = "reach the verdict of a compiled artifact again, on a platform that you name",
      .details =
          R"(Compiles the project without writing anything and without what earlier compiles left, and compares all that the artifact
says. FLOE_DATA with FLOE-E0785 when the project is of another platform, with other findings when it does not compile;
exit code 1 with FLOE-E0789 when the artifact is another one.)",
      .request =
          Arguments()
              .path("artifact", "artifact", "compiled_artifacts.json that somebody else made", true)
              .text("--platform", "platform",
                    "digest of the platform with all above it: sha256:..., as `floe platform show` prints it", true)
              .add(vars_argument())
              .add(target_argument()),
      .answer = R"({"type": "object", "required": ["success", "artifact", "platform", "differences"], "properties": {
  "success": {"type": "boolean"}, "artifact": {"type": "string"}, "platform": {"type": "string"},
  "source_hash": {"type": "string"}, "differences": {"type": "array", "items": {"type": "string"}}}})",
      .run = verify_artifact,
      .text = verify_text};
}

}  // namespace floe::run
