// Cron expressions, as far as a document is checked for them.
#pragma once

#include <string_view>

namespace floe::config {

// Five fields (minute hour day month weekday) of `*`, numbers, ranges, steps and lists; months and weekdays also by the
// first three letters of their English names.
bool is_cron(std::string_view text);

}  // namespace floe::config
