#include "commit/data_files.hpp"

#include "parquet/metrics.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <charconv>
#include <set>

namespace floe::iceberg {

namespace {

Result<std::int32_t> parse_id(std::string_view text) {
  std::int32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is no field id", text);
  }
  return id;
}

Result<AddedFile> parse_added(const json::value& value) {
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "an added file is an object with `uri`");
  const auto& object = value.get_object();
  AddedFile file;
  file.uri = FLOE_TRY(require_string(object, "uri"));
  file.record_count = get_int(object, "record_count");
  file.file_size = get_int(object, "file_size_in_bytes");
  if (const auto* partition = get_object(object, "partition")) {
    for (const auto& [key, part] : *partition) {
      const auto id = FLOE_TRY(parse_id({key.data(), key.size()}));
      file.partition[id] = to_json(part);
    }
  }
  if (const auto* counts = get_object(object, "nan_value_counts")) {
    for (const auto& [key, count] : *counts) {
      const auto id = FLOE_TRY(parse_id({key.data(), key.size()}));
      if (!count.is_int64()) return fail(ErrorCode::kInvalidArgument, "a NaN count is an integer");
      file.nan_value_counts.add(id, count.get_int64());
    }
  }
  return file;
}

Result<PartitionTuple> partition_of(const AddedFile& file, const PartitionSpec& spec, const Type& type) {
  PartitionTuple tuple;
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    const auto& field = spec.fields[i];
    const auto found = file.partition.find(field.field_id);
    if (found == file.partition.end()) {
      return failf(ErrorCode::kInvalidArgument, "file `{}` lacks the value of partition field {} (`{}`)", file.uri,
                   field.field_id, field.name);
    }
    const auto value = FLOE_TRY(parse_json(found->second));
    tuple.push_back(FLOE_TRY(optional_literal_from_json(type.fields()[i].type, value)
                                 .with_context(fmt::format("partition field `{}` of `{}`", field.name, file.uri))));
  }
  return tuple;
}

Result<DataFile> describe_file(TableStore& store, const Session& session, const AddedFile& file,
                               const FileTarget& target, const Type& partition_type,
                               const parquet::MetricsConfig& metrics) {
  std::int64_t size = file.file_size.value_or(0);
  if (size <= 0) size = FLOE_TRY(store.storage().stat(session, file.uri)).size;
  const auto footer = FLOE_TRY(store.read_footer(session, file.uri, size));
  auto described = FLOE_TRY(parquet::data_file_from_footer(footer, target.schema, metrics, file.nan_value_counts)
                                .with_context(fmt::format("reading the footer of `{}`", file.uri)));
  if (file.record_count.has_value() && *file.record_count != described.record_count) {
    return failf(ErrorCode::kData, "file `{}` holds {}, its writer reported {}", file.uri,
                 text::counted(described.record_count, "row"), *file.record_count);
  }
  described.file_path = file.uri;
  described.file_size_in_bytes = size;
  described.spec_id = target.spec.spec_id;
  described.partition = FLOE_TRY(partition_of(file, target.spec, partition_type));
  if (target.sort_order.is_sorted()) described.sort_order_id = target.sort_order.order_id;
  return described;
}

}  // namespace

std::vector<std::string> CommitFiles::added_uris() const {
  std::vector<std::string> uris;
  uris.reserve(added.size());
  for (const auto& file : added)
    uris.push_back(file.uri);
  return uris;
}

Result<CommitFiles> parse_commit_files(std::string_view json_text) {
  CommitFiles files;
  if (json_text.empty()) return files;
  const auto root = FLOE_TRY(parse_json_object(json_text).with_context("reading the files of a commit"));
  std::set<std::string> seen;
  if (const auto* added = get_array(root, "added")) {
    for (const auto& value : *added) {
      auto file = FLOE_TRY(parse_added(value));
      if (!seen.insert(file.uri).second)
        return failf(ErrorCode::kInvalidArgument, "file `{}` is added twice", file.uri);
      files.added.push_back(std::move(file));
    }
  }
  if (const auto* removed = get_array(root, "removed")) {
    for (const auto& value : *removed) {
      if (!value.is_string()) return fail(ErrorCode::kInvalidArgument, "`removed` holds uris");
      files.removed.emplace_back(to_view(value.get_string()));
    }
  }
  if (const auto* summary = get_object(root, "summary")) {
    for (const auto& [key, value] : *summary) {
      files.summary[std::string(key)] = value.is_string() ? std::string(to_view(value.get_string())) : to_json(value);
    }
  }
  return files;
}

Result<std::vector<DataFile>> describe_files(TableStore& store, const Session& session, const CommitFiles& files,
                                             const FileTarget& target, std::vector<std::string>* empty) {
  const auto metrics = parquet::MetricsConfig::from_properties(target.schema, target.properties, target.sort_order);
  const auto type = FLOE_TRY(partition_type(target.spec, target.schema));
  std::vector<DataFile> described(files.added.size());
  const auto describe_one = [&](const Session& worker, std::size_t i) -> Status {
    described[i] = FLOE_TRY(describe_file(store, worker, files.added[i], target, type, metrics));
    return ok();
  };
  // A footer takes some 30 us; below a handful of files threads cost more than they bring.
  const auto threads = files.added.size() < 8 ? 1 : store.options().threads;
  FLOE_TRY(parallel_for(session, files.added.size(), threads, describe_one));
  std::erase_if(described, [&](const DataFile& file) {
    if (file.record_count > 0) return false;
    empty->push_back(file.file_path);
    return true;
  });
  return described;
}

}  // namespace floe::iceberg
