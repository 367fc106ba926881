// A relation as dbt and SQL name it: database `floe`, a schema (the namespace, levels joined by dots), an identifier.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::warehouse {

inline constexpr std::string_view kDatabase = "floe";
inline constexpr std::string_view kDefaultSchema = "main";
inline constexpr std::string_view kTemporaryDatabase = "temp";  // of what a session makes for itself

std::string quoted_name(std::string_view name);  // as an identifier of SQL

struct Relation {
  std::string schema;
  std::string identifier;

  [[nodiscard]] std::string key() const;  // lower case: names compare without case

  [[nodiscard]] std::string dotted() const { return schema + "." + identifier; }

  [[nodiscard]] std::string quoted() const;          // "floe"."main"."orders"
  [[nodiscard]] json::object to_identifier() const;  // {"namespace": ["main"], "name": "orders"}
  [[nodiscard]] json::object to_binding() const;     // {"database", "schema", "name"}
  [[nodiscard]] json::object to_relation() const;    // {"database", "schema", "identifier"}
};

// From {"schema", "identifier"} or {"schema", "name"}; a missing schema is the default one. kInvalidArgument when
// there is no name or the database is another one.
Result<Relation> relation_from_json(const json::object& object);
// From {"namespace": [...], "name"}.
Relation relation_from_identifier(const json::object& identifier);
// From `main.orders`: the last dot splits off the table.
Result<Relation> relation_from_text(std::string_view text);
Result<std::vector<Relation>> relations_from_json(const json::object& options, std::string_view key);

json::array namespace_levels(std::string_view schema);

}  // namespace floe::warehouse
