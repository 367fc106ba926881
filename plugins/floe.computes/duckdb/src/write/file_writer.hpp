// FileWriter: the Parquet files of one write. Files it made are removed when it is not told that they are kept.
#pragma once

#include "engine/copy_result.hpp"
#include "engine/runner.hpp"
#include "write/target_select.hpp"
#include "write/write_request.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

struct WrittenFile {
  CopiedFile file;
  std::string partition = "{}";                     // JSON, by partition field id
  std::map<std::int32_t, std::int64_t> nan_counts;  // by field id
};

class FileWriter {
 public:
  FileWriter(Runner& runner, const WriteRequest& request);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();

  // Writes one SELECT of the target's columns; `rows` = how many are expected (-1: not known). `ordered`: files keep
  // the order of the rows.
  Status write(const std::string& select, bool ordered, std::int64_t rows, const std::string& partition);
  // Checks that need the values: required columns, dates without end. `source` names rows in errors.
  Status check_values(const std::vector<TargetColumn>& targets, const Source& source);

  [[nodiscard]] std::vector<WrittenFile> keep();

 private:
  Result<std::vector<CopiedFile>> copy(const std::string& select, const std::string& target, const std::string& more);
  Status add(CopiedFile file, const std::string& partition);
  Status split(const CopiedFile& file, const std::string& partition);
  Status name_by_content(WrittenFile* file);
  Status count_nans(WrittenFile* file);
  [[nodiscard]] bool probably_large(std::int64_t rows) const;
  std::string next_path();

  Runner& runner_;
  const WriteRequest& request_;
  std::string stem_;  // prefix of every file name of this write; unguessable
  std::string field_ids_;
  int numbers_ = 0;
  bool kept_ = false;
  std::vector<WrittenFile> files_;
};

}  // namespace floe::duckdb_compute
