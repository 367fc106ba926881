#include "compile/environment.hpp"

#include "compile/chosen_plugin.hpp"
#include "compile/clear_text.hpp"
#include "compile/untrusted.hpp"
#include "rules/inheritance/merge.hpp"

#include "base/fail.hpp"
#include "base/io/read_document.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <array>
#include <set>
#include <vector>

namespace floe::compile {
namespace {

constexpr const char* kEnvironmentFile = "platform.yaml";
constexpr const char* kMachineFile = "/etc/floe/platform.yaml";
constexpr const char* kDefaultProfile = "default";

class EnvironmentFinder {
 public:
  EnvironmentFinder(const CompileRequest& request, const std::string& root, CompilerHost& host)
      : request_(request), root_(root), host_(host) {}

  // Absolute; "" = there is none.
  Result<std::string> find() {
    for (const std::string& asked :
         {request_.platform_config, host_.environment().get("FLOE_PLATFORM_CONFIG").value_or("")}) {
      if (asked.empty()) continue;
      const std::string path = io::normalize_path(io::join_path(request_.directory, asked));
      if (FLOE_TRY(io::is_document(host_.files(), path))) return path;
      return diagnostics_error(ErrorCode::kNotFound,
                               error_diagnostic("FLOE-E0341", "environment-not-found",
                                                fmt::format("there is no platform environment `{}`", asked))
                                   .note("said by --platform-config or FLOE_PLATFORM_CONFIG"));
    }
    if (!request_.environment.empty()) {
      const std::string path =
          io::join_path(root_, fmt::format("platform/{}/{}", request_.environment, kEnvironmentFile));
      if (FLOE_TRY(io::is_document(host_.files(), path))) return path;
    }
    if (FLOE_TRY(io::is_document(host_.files(), kMachineFile))) return std::string(kMachineFile);
    const std::vector<std::string> known = FLOE_TRY(names());
    if (request_.environment.empty() || known.empty()) return std::string();
    auto diagnostic = error_diagnostic("FLOE-E0341", "environment-not-found",
                                       fmt::format("there is no environment `{}`", request_.environment))
                          .note("this project has " + text::join(known, ", "));
    if (const auto near = text::nearest(request_.environment, known)) {
      diagnostic.helps.push_back(fmt::format("say `--env {}`", *near));
    }
    return diagnostics_error(ErrorCode::kNotFound, std::move(diagnostic));
  }

 private:
  // Of the environments that the project has a file for.
  Result<std::vector<std::string>> names() {
    const std::string directory = io::join_path(root_, "platform");
    std::vector<std::string> out;
    if (FLOE_TRY(host_.files().stat(directory)).kind != io::FileKind::kDirectory) return out;
    for (const io::DirectoryEntry& entry : FLOE_TRY(host_.files().list(directory))) {
      const std::string file = io::join_path(io::join_path(directory, entry.name), kEnvironmentFile);
      if (FLOE_TRY(host_.files().stat(file)).kind == io::FileKind::kRegular) out.push_back(entry.name);
    }
    return out;
  }

  const CompileRequest& request_;
  const std::string& root_;
  CompilerHost& host_;
};

class EnvironmentBinder {
 public:
  EnvironmentBinder(const Environment& environment, bool has_manifest, CompilerHost& host, Compiled* compiled,
                    DiagnosticSink& sink)
      : environment_(environment), has_manifest_(has_manifest), host_(host), compiled_(*compiled), sink_(sink) {}

  void bind(const config::Product* product) {
    const config::PlatformEnvironment& settings = environment_.settings;
    const config::ProductProfiles none;
    const config::ProductProfiles& profiles = product == nullptr ? none : product->profiles;
    bind_profile("storage", "storage", settings.storage, profiles.storage);
    bind_profile("catalogs", "catalog", settings.catalogs, profiles.catalog);
    bind_profile("compute", "compute", settings.compute, profiles.compute);
    bind_secrets();
    bind_endpoint("telemetry_backend", kTelemetryPlace, settings.otlp_endpoint);
    bind_endpoint("lineage_backend", kLineagePlace, settings.lineage_endpoint);
    check_complete();
  }

 private:
  using Profiles = std::map<std::string, config::Profile>;

  void bind_profile(const std::string& section, const std::string& category, const Profiles& profiles,
                    const config::NamedPlace& wanted) {
    const auto found = profiles.find(wanted.name.empty() ? kDefaultProfile : wanted.name);
    if (found == profiles.end()) {
      const bool is_default = wanted.name.empty() || wanted.name == kDefaultProfile;  // the manifest may say enough
      if (!is_default) report_missing(section, profiles, wanted);
      return;
    }
    const config::Profile& profile = found->second;
    const std::string address = section + "." + found->first;
    if (!take_type(category, profile.type, profile.type_span, address + ".type")) return;
    PluginChoice& choice = compiled_.plugins[category];
    const PluginChoice before = choice;
    auto config = parse_json_object(choice.config);
    auto settings = parse_json_object(profile.settings);
    if (!config || !settings) return;
    check_encryption(*config, *settings, *profile.node, address);
    check_protected(category, *config, *settings, *profile.node, address);
    for (auto& [key, value] : *settings)
      (*config)[key] = std::move(value);
    choice.config = to_json(*config);
    choice.config = host_.absolute_paths(category, choice, io::parent_path(environment_.document.path));
    check_config(category, choice, profile, address);
    check_new_clear_text(category, before, choice, profile.node.get(), address);
    checked_.insert(category);
  }

