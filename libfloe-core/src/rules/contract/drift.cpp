#include "rules/contract/drift.hpp"

#include "rules/contract/sql_type.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::contract {
namespace {

std::optional<Drift> null_drift(const Property& property, const TableColumn& column) {
  if (!property.is_required || column.is_required || column.nulls == 0) return std::nullopt;
  if (!column.nulls) {
    return Drift{
        DriftKind::kNullability,
        false,
        property.column(),
        "required",
        "optional",
        fmt::format("`{}` is required, and the table does not say whether it has rows without it", property.column())};
  }
  return Drift{DriftKind::kNullability,
               true,
               property.column(),
               "required",
               text::counted(*column.nulls, "null"),
               fmt::format("`{}` is required, and {} {} without a value", property.column(),
                           text::counted(*column.nulls, "row"), *column.nulls == 1 ? "is" : "are")};
}

}  // namespace

std::string unkept_type(const Property& property, const std::string& type) {
  if (!property.physical_type.empty()) {
    const std::string promised = iceberg_type(property.physical_type);
    return promised == type ? "" : promised;
  }
  const std::string_view logical = logical_type(type);
  if (property.logical_type.empty() || logical.empty() || property.logical_type == logical) return "";
  // ODCS 3.0 has no word for a time; every whole number is a number.
  const bool is_time = property.logical_type == "date" && logical == "timestamp";
  const bool is_number = property.logical_type == "number" && logical == "integer";
  return is_time || is_number ? "" : property.logical_type;
}

std::string_view drift_kind_name(DriftKind kind) {
  switch (kind) {
    case DriftKind::kMissing:
      return "missing";
    case DriftKind::kExtra:
      return "extra";
    case DriftKind::kType:
      return "type";
    case DriftKind::kNullability:
      return "nullability";
  }
  return "";
}

std::vector<Drift> compare_with_table(const Object& object, const std::vector<TableColumn>& columns) {
  std::vector<Drift> out;
  for (const Property& property : object.properties) {
    const std::string& name = property.column();
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const TableColumn& each) {
      return text::equals_ignore_case_ascii(each.name, name);
    });
    if (column == columns.end()) {
      const std::string& type = property.physical_type.empty() ? property.logical_type : property.physical_type;
      out.push_back({DriftKind::kMissing, true, name, type.empty() ? "a column" : type, "",
                     fmt::format("the table has no column `{}`", name)});
      continue;
    }
    if (const std::string promised = unkept_type(property, column->type); !promised.empty()) {
      out.push_back({DriftKind::kType, true, name, promised, column->type,
                     fmt::format("`{}` is {} in the table, {} in the contract", name, column->type, promised)});
    }
    if (auto drift = null_drift(property, *column)) out.push_back(*std::move(drift));
  }
  for (const TableColumn& column : columns) {
    const bool is_promised = std::any_of(
        object.properties.begin(), object.properties.end(),
        [&](const Property& property) { return text::equals_ignore_case_ascii(property.column(), column.name); });
    if (is_promised) continue;
    out.push_back({DriftKind::kExtra, false, column.name, "", column.type,
                   fmt::format("the contract has no column `{}`", column.name)});
  }
  return out;
}

}  // namespace floe::contract
