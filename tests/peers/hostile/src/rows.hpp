// Arrow streams that break the C data interface in the way HOSTILE names: "rows:MODE".
#pragma once

#include "floe/arrow_abi.h"

namespace hostile {

// A stream of one batch of four rows of `id` int64, `name` utf8, `tags` list of int32; changed as asked.
void open_rows(ArrowArrayStream* out);

}  // namespace hostile
