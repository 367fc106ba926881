#include "plugin_state.hpp"

#include "base/json/json.hpp"

namespace floe::kubernetes {

std::string no_config_problems(std::string_view config) {
  const auto parsed = parse_json_object(config.empty() ? "{}" : config);
  json::array problems;
  if (!parsed) {
    problems.push_back(json::object{{"path", ""}, {"message", parsed.error().to_string()}});
  } else {
    for (const auto& member : *parsed)
      problems.push_back(
          json::object{{"path", member.key()}, {"message", "unknown key; there is nothing to configure"}});
  }
  return to_json(problems);
}

std::string healthy() { return to_json(json::object{{"state", "ok"}, {"message", ""}, {"details", json::object()}}); }

std::string description(std::string_view capability) {
  json::array capabilities;
  if (!capability.empty()) capabilities.emplace_back(capability);
  return to_json(json::object{{"name", "kubernetes"},
                              {"version", "0.1.0"},
                              {"capabilities", std::move(capabilities)},
                              {"limits", json::object()}});
}

}  // namespace floe::kubernetes
