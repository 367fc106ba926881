// Diagnostic: one finding for a person, with the places it is about. Producers report and go on;
// one pass collects all, then a renderer prints them (render.hpp).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe {

// Half-open range of a text file. Lines and columns are 1-based; columns count Unicode code points.
struct Span {
  std::string file;  // as the user would type it, relative to the project when inside it
  std::int32_t line = 0;
  std::int32_t column = 0;
  std::int32_t end_line = 0;
  std::int32_t end_column = 0;

  [[nodiscard]] bool valid() const { return line > 0; }

  friend bool operator==(const Span&, const Span&) = default;
};

enum class Severity : std::uint8_t { kError, kWarning, kInfo };

std::string_view severity_name(Severity severity);  // error, warning, info

struct Label {
  Span span;
  std::string text;  // may be empty: the caret alone says it
  bool primary = false;
};

struct Edit {
  Span span;
  std::string replacement;
};

enum class FixSafety : std::uint8_t { kSafe, kUnsafe, kManual };

struct Fix {
  FixSafety safety = FixSafety::kManual;
  std::string title;
  std::vector<Edit> edits;
};

struct Diagnostic {
  std::string code;  // FLOE-E0301; 00 usage, 01 YAML, 02 schema, 03 references, 04 plugin and ABI,
                     // 05 catalog and Iceberg, 06 dbt, 07 policy, 08 I/O and network, 09 floe bug; FLOE-W1xxx lint
  std::string name;  // kebab-case, for people: unknown-key
  Severity severity = Severity::kError;
  std::string message;        // lowercase, no full stop, stands alone on one line
  std::vector<Label> labels;  // the first primary one is the position; may be empty (a file as a whole: Span{file})
  std::vector<std::string> notes;  // why
  std::vector<std::string> helps;  // what to type
  std::optional<Fix> fix;
  std::string address;  // logical path, `plugins.compute.type`; stable when lines move

  [[nodiscard]] const Span* primary() const;

  Diagnostic&& at(Span span, std::string text = {}) &&;  // adds a primary label
  Diagnostic&& beside(Span span, std::string text) &&;   // adds a secondary label
  Diagnostic&& note(std::string text) &&;
  Diagnostic&& help(std::string text) &&;
  Diagnostic&& addressed(std::string path) &&;
};

// `error_diagnostic("FLOE-E0201", "unknown-key", "unknown key `x`").at(span).help("...")`
Diagnostic error_diagnostic(std::string code, std::string name, std::string message);
Diagnostic warning_diagnostic(std::string code, std::string name, std::string message);
Diagnostic info_diagnostic(std::string code, std::string name, std::string message);

// Collects findings. Not thread-safe: one sink per thread, then merge.
class DiagnosticSink {
 public:
  void report(Diagnostic diagnostic);
  void merge(DiagnosticSink other);

  [[nodiscard]] bool has_errors() const { return errors_ > 0; }

  [[nodiscard]] std::size_t error_count() const { return errors_; }

  [[nodiscard]] std::size_t warning_count() const { return warnings_; }

  [[nodiscard]] const std::vector<Diagnostic>& all() const { return diagnostics_; }

  // Sorted by (file, position, code), duplicates removed.
  [[nodiscard]] std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> diagnostics_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

// The wire form: {"version":1,"diagnostics":[...],"summary":{"errors":n,"warnings":n}}. Carries diagnostics
// between libraries (error detail "floe.diagnostics") and is what the `json` renderer prints. Every list item is a
// record and what is unknown is null:
//   {"code":"FLOE-E0201","name":"unknown-key","severity":"error","message":"...",
//    "labels":[{"span":{"file":"floe.yaml","line":5,"column":5,"end_line":5,"end_column":14},"text":"","primary":true}],
//    "notes":[{"text":"..."}],"helps":[{"text":"..."}],
//    "fix":{"safety":"safe","title":"...","edits":[{"span":{...},"replacement":"..."}]},"address":"stages[0]"}
// Reading also takes a bare array, notes as plain strings, and leaves out what is absent; kData names what is wrong.
std::string diagnostics_to_json(const std::vector<Diagnostic>& diagnostics);
Result<std::vector<Diagnostic>> diagnostics_from_json(std::string_view json);

// An Error that carries the sink's findings as detail "floe.diagnostics"; message = first error's message.
Error diagnostics_error(ErrorCode code, const DiagnosticSink& sink);
Error diagnostics_error(ErrorCode code, Diagnostic finding);  // the same of one finding

}  // namespace floe
