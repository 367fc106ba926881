#include "answers.hpp"

#include "base/json/json.hpp"

namespace floe::answers {

std::string no_problems() { return "[]"; }

std::string problem(std::string_view path, std::string_view message) {
  return to_json(json::array{json::object{{"path", path}, {"message", message}}});
}

std::string problem(const Error& error) {
  const std::string* path = error.detail("path");
  return problem(path == nullptr ? "" : *path, error.message);
}

std::string no_config_problems(std::string_view config) {
  const auto parsed = parse_json_object(config.empty() ? "{}" : config);
  if (!parsed) return problem("", parsed.error().to_string());
  json::array problems;
  for (const auto& member : *parsed)
    problems.push_back(json::object{{"path", member.key()}, {"message", "unknown key; there is nothing to configure"}});
  return to_json(problems);
}

std::string health(std::string_view problem) {
  return to_json(
      json::object{{"state", problem.empty() ? "ok" : "failed"}, {"message", problem}, {"details", json::object()}});
}

std::string description(std::string_view name, std::initializer_list<std::string_view> capabilities,
                        std::initializer_list<std::pair<std::string_view, std::uint64_t>> limits) {
  json::array names;
  for (const std::string_view capability : capabilities)
    names.emplace_back(capability);
  json::object numbers;
  for (const auto& [limit, value] : limits)
    numbers[limit] = value;
  return to_json(json::object{
      {"name", name}, {"version", "0.1.0"}, {"capabilities", std::move(names)}, {"limits", std::move(numbers)}});
}

}  // namespace floe::answers
