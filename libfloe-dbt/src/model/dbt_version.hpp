// The dbt whose behaviour this is.
#pragma once

namespace floe::dbt {

inline constexpr const char* kDbtVersion = "1.12.6";

}  // namespace floe::dbt
