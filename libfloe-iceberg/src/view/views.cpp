#include "view/views.hpp"

#include "commit/column_type.hpp"
#include "commit/publish.hpp"
#include "commit/schema_change.hpp"
#include "commit/table_plan.hpp"
#include "metadata/committed_note.hpp"
#include "metadata/metadata_file.hpp"
#include "metadata/view_metadata.hpp"
#include "recover/later_commit.hpp"
#include "view/view_files.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/diagnostics/older_version.hpp"
#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

constexpr std::int64_t kDefaultHistory = 10;

struct ViewRequest {
  ViewRepresentation representation;
  WriteRequest columns;  // only `columns` is used
  bool replace = true;
  Properties properties;
  Properties summary;
};

struct StoredView {
  std::string location;
  ViewMetadata metadata;
};

Properties texts_of(const json::object& root, std::string_view key) {
  Properties texts;
  const auto* member = get_object(root, key);
  if (member == nullptr) return texts;
  for (const auto& [name, value] : *member) {
    texts[std::string(name)] = value.is_string() ? std::string(to_view(value.get_string())) : to_json(value);
  }
  return texts;
}

Result<ViewRequest> parse_view_request(std::string_view text) {
  const auto root = FLOE_TRY(parse_json_object(text).with_context("reading the view request"));
  ViewRequest request;
  request.representation.sql = FLOE_TRY(require_string(root, "sql"));
  request.representation.dialect = FLOE_TRY(require_string(root, "dialect"));
  request.columns.columns.emplace();
  if (const auto* columns = get_array(root, "columns")) request.columns.columns = FLOE_TRY(columns_from_json(*columns));
  request.replace = get_bool_or(root, "replace", false);
  request.properties = texts_of(root, "properties");
  request.summary = texts_of(root, "summary");
  return request;
}

Error no_views() { return fail(ErrorCode::kUnsupported, "the catalog has no views"); }

Result<StoredView> read_view(TableStore& store, const Session& session, const Identifier& identifier) {
  StoredView stored;
  stored.location = FLOE_TRY(store.catalog().load_view(session, identifier));
  auto metadata = read_view_metadata(session, store.storage(), stored.location);
  if (!metadata) {
    return damaged_file_error(file_kind::kMetadata, stored.location, std::move(metadata).error())
        .with_context(fmt::format("loading view `{}`", identifier.to_string()));
  }
  stored.metadata = *std::move(metadata);
  return stored;
}

Result<std::optional<StoredView>> read_view_if_exists(TableStore& store, const Session& session,
                                                      const Identifier& identifier) {
  const auto location = store.catalog().load_view(session, identifier);
  if (!location.has_value() && location.error().code == ErrorCode::kNotFound) return std::optional<StoredView>();
  auto stored = FLOE_TRY(read_view(store, session, identifier));
  return std::optional(std::move(stored));
}

// Reads the view anew when somebody replaced it meanwhile.
Result<std::optional<std::string>> later_version_of(TableStore& store, const Session& session,
                                                    const Identifier& identifier, StoredView* stored) {
  for (;;) {
    auto later =
        FLOE_TRY(find_later_commit(store, session, {FoundKind::kView, stored->location, stored->metadata.view_uuid}));
    if (!later.has_value()) return later;
    auto now = FLOE_TRY(read_view(store, session, identifier));
    if (now.location == stored->location) return later;
    *stored = std::move(now);
  }
}

// A second line of versions would hide the first.
Status check_not_older(TableStore& store, const Session& session, const Identifier& identifier, StoredView* stored) {
  const auto later = FLOE_TRY(later_version_of(store, session, identifier, stored));
  if (!later.has_value()) return ok();
  return diagnostics_error(ErrorCode::kInvalidState,
                           older_version_finding(identifier.to_string(), stored->location, *later));
}

std::int32_t add_schema(const Schema& schema, ViewMetadata* view) {
  std::int32_t next_id = 0;
  for (const auto& known : view->schemas) {
    if (known.same_columns(schema)) return known.schema_id();
    next_id = std::max(next_id, known.schema_id() + 1);
  }
  view->schemas.push_back(schema.with_schema_id(next_id));
  return next_id;
}

