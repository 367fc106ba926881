// Requests of read_files, and what they answer.
#pragma once

#include "compute_fixture.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <string>

namespace floe::test {

inline json::object request(const char* format, const std::string& path, json::object more = {}) {
  json::object result{{"format", format}, {"paths", json::array{path}}};
  for (const auto& [key, value] : more)
    result[key] = value;
  return result;
}

inline std::string table_of(const json::object& result) { return std::string(result.at("name").as_string()); }

// `file:line message` of every diagnostic of an error.
inline std::string findings(const Error& error, const std::string& directory) {
  const std::string* text = error.detail("floe.diagnostics");
  if (text == nullptr) return "no diagnostics: " + error.message;
  const auto diagnostics = diagnostics_from_json(*text);
  if (!diagnostics) return diagnostics.error().message;
  std::string list;
  for (const Diagnostic& diagnostic : *diagnostics) {
    list += diagnostic.primary()->file.substr(directory.size() + 1) + ":" + std::to_string(diagnostic.primary()->line) +
            " " + diagnostic.message + "\n";
  }
  return list;
}

}  // namespace floe::test
