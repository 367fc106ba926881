#include "compile/chosen_plugin.hpp"

#include "compile/clear_text.hpp"
#include "compile/requirements.hpp"
#include "plugin/uncalled_interface.hpp"

#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace floe::compile {
namespace {

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
  return yaml::head_span(*node);
}

void report_error(const Error& error, DiagnosticSink& sink) {
  const std::string* details = error.detail("floe.diagnostics");
  auto diagnostics = details == nullptr ? Result<std::vector<Diagnostic>>(error) : diagnostics_from_json(*details);
  if (!diagnostics) sink.report(error_diagnostic("FLOE-E0430", "plugin-config-schema-invalid", error.to_string()));
  for (Diagnostic& diagnostic : std::move(diagnostics).value_or(std::vector<Diagnostic>()))
    sink.report(std::move(diagnostic));
}

}  // namespace

std::string plugin_id(CompilerHost& host, std::string_view category, const std::string& type) {
  const auto installed = host.installed_plugin(category, type);
  return installed ? installed->manifest.id : "";
}

bool is_same_plugin(CompilerHost& host, std::string_view category, const std::string& one, const std::string& other) {
  if (one == other) return true;
  const std::string id = plugin_id(host, category, one);
  return !id.empty() && plugin_id(host, category, other) == id;
}

void warn_not_installed(const std::string& category, const PluginChoice& choice, CompilerHost& host,
                        DiagnosticSink& sink) {
  if (host.is_installed(category, choice.type)) return;
  auto diagnostic = warning_diagnostic("FLOE-W1401", "plugin-not-installed",
                                       fmt::format("{} plugin `{}` is not installed", category, choice.type))
                        .at(choice.span, "chosen here")
                        .note("commands that need it will fail");
  const std::vector<std::string> known = host.installed_names(category);
  if (!known.empty()) diagnostic.notes.push_back("installed: " + text::join(known, ", "));
  sink.report(
      std::move(diagnostic)
          .help(fmt::format("install it as `{}/{}/` in one of the directories that `floe plugin why {}` prints",
                            group_of_category(category), choice.type.substr(0, choice.type.find('@')), choice.type)));
}

bool warn_not_called(const std::string& category, const PluginChoice& choice, DiagnosticSink& sink) {
  const InterfaceInfo* info = find_interface_of_group(group_of_category(category));
  auto warning = info == nullptr ? std::nullopt : uncalled_warning(*info);
  if (!warning) return false;
  warning->message = fmt::format("`plugins.{}` has no effect: {}", category, warning->message);
  sink.report((*std::move(warning))
                  .at(choice.span, "chosen here")
                  .help(fmt::format("remove `plugins.{}`", category))
                  .addressed("plugins." + category));
  return true;
}

void check_version(CompilerHost& host, const std::string& category, const PluginChoice& choice, DiagnosticSink& sink) {
  const auto installed = host.installed_plugin(category, choice.type);
  if (!installed || choice.version.empty() || choice.version == installed->manifest.version) return;
  sink.report(error_diagnostic("FLOE-E0419", "plugin-pin-mismatch",
                               fmt::format("{} plugin `{}` is version {}, the platform chooses {}", category,
                                           choice.type, installed->manifest.version, choice.version))
                  .at(choice.span, "chosen here")
                  .help("install that version, or change `version`")
                  .addressed(fmt::format("plugins.{}.version", category)));
}

void warn_when_denied(CompilerHost& host, const std::string& category, const PluginChoice& choice,
                      const std::vector<std::string>& denied, DiagnosticSink& sink) {
  const auto installed = host.installed_plugin(category, choice.type);
  if (!installed) return;
  for (const std::string& service : installed->manifest.services) {
    const auto refuses = [&](const std::string& glob) { return text::matches_glob(glob, service); };
    const auto glob = std::find_if(denied.begin(), denied.end(), refuses);
    if (glob == denied.end()) continue;
    sink.report(
        warning_diagnostic("FLOE-W1403", "plugin-service-denied",
                           fmt::format("plugin `{}` does not get service `{}`", installed->manifest.id, service))
            .at(choice.span, "asks for it in its plugin.json")
            .note(fmt::format("`governance.denied_services` denies `{}`", *glob))
            .addressed("governance.denied_services"));
  }
}

void warn_when_reserved(CompilerHost& host, const std::string& category, const PluginChoice& choice,
                        DiagnosticSink& sink) {
  const auto installed = host.installed_plugin(category, choice.type);
  if (!installed) return;
  for (const Diagnostic& warning : installed->warnings) {
    if (warning.code != "FLOE-W1405") continue;
    Diagnostic placed = warning;
    placed.labels.clear();
    placed.notes.insert(placed.notes.begin(), fmt::format("found in `{}`", installed->directory));
    sink.report(std::move(placed).at(choice.span, "chosen here").addressed("plugins." + category));
  }
}

std::string merged_config(const std::string& defaults, const std::string& own) {
  auto merged = parse_json_object(defaults);
  const auto over = parse_json_object(own);
  if (!merged || !over) return own;
  for (const auto& [key, value] : *over)
    (*merged)[key] = value;
  return to_json(*merged);
}

bool is_left_to_environments(std::string_view category, const ConfigProblem& problem) {
  if (problem.missing.empty() || !problem.path.empty()) return false;
  if (category == "telemetry_backend") return problem.missing == kTelemetryPlace;
  if (category == "lineage_backend") return problem.missing == kLineagePlace;
  return category == "storage" || category == "catalog" || category == "compute";
}

void check_config(CompilerHost& host, const std::string& category, const PluginChoice& choice, const yaml::Node* config,
                  const std::string& address, DiagnosticSink& sink) {
  check_clear_text(category, choice, config, address, sink);
  auto problems = host.check_config(category, choice);
  if (!problems) return report_error(problems.error(), sink);
  std::erase_if(*problems, [&](const ConfigProblem& problem) { return is_left_to_environments(category, problem); });
  report_config_problems(choice.type, *problems, config, choice.span, address, sink);
}

void check_clear_text(const std::string& category, const PluginChoice& choice, const yaml::Node* config,
                      const std::string& address, DiagnosticSink& sink) {
  const auto settings = parse_json_object(choice.config);
  const auto found = settings ? clear_text_in(category, *settings) : std::nullopt;
  if (!found) return;
  ConfigProblem place;
  place.path = found->path;
  sink.report(
      error_diagnostic("FLOE-E0772", "credential-in-clear-text",
                       fmt::format("plugin `{}` would send a credential to `{}` unencrypted", choice.type, found->url))
          .at(config == nullptr ? choice.span : place_in(*config, place), "not https")
          .note("only https keeps it from whoever is on the way; http is for hosts of this machine, such as "
                "`localhost`")
          .help("write an https URL, or send to a receiver on this machine that passes it on")
          .addressed(fmt::format("{}.{}", address, text::join(found->path, "."))));
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

}  // namespace floe::compile