// Old versions and their log go once there are more than the view keeps; the current one always stays.
void expire_versions(ViewMetadata* view) {
  const auto limit =
      std::max<std::int64_t>(1, property_int(view->properties, "version.history.num-entries", kDefaultHistory));
  while (std::cmp_greater(view->versions.size(), limit)) {
    const auto oldest = view->versions.front().version_id;
    view->versions.erase(view->versions.begin());
    std::erase_if(view->version_log, [oldest](const auto& entry) { return entry.version_id == oldest; });
  }
}

// Replacing a view takes the SQL of other engines away unless the view allows it (view spec,
// replace.drop-dialect.allowed).
Status check_dialects(const Identifier& identifier, const ViewMetadata& base, const ViewRequest& request) {
  if (property_bool(base.properties, "replace.drop-dialect.allowed", false)) return ok();
  for (const auto& one : base.current_version().representations) {
    if (text::equals_ignore_case_ascii(one.dialect, request.representation.dialect)) continue;
    return failf(ErrorCode::kUnsupported,
                 "view `{}` has SQL for {}, which replacing it would lose; drop the view first, or set its property "
                 "`replace.drop-dialect.allowed` to `true`",
                 identifier.to_string(), one.dialect);
  }
  return ok();
}

Result<ViewMetadata> next_view(TableStore& store, const Identifier& identifier, const ViewMetadata* base,
                               const ViewRequest& request) {
  ViewMetadata view;
  if (base != nullptr) {
    view = *base;
  } else {
    if (store.options().warehouse.empty())
      return fail(ErrorCode::kInvalidConfig, "no `warehouse` says where new views go");
    view.view_uuid = io::random_uuid();
    view.location = default_location(store.options().warehouse, identifier);
  }
  const auto change = FLOE_TRY(plan_replaced_schema(nullptr, {}, 0, request.columns));
  for (const auto& [key, value] : request.properties)
    view.properties[key] = value;
  view.properties[std::string(property::kSqlTypes)] =
      write_remembered_types(remember_types(change.sql_types, change.schema));

  ViewVersion version;
  version.version_id = 1;
  for (const auto& one : view.versions)
    version.version_id = std::max(version.version_id, one.version_id + 1);
  version.timestamp_ms = now_unix_ms();
  version.schema_id = add_schema(change.schema, &view);
  version.summary = request.summary;
  version.summary["engine-name"] = store.options().engine_name;
  if (!store.options().engine_version.empty()) version.summary["engine-version"] = store.options().engine_version;
  version.representations.push_back(request.representation);
  version.default_namespace = identifier.levels;
  view.current_version_id = version.version_id;
  view.version_log.push_back({version.timestamp_ms, version.version_id});
  view.versions.push_back(std::move(version));
  expire_versions(&view);
  return view;
}

std::string created_json(const ViewMetadata& view) {
  JsonText out;
  out.begin_object().key("view_uuid").text(view.view_uuid);
  out.key("version_id").number(view.current_version_id).end_object();
  return std::move(out).take();
}

// Same SQL, same columns: a new version would say nothing new.
bool is_unchanged(const ViewMetadata& before, const ViewMetadata& after) {
  const auto& a = before.current_version();
  const auto& b = after.current_version();
  return a.representations == b.representations && a.schema_id == b.schema_id &&
         a.default_namespace == b.default_namespace && before.properties == after.properties;
}

struct ViewAttempt {
  bool is_done = false;
  std::string result;
};

