// What lineage events say of the SQL of a job: they leave the machine, and literals are data.
#pragma once

#include "model/compiled.hpp"

#include <string>
#include <string_view>

namespace floe::lineage {

// kMasked: each string and number is `?`, and there are no comments. kHash: `sha256:` and the digest in hex. kOff: "".
std::string sql_facet(std::string_view sql, compile::SqlFacet facet);

// The message of a job that failed. Engines quote the statement and values in theirs: of any facet but kFull the first
// line is left, where each literal and each text in quotes is `?`.
std::string error_facet(std::string_view message, compile::SqlFacet facet);

}  // namespace floe::lineage
