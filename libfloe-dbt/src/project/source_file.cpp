#include "project/source_file.hpp"

namespace floe::dbt {

Diagnostic unreadable_file(const std::string& shown, const Error& error) {
  return error_diagnostic("FLOE-E0603", "unreadable-file", error.to_string()).at(Span{shown});
}

std::optional<std::string> read_optional(io::FileSystem& files, const std::string& path, const std::string& shown,
                                         DiagnosticSink& sink) {
  auto text = io::read_document_if_there(files, path);
  if (text) return std::move(*text);
  sink.report(unreadable_file(shown, text.error()));
  return std::nullopt;
}

}  // namespace floe::dbt
