// floe platform diff BEFORE AFTER: what an upgrade of the platform changes, and what it breaks for a product.
#include "artifact/compiled_artifacts.hpp"
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "rules/inheritance/platform_diff.hpp"
#include "verbs/platform_subject.hpp"
#include "verbs/text_table.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <set>

namespace floe::run {
namespace {

json::object platform_json(const std::string& reference, const inheritance::Chain& chain) {
  const inheritance::Tier& tier = chain.tiers.back();
  return json::object{{"ref", reference}, {"name", tier.name}, {"version", tier.version}, {"digest", tier.digest}};
}

json::array changes_json(const inheritance::Chain& before, const inheritance::Chain& after) {
  json::array out;
  for (inheritance::PlatformChange& change : inheritance::compare_platforms(*before.merged, *after.merged)) {
    out.push_back(json::object{{"effect", inheritance::effect_name(change.effect)},
                               {"address", change.address},
                               {"before", std::move(change.before)},
                               {"after", std::move(change.after)}});
  }
  return out;
}

// Where to compile: "product", else the project here; "" when there is none.
std::string product_directory(Context& context, const json::object& request) {
  const std::string& directory = context.options().directory;
  const std::string asked = get_string_or(request, "product", "");
  if (!asked.empty()) return io::normalize_path(io::join_path(directory, asked));
  return compile::locate_project(directory, context.files()) ? directory : "";
}

// What files are named relative to.
std::string home_of(Context& context) {
  const std::string& directory = context.options().directory;
  const auto location = compile::locate_project(directory, context.files());
  return location ? location->root : directory;
}

struct ProductVerdict {
  std::string name;
  std::vector<Diagnostic> findings;
};

Result<ProductVerdict> compile_against(Context& context, const json::object& request, const std::string& product,
                                       const std::string& platform) {
  compile::CompileRequest wanted = compile_request(context, request);
  wanted.directory = product;
  wanted.platform = platform;
  wanted.platform_directory = context.options().directory;
  DiagnosticSink sink;
  ProductVerdict verdict;
  std::string root = product;
  const auto compiled =
      compile_dry(context, wanted, sink, false,
                  [&](const artifact::ArtifactInput& examined, const policy::ColumnLineage& /*traced*/) {
                    verdict.name = examined.compiled.product_name;
                    root = examined.compiled.project_root;
                  });
  if (!compiled && compiled.error().code != ErrorCode::kData) return compiled.error();
  if (!compiled) report_findings(compiled.error(), sink);
  verdict.findings = sink.sorted();
  const std::string here = home_of(context);
  for (Diagnostic& finding : verdict.findings) {
    for (Label& label : finding.labels)
      label.span.file = io::relative_path(io::normalize_path(io::join_path(root, label.span.file)), here);
  }
  return verdict;
}

// A warning that becomes an error is another finding.
std::string identity(const Diagnostic& finding) {
  const Span* span = finding.primary();
  return std::string(severity_name(finding.severity)) + "\n" + finding.code + "\n" +
         (span == nullptr ? "" : span->file) + "\n" + finding.message;
}

// Those of `findings` that `others` does not have: by severity, code, file and message, as lines move.
std::vector<Diagnostic> without(const std::vector<Diagnostic>& findings, const std::vector<Diagnostic>& others) {
  std::set<std::string> known;
  for (const Diagnostic& finding : others)
    known.insert(identity(finding));
  std::vector<Diagnostic> out;
  for (const Diagnostic& finding : findings) {
    if (!known.contains(identity(finding))) out.push_back(finding);
  }
  return out;
}

json::value findings_json(const std::vector<Diagnostic>& findings) {
  auto document = parse_json_object(diagnostics_to_json(findings));
  return document ? (*document)["diagnostics"] : json::value(json::array());
}

Result<Answer> diff_platforms(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string before = FLOE_TRY(require_string(request, "before"));
  const std::string after = FLOE_TRY(require_string(request, "after"));
  const std::string& directory = context.options().directory;
  const std::string scope = get_string_or(request, "scope", "");
  const auto old_chain = FLOE_TRY(load_platform(context, before, directory, scope, sink)).chain;
  const auto new_chain = FLOE_TRY(load_platform(context, after, directory, scope, sink)).chain;
  json::object answer{{"before", platform_json(before, old_chain)},
                      {"after", platform_json(after, new_chain)},
                      {"changes", changes_json(old_chain, new_chain)},
                      {"product", nullptr}};
  const std::string product = product_directory(context, request);
  if (!product.empty()) {
    const auto old_verdict = FLOE_TRY(compile_against(context, request, product, before));
    const auto new_verdict = FLOE_TRY(compile_against(context, request, product, after));
    std::vector<Diagnostic> appeared = without(new_verdict.findings, old_verdict.findings);
    answer["product"] =
        json::object{{"name", new_verdict.name},
                     {"new_findings", findings_json(appeared)},
                     {"gone_findings", findings_json(without(old_verdict.findings, new_verdict.findings))}};
    for (Diagnostic& finding : appeared)
      sink.report(std::move(finding));
  }
  const bool breaks = sink.has_errors();
  answer["success"] = !breaks;
  return Answer{to_json(answer), breaks ? 1 : 0};
}

std::string setting_text(const json::value& value) {
  if (value.is_null()) return "not set";
  return value.is_string() ? std::string(to_view(value.get_string())) : to_json(value);
}

AnswerText platform_diff_text(const json::object& answer, const TextStyle& style) {
  std::string out;
  std::vector<std::vector<std::string>> rows;
  for (const json::value& item : answer.at("changes").as_array()) {
    const json::object& change = item.as_object();
    rows.push_back({get_string_or(change, "effect", ""), get_string_or(change, "address", ""),
                    setting_text(change.at("before")), setting_text(change.at("after"))});
  }
  if (rows.empty()) {
    out = "nothing changes\n";
  } else {
    out = format_text_table({{"effect"}, {"setting"}, {"before"}, {"after"}}, rows, style);
  }
  const json::object* product = get_object(answer, "product");
  if (product == nullptr) return {out, ""};
  const std::int64_t appeared = std::ssize(product->at("new_findings").as_array());
  const std::size_t gone = product->at("gone_findings").as_array().size();
  const bool is_fine = get_bool_or(answer, "success", false);
  out += fmt::format("\n{} {}: {}, {} gone; {}\n", is_fine ? "✓" : "✗", get_string_or(*product, "name", ""),
                     text::counted(appeared, "new finding"), gone,
                     is_fine ? "it still compiles" : "the upgrade breaks it");
  return {out, ""};
}

}  // namespace

Verb platform_diff_verb() {
  return {
      .name = "platform diff",
      .summary = "what an upgrade changes, and what it breaks",
      .details =
          R"(What an upgrade of the platform changes, and what it breaks for a product; exit code 1 when it breaks something.)",
      .request =
          Arguments()
              .text("before", "before", "as it was: a manifest, its folder or oci://", true)
              .text("after", "after", "as it will be", true)
              .path("--product", "product", "folder of the product to compile against both (default: the one here)")
              .text("", "scope", "enterprise or domain: what the manifest has to be")
              .among({"enterprise", "domain"}),
      .answer = R"({"type": "object", "required": ["success", "before", "after", "changes", "product"], "properties": {
  "success": {"type": "boolean"}, "before": {"type": "object"}, "after": {"type": "object"},
  "changes": {"type": "array", "items": {"type": "object", "properties": {
    "effect": {"enum": ["tightened", "loosened", "other"]}, "address": {"type": "string"}, "before": {}, "after": {}}}},
  "product": {"type": ["object", "null"], "properties": {"name": {"type": "string"},
    "new_findings": {"type": "array"}, "gone_findings": {"type": "array"}}}}})",
      .run = diff_platforms,
      .text = platform_diff_text};
}

}  // namespace floe::run