  // False when the place is for another plugin than the one that is chosen.
  bool take_type(const std::string& category, const std::string& type, const Span& span, const std::string& address) {
    const auto chosen = compiled_.plugins.find(category);
    const bool is_chosen = chosen != compiled_.plugins.end();
    if (is_chosen && is_for(category, type, chosen->second.type)) return true;
    if (is_chosen && has_manifest_) {
      report_drift(category, chosen->second, type, span, address);
      return false;
    }
    PluginChoice choice{type, "{}", span};
    choice.is_of_environment = has_manifest_;
    warn_not_installed(category, choice, host_, sink_);
    compiled_.plugins[category] = std::move(choice);
    return true;
  }

  // A place is for a plugin under any of its names; which of those with one name it is, the manifest says.
  [[nodiscard]] bool is_for(const std::string& category, const std::string& type, const std::string& chosen) const {
    return type == chosen.substr(0, chosen.find('@')) || is_same_plugin(host_, category, type, chosen);
  }

  void report_drift(const std::string& category, const PluginChoice& chosen, const std::string& type, const Span& span,
                    const std::string& address) {
    auto diagnostic = error_diagnostic("FLOE-E0342", "environment-drift",
                                       fmt::format("`{}` is for {} plugin `{}`, but the platform chooses `{}`", address,
                                                   category, type, chosen.type))
                          .at(span, "another plugin");
    if (chosen.span.valid()) {
      diagnostic.labels.push_back({chosen.span, "chosen here", false});
    } else {
      diagnostic.notes.push_back(
          fmt::format("the manifest says nothing of `plugins.{}`, so the default holds", category));
    }
    sink_.report(std::move(diagnostic)
                     .note("every environment has the plugins of the manifest; it only says where they find things")
                     .help(fmt::format("write `type: {}`, with the places of that plugin", chosen.type))
                     .addressed(address));
  }

  void report_missing(const std::string& section, const Profiles& profiles, const config::NamedPlace& wanted) {
    std::vector<std::string> names;
    for (const auto& [name, profile] : profiles)
      names.push_back(name);
    sink_.report(error_diagnostic("FLOE-E0343", "profile-not-found",
                                  fmt::format("the environment has no profile `{}.{}`", section, wanted.name))
                     .at(wanted.span, "named here")
                     .note(fmt::format("{} has {}", environment_.document.name,
                                       names.empty() ? "none" : text::join(names, ", ")))
                     .addressed("profiles"));
  }

  // A place may be safer than the platform promises, not less safe.
  void check_encryption(const json::object& config, const json::object& settings, const yaml::Node& profile,
                        const std::string& address) {
    constexpr const char* kKey = "encryption_at_rest";
    if (!get_bool_or(config, kKey, false) || get_bool_or(settings, kKey, true)) return;
    sink_.report(inheritance::overridden_security(
                     fmt::format("the platform promises encrypted storage, `{}.{}` is `false`", address, kKey))
                     .at(profile.get(kKey)->span, "weaker")
                     .help("remove it, or give the profile a place that is encrypted")
                     .addressed(fmt::format("{}.{}", address, kKey)));
  }

  // What the plugin's schema protects (x-floe-security) and the manifest has settled.
  void check_protected(const std::string& category, const json::object& config, const json::object& settings,
                       const yaml::Node& profile, const std::string& address) {
    if (!compiled_.plugins[category].span.valid()) return;
    for (const SecurityMember& member : host_.security_members(category, compiled_.plugins[category].type)) {
      const json::value* promised = config.if_contains(member.name);
      const json::value* wanted = settings.if_contains(member.name);
      if (promised == nullptr || wanted == nullptr || !is_weaker(member, *promised, *wanted)) continue;
      sink_.report(inheritance::overridden_security(
                       fmt::format("`{}.{}` is weaker than what the platform says", address, member.name))
                       .at(yaml::head_span(*profile.get(member.name)), "weaker")
                       .beside(compiled_.plugins[category].span, "chosen here")
                       .help("remove it, or have it changed in the manifest")
                       .addressed(fmt::format("{}.{}", address, member.name)));
    }
  }

