// floe platform show: what holds below a manifest, and where each value comes from.
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

Result<Answer> platform_show_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const Subject subject = FLOE_TRY(subject_of(context, request));
  const auto services = context.compile_services();
  const auto chain = FLOE_TRY(inheritance::load_chain({subject.reference, subject.directory, {}, "ref"},
                                                      {context.files(), context.environment(), subject.directory},
                                                      services.is_installed, sink));
  if (chain.merged != nullptr) inheritance::check_bounds(*chain.merged, sink);
  if (chain.merged == nullptr || sink.has_errors()) return fail(ErrorCode::kData, "the platform has problems");
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

}  // namespace floe::run
