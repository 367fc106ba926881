#include "compile/choose_plugins.hpp"

#include "compile/requirements.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <charconv>

namespace floe::compile {
namespace {

// The start of a mapping or list, all of a scalar.
Span head_of(const yaml::Node& node) {
  Span span = node.span;
  if (node.is_scalar()) return span;
  span.end_line = span.line;
  span.end_column = span.column + 1;
  return span;
}

// Where a problem of a configuration is written; the nearest thing around it when it is about what is not there.
Span place_in(const yaml::Node& config, const ConfigProblem& problem) {
  const yaml::Node* node = &config;
  for (std::size_t i = 0; i < problem.path.size(); ++i) {
    const std::string& step = problem.path[i];
    const yaml::Entry* entry = node->find(step);
    if (entry != nullptr && problem.is_key && i + 1 == problem.path.size()) return entry->key_span;
    std::size_t index = 0;
    const bool is_index = node->is_sequence() &&
                          std::from_chars(step.data(), step.data() + step.size(), index).ec == std::errc() &&
                          index < node->items.size();
    if (entry == nullptr && !is_index) break;
    node = entry == nullptr ? node->items[index].get() : entry->value.get();
  }
  return head_of(*node);
}

class Chooser {
 public:
  Chooser(const CompileServices& services, DiagnosticSink& sink) : services_(services), sink_(sink) {}

  // The platform's choice; the local default's places stay where the same plugin was chosen without saying where.
  void choose(const config::PlatformManifest& manifest, const yaml::Node& document, Compiled* compiled) {
    for (const auto& [category, choice] : manifest.plugins) {
      PluginChoice chosen = choice;
      const auto local = compiled->plugins.find(category);
      if (local != compiled->plugins.end() && local->second.type == choice.type) {
        auto merged = parse_json_object(local->second.config);
        const auto own = parse_json_object(choice.config);
        if (merged && own) {
          for (const auto& [key, value] : *own)
            (*merged)[key] = value;
          chosen.config = to_json(*merged);
        }
      }
      warn_not_installed(category, choice, services_, sink_);
      check_config(category, chosen, document);
      check_services(category, choice, manifest.denied_services);
      compiled->plugins[category] = std::move(chosen);
    }
  }

 private:
  // A plugin that will not get what it asks for may not work; whether it does is its own affair.
  void check_services(const std::string& category, const PluginChoice& choice, const std::vector<std::string>& denied) {
    const auto installed = services_.installed_plugin ? services_.installed_plugin(category, choice.type)
                                                      : std::optional<InstalledPlugin>();
    if (!installed) return;
    for (const std::string& service : installed->manifest.services) {
      const auto refuses = [&](const std::string& glob) { return text::matches_glob(glob, service); };
      const auto glob = std::find_if(denied.begin(), denied.end(), refuses);
      if (glob == denied.end()) continue;
      sink_.report(
          warning_diagnostic("FLOE-W1403", "plugin-service-denied",
                             fmt::format("plugin `{}` does not get service `{}`", installed->manifest.id, service))
              .at(choice.span, "asks for it in its plugin.json")
              .note(fmt::format("`governance.denied_services` denies `{}`", *glob))
              .addressed("governance.denied_services"));
    }
  }

  void report_error(const Error& error) {
    const std::string* details = error.detail("floe.diagnostics");
    auto diagnostics = details == nullptr ? Result<std::vector<Diagnostic>>(error) : diagnostics_from_json(*details);
    if (!diagnostics) sink_.report(error_diagnostic("FLOE-E0430", "plugin-config-schema-invalid", error.to_string()));
    for (Diagnostic& diagnostic : std::move(diagnostics).value_or(std::vector<Diagnostic>()))
      sink_.report(std::move(diagnostic));
  }

  // Before any library is opened: by the schema beside its plugin.json.
  void check_config(const std::string& category, const PluginChoice& choice, const yaml::Node& manifest) {
    if (!services_.check_config) return;
    const auto problems = services_.check_config(category, choice);
    if (!problems) return report_error(problems.error());
    const yaml::NodePtr plugins = manifest.get("plugins");
    const yaml::NodePtr chosen = plugins->get(category);
    const yaml::NodePtr config = chosen->get("config");
    report_config_problems(choice.type, *problems, config.get(), choice.span,
                           fmt::format("plugins.{}.config", category), sink_);
  }

  const CompileServices& services_;
  DiagnosticSink& sink_;
};

}  // namespace

void warn_not_installed(const std::string& category, const PluginChoice& choice, const CompileServices& services,
                        DiagnosticSink& sink) {
  if (!services.is_installed || services.is_installed(category, choice.type)) return;
  auto diagnostic = warning_diagnostic("FLOE-W1401", "plugin-not-installed",
                                       fmt::format("{} plugin `{}` is not installed", category, choice.type))
                        .at(choice.span, "chosen here")
                        .note("commands that need it will fail");
  const std::vector<std::string> known = services.installed ? services.installed(category) : std::vector<std::string>();
  if (!known.empty()) diagnostic.notes.push_back("installed: " + text::join(known, ", "));
  sink.report(
      std::move(diagnostic)
          .help(fmt::format("install it as `{}/{}/` in one of the directories that `floe plugin why {}` prints",
                            group_of_category(category), choice.type.substr(0, choice.type.find('@')), choice.type)));
}

void report_config_problems(const std::string& type, const std::vector<ConfigProblem>& problems,
                            const yaml::Node* config, const Span& fallback, const std::string& address,
                            DiagnosticSink& sink) {
  for (const ConfigProblem& problem : problems) {
    Diagnostic diagnostic = config_diagnostic(type, problem);
    diagnostic.address = fmt::format("{}{}{}", address, diagnostic.address.empty() ? "" : ".", diagnostic.address);
    sink.report(std::move(diagnostic)
                    .at(config == nullptr ? fallback : place_in(*config, problem))
                    .help("`floe plugin show " + type + "` names the schema of its configuration"));
  }
}

void choose_plugins(const config::PlatformManifest& manifest, const yaml::Node& document,
                    const CompileServices& services, Compiled* compiled, DiagnosticSink& sink) {
  Chooser(services, sink).choose(manifest, document, compiled);
  if (!services.installed_plugin) return;
  std::map<std::string, PluginManifest> manifests;
  for (const auto& [category, choice] : compiled->plugins) {
    auto installed = services.installed_plugin(category, choice.type);
    if (installed) manifests.emplace(category, std::move(installed->manifest));
  }
  check_requirements(compiled->plugins, manifests, sink);
}

}  // namespace floe::compile
