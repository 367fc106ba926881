// The catalog table of a host, called with Results.
#pragma once

#include "host/identifier.hpp"
#include "host/session.hpp"

#include "floe/interfaces/catalog.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::iceberg {

struct LoadedPointer {
  std::string metadata_location;
  std::string metadata;  // the metadata JSON where the catalog sends it, else empty
};

struct PointerChange {
  Identifier identifier;
  std::optional<std::string> expected;  // nullopt: create
  std::string next;
  bool is_view = false;  // of commit_transaction
};

class CatalogClient {
 public:
  CatalogClient(const floe_catalog_v1* table, void* self) : table_(table), self_(self) {}

  [[nodiscard]] bool commits_updates() const { return (table_->capabilities & FLOE_CATALOG_COMMITS_UPDATES) != 0; }

  [[nodiscard]] bool commits_transactions() const {
    return (table_->capabilities & FLOE_CATALOG_COMMITS_TRANSACTION) != 0;
  }

  [[nodiscard]] bool has_views() const { return (table_->capabilities & FLOE_CATALOG_VIEWS) != 0; }

  Result<LoadedPointer> load_table(const Session& session, const Identifier& identifier) const;
  Status create_table(const Session& session, const Identifier& identifier, const std::string& location) const;
  // A metadata file that another catalog, or this one before, had.
  Status register_table(const Session& session, const Identifier& identifier, const std::string& location) const;
  Status swap_pointer(const Session& session, const PointerChange& change) const;
  // `requirements` and `updates` are JSON arrays of the REST specification.
  Result<LoadedPointer> commit_table(const Session& session, const Identifier& identifier,
                                     std::string_view requirements, std::string_view updates) const;
  // `namespaces` that are missing are created with it.
  Status commit_transaction(const Session& session, const std::vector<PointerChange>& changes,
                            const std::vector<std::vector<std::string>>& namespaces = {}) const;
  Status rename_table(const Session& session, const Identifier& from, const Identifier& to) const;
  Status drop_table(const Session& session, const Identifier& identifier, bool purge) const;
  Result<std::vector<Identifier>> list_tables(const Session& session, const std::vector<std::string>& levels) const;

  Result<std::vector<std::vector<std::string>>> list_namespaces(const Session& session,
                                                                const std::vector<std::string>& parent) const;
  Status create_namespace(const Session& session, const std::vector<std::string>& levels) const;
  Status drop_namespace(const Session& session, const std::vector<std::string>& levels) const;

  Result<std::vector<Identifier>> list_views(const Session& session, const std::vector<std::string>& levels) const;
  Result<std::string> load_view(const Session& session, const Identifier& identifier) const;
  Status create_view(const Session& session, const Identifier& identifier, const std::string& location) const;
  Status replace_view(const Session& session, const PointerChange& change) const;
  Status drop_view(const Session& session, const Identifier& identifier) const;
  Status rename_view(const Session& session, const Identifier& from, const Identifier& to) const;

 private:
  const floe_catalog_v1* table_;
  void* self_;
};

}  // namespace floe::iceberg
