#include "engine/run_directory.hpp"

#include "base/io/environment.hpp"
#include "base/text/text.hpp"

namespace floe::run {

Result<RunDirectory> RunDirectory::create(io::FileSystem& files, const std::string& runs_directory,
                                          const std::string& run_id) {
  std::string path = io::join_path(runs_directory, run_id);
  FLOE_TRY(files.create_directories(path));
  io::FileLock lock = FLOE_TRY(io::FileLock::acquire(io::join_path(path, "lock")));
  return RunDirectory(files, std::move(path), std::move(lock));
}

Status RunDirectory::append_line(std::string_view file, std::string_view line) {
  std::string text(line);
  text += '\n';
  return files_->append(io::join_path(path_, file), text);
}

Status RunDirectory::write(std::string_view file, std::string_view content) {
  return files_->write_atomic(io::join_path(path_, file), content, io::Durability::kFast);
}

std::string new_run_id(std::int64_t unix_ns) {
  const auto millis = static_cast<std::uint64_t>(unix_ns / 1'000'000);
  std::string bytes = io::random_bytes(16);
  for (int i = 0; i < 6; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<char>(millis >> (8 * (5 - i)));
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = text::to_hex(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

}  // namespace floe::run
