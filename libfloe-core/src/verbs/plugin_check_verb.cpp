// floe plugin check: the conformance checks on one plugin.
#include "conformance/report.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"

namespace floe::run {
namespace {

constexpr std::int64_t kHighestLevel = 2;

Result<conformance::CheckOptions> check_options(Context& context, const json::object& request) {
  conformance::CheckOptions options;
  const std::int64_t level = get_int(request, "level").value_or(kHighestLevel);
  if (level < 0 || level > kHighestLevel) {
    return failf(ErrorCode::kInvalidArgument, "`level` is {}; accepted are 0, 1 and 2", level);
  }
  options.level = static_cast<int>(level);
  options.timeout_ms = get_int(request, "timeout_ms").value_or(options.timeout_ms);
  if (const json::array* only = get_array(request, "only")) {
    for (const json::value& id : *only)
      options.only.emplace_back(id.is_string() ? to_view(id.get_string()) : std::string_view());
  }
  options.is_cancelled = [source = context.cancel_source()] { return source.is_cancelled(); };
  return options;
}

}  // namespace

Result<Answer> plugin_check_verb(Context& context, const json::object& request, DiagnosticSink& /*sink*/) {
  const std::string path = FLOE_TRY(require_string(request, "path"));
  const json::object* config = get_object(request, "config");
  const auto subject = FLOE_TRY(conformance::open_subject(
      context.files(), io::join_path(context.options().directory, path), config == nullptr ? "" : to_json(*config)));
  const auto options = FLOE_TRY(check_options(context, request));
  const auto results = FLOE_TRY(conformance::run_checks(subject, options));
  bool has_failed = false;
  for (const conformance::CheckResult& result : results)
    has_failed = has_failed || result.verdict == conformance::Verdict::kFailed;
  return Answer{to_json(conformance::check_report(subject, results)), has_failed ? 1 : 0};
}

}  // namespace floe::run
