#include "base/diagnostics/render_ci.hpp"

#include "base/text/printable.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::diagnostics {
namespace {

// What GitHub's runner decodes in the text of a command; properties end at more characters than messages. Other control
// characters become visible: the log shows them to a terminal. A command inside of it is none, for other systems too.
std::string escape_command(std::string_view text, bool is_property) {
  std::string out;
  for (std::size_t position = 0; position < text.size();) {
    const bool is_command = text::begins_hash_command(text.substr(position));
    const char32_t c = text::next_code_point(text, &position);
    const bool is_coded = c == U'%' || c == U'\r' || c == U'\n' || (is_property && (c == U':' || c == U','));
    if (is_coded) {
      out += fmt::format("%{:02X}", static_cast<std::uint32_t>(c));
    } else {
      text::append_utf8(&out, c == U'\t' ? c : text::visible(c));
      if (is_command) out += '\\';
    }
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

}  // namespace

JunitCase junit_case(const Diagnostic& diagnostic) {
  JunitCase out{place_text(diagnostic.primary()), diagnostic.code + " " + diagnostic.message};
  if (diagnostic.severity == Severity::kError) {
    out.verdict = JunitVerdict::kFailed;
    out.type = diagnostic.code;
    out.message = diagnostic.message;
    out.text = whole_message(diagnostic);
  } else {
    out.verdict = JunitVerdict::kNoted;
    out.text = fmt::format("{}: {}", severity_name(diagnostic.severity), whole_message(diagnostic));
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
  JunitSuite suite{"floe", {}};
  for (const Diagnostic& diagnostic : list)
    suite.cases.push_back(junit_case(diagnostic));
  if (list.empty()) suite.cases.push_back({"floe", "no findings"});
  return junit_document("floe", {suite});
}

}  // namespace floe::diagnostics