  void check_config(const std::string& category, const PluginChoice& choice, const config::Profile& profile,
                    const std::string& address) {
    const auto problems = host_.check_config(category, choice);
    if (!problems) return;  // told where the plugin was chosen
    report_config_problems(choice.type, *problems, profile.node.get(), profile.type_span, address, sink_);
  }

  void bind_secrets() {
    const config::PlatformEnvironment& settings = environment_.settings;
    if (settings.secrets.empty()) return;
    take_type("secrets", settings.secrets, settings.secrets_span, "security.secret_backends.primary");
  }

  // Into a backend that has such a setting.
  void bind_endpoint(const std::string& category, const std::string& key, const std::string& endpoint) {
    const auto choice = compiled_.plugins.find(category);
    if (endpoint.empty() || choice == compiled_.plugins.end()) return;
    auto config = parse_json_object(choice->second.config);
    if (!config) return;
    (*config)[key] = endpoint;
    PluginChoice bound = choice->second;
    bound.config = to_json(*config);
    const auto problems = host_.check_config(category, bound);
    if (!problems || !problems->empty()) return;
    check_new_clear_text(category, choice->second, bound, nullptr, fmt::format("plugins.{}.config", category));
    choice->second = std::move(bound);
  }

  // What the manifest does by itself was told where it is written.
  void check_new_clear_text(const std::string& category, const PluginChoice& before, const PluginChoice& after,
                            const yaml::Node* written, const std::string& address) {
    const auto settings = parse_json_object(before.config);
    if (!settings || !clear_text_in(category, *settings)) check_clear_text(category, after, written, address, sink_);
  }

  // What the manifest leaves to its environments has to be there in each of them.
  void check_complete() {
    for (const auto& [category, choice] : compiled_.plugins) {
      if (checked_.contains(category)) continue;
      auto problems = host_.check_config(category, choice);
      if (!problems) continue;  // told where the plugin was chosen
      std::erase_if(*problems, [&, &name = category](const ConfigProblem& problem) {
        return !is_left_to_environments(name, problem);
      });
      report_config_problems(choice.type, *problems, nullptr, choice.span, "plugins." + category + ".config", sink_);
    }
  }

  std::set<std::string> checked_;  // categories whose profile was checked
  const Environment& environment_;
  bool has_manifest_;
  CompilerHost& host_;
  Compiled& compiled_;
  DiagnosticSink& sink_;
};

}  // namespace

Result<std::optional<Environment>> find_environment(const CompileRequest& request, const Compiled& compiled,
                                                    CompilerHost& host, DiagnosticSink& sink) {
  const std::string path = FLOE_TRY(EnvironmentFinder(request, compiled.project_root, host).find());
  if (path.empty()) return std::optional<Environment>();
  if (path != kMachineFile) FLOE_TRY(check_document(compiled, path, host.files()));
  auto document = FLOE_TRY(config::read_document(path, compiled.project_root, host.files(), sink));
  auto settings = config::read_platform_environment(document, sink);
  if (!settings) return std::optional<Environment>();
  return std::optional<Environment>(Environment{std::move(document), std::move(*settings)});
}

void bind_environment(const Environment& environment, const config::Product* product, bool has_manifest,
                      CompilerHost& host, Compiled* compiled, DiagnosticSink& sink) {
  EnvironmentBinder(environment, has_manifest, host, compiled, sink).bind(product);
}

void check_tightens(const Environment& environment, const yaml::Node& platform, DiagnosticSink& sink) {
  struct Promise {
    const char* group;    // of `governance`; "" = it is the setting itself
    const char* setting;  // what has to be on for the promise
    const char* section;  // of `security` in the environment
  };

  constexpr std::array<Promise, 2> kPromises{{{"rbac", "enabled", "authentication"}, {"", "audit_logging", "audit"}}};
  const yaml::NodePtr governance = platform.get("governance");
  const yaml::NodePtr security =
      environment.document.root == nullptr ? nullptr : environment.document.root->get("security");
  for (const Promise& promise : kPromises) {
    const yaml::NodePtr group =
        governance == nullptr || *promise.group == '\0' ? governance : governance->get(promise.group);
    const yaml::NodePtr promised = group == nullptr ? nullptr : group->get(promise.setting);
    const yaml::NodePtr section = security == nullptr ? nullptr : security->get(promise.section);
    const yaml::NodePtr enabled = section == nullptr ? nullptr : section->get("enabled");
    if (promised == nullptr || enabled == nullptr || enabled->boolean) continue;
    if (!promised->boolean && promised->text != "enabled") continue;
    const std::string address = fmt::format("security.{}.enabled", promise.section);
    sink.report(inheritance::overridden_security(fmt::format("`{}` is `false` where the platform promises it", address))
                    .at(yaml::head_span(*enabled), "weaker")
                    .beside(yaml::head_span(*promised), "promised here")
                    .note("an environment says where things are; it may be safer than the platform, not less safe")
                    .help("remove it")
                    .addressed(address));
  }
}

}  // namespace floe::compile
