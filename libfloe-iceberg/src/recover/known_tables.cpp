#include "recover/known_tables.hpp"

#include "host/identifier_json.hpp"
#include "recover/warehouse_place.hpp"
#include "table/namespaces.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/json/json.hpp"

namespace floe::iceberg {

namespace {

Result<std::string> pointer_of(TableStore& store, const Session& session, const KnownTable& known) {
  if (known.kind == FoundKind::kView) return store.catalog().load_view(session, known.identifier);
  auto pointer = FLOE_TRY(store.catalog().load_table(session, known.identifier));
  return std::move(pointer.metadata_location);
}

void describe(TableStore& store, const Session& session, KnownTable* known) {
  auto content = store.storage().read(session, known->metadata_location);
  auto found = content.has_value() ? parse_found({known->metadata_location, 0}, content->view())
                                   : Result<FoundMetadata>(content.error());
  if (!found.has_value()) {
    known->problem = damage_reason(found.error());
    return;
  }
  known->uuid = found->uuid;
  known->location = found->location;
  known->metadata = *std::move(found);
}

Status add_known(const json::object& listed, const char* key, FoundKind kind, std::vector<KnownTable>* known) {
  for (const auto& item : *FLOE_TRY(require_array(listed, key)))
    known->push_back({FLOE_TRY(identifier_from_json(item)), kind, {}, {}, {}, {}});
  return ok();
}

}  // namespace

bool may_be_version_of(const KnownTable& known, const FoundMetadata& metadata) {
  return known.uuid.empty() && known.kind == metadata.kind &&
         folder_of(known.metadata_location) == folder_of(metadata.uri);
}

Result<std::vector<KnownTable>> known_tables(TableStore& store, const Session& session) {
  const auto text = FLOE_TRY(list_names(store, session, R"({"namespace":null})"));
  const auto listed = FLOE_TRY(parse_json_object(text));
  std::vector<KnownTable> known;
  FLOE_TRY(add_known(listed, "tables", FoundKind::kTable, &known));
  FLOE_TRY(add_known(listed, "views", FoundKind::kView, &known));
  FLOE_TRY(parallel_for(session, known.size(), store.options().threads, [&](const Session& worker, std::size_t i) {
    auto pointer = pointer_of(store, worker, known[i]);
    if (!pointer.has_value()) return Status(std::move(pointer).error());
    known[i].metadata_location = *std::move(pointer);
    describe(store, worker, &known[i]);
    return ok();
  }));
  return known;
}

}  // namespace floe::iceberg
