#include "conformance/check_report.hpp"

#include <array>

namespace floe::conformance {
namespace {

json::array finding_list(const CheckResult& result) {
  json::array list;
  for (const Finding& one : result.findings) {
    json::object finding{{"method", one.method}, {"message", one.message}};
    if (one.kind == FindingKind::kNoInstance) finding["no_instance"] = true;
    list.push_back(std::move(finding));
  }
  return list;
}

}  // namespace

json::object check_report(const Subject& subject, const std::vector<CheckResult>& results) {
  const PluginManifest& manifest = subject.entry.manifest;
  json::array checks;
  std::array<std::int64_t, 4> counts{};
  for (const CheckResult& result : results) {
    ++counts[static_cast<std::size_t>(result.verdict)];
    checks.push_back(json::object{{"id", result.check->id},
                                  {"level", result.check->level},
                                  {"title", result.check->title},
                                  {"verdict", verdict_name(result.verdict)},
                                  {"took_ms", result.took_ms},
                                  {"findings", finding_list(result)}});
  }
  json::object summary;
  for (std::size_t i = 0; i < counts.size(); ++i)
    summary[verdict_name(static_cast<Verdict>(i))] = counts[i];
  return {{"schema", "floe.check/1"},
          {"plugin", json::object{{"id", manifest.id},
                                  {"name", manifest.name},
                                  {"group", manifest.group},
                                  {"version", manifest.version},
                                  {"interface", manifest.interface},
                                  {"path", subject.entry.directory}}},
          {"checks", std::move(checks)},
          {"summary", std::move(summary)}};
}

}  // namespace floe::conformance
