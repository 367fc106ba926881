#include "warehouse/older_version.hpp"

#include "base/diagnostics/older_version.hpp"

namespace floe::warehouse {

std::optional<Diagnostic> find_older_version(const Relation& relation, const json::object& loaded) {
  const auto later = get_string(loaded, "later_metadata_location");
  if (!later) return std::nullopt;
  return older_version_finding(relation.dotted(), get_string_or(loaded, "metadata_location", ""), *later);
}

Status check_not_older(const Relation& relation, const json::object& loaded) {
  auto finding = find_older_version(relation, loaded);
  return finding ? Status(diagnostics_error(ErrorCode::kInvalidState, *std::move(finding))) : ok();
}

}  // namespace floe::warehouse
