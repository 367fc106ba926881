#include "commit/write_request.hpp"

#include "commit/column_type.hpp"
#include "metadata/snapshot.hpp"

#include "base/fail.hpp"

#include <array>
#include <utility>

namespace floe::iceberg {

namespace {

Result<WriteMode> parse_mode(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, WriteMode>, 5> kModes = {
      {{"create", WriteMode::kCreate},
       {"replace", WriteMode::kReplace},
       {"append", WriteMode::kAppend},
       {"overwrite_files", WriteMode::kOverwriteFiles},
       {"overwrite_partitions", WriteMode::kOverwritePartitions}}};
  for (const auto& [name, mode] : kModes) {
    if (name == text) return mode;
  }
  return failf(ErrorCode::kInvalidArgument,
               "write mode `{}` is not known; there are create, replace, append, overwrite_files, overwrite_partitions",
               text);
}

Result<SchemaChangeMode> parse_schema_change(std::string_view text) {
  if (text == "ignore") return SchemaChangeMode::kIgnore;
  if (text == "append_new_columns") return SchemaChangeMode::kAppendNew;
  if (text == "sync_all_columns") return SchemaChangeMode::kSyncAll;
  if (text == "fail") return SchemaChangeMode::kFail;
  return failf(ErrorCode::kInvalidArgument,
               "on_schema_change `{}` is not known; there are ignore, append_new_columns, sync_all_columns, fail",
               text);
}

// Texts as they are; {"column", "transform"} as `column`, `day(column)` or `bucket(16, column)`.
Result<std::string> partition_text(const json::value& value) {
  if (value.is_string()) return std::string(to_view(value.get_string()));
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "`partition_by` holds texts such as `day(ts)`");
  const auto column = FLOE_TRY(require_string(value.get_object(), "column"));
  const auto transform = get_string_or(value.get_object(), "transform", "identity");
  const auto bracket = transform.find('[');
  if (bracket == std::string::npos) return fmt::format("{}(\"{}\")", transform, column);
  const auto parameter = transform.substr(bracket + 1, transform.size() - bracket - 2);
  return fmt::format("{}({}, \"{}\")", transform.substr(0, bracket), parameter, column);
}

Result<std::optional<std::vector<std::string>>> text_list(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::optional<std::vector<std::string>>();
  std::vector<std::string> texts;
  if (value->is_string()) {
    texts.emplace_back(to_view(value->get_string()));
    return std::optional(std::move(texts));
  }
  if (!value->is_array()) return failf(ErrorCode::kInvalidArgument, "`{}` is an array", key);
  for (const auto& item : value->get_array())
    texts.push_back(FLOE_TRY(partition_text(item)));
  return std::optional(std::move(texts));
}

Result<Properties> text_map(const json::object& object, std::string_view key) {
  Properties map;
  const auto* value = get_object(object, key);
  if (value == nullptr) return map;
  for (const auto& [name, text] : *value) {
    if (text.is_null()) continue;
    if (text.is_object() || text.is_array())
      return failf(ErrorCode::kInvalidArgument, "`{}` of `{}` is no text", std::string(name), key);
    map[std::string(name)] = text.is_string() ? std::string(to_view(text.get_string())) : to_json(text);
  }
  return map;
}

Status read_table_part(const json::object& root, WriteRequest* request) {
  if (const auto* columns = get_array(root, "columns")) request->columns = FLOE_TRY(columns_from_json(*columns));
  request->partition_by = FLOE_TRY(text_list(root, "partition_by"));
  request->sort_by = FLOE_TRY(text_list(root, "sort_by"));
  request->properties = FLOE_TRY(text_map(root, "properties"));
  request->comment = get_string(root, "comment");
  if (get_object(root, "column_comments") != nullptr) {
    request->column_comments = FLOE_TRY(text_map(root, "column_comments"));
  }
  return ok();
}

}  // namespace

Result<WriteRequest> parse_write_request(std::string_view json_text) {
  const auto root = FLOE_TRY(parse_json_object(json_text).with_context("reading the write request"));
  WriteRequest request;
  const auto mode = FLOE_TRY(require_string(root, "mode"));
  request.mode = FLOE_TRY(parse_mode(mode));
  request.on_schema_change = FLOE_TRY(parse_schema_change(get_string_or(root, "on_schema_change", "ignore")));
  FLOE_TRY(read_table_part(root, &request));
  request.branch = get_string_or(root, "branch", kMainBranch);
  if (const auto base = get_string(root, "base_snapshot_id"))
    request.base_snapshot_id = FLOE_TRY(parse_snapshot_id(*base));
  request.summary = FLOE_TRY(text_map(root, "summary"));
  request.idempotency_key = get_string_or(root, "idempotency_key", "");
  if (const auto* filter = root.if_contains("filter"); filter != nullptr && !filter->is_null())
    request.filter = to_json(*filter);
  return request;
}

Result<WriteRequest> parse_create_request(std::string_view json_text) {
  const auto root = FLOE_TRY(parse_json_object(json_text).with_context("reading the table request"));
  WriteRequest request;
  request.mode = WriteMode::kCreate;
  request.branch = kMainBranch;
  FLOE_TRY(read_table_part(root, &request));
  if (!request.columns.has_value()) return fail(ErrorCode::kInvalidArgument, "a new table needs `columns`");
  return request;
}

}  // namespace floe::iceberg
