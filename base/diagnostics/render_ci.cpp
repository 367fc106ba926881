#include "base/diagnostics/render_ci.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::diagnostics {
namespace {

// What GitHub's runner decodes in the text of a command; properties end at more characters than messages.
std::string escape_command(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    const bool is_coded = c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    out += is_coded ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

std::string_view command_of(Severity severity) {
  if (severity == Severity::kError) return "error";
  return severity == Severity::kWarning ? "warning" : "notice";
}

std::string place_properties(const Span& span) {
  std::string out = "file=" + escape_command(span.file, true) + ",";
  if (!span.valid()) return out;
  out += fmt::format("line={},col={},", span.line, std::max(span.column, 1));
  if (span.end_line == span.line && span.end_column > span.column)
    out += fmt::format("endLine={},endColumn={},", span.end_line, span.end_column);
  return out;
}

std::string place_text(const Span* span) {
  if (span == nullptr) return "floe";
  return span->valid() ? fmt::format("{}:{}:{}", span->file, span->line, std::max(span->column, 1)) : span->file;
}

std::string junit_case(const Diagnostic& diagnostic) {
  const std::string message = escape_xml(diagnostic.message);
  const std::string rest = escape_xml(whole_message(diagnostic));
  const std::string body =
      diagnostic.severity == Severity::kError
          ? fmt::format("<failure type=\"{}\" message=\"{}\">{}</failure>", diagnostic.code, message, rest)
          : fmt::format("<system-out>{}: {}</system-out>", severity_name(diagnostic.severity), rest);
  return fmt::format("    <testcase classname=\"{}\" name=\"{} {}\">{}</testcase>\n",
                     escape_xml(place_text(diagnostic.primary())), diagnostic.code, message, body);
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\n' || c == '\t' || c == '\r') {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
    }
  }
  return out;
}

std::string whole_message(const Diagnostic& diagnostic) {
  std::string out = diagnostic.message;
  for (const std::string& note : diagnostic.notes)
    out += "\nnote: " + note;
  for (const std::string& help : diagnostic.helps)
    out += "\nhelp: " + help;
  return out;
}

std::string render_github(const std::vector<Diagnostic>& list) {
  std::string out;
  for (const Diagnostic& diagnostic : list) {
    const Span* span = diagnostic.primary();
    out += fmt::format("::{} {}title={}::{}\n", command_of(diagnostic.severity),
                       span == nullptr ? "" : place_properties(*span),
                       escape_command(diagnostic.code + " " + diagnostic.name, true),
                       escape_command(whole_message(diagnostic), false));
  }
  return out;
}

std::string render_junit(const std::vector<Diagnostic>& list) {
  const auto failures =
      std::count_if(list.begin(), list.end(), [](const Diagnostic& one) { return one.severity == Severity::kError; });
  const std::size_t tests = std::max<std::size_t>(list.size(), 1);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  const std::string counts = fmt::format("name=\"floe\" tests=\"{}\" failures=\"{}\" errors=\"0\"", tests, failures);
  out += fmt::format("<testsuites {}>\n  <testsuite {}>\n", counts, counts);
  if (list.empty()) out += "    <testcase classname=\"floe\" name=\"no findings\"/>\n";
  for (const Diagnostic& diagnostic : list)
    out += junit_case(diagnostic);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace floe::diagnostics
