#include "file_lineage.hpp"

#include "answers/answers.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

namespace floe::lineage_file {
namespace {

Result<std::string> path_of(std::string_view config) {
  const json::object parsed = FLOE_TRY(parse_json_object(config.empty() ? "{}" : config));
  for (const auto& member : parsed) {
    if (member.key() != "path") {
      return failf(ErrorCode::kInvalidConfig, "unknown key `{}`; accepted is `path`", std::string_view(member.key()));
    }
  }
  auto path = io::path_from_uri(get_string_or(parsed, "path", ""));
  if (!path) return fail(ErrorCode::kInvalidConfig, "`path` must be an absolute path or a file URI");
  return path;
}

// "" when events can be appended.
std::string problem_of(const std::string& path) {
  const auto files = io::make_disk_file_system();
  const auto info = files->stat(path);
  if (!info) return info.error().to_string();
  if (info->kind == io::FileKind::kDirectory) return "`" + path + "` is a folder";
  return "";
}

}  // namespace

std::string FileLineage::validate_config(Call& /*call*/, std::string_view config) {
  const auto path = path_of(config);
  return path ? answers::no_problems() : answers::problem("path", path.error().message);
}

Result<std::unique_ptr<FileLineage>> FileLineage::create(Call& /*call*/, std::string_view config) {
  std::string path = FLOE_TRY(path_of(config));
  return std::make_unique<FileLineage>(std::move(path));
}

std::string FileLineage::health(Call& /*call*/) { return answers::health(problem_of(path_)); }

std::string FileLineage::describe(Call& /*call*/) { return answers::description("file"); }

std::string FileLineage::transport_config(Call& /*call*/) {
  return to_json(json::object{{"type", "file"}, {"log_file_path", path_}, {"append", true}});
}

std::string FileLineage::namespace_mapping(Call& /*call*/) { return "{}"; }

Status FileLineage::emit(Call& /*call*/, std::string_view events) {
  const json::value parsed = FLOE_TRY(parse_json(events));
  if (!parsed.is_array()) return fail(ErrorCode::kInvalidArgument, "the events are no array");
  std::string lines;
  for (const json::value& event : parsed.get_array())
    lines += to_json(event) + "\n";
  const auto files = io::make_disk_file_system();
  FLOE_TRY(files->create_directories(io::parent_path(path_)));
  return files->append(path_, lines);
}

std::string FileLineage::check_connection(Call& /*call*/) {
  const std::string problem = problem_of(path_);
  return to_json(json::object{{"status", problem.empty() ? "ok" : "failed"}, {"message", problem}});
}

}  // namespace floe::lineage_file
