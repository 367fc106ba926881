// Origins: the columns of stored tables that a value comes from, and what was done with each on the way, in the
// vocabulary of OpenLineage's column lineage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

// The first three are DIRECT: the value goes into the result. The others are INDIRECT: it only decides about rows or
// values.
enum class Use : std::uint8_t {
  kIdentity,
  kTransformation,
  kAggregation,
  kJoin,
  kGroupBy,
  kFilter,
  kSort,
  kWindow,
  kConditional,
};

inline constexpr std::size_t kUses = 9;

std::string_view use_type(Use use);     // DIRECT, INDIRECT
std::string_view use_subtype(Use use);  // IDENTITY, ...

// A column by its place in the list of tables read, and in that table.
struct Origin {
  std::size_t table = 0;
  std::size_t column = 0;
  auto operator<=>(const Origin&) const = default;
};

class Origins {
 public:
  Origins() = default;

  explicit Origins(Origin origin) { add(origin, Use::kIdentity); }

  void add(Origin origin, Use use);
  void merge(const Origins& other);

  // The same after `use` on top: a transformed aggregate stays an aggregate; what was only indirect stays that.
  [[nodiscard]] Origins as(Use use) const;

  // More than what really goes in, because something could not be resolved.
  void mark_guessed() { is_guessed_ = true; }

  [[nodiscard]] bool is_guessed() const { return is_guessed_; }

  // In the order of tables and columns; one entry for each use.
  struct Entry {
    Origin origin;
    Use use;
  };

  [[nodiscard]] std::vector<Entry> entries() const;

  bool operator==(const Origins&) const = default;

 private:
  std::map<Origin, std::uint16_t> uses_;  // a bit for each Use
  bool is_guessed_ = false;
};

}  // namespace floe::duckdb_compute
