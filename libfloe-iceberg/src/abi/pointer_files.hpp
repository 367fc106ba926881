// Table pointers as files of a directory, without locks: version N+1 of a pointer is created exclusively, so of two
// writers that both saw version N one fails. Versions are never removed: a number that came free would let a late
// writer succeed with an old view of the table.
#pragma once

#include "host/identifier.hpp"

#include "base/io/file_system.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floe::iceberg {

class PointerFiles {
 public:
  PointerFiles(io::FileSystem& files, std::string root) : files_(&files), root_(std::move(root)) {}

  Result<std::string> load(const Identifier& identifier) const;  // kNotFound
  // `expected` nothing: the table must not exist; `next` nothing: it is dropped. kConflict or kAlreadyExists.
  Status swap(const Identifier& identifier, const std::optional<std::string>& expected,
              const std::optional<std::string>& next) const;
  Result<std::vector<Identifier>> list(const std::vector<std::string>& levels) const;

  Result<std::vector<std::vector<std::string>>> namespaces(const std::vector<std::string>& parent) const;
  Status create_namespace(const std::vector<std::string>& levels) const;
  Status drop_namespace(const std::vector<std::string>& levels) const;
  Status check_namespace(const std::vector<std::string>& levels) const;  // kNotFound

 private:
  struct Current {
    std::uint64_t version = 0;  // 0: never existed
    std::string location;       // empty: dropped
  };

  Result<Current> current(const Identifier& identifier) const;
  std::string directory_of(const std::vector<std::string>& levels) const;
  std::string pointer_directory(const Identifier& identifier) const;

  io::FileSystem* files_;
  std::string root_;
};

}  // namespace floe::iceberg
