#include "host/storage_client.hpp"

#include "base/arrow/reader.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

// Several thousand uris make one request of some hundred kilobytes.
constexpr std::size_t kUrisPerRequest = 4096;

std::string uris_json(std::span<const std::string> uris) {
  json::array array;
  array.reserve(uris.size());
  for (const auto& uri : uris)
    array.emplace_back(uri);
  return to_json(array);
}

}  // namespace

Result<HostSink> StorageClient::read(const Session& session, std::string_view uri) const {
  return read_ranges(session, uri, {});
}

Result<HostSink> StorageClient::read_ranges(const Session& session, std::string_view uri,
                                            std::span<const ByteRange> ranges) const {
  std::string text = "[";
  for (const auto& range : ranges) {
    if (text.size() > 1) text += ',';
    text += fmt::format("[{},{}]", range.offset, range.length);
  }
  text += ']';
  HostSink sink(session.host);
  const std::string terminated(uri);
  const auto status =
      table_->read(self_, session.call, terminated.c_str(), terminated.size(), text.c_str(), text.size(), sink.get());
  FLOE_TRY(take_status(session, status).with_context(fmt::format("reading `{}`", uri)));
  return sink;
}

Result<StoredObject> StorageClient::stat(const Session& session, std::string_view uri) const {
  HostSink sink(session.host);
  const std::string terminated(uri);
  const auto status = table_->stat(self_, session.call, terminated.c_str(), terminated.size(), sink.get());
  FLOE_TRY(take_status(session, status).with_context(fmt::format("looking at `{}`", uri)));
  const auto object = FLOE_TRY(parse_json_object(sink.view()));
  return StoredObject{FLOE_TRY(require_int(object, "size")), get_int(object, "modified_ns").value_or(0)};
}

Status StorageClient::put(const Session& session, std::string_view uri, std::string_view content,
                          PutOptions options) const {
  std::string text = "{";
  if (options.is_exclusive) text += R"("if_none_match":"*",)";
  text += options.is_durable ? R"("durable":true})" : R"("durable":false})";
  HostSink sink(session.host);
  const std::string terminated(uri);
  const auto status = table_->put(self_, session.call, terminated.c_str(), terminated.size(), content.data(),
                                  content.size(), text.c_str(), text.size(), sink.get());
  return take_status(session, status).with_context(fmt::format("writing `{}`", uri));
}

Result<std::vector<ListedObject>> StorageClient::list(const Session& session, std::string_view prefix) const {
  const auto context = fmt::format("listing `{}`", prefix);
  if (!FLOE_HAS(floe_storage_v1, table_, list)) {
    return fail(ErrorCode::kUnsupported, "the storage cannot list its objects").with_context(context);
  }
  ArrowArrayStream raw{};
  const std::string terminated(prefix);
  const auto status = table_->list(self_, session.call, terminated.c_str(), terminated.size(), &raw);
  FLOE_TRY(take_status(session, status).with_context(context));
  auto reader = FLOE_TRY(arrow::StreamReader::open(ArrowStream(&raw)).with_context(context));
  std::vector<ListedObject> objects;
  while (FLOE_TRY(reader.next().with_context(context))) {
    for (std::int64_t row = 0; row < reader.rows(); ++row)
      objects.push_back({std::string(reader.column(0).bytes_at(row)), reader.column(2).int_at(row)});
  }
  return objects;
}

void StorageClient::remove(const Session& session, std::span<const std::string> uris) const {
  for (std::size_t from = 0; from < uris.size(); from += kUrisPerRequest) {
    const std::string text = uris_json(uris.subspan(from, std::min(kUrisPerRequest, uris.size() - from)));
    HostSink sink(session.host);
    const auto status = table_->remove(self_, session.call, text.c_str(), text.size(), sink.get());
    if (auto taken = take_status(session, status); !taken.has_value()) {
      log_warning(session, "files could not be removed: " + taken.error().to_string());
      continue;
    }
    const auto result = parse_json_object(sink.view());
    const auto* failed = result.has_value() ? get_array(*result, "failed") : nullptr;
    if (failed != nullptr && !failed->empty()) log_warning(session, "files could not be removed: " + to_json(*failed));
  }
}

bool StorageClient::can_sync() const {
  return (table_->capabilities & FLOE_STORAGE_LOCAL_FILES) != 0 && FLOE_HAS(floe_storage_v1, table_, sync);
}

Status StorageClient::sync(const Session& session, std::span<const std::string> uris) const {
  if (uris.empty() || !can_sync()) return ok();
  const std::string text = uris_json(uris);
  const auto status = table_->sync(self_, session.call, text.c_str(), text.size());
  return take_status(session, status).with_context("making the files of the commit durable");
}

}  // namespace floe::iceberg
