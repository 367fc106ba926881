#include "compile/enforcement.hpp"

#include "compile/chosen_plugin.hpp"
#include "compile/dbt_project.hpp"
#include "compile/port_contracts.hpp"
#include "compile/project_scan.hpp"
#include "rules/policy/rule_pack.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::compile {
namespace {

class Enforcer {
 public:
  Enforcer(const EnforcementSubject& subject, CompilerHost& host, Printout& printout, DiagnosticSink& sink)
      : subject_(subject),
        manifest_(subject.manifest),
        compiled_(subject.compiled),
        host_(host),
        printout_(printout),
        sink_(sink),
        prefix_(dbt_project_prefix(subject.compiled)),
        overrides_(subject.manifest.overrides, subject.today) {}

  Result<Enforced> run() {
    overrides_.warn_expired(sink_);
    FLOE_TRY(enforce_security());
    for (const policy::Policy& rule : policy::policies()) {
      const config::Enforcement level = rule.level(manifest_);
      if (level == config::Enforcement::kOff) continue;
      policy::PolicyRun run{manifest_,
                            subject_.graph,
                            prefix_,
                            {},
                            compiled_.destinations,
                            subject_.output_ports,
                            compiled_.ingestion,
                            [this](const std::string& type) { return plugin_id(host_, "sinks", type); }};
      rule.check(run);
      judge(rule, level, std::move(run.verdicts));
    }
    FLOE_TRY(enforce_packs());
    enforce_contracts();
    if (out_.policies.empty()) printout_.line("[3/4] No policies (the platform enforces none)");
    tell_people();
    out_.overrides = overrides_.uses();
    return std::move(out_);
  }

 private:
  // What is about the product and not about models.
  Status enforce_security() {
    if (manifest_.secret_scanning.is_enabled) {
      judge({.name = "secret_scanning", .title = "secret scanning", .type = "", .unit = "file"},
            config::Enforcement::kStrict,
            FLOE_TRY(scan_project(manifest_.secret_scanning, compiled_.project_root, subject_.inputs.hashes,
                                  host_.files())));
    }
    if (manifest_.needs_network_policies) {
      judge({.name = "network_policies", .title = "network policies", .type = "", .unit = "product"},
            config::Enforcement::kStrict, {network_policies_missing()});
    }
    return ok();
  }

  // Nothing in floe deploys, so nothing can keep this: neither does the name of a plugin in the manifest.
  [[nodiscard]] policy::Verdict network_policies_missing() const {
    return {
        compiled_.product_name, "is deployed without network policies",
        "network policies, which this version does not deploy", config::Action::kBlock,
        error_diagnostic("FLOE-E0782", "network-policies-missing",
                         "the platform demands network policies, and floe deploys none")
            .note("choosing a plugin in `plugins.network_security` changes nothing: no command but `floe plugin call` "
                  "calls it")
            .help("remove `governance.network_policies`, and apply what `floe plugin call network_security/kubernetes "
                  "policies` renders where the product is deployed")
            .addressed("governance.network_policies")};
  }

  // The rules of policy plugins. A plugin that does not answer fails the compile: nobody knows what it would have said.
  Status enforce_packs() {
    const auto packs = compiled_.plugin_lists.find("policies");
    const config::Enforcement level = manifest_.policies;
    if (packs == compiled_.plugin_lists.end() || level == config::Enforcement::kOff) return ok();
    const std::string graph =
        policy::rule_graph(subject_.graph, manifest_, compiled_.product_name, compiled_.domain.value_or(""));
    for (const PluginChoice& pack : packs->second) {
      const std::string answer = FLOE_TRY(host_.evaluate_rules(pack, graph));
      policy::PolicyRun run{manifest_, subject_.graph, prefix_};
      if (const Status judged = policy::judge_by_pack(run, pack.type, answer); !judged) {
        return failf(judged.error().code, "policy plugin `{}`: {}", pack.type, judged.error().message);
      }
      const std::string title = fmt::format("rules of {}", pack.type);
      judge({.name = pack.type, .title = title, .type = "custom"}, level, std::move(run.verdicts));
    }
    return ok();
  }

  // Each finding is as strict as it says: a service level is always enforced, a version as the platform wants it.
  void enforce_contracts() {
    if (subject_.contracts.empty()) return;
    report(subject_.contracts);
    printout_.policy(kContractPolicy, subject_.contracts, out_.policies.empty());
    out_.policies.push_back({std::string(kContractPolicy.name), manifest_.contracts, subject_.contracts});
  }

  // What a policy found, as the platform takes it.
  void judge(const policy::Policy& rule, config::Enforcement level, std::vector<policy::Verdict> verdicts) {
    if (level == config::Enforcement::kWarn) warn_only(&verdicts);
    overrides_.soften(rule, &verdicts);
    report(verdicts);
    std::stable_sort(verdicts.begin(), verdicts.end(),
                     [](const policy::Verdict& a, const policy::Verdict& b) { return a.model < b.model; });
    printout_.policy(rule, verdicts, out_.policies.empty());
    out_.policies.push_back({std::string(rule.name), level, std::move(verdicts)});
  }

  void tell_people() {
    std::vector<Alert> alerts;
    for (const artifact::PolicyResult& result : out_.policies) {
      for (const policy::Verdict& verdict : result.verdicts) {
        if (verdict.action != config::Action::kNotify || verdict.problem.empty() || verdict.is_excluded) continue;
        const std::string& product = compiled_.product_name;
        alerts.push_back({"policy_violation", "warning",
                          fmt::format("{}: {} {}", product, verdict.model, verdict.problem),
                          "Expected: " + verdict.expected, verdict.model,
                          fmt::format("{}/{}/{}/{}", product, result.name, verdict.diagnostic.code, verdict.model)});
      }
    }
    if (alerts.empty()) return;
    if (!compiled_.plugin_lists.contains("alert_channels")) {
      sink_.report(warning_diagnostic("FLOE-W1720", "nobody-is-told",
                                      "the action `notify` found something, and the platform has no alert channel")
                       .help("choose one in the manifest: `plugins: {alert_channels: [webhook]}`"));
      return;
    }
    host_.send_alerts(compiled_, alerts, sink_);
  }

  static void warn_only(std::vector<policy::Verdict>* verdicts) {
    for (policy::Verdict& verdict : *verdicts) {
      if (verdict.action == config::Action::kBlock) verdict.action = config::Action::kWarn;
    }
  }

  void report(const std::vector<policy::Verdict>& verdicts) {
    for (const policy::Verdict& verdict : verdicts) {
      if (verdict.problem.empty() || verdict.is_excluded) continue;
      Diagnostic diagnostic = verdict.diagnostic;
      if (verdict.action != config::Action::kBlock) diagnostic.severity = Severity::kWarning;
      sink_.report(std::move(diagnostic));
    }
  }

  const EnforcementSubject& subject_;
  const config::PlatformManifest& manifest_;
  const Compiled& compiled_;
  CompilerHost& host_;
  Printout& printout_;
  DiagnosticSink& sink_;
  const std::string prefix_;
  policy::Overrides overrides_;
  Enforced out_;
};

}  // namespace

Result<Enforced> enforce(const EnforcementSubject& subject, CompilerHost& host, Printout& printout,
                         DiagnosticSink& sink) {
  return Enforcer(subject, host, printout, sink).run();
}

}  // namespace floe::compile
