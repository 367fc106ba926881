#include "schema/field_name.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

Result<std::string> read_field_name(const json::object& field) {
  std::string name = FLOE_TRY(require_string(field, "name"));
  if (name.find('\0') == std::string::npos) return name;
  return failf(
      ErrorCode::kUnsupported,
      "the name {} of a field has a NUL character, which floe does not read; rename it with the engine that wrote "
      "the table",
      to_json(json::value(name)));
}

}  // namespace floe::iceberg
