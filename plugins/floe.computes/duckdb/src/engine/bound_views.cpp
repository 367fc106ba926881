#include "engine/bound_views.hpp"

#include "engine/engine.hpp"
#include "engine/outlines.hpp"
#include "engine/scan_sql.hpp"
#include "sql/sql_text.hpp"

#include <chrono>

namespace floe::duckdb_compute {
namespace {

constexpr std::chrono::milliseconds kPoll{20};

std::string entry_name(const std::string& schema, const std::string& name) {
  return lower_name(schema) + '\0' + lower_name(name);
}

std::string full_name(const std::string& schema, const std::string& name) {
  return "floe." + quote_name(schema) + "." + quote_name(name);
}

std::string column_signature(const Scan& scan) {
  std::string text;
  for (const Column& column : scan.columns)
    text += quote_name(column.name) + " " + column.sql_type + ",";
  return text;
}

// Rows a scan reads as its metadata says.
std::optional<std::int64_t> row_count(const Scan& scan) {
  if (scan.kind == ScanKind::kView) return 0;
  if (scan.kind != ScanKind::kIceberg) return std::nullopt;
  std::int64_t sum = 0;
  for (const DataFile& file : scan.files) {
    if (file.rows < 0) return std::nullopt;
    sum += file.rows;
  }
  return sum;
}

}  // namespace

Result<std::string> scan_body(const Scan& scan) {
  switch (scan.kind) {
    case ScanKind::kIceberg:
      return iceberg_scan_sql(scan.columns, scan.files, std::nullopt);
    case ScanKind::kFiles:
      return "SELECT * FROM " + scan.reader;
    case ScanKind::kView:
    case ScanKind::kRefused:
      return std::string(trim_statement(scan.sql));
    case ScanKind::kNative:
      break;
  }
  return std::string();
}

Result<std::unique_lock<std::timed_mutex>> BoundViews::lock(Call& call) {
  std::unique_lock<std::timed_mutex> lock(mutex_, std::defer_lock);
  while (!lock.try_lock_for(kPoll)) {
    if (call.cancelled()) return fail(ErrorCode::kCancelled, "cancelled");
  }
  if (!connection_) connection_ = FLOE_TRY(engine_.connect());
  return lock;
}

Status BoundViews::bind(Call& call, const std::vector<Scan>& scans) {
  const auto held = FLOE_TRY(lock(call));
  Runner runner(engine_.watcher(), connection_.get(), call);
  for (const Scan& scan : scans) {
    if (scan.kind == ScanKind::kNative || scan.is_private || scan.is_pruned) continue;
    FLOE_TRY(bind_one(runner, scan).with_context("bind `" + scan.schema + "." + scan.name + "`"));
  }
  return ok();
}

Status BoundViews::bind_one(Runner& runner, const Scan& scan) {
  const std::string name = entry_name(scan.schema, scan.name);
  const auto found = entries_.find(name);
  if (found != entries_.end() && !found->second.stale && !scan.key.empty() && found->second.relation.key == scan.key) {
    return ok();
  }
  if (!schemas_.contains(lower_name(scan.schema))) {
    FLOE_TRY(runner.run("CREATE SCHEMA IF NOT EXISTS floe." + quote_name(scan.schema)));
    schemas_.insert(lower_name(scan.schema));
  }
  Entry entry{
      {scan.schema, scan.name, scan.key}, scan.kind == ScanKind::kView, false, column_signature(scan), row_count(scan)};
  if (found != entries_.end()) entry.number = found->second.number;
  // What a catalog keeps as a view was written by others.
  if (scan.kind == ScanKind::kView) FLOE_TRY(engine_.check_sql(runner, scan.sql));
  const std::string body = FLOE_TRY(scan.is_prunable ? prunable_body(runner, scan, &entry) : scan_body(scan));
  auto created = runner.run("CREATE OR REPLACE VIEW " + full_name(scan.schema, scan.name) + " AS\n" + body);
  if (!created) return shift_lines(std::move(created).error(), 1);

  const bool replaced = found != entries_.end();
  if (replaced && (entry.columns.empty() || entry.columns != found->second.columns)) {
    ++layout_;
    // DuckDB keeps the column types of a view: those that may read this one are made anew when they are bound next.
    for (auto& [other_name, other] : entries_) {
      if (other.view && other_name != name) other.stale = true;
    }
  }
  entries_.insert_or_assign(name, std::move(entry));
  return ok();
}

Result<std::string> BoundViews::prunable_body(Runner& runner, const Scan& scan, Entry* entry) {
  if (!entry->number) entry->number = engine_.next_number();
  FLOE_TRY(engine_.outlines().set(runner, *entry->number, scan.columns));
  if (scan.has_files) {
    const std::string shared = FLOE_TRY(scan_body(scan));
    return chosen_body(*entry->number, shared);
  }
  entry->rows.reset();
  return chosen_body(*entry->number, outline_body(*entry->number));
}

Status BoundViews::unbind(Call& call, const std::vector<RelationName>& relations) {
  const auto held = FLOE_TRY(lock(call));
  Runner runner(engine_.watcher(), connection_.get(), call);
  for (const RelationName& relation : relations) {
    if (relation.is_pruned) continue;
    const auto found = entries_.find(entry_name(relation.schema, relation.name));
    if (found == entries_.end()) continue;
    FLOE_TRY(runner.run("DROP VIEW IF EXISTS " + full_name(relation.schema, relation.name)));
    entries_.erase(found);
    ++layout_;
  }
  return ok();
}

std::vector<BoundRelation> BoundViews::bound() {
  const std::lock_guard lock(mutex_);
  std::vector<BoundRelation> relations;
  relations.reserve(entries_.size());
  for (const auto& [name, entry] : entries_)
    relations.push_back(entry.relation);
  return relations;
}

std::optional<std::int64_t> BoundViews::bound_rows() {
  const std::lock_guard lock(mutex_);
  std::int64_t sum = 0;
  for (const auto& [name, entry] : entries_) {
    if (!entry.rows) return std::nullopt;
    sum += *entry.rows;
  }
  return sum;
}

std::optional<std::uint64_t> BoundViews::chosen_number(const RelationName& relation) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(entry_name(relation.schema, relation.name));
  return found == entries_.end() ? std::nullopt : found->second.number;
}

bool BoundViews::is_bound(const std::string& schema, const std::string& name) {
  const std::lock_guard lock(mutex_);
  return entries_.contains(entry_name(schema, name));
}

}  // namespace floe::duckdb_compute
