#include "config.hpp"

#if defined(__linux__)
#include <sys/statfs.h>
#endif

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

namespace floe::sqlite {
namespace {

void add_problem(json::array& problems, std::string_view path, std::string message) {
  problems.push_back(json::object{{"path", path}, {"message", std::move(message)}});
}

void check_member(std::string_view key, const json::value& value, json::array& problems) {
  if (key == "uri") {
    if (!value.is_string()) return add_problem(problems, key, "must be a text");
    const auto path = path_of_uri(to_view(value.get_string()));
    if (!path.has_value()) add_problem(problems, key, path.error().message);
  } else if (key == "name" || key == "warehouse") {
    if (!value.is_string() || value.get_string().empty())
      add_problem(problems, key, "must be a text that is not empty");
  } else if (key == "durability") {
    if (value != "full" && value != "fast") add_problem(problems, key, "accepted are `full` and `fast`");
  } else if (key == "busy_timeout_ms") {
    if (!value.is_int64() || value.get_int64() < 0) add_problem(problems, key, "must be an integer of at least 0");
  } else {
    add_problem(problems, key,
                "unknown key; accepted are `uri`, `name`, `warehouse`, `durability` and `busy_timeout_ms`");
  }
}

#if defined(__linux__)
// f_type of statfs(2).
const char* network_file_system(unsigned long type) {
  switch (type) {
    case 0x6969:
      return "NFS";
    case 0x517B:
    case 0xFF534D42:
    case 0xFE534D42:
      return "SMB";
    case 0x5346414F:
      return "AFS";
    case 0x73757245:
      return "Coda";
    default:
      return nullptr;
  }
}
#endif

}  // namespace

std::string config_problems(std::string_view config) {
  json::array problems;
  const auto parsed = parse_json_object(config.empty() ? "{}" : config);
  if (!parsed.has_value()) {
    add_problem(problems, "", parsed.error().to_string());
    return to_json(problems);
  }
  if (!parsed->contains("uri")) add_problem(problems, "uri", "missing; it names the file: `sqlite:////absolute/path`");
  for (const auto& [key, value] : *parsed)
    check_member(key, value, problems);
  return to_json(problems);
}

Result<Config> parse_config(std::string_view config) {
  const json::object object = FLOE_TRY(parse_json_object(config));
  const std::string uri = FLOE_TRY(require_string(object, "uri"));
  Config out;
  out.path = FLOE_TRY(path_of_uri(uri));
  out.name = get_string_or(object, "name", out.name);
  out.warehouse = get_string_or(object, "warehouse", "");
  out.durable = get_string_or(object, "durability", "full") == "full";
  out.busy_timeout_ms = get_int(object, "busy_timeout_ms").value_or(out.busy_timeout_ms);
  return out;
}

Result<std::string> path_of_uri(std::string_view uri) {
  std::string_view rest = uri;
  for (const std::string_view prefix : {"jdbc:", "sqlite:"}) {
    if (rest.starts_with(prefix)) rest.remove_prefix(prefix.size());
  }
  if (rest.size() < uri.size() && rest.starts_with("//")) rest.remove_prefix(2);
  const auto path = io::path_from_uri(rest);
  if (path.has_value() && path->size() > 1) return io::normalize_path(*path);
  return failf(ErrorCode::kInvalidArgument,
               "`{}` names no catalog file; accepted are `sqlite:////absolute/path` and an absolute path", uri);
}

Status refuse_network_file_system(const std::string& path) {
#if defined(__linux__)
  struct statfs info{};
  const std::string directory = io::parent_path(path);
  if (::statfs(directory.c_str(), &info) != 0) return ok();  // opening will say why
  const char* kind = network_file_system(static_cast<unsigned long>(info.f_type) & 0xFFFFFFFFUL);
  if (kind != nullptr) {
    return failf(
        ErrorCode::kUnsupported,
        "the catalog `{}` is on {}, where SQLite cannot lock reliably; put it on a local disk or use a catalog server",
        path, kind);
  }
#else
  static_cast<void>(path);
#endif
  return ok();
}

}  // namespace floe::sqlite
