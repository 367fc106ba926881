// The four steps `floe compile` prints, kept so that a cached compile prints them again.
#pragma once

#include "compile/compiler_host.hpp"
#include "config/platform_manifest.hpp"
#include "rules/policy/policy.hpp"

#include <string>
#include <vector>

namespace floe::compile {

class Printout {
 public:
  Printout(CompilerHost& host, int verbosity) : host_(host), verbosity_(verbosity) {}

  void line(std::string text);
  void platform(const std::string& ref, const config::PlatformManifest* manifest, const std::string& compute);
  // Which platform it is cannot be told: `file`, the product or the manifest, has errors.
  void broken_platform(const std::string& file);
  void transforms(std::size_t models);
  void policy(const policy::Policy& policy, const std::vector<policy::Verdict>& verdicts, bool is_first);
  void no_policies();

  void failed() { line("[4/4] Compilation FAILED"); }

  void compiled(const std::string& artifact) { line("[4/4] Compiled " + artifact); }

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  CompilerHost& host_;
  int verbosity_;
  std::vector<std::string> lines_;
};

}  // namespace floe::compile
