#include "metadata/view_metadata.hpp"

#include "metadata/json_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::iceberg {

const ViewVersion& ViewMetadata::current_version() const {
  const auto found = std::find_if(versions.begin(), versions.end(),
                                  [this](const auto& version) { return version.version_id == current_version_id; });
  FLOE_ASSERT(found != versions.end());
  return *found;
}

const Schema* ViewMetadata::schema(std::int32_t id) const {
  const auto found = std::find_if(schemas.begin(), schemas.end(), [id](const auto& s) { return s.schema_id() == id; });
  return found == schemas.end() ? nullptr : &*found;
}

namespace {

Result<std::int32_t> require_int32(const json::object& object, std::string_view key) {
  const auto value = FLOE_TRY(require_int(object, key));
  if (value < INT32_MIN || value > INT32_MAX) return failf(ErrorCode::kData, "`{}` is out of range", key);
  return static_cast<std::int32_t>(value);
}

Result<Properties> read_texts(const json::object& object, std::string_view key) {
  Properties texts;
  const auto* member = get_object(object, key);
  if (member == nullptr) return texts;
  for (const auto& [name, value] : *member) {
    if (!value.is_string()) return failf(ErrorCode::kData, "`{}` of `{}` is not a text", std::string(name), key);
    texts[std::string(name)] = std::string(to_view(value.get_string()));
  }
  return texts;
}

Result<ViewVersion> read_version(const json::value& value) {
  if (!value.is_object()) return fail(ErrorCode::kData, "`versions` holds something else than objects");
  const auto& object = value.get_object();
  ViewVersion version;
  version.version_id = FLOE_TRY(require_int32(object, "version-id"));
  version.timestamp_ms = FLOE_TRY(require_int(object, "timestamp-ms"));
  version.schema_id = FLOE_TRY(require_int32(object, "schema-id"));
  version.summary = FLOE_TRY(read_texts(object, "summary"));
  version.default_catalog = get_string_or(object, "default-catalog", "");
  if (const auto* levels = get_array(object, "default-namespace")) {
    for (const auto& level : *levels) {
      if (!level.is_string()) return fail(ErrorCode::kData, "`default-namespace` holds something else than texts");
      version.default_namespace.emplace_back(to_view(level.get_string()));
    }
  }
  const auto* representations = FLOE_TRY(require_array(object, "representations"));
  for (const auto& one : *representations) {
    if (!one.is_object()) return fail(ErrorCode::kData, "`representations` holds something else than objects");
    // Other kinds than SQL may come with later versions of the specification.
    if (get_string_or(one.get_object(), "type", "") != "sql") continue;
    ViewRepresentation representation;
    representation.sql = FLOE_TRY(require_string(one.get_object(), "sql"));
    representation.dialect = FLOE_TRY(require_string(one.get_object(), "dialect"));
    version.representations.push_back(std::move(representation));
  }
  return version;
}

Status read_schemas(const json::object& root, ViewMetadata* view) {
  const auto* schemas = FLOE_TRY(require_array(root, "schemas"));
  for (const auto& value : *schemas) {
    if (!value.is_object()) return fail(ErrorCode::kData, "`schemas` holds something else than objects");
    view->schemas.push_back(FLOE_TRY(Schema::from_json(value.get_object())));
  }
  return ok();
}

Status read_log(const json::object& root, ViewMetadata* view) {
  const auto* log = get_array(root, "version-log");
  if (log == nullptr) return ok();
  for (const auto& value : *log) {
    if (!value.is_object()) return fail(ErrorCode::kData, "`version-log` holds something else than objects");
    ViewLogEntry entry;
    entry.timestamp_ms = FLOE_TRY(require_int(value.get_object(), "timestamp-ms"));
    entry.version_id = FLOE_TRY(require_int32(value.get_object(), "version-id"));
    view->version_log.push_back(entry);
  }
  return ok();
}

Result<ViewMetadata> read(const json::object& root) {
  const auto format = FLOE_TRY(require_int(root, "format-version"));
  if (format != 1) return failf(ErrorCode::kUnsupported, "view format version {} is not supported; only 1 is", format);
  ViewMetadata view;
  view.view_uuid = FLOE_TRY(require_string(root, "view-uuid"));
  view.location = FLOE_TRY(require_string(root, "location"));
  view.properties = FLOE_TRY(read_texts(root, "properties"));
  FLOE_TRY(read_schemas(root, &view));
  view.current_version_id = FLOE_TRY(require_int32(root, "current-version-id"));
  const auto* versions = FLOE_TRY(require_array(root, "versions"));
  for (const auto& value : *versions)
    view.versions.push_back(FLOE_TRY(read_version(value)));
  FLOE_TRY(read_log(root, &view));
  const auto current = std::find_if(view.versions.begin(), view.versions.end(),
                                    [&](const auto& one) { return one.version_id == view.current_version_id; });
  if (current == view.versions.end()) {
    return failf(ErrorCode::kData, "`current-version-id` {} is no version of the view", view.current_version_id);
  }
  if (view.schema(current->schema_id) == nullptr) {
    return failf(ErrorCode::kData, "schema {} of the current version is not there", current->schema_id);
  }
  return view;
}

void write_texts(const Properties& texts, JsonText* out) {
  out->begin_object();
  for (const auto& [key, value] : texts)
    out->key(key).text(value);
  out->end_object();
}

void write_version(const ViewVersion& version, JsonText* out) {
  out->begin_object().key("version-id").number(version.version_id);
  out->key("timestamp-ms").number(version.timestamp_ms).key("schema-id").number(version.schema_id).key("summary");
  write_texts(version.summary, out);
  if (!version.default_catalog.empty()) out->key("default-catalog").text(version.default_catalog);
  out->key("default-namespace").begin_array();
  for (const auto& level : version.default_namespace)
    out->text(level);
  out->end_array().key("representations").begin_array();
  for (const auto& one : version.representations) {
    out->begin_object().key("type").text("sql").key("sql").text(one.sql).key("dialect").text(one.dialect).end_object();
  }
  out->end_array().end_object();
}

}  // namespace

Result<ViewMetadata> parse_view_metadata(std::string_view json_text) {
  const auto root = FLOE_TRY(parse_json_object(json_text).with_context("reading view metadata"));
  return read(root).with_context("reading view metadata");
}

std::string write_view_metadata(const ViewMetadata& view) {
  JsonText out;
  out.begin_object().key("view-uuid").text(view.view_uuid).key("format-version").number(1);
  out.key("location").text(view.location).key("properties");
  write_texts(view.properties, &out);
  out.key("schemas").begin_array();
  for (const auto& schema : view.schemas)
    out.raw(schema.to_json_text());
  out.end_array().key("current-version-id").number(view.current_version_id).key("versions").begin_array();
  for (const auto& version : view.versions)
    write_version(version, &out);
  out.end_array().key("version-log").begin_array();
  for (const auto& entry : view.version_log) {
    out.begin_object().key("timestamp-ms").number(entry.timestamp_ms);
    out.key("version-id").number(entry.version_id).end_object();
  }
  out.end_array().end_object();
  return std::move(out).take();
}

}  // namespace floe::iceberg
