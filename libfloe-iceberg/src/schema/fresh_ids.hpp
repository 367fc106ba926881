// Field ids of new schemas.
#pragma once

#include "schema/schema.hpp"

#include <cstdint>

namespace floe::iceberg {

// New ids 1, 2, ... in Java's order: the fields of a struct first, then what is inside each of them. Ids in `schema`
// are only used to translate its identifier fields.
Result<Schema> assign_fresh_ids(const Schema& schema, std::int32_t schema_id = 0);

// As above, but a column whose dotted name exists in `base` keeps its id there; new ones continue after
// `*last_column_id`, which is updated. The rule of replace.
Result<Schema> reassign_ids(const Schema& schema, const Schema& base, std::int32_t schema_id,
                            std::int32_t* last_column_id);

}  // namespace floe::iceberg
