#include "compile/enforcement.hpp"

#include "compile/account_documents.hpp"
#include "compile/chosen_plugin.hpp"
#include "compile/dbt_project.hpp"
#include "compile/kubernetes_name.hpp"
#include "compile/network_documents.hpp"
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
    FLOE_TRY(enforce_network());
    return render_accounts();
  }

  // Documents that were looked at keep it, and nothing else does: neither the name of a plugin, nor that it answered.
  Status enforce_network() {
    const PluginChoice* chosen = chosen_by_manifest("network_security");
    const bool is_judged = manifest_.network.is_demanded || (chosen != nullptr && !compiled_.confinement);
    if (!is_judged) return ok();
    policy::Verdict verdict{compiled_.product_name, "", "network policies that keep `governance.network_policies`"};
    if (chosen == nullptr) {
      verdict.diagnostic = not_kept("the platform demands network policies, and chooses no plugin that renders them")
                               .help("choose one in the manifest: `plugins: {network_security: kubernetes}`");
    } else if (compiled_.confinement) {
      verdict.diagnostic =
          not_kept("the platform demands network policies, which are not rendered for a project that is not trusted")
              .note(fmt::format("untrusted: {}", compiled_.confinement->why))
              .help("compile it without `--untrusted` once somebody has read it");
    } else if (auto problem = FLOE_TRY(render_policies(*chosen))) {
      verdict.diagnostic = *std::move(problem);
    }
    if (!verdict.diagnostic.code.empty()) verdict.problem = "has no network policies that keep what is demanded";
    judge({.name = "network_policies", .title = "network policies", .type = "", .unit = "product"},
          config::Enforcement::kStrict, {std::move(verdict)});
    return ok();
  }

  static Diagnostic not_kept(std::string message) {
    return error_diagnostic("FLOE-E0782", "network-policies-not-kept", std::move(message))
        .addressed("governance.network_policies");
  }

  // What is wrong with them; nullopt: they are kept, and carried.
  Result<std::optional<Diagnostic>> render_policies(const PluginChoice& chosen) {
    using Problem = std::optional<Diagnostic>;
    const config::NetworkPolicies& wanted = manifest_.network;
    const NetworkDemand demand{name_space(), wanted.denies_by_default, wanted.egress};
    if (!is_kubernetes_name(demand.name_space)) {
      return Problem(not_kept(fmt::format("no namespace can be called `{}`, which the network policies are for",
                                          demand.name_space))
                         .note("the namespace is the domain, or the product where there is none")
                         .help("use 1 to 63 small letters, digits and `-`, with a letter or digit at both ends"));
    }
    const auto answer = host_.render_network_policies(chosen, network_request(demand));
    if (!answer) {
      const ErrorCode code = answer.error().code;
      if (code == ErrorCode::kCancelled || code == ErrorCode::kTimeout) return answer.error();
      return Problem(not_kept(fmt::format("the network security plugin `{}` rendered no network policies", chosen.type))
                         .note(answer.error().to_string())
                         .help(fmt::format("`floe doctor` says whether it is installed; what it was asked for is in "
                                           "`governance.network_policies`")));
    }
    JudgedDocuments judged = judge_network_documents(demand, *answer);
    if (!judged.problems.empty()) {
      Diagnostic problem =
          not_kept(fmt::format("the network policies of `{}` do not keep what the platform demands", chosen.type));
      problem.notes = std::move(judged.problems);
      return Problem(
          std::move(problem).help("have the plugin mended, or ask for the traffic in "
                                  "`governance.network_policies.custom_egress_rules`"));
    }
    carry(std::move(judged.documents), chosen);
    return Problem();
  }

  // No control hangs on them, so a project that is not trusted goes without.
  Status render_accounts() {
    const PluginChoice* chosen = chosen_by_manifest("rbac");
    if (chosen == nullptr || compiled_.confinement) return ok();
    carry(FLOE_TRY(compile::render_accounts(*chosen, name_space(), compiled_.product_name, host_)), *chosen);
    return ok();
  }

  void carry(std::vector<artifact::DeployDocument> documents, const PluginChoice& plugin) {
    for (artifact::DeployDocument& document : documents) {
      document.plugin = plugin.type;
      out_.documents.push_back(std::move(document));
    }
  }

  // Products of a domain share its namespace.
  [[nodiscard]] std::string name_space() const { return compiled_.domain.value_or(compiled_.product_name); }

  [[nodiscard]] const PluginChoice* chosen_by_manifest(const char* category) const {
    const auto found = compiled_.plugins.find(category);
    return found == compiled_.plugins.end() || found->second.is_of_environment ? nullptr : &found->second;
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
