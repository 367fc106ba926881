// Step 3 of a compile: the platform's policies on the dbt graph, printed, reported, told to people.
#pragma once

#include "artifact/compiled_artifacts.hpp"
#include "compile/compile.hpp"
#include "compile/inputs.hpp"
#include "compile/printout.hpp"
#include "rules/policy/overrides.hpp"
#include "rules/policy/policy.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace floe::compile {

// What policies look at; all outlive the enforcement.
struct EnforcementSubject {
  const config::PlatformManifest& manifest;
  const policy::ModelGraph& graph;
  const Compiled& compiled;
  const Inputs& inputs;
  const std::vector<policy::Verdict>& contracts;  // of the output ports
  std::span<const config::OutputPort> output_ports;
  std::int64_t today;  // days since 1970-01-01: overrides expire by it
};

struct Enforced {
  std::vector<artifact::PolicyResult> policies;  // in the order of the printout
  std::vector<policy::OverrideUse> overrides;    // point into the manifest
  std::vector<artifact::DeployDocument> documents = {};
};

// Findings go to `sink` and `printout`. An error only when a policy could not be checked.
Result<Enforced> enforce(const EnforcementSubject& subject, CompilerHost& host, Printout& printout,
                         DiagnosticSink& sink);

}  // namespace floe::compile
