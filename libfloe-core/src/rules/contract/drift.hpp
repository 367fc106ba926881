// A contract against the table it is about.
#pragma once

#include "rules/contract/contract.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::contract {

struct TableColumn {
  std::string name;
  std::string type;  // in Iceberg's words
  bool is_required = false;
  std::optional<std::int64_t> nulls;  // rows without a value; nullopt = not counted
};

enum class DriftKind : std::uint8_t { kMissing, kExtra, kType, kNullability };

std::string_view drift_kind_name(DriftKind kind);  // missing, extra, type, nullability

struct Drift {
  DriftKind kind = DriftKind::kMissing;
  bool is_breaking = false;
  std::string column;
  std::string promised;  // "" = nothing
  std::string found;     // "" = nothing
  std::string message;
};

// "" when a column of that type, in Iceberg's words, keeps the promise, else what was promised.
std::string unkept_type(const Property& property, const std::string& type);

// In the order of the contract, what only the table has behind it. Breaking is what a reader of the contract fails on:
// a column that is not there, another type, rows without a value in a required column. A column that the contract does
// not know, and a required one whose rows were not counted, are not.
std::vector<Drift> compare_with_table(const Object& object, const std::vector<TableColumn>& columns);

}  // namespace floe::contract
