// Names that a document gives once.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <map>
#include <string>

namespace floe::config {

// `what` is the plural: `output ports`; `of` says of what, or is empty. Names count without case.
class UniqueNames {
 public:
  UniqueNames(const char* code, const char* name, const char* what, std::string of, DiagnosticSink& sink)
      : code_(code), name_(name), what_(what), of_(std::move(of)), sink_(sink) {}

  void add(const std::string& name, const Span& span);

 private:
  const char* code_;
  const char* name_;
  const char* what_;
  std::string of_;
  DiagnosticSink& sink_;
  std::map<std::string, Span> seen_;
};

}  // namespace floe::config
