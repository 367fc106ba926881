// What a product may do with the tables of its catalog: made by its compile, asked by the warehouse (decisions 0048,
// 0052).
#pragma once

#include "model/relation.hpp"
#include "model/table_classes.hpp"

#include "base/result.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::warehouse {

using SetsByName = std::map<std::string, std::set<std::string>, std::less<>>;

struct Grants {
  std::string domain;                     // the namespace that the product writes below; "" = it has none of its own
  std::map<std::string, Relation> nodes;  // models, seeds, snapshots and tests by unique id: what each makes
  std::vector<Relation> ingested;         // tables of the ingestion sources
  std::map<std::string, std::string> others;   // `product of owner` of each table of other products, by Relation::key()
  SetsByName inputs;                           // what each of `nodes` declares to read, by Relation::key()
  std::map<std::string, std::string> sources;  // unique ids of what `sources:` declare, by Relation::key()
  // As the columns of all tables were judged, where a class is held; a column that masks takes any.
  model::TableClasses classes = {};
  SetsByName masked = {};  // columns by Relation::key()
};

// Nodes that make one relation each. Hooks, operations and queries of the command line are no such nodes.
bool makes_relation(std::string_view node);

// `relation` lies beside `made` and is named after it: `orders__dbt_tmp`.
bool is_side_relation(const Relation& made, const Relation& relation);

// The keys of the tables that a relation with this Relation::key() may lie beside.
std::vector<std::string> tables_beside(std::string_view key);

// `node` is the unique id behind a session. A model, seed, snapshot or test changes what it makes and relations named
// after that with `__dbt_...`; every other writer (hooks, operations, ingestion) what lies below the domain and is no
// other product's. kPermission with FLOE-E0743, or FLOE-E0796 where the table is another product's.
Status check_write(const Grants& grants, std::string_view node, const Relation& relation);

// The same of a namespace: it lies below the domain.
Status check_namespace(const Grants& grants, const std::string& schema);

// Dropping a namespace drops what is in it: FLOE-E0743 when the product does not make `relation`.
Status check_owned(const Grants& grants, const Relation& relation);

json::object grants_json(const Grants& grants);
Result<Grants> read_grants(const json::object& object);

}  // namespace floe::warehouse
