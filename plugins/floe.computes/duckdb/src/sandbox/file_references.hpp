// The files that a statement names: arguments of functions that read files, tables that are files, and COPY.
#pragma once

#include "sandbox/grants.hpp"

#include "base/result.hpp"

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace floe::duckdb_compute {

// Files that statements name and may use, as SQL writes them; globs are not resolved.
struct FileUses {
  std::set<std::string> read;
  std::set<std::string> written;
};

// What is granted, and where its use is noted. `uses` may be null.
struct FileChecks {
  const Grants& grants;
  FileUses* uses = nullptr;

  [[nodiscard]] Status read(const std::string& path) const;
  [[nodiscard]] Status write(const std::string& path) const;
};

// Functions and tables anywhere in the statement. `check_text` judges SQL that stands in a literal, of query().
Status check_references(const FileChecks& files, std::span<const std::string_view> tokens,
                        const std::function<Status(const std::string& sql)>& check_text);

// What COPY reads or writes.
Status check_copy(const FileChecks& files, std::span<const std::string_view> tokens);

}  // namespace floe::duckdb_compute
