// The relations that a statement names, as the compute reads them from its text.
#pragma once

#include "model/relation.hpp"

#include "base/result.hpp"
#include "floe/client/compute.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::warehouse {

struct StatementNames {
  std::vector<Relation> relations;
  std::vector<std::string> elsewhere;   // in other databases of the engine than floe's: `memory.main.x`
  bool whole_catalog = false;           // it lists what there is
  bool opaque = false;                  // no query, of which the compute tells no relations
  std::vector<std::string> files_read;  // as the statement writes them
  std::vector<std::string> files_written;
};

// kInvalidArgument when the engine cannot parse it.
Result<StatementNames> names_in(const ComputeClient& compute, floe_call* call, std::uint64_t session,
                                std::string_view sql);

}  // namespace floe::warehouse
