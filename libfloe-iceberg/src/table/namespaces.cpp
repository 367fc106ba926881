#include "table/namespaces.hpp"

#include "host/identifier_json.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

namespace {

using Levels = std::vector<std::string>;

Result<std::vector<Levels>> all_namespaces(TableStore& store, const Session& session) {
  std::vector<Levels> all;
  std::vector<Levels> open{{}};
  while (!open.empty()) {
    const auto parent = std::move(open.back());
    open.pop_back();
    const auto children = FLOE_TRY(store.catalog().list_namespaces(session, parent));
    for (const auto& child : children) {
      all.push_back(child);
      open.push_back(child);
    }
  }
  return all;
}

Result<Levels> parse_levels(std::string_view text) {
  const auto value = FLOE_TRY(parse_json(text).with_context("reading a namespace"));
  auto levels = FLOE_TRY(levels_from_json(value));
  if (levels.empty()) return fail(ErrorCode::kInvalidArgument, "a namespace has at least one level");
  return levels;
}

json::array identifiers_json(const std::vector<Identifier>& identifiers) {
  json::array array;
  for (const auto& identifier : identifiers)
    array.emplace_back(identifier_to_json(identifier));
  return array;
}

}  // namespace

Result<std::string> list_namespaces(TableStore& store, const Session& session) {
  const auto all = FLOE_TRY(all_namespaces(store, session));
  json::array array;
  for (const auto& levels : all) {
    json::array one;
    for (const auto& level : levels)
      one.emplace_back(level);
    array.emplace_back(std::move(one));
  }
  return to_json(json::object{{"namespaces", std::move(array)}});
}

Status create_namespace(TableStore& store, const Session& session, std::string_view text) {
  const auto levels = FLOE_TRY(parse_levels(text));
  for (std::size_t depth = 1; depth <= levels.size(); ++depth) {
    auto created = store.catalog().create_namespace(
        session, {levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(depth)});
    if (!created.has_value() && created.error().code != ErrorCode::kAlreadyExists) return created;
  }
  return ok();
}

Status drop_namespace(TableStore& store, const Session& session, std::string_view text) {
  const auto levels = FLOE_TRY(parse_levels(text));
  return store.catalog().drop_namespace(session, levels);
}

Result<std::string> list_names(TableStore& store, const Session& session, std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the list request"));
  std::vector<Levels> wanted;
  const auto* one = request.if_contains("namespace");
  if (one != nullptr && !one->is_null()) {
    wanted.push_back(FLOE_TRY(levels_from_json(*one)));
  } else {
    wanted = FLOE_TRY(all_namespaces(store, session));
  }
  json::array tables;
  json::array views;
  for (const auto& levels : wanted) {
    const auto found = FLOE_TRY(store.catalog().list_tables(session, levels));
    for (auto& item : identifiers_json(found))
      tables.emplace_back(std::move(item));
    if (!store.catalog().has_views()) continue;
    const auto found_views = FLOE_TRY(store.catalog().list_views(session, levels));
    for (auto& item : identifiers_json(found_views))
      views.emplace_back(std::move(item));
  }
  return to_json(json::object{{"tables", std::move(tables)}, {"views", std::move(views)}});
}

}  // namespace floe::iceberg