Result<ViewAttempt> attempt_view(TableStore& store, const Session& session, const Identifier& identifier,
                                 const ViewRequest& request) {
  auto base = FLOE_TRY(read_view_if_exists(store, session, identifier));
  if (base.has_value() && !request.replace) {
    return failf(ErrorCode::kAlreadyExists, "view `{}` already exists", identifier.to_string());
  }
  if (base.has_value()) FLOE_TRY(check_not_older(store, session, identifier, &*base));
  if (base.has_value()) FLOE_TRY(check_dialects(identifier, base->metadata, request));
  const auto next = FLOE_TRY(next_view(store, identifier, base.has_value() ? &base->metadata : nullptr, request));
  if (base.has_value() && is_unchanged(base->metadata, next)) return ViewAttempt{true, created_json(base->metadata)};
  const auto [location, bytes] =
      FLOE_TRY(encode_metadata(write_view_metadata(next), metadata_file_options(next.location, next.properties),
                               base.has_value() ? base->location : ""));
  const PutOptions options{true, store.options().is_durable};
  auto status = store.storage().put(session, location, bytes, options);
  if (status.has_value()) {
    status = base.has_value() ? store.catalog().replace_view(session, {identifier, base->location, location})
                              : store.catalog().create_view(session, identifier, location);
  }
  if (status.has_value()) {
    note_committed(session, store.storage(), location);
    return ViewAttempt{true, created_json(next)};
  }
  if (is_commit_state_unknown(status.error())) return std::move(status).error();
  store.storage().remove(session, {&location, 1});
  if (status.error().code == ErrorCode::kConflict) return ViewAttempt{};
  return std::move(status).error();
}

}  // namespace

Result<std::string> create_view(TableStore& store, const Session& session, const Identifier& identifier,
                                std::string_view request_text) {
  if (!store.catalog().has_views()) return no_views();
  const auto request = FLOE_TRY(parse_view_request(request_text));
  RetryPolicy policy(store.options(), {});
  for (int failures = 0;;) {
    auto attempt = FLOE_TRY(attempt_view(store, session, identifier, request));
    if (attempt.is_done) return std::move(attempt.result);
    if (!policy.wait(session, ++failures)) break;
  }
  return failf(ErrorCode::kConflict, "view `{}` was changed by others at each attempt to replace it",
               identifier.to_string());
}

Result<std::string> load_view(TableStore& store, const Session& session, const Identifier& identifier) {
  if (!store.catalog().has_views()) return no_views();
  auto stored = FLOE_TRY(read_view(store, session, identifier));
  const auto later = FLOE_TRY(later_version_of(store, session, identifier, &stored));
  const auto& version = stored.metadata.current_version();
  if (version.representations.empty()) {
    return failf(ErrorCode::kUnsupported, "view `{}` has no SQL", identifier.to_string());
  }
  JsonText out;
  out.begin_object().key("identifier").raw(identifier.to_json());
  out.key("representations").begin_array();
  for (const auto& one : version.representations)
    out.begin_object().key("sql").text(one.sql).key("dialect").text(one.dialect).end_object();
  out.end_array().key("columns");
  const auto& schema = *stored.metadata.schema(version.schema_id);
  write_columns(schema, known_sql_types(stored.metadata.properties, schema), &out);
  out.key("version_id").number(version.version_id).key("view_uuid").text(stored.metadata.view_uuid);
  out.key("properties").begin_object();
  for (const auto& [key, value] : stored.metadata.properties)
    out.key(key).text(value);
  out.end_object().key("later_metadata_location");
  later.has_value() ? out.text(*later) : out.null();
  out.key("metadata_location").text(stored.location).key("kind").text("view").end_object();
  return std::move(out).take();
}

Status drop_view(TableStore& store, const Session& session, const Identifier& identifier,
                 std::string_view request_text) {
  if (!store.catalog().has_views()) return no_views();
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the drop request"));
  const auto files = view_files(store, session, identifier);
  auto dropped = store.catalog().drop_view(session, identifier);
  const bool if_exists = get_bool_or(request, "if_exists", false);
  if (!dropped.has_value() && if_exists && dropped.error().code == ErrorCode::kNotFound) return ok();
  if (dropped.has_value()) store.storage().remove(session, files);
  return dropped;
}

Status rename_view(TableStore& store, const Session& session, const Identifier& from, const Identifier& to) {
  if (!store.catalog().has_views()) return no_views();
  return store.catalog().rename_view(session, from, to);
}

}  // namespace floe::iceberg
