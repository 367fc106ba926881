#include "recover/register_tables.hpp"

#include "host/identifier_json.hpp"
#include "metadata/committed_note.hpp"
#include "recover/found_json.hpp"
#include "recover/known_tables.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <set>

namespace floe::iceberg {

namespace {

struct Registration {
  Identifier identifier;
  FoundMetadata metadata;
  std::optional<std::string> replaced;  // the pointer that is swapped
};

Result<FoundMetadata> read_metadata(TableStore& store, const Session& session, const std::string& location) {
  const auto content = FLOE_TRY(store.storage().read(session, location));
  auto found = FLOE_TRY(parse_found({location, 0}, content.view()).with_context(fmt::format("reading `{}`", location)));
  for (const auto& file : found.current_files) {
    const auto object = store.storage().stat(session, file);
    if (!object.has_value() && object.error().code == ErrorCode::kNotFound) {
      return failf(ErrorCode::kData, "`{}` names `{}`, which is missing", location, file);
    }
  }
  return found;
}

const KnownTable* find_name(const std::vector<KnownTable>& known, const Identifier& identifier) {
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const KnownTable& one) { return one.identifier == identifier; });
  return found == known.end() ? nullptr : &*found;
}

const KnownTable* find_uuid(const std::vector<KnownTable>& known, const std::string& uuid) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const KnownTable& one) { return one.uuid == uuid; });
  return found == known.end() ? nullptr : &*found;
}

// Two names for one table would commit past each other, and dropping one would take the files of the other.
Status check(const std::vector<KnownTable>& known, bool may_replace, Registration* one) {
  const auto name = one->identifier.to_string();
  const auto* same = find_uuid(known, one->metadata.uuid);
  if (same != nullptr && same->identifier != one->identifier) {
    return failf(ErrorCode::kAlreadyExists, "`{}` is a version of `{}`, which is in the catalog", one->metadata.uri,
                 same->identifier.to_string());
  }
  const auto* taken = find_name(known, one->identifier);
  if (taken == nullptr) return ok();
  if (!may_replace) {
    return failf(ErrorCode::kAlreadyExists, "there is a {} `{}` already", kind_name(taken->kind), name);
  }
  if (same == nullptr && !may_be_version_of(*taken, one->metadata)) {
    return failf(ErrorCode::kAlreadyExists, "`{}` is of another {} than `{}`, which it cannot replace",
                 one->metadata.uri, kind_name(one->metadata.kind), name);
  }
  one->replaced = taken->metadata_location;
  return ok();
}

Result<std::vector<Registration>> parse_registrations(TableStore& store, const Session& session,
                                                      const json::object& request) {
  std::vector<Registration> registrations;
  std::set<std::string> uuids;
  for (const auto& item : *FLOE_TRY(require_array(request, "tables"))) {
    if (!item.is_object()) return fail(ErrorCode::kInvalidArgument, "`tables` are objects");
    const auto location = FLOE_TRY(require_string(item.get_object(), "metadata_location"));
    const auto* identifier = item.get_object().if_contains("identifier");
    if (identifier == nullptr) return fail(ErrorCode::kInvalidArgument, "`identifier` is missing");
    Registration one;
    one.identifier = FLOE_TRY(identifier_from_json(*identifier));
    if (one.identifier.levels.empty()) {
      return failf(ErrorCode::kInvalidArgument, "`{}` names no namespace", one.identifier.name);
    }
    one.metadata = FLOE_TRY(read_metadata(store, session, location));
    if (!uuids.insert(one.metadata.uuid).second) {
      return failf(ErrorCode::kInvalidArgument, "`{}` is of a table that is named twice", location);
    }
    registrations.push_back(std::move(one));
  }
  if (registrations.empty()) return fail(ErrorCode::kInvalidArgument, "`tables` is empty");
  return registrations;
}

std::vector<std::vector<std::string>> namespaces_of(const std::vector<Registration>& registrations) {
  std::set<std::vector<std::string>> all;
  for (const auto& one : registrations) {
    for (std::size_t depth = 1; depth <= one.identifier.levels.size(); ++depth)
      all.emplace(one.identifier.levels.begin(), one.identifier.levels.begin() + static_cast<std::ptrdiff_t>(depth));
  }
  return {all.begin(), all.end()};
}

PointerChange change_of(const Registration& one) {
  return {one.identifier, one.replaced, one.metadata.uri, one.metadata.kind == FoundKind::kView};
}

Status register_one(TableStore& store, const Session& session, const Registration& one) {
  const auto& catalog = store.catalog();
  const bool is_view = one.metadata.kind == FoundKind::kView;
  if (one.replaced.has_value()) {
    return is_view ? catalog.replace_view(session, change_of(one)) : catalog.swap_pointer(session, change_of(one));
  }
  return is_view ? catalog.create_view(session, one.identifier, one.metadata.uri)
                 : catalog.register_table(session, one.identifier, one.metadata.uri);
}

Status register_in_turn(TableStore& store, const Session& session, const std::vector<Registration>& registrations) {
  for (const auto& levels : namespaces_of(registrations)) {
    auto created = store.catalog().create_namespace(session, levels);
    if (!created.has_value() && created.error().code != ErrorCode::kAlreadyExists) return created;
  }
  for (const auto& one : registrations)
    FLOE_TRY(register_one(store, session, one));
  return ok();
}

// One transaction: a catalog that was rebuilt in part would be no empty one any more, and the tables that it lacks
// would begin anew at the next run.
Status register_together(TableStore& store, const Session& session, const std::vector<Registration>& registrations) {
  std::vector<PointerChange> changes;
  changes.reserve(registrations.size());
  for (const auto& one : registrations)
    changes.push_back(change_of(one));
  return store.catalog().commit_transaction(session, changes, namespaces_of(registrations));
}

}  // namespace

Result<std::string> register_tables(TableStore& store, const Session& session, std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the request"));
  auto registrations = FLOE_TRY(parse_registrations(store, session, request));
  const auto known = FLOE_TRY(known_tables(store, session));
  for (auto& one : registrations)
    FLOE_TRY(check(known, get_bool_or(request, "replace", false), &one));
  FLOE_TRY(store.catalog().commits_transactions() ? register_together(store, session, registrations)
                                                  : register_in_turn(store, session, registrations));
  json::array registered;
  for (const auto& one : registrations) {
    note_committed(session, store.storage(), one.metadata.uri);
    registered.emplace_back(json::object{{"identifier", identifier_to_json(one.identifier)},
                                         {"kind", kind_name(one.metadata.kind)},
                                         {"metadata_location", one.metadata.uri}});
  }
  return to_json(json::object{{"registered", std::move(registered)}});
}

}  // namespace floe::iceberg
