// Asks about every relation that a statement reads before it is bound (decision 0052).
#pragma once

#include "model/read_grants.hpp"
#include "warehouse/catalog_view.hpp"
#include "warehouse/statement_names.hpp"

#include "base/result.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace floe::warehouse {

// Thread-safe. Without grants everything may be read.
class ReadMonitor {
 public:
  ReadMonitor(const std::optional<Grants>& grants, CatalogView& catalog) : catalog_(catalog) {
    if (grants) grants_.emplace(*grants);
  }

  // kPermission with FLOE-E0744. `node` is the unique id behind the session; `names` are those of `sql`. Of a statement
  // that is no query the text decides: it reads what it mentions.
  Status check(floe_call* call, std::string_view node, std::string_view sql, const StatementNames& names);

  // The same as a finding: the first refusal.
  Result<std::optional<RefusedRead>> refusal(floe_call* call, std::string_view node, std::string_view sql,
                                             const StatementNames& names);

  // One relation that is asked for by name.
  [[nodiscard]] Status check(std::string_view node, const Relation& relation) const;
  [[nodiscard]] bool may_read(std::string_view node, const Relation& relation) const;

  // Those of them that may be read.
  [[nodiscard]] std::vector<Relation> granted(std::string_view node, const std::vector<Relation>& relations) const;

 private:
  Result<bool> may_be_temporary(floe_call* call, const Relation& relation);
  Result<std::optional<RefusedRead>> refused_mention(floe_call* call, std::string_view node,
                                                     std::string_view lower_sql);

  std::optional<ReadGrants> grants_;
  CatalogView& catalog_;
};

}  // namespace floe::warehouse
