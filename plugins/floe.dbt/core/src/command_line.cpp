#include "command_line.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>

namespace floe::dbt_core {
namespace {

constexpr std::array<std::string_view, 12> kCommands{"parse", "compile", "ls",    "list",          "seed", "snapshot",
                                                     "run",   "test",    "build", "run-operation", "show", "docs"};

enum class Kind : std::uint8_t { kWords, kText, kNumber, kFlag, kDocument };

struct Flag {
  std::string_view key;
  std::string_view name;
  Kind kind;
};

constexpr std::array kFlags{
    Flag{"select", "--select", Kind::kWords},
    Flag{"exclude", "--exclude", Kind::kWords},
    Flag{"indirect_selection", "--indirect-selection", Kind::kText},
    Flag{"selector", "--selector", Kind::kText},
    Flag{"resource_type", "--resource-type", Kind::kWords},
    Flag{"output", "--output", Kind::kText},
    Flag{"output_keys", "--output-keys", Kind::kWords},
    Flag{"full_refresh", "--full-refresh", Kind::kFlag},
    Flag{"fail_fast", "--fail-fast", Kind::kFlag},
    Flag{"store_failures", "--store-failures", Kind::kFlag},
    Flag{"threads", "--threads", Kind::kNumber},
    Flag{"inline", "--inline", Kind::kText},
    Flag{"limit", "--limit", Kind::kNumber},
    Flag{"args", "--args", Kind::kDocument},
};

std::vector<std::string> words_of(const json::value& value) {
  std::vector<std::string> out;
  if (value.is_string()) out.emplace_back(to_view(value.get_string()));
  if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list) {
      if (item.is_string()) out.emplace_back(to_view(item.get_string()));
    }
  }
  return out;
}

void append_flag(const Flag& flag, const json::value& value, std::vector<std::string>* out) {
  std::string text;
  switch (flag.kind) {
    case Kind::kWords:
      text = text::join(words_of(value), " ");
      break;
    case Kind::kText:
      if (value.is_string()) text = to_view(value.get_string());
      break;
    case Kind::kNumber:
      if (value.is_int64() || value.is_uint64()) text = to_json(value);
      break;
    case Kind::kDocument:
      if (value.is_object()) text = to_json(value);
      break;
    case Kind::kFlag:
      if (value.is_bool() && value.get_bool()) out->emplace_back(flag.name);
      return;
  }
  if (text.empty()) return;
  out->emplace_back(flag.name);
  out->push_back(std::move(text));
}

// Commands have flags of their own: of one that is given to all verbs, only what dbt takes there is passed on.
bool takes(const std::string& command, std::string_view key) {
  if (command == "parse") return key == "threads";
  if (command == "run-operation") return key == "args" || key == "threads";
  if (key == "output" || key == "output_keys") return command == "ls" || command == "list" || command == "show";
  if (key == "resource_type") return command == "ls" || command == "list" || command == "build" || command == "test";
  if (key == "inline" || key == "limit") return command == "show" || command == "compile";
  if (key == "full_refresh") return command != "test" && command != "ls" && command != "list" && command != "snapshot";
  if (key == "store_failures") return command == "test" || command == "build";
  if (key == "fail_fast") return command != "ls" && command != "list" && command != "show";
  return key != "args";
}

}  // namespace

Result<Invocation> read_request(std::string_view request, const std::string& command) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  Invocation out;
  out.command = command.empty() ? get_string_or(parsed, "command", "") : command;
  if (std::find(kCommands.begin(), kCommands.end(), out.command) == kCommands.end()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is no dbt command that this runtime takes",
                 out.command.substr(0, 40));
  }
  out.is_listing = out.command == "ls" || out.command == "list";
  out.project_directory = get_string_or(parsed, "project_dir", "");
  if (out.project_directory.empty()) return fail(ErrorCode::kInvalidArgument, "`project_dir` is missing");
  out.project_file = get_string_or(parsed, "project_file", "");
  out.target_path = get_string_or(parsed, "target_path", io::join_path(out.project_directory, "target"));
  out.profiles_directory = get_string_or(parsed, "profiles_dir", "");
  if (const json::object* defaults = get_object(parsed, "profile_defaults")) {
    out.schema = get_string_or(*defaults, "schema", out.schema);
    out.target = get_string_or(*defaults, "target", out.target);
    out.threads = get_int(*defaults, "threads").value_or(out.threads);
  }
  const json::object* args = get_object(parsed, "args");
  const json::object none;
  const json::object& given = args == nullptr ? none : *args;
  if (out.command == "run-operation") out.arguments.push_back(FLOE_TRY(require_string(given, "macro")));
  for (const Flag& flag : kFlags) {
    const json::value* value = given.if_contains(flag.key);
    if (value != nullptr && takes(out.command, flag.key)) append_flag(flag, *value, &out.arguments);
  }
  if (const json::object* vars = get_object(parsed, "vars"); vars != nullptr && !vars->empty()) {
    out.arguments.insert(out.arguments.end(), {"--vars", to_json(*vars)});
  }
  // A profile of the user's has targets of its own; the one that is made has that of the request.
  const auto target = get_string(given, "target");
  if (target && out.profiles_directory.empty()) out.target = *target;
  if (target && !out.profiles_directory.empty()) out.arguments.insert(out.arguments.end(), {"--target", *target});
  if (const auto profile = get_string(given, "profile")) {
    if (out.profiles_directory.empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  "`--profile` needs `--profiles-dir`: without it floe writes the profile that dbt reads");
    }
    out.arguments.insert(out.arguments.end(), {"--profile", *profile});
  }
  return out;
}

std::vector<std::string> command_line(const std::string& executable, const Invocation& invocation,
                                      const std::string& profiles_directory) {
  // The folder of the log is made even when nothing is logged there; so not in the project.
  const std::string logs = io::join_path(io::parent_path(invocation.target_path), "dbt-core/logs");
  std::vector<std::string> out{executable, "--no-use-colors", "--no-version-check", "--no-send-anonymous-usage-stats"};
  out.insert(out.end(), {"--log-level-file", "none", "--log-path", logs});
  if (invocation.is_listing) {
    out.insert(out.end(), {"--quiet", "--log-format", "text"});
  } else {
    out.insert(out.end(), {"--log-format", "json", "--log-level", "debug"});
  }
  out.push_back(invocation.command);
  out.insert(out.end(), invocation.arguments.begin(), invocation.arguments.end());
  out.insert(out.end(), {"--project-dir", invocation.project_directory, "--target-path", invocation.target_path,
                         "--profiles-dir", profiles_directory});
  if (invocation.profiles_directory.empty())
    out.insert(out.end(), {"--profile", "floe", "--target", invocation.target});
  return out;
}

}  // namespace floe::dbt_core
