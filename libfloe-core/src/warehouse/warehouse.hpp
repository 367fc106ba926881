// The warehouse: what a dbt engine and core's own verbs do with tables, over a compute, a storage and a table format.
// Its methods are those of floe.host.warehouse/1 (spec/interfaces/warehouse.json).
#pragma once

#include "model/grants.hpp"
#include "warehouse/catalog_view.hpp"
#include "warehouse/class_monitor.hpp"
#include "warehouse/read_monitor.hpp"
#include "warehouse/relation_binder.hpp"
#include "warehouse/table_writer.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/client/compute.hpp"
#include "floe/client/storage.hpp"
#include "floe/client/table_format.hpp"
#include "floe/plugin_call.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace floe::warehouse {

struct WarehouseOptions {
  std::string run_id;
  std::string product;
  std::string compute_name;           // duckdb: dbt's adapter type
  json::object sql_grants;            // `sql` of compute/session_options: what SQL may reach
  std::optional<Grants> grants = {};  // none: every relation of the catalog may be read and changed
  // Nothing is executed: a query is bound and has no rows.
  bool only_binds = false;
  // Receives every node record; may be empty.
  std::function<Status(std::string_view record)> on_record = {};
  // Hears of every table and view that was written or dropped; may be empty.
  std::function<void(const std::string& relation, bool is_dropped)> on_change = {};
  // Hears of every table and view that a statement names, for which it is made readable; may be empty.
  std::function<void(const std::string& relation)> on_read = {};
  // Hears of the files that statements name and of those that are loaded; may be empty.
  std::function<void(const std::string& path, bool is_written)> on_file = {};
};

// Thread-safe; a session belongs to one thread at a time. `Call` is the caller's: forwarded to every plugin.
class Warehouse {
 public:
  Warehouse(ComputeClient compute, StorageClient storage, TableFormatClient tables, WarehouseOptions options);

  Result<std::string> describe(Call& call);
  Result<std::uint64_t> open_session(Call& call, std::string_view options);
  Status close_session(Call& call, std::uint64_t session);
  Status query(Call& call, std::uint64_t session, std::string_view sql, std::string_view options,
               ArrowArrayStream& rows, Sink& stats);
  Result<std::string> execute(Call& call, std::uint64_t session, std::string_view sql, std::string_view options);
  Result<std::string> describe_query(Call& call, std::uint64_t session, std::string_view sql, std::string_view options);
  Result<std::string> relations(Call& call, std::string_view filter);
  Result<std::string> columns(Call& call, std::string_view relation);
  Status create_namespace(Call& call, std::string_view schema);
  Status drop_namespace(Call& call, std::string_view schema);
  Status drop(Call& call, std::string_view relation);
  Status rename(Call& call, std::string_view from, std::string_view to);
  Status truncate(Call& call, std::string_view relation);
  Status comment(Call& call, std::string_view request);
  Result<std::string> write(Call& call, std::uint64_t session, std::string_view request);
  Result<std::string> create_view(Call& call, std::uint64_t session, std::string_view request);
  Result<std::string> load_file(Call& call, std::uint64_t session, std::string_view request);
  Result<std::string> snapshot_of(Call& call, std::string_view relation);
  Result<std::string> analyze(Call& call, std::uint64_t session, std::string_view sql);
  Status record(Call& call, std::string_view record);

  [[nodiscard]] CatalogView& catalog() { return catalog_; }

  [[nodiscard]] RelationBinder& binder() { return binder_; }

  [[nodiscard]] ReadMonitor& monitor() { return monitor_; }

  [[nodiscard]] ComputeClient compute() const { return compute_; }

  [[nodiscard]] TableFormatClient tables() const { return tables_; }

  // Columns (name, type of the engine) of what this run wrote under that name; empty when it wrote nothing.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> written_columns(const Relation& relation);

  // `schema.table.column` of type TIME in tables that this run made, sorted: Spark cannot read such tables.
  [[nodiscard]] std::vector<std::string> new_time_columns();

  // The product reads it, or may replace and drop it, as tables of its former models: such are listed, and delivered.
  // kPermission with FLOE-E0744.
  [[nodiscard]] Status check_reach(const Relation& relation) const;

  Status drop_relation(Call& call, const Relation& relation);
  Status ensure_namespace(Call& call, const std::string& schema);
  // Stages the rows of files: compute/read_request to compute/staged.
  Result<json::object> read_files(floe_call* call, std::uint64_t session, const json::object& request);
  // Writes a staged table; what ingestion and load_file share.
  Result<json::object> write_staged(Call& call, std::uint64_t session, const Relation& relation,
                                    const std::string& staged, const json::object& options);

 private:
  Result<std::string> without_rows(floe_call* call, std::uint64_t session, std::string_view sql);
  Result<json::object> commit_write(Call& call, std::uint64_t session, WriteRequest request);
  Result<json::object> write_until_committed(Call& call, std::uint64_t session, WriteRequest& request);
  Status take_note_of_others(Call& call, const Relation& relation);
  void note_change(const Relation& relation, bool is_dropped) const;
  Status make_room(Call& call, const Relation& relation, RelationKind wanted);
  std::string node_of(std::uint64_t session);
  Status may_write(std::string_view node, const Relation& relation) const;
  // nullopt when the compute cannot.
  Result<std::optional<json::object>> analyzed(Call& call, std::uint64_t session, const std::string& sql);
  // What the session writes into `target`, whose SQL is bound, keeps the classes of columns that were judged.
  Status check_columns(Call& call, std::uint64_t session, const Relation& target, const std::string& sql);
  Status check_clauses(Call& call, std::uint64_t session, const WriteRequest& request);
  Status may_drop_namespace(Call& call, const std::string& schema);
  Status pin_inputs(Call& call, const json::object& plan);
  Result<std::uint64_t> own_session(Call& call);

  ComputeClient compute_;
  StorageClient storage_;
  TableFormatClient tables_;
  WarehouseOptions options_;
  CatalogView catalog_;
  ReadMonitor monitor_;
  ClassMonitor classes_;
  RelationBinder binder_;
  TableWriter writer_;
  std::mutex namespaces_mutex_;
  std::set<std::string> namespaces_;  // known to exist
  void note_columns(const Relation& relation, const json::value* columns);
  void note_time_columns(const Relation& relation, const json::value* columns);
  std::mutex columns_mutex_;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> written_columns_;  // by Relation::key()
  std::vector<std::string> time_columns_;
  std::mutex nodes_mutex_;
  std::map<std::uint64_t, std::string> nodes_;  // unique ids, by session
  std::mutex session_mutex_;
  std::optional<std::uint64_t> session_;  // for questions that come without one
};

}  // namespace floe::warehouse
