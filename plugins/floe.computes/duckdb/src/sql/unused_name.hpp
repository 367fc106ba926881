// Names that floe adds beside the columns of users.
#pragma once

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// `base`, with as many underscores behind it as it takes to differ from all of `taken`. Case does not tell names apart.
std::string unused_name(std::string base, const std::vector<std::string>& taken);

}  // namespace floe::duckdb_compute
