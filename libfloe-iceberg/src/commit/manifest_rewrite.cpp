#include "commit/manifest_rewrite.hpp"

#include "scan/file_scan.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace floe::iceberg {

namespace {

constexpr std::int64_t kDefaultTargetSize = 8 << 20;

bool has_live_files(const ManifestFile& manifest) {
  return manifest.has_added_files() || manifest.has_existing_files();
}

std::int64_t target_size(const ManifestContext& context) {
  return std::max<std::int64_t>(
      1, property_int(context.metadata->properties, property::kManifestTargetSize, kDefaultTargetSize));
}

Result<const PartitionSpec*> spec_of(const ManifestContext& context, std::int32_t spec_id) {
  const auto* spec = context.metadata->spec(spec_id);
  if (spec == nullptr)
    return failf(ErrorCode::kData, "a manifest names partition spec {}, which is not there", spec_id);
  return spec;
}

Result<ManifestWriter> make_writer(const ManifestContext& context, const PartitionSpec& spec, ManifestContent content) {
  ManifestWriteOptions options;
  options.schema = schema_for_spec(*context.metadata, spec, *context.schema);
  options.spec = spec;
  options.content = content;
  options.snapshot_id = context.snapshot_id;
  const auto codec = property_text(context.metadata->properties, property::kManifestCompression, "gzip");
  options.codec = parse_manifest_codec(codec).value_or(AvroCodec::kDeflate);
  return ManifestWriter::make(options);
}

Result<ManifestFile> store_manifest(const ManifestContext& context, const Session& session, ManifestWriter writer,
                                    bool is_reusable) {
  auto written = FLOE_TRY(writer.finish());
  written.file.manifest_path = FLOE_TRY(context.artifacts->put_manifest(session, written.bytes, is_reusable));
  return std::move(written.file);
}

Result<Type> tuple_type(const ManifestContext& context, const PartitionSpec& spec) {
  return partition_type(spec, schema_for_spec(*context.metadata, spec, *context.schema));
}

Result<bool> contains_match(const ManifestContext& context, const Session& session, const ManifestFile& manifest,
                            const Removal& removal) {
  if (!has_live_files(manifest)) return false;
  if (removal.kind == Removal::Kind::kAll) return true;
  const auto* spec = FLOE_TRY(spec_of(context, manifest.partition_spec_id));
  const auto type = FLOE_TRY(tuple_type(context, *spec));
  bool found = false;
  FLOE_TRY(for_each_entry(*context.store, session, manifest, type, true, [&](const ManifestEntry& entry) {
    found = found || (entry.is_live() && removal.matches(entry.data_file));
    return ok();
  }));
  return found;
}

struct Rewritten {
  std::optional<ManifestFile> manifest;  // nothing: keep the old one
  SummaryCounts counts;
  std::vector<std::string> removed;
};

Result<Rewritten> rewrite_without(const ManifestContext& context, const Session& session, const ManifestFile& manifest,
                                  const Removal& removal) {
  Rewritten result;
  const auto* spec = FLOE_TRY(spec_of(context, manifest.partition_spec_id));
  const auto type = FLOE_TRY(tuple_type(context, *spec));
  auto writer = FLOE_TRY(make_writer(context, *spec, manifest.content));
  FLOE_TRY(for_each_entry(*context.store, session, manifest, type, false, [&](const ManifestEntry& entry) -> Status {
    if (!entry.is_live()) return ok();  // removed by an earlier snapshot, which says so in its own manifest
    if (!removal.matches(entry.data_file)) return writer.add_existing(entry);
    result.counts.remove(entry.data_file);
    result.removed.push_back(entry.data_file.file_path);
    return writer.add_deleted(entry);
  }));
  result.manifest = FLOE_TRY(store_manifest(context, session, std::move(writer), false));
  return result;
}

}  // namespace

bool Removal::matches(const DataFile& file) const {
  switch (kind) {
    case Kind::kNone:
      return false;
    case Kind::kAll:
      return true;
    case Kind::kFiles:
      return uris.contains(file.file_path);
    case Kind::kPartitions:
      return partitions.contains(partition_key(file));
  }
  return false;
}

Result<RemovalResult> remove_files(const ManifestContext& context, const Session& session,
                                   const ManifestList& manifests, const Removal& removal) {
  std::vector<char> matches(manifests.size(), 0);
  const auto look = [&](const Session& worker, std::size_t i) -> Status {
    const bool is_candidate = removal.kind == Removal::Kind::kAll || manifests[i].content == ManifestContent::kData;
    if (is_candidate) matches[i] = FLOE_TRY(contains_match(context, worker, manifests[i], removal)) ? 1 : 0;
    return ok();
  };
  if (removal.kind != Removal::Kind::kNone) {
    FLOE_TRY(parallel_for(session, manifests.size(), context.store->options().threads, look));
  }
  RemovalResult result;
  for (std::size_t i = 0; i < manifests.size(); ++i) {
    if (matches[i] == 0) {
      if (has_live_files(manifests[i])) result.manifests.push_back(manifests[i]);
      continue;
    }
    auto rewritten = FLOE_TRY(rewrite_without(context, session, manifests[i], removal));
    result.manifests.push_back(*std::move(rewritten.manifest));
    result.counts.merge(rewritten.counts);
    result.found.insert(rewritten.removed.begin(), rewritten.removed.end());
    ++result.rewritten;
  }
  return result;
}

