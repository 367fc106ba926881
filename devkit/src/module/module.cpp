// What libfloe-core opens: the checks and the templates behind one exported function.
#include "conformance/check_report.hpp"
#include "conformance/wanted_config.hpp"
#include "devkit/devkit.hpp"
#include "scaffold/plugin_files.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::devkit {
namespace {

constexpr int kHighestLevel = 2;
constexpr std::int64_t kLongestCheck = 86'400'000;  // a day, in ms

Result<conformance::CheckOptions> check_options(const CheckRequest& request) {
  conformance::CheckOptions options;
  options.level = request.level.value_or(kHighestLevel);
  if (options.level < 0 || options.level > kHighestLevel) {
    return failf(ErrorCode::kInvalidArgument, "`level` is {}; accepted are 0, 1 and 2", options.level);
  }
  options.timeout_ms = request.timeout_ms.value_or(options.timeout_ms);
  if (options.timeout_ms > kLongestCheck) {
    return failf(ErrorCode::kInvalidArgument, "`timeout_ms` is {}; accepted is up to {}", options.timeout_ms,
                 kLongestCheck);
  }
  options.only = request.only;
  options.is_cancelled = request.is_cancelled;
  return options;
}

Result<const conformance::InterfaceSpec*> known_interface(const std::string& id) {
  const auto& specification = conformance::Specification::get();
  if (const auto* found = specification.find_interface(id)) return found;
  std::vector<std::string> ids;
  for (const conformance::InterfaceSpec& one : specification.interfaces())
    ids.push_back(one.id);
  return failf(ErrorCode::kInvalidArgument, "there is no interface `{}`; accepted are {}", id, text::join(ids, ", "));
}

class Module final : public Devkit {
 public:
  Result<CheckAnswer> check(const CheckRequest& request) override {
    const auto subject =
        FLOE_TRY(conformance::open_subject(*files_, request.path, request.config, request.own_plugins));
    const auto options = FLOE_TRY(check_options(request));
    const auto results = FLOE_TRY(conformance::run_checks(subject, options));
    CheckAnswer answer;
    answer.report = to_json(conformance::check_report(subject, results));
    answer.interface = subject.entry.manifest.interface;
    for (const conformance::CheckResult& result : results) {
      answer.has_failed = answer.has_failed || result.verdict == conformance::Verdict::kFailed;
      for (const conformance::Finding& finding : result.findings) {
        if (finding.kind == conformance::FindingKind::kNoInstance) answer.unchecked = finding.message;
      }
    }
    if (!answer.unchecked.empty()) answer.wanted_config = conformance::wanted_config(subject.config_schema);
    return answer;
  }

  Result<std::vector<File>> new_plugin(const NewPlugin& request) override {
    scaffold::Request wanted;
    wanted.name = request.name;
    FLOE_TRY(scaffold::check_name(wanted.name));
    wanted.language = FLOE_TRY(scaffold::parse_language(request.language));
    wanted.interface = FLOE_TRY(known_interface(request.interface));
    return scaffold::make_files(wanted);
  }

 private:
  std::unique_ptr<io::FileSystem> files_ = io::make_disk_file_system();
};

}  // namespace
}  // namespace floe::devkit

extern "C" __attribute__((visibility("default"))) floe::devkit::Devkit* floe_devkit_module(
    std::uint64_t layout) noexcept {
  static floe::devkit::Module module;
  return layout == floe::devkit::kModuleLayout ? &module : nullptr;
}
