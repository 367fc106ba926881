#include "sql/layout.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

Result<FileLayout> parse_layout(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::kInvalidArgument, "a layout is not an object");
  FileLayout layout;
  layout.by_name = get_bool_or(*object, "by_name", false);
  const json::array* columns = FLOE_TRY(require_array(*object, "columns"));
  layout.columns = FLOE_TRY(parse_iceberg_fields(*columns));
  if (const json::array* ids = get_array(*object, "nan_unsafe")) {
    for (const json::value& id : *ids) {
      if (!id.is_int64()) return fail(ErrorCode::kInvalidArgument, "`nan_unsafe` holds field ids");
      layout.nan_unsafe.push_back(static_cast<std::int32_t>(id.get_int64()));
    }
  }
  return layout;
}

}  // namespace

Result<std::vector<FileLayoutPtr>> parse_layouts(const json::value& layouts) {
  const json::array* list = layouts.if_array();
  if (list == nullptr) return fail(ErrorCode::kInvalidArgument, "`layouts` is not an array");
  std::vector<FileLayoutPtr> result;
  for (const json::value& entry : *list)
    result.push_back(std::make_shared<const FileLayout>(FLOE_TRY(parse_layout(entry))));
  return result;
}

const IcebergField* find_field(const std::vector<IcebergField>& fields, std::int32_t id) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const IcebergField& field) { return field.id == id; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace floe::duckdb_compute
