#include "engine/config.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <array>

namespace floe::duckdb_compute {
namespace {

constexpr std::array<std::string_view, 7> kKeys = {
    "threads",        "memory_limit",      "temp_directory", "max_temp_directory_size",
    "max_json_depth", "statement_timeout", "settings"};

// Settings of DuckDB, and their other names, that are written as a key, which a manifest below can only lower.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kOwnKeys = {
    {{"memory_limit", "memory_limit"},
     {"max_memory", "memory_limit"},
     {"threads", "threads"},
     {"worker_threads", "threads"},
     {"max_temp_directory_size", "max_temp_directory_size"}}};

constexpr std::int64_t kMaxTimeout = 604'800;  // a week

// Set by the plugin itself: nothing is downloaded, and results must not depend on it.
// What SQL may reach is not left to a setting.
constexpr std::array<std::string_view, 22> kFixed = {"autoinstall_known_extensions",
                                                     "autoload_known_extensions",
                                                     "access_mode",
                                                     "arrow_lossless_conversion",
                                                     "allow_community_extensions",
                                                     "allow_persistent_secrets",
                                                     "allow_unsigned_extensions",
                                                     "allowed_configs",
                                                     "allowed_directories",
                                                     "allowed_paths",
                                                     "autoinstall_extension_repository",
                                                     "custom_extension_repository",
                                                     "disabled_filesystems",
                                                     "enable_external_access",
                                                     "enable_logging",
                                                     "extension_directories",
                                                     "extension_directory",
                                                     "lock_configuration",
                                                     "log_query_path",
                                                     "logging_storage",
                                                     "secret_directory",
                                                     "temp_directory"};

std::string scalar_text(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string(to_view(*text));
  return to_json(value);
}

bool is_scalar(const json::value& value) { return value.is_string() || value.is_bool() || value.is_number(); }

void check_settings(const json::value& value, std::vector<ConfigProblem>* problems) {
  const json::object* settings = value.if_object();
  if (settings == nullptr) {
    problems->push_back({"settings", "`settings` is a mapping from DuckDB setting to value"});
    return;
  }
  for (const auto& [key, entry] : *settings) {
    const std::string name(key);
    if (!is_scalar(entry)) problems->push_back({"settings." + name, "a setting is a text, a number or a boolean"});
    const std::string meant = text::to_lower_ascii(name);  // as DuckDB reads it
    for (const std::string_view fixed : kFixed) {
      if (meant == fixed) problems->push_back({"settings." + name, "`" + name + "` is set by floe"});
    }
    for (const auto& [setting, own] : kOwnKeys) {
      if (meant == setting) problems->push_back({"settings." + name, fmt::format("write `{}` beside `settings`", own)});
    }
  }
}

void check_number(const std::string& key, const json::value& value, std::int64_t most,
                  std::vector<ConfigProblem>* problems) {
  if (value.is_int64() && value.get_int64() >= 1 && value.get_int64() <= most) return;
  problems->push_back({key, fmt::format("`{}` is a whole number from 1 to {}", key, most)});
}

void check_key(std::string_view key, const json::value& value, std::vector<ConfigProblem>* problems) {
  const std::string path(key);
  if (key == "threads") {
    check_number(path, value, 4096, problems);
  } else if (key == "statement_timeout") {
    check_number(path, value, kMaxTimeout, problems);
  } else if (key == "max_json_depth") {
    check_number(path, value, FLOE_DUCKDB_MAX_JSON_DEPTH, problems);
  } else if (key == "memory_limit" || key == "max_temp_directory_size" || key == "temp_directory") {
    if (!value.is_string() || value.get_string().empty()) {
      problems->push_back({path, key == "temp_directory" ? "`temp_directory` is a path"
                                                         : fmt::format("`{}` is a text such as `4GB` or `80%`", key)});
    }
  } else if (key == "settings") {
    check_settings(value, problems);
  } else {
    const std::vector<std::string> known(kKeys.begin(), kKeys.end());
    const auto near = text::nearest(key, known);
    problems->push_back({path, "unknown key `" + path + "`; " +
                                   (near ? "write `" + *near + "`" : "known are " + text::join(known, ", "))});
  }
}

}  // namespace

std::vector<ConfigProblem> check_config(std::string_view json_text) {
  std::vector<ConfigProblem> problems;
  if (text::trim(json_text).empty()) return problems;
  const auto parsed = parse_json(json_text);
  if (!parsed) return {{"", parsed.error().message}};
  if (parsed->is_null()) return problems;
  const json::object* object = parsed->if_object();
  if (object == nullptr) return {{"", "the configuration is not a mapping"}};
  for (const auto& [key, value] : *object) {
    if (!value.is_null()) check_key({key.data(), key.size()}, value, &problems);
  }
  return problems;
}

Result<Config> parse_config(std::string_view json_text) {
  const std::vector<ConfigProblem> problems = check_config(json_text);
  if (!problems.empty()) return fail(ErrorCode::kInvalidConfig, problems.front().message);
  Config config;
  if (text::trim(json_text).empty()) return config;
  const json::value parsed = FLOE_TRY(parse_json(json_text));
  const json::object* object = parsed.if_object();
  if (object == nullptr) return config;
  for (const auto& [key, value] : *object) {
    if (value.is_null() || key == "settings" || key == "max_json_depth" || key == "statement_timeout") continue;
    config.options.emplace_back(std::string(key), scalar_text(value));
  }
  config.statement_timeout = get_int(*object, "statement_timeout").value_or(0);
  if (const auto depth = get_int(*object, "max_json_depth")) config.json_depth = static_cast<std::uint32_t>(*depth);
  if (const json::object* settings = get_object(*object, "settings")) {
    for (const auto& [key, value] : *settings)
      config.settings.emplace_back(std::string(key), scalar_text(value));
  }
  return config;
}

}  // namespace floe::duckdb_compute
