// What the nodes of a product may read of its catalog (decision 0052).
#pragma once

#include "model/grants.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace floe::warehouse {

struct RefusedRead {
  std::string identifier;  // of the relation, or its whole name in another database
  Diagnostic finding;      // FLOE-E0744, without a place
};

class ReadGrants {
 public:
  explicit ReadGrants(const Grants& grants);

  // `node` is the unique id behind a session. A model, seed, snapshot or test reads what it declares, what it makes and
  // relations named after that with `__dbt_...`; hooks, operations and the command line read what the product makes,
  // and its sources.
  [[nodiscard]] bool may_read(std::string_view node, const Relation& relation) const;

  // FLOE-E0744, or nothing: it may.
  [[nodiscard]] std::optional<Diagnostic> refusal(std::string_view node, const Relation& relation) const;

  // The same as an error, kPermission.
  [[nodiscard]] Status check(std::string_view node, const Relation& relation) const;

  // Of a relation in a database of the engine that all nodes share: it would carry rows past what is declared.
  [[nodiscard]] static Diagnostic refusal_of_database(std::string_view node, std::string_view name);

 private:
  [[nodiscard]] bool may_product_read(const Relation& relation) const;
  [[nodiscard]] bool may_node_read(std::string_view node, const Relation& made, const Relation& relation) const;
  [[nodiscard]] std::string help(const Relation& relation) const;

  std::map<std::string, Relation, std::less<>> nodes_;
  std::map<std::string, std::set<std::string>, std::less<>> inputs_;
  std::map<std::string, std::string> owners_;  // unique ids by Relation::key(); "" of ingested tables
};

}  // namespace floe::warehouse
