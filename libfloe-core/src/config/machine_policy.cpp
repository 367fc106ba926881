#include "config/machine_policy.hpp"

#include "config/document.hpp"
#include "schema/document_shapes.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"

#include <algorithm>

namespace floe::config {
namespace {

constexpr const char* kVariable = "FLOE_REQUIRE_PLATFORM";
constexpr std::string_view kPinned = "@sha256:";
constexpr std::uint32_t kWritableByOthers = 0022;

Error refused(std::string why, std::string help) {
  return diagnostics_error(ErrorCode::kPermission,
                           error_diagnostic("FLOE-E0786", "machine-policy-refused",
                                            fmt::format("`{}` is no policy: {}", kMachinePolicyPath, why))
                               .at(Span{kMachinePolicyPath, 0, 0, 0, 0})
                               .help(std::move(help)));
}

// Whoever may write it, or a folder on the way to it, would be who decides.
Status check_owners(const std::string& file, io::FileSystem& files) {
  for (std::string path = file;; path = io::parent_path(path)) {
    const io::FileInfo info = FLOE_TRY(files.stat(path));
    if (info.owner != 0)
      return refused(fmt::format("`{}` does not belong to root", path), fmt::format("chown root {}", path));
    if ((info.mode & kWritableByOthers) != 0)
      return refused(fmt::format("`{}` may be written by others than root", path), fmt::format("chmod go-w {}", path));
    if (path == "/") return ok();
  }
}

Result<MachinePolicy> read_file(io::FileSystem& files) {
  MachinePolicy policy;
  const io::FileInfo info = FLOE_TRY(files.stat(kMachinePolicyPath));
  if (info.kind == io::FileKind::kMissing) return policy;
  if (info.kind != io::FileKind::kRegular)
    return refused("it is no regular file", "make it a file, or remove what is there");
  const std::string real = FLOE_TRY(files.canonical(kMachinePolicyPath));
  FLOE_TRY(check_owners(real, files));
  DiagnosticSink sink;
  const Document document = FLOE_TRY(read_document(kMachinePolicyPath, "/", files, sink));
  if (document.root != nullptr) check_shape(*document.root, kMachinePolicyShape, "", sink);
  if (document.root == nullptr || sink.has_errors()) return diagnostics_error(ErrorCode::kInvalidConfig, sink);
  const yaml::Node& root = *document.root;
  if (const yaml::NodePtr required = root.get("require_platform"))
    policy.required.push_back({member_text(*required, "ref"), member_text(*required, "digest"), kMachinePolicyPath});
  if (const yaml::NodePtr plugins = root.get("plugins"))
    policy.has_locked_plugins = member_flag_or(*plugins, "locked", false);
  if (const yaml::NodePtr cache = root.get("cache")) policy.reads_cache = member_flag_or(*cache, "read", true);
  if (const yaml::NodePtr untrusted = root.get("untrusted")) {
    policy.untrusted.always = member_flag_or(*untrusted, "always", false);
    policy.untrusted.environment = member_texts(*untrusted, "environment");
  }
  return policy;
}

// `REF@sha256:<64 digits>`; a demand that cannot be read is not one that is met.
Result<RequiredPlatform> required_by_variable(const std::string& text) {
  constexpr std::size_t kHexDigits = 64;
  const auto pin = text.rfind(kPinned);
  const std::string hex = pin == std::string::npos ? "" : text.substr(pin + kPinned.size());
  const bool is_digest = hex.size() == kHexDigits && hex.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (pin != std::string::npos && pin > 0 && is_digest)
    return RequiredPlatform{text.substr(0, pin), text.substr(pin + 1), kVariable};
  return diagnostics_error(
      ErrorCode::kInvalidArgument,
      error_diagnostic("FLOE-E0786", "machine-policy-refused",
                       fmt::format("{} is `{}`, which names no platform and its digest", kVariable, text))
          .help("write REF@sha256:<64 digits>, as `floe platform show` prints it"));
}

}  // namespace

Result<MachinePolicy> read_machine_policy(io::FileSystem& files, const io::Environment& environment) {
  MachinePolicy policy = FLOE_TRY(read_file(files));
  const std::string variable = environment.get(kVariable).value_or("");
  if (!variable.empty()) policy.required.push_back(FLOE_TRY(required_by_variable(variable)));
  return policy;
}

}  // namespace floe::config
