// floe platform show and compile: what holds below a manifest, for people and as an artifact.
#include "artifact/platform_artifact.hpp"
#include "inheritance/approval.hpp"
#include "inheritance/chain.hpp"
#include "policy/secret_scan.hpp"
#include "run/verbs.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"
#include "base/yaml/to_json.hpp"

namespace floe::run {
namespace {

constexpr const char* kManifestFile = "manifest.yaml";

// What the verb is asked about: a reference, or the platform of the product here.
struct Subject {
  std::string reference;
  std::string directory;
};

Result<Subject> subject_of(Context& context, const json::object& request) {
  const std::string reference = get_string_or(request, "ref", "");
  const std::string& directory = context.options().directory;
  if (!reference.empty()) return Subject{reference, directory};
  const auto location = compile::locate_project(directory, context.files());
  if (!location || location->product_file.empty()) return Subject{kManifestFile, directory};
  DiagnosticSink unused;
  const auto product = FLOE_TRY(config::read_document(location->product_file, location->root, context.files(), unused));
  const yaml::NodePtr platform = product.root == nullptr ? nullptr : product.root->get("platform");
  const yaml::NodePtr written = platform == nullptr ? nullptr : platform->get("ref");
  if (written == nullptr || !written->is_string()) {
    return fail(ErrorCode::kInvalidArgument,
                "the product names no platform: it runs on the built-in one; say which manifest to show");
  }
  return Subject{written->text, location->root};
}

// Each scalar and list of the tree, with its place.
class Settings {
 public:
  explicit Settings(std::string below) : below_(std::move(below)) {}

  void add(const yaml::Node& node, const std::string& address, std::string_view key) {
    if (node.is_mapping()) {
      for (const yaml::Entry& entry : node.entries)
        add(*entry.value, address.empty() ? entry.key : address + "." + entry.key, entry.key);
      return;
    }
    const bool is_asked = below_.empty() || address == below_ || address.starts_with(below_ + ".");
    if (!is_asked) return;
    json::value value = yaml::to_json_value(node);
    if (node.is_scalar() && policy::is_plain_secret(key, node.text)) value = "***";
    settings_.push_back(json::object{
        {"address", address}, {"value", std::move(value)}, {"file", node.span.file}, {"line", node.span.line}});
  }

  json::array take() { return std::move(settings_); }

 private:
  std::string below_;
  json::array settings_;
};

}  // namespace

namespace {

// The chain of what the request names, without findings.
Result<inheritance::Chain> load_subject(Context& context, const json::object& request, DiagnosticSink& sink) {
  const Subject subject = FLOE_TRY(subject_of(context, request));
  const auto services = context.compile_services();
  auto chain = FLOE_TRY(inheritance::load_chain({subject.reference, subject.directory, {}, "ref"},
                                                {context.files(), context.environment(), subject.directory},
                                                services.is_installed, sink));
  if (chain.merged == nullptr || sink.has_errors()) return fail(ErrorCode::kData, "the platform has problems");
  return chain;
}

}  // namespace

Result<Answer> platform_show_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const auto chain = FLOE_TRY(load_subject(context, request, sink));
  const std::string explain = get_string_or(request, "explain", "");
  Settings settings(explain);
  settings.add(*chain.merged, "", "");
  json::array found = settings.take();
  if (found.empty() && !explain.empty()) {
    return failf(ErrorCode::kNotFound, "no manifest of {} sets `{}`", inheritance::chain_text(chain.tiers), explain);
  }
  return Answer{to_json(json::object{{"chain", inheritance::chain_json(chain.tiers)}, {"settings", std::move(found)}}),
                0};
}

Result<Answer> platform_compile_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const auto chain = FLOE_TRY(load_subject(context, request, sink));
  // What is published is read by many: a secret in it is one for everybody.
  policy::scan_for_secrets(*chain.merged, "", true, sink);
  const auto manifest = config::read_manifest(*chain.merged, sink);
  if (!manifest || sink.has_errors()) return fail(ErrorCode::kData, "the platform has problems");
  const auto platform = artifact::platform_files(chain, *manifest);
  const std::string& directory = context.options().directory;
  const std::string out = io::normalize_path(io::join_path(directory, get_string_or(request, "out", ".floe/platform")));
  json::array paths;
  for (const artifact::PlatformFile& file : platform) {
    const std::string path = io::join_path(out, file.path);
    FLOE_TRY(context.files().create_directories(io::parent_path(path)));
    FLOE_TRY(context.files().write_atomic(path, file.content, io::Durability::kFast));
    paths.emplace_back(file.path);
  }
  json::object answer{{"path", out}, {"files", std::move(paths)}, {"tag", nullptr}, {"digest", nullptr}};
  const std::string layout = get_string_or(request, "layout", "");
  if (!layout.empty()) {
    if (manifest->version.empty()) return fail(ErrorCode::kInvalidArgument, "the platform has no `metadata.version`");
    const std::string tag = "v" + manifest->version;
    answer["tag"] = tag;
    answer["digest"] = FLOE_TRY(artifact::write_oci_layout(
        platform, tag, io::normalize_path(io::join_path(directory, layout)), context.files()));
  }
  return Answer{to_json(answer), 0};
}

}  // namespace floe::run
