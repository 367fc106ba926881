// The flattened schema of a footer.
#pragma once

#include "parquet/compact_reader.hpp"
#include "parquet/footer.hpp"

#include <vector>

namespace floe::iceberg::parquet {

struct RawElement {
  SchemaElement element;
  std::int32_t child_count = 0;
};

RawElement read_schema_element(CompactReader* reader);

// Links parents and children and lists the leaves. kData when the counts do not describe one tree.
Status build_tree(std::vector<RawElement> raw, FileMetadata* metadata);

}  // namespace floe::iceberg::parquet
