#include "conformance/resource_use.hpp"

#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <charconv>
#include <malloc.h>
#include <unistd.h>

namespace floe::conformance {
namespace {

std::size_t entries(const char* directory) {
  const auto listed = io::make_disk_file_system()->list(directory);
  return listed.has_value() ? listed->size() : 0;
}

}  // namespace

std::map<std::string, std::string> thread_names() {
  const auto files = io::make_disk_file_system();
  std::map<std::string, std::string> names;
  const auto listed = files->list("/proc/self/task");
  if (!listed.has_value()) return names;
  for (const io::DirectoryEntry& thread : *listed) {
    const auto name = files->read("/proc/self/task/" + thread.name + "/comm");
    if (name.has_value()) names.emplace(thread.name, text::trim(*name));
  }
  return names;
}

ResourceUse resource_use() {
  ResourceUse use;
  const std::string statm = io::make_disk_file_system()->read("/proc/self/statm").value_or("");
  const std::size_t space = statm.find(' ');
  std::size_t pages = 0;
  if (space != std::string::npos) {
    std::from_chars(statm.data() + space + 1, statm.data() + statm.size(), pages);
  }
  use.resident_bytes = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const struct mallinfo2 heap = ::mallinfo2();
  use.heap_bytes = heap.uordblks + heap.hblkhd;
  use.descriptors = entries("/proc/self/fd");
  use.threads = entries("/proc/self/task");
  return use;
}

}  // namespace floe::conformance
