#include "commit/artifacts.hpp"

#include "base/fail.hpp"
#include "base/io/content_name.hpp"

#include <algorithm>

namespace floe::iceberg {

Status Artifacts::put(const Session& session, const std::string& location, std::string_view bytes, bool is_reusable) {
  // Noted first: a write that fails may still have left something.
  (is_reusable ? reusable_ : of_attempt_).push_back(location);
  const bool is_durable = store_->options().is_durable;
  const bool is_deferred = is_durable && store_->storage().can_sync();
  FLOE_TRY(store_->storage().put(session, location, bytes, {true, is_durable && !is_deferred}));
  if (is_deferred) unsynced_.push_back(location);
  return ok();
}

void Artifacts::add_data_files(const std::vector<std::string>& uris) {
  if (store_->options().is_durable) unsynced_.insert(unsynced_.end(), uris.begin(), uris.end());
}

Status Artifacts::flush(const Session& session) {
  FLOE_TRY(store_->storage().sync(session, unsynced_));
  unsynced_.clear();
  return ok();
}

Result<std::string> Artifacts::put_manifest(const Session& session, std::string_view bytes, bool is_reusable) {
  auto location = fmt::format("{}/{}-m{}.avro", directory_, io::content_uuid(bytes), manifest_counter_++);
  manifests_.insert(location);
  FLOE_TRY(put(session, location, bytes, is_reusable));
  store_->remember_manifest(session, location, bytes);
  return location;
}

Result<std::string> Artifacts::put_list(const Session& session, std::string_view bytes, std::int64_t snapshot_id,
                                        int attempt) {
  auto location = fmt::format("{}/snap-{}-{}-{}.avro", directory_, snapshot_id, attempt, io::content_uuid(bytes));
  FLOE_TRY(put(session, location, bytes, false));
  return location;
}

Status Artifacts::put_metadata(const Session& session, const std::string& location, std::string_view bytes) {
  return put(session, location, bytes, false);
}

void Artifacts::drop_attempt(const Session& session) { forget(session, &of_attempt_); }

void Artifacts::drop_all(const Session& session) {
  drop_attempt(session);
  forget(session, &reusable_);
}

void Artifacts::forget(const Session& session, std::vector<std::string>* locations) {
  store_->storage().remove(session, *locations);
  const auto is_removed = [&](const std::string& location) {
    return std::find(locations->begin(), locations->end(), location) != locations->end();
  };
  std::erase_if(unsynced_, is_removed);
  locations->clear();
}

void Artifacts::keep(const Session& session, const std::vector<std::string>& used_manifests) {
  std::vector<std::string> unused;
  const auto is_unused = [&](const std::string& location) {
    return manifests_.contains(location) &&
           std::find(used_manifests.begin(), used_manifests.end(), location) == used_manifests.end();
  };
  std::copy_if(reusable_.begin(), reusable_.end(), std::back_inserter(unused), is_unused);
  std::copy_if(of_attempt_.begin(), of_attempt_.end(), std::back_inserter(unused), is_unused);
  store_->storage().remove(session, unused);
  reusable_.clear();
  of_attempt_.clear();
}

}  // namespace floe::iceberg
