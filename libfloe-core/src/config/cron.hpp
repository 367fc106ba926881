// Cron expressions, as far as a document is checked for them.
#pragma once

#include <string>
#include <string_view>

namespace floe::config {

// What is wrong with a cron expression; "" when nothing is. It has five fields (minute hour day month weekday) of `*`,
// numbers, ranges, steps and lists; months and weekdays also by the first three letters of their English names.
std::string cron_problem(std::string_view text);

}  // namespace floe::config
