// SARIF 2.1.0 (OASIS, errata 01): one run, regions in Unicode code points, as Span counts.
#include "base/diagnostics/render_ci.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <map>

namespace floe::diagnostics {
namespace {

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

// A relative reference of RFC 3986, or a file URI: what may not stand in one is percent-coded.
std::string uri_of(std::string_view file) {
  constexpr std::string_view kPlain = "/-._~!$&'()*+,;=@";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = file.starts_with('/') ? "file://" : "";
  for (const char c : file) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_word || kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return out;
}

json::object location_of(const Label& label) {
  json::object physical{{"artifactLocation", json::object{{"uri", uri_of(label.span.file)}}}};
  if (label.span.valid()) {
    json::object region{{"startLine", label.span.line}, {"startColumn", std::max(label.span.column, 1)}};
    if (label.span.end_line >= label.span.line) region["endLine"] = label.span.end_line;
    const bool has_end = label.span.end_line > label.span.line || label.span.end_column > label.span.column;
    if (has_end && label.span.end_column > 0) region["endColumn"] = label.span.end_column;
    physical["region"] = std::move(region);
  }
  json::object out{{"physicalLocation", std::move(physical)}};
  if (!label.text.empty()) out["message"] = json::object{{"text", label.text}};
  return out;
}

std::string_view sarif_level(Severity severity) {
  if (severity == Severity::kError) return "error";
  return severity == Severity::kWarning ? "warning" : "note";
}

json::object result_of(const Diagnostic& diagnostic, std::size_t rule) {
  json::object out{{"ruleId", diagnostic.code},
                   {"ruleIndex", rule},
                   {"level", sarif_level(diagnostic.severity)},
                   {"message", json::object{{"text", whole_message(diagnostic)}}}};
  json::array locations;
  json::array related;
  for (const Label& label : diagnostic.labels)
    (label.primary && locations.empty() ? locations : related).push_back(location_of(label));
  if (!diagnostic.address.empty() && !locations.empty()) {
    locations.front().get_object()["logicalLocations"] =
        json::array{json::object{{"fullyQualifiedName", diagnostic.address}}};
  }
  if (!locations.empty()) out["locations"] = std::move(locations);
  if (!related.empty()) out["relatedLocations"] = std::move(related);
  return out;
}

}  // namespace

std::string render_sarif(const std::vector<Diagnostic>& list, std::string_view docs_base) {
  std::map<std::string, std::string> names;  // by code: sorted
  for (const Diagnostic& diagnostic : list)
    names.emplace(diagnostic.code, diagnostic.name);
  json::array rules;
  std::map<std::string, std::size_t> places;
  for (const auto& [code, name] : names) {
    places.emplace(code, rules.size());
    json::object rule{{"id", code}, {"name", name}};
    if (!docs_base.empty()) rule["helpUri"] = std::string(docs_base) + "/" + code;
    rules.push_back(std::move(rule));
  }
  json::array results;
  for (const Diagnostic& diagnostic : list)
    results.push_back(result_of(diagnostic, places.at(diagnostic.code)));
  const json::object driver{{"name", "floe"}, {"rules", std::move(rules)}};
  const json::object run{
      {"tool", json::object{{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
  return to_pretty_json(json::object{{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", json::array{run}}});
}

}  // namespace floe::diagnostics
