// Arrow rows as the JSON that `floe show` promises (docs/reference/cli.md, "show").
#pragma once

#include "base/result.hpp"
#include "floe/arrow_abi.h"

#include <cstdint>
#include <string>
#include <vector>

namespace floe::warehouse {

// One column of an answer: its name and Iceberg type string (`decimal(9, 2)`, `list<string>`).
struct AnswerColumn {
  std::string name;
  std::string type;
};

// Appends `[{"name": value, ...}, ...]` to `out`; reads the stream to its end and releases it. null, bool, int, long
// and finite doubles are JSON; decimal, date, time, timestamp, uuid, NaN and infinities are strings (ISO 8601,
// microseconds); binary is base64; list, struct, map are array, object, array of pairs. Returns the number of rows.
Result<std::int64_t> append_rows_json(ArrowArrayStream* stream, const std::vector<AnswerColumn>& columns,
                                      std::string* out);

}  // namespace floe::warehouse
