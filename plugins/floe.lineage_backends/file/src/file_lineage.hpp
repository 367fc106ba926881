// floe.lineage_backends/file: OpenLineage events as lines of a file.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/lineage.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::lineage_file {

class FileLineage final : public LineageBackendPlugin<FileLineage> {
 public:
  explicit FileLineage(std::string path) : path_(std::move(path)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<FileLineage>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  std::string transport_config(Call& call);
  std::string namespace_mapping(Call& call);
  // In one write, so that processes share the file.
  Status emit(Call& call, std::string_view events);
  std::string check_connection(Call& call);

 private:
  std::string path_;
};

}  // namespace floe::lineage_file
