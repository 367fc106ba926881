// floe.host.warehouse/1 as plugins see it. A dbt runtime is created before it is known whether anything will run, so
// the service is a slot that a run fills and empties.
#pragma once

#include "warehouse/warehouse.hpp"

#include "floe/interfaces/warehouse.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace floe::warehouse {

class WarehouseSlot : public WarehouseProvider<WarehouseSlot> {
 public:
  static constexpr std::uint64_t kCapabilities = FLOE_WAREHOUSE_ICEBERG;

  // Not while a method runs.
  void fill(Warehouse* warehouse) { warehouse_ = warehouse; }

  Result<std::string> describe(Call& c) {
    return with([&](Warehouse& w) { return w.describe(c); });
  }

  Result<std::uint64_t> open_session(Call& c, std::string_view options) {
    return with([&](Warehouse& w) { return w.open_session(c, options); });
  }

  Status close_session(Call& c, std::uint64_t session) {
    return with([&](Warehouse& w) { return w.close_session(c, session); });
  }

  Status query(Call& c, std::uint64_t session, std::string_view sql, std::string_view options, ArrowArrayStream& rows,
               Sink& stats) {
    return with([&](Warehouse& w) { return w.query(c, session, sql, options, rows, stats); });
  }

  Result<std::string> execute(Call& c, std::uint64_t session, std::string_view sql, std::string_view options) {
    return with([&](Warehouse& w) { return w.execute(c, session, sql, options); });
  }

  Result<std::string> describe_query(Call& c, std::uint64_t session, std::string_view sql, std::string_view options) {
    return with([&](Warehouse& w) { return w.describe_query(c, session, sql, options); });
  }

  Result<std::string> relations(Call& c, std::string_view filter) {
    return with([&](Warehouse& w) { return w.relations(c, filter); });
  }

  Result<std::string> columns(Call& c, std::string_view relation) {
    return with([&](Warehouse& w) { return w.columns(c, relation); });
  }

  Status create_namespace(Call& c, std::string_view schema) {
    return with([&](Warehouse& w) { return w.create_namespace(c, schema); });
  }

  Status drop_namespace(Call& c, std::string_view schema) {
    return with([&](Warehouse& w) { return w.drop_namespace(c, schema); });
  }

  Status drop(Call& c, std::string_view relation) {
    return with([&](Warehouse& w) { return w.drop(c, relation); });
  }

  Status rename(Call& c, std::string_view from, std::string_view to) {
    return with([&](Warehouse& w) { return w.rename(c, from, to); });
  }

  Status truncate(Call& c, std::string_view relation) {
    return with([&](Warehouse& w) { return w.truncate(c, relation); });
  }

  Status comment(Call& c, std::string_view request) {
    return with([&](Warehouse& w) { return w.comment(c, request); });
  }

  Result<std::string> write(Call& c, std::uint64_t session, std::string_view request) {
    return with([&](Warehouse& w) { return w.write(c, session, request); });
  }

  Result<std::string> create_view(Call& c, std::uint64_t session, std::string_view request) {
    return with([&](Warehouse& w) { return w.create_view(c, session, request); });
  }

  Result<std::string> load_file(Call& c, std::uint64_t session, std::string_view request) {
    return with([&](Warehouse& w) { return w.load_file(c, session, request); });
  }

  Result<std::string> snapshot_of(Call& c, std::string_view relation) {
    return with([&](Warehouse& w) { return w.snapshot_of(c, relation); });
  }

  Result<std::string> analyze(Call& c, std::uint64_t session, std::string_view sql) {
    return with([&](Warehouse& w) { return w.analyze(c, session, sql); });
  }

  Status record(Call& c, std::string_view record) {
    return with([&](Warehouse& w) { return w.record(c, record); });
  }

 private:
  template <class F>
  std::invoke_result_t<F, Warehouse&> with(F&& body) {
    if (warehouse_ == nullptr) {
      return fail(ErrorCode::kInvalidState, "this command runs nothing, so there is no warehouse to ask");
    }
    return std::forward<F>(body)(*warehouse_);
  }

  Warehouse* warehouse_ = nullptr;
};

}  // namespace floe::warehouse
