#include "compile/choose_sinks.hpp"

#include "compile/chosen_plugin.hpp"

#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::compile {
namespace {

constexpr const char* kCategory = "sinks";

class SinkChooser {
 public:
  SinkChooser(const config::PlatformManifest* manifest, CompilerHost& host, const std::string& state,
              DiagnosticSink& sink)
      : manifest_(manifest), host_(host), state_directory_(state), sink_(sink) {}

  // What the platform says of its sinks, used or not.
  void check_platform(const yaml::Node& document) {
    const std::vector<PluginChoice>& sinks = sinks_of_platform();
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      PluginChoice choice = sinks[i];
      warn_not_installed(kCategory, choice, host_, sink_);
      warn_when_denied(host_, kCategory, choice, manifest_->denied_services, sink_);
      warn_when_reserved(host_, kCategory, choice, sink_);
      choice.config = merged_config(default_config(choice.type), choice.config);
      const yaml::NodePtr plugins = document.get("plugins");
      const yaml::NodePtr list = plugins->get(kCategory);
      check_config(host_, kCategory, choice, list->items[i]->get("config").get(),
                   fmt::format("plugins.sinks[{}].config", i), sink_);
    }
  }

  void choose(Destination* destination, const std::string& address) {
    PluginChoice& choice = destination->sink;
    const PluginChoice* platform = choice_of_platform(choice.type);
    const bool says_more = choice.config != "{}";
    choice.config = merged_config(platform == nullptr ? default_config(choice.type)
                                                      : merged_config(default_config(choice.type), platform->config),
                                  choice.config);
    if (platform == nullptr) warn_not_installed(kCategory, choice, host_, sink_);
    if (platform == nullptr || says_more) check_config(host_, kCategory, choice, nullptr, address, sink_);
  }

 private:
  [[nodiscard]] const std::vector<PluginChoice>& sinks_of_platform() const {
    static const std::vector<PluginChoice> kNone;
    if (manifest_ == nullptr) return kNone;
    const auto found = manifest_->plugin_lists.find(kCategory);
    return found == manifest_->plugin_lists.end() ? kNone : found->second;
  }

  // The platform of one machine delivers files beside its tables.
  [[nodiscard]] std::string default_config(const std::string& type) const {
    if (type.substr(0, type.find('@')) != "files") return "{}";
    return to_json(json::object{{"directory", io::join_path(state_directory_, "exports")}});
  }

  [[nodiscard]] const PluginChoice* choice_of_platform(const std::string& type) const {
    const std::vector<PluginChoice>& sinks = sinks_of_platform();
    const auto found = std::find_if(sinks.begin(), sinks.end(), [&](const PluginChoice& choice) {
      return is_same_plugin(host_, kCategory, choice.type, type);
    });
    return found == sinks.end() ? nullptr : &*found;
  }

  const config::PlatformManifest* manifest_;
  CompilerHost& host_;
  const std::string& state_directory_;
  DiagnosticSink& sink_;
};

}  // namespace

void check_platform_sinks(const config::PlatformManifest& manifest, const yaml::Node& document, CompilerHost& host,
                          const std::string& state_directory, DiagnosticSink& sink) {
  SinkChooser(&manifest, host, state_directory, sink).check_platform(document);
}

void choose_sinks(const config::PlatformManifest* manifest, CompilerHost& host, Compiled* compiled,
                  DiagnosticSink& sink) {
  SinkChooser chooser(manifest, host, compiled->state_directory, sink);
  for (Destination& destination : compiled->destinations)
    chooser.choose(&destination, "destinations." + destination.name);
}

void check_source_tables(const std::vector<Destination>& destinations, const policy::ModelGraph& graph,
                         DiagnosticSink& sink) {
  for (const Destination& destination : destinations) {
    const std::string& table = destination.source_table;
    if (table.find('.') != std::string::npos || graph.table_names.contains(table)) continue;
    auto diagnostic =
        error_diagnostic("FLOE-E0353", "unknown-source-table",
                         fmt::format("destination `{}` delivers `{}`, which no model, seed or snapshot makes",
                                     destination.name, table))
            .at(destination.source_span, "no such table")
            .note("a table that something else makes is written with its namespace, such as `raw.orders`")
            .addressed("destinations." + destination.name + ".source_table");
    const std::vector<std::string> known(graph.table_names.begin(), graph.table_names.end());
    if (const auto near = text::nearest(table, known)) diagnostic.helps.push_back(fmt::format("write `{}`", *near));
    sink.report(std::move(diagnostic));
  }
}

}  // namespace floe::compile
