// What a plugin without a configuration and without a connection answers about itself.
#pragma once

#include <string>
#include <string_view>

namespace floe::kubernetes {

std::string no_config_problems(std::string_view config);
std::string healthy();
// `capability` "" = none.
std::string description(std::string_view capability);

}  // namespace floe::kubernetes