Result<ManifestList> write_added_manifests(const ManifestContext& context, const Session& session,
                                           const std::vector<DataFile>& files, const PartitionSpec& spec) {
  ManifestList manifests;
  std::optional<ManifestWriter> writer;
  const auto limit = target_size(context);
  for (const auto& file : files) {
    if (!writer.has_value()) writer = FLOE_TRY(make_writer(context, spec, ManifestContent::kData));
    FLOE_TRY(writer->add_added(file));
    if (std::cmp_less(writer->size_estimate(), limit)) continue;
    manifests.push_back(FLOE_TRY(store_manifest(context, session, *std::exchange(writer, std::nullopt), true)));
  }
  if (writer.has_value()) manifests.push_back(FLOE_TRY(store_manifest(context, session, *std::move(writer), true)));
  return manifests;
}

namespace {

Status copy_entries(const ManifestContext& context, const Session& session, const ManifestFile& manifest,
                    const Type& type, ManifestWriter* writer) {
  const auto copy = [&](const ManifestEntry& entry) -> Status {
    const bool is_ours = entry.snapshot_id.value_or(context.snapshot_id) == context.snapshot_id;
    if (entry.status == EntryStatus::kDeleted) return is_ours ? writer->add_deleted(entry) : ok();
    if (entry.status == EntryStatus::kAdded && is_ours) return writer->add_added(entry.data_file);
    return writer->add_existing(entry);
  };
  if (manifest.sequence_number != kUnassignedSequenceNumber) {
    return for_each_entry(*context.store, session, manifest, type, false, copy);
  }
  // Our own: there is nothing to inherit yet.
  return for_each_own_entry(*context.store, session, manifest, type, copy);
}

Result<ManifestFile> merge_bin(const ManifestContext& context, const Session& session, const ManifestList& bin) {
  const auto* spec = FLOE_TRY(spec_of(context, bin.front().partition_spec_id));
  const auto type = FLOE_TRY(tuple_type(context, *spec));
  auto writer = FLOE_TRY(make_writer(context, *spec, bin.front().content));
  for (const auto& manifest : bin)
    FLOE_TRY(copy_entries(context, session, manifest, type, &writer));
  return store_manifest(context, session, std::move(writer), false);
}

// Bins filled from the oldest manifest on, so that the bin of the newest stays open for the next commits; as
// iceberg-core packs them. Bins and their content keep the order of the input.
std::vector<ManifestList> pack_from_end(const ManifestList& manifests, std::int64_t limit) {
  std::vector<ManifestList> bins;
  std::int64_t used = 0;
  for (auto it = manifests.rbegin(); it != manifests.rend(); ++it) {
    add_count(&used, it->manifest_length);
    if (bins.empty() || used > limit) {
      bins.emplace_back();
      used = it->manifest_length;
    }
    bins.back().push_back(*it);
  }
  for (auto& bin : bins)
    std::reverse(bin.begin(), bin.end());
  std::reverse(bins.begin(), bins.end());
  return bins;
}

}  // namespace

Result<ManifestList> merge_manifests(const ManifestContext& context, const Session& session, ManifestList manifests) {
  const auto& properties = context.metadata->properties;
  if (!property_bool(properties, property::kManifestMerge, true)) return manifests;
  const auto min_count = property_int(properties, property::kManifestMinCount, 100);
  // Nothing can be merged below the count unless manifests fill whole bins; that check is cheap and comes first.
  const auto limit = target_size(context);
  ManifestList result;
  std::vector<std::int32_t> spec_ids;
  for (const auto& manifest : manifests) {
    if (std::find(spec_ids.begin(), spec_ids.end(), manifest.partition_spec_id) == spec_ids.end()) {
      spec_ids.push_back(manifest.partition_spec_id);
    }
  }
  for (const auto spec_id : spec_ids) {
    ManifestList group;
    std::copy_if(manifests.begin(), manifests.end(), std::back_inserter(group), [&](const ManifestFile& manifest) {
      return manifest.partition_spec_id == spec_id && manifest.content == ManifestContent::kData;
    });
    for (const auto& bin : pack_from_end(group, limit)) {
      const bool holds_newest = bin.front().manifest_path == group.front().manifest_path;
      if (bin.size() < 2 || (holds_newest && std::cmp_less(bin.size(), min_count))) {
        result.insert(result.end(), bin.begin(), bin.end());
        continue;
      }
      result.push_back(FLOE_TRY(merge_bin(context, session, bin)));
    }
  }
  std::copy_if(manifests.begin(), manifests.end(), std::back_inserter(result),
               [](const ManifestFile& manifest) { return manifest.content == ManifestContent::kDeletes; });
  return result;
}

}  // namespace floe::iceberg
