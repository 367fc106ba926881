// Which manifests, partitions and files may hold a row that a filter accepts. "False" is a proof, "true" is not.
#pragma once

#include "expression/expression.hpp"
#include "manifest/data_file.hpp"

namespace floe::iceberg {

// `projected` as project_inclusive gives it for the manifest's spec.
bool manifest_may_match(const Expression& projected, const ManifestFile& manifest);
bool partition_may_match(const Expression& projected, const PartitionTuple& tuple);
// By record count, null and NaN counts and bounds.
bool file_may_match(const Expression& filter, const DataFile& file);

}  // namespace floe::iceberg
