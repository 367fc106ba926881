// Avro schema text of an Iceberg struct, spelled as Java's iceberg-core spells it.
#pragma once

#include "schema/type.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg::avro {

// Nested structs are named r<field id>. kUnsupported for types a manifest cannot hold.
Result<std::string> avro_schema_text(const Type& root, std::string_view record_name);

// `1st-col.x` -> `_1st_x2Dcol_x2Ex`. Letters beyond ASCII pass, as in Java.
std::string sanitized_name(std::string_view name);

}  // namespace floe::iceberg::avro
