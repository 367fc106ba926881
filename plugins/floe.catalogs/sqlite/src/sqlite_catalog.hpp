// SqliteCatalog: floe.catalog/1 over the tables of Iceberg's JdbcCatalog.
#pragma once

#include "database.hpp"
#include "identifier.hpp"

#include "base/result.hpp"
#include "floe/interfaces/catalog.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::sqlite {

// What a row of iceberg_tables is.
enum class Kind : std::uint8_t { kTable, kView };

class SqliteCatalog : public CatalogPlugin<SqliteCatalog> {
 public:
  static constexpr std::uint32_t kThreads = FLOE_THREADS_CONCURRENT;

  explicit SqliteCatalog(Config config) : pool_(std::move(config)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<SqliteCatalog>> create(Call& call, std::string_view config);

  Result<std::string> health(Call& call);
  Result<std::string> describe(Call& call);

  Result<std::string> list_namespaces(Call& call, std::string_view request);
  Status create_namespace(Call& call, std::string_view request);
  Result<std::string> load_namespace(Call& call, std::string_view namespace_levels);
  Status update_namespace_properties(Call& call, std::string_view request);
  Status drop_namespace(Call& call, std::string_view namespace_levels);

  Result<std::string> list_tables(Call& call, std::string_view request);
  Result<std::string> load_table(Call& call, std::string_view identifier);
  Result<std::string> create_table(Call& call, std::string_view request);
  Result<std::string> register_table(Call& call, std::string_view request);
  Status rename_table(Call& call, std::string_view request);
  Status drop_table(Call& call, std::string_view request);
  Status swap_pointer(Call& call, std::string_view request);
  Status commit_transaction(Call& call, std::string_view request);

  Result<std::string> list_views(Call& call, std::string_view request);
  Result<std::string> load_view(Call& call, std::string_view identifier);
  Result<std::string> create_view(Call& call, std::string_view request);
  Status replace_view(Call& call, std::string_view request);
  Status drop_view(Call& call, std::string_view identifier);
  Status rename_view(Call& call, std::string_view request);

 private:
  Result<ConnectionPool::Lease> connect(Call& call);
  Result<ConnectionPool::Lease> connect_to_read(Call& call);

  Result<std::string> list_rows(Call& call, Kind kind, std::string_view request);
  Result<std::string> load_row(Call& call, Kind kind, std::string_view identifier);
  Result<std::string> add_row(Call& call, Kind kind, std::string_view request);
  Status rename_row(Call& call, Kind kind, std::string_view request);
  Status drop_row(Call& call, Kind kind, const Identifier& identifier);
  Status swap_row(Call& call, Kind kind, std::string_view request);

  // Within a transaction of `connection`.
  Result<bool> namespace_exists(Connection& connection, std::string_view space) const;
  Status require_namespace(Connection& connection, std::string_view space) const;
  Status make_namespaces(Connection& connection, const json::object& request) const;
  Result<std::optional<std::string>> location_of(Connection& connection, Kind kind, const Identifier& identifier) const;
  Status insert_row(Connection& connection, Kind kind, const Identifier& identifier, std::string_view location) const;
  Status update_row(Connection& connection, Kind kind, const Identifier& identifier, std::string_view expected,
                    std::string_view location) const;
  // `expected` null creates.
  Status change_row(Connection& connection, Kind kind, const json::object& change) const;
  Status change_rows(Connection& connection, const json::object& request) const;
  Status put_property(Connection& connection, std::string_view space, std::string_view key,
                      std::string_view value) const;
  Status put_properties(Connection& connection, std::string_view space, const json::object& properties) const;

  [[nodiscard]] const std::string& name() const { return pool_.config().name; }

  ConnectionPool pool_;
};

}  // namespace floe::sqlite
