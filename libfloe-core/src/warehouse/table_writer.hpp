// One model, one commit: from SQL to a snapshot (run.md 4).
#pragma once

#include "model/relation.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/client/compute.hpp"
#include "floe/client/storage.hpp"
#include "floe/client/table_format.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace floe::warehouse {

struct WriteContext {
  floe_call* call = nullptr;
  std::uint64_t session = 0;  // of the compute
};

// A `write` request of floe.host.warehouse/1 whose inputs are bound.
struct WriteRequest {
  Relation relation;
  std::string sql;
  std::string staged;    // name of a staged table; then `sql` is not used
  std::string mode;      // create, replace, append, delete_insert, merge, overwrite_partitions
  json::object options;  // the request itself: unique_key, predicates, clauses, partition_by, ...
  json::object summary;  // extra keys of the snapshot summary
  std::string idempotency_key;
  std::string base_snapshot_id;  // what this run reads the table at; "" = no snapshot
};

class TableWriter {
 public:
  TableWriter(ComputeClient compute, StorageClient storage, TableFormatClient tables)
      : compute_(compute), storage_(storage), tables_(tables) {}

  // The answer of warehouse.write: snapshot_id, rows, files, bytes, rows_inserted, rows_updated, rows_deleted, message.
  Result<json::object> write(const WriteContext& context, const WriteRequest& request);

 private:
  struct Open;  // a begun write: handle, plan, directory

  Result<Open> begin(const WriteContext& context, const WriteRequest& request, const char* format_mode,
                     const json::array& columns);
  Result<json::object> write_rows(const WriteContext& context, const WriteRequest& request, const char* format_mode);
  Result<json::object> rewrite_rows(const WriteContext& context, const WriteRequest& request);
  Result<json::object> rewrite_staged(const WriteContext& context, const WriteRequest& request,
                                      const std::string& staged, const json::array& columns);
  Result<json::object> rewrite_open(const WriteContext& context, const WriteRequest& request, const std::string& staged,
                                    Open& open);
  Result<json::object> commit(const WriteContext& context, Open& open, const json::array& added,
                              const json::array& removed);
  void abort(const WriteContext& context, Open& open, const json::array& added);
  Result<json::array> columns_of(const WriteContext& context, const WriteRequest& request);

  ComputeClient compute_;
  StorageClient storage_;
  TableFormatClient tables_;
};

}  // namespace floe::warehouse
