// Numbers in the styles that `%` and format() share.
#pragma once

#include <string>
#include <string_view>

namespace floe::dbt {

// A finite double in style e, E, f, F, g or G; `alternate` keeps the point and trailing zeros.
std::string format_double(double value, char style, int precision, bool alternate);

}  // namespace floe::dbt
