#include "compile/plugin_security.hpp"

#include "rules/inheritance/merge.hpp"

#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace floe::compile {
namespace {

// `duckdb`, `duckdb@1.2`, `{type: duckdb, config: {...}}`: the plugin as it is written.
std::string type_of(const yaml::Node& choice) {
  const yaml::NodePtr type = choice.get("type");
  return type == nullptr ? choice.text : type->text;
}

// Its own name, whatever alias or version is written.
std::string name_of(CompilerHost& host, const std::string& category, const yaml::Node& choice) {
  const std::string type = type_of(choice);
  const auto installed = host.installed_plugin(category, type);
  return installed ? installed->manifest.name : type.substr(0, type.find('@'));
}

Span place_of(const yaml::Node& choice, const yaml::NodePtr& member) {
  if (member != nullptr) return yaml::head_span(*member);
  const yaml::NodePtr type = choice.get("type");
  return yaml::head_span(type == nullptr ? choice : *type);
}

// One plugin as two manifests choose it.
class Comparison {
 public:
  Comparison(const yaml::Node& above, const yaml::Node& below, std::string address, DiagnosticSink& sink)
      : above_(above), below_(below), address_(std::move(address)), sink_(sink) {}

  void check(const SecurityMember& member) const {
    const yaml::NodePtr before = written(above_, member.name);
    const yaml::NodePtr after = written(below_, member.name);
    if (before == nullptr && after == nullptr) return;
    const json::value was = before == nullptr ? member.fallback : yaml::to_json_value(*before);
    const json::value is = after == nullptr ? member.fallback : yaml::to_json_value(*after);
    // A choice without `config` leaves it to those below; one with it has settled also what it does not say.
    const bool is_settled = !was.is_null() || (member.rule == SecurityRule::kFixed && above_.find("config") != nullptr);
    if (!is_settled || !is_weaker(member, was, is)) return;
    const std::string address = fmt::format("{}.config.{}", address_, member.name);
    const char* how = after == nullptr                      ? "would be left out"
                      : member.rule == SecurityRule::kFixed ? "cannot be changed"
                                                            : "would be weaker";
    sink_.report(inheritance::overridden_security(fmt::format("`{}` {}", address, how))
                     .at(place_of(below_, after), after == nullptr ? "without it" : "weaker")
                     .beside(place_of(above_, before), before == nullptr ? "set above, without it" : "set above")
                     .note(fmt::format("plugin `{}` says so of `{}`", type_of(below_), member.name))
                     .help(fmt::format("write what is set above, or have `{}` changed there", address))
                     .addressed(address));
  }

 private:
  static yaml::NodePtr written(const yaml::Node& choice, const std::string& name) {
    const yaml::NodePtr config = choice.get("config");
    return config == nullptr ? nullptr : config->get(name);
  }

  const yaml::Node& above_;
  const yaml::Node& below_;
  const std::string address_;
  DiagnosticSink& sink_;
};

std::set<std::string> categories_of(const inheritance::Chain& chain) {
  std::set<std::string> out;
  for (const inheritance::Tier& tier : chain.tiers) {
    const yaml::NodePtr plugins = tier.document.root == nullptr ? nullptr : tier.document.root->get("plugins");
    for (std::size_t i = 0; plugins != nullptr && i < plugins->entries.size(); ++i)
      out.insert(plugins->entries[i].key);
  }
  return out;
}

}  // namespace

void check_plugin_security(const inheritance::Chain& chain, CompilerHost& host, DiagnosticSink& sink) {
  if (chain.tiers.size() < 2) return;
  for (const std::string& category : categories_of(chain)) {
    // The last choice of each plugin: one of another plugin in between does not let go of what was set.
    std::map<std::string, yaml::NodePtr> above;
    for (const inheritance::Tier& tier : chain.tiers) {
      const yaml::NodePtr plugins = tier.document.root == nullptr ? nullptr : tier.document.root->get("plugins");
      const yaml::NodePtr choice = plugins == nullptr ? nullptr : plugins->get(category);
      if (choice == nullptr || choice->kind == yaml::Kind::kSequence) continue;
      yaml::NodePtr& last = above[name_of(host, category, *choice)];
      if (last != nullptr) {
        const Comparison comparison(*last, *choice, "plugins." + category, sink);
        for (const SecurityMember& member : host.security_members(category, type_of(*choice)))
          comparison.check(member);
      }
      last = choice;
    }
  }
}

}  // namespace floe::compile
