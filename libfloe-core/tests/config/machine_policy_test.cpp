#include "config/machine_policy.hpp"

#include "floe_test.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/diagnostics/render.hpp"
#include "base/text/text.hpp"

#include <map>
#include <memory>

namespace {

using namespace floe;

class FixedEnvironment : public io::Environment {
 public:
  explicit FixedEnvironment(std::string required) : required_(std::move(required)) {}

  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    return name == "FLOE_REQUIRE_PLATFORM" && !required_.empty() ? std::optional(required_) : std::nullopt;
  }

 private:
  std::string required_;
};

const std::string kA(64, 'a');
const std::string kB(64, 'b');

// The policy as text, or its findings.
std::string policy(const std::string& text, const std::string& variable = "") {
  const auto disk = io::make_memory_file_system();
  REQUIRE(disk->create_directories("/etc/floe"));
  if (!text.empty()) REQUIRE(disk->write_atomic(config::kMachinePolicyPath, text, io::Durability::kFast));
  const auto read = config::read_machine_policy(*disk, FixedEnvironment(variable));
  if (!read) {
    const std::string* details = read.error().detail("floe.diagnostics");
    REQUIRE(details != nullptr);
    std::string out;
    const auto findings = diagnostics_from_json(*details);
    REQUIRE(findings);
    for (const Diagnostic& finding : *findings)
      out += finding.code + " " + finding.message + "\n";
    return out;
  }
  std::string out;
  for (const config::RequiredPlatform& required : read->required)
    out += required.said_by + " " + required.reference + " " + required.digest.substr(0, 9) + "\n";
  if (read->has_locked_plugins) out += "locked\n";
  if (!read->reads_cache) out += "no cache\n";
  if (read->untrusted.always) out += "untrusted " + text::join(read->untrusted.environment, " ") + "\n";
  return out;
}

}  // namespace

TEST_CASE("the policy of a machine") {
  struct Case {
    std::string text;
    std::string variable;
    std::string expected;
  };

  const std::vector<Case> cases = {
      {"", "", ""},
      {"version: 1\n", "", ""},
      {"version: 1\nplugins: {locked: true}\ncache: {read: false}\n", "", "locked\nno cache\n"},
      {"version: 1\nrequire_platform: {ref: a.yaml, digest: 'sha256:" + kA + "'}\n", "b.yaml@sha256:" + kB,
       "/etc/floe/policy.yaml a.yaml sha256:aa\nFLOE_REQUIRE_PLATFORM b.yaml sha256:bb\n"},
      {"", "b.yaml", "FLOE-E0786 FLOE_REQUIRE_PLATFORM is `b.yaml`, which names no platform and its digest\n"},
      {"", "@sha256:" + kA,
       "FLOE-E0786 FLOE_REQUIRE_PLATFORM is `@sha256:" + kA + "`, which names no platform and its digest\n"},
      {"version: 1\nsigners: [acme]\n", "", "FLOE-E0207 `signers` is not supported by this version of floe\n"},
      {"version: 1\nuntrusted: {always: true, environment: [A, B]}\n", "", "untrusted A B\n"},
      {"version: 1\nrequire_platform: {ref: a.yaml}\nplugin: {}\n", "",
       "FLOE-E0203 `require_platform` needs `digest`\nFLOE-E0201 unknown key `plugin` in the policy of this machine\n"},
  };
  for (const Case& c : cases)
    CHECK(policy(c.text, c.variable) == c.expected);
}
