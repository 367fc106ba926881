#include "base/diagnostics/diagnostic.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace floe {

namespace {

Diagnostic make(Severity severity, std::string code, std::string name, std::string message) {
  Diagnostic diagnostic;
  diagnostic.code = std::move(code);
  diagnostic.name = std::move(name);
  diagnostic.severity = severity;
  diagnostic.message = std::move(message);
  return diagnostic;
}

auto sort_key(const Diagnostic& diagnostic) {
  static const Span kNowhere;
  const Span* span = diagnostic.primary();
  const Span& place = span == nullptr ? kNowhere : *span;
  return std::tie(place.file, place.line, place.column, diagnostic.code, diagnostic.message);
}

// An engine's message may go on for lines, with a caret under its SQL: those become the first note.
void keep_message_on_one_line(Diagnostic& diagnostic) {
  const std::size_t end = diagnostic.message.find('\n');
  if (end == std::string::npos) return;
  std::string rest = diagnostic.message.substr(end + 1);
  diagnostic.message.erase(end);
  while (!rest.empty() && rest.front() == '\n')
    rest.erase(0, 1);
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' '))
    rest.pop_back();
  if (!rest.empty()) diagnostic.notes.insert(diagnostic.notes.begin(), "\n" + rest);
}

bool same_labels(const std::vector<Label>& left, const std::vector<Label>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const Label& a, const Label& b) {
    return a.span == b.span && a.text == b.text && a.primary == b.primary;
  });
}

bool is_duplicate(const Diagnostic& left, const Diagnostic& right) {
  return sort_key(left) == sort_key(right) && left.severity == right.severity && left.address == right.address &&
         left.notes == right.notes && left.helps == right.helps && same_labels(left.labels, right.labels);
}

}  // namespace

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kInfo:
      return "info";
  }
  return "error";
}

const Span* Diagnostic::primary() const {
  for (const Label& label : labels) {
    if (label.primary) return &label.span;
  }
  return nullptr;
}

Diagnostic&& Diagnostic::at(Span span, std::string text) && {
  labels.push_back({std::move(span), std::move(text), true});
  return std::move(*this);
}

Diagnostic&& Diagnostic::beside(Span span, std::string text) && {
  labels.push_back({std::move(span), std::move(text), false});
  return std::move(*this);
}

Diagnostic&& Diagnostic::note(std::string text) && {
  notes.push_back(std::move(text));
  return std::move(*this);
}

Diagnostic&& Diagnostic::help(std::string text) && {
  helps.push_back(std::move(text));
  return std::move(*this);
}

Diagnostic&& Diagnostic::addressed(std::string path) && {
  address = std::move(path);
  return std::move(*this);
}

Diagnostic error_diagnostic(std::string code, std::string name, std::string message) {
  return make(Severity::kError, std::move(code), std::move(name), std::move(message));
}

Diagnostic warning_diagnostic(std::string code, std::string name, std::string message) {
  return make(Severity::kWarning, std::move(code), std::move(name), std::move(message));
}

Diagnostic info_diagnostic(std::string code, std::string name, std::string message) {
  return make(Severity::kInfo, std::move(code), std::move(name), std::move(message));
}

void DiagnosticSink::report(Diagnostic diagnostic) {
  keep_message_on_one_line(diagnostic);
  if (diagnostic.severity == Severity::kError) ++errors_;
  if (diagnostic.severity == Severity::kWarning) ++warnings_;
  diagnostics_.push_back(std::move(diagnostic));
}

void DiagnosticSink::merge(DiagnosticSink other) {
  errors_ += other.errors_;
  warnings_ += other.warnings_;
  std::move(other.diagnostics_.begin(), other.diagnostics_.end(), std::back_inserter(diagnostics_));
}

std::vector<Diagnostic> DiagnosticSink::sorted() const {
  std::vector<Diagnostic> result = diagnostics_;
  std::stable_sort(result.begin(), result.end(),
                   [](const Diagnostic& left, const Diagnostic& right) { return sort_key(left) < sort_key(right); });
  std::vector<Diagnostic> kept;
  kept.reserve(result.size());
  for (Diagnostic& diagnostic : result) {
    bool duplicate = false;
    for (auto it = kept.rbegin(); it != kept.rend() && !duplicate && sort_key(*it) == sort_key(diagnostic); ++it) {
      duplicate = is_duplicate(*it, diagnostic);
    }
    if (!duplicate) kept.push_back(std::move(diagnostic));
  }
  return kept;
}

Error diagnostics_error(ErrorCode code, const DiagnosticSink& sink) {
  const std::vector<Diagnostic> diagnostics = sink.sorted();
  const auto first = std::find_if(diagnostics.begin(), diagnostics.end(),
                                  [](const Diagnostic& one) { return one.severity == Severity::kError; });
  std::string message;
  if (first != diagnostics.end()) {
    message = first->message;
  } else if (!diagnostics.empty()) {
    message = diagnostics.front().message;
  }
  return fail(code, std::move(message)).with_detail("floe.diagnostics", diagnostics_to_json(diagnostics));
}

Error diagnostics_error(ErrorCode code, Diagnostic finding) {
  DiagnosticSink sink;
  sink.report(std::move(finding));
  return diagnostics_error(code, sink);
}

}  // namespace floe
