// FLOE-E0511: a file of a table that does not hold what was written.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>

namespace floe {

struct DamagedFile {
  std::string kind;        // data, delete, manifest, manifest-list, metadata, statistics
  std::string uri;         // where it is
  std::string reason;      // what is wrong: `it is missing`
  bool is_current = true;  // false: only older snapshots or versions of the table refer to it
};

// An error that tells of the file becomes kData and carries the file in its details; others (a storage that does not
// answer, a cancelled call) and those that name a file already come back as they are.
Error damaged_file_error(std::string_view kind, std::string_view uri, Error error);

// Whether `error` is about the content or the absence of the file that was read.
bool tells_of_file(const Error& error);

// What is wrong with the file, without its name: the innermost message.
std::string damage_reason(const Error& error);

bool is_damaged_file(const Error& error);

// `table` is the dotted name of a table or view.
Diagnostic damaged_file_finding(std::string_view table, const DamagedFile& file);

// The error with the finding in its detail "floe.diagnostics"; unchanged when it is about no damaged file.
Error with_damaged_file_finding(Error error, std::string_view table);

}  // namespace floe
