// Where a warehouse lies, and which table a folder below it is.
#pragma once

#include "host/identifier.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

// The spellings of one local place are made one: `file:/w/`, `file:///w` and `/w`. Other URIs lose their last slash.
std::string normal_uri(std::string_view uri);

// `file:///w/a` and `b` of `file:///w/a/b`.
std::string_view folder_of(std::string_view uri);
std::string_view file_of(std::string_view uri);

class WarehousePlace {
 public:
  // `aliases`: other URIs of the same directory, for example from before a symbolic link was put in its place.
  explicit WarehousePlace(std::string_view root, const std::vector<std::string>& aliases = {});

  [[nodiscard]] const std::string& root() const { return root_; }

  // Normal, and below `root()` when it is below an alias.
  [[nodiscard]] std::string resolve(std::string_view uri) const;

  struct Name {
    Identifier identifier;
    // False: a folder of this name is made for `a-1a2b3c4d` and, with a hash, for a name that is no plain folder's.
    bool is_certain = true;
  };

  // The inverse of default_location. Nothing for what is not below the root or has no namespace.
  [[nodiscard]] std::optional<Name> name_of(std::string_view location) const;

 private:
  std::string root_;
  std::vector<std::string> aliases_;
};

}  // namespace floe::iceberg
