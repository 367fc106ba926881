// Truncation of lower and upper bounds (single-value binary form) for string and binary columns.
#pragma once

#include "schema/type.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::iceberg {

// At most `width` code points (string) or bytes (binary, fixed); other types unchanged.
std::string truncate_lower_bound(const Type& type, std::string_view bytes, std::int32_t width);

// As above, then the last unit that can be is incremented when something was cut (skipping surrogates). Nothing when
// no unit can be: there is no upper bound of that width.
std::optional<std::string> truncate_upper_bound(const Type& type, std::string_view bytes, std::int32_t width);

}  // namespace floe::iceberg
